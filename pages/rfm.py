"""RFM: who bought recently, often and for much."""

import streamlit as st

from core.analyses.rfm import RfmResult
from dashboard import layout, terms
from dashboard.controls import choose, setting
from dashboard.topics import rfm
from dashboard.view import View, show
from dashboard.words import _, number


def render(view: View) -> None:
    result: RfmResult = view.result()
    value = terms.value(result.value)
    names = {code: terms.segment(code) for code in result.segments.loc[result.segments["customers"] > 0, "segment"]}
    selected = view.selected([*names, *rfm.face_keys(result)])
    layout.header(
        view, rfm.title(result, value), _("Recency, frequency and {value}").format(value=value), len(result.customers)
    )
    layout.figures(rfm.figures(view, result, value))
    grid = layout.cards(3)
    with grid.cell(), layout.block(_("{n} groups").format(n=result.groups**3), _("Volume: customers")) as corner:
        with corner:
            colour = choose(view, "colour", _("Colour"), {"segment": _("Segment"), "revenue": _("Money")})
        # A still drawing is sharp and quick; turning needs WebGL, and would swallow the swipe on a phone.
        turns = not view.phone and view.choice("cube", ("still", "turns")) == "turns"
        drawn = rfm.cube_figure(view, result, colour, turns, selected if selected in names else None)
        layout.chart(view, drawn, "blocks")
        if not view.phone:
            choose(view, "cube", _("Cube"), {"still": _("Still"), "turns": _("Turn it")}, form="pills")
        st.markdown("  \n".join(f"**{axis}** :gray[{layout.plain(text)}]" for axis, text in rfm.cuts(view, result)))
    with grid.cell(), layout.block(_("Named segments"), _("Customers; {value} and its share").format(value=value)):
        layout.chart(view, rfm.segment_bars(view, result, names, selected), "segments", select=True)
    with grid.cell(), layout.block(_("The cube’s three faces"), _("Customers · share of {value}").format(value=value)):
        layout.chart(view, rfm.faces(view, result, selected), "faces", select=True)
    row = layout.cards(3)
    for code in [code for code in rfm.FIRST_TO_ACT_ON if code in names][:3]:
        with row.cell():
            heading = f"{names[code]}: {number(rfm.row_of(result, code)['customers'])}"
            layout.actions(view, [rfm.action(view, result, code)], heading)
    with st.popover(_("Settings"), icon=":material/tune:"):
        setting(view, "groups", _("Groups on each axis"))
        setting(view, "monetary", _("Money"), {"total": _("in total"), "mean": _("a purchase")})
        setting(view, "value", _("Value"), {"revenue": _("net revenue"), "margin": _("margin")})
    layout.notices(result.notices)
    chosen = result.customers[rfm.members(result, selected)]
    note = names.get(selected or "", _("all segments") if selected is None else _("of the cell selected"))
    columns = rfm.columns(names, value)
    layout.customers(view, chosen, columns, terms.customers(len(chosen)), note, names, _("All segments"))


show(render)
