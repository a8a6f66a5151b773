"""ABC-XYZ: who (or what) brings the money, and how steadily."""

import pandas as pd
import streamlit as st

from core.analyses.abc_xyz import AbcXyzResult
from dashboard import layout, share, terms
from dashboard.controls import choose, compare_control
from dashboard.topics import (
    abc_curves,
    abc_figures,
    abc_sensitivity,
    abc_settings,
    abc_sides,
    abc_spend,
    abc_why,
    abc_xyz,
    one_customer,
)
from dashboard.view import View, show
from dashboard.words import _


def render(view: View) -> None:
    abc_settings.restrict(view)
    result: AbcXyzResult = view.result()
    selected = view.selected(abc_xyz.keys(result))
    value, names = terms.value(result.value), abc_xyz.names(result, selected)
    chosen = result.rows[abc_xyz.members(result, selected)]
    what = _("ABC by {value} × XYZ by regularity").format(value=value)
    layout.header(view, abc_xyz.title(result, value), what, **abc_xyz.size(result))
    compare_control(view)
    layout.figures(abc_figures.figures(view, result, value))
    grid = layout.cards(3)
    note = _("Money, its share; how many, their share. Select a cell to see them.")
    with grid.cell(column_span=2), layout.block(_("The classes, and the new"), note) as corner:
        with corner:
            by = choose(view, "by", _("Colour"), {"revenue": _("Money"), "customers": _("Number")})
        figure = abc_xyz.matrix_figure(view, result, by, selected)
        layout.chart(view, figure, "matrix", select=True, data=result.matrix)
        layout.grey(abc_xyz.explanation(result))
        layout.notices(result.notices)
        if any(found.code == "one_class_swallows" for found in result.notices) and result.xyz_mode == "cuts":
            st.button(_("Use thirds"), key="thirds", on_click=share.change, args=({"xyz": ("thirds",)},))
    with grid.cell():
        abc_settings.draw_whom(view)
        layout.actions(view, abc_xyz.actions(view, result))
        with st.popover(_("Settings"), icon=":material/tune:"):
            abc_settings.draw(view)
    lower = layout.cards(3)
    heading = _("From most to least {value}; how many are A, B and C").format(value=value)
    with lower.cell(column_span=2), layout.block(_("How {value} adds up").format(value=value), heading):
        layout.chart(view, abc_curves.pareto(view, result, value), "pareto")
    with lower.cell(), layout.block(_("Regularity"), _("How many vary how much")):
        layout.chart(view, abc_curves.regularity(view, result), "regularity")
    _firmness(view, result, chosen, selected)
    abc_sides.draw(view, by)
    rows = abc_xyz.named(view, result, chosen)
    columns, counted = abc_xyz.table_columns(result, rows), terms.counted(result.of, len(rows))
    note, segment = names.get(selected or "", ""), abc_xyz.segment(view, result, selected)
    layout.customers(view, rows, columns, counted, note, names, _("All classes"), segment)


def _firmness(view: View, result: AbcXyzResult, chosen: pd.DataFrame, selected: str | None) -> None:
    grid = layout.cards(3)
    with grid.cell():
        with layout.block(_("Total demand of groups"), _("Variation from period to period")):
            group = choose(view, "group", _("Groups"), abc_curves.group_names(result), form="pills")
            layout.chart(view, abc_curves.stability(view, result, group), "stability", data=result.stability)
            layout.grey(abc_curves.stability_note(result, group))
        if abc_spend.known(result):
            with layout.block(_("Margin for each unit of spend"), _("Share of margin for share of spend")):
                layout.chart(view, abc_spend.figure(view, result, selected), "spend", select=True)
    with grid.cell(), layout.block(_("How firm the classes are"), _("Who changes class when one setting moves")):
        layout.chart(view, abc_sensitivity.figure(view, result), "sensitivity", data=result.sensitivity)
        layout.grey(abc_sensitivity.sentence(result))
    with grid.cell(), layout.block(_("Why this class"), _("Type an id, or see the first of those selected.")):
        one_customer.draw(view, result.rows, chosen, lambda one: abc_why.sentences(view, result, one))


show(render)
