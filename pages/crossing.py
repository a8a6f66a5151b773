"""Crossing: two classifications of the same customers against each other."""

import streamlit as st

from core.analyses.crossing import CrossingResult
from core.classifications import available
from core.errors import BadParameterError
from dashboard import classes, layout, terms
from dashboard.controls import choose, compare_control, setting
from dashboard.topics import crossing, crossing_changes, crossing_matrix
from dashboard.view import View, show
from dashboard.words import _


def render(view: View) -> None:
    there = available(view.data)
    names = {side: classes.offered(view, side, there) for side in ("rows", "columns")}
    try:
        result: CrossingResult = view.result()
    except BadParameterError as error:
        layout.problem(view, error)
        _sides(view, names)
        return
    said = crossing.words(view, result)
    known = crossing.names(result, said)
    selected = view.selected(list(known))
    sides = {side: classes.name(getattr(view.params, side)) for side in names}
    what = _("{rows} against {columns}").format(**sides)
    layout.header(view, crossing.title(view, result, said), what, result.n)
    compare_control(view)
    changed = crossing_changes.find(view, result)
    layout.figures(crossing.figures(view, result, said, changed))
    cards = layout.cards(3)
    grid = crossing_matrix.grid(result, view.phone)
    with cards.cell(column_span=2), layout.block(what, crossing_matrix.note(grid, changed)):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _sides(view, names)
            by = choose(view, "by", _("Numbers"), {"customers": _("Customers"), "revenue": _("Money")})
        figure = crossing_matrix.figure(view, result, said, grid, by, selected, changed)
        layout.chart(view, figure, "matrix", select=True, data=result.cells)
        layout.notices(result.notices)
    with cards.cell():
        points = crossing.actions(view, result, said)
        layout.actions(view, points)
        layout.grey("" if points else _("Nothing here calls for action: the two are not clearly linked."))
        with st.popover(_("Settings"), icon=":material/tune:"):
            setting(view, "value", _("Money"), {code: terms.value(code) for code in ("revenue", "margin")})
    chosen = result.customers[crossing.members(result, selected)]
    note = known.get(selected or "", "")
    columns = crossing.columns(view, result, said)
    segment = crossing.segment(view, result, selected, note)
    layout.customers(view, chosen, columns, terms.customers(len(chosen)), note, known, _("All cells"), segment)


def _sides(view: View, names: dict[str, dict[str, str]]) -> None:
    setting(view, "rows", _("One side"), names["rows"])
    setting(view, "columns", _("Other side"), names["columns"])


show(render)
