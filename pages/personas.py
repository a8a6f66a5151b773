"""Personas: what kinds of customers there are, and which of them are real."""

import streamlit as st

from core.analyses.personas import PersonasResult
from dashboard import layout, terms
from dashboard.controls import choose, setting
from dashboard.topics import personas
from dashboard.view import View, show
from dashboard.words import _, money, number, percent


def render(view: View) -> None:
    result: PersonasResult = view.result()
    names = personas.names(result)
    selected = view.selected(list(names))
    what = _("K-means on {n} behaviours").format(n=len(result.measures))
    layout.header(view, personas.finding(result), what, len(result.customers))
    layout.figures(personas.figures(view, result))
    kinds = {code: personas.kind(code) for code in result.personas["kind"].unique()}
    which = _which(view, kinds)
    shown = result.personas[result.personas["kind"] == which]
    grid = layout.cards(2 if len(shown) in (2, 4) else 3)
    for row in shown.itertuples(index=False):
        with grid.cell():
            _card(view, result, row, names)
    # Too wide for a phone; the cards above say the same.
    if which and not view.phone:
        note = _(
            "Index against the rest: below 100 in orange, above in blue; ° the interval crosses 100. Under each name its stability."
        )
        with layout.cards(1).cell(), layout.block(_("What sets each group apart"), note):
            figure = personas.trait_matrix(view, result, which, names)
            layout.chart(view, figure, "traits", select=True, data=result.traits)
    with st.popover(_("Settings"), icon=":material/tune:"):
        setting(view, "k", _("Number of groups"), {"auto": _("by stability")})
        setting(view, "kinds", _("People and firms"), {"apart": _("apart"), "together": _("together")})
        setting(view, "value", _("Value"), {"revenue": _("net revenue"), "margin": _("margin")})
    layout.notices(result.notices)
    chosen = result.customers if selected is None else result.customers[result.customers["persona"] == selected]
    columns = [
        layout.Column("persona", _("Persona"), "text", names),
        layout.Column("revenue", _("Net revenue"), "money"),
        layout.Column("orders", _("Orders")),
    ]
    layout.customers(
        view, chosen, columns, terms.customers(len(chosen)), names.get(selected or "", ""), names, _("All personas")
    )


def _which(view: View, kinds: dict[str, str]) -> str:
    if len(kinds) < 2:
        return next(iter(kinds), "")
    layout.heading(_("Portraits"))
    return choose(view, "kind", _("Kind"), kinds)


def _card(view: View, result: PersonasResult, row: object, names: dict[str, str]) -> None:
    role = personas.role(row.role)
    with layout.block(
        names[row.persona], f"{terms.customers(row.customers)} · {percent(row.customer_share)}"
    ) as corner:
        corner.badge(role, color="blue" if row.role == "core" else "gray")
    with st.container(horizontal=True, gap="large"):
        for value, label, definition in (
            (percent(row.revenue_share), _("Revenue"), _("95 %: {span}").format(span=personas.share_range(row))),
            (money(row.order_value, view.currency), _("an order"), None),
            (
                number(row.stability, 2),
                personas.verdict(row.verdict),
                _("Overlap with itself when customers are drawn anew"),
            ),
        ):
            words = f"**{layout.plain(value)}**  \n:small[{layout.plain(label)}]"
            st.markdown(words, help=definition, width="content")
    layout.chart(view, personas.indices(view, result, row.persona), f"indices_{row.persona}", still=True)
    text = personas.portrait(result, row.persona)
    layout.actions(view, [layout.Action("", text, _("Open these customers"), select=row.persona)], "")


show(render)
