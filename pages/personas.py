"""Personas: what kinds of customers there are, and which of them are real."""

from dataclasses import replace

import streamlit as st

from core.analyses.personas import PersonasResult
from dashboard import layout, poster, terms
from dashboard.controls import choose, setting
from dashboard.topics import personas, personas_cards, personas_more
from dashboard.view import View, show
from dashboard.words import _


def render(view: View) -> None:
    # Those who never ordered are ranked on this page alone.
    result: PersonasResult = view.result(params=replace(view.params, potential="with"))
    names = personas.names(result)
    selected = view.selected(list(names))
    layout.header(view, personas.finding(result), personas.method(view, result), len(result.customers))
    layout.figures(personas.figures(view, result))
    kinds = {code: personas.kind(code) for code in result.personas["kind"].unique()}
    if kinds:
        _portraits(view, result, kinds, names)
    with st.popover(_("Settings"), icon=":material/tune:"):
        setting(view, "k", _("Number of groups"), {"auto": _("by stability")})
        setting(view, "method", _("Method"), {"mixture": _("Gaussian mixture"), "kmeans": _("K-means")})
        setting(view, "basis", _("Compared by"), {"behaviour": _("how they buy"), "attributes": _("and who they are")})
        setting(view, "kinds", _("People and firms"), {"apart": _("apart"), "together": _("together")})
        setting(view, "value", _("Value"), {"revenue": _("net revenue"), "margin": _("margin")})
    layout.notices(result.notices)
    chosen = result.customers if selected is None else result.customers[result.customers["persona"] == selected]
    columns = [
        layout.Column("persona", _("Persona"), "text", names),
        layout.Column("circle", _("Circle"), "text", personas.roles()),
        layout.Column("revenue", _("Net revenue"), "money"),
        layout.Column("orders", _("Orders")),
        layout.Column("likeness", _("Likeness")),
    ]
    layout.customers(
        view,
        chosen,
        columns,
        terms.customers(len(chosen)),
        names.get(selected or "", ""),
        names,
        _("All personas"),
        personas.segment(view, names, selected),
    )


def _portraits(view: View, result: PersonasResult, kinds: dict[str, str], names: dict[str, str]) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        layout.heading(_("Portraits"))
        which = choose(view, "kind", _("Kind"), kinds) if len(kinds) > 1 else next(iter(kinds))
        groups, circles = (
            make(view, result, which) for make in (personas_cards.persona_cards, personas_cards.circle_cards)
        )
        poster.menu(view, f"{view.key}/poster", personas.finding(result), [*groups, *circles])
    for cards, chart in ((groups, True), (circles, False)):
        grid = layout.cards(2 if len(cards) in (2, 4) else 3)
        for card in cards:
            with grid.cell():
                personas_cards.draw(view, result, card, chart)
    # Too wide for a phone; the cards above say the same.
    if not view.phone:
        note = _(
            "Index against the rest: below 100 in orange, above in blue; ° the interval crosses 100. Under each name its stability."
        )
        with layout.cards(1).cell(), layout.block(_("What sets each group apart"), note):
            figure = personas.trait_matrix(view, result, which, names)
            layout.chart(view, figure, "traits", select=True, data=result.traits)
    with layout.cards(1).cell():
        personas_more.proofs(view, result, {card.code: card.title for card in [*groups, *circles]})
    grid = layout.cards(2)
    with grid.cell(), layout.block(_("How far apart they are"), _("The two directions in which customers differ most")):
        layout.chart(
            view, personas_more.plane_figure(view, result, which, names), "plane", select=True, data=result.plane
        )
    with grid.cell():
        personas_more.look_alikes(view, result, which)
    personas_more.asked(view, result)
    with layout.cards(1).cell():
        personas_more.market(view, result)


show(render)
