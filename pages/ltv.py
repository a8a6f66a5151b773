"""Lifetime value: what customers will bring, and how far off that forecast usually is."""

import streamlit as st

from core.analyses.ltv import LtvResult
from dashboard import layout, terms
from dashboard.controls import choose
from dashboard.topics import (
    ltv,
    ltv_acquisition,
    ltv_cards,
    ltv_contest,
    ltv_figures,
    ltv_findings,
    ltv_settings,
    ltv_tiers,
)
from dashboard.view import View, show
from dashboard.words import _


def render(view: View) -> None:
    result: LtvResult = view.result()
    names = ltv.names(result)
    selected = view.selected(list(names))
    what = _("Predicted {value}, {horizon}").format(value=ltv.money_name(result), horizon=ltv.horizon(view))
    more = [ltv_contest.used(result)] if result.fitted else []
    layout.header(view, ltv.title(result), what, len(result.customers), more)
    layout.figures(ltv_figures.figures(view, result))
    ltv_settings.draw(view)
    if result.fitted:
        _forecast(view, result, selected)
    if ltv_acquisition.known(result):
        ltv_cards.acquisition(view, result)
    later = ltv_cards.draw(view, result)
    layout.notices(result.notices)
    chosen = result.customers[ltv.members(result, selected)]
    columns = ltv.table_columns(view, result, names)
    layout.customers(
        view,
        chosen,
        columns,
        terms.customers(len(chosen)),
        names.get(selected or "", ""),
        names,
        _("All tiers"),
        ltv.segment(view, names, selected),
    )
    # What takes longer comes last, into the places that were kept for it.
    for fill in later:
        fill()


def _forecast(view: View, result: LtvResult, selected: str | None) -> None:
    grid = layout.cards(3)
    forms = {"histogram": _("distribution"), "lorenz": _("inequality")}
    drawn = view.choice("form", tuple(forms))
    heading, note = ltv_findings.distribution(view, result), _("Customers by predicted {value}, logarithmic steps")
    if drawn == "lorenz":
        heading, note = ltv_tiers.lorenz_title(result), _("Share of predicted {value}; dashed: if all were equal")
    note = note.format(value=ltv.money_name(result))
    with grid.cell(column_span=2), layout.block(heading, note) as corner:
        with corner:
            choose(view, "form", _("Form"), forms)
        if drawn == "lorenz":
            layout.chart(view, ltv_tiers.lorenz(view, result), "lorenz", data=result.lorenz)
        else:
            figure = ltv.histogram(view, result, selected=selected)
            layout.chart(view, figure, "histogram", select=True, data=result.customers)
    with grid.cell(), layout.block(ltv_findings.tiers(result), _("The tiers: customers, and what they will bring")):
        layout.chart(view, ltv_tiers.tiers(view, result, selected), "tiers", select=True, data=result.tiers)
        st.table(ltv_tiers.tier_table(view, result), border="horizontal")
        ltv_settings.draw_cuts(view)
    row = layout.cards(3)
    for action in ltv.actions(view, result):
        with row.cell():
            layout.actions(view, [action], "")


show(render)
