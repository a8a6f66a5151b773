"""RFM: who bought recently, often and for much."""

import streamlit as st

from core.analyses.rfm import RfmResult
from dashboard import layout, terms
from dashboard.controls import choose, compare_control
from dashboard.topics import one_customer, rfm, rfm_changes, rfm_cube, rfm_segments, rfm_settings, rfm_why
from dashboard.view import View, show
from dashboard.words import _, number


def render(view: View) -> None:
    params = rfm_settings.params(view)
    result: RfmResult = view.result(params=params)
    changed = rfm_changes.find(view, result, params)
    value, names = terms.value(result.value), rfm.names(result)
    selected = view.selected([*names, *rfm_cube.face_keys(result)])
    chosen = result.customers[rfm.members(result, selected)]
    layout.header(view, rfm.title(result, value), rfm.what(params, value), len(result.customers))
    compare_control(view)
    layout.figures(rfm.figures(view, result, value, changed))
    grid = layout.cards(3)
    with grid.cell(), layout.block(_("{n} groups").format(n=result.groups**3), _("Volume: customers")):
        colour = view.choice("colour", ("segment", "revenue"))
        # A still drawing is sharp and quick; turning needs WebGL, and would swallow the swipe on a phone.
        turns = not view.phone and view.choice("cube", ("still", "turns")) == "turns"
        drawn = rfm_cube.cube_figure(view, result, colour, turns, selected if selected in names else None)
        layout.chart(view, drawn, "blocks", data=result.cube)
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            choose(view, "colour", _("Colour"), {"segment": _("Segment"), "revenue": _("Money")}, form="pills")
            if not view.phone:
                choose(view, "cube", _("Cube"), {"still": _("Still"), "turns": _("Turn it")}, form="pills")
        st.markdown("  \n".join(f"**{axis}** :gray[{layout.plain(text)}]" for axis, text in rfm.cuts(view, result)))
    note = _("Customers; {value} and its share").format(value=value)
    with grid.cell(), layout.block(_("Named segments"), note):
        figure = rfm_segments.bars_figure(view, result, selected, changed)
        layout.chart(view, figure, "segments", select=True, data=result.segments)
        rfm_settings.draw(view, params)
    note = _("Customers · share of {value}") if result.groups == 3 else _("Share of {value}")
    with grid.cell(), layout.block(_("The cube’s three faces"), note.format(value=value)):
        layout.chart(view, rfm_cube.faces(view, result, selected), "faces", select=True)
    layout.notices(result.notices)
    row = layout.cards(3)
    for code in rfm.first_to_act_on(result):
        with row.cell():
            heading = f"{names[code]}: {number(rfm.row_of(result, code)['customers'])}"
            layout.actions(view, [rfm.action(view, result, code)], heading)
    lower = layout.cards(3)
    with lower.cell(column_span=2), layout.block(_("How large the segments are")) as corner:
        with corner:
            by = choose(view, "by", _("Area"), {"revenue": _("Money"), "customers": _("Customers")})
        layout.chart(view, rfm_segments.treemap_figure(view, result, by, selected, changed), "tiles", select=True)
    with lower.cell(), layout.block(_("Why this segment"), _("Type an id, or see the first of those selected.")):
        one_customer.draw(view, result.customers, chosen, lambda one: rfm_why.sentences(view, result, one))
    note = changed.definition if changed else _("Rules by recency, frequency and value.")
    with layout.cards(1).cell(), layout.block(_("Each segment, its rule and what to do"), note):
        if view.phone:
            st.markdown("\n\n".join(rfm_segments.lines(view, result, changed)))
        else:
            st.table(rfm_segments.table(view, result, changed), border="horizontal", hide_index=True)
    # The list beside the table names segments, and the cell of a face while one is selected.
    named = names if selected in (None, *names) else names | {selected: rfm_cube.face_name(selected)}
    columns, counted = rfm.columns(result, value), terms.customers(len(chosen))
    note = named.get(selected, _("all segments"))
    segment = rfm.segment(view, params, selected, note)
    layout.customers(view, chosen, columns, counted, note, named, _("All segments"), segment)


show(render)
