"""ABC-XYZ: who brings the money, and who buys steadily."""

import streamlit as st

from core.analyses.abc_xyz import AbcXyzResult
from dashboard import layout, share, terms
from dashboard.controls import choose, setting
from dashboard.topics import abc_xyz
from dashboard.view import View, show
from dashboard.words import _


def render(view: View) -> None:
    result: AbcXyzResult = view.result()
    value = terms.value(result.value)
    names = abc_xyz.names(result)
    selected = view.selected(abc_xyz.keys(result))
    what = _("ABC by {value} × XYZ by regularity").format(value=value)
    layout.header(view, abc_xyz.title(result, value), what, len(result.customers))
    layout.figures(abc_xyz.figures(result, value))
    grid = layout.cards(3)
    note = _("Value, its share, customers. Select a cell to see them.")
    with grid.cell(column_span=2), layout.block(_("The classes, and the new"), note) as corner:
        with corner:
            by = choose(view, "by", _("Colour"), {"revenue": _("Money"), "customers": _("Customers")})
        layout.chart(view, abc_xyz.matrix_figure(view, result, by, selected), "matrix", select=True)
        layout.grey(abc_xyz.explanation(result))
        layout.notices(result.notices)
        if any(found.code == "one_class_swallows" for found in result.notices):
            st.button(_("Use thirds"), key="thirds", on_click=share.change, args=({"xyz": ("thirds",)},))
    with grid.cell():
        layout.actions(view, abc_xyz.actions(view, result))
        with st.popover(_("Settings"), icon=":material/tune:"):
            _settings(view)
    lower = layout.cards(3)
    heading = _("Customers from most to least {value}; how many are A, B and C").format(value=value)
    with lower.cell(column_span=2), layout.block(_("How {value} adds up").format(value=value), heading):
        layout.chart(view, abc_xyz.pareto(view, result, value), "pareto")
    with lower.cell(), layout.block(_("Regularity"), _("Customers by variation of their totals")):
        layout.chart(view, abc_xyz.regularity(view, result), "regularity")
    chosen = result.customers[abc_xyz.members(result, selected)]
    columns = abc_xyz.table_columns(result)
    everything = _("All classes")
    layout.customers(
        view, chosen, columns, terms.customers(len(chosen)), names.get(selected or "", ""), names, everything
    )


def _settings(view: View) -> None:
    setting(view, "value", _("Value"), {code: terms.value(code) for code in ("revenue", "margin", "orders")})
    setting(view, "period", _("Period"), {"week": _("week"), "month": _("month"), "quarter": _("quarter")})
    modes = {"cuts": _("fixed cuts"), "thirds": _("thirds"), "syntetos_boylan": _("Syntetos-Boylan")}
    setting(view, "xyz", _("Regularity by"), modes)
    setting(view, "a_limit", _("A up to, %"))
    setting(view, "b_limit", _("B up to, %"))
    setting(view, "x_limit", _("X up to, %"))
    setting(view, "y_limit", _("Y up to, %"))


show(render)
