"""Portraits in words: every sentence is made of rows of the evidence, and of nothing else."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dashboard.topics.portrait_sentences import CHEAP, FULL_PRICE, capital, listed, written
from dashboard.topics.portrait_words import month, value
from dashboard.words import _, number

# Sentences stand under four headings; a card has few of them, and no more than two under one.
_WHO = "who"
_PARTS = {
    **dict.fromkeys(("who", "work", "home", "firm", "other"), _WHO),
    **dict.fromkeys(("spends", "often", "recent", "price", "range", "what"), "buys"),
    **dict.fromkeys(("where", "season", "time"), "when"),
    **dict.fromkeys(("why", "decides", "manner", "value", "loyalty"), "says"),
}
FEW, ALIKE = 4, 2
_MOST_OFFERS, _FEW_ORDERS = 2, 3
# What the lines on the best time and on what to offer say already.
_ADVISED = ("what", "season", "time")
# Shares of orders that each time would have if all had the same.
_EVEN = {"weekday": 1 / 7, "day_part": 1 / 4, "month": 1 / 12}


@dataclass(frozen=True, eq=False)
class Sentence:
    """One sentence, its key, and the rows of the evidence that it is made of."""

    key: str
    text: str
    rows: pd.DataFrame

    @property
    def part(self) -> str:
        """Of which heading."""
        return _PARTS.get(self.key, _WHO)

    @property
    def code(self) -> str:
        """Its strongest row as a measure or a part of a mix."""
        row = self.rows.iloc[0]
        return f"{row['attribute']}={row['value']}" if isinstance(row["value"], str) else str(row["attribute"])

    @property
    def weight(self) -> float:
        """How much its strongest row tells: how far from the rest, and of shares how large."""
        index = self.rows["index"].where(self.rows["index"].notna(), self.rows["low"])
        far = np.log(index.astype(float).clip(lower=1) / 100).abs()
        return float((far * self.rows["share"].astype(float).fillna(1.0)).max())


def sentences(evidence: pd.DataFrame, persona: str, currency: str) -> list[Sentence]:
    """The portrait of a persona (or of the core, the target, ...), sentence by sentence."""
    own = evidence[evidence["persona"] == persona]
    found = []
    for key, rows in own.groupby("sentence", sort=False):
        made = written(str(key), rows, currency)
        if made:
            found.append(Sentence(str(key), made, rows))
    return found


def told(
    evidence: pd.DataFrame, persona: str, currency: str, said: Collection[str] = ()
) -> tuple[list[Sentence], list[Sentence]]:
    """The portrait as the few sentences of a card, those that tell most first, and the others in their order.

    Parameters
    ----------
    evidence : pandas.DataFrame
    persona, currency : str
    said : collection of str
        Measures and parts of mixes (``channel=Web``) that the card tells otherwise, by a chart or by its title.
    """
    every = sentences(evidence, persona, currency)
    fresh = [one for one in every if one.key not in _ADVISED and one.code not in said]
    ranked = sorted(fresh, key=lambda one: -one.weight)
    # A portrait says who they are, whatever tells more.
    few = [one for one in ranked if one.part == _WHO][:1]
    for one in ranked:
        alike = sum(other.part == one.part for other in few)
        known = {value for other in few for value in other.rows["value"] if isinstance(value, str)}
        if len(few) < FEW and alike < ALIKE and one not in few and one.rows["value"].iloc[0] not in known:
            few.append(one)
    few.sort(key=lambda one: -one.weight)
    return few, [one for one in every if one not in few]


def parts(told: list[Sentence]) -> list[tuple[str, str]]:
    """Sentences under their headings, in the order of the first of each: who they are, how they buy, where and when, what they say."""
    headings = {_WHO: _("Who"), "buys": _("Buys"), "when": _("Where and when"), "says": _("Says")}
    texts: dict[str, list[str]] = {}
    for sentence in told:
        texts.setdefault(sentence.part, []).append(sentence.text)
    return [(headings[part], " ".join(own)) for part, own in texts.items()]


# ---- What follows from it


def contact(evidence: pd.DataFrame, persona: str) -> str:
    """The best time to get in touch, as far as orders tell; "" where none stands out."""
    own = evidence[(evidence["persona"] == persona) & evidence["attribute"].isin(_EVEN)]
    # What is rare is no best time, though it be commoner than elsewhere.
    own = own[own["share"] >= own["attribute"].map(_EVEN).astype(float)]
    best = own.drop_duplicates("attribute").set_index("attribute")
    if best.empty:
        return ""
    words = [
        value(best.loc[name].to_frame().T.assign(attribute=name).iloc[0]) for name in best.index if name != "month"
    ]
    parts = [listed(words)] if words else []
    if "month" in best.index:
        named = month(best.loc["month", "value"])
        parts.append(_("ahead of {month}").replace("{month}", named))
    return capital(", ".join(parts)) + "."


def offers(evidence: pd.DataFrame, persona: str) -> list[str]:
    """What to offer: at most two points, the most pressing first, each from rows of the evidence."""
    own = evidence[evidence["persona"] == persona]
    one = own.drop_duplicates("attribute").set_index("attribute")
    found = []
    silent = "recency_days" in one.index and one.loc["recency_days", "index"] > 150
    if silent:
        found.append(_("One good reason to come back: they have gone quiet."))
    liked = own.loc[own["attribute"] == "category", "value"]
    if len(liked):
        found.append(_("Show first: {list}.").replace("{list}", listed(list(liked))))
    if "benefit" in one.index:
        found.append(_lead(one.loc["benefit", "value"]))
    if "discount_share" in one.index:
        found += _price(one.loc["discount_share"])
    if not silent and "frequency" in one.index:
        found += _rhythm(one)
    return found[:_MOST_OFFERS]


def _rhythm(one: pd.DataFrame) -> list[str]:
    """What frequent or rare orders call for."""
    often = one.loc["frequency"]
    if often["index"] > 100 and "gap_days" in one.index and one.loc["gap_days", "index"] < 100:
        days = number(one.loc["gap_days", "mean"])
        return [_("A reminder or standing order every {days} days.").replace("{days}", days)]
    if often["mean"] < _FEW_ORDERS and often["index"] < 70:
        return [_("A reason for the next order: few have made many.")]
    return []


def _price(row: Any) -> list[str]:
    """What a habit of buying at a discount, or without, calls for."""
    if row["index"] > 100:
        return [_("An offer with an end date: they wait for discounts.")] if row["mean"] >= CHEAP else []
    return [_("No discount: they buy without.")] if row["mean"] < FULL_PRICE else []


def _lead(benefit: str) -> str:
    known = {
        "quality": _("Lead with quality: it is what they seek."),
        "service": _("Lead with service: it is what they seek."),
        "economy": _("Lead with what they save: it is what they seek."),
        "speed": _("Lead with speed: it is what they seek."),
    }
    return known.get(benefit, _("Lead with what they seek: {benefit}.").replace("{benefit}", benefit))
