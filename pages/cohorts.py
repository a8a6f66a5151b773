"""Retention: of those who came in a month, how many come back, and when."""

import streamlit as st

from core.analyses.cohorts import CohortsResult
from dashboard import layout, terms
from dashboard.controls import choose, setting
from dashboard.topics import cohorts
from dashboard.view import View, show
from dashboard.words import _


def render(view: View) -> None:
    result: CohortsResult = view.result()
    selected = view.selected(cohorts.keys(result))
    count = result.triangle["cohort"].nunique()
    what = {
        "on": _("Share of each cohort that bought in a later period"),
        "on_or_after": _("Share that bought then or later"),
    }
    layout.header(
        view, cohorts.title(result), what[result.mode], len(result.customers), [_("{n} cohorts").format(n=count)]
    )
    layout.figures(cohorts.figures(result))
    grid = layout.cards(3)
    note = _("Per cent of the cohort; hatched: not over")
    with grid.cell(column_span=2), layout.block(_("Who comes back, by first order"), note) as corner:
        with corner:
            measure = choose(view, "measure", _("Measure"), {"customers": _("Customers"), "revenue": _("Revenue")})
        figure = cohorts.triangle(view, result, measure, _span(view, count), selected)
        layout.chart(view, figure, "triangle", select=True, data=result.triangle)
    with grid.cell():
        layout.actions(view, cohorts.actions(result))
        with st.popover(_("Settings"), icon=":material/tune:"):
            _settings(view)
    lower = layout.cards(3)
    note = _("Complete periods only; band: 95 % interval. It can rise, as only the oldest cohorts reach late periods.")
    with lower.cell(column_span=2), layout.block(_("Average return, with its interval"), note):
        layout.chart(view, cohorts.average(view, result), "average", data=result.average)
    with lower.cell(), layout.block(_("Cohort by cohort"), _("One in blue, all others grey")):
        layout.chart(view, cohorts.multiples(view, result), "multiples", data=result.triangle)
    layout.notices(result.notices)
    chosen = result.customers[cohorts.members(result, selected)]
    note = cohorts.describe(result, selected)
    columns = [
        layout.Column(
            "cohort",
            _("First order in"),
            "text",
            {code: terms.period(code) for code in chosen["cohort"].cat.categories},
        ),
        layout.Column("revenue", terms.value(view.params.value).capitalize(), "money"),
        layout.Column("orders", _("Orders")),
        layout.Column("active_periods", _("Active periods")),
        layout.Column("last_order", _("Last order"), "date"),
    ]
    layout.customers(view, chosen, columns, terms.customers(len(chosen)), note, cohorts.names(result), _("All cohorts"))


def _span(view: View, count: int) -> str:
    return view.choice("cohorts", ("recent", "all")) if count > cohorts.RECENT else "all"


def _settings(view: View) -> None:
    setting(view, "period", _("Period"), {"week": _("week"), "month": _("month"), "quarter": _("quarter")})
    setting(view, "mode", _("Came back"), {"on": _("in that period"), "on_or_after": _("then or later")})
    setting(view, "value", _("Money"), {"revenue": _("net revenue"), "margin": _("margin")})
    choose(view, "cohorts", _("Cohorts"), {"recent": _("newest cohorts"), "all": _("all cohorts")})


show(render)
