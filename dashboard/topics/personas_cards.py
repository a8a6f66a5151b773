"""Cards of personas, of the core, the target and the near-target, and of those who never ordered."""

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
_CIRCLES_BY = ("recency_days",)
_COLOURS = {"core": "blue", "hypothesis": "orange"}

Figures = tuple[tuple[str, str, str | None], ...]
Lines = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Card:
    """What stands on a card, on the page and on paper.

    Parameters
    ----------
    code : str
        Persona (``p1``) or portrait (``core:person``).
    title, note : str
    role : str
        core, target, near_target, other or hypothesis.
    figures : tuple of (value, label, definition)
    warning : str
        What to mind before anything else; "" for nothing.
    parts : tuple of (heading, text)
        The few sentences that tell most beside the card's chart.
    more : tuple of (heading, text)
        The others.
    alone : tuple of (heading, text)
        The few where there is no chart, as on paper.
    quote, pains, contact : str
    offers : tuple of str
    """

    code: str
    title: str
    role: str
    note: str
    figures: Figures
    warning: str
    parts: Lines
    more: Lines
    alone: Lines
    quote: str
    pains: str
    contact: str
    offers: tuple[str, ...]


def persona_cards(view: View, result: PersonasResult, which: str) -> list[Card]:
    """A card for each persona of a kind that somebody in view belongs to."""
    names, lifetimes = personas.names(result), personas_value.lifetimes(view, result)
    rows = result.personas[(result.personas["kind"] == which) & (result.personas["customers"] > 0)]
    overlap = _("Overlap with itself when customers are drawn anew")
    return [
        _bought(
            view,
            result,
            row,
            (row.persona, names[row.persona], row.role),
            (number(row.stability, 2), personas.verdict(row.verdict), overlap),
            lifetimes,
            unstable=row.verdict == "unstable",
        )
        for row in rows.itertuples(index=False)
    ]


def circle_cards(view: View, result: PersonasResult, which: str) -> list[Card]:
    """The core, the target and the near-target of a kind, as far as somebody in view belongs to them; and who never ordered."""
    lifetimes = personas_value.lifetimes(view, result)
    own = result.circles[(result.circles["kind"] == which) & (result.circles["circle"] != "other")]
    named = {
        "core": _("The core: best by value and loyalty"),
        "target": _("The target: other active buyers"),
        "near_target": _("The near-target: silent, and like the core"),
    }
    bought = [
        _bought(
            view,
            result,
            row,
            (row.portrait, named[row.circle], row.circle),
            (money(row.order_value, view.currency), _("an order"), None),
            lifetimes,
        )
        for row in own[own["customers"] > 0].itertuples(index=False)
    ]
    potential = result.hypotheses[result.hypotheses["kind"] == which]
    return bought + [_without_orders(view, result, row) for row in potential.itertuples(index=False)]


def _bought(
    view: View,
    result: PersonasResult,
    row: Any,
    named: tuple[str, str, str],
    last: tuple[str, str, str | None],
    lifetimes: dict[str, personas_value.Lifetime],
    unstable: bool = False,
) -> Card:
    """The card of a group of buyers: code, title and role given, with what stands last among its figures."""
    note = f"{terms.customers(row.customers)} · {percent(row.customer_share)}"
    figures = (
        (percent(row.revenue_share), _("Revenue"), _("95 %: {span}").format(span=personas.share_range(row))),
        personas_value.shown(view, lifetimes.get(named[0])),
        last,
    )
    warning = _few(row.customers)
    if unstable:
        warning = _("Do not act on it: this group does not come back when customers are drawn anew.")
    return _card(view, result, named, note, figures, warning)


def _without_orders(view: View, result: PersonasResult, row: Any) -> Card:
    """The card of those who never ordered: a hypothesis."""
    title = _("The near-target: never ordered, and like the core") if row.alike else _("Never ordered")
    note = _("{n} of {all} who never ordered").format(n=number(row.customers), all=number(row.of))
    warning = _("A hypothesis: no purchase stands behind it. It gives way to data when they buy.")
    return _card(
        view, result, (row.portrait, title, "hypothesis"), note, (), f"{warning} {_few(row.customers)}".rstrip()
    )


def _few(n: int) -> str:
    return _("Too few customers to say anything of them.") if n < SMALL_N else ""


def _card(
    view: View, result: PersonasResult, named: tuple[str, str, str], note: str, figures: Figures, warning: str
) -> Card:
    code, title, role = named
    words = result.words[result.words["persona"] == code]
    said = {question: words.loc[words["question"] == question, "answer"].tolist() for question in ("quote", "pain")}
    drawn = set(personas.strongest(result, code)["code"])
    # How recently they bought is what the core, the target and the near-target are made of.
    few, others = portraits.told(result.evidence, code, view.currency, drawn or _CIRCLES_BY)
    alone = portraits.told(result.evidence, code, view.currency)[0] if drawn else few
    act = role == "hypothesis" or not warning
    nothing = () if drawn or warning else (("", _("Nothing that can be claimed sets them apart.")),)
    return Card(
        code,
        title,
        role,
        note,
        figures,
        warning,
        (*_unknown(result), *portraits.parts(few)) or nothing,
        tuple(portraits.parts(others)),
        (*_unknown(result), *portraits.parts(alone)) or nothing,
        " ".join(f"“{one}”" for one in said["quote"][:_QUOTES]),
        ", ".join(said["pain"][:_PAINS]),
        portraits.contact(result.evidence, code) if act else "",
        tuple(portraits.offers(result.evidence, code)) if act else (),
    )


def _unknown(result: PersonasResult) -> Lines:
    """That nobody said who customers are, where that is so."""
    if (result.traits["group"] == "attribute").any():
        return ()
    return ((_("Who"), _("Nothing is known of who they are: no table of customers was given.")),)


def advice(card: Card) -> Lines:
    """Pains, the best time and what to offer, each with its heading."""
    told = ((_("Pains"), card.pains), (_("Best time"), card.contact), (_("Offer"), " ".join(card.offers)))
    return tuple((label, text) for label, text in told if text)


def role(card: Card) -> str:
    """What a card is of, in its corner."""
    return _("hypothesis") if card.role == "hypothesis" else personas.role(card.role)


def _paragraphs(told: Lines) -> None:
    lines = [(f"**{layout.plain(label)}** " if label else "") + layout.plain(text) for label, text in told]
    if lines:
        st.markdown("  \n".join(lines))


def draw(view: View, result: PersonasResult, card: Card, chart: bool) -> None:
    """A card on the page."""
    with layout.block(card.title, card.note) as corner:
        corner.badge(role(card), color=_COLOURS.get(card.role, "gray"))
    with st.container(horizontal=True, gap="medium"):
        for value, label, definition in card.figures:
            words = f"**{layout.plain(value)}**  \n:small[{layout.plain(label)}]"
            st.markdown(words, help=definition, width="content")
    layout.grey(card.warning)
    if chart:
        figure = personas.indices(view, result, card.code)
        layout.chart(view, figure, f"indices_{card.code}", still=True)
    _paragraphs(card.parts)
    if card.quote:
        st.markdown(f"*:gray[{layout.plain(card.quote)}]*")
    _paragraphs(advice(card))
    if card.more:
        with st.expander(_("More about them")):
            _paragraphs(card.more)
    if chart:
        layout.actions(view, [layout.Action("", "", _("Open these customers"), select=card.code)], "")
