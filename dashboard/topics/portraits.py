"""Portraits in words: every sentence is made of rows of the evidence, and of nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.topics.portrait_words import attribute, level, month, value
from dashboard.words import _, number, percent

# From these shares on a value is said of a group as such, or of most of it.
NEARLY_ALL, MOST = 0.9, 0.5
# Mean discounts below which nearly the full price is paid, and from which on somebody buys cheap.
FULL_PRICE, CHEAP = 0.05, 0.10
# Sentences stand under four headings.
_PARTS = {
    **dict.fromkeys(("who", "work", "home", "firm", "other"), "who"),
    **dict.fromkeys(("spends", "often", "recent", "price", "range", "what"), "buys"),
    **dict.fromkeys(("where", "season", "time"), "when"),
    **dict.fromkeys(("why", "decides", "manner", "value", "loyalty"), "says"),
}


@dataclass(frozen=True)
class Sentence:
    """One sentence, its key, and the rows of the evidence that it is made of."""

    key: str
    text: str
    rows: pd.DataFrame


def sentences(evidence: pd.DataFrame, persona: str, currency: str) -> list[Sentence]:
    """The portrait of a persona (or of the core, the target, ...), sentence by sentence."""
    own = evidence[evidence["persona"] == persona]
    found = []
    for key, rows in own.groupby("sentence", sort=False):
        made = _WRITERS.get(str(key), _who)(rows, currency)
        if made:
            found.append(Sentence(str(key), made, rows))
    return found


def parts(evidence: pd.DataFrame, persona: str, currency: str) -> list[tuple[str, str]]:
    """The portrait under its headings: who they are, how they buy, where and when, what they say."""
    headings = {"who": _("Who"), "buys": _("Buys"), "when": _("Where and when"), "says": _("Says")}
    texts: dict[str, list[str]] = {}
    for sentence in sentences(evidence, persona, currency):
        texts.setdefault(_PARTS.get(sentence.key, "who"), []).append(sentence.text)
    return [(headings[part], " ".join(texts[part])) for part in headings if part in texts]


# ---- One writer a sentence


def _phrase(row: Any) -> str:
    """A value as a part of a sentence about somebody."""
    known = {
        ("sex", "female"): _("women"),
        ("sex", "male"): _("men"),
        ("family", "single"): _("single"),
        ("family", "married"): _("married"),
        ("family", "couple"): _("a couple"),
        ("children", "none"): _("without children"),
        ("housing", "owner"): _("in a home of their own"),
        ("housing", "renter"): _("in a rented home"),
    }
    if (row.facet, row.meaning) in known:
        return known[row.facet, row.meaning]
    templates = {
        "age": _("aged {value}"),
        "children": _("children: {value}"),
        "hours": _("works {value}"),
        "workplace": _("works in: {value}"),
        "education": _("education: {value}"),
        "income": _("income {value}"),
        "housing": _("home: {value}"),
        "place": _("from a {value}"),
        "town": _("from {value}"),
        "size": _("{value} employees"),
        "need": _("needs {value}"),
        "decision": _("decided by {value}"),
        "committee": _("at the table: {value}"),
        "payer": _("paid by {value}"),
        "user": _("used by {value}"),
        "adviser": _("advised by {value}"),
        "decider": _("decided by {value}"),
        "device": _("orders on: {value}"),
        "decision_time": _("decided {value}"),
    }
    text = row.value.replace("-", "–") if row.facet == "age" else row.value
    if row.facet == "other":
        return f"{attribute(row.attribute)}: {text}"
    return templates.get(row.facet, "{value}").replace("{value}", text)


def _rows(rows: pd.DataFrame) -> Iterator[Any]:
    return iter(rows.itertuples(index=False))


def _listed(parts: list[str]) -> str:
    return ", ".join(parts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _who(rows: pd.DataFrame, currency: str) -> str:
    """What nearly all are, what most are, and what they are more often than the rest; then what is told by a mean."""
    shares = [row for row in _rows(rows) if isinstance(row.value, str)]
    all_of = [_phrase(row) for row in shares if row.share >= NEARLY_ALL]
    most = [_phrase(row) for row in shares if MOST <= row.share < NEARLY_ALL]
    more = [_phrase(row) for row in shares if row.share < MOST]
    parts = [_listed(all_of)] if all_of else []
    parts += [_("mostly {list}").replace("{list}", _listed(most))] if most else []
    parts += [_("more often than others: {list}").replace("{list}", _listed(more))] if more else []
    parts += [_compared(row, currency) for row in _rows(rows) if not isinstance(row.value, str)]
    return _capital("; ".join(parts)) + "." if parts else ""


def _compared(row: Any, currency: str) -> str:
    filled = {"name": attribute(row.attribute), "own": level(row, False, currency), "rest": level(row, True, currency)}
    text = _("{name} {own} on average, others {rest}")
    for name, written in filled.items():
        text = text.replace(f"{{{name}}}", written)
    return text


def _pair(row: Any, currency: str, text: str) -> str:
    return text.replace("{own}", level(row, False, currency)).replace("{rest}", level(row, True, currency))


def _spends(rows: pd.DataFrame, currency: str) -> str:
    row = next(_rows(rows))
    less = _("Smaller orders: {own} each, others {rest}.")
    return _pair(row, currency, less if row.index < 100 else _("Larger orders: {own} each, others {rest}."))


def _often(rows: pd.DataFrame, currency: str) -> str:
    by_name = {row.attribute: row for row in _rows(rows)}
    parts = []
    if "frequency" in by_name:
        row = by_name["frequency"]
        fewer = _("Fewer orders: {own} so far, others {rest}")
        parts.append(_pair(row, currency, fewer if row.index < 100 else _("More orders: {own} so far, others {rest}")))
    if "gap_days" in by_name:
        parts.append(_pair(by_name["gap_days"], currency, _("{own} days between them, others {rest}")))
    return _capital("; ".join(parts)) + "." if parts else ""


def _recent(rows: pd.DataFrame, currency: str) -> str:
    row = next(_rows(rows))
    silent = _("Silent for longer: {own} days, others {rest}.")
    return _pair(row, currency, silent if row.index > 100 else _("Back more lately: {own} days ago, others {rest}."))


def _price(rows: pd.DataFrame, currency: str) -> str:
    row = next(_rows(rows))
    if row.index < 100:
        full = row.mean < FULL_PRICE
        text = (
            _("Pays nearly the full price: {own} off, others {rest}.") if full else _("Less off: {own}, others {rest}.")
        )
    else:
        cheap = row.mean >= CHEAP
        text = (
            _("Buys cheap and on promotion: {own} off, others {rest}.")
            if cheap
            else _("More off: {own}, others {rest}.")
        )
    return _pair(row, currency, text)


def _range(rows: pd.DataFrame, currency: str) -> str:
    row = next(_rows(rows))
    narrow = {
        "products": _("Fewer different products: {own}, others {rest}."),
        "categories": _("Fewer categories: {own}, others {rest}."),
    }
    broad = {
        "products": _("More different products: {own}, others {rest}."),
        "categories": _("More categories: {own}, others {rest}."),
    }
    return _pair(row, currency, (narrow if row.index < 100 else broad)[row.attribute])


def _what(rows: pd.DataFrame, _currency: str) -> str:
    liked = [
        f"{row.value} ({number(row.index / 100, 1)}\u00a0×)" if row.index == row.index else row.value
        for row in _rows(rows)
    ]
    return _("Buys more than others do: {list}.").replace("{list}", _listed(liked))


def _where(rows: pd.DataFrame, _currency: str) -> str:
    places = [f"{row.value} ({percent(row.share)})" for row in _rows(rows)]
    return _("More than others through or in: {list}.").replace("{list}", _listed(places))


def _when(rows: pd.DataFrame, _currency: str) -> str:
    times = [f"{value(row)} ({percent(row.share)})" for row in _rows(rows)]
    return _("More than others: {list}.").replace("{list}", _listed(times))


def _said(rows: pd.DataFrame, _currency: str) -> str:
    said = [f"{attribute(row.attribute).lower()} “{row.value}” ({percent(row.share)})" for row in _rows(rows)]
    return _("More often than others: {list}.").replace("{list}", _listed(said))


def _scores(rows: pd.DataFrame, _currency: str) -> str:
    parts = [
        f"{attribute(row.attribute).lower()} {number(row.mean, 1)} ({_('others {rest}').format(rest=number(row.rest_mean, 1))})"
        for row in _rows(rows)
    ]
    return _("Points: {list}.").replace("{list}", _listed(parts))


_WRITERS: dict[str, Callable[[pd.DataFrame, str], str]] = {
    "spends": _spends,
    "often": _often,
    "recent": _recent,
    "price": _price,
    "range": _range,
    "what": _what,
    "where": _where,
    "season": _when,
    "time": _when,
    "why": _said,
    "value": _scores,
    "loyalty": _scores,
}


# ---- What follows from it


def contact(evidence: pd.DataFrame, persona: str) -> str:
    """The best time to get in touch, as far as orders tell."""
    own = evidence[(evidence["persona"] == persona) & evidence["attribute"].isin(("weekday", "day_part", "month"))]
    best = own.drop_duplicates("attribute").set_index("attribute")
    if best.empty:
        return _("No day or month stands out.")
    words = [
        value(best.loc[name].to_frame().T.assign(attribute=name).iloc[0]) for name in best.index if name != "month"
    ]
    parts = [_listed(words)] if words else []
    if "month" in best.index:
        named = month(best.loc["month", "value"])
        parts.append(_("ahead of {month}").replace("{month}", named))
    return _capital(", ".join(parts)) + "."


def offers(evidence: pd.DataFrame, persona: str) -> list[str]:
    """What to offer: at most three points, each from rows of the evidence."""
    own = evidence[evidence["persona"] == persona]
    one = own.drop_duplicates("attribute").set_index("attribute")
    found = []
    liked = own.loc[own["attribute"] == "category", "value"]
    if len(liked):
        found.append(_("Show first: {list}.").replace("{list}", _listed(list(liked))))
    if "benefit" in one.index:
        found.append(_lead(one.loc["benefit", "value"]))
    if "discount_share" in one.index:
        high = one.loc["discount_share", "index"] > 100
        off = one.loc["discount_share", "mean"]
        if high and off >= CHEAP:
            found.append(_("An offer with an end date: they wait for discounts."))
        elif not high and off < FULL_PRICE:
            found.append(_("No discount: they buy without."))
    if "recency_days" in one.index and one.loc["recency_days", "index"] > 150:
        found.append(_("One good reason to come back: they have gone quiet."))
    elif "gap_days" in one.index and one.loc["gap_days", "index"] < 100:
        days = number(one.loc["gap_days", "mean"])
        found.append(_("A reminder or standing order every {days} days.").replace("{days}", days))
    elif "frequency" in one.index and one.loc["frequency", "index"] < 70:
        found.append(_("A reason for the next order: few have made many."))
    return found[:3]


def _lead(benefit: str) -> str:
    known = {
        "quality": _("Lead with quality: it is what they seek."),
        "service": _("Lead with service: it is what they seek."),
        "economy": _("Lead with what they save: it is what they seek."),
        "speed": _("Lead with speed: it is what they seek."),
    }
    return known.get(benefit, _("Lead with what they seek: {benefit}.").replace("{benefit}", benefit))
