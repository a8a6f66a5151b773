"""Movements: who changed class between two dates, and what that did to revenue."""

import streamlit as st

from core.analyses.movements import MovementsResult
from core.classifications import movable
from core.errors import BadParameterError, EmptyViewError
from dashboard import classes, layout, terms
from dashboard.controls import choose, setting
from dashboard.topics import movements, movements_time
from dashboard.view import View, show
from dashboard.words import _, day


def render(view: View) -> None:
    names = classes.offered(view, "classification", movable(view.data))
    try:
        result: MovementsResult = view.result()
    except (BadParameterError, EmptyViewError) as error:
        layout.problem(view, error)
        _dates(view, names)
        return
    said = movements.words(view, result)
    known = movements.names(result, said)
    selected = view.selected(list(known))
    what = _("{name} on {before} and on {after}").format(
        name=names[result.classification], before=day(result.earlier), after=day(result.later)
    )
    layout.header(view, movements.title(view, result, said), what, len(result.customers))
    layout.figures(movements.figures(view, result, said))
    upper = layout.cards(3)
    note = _("Customers by class at both dates, by the cuts of the earlier one. Select a class or a ribbon.")
    with upper.cell(column_span=2), layout.block(_("Who moved where"), note):
        _dates(view, names)
        figure = movements.sankey_figure(view, result, said, selected)
        layout.chart(view, figure, "flows", select=True, data=result.flows)
    with upper.cell():
        layout.actions(view, movements.actions(view, result, said))
        with st.popover(_("Settings"), icon=":material/tune:"):
            spans = {"history": _("all orders to date"), "12": _("12 months"), "24": _("24 months")}
            setting(view, "span", _("Classes made of"), spans)
            setting(view, "value", _("Money"), {code: terms.value(code) for code in ("revenue", "margin")})
        layout.notices(result.notices)
    lower = layout.cards(2)
    value = terms.value(result.value)
    with lower.cell(), layout.block(_("What changed {value}").format(value=value), _("The steps add up exactly")):
        layout.chart(view, movements.bridge_figure(view, result, selected), "bridge", select=True, data=result.bridge)
    with lower.cell():
        _months(view, result, said)
    note = _("▲ ▼: more than chance, over all classes together")
    with layout.cards(1).cell(), layout.block(_("Each class, then and now"), note):
        movements_time.table(view, result, said)
    chosen = result.customers[movements.members(result, selected)]
    columns = movements.columns(result, said)
    note, segment = known.get(selected or "", ""), movements.segment(result, said, selected)
    layout.customers(view, chosen, columns, terms.customers(len(chosen)), note, known, _("All customers"), segment)


def _months(view: View, result: MovementsResult, said: dict[str, str]) -> None:
    by = view.choice("by", ("customers", "revenue"))
    with layout.block(_("Over time"), movements_time.panels_note(by)) as corner:
        with corner:
            choose(view, "by", _("Numbers"), {"customers": _("Customers"), "revenue": _("Money")})
        if result.months.empty:
            layout.grey(_("The data are too short for whole months."))
            return
        layout.chart(view, movements_time.panels_figure(view, result, said, by), "months", data=result.months)
        layout.grey(movements_time.left_out(result))


def _dates(view: View, names: dict[str, str]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        setting(view, "classification", _("Classes"), names)
        months = {1: _("1 month"), 3: _("3 months"), 6: _("6 months"), 12: _("1 year"), 24: _("2 years")}
        setting(view, "back", _("Time between"), months, form="list")


show(render)
