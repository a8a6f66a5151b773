"""One sentence of a portrait, made of rows of the evidence: a writer for each kind."""

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from dashboard.topics.portrait_words import attribute, level, value
from dashboard.words import _, number, percent

# From these shares on a value is said of a group as such, or of most of it.
NEARLY_ALL, MOST = 0.9, 0.5
# Mean discounts below which nearly the full price is paid, and from which on somebody buys cheap.
FULL_PRICE, CHEAP = 0.05, 0.10


def written(key: str, rows: pd.DataFrame, currency: str) -> str:
    """The sentence of a key; "" where its rows say nothing.

    Parameters
    ----------
    key : str
        Of :data:`core.personas.facets.SENTENCES`.
    rows : pandas.DataFrame
        Of the evidence, the strongest first.
    currency : str
    """
    return _WRITERS.get(key, _who)(rows, currency)


def phrase(row: Any) -> str:
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
        "housing": _("lives in: {value}"),
        "place": _("from a {value}"),
        "town": _("from {value}"),
        "size": _("{value} employees"),
        "need": _("needs {value}"),
        "decision": _("decided by {value}"),
        "committee": _("at the table: {value}"),
        "payer": _("paid by: {value}"),
        "user": _("used by: {value}"),
        "adviser": _("advised by {value}"),
        "decider": _("decided by {value}"),
        "device": _("device: {value}"),
        "decision_time": _("decided {value}"),
    }
    text = row.value.replace("-", "–") if row.facet == "age" else row.value
    if row.facet == "other":
        return f"{attribute(row.attribute)}: {text}"
    return templates.get(row.facet, "{value}").replace("{value}", text)


def _rows(rows: pd.DataFrame) -> Iterator[Any]:
    return iter(rows.itertuples(index=False))


def listed(parts: list[str]) -> str:
    """Parts with commas between."""
    return ", ".join(parts)


def capital(text: str) -> str:
    """With its first letter large."""
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _who(rows: pd.DataFrame, currency: str) -> str:
    """What nearly all are, what most are, and what they are more often than the rest; then what is told by a mean."""
    shares = [row for row in _rows(rows) if isinstance(row.value, str)]
    all_of = [phrase(row) for row in shares if row.share >= NEARLY_ALL]
    most = [phrase(row) for row in shares if MOST <= row.share < NEARLY_ALL]
    more = [phrase(row) for row in shares if row.share < MOST]
    parts = [listed(all_of)] if all_of else []
    parts += [_("mostly {list}").replace("{list}", listed(most))] if most else []
    parts += [_("more often than others: {list}").replace("{list}", listed(more))] if more else []
    parts += [_compared(row, currency) for row in _rows(rows) if not isinstance(row.value, str)]
    return capital("; ".join(parts)) + "." if parts else ""


def _compared(row: Any, currency: str) -> str:
    filled = {
        "name": _lower(attribute(row.attribute)),
        "own": level(row, False, currency),
        "rest": level(row, True, currency),
    }
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
    return capital("; ".join(parts)) + "." if parts else ""


def _recent(rows: pd.DataFrame, currency: str) -> str:
    row = next(_rows(rows))
    silent = _("Silent for longer: {own} days, others {rest}.")
    return _pair(
        row, currency, silent if row.index > 100 else _("Ordered more recently: {own} days ago, others {rest}.")
    )


def _price(rows: pd.DataFrame, currency: str) -> str:
    row = next(_rows(rows))
    if row.index < 100:
        full = row.mean < FULL_PRICE
        text = (
            _("Pays nearly the full price: {own} off, others {rest}.")
            if full
            else _("Smaller discounts: {own} off, others {rest}.")
        )
    else:
        cheap = row.mean >= CHEAP
        text = (
            _("Buys cheap and on promotion: {own} off, others {rest}.")
            if cheap
            else _("Larger discounts: {own} off, others {rest}.")
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
    return _("Buys more than others do: {list}.").replace("{list}", listed(liked))


def _where(rows: pd.DataFrame, _currency: str) -> str:
    by = {"channel": _("through {place} ({share})"), "region": _("in {place} ({share})")}
    places = [by[row.attribute].format(place=row.value, share=percent(row.share)) for row in _rows(rows)]
    return _("Orders more than others do {list}.").replace("{list}", listed(places))


def _when(rows: pd.DataFrame, _currency: str) -> str:
    times = [f"{value(row)} ({percent(row.share)})" for row in _rows(rows)]
    return _("Orders more than others do: {list}.").replace("{list}", listed(times))


def _said(rows: pd.DataFrame, _currency: str) -> str:
    said = [f"{_lower(attribute(row.attribute))} “{row.value}” ({percent(row.share)})" for row in _rows(rows)]
    return _("More often than others: {list}.").replace("{list}", listed(said))


def _scores(rows: pd.DataFrame, _currency: str) -> str:
    rated = _("“{name}” {own} (others {rest})")
    parts = [
        rated.replace("{name}", _lower(attribute(row.attribute)))
        .replace("{own}", number(row.mean, 1))
        .replace("{rest}", number(row.rest_mean, 1))
        for row in _rows(rows)
    ]
    return _("Rates: {list}.").replace("{list}", listed(parts))


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
