"""Cards of personas, and of the core, the target and the near-target."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.analyses.personas import PersonasResult
from core.stats import SMALL_N
from dashboard import layout, terms
from dashboard.topics import personas, personas_value, portraits
from dashboard.view import View
from dashboard.words import _, money, number, percent

_QUOTES, _PAINS = 1, 2


@dataclass(frozen=True)
class Card:
    """What stands on a card, on the page and on paper.

    Parameters
    ----------
    code : str
        Persona (``p1``) or portrait (``core:person``).
    title, role, note : str
    core : bool
    figures : tuple of (value, label, definition)
    parts : tuple of (heading, text)
    quote, pains : str
    contact : str
    offers : tuple of str
    small : bool
        Of fewer than 30 customers.
    """

    code: str
    title: str
    role: str
    note: str
    core: bool
    figures: tuple[tuple[str, str, str | None], ...]
    parts: tuple[tuple[str, str], ...]
    quote: str
    pains: str
    contact: str
    offers: tuple[str, ...]
    small: bool


def persona_cards(view: View, result: PersonasResult, which: str) -> list[Card]:
    """A card for each persona of a kind."""
    names, lifetimes = personas.names(result), personas_value.lifetimes(view, result)
    rows = result.personas[result.personas["kind"] == which].itertuples(index=False)
    return [
        _card(
            view,
            result,
            row,
            row.persona,
            names[row.persona],
            row.role,
            lifetimes,
            (
                number(row.stability, 2),
                personas.verdict(row.verdict),
                _("Overlap with itself when customers are drawn anew"),
            ),
        )
        for row in rows
    ]


def circle_cards(view: View, result: PersonasResult, which: str) -> list[Card]:
    """The core, the target and the near-target of a kind."""
    lifetimes = personas_value.lifetimes(view, result)
    own = result.circles[(result.circles["kind"] == which) & (result.circles["circle"] != "other")]
    named = {
        "core": _("The core: best by value and loyalty"),
        "target": _("The target: other active buyers"),
        "near_target": _("The near-target: silent, and like the core"),
    }
    return [
        _card(
            view,
            result,
            row,
            row.portrait,
            named[row.circle],
            row.circle,
            lifetimes,
            (money(row.order_value, view.currency), _("an order"), None),
        )
        for row in own.itertuples(index=False)
    ]


def _card(
    view: View,
    result: PersonasResult,
    row: Any,
    code: str,
    title: str,
    role: str,
    lifetimes: dict[str, personas_value.Lifetime],
    last: tuple[str, str, str | None],
) -> Card:
    words = result.words[result.words["persona"] == code]
    said = {question: words.loc[words["question"] == question, "answer"].tolist() for question in ("quote", "pain")}
    known = (result.traits["group"] == "attribute").any()
    told = portraits.parts(result.evidence, code, view.currency)
    if not known:
        told.insert(0, (_("Who"), _("Nothing is known of who they are: no table of customers was given.")))
    return Card(
        code,
        title,
        personas.role(role),
        f"{terms.customers(row.customers)} · {percent(row.customer_share)}",
        role == "core",
        (
            (percent(row.revenue_share), _("Revenue"), _("95 %: {span}").format(span=personas.share_range(row))),
            personas_value.shown(view, lifetimes.get(code)),
            last,
        ),
        tuple(told) or (("", _("Nothing that can be claimed sets them apart.")),),
        " ".join(f"“{one}”" for one in said["quote"][:_QUOTES]),
        ", ".join(said["pain"][:_PAINS]),
        portraits.contact(result.evidence, code),
        tuple(portraits.offers(result.evidence, code)),
        bool(row.customers < SMALL_N),
    )


def advice(card: Card) -> tuple[tuple[str, str], ...]:
    """Pains, the best time and what to offer, each with its heading."""
    told = ((_("Pains"), card.pains), (_("Best time"), card.contact), (_("Offer"), " ".join(card.offers)))
    return tuple((label, text) for label, text in told if text)


def _paragraphs(told: tuple[tuple[str, str], ...]) -> None:
    lines = [(f"**{layout.plain(label)}** " if label else "") + layout.plain(text) for label, text in told]
    st.markdown("  \n".join(lines))


def draw(view: View, result: PersonasResult, card: Card, chart: bool) -> None:
    """A card on the page."""
    with layout.block(card.title, card.note) as corner:
        corner.badge(card.role, color="blue" if card.core else "gray")
    with st.container(horizontal=True, gap="medium"):
        for value, label, definition in card.figures:
            words = f"**{layout.plain(value)}**  \n:small[{layout.plain(label)}]"
            st.markdown(words, help=definition, width="content")
    if card.small:
        layout.grey(_("Too few customers to say anything of them."))
    if chart:
        figure = personas.indices(view, result, card.code)
        layout.chart(view, figure, f"indices_{card.code}", still=True)
    _paragraphs(card.parts)
    if card.quote:
        st.markdown(f"*:gray[{layout.plain(card.quote)}]*")
    _paragraphs(advice(card))
    if chart:
        layout.actions(view, [layout.Action("", "", _("Open these customers"), select=card.code)], "")
