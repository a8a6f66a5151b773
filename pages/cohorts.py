"""Retention: of those who came in a month, how many come back, and when, and what they bring."""

import streamlit as st

from core.analyses.cohorts import CohortsResult
from dashboard import layout, terms
from dashboard.controls import choose, setting
from dashboard.topics import breakdown, cohorts, cohorts_cards, cohorts_curves, cohorts_findings, cohorts_headline
from dashboard.topics.cohorts_curves import MEASURES, Measure
from dashboard.view import View, show
from dashboard.words import _


def render(view: View) -> None:
    breakdown.restrict(view)
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
    measure = MEASURES[view.choice("measure", tuple(MEASURES))]
    _triangle(view, result, measure, selected, count)
    curves = layout.cards(3)
    average = curves.cell(column_span=2)
    with (
        curves.cell(),
        layout.block(cohorts_findings.newest(result, measure), _("Cohort by cohort: one in blue, all others grey")),
    ):
        layout.chart(view, cohorts_curves.multiples(view, result, measure), "multiples", data=result.triangle)
    groups = layout.cards(1).cell()
    with (
        layout.cards(1).cell(),
        layout.block(_("Loyalty in figures"), _("Definition on hover; below: how many of how many")),
    ):
        cohorts_headline.draw(result.headline)
    layout.notices(result.notices)
    _customers(view, result, selected)
    # Last, because models have to be fitted: for the forecast, and for groups that are outcomes.
    with average:
        cohorts_cards.average(view, result, measure)
    with groups:
        cohorts_cards.groups(view, result)


def _triangle(view: View, result: CohortsResult, measure: Measure, selected: str | None, count: int) -> None:
    grid = layout.cards(3)
    note = cohorts_curves.explain(measure.key, terms.value(view.params.value)) + " " + _("Hatched: not over.")
    with grid.cell(column_span=2), layout.block(cohorts_findings.triangle(view, result, measure), note) as corner:
        with corner:
            choose(view, "measure", _("Measure"), cohorts_curves.measures())
        figure = cohorts_curves.triangle(view, result, measure, _span(view, count), selected)
        layout.chart(view, figure, "triangle", select=True, data=result.triangle)
    with grid.cell():
        layout.actions(view, cohorts.actions(result))
        with st.popover(_("Settings"), icon=":material/tune:"):
            _settings(view)


def _customers(view: View, result: CohortsResult, selected: str | None) -> None:
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
    return view.choice("cohorts", ("recent", "all")) if count > cohorts_curves.RECENT else "all"


def _settings(view: View) -> None:
    setting(view, "period", _("Period"), {"week": _("week"), "month": _("month"), "quarter": _("quarter")})
    setting(view, "mode", _("Came back"), {"on": _("in that period"), "on_or_after": _("then or later")})
    setting(view, "value", _("Money"), {"revenue": _("net revenue"), "margin": _("margin")})
    contract = _("With contracts customers say when they leave; else they just stop. It decides which model forecasts.")
    setting(view, "contractual", _("Contracts"), {"no": _("no"), "yes": _("yes")}, help=contract)
    choose(view, "cohorts", _("Cohorts"), {"recent": _("newest cohorts"), "all": _("all cohorts")})


show(render)
