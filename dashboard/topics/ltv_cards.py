"""The cards below the fold of lifetime value; those that take longer keep their place and are filled last."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.analyses.ltv import LtvResult
from dashboard import layout
from dashboard.controls import choose
from dashboard.topics import (
    ltv_acquisition,
    ltv_contest,
    ltv_contracts,
    ltv_curve,
    ltv_figures,
    ltv_findings,
    ltv_groups,
    ltv_holdout,
    ltv_what_if,
)
from dashboard.view import View
from dashboard.words import _

Later = list[Callable[[], None]]


def draw(view: View, result: LtvResult) -> Later:
    """All cards; what is given back is to be called when the rest of the page stands."""
    later: Later = []
    if len(result.contracts):
        _contracts(view, result)
    if result.basis.fits is not None:
        _levers(view, result, later)
    if result.check is not None:
        _holdout(view, result)
    if result.basis.fits is not None:
        _trust(view, result, later)
    _history(view, result)
    return later


def acquisition(view: View, result: LtvResult) -> None:
    """What customers cost and bring."""
    grid = layout.cards(3)
    with grid.cell(), layout.block(ltv_findings.acquisition(view, result), _("LTV : CAC; thin bar: 95 %")):
        layout.chart(view, ltv_acquisition.figure(view, result), "acquisition", data=result.acquisition)
    with grid.cell(column_span=2), layout.block(ltv_acquisition.title(view, result), ltv_acquisition.note(result)):
        st.table(ltv_acquisition.table(view, result), border="horizontal")


def _contracts(view: View, result: LtvResult) -> None:
    with layout.cards(1).cell(), layout.block(ltv_contracts.title(result), ltv_contracts.note(view)):
        layout.chart(view, ltv_contracts.survival(view, result), "contracts", data=result.contracts)


def _levers(view: View, result: LtvResult, later: Later) -> None:
    """Value by group, and what would change it."""
    grid = layout.cards(2)
    words = ltv_groups.dimensions(view)
    if words:
        with grid.cell():
            by = choose(view, "by", _("Groups"), words, form="pills")
            _soon(result.known(by), 300, lambda: _groups(view, result, by), later)
    with grid.cell(), layout.block(_("What if"), _("From today on, all else as it is")):
        asked = ltv_what_if.ask(view, result)
        _soon(result.known("_asked"), 220, lambda: ltv_what_if.answer(view, result, asked), later)


def _groups(view: View, result: LtvResult, by: str) -> None:
    with layout.block(ltv_groups.title(view, result, by), ltv_groups.note(view, result, by)):
        layout.chart(view, ltv_groups.figure(view, result, by), "groups", data=result.groups_by(by))


def _holdout(view: View, result: LtvResult) -> None:
    grid = layout.cards(3)
    weeks = result.check.weeks if result.check else 0
    note = _(
        "Orders predicted and actual, fitted without the last {n} weeks. Band: 95 % of what chance allows."
    ).format(n=weeks)
    with grid.cell(column_span=2), layout.block(ltv_findings.tracking(result), note):
        layout.chart(view, ltv_holdout.tracking(view, result), "tracking", data=result.holdout)
    with (
        grid.cell(),
        layout.block(ltv_findings.by_orders(result), _("Orders per customer in the weeks held out, by orders before")),
    ):
        layout.chart(view, ltv_holdout.by_orders(view, result), "by_orders", data=result.holdout_by_x)


def _trust(view: View, result: LtvResult, later: Later) -> None:
    """How right forecasts of the past were, and which model does best."""
    grid = layout.cards(2)
    with grid.cell():
        _soon(result.known("track_record"), 340, lambda: _record(view, result), later)
    if len(result.contest):
        with grid.cell(), layout.block(ltv_findings.contest(result), ltv_contest.note(result)):
            st.table(ltv_contest.table(result), border="horizontal")


def _record(view: View, result: LtvResult) -> None:
    with layout.block(ltv_holdout.record_title(result), ltv_holdout.record_note(result)):
        layout.chart(view, ltv_holdout.record(view, result), "record", data=result.track_record)


def _history(view: View, result: LtvResult) -> None:
    grid = layout.cards(3)
    with grid.cell(column_span=2), layout.block(ltv_curve.title(result), ltv_curve.note(result)):
        layout.chart(view, ltv_curve.figure(view, result), "historic", data=result.curve)
    with grid.cell(), layout.block(_("The simple formulas"), _("What customers have brought so far, no model")):
        st.table(ltv_figures.simple_table(view, result), border="horizontal")


def _soon(ready: bool, height: int, fill: Callable[[], None], later: Later) -> None:
    """Draw now what is known already; keep the place of what takes longer."""
    if ready:
        fill()
        return
    place: Any = st.skeleton(height=height)

    def draw_there() -> None:
        with place.container():
            fill()

    later.append(draw_there)
