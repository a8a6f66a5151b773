"""Deals: which clients to work with, and to which to say no."""

import streamlit as st

from core.analyses.deals import DealsResult
from core.errors import MissingTableError
from dashboard import layout
from dashboard.controls import choose
from dashboard.topics import deals, deals_needed, deals_open, deals_people, deals_rates, deals_settings
from dashboard.view import View, show
from dashboard.words import _


def render(view: View) -> None:
    try:
        result: DealsResult = view.result()
    except MissingTableError as error:
        layout.problem(view, error)
        deals_needed.draw()
        return
    known = deals_open.names(result)
    selected = view.selected(tuple(known))
    what = _("Deals graded by effort and terms")
    layout.header(view, deals.title(result), what, more=deals.more(view, result), filtered=False)
    if result.enough:
        layout.figures(deals.figures(result))
        _grades(view, result, selected)
        _rates(view, result)
        _people(view, result)
        _open(view, result, selected)
    else:
        deals_settings.draw_words(view, result)
    layout.notices(result.notices)
    rows, columns = deals_open.columns(selected, deals_open.members(result, selected))
    heading, note = deals_open.heading(rows, known, selected)
    layout.customers(view, rows, columns, heading, note, known, _("All deals"))


def _grades(view: View, result: DealsResult, selected: str | None) -> None:
    grid = layout.cards(3)
    with grid.cell(column_span=2), layout.block(_("Terms against effort"), deals.cloud_note(result)):
        layout.chart(view, deals.cloud(view, result, selected), "cloud", select=True, data=result.deals)
    with grid.cell():
        layout.actions(view, deals_open.actions(view, result))
        deals_settings.draw(view)
        deals_settings.draw_words(view, result)
    lower = layout.cards(3)
    with (
        lower.cell(column_span=2),
        layout.block(_("Grades by count, revenue and effort"), _("Closed deals; revenue of those won")),
    ):
        layout.chart(view, deals.shares(view, result, selected), "shares", select=True, data=result.grades)
        layout.grey(deals.untold(result))
    with lower.cell(), layout.block(_("With and without B and C"), _("Closed deals; 95 % interval in brackets")):
        st.table(deals.with_and_without(view, result), border="horizontal")
        layout.grey(deals.again(result))


def _rates(view: View, result: DealsResult) -> None:
    grid = layout.cards(3)
    with grid.cell(), layout.block(_("Win rate by price"), deals_rates.price_words(view, result)):
        if len(result.price):
            layout.chart(view, deals_rates.price(view, result), "price", data=result.price)
    with grid.cell(), layout.block(_("How long deals take"), deals_rates.cycle_words(result)):
        layout.chart(view, deals_rates.cycle(view, result), "cycle", data=result.time)
        deals_settings.draw_by(view, result)
    with grid.cell(), layout.block(_("Pipeline"), _("Open deals by stage: number, amount")):
        layout.chart(view, deals_rates.pipeline(view, result), "pipeline", data=result.stages)


def _people(view: View, result: DealsResult) -> None:
    grid = layout.cards(3)
    with (
        grid.cell(column_span=2),
        layout.block(
            _("Where A’s come from"), _("100: as elsewhere; values that clearly differ, n on hover")
        ) as corner,
    ):
        with corner:
            target = choose(view, "target", _("Of what"), {"A": _("A’s"), "won": _("Wins")})
        if deals_people.has_lifts(result, target):
            layout.chart(view, deals_people.lifts(view, result, target), "lifts", data=result.attributes)
        else:
            layout.grey(_("No attribute clearly sets them apart."))
    with grid.cell(), layout.block(_("Criteria"), _("From a tree, judged on accounts that it was not grown on")):
        found = [*deals_people.sentences(view, result), deals_people.avoid(view, result)]
        for sentence in filter(None, found):
            st.markdown(f"- {layout.plain(sentence)}")
        layout.grey("" if any(found) else _("No criterion stands."))
    lower = layout.cards(3 if len(result.committee) else 1)
    with (
        lower.cell(),
        layout.block(
            _("From the outside in"),
            _("How often each ranks an A before another deal (50 % is chance); + what it adds to those above"),
        ),
    ):
        layout.chart(view, deals_people.levels(view, result), "levels", data=result.levels)
        layout.grey(deals_people.untold_levels(result))
        deals_settings.draw_levels(view, result)
    if len(result.committee):
        with lower.cell(column_span=2), layout.block(_("The buying committee"), deals_people.committee_words(result)):
            st.dataframe(
                deals_people.committee(result), hide_index=True, key="deals/committee", alt=_("Table of roles")
            )


def _open(view: View, result: DealsResult, selected: str | None) -> None:
    grid = layout.cards(3)
    if len(result.calibration):
        with (
            grid.cell(column_span=2),
            layout.block(_("How sure the chance of an A is"), deals_open.model_words(result)),
        ):
            layout.chart(view, deals_open.calibration(view, result), "calibration", data=result.calibration)
    if len(result.open):
        with grid.cell(), layout.block(_("Open deals"), _("By what to do: number, amount")):
            layout.chart(view, deals_open.todo(view, result, selected), "todo", select=True, data=result.open)


show(render)
