"""What is clear of a segment as sentences of a brief: what is seen, with its shares, and what to do about it."""

from typing import Any

import numpy as np
import pandas as pd

from core.analyses.profiles import ProfilesResult
from core.classifications import ATTRIBUTE
from core.personas.facets import facet_of, meaning
from core.profiles.known import RETAIL, SMALL_LOTS, SURVEY, mark_name
from core.survey import VALUES
from dashboard.topics import portrait_sentences, profile_words
from dashboard.view import View
from dashboard.words import EN_DASH, _, money, number, percent

# What is clear of chance may still be small: the index and the points from which a difference is worth acting on.
WORTH, POINTS = 120, 0.02
# Attributes that tell people from firms.
KINDS = ("type", "kind")
# What is to be said to all of them must hold for so many.
MANY = 0.2
# Of a kind that has many values more than one may be told, and of one answer so many in all.
_SEVERAL = {"category": 3, "month": 3, "weekday": 2, "region": 2, "channel": 2}
_MOST = 4


def told(profile: ProfilesResult, question: str) -> pd.DataFrame:
    """The rows of the five W that are clear of chance and worth acting on, what tells most first; one an attribute but for lists."""
    rows = profile.five_w
    rows = rows[(rows["question"] == question) & rows["clear"].astype(bool)]
    # What nobody else does has no index; what the segment is made by needs no word.
    large = ~(rows["index"] < WORTH) & (rows["share"] - rows["rest_share"] >= POINTS)
    made_by = profile.classification
    made_by = mark_name(made_by.removeprefix(ATTRIBUTE)) if made_by.startswith(ATTRIBUTE) else made_by
    rows = rows[large & (rows["attribute"] != made_by)]
    most = np.array([_SEVERAL.get(of, 1) for of in rows["attribute"]], dtype=np.int64)
    return rows[rows.groupby("attribute").cumcount().to_numpy() < most].head(_MOST)


def seen(view: View, profile: ProfilesResult, question: str) -> str:
    """An answer to one of the five W as sentences with shares: theirs, then the others'."""
    rows = told(profile, question)
    if rows.empty:
        return _nothing(profile, question)
    by_kind: dict[str, list[str]] = {}
    for row in rows.itertuples(index=False):
        by_kind.setdefault(_kind(row), []).append(f"{_value(view, profile, row)} {_shares(row)}")
    heads = {
        "who": _("More often than others: {list}."),
        "need": _("What they need: {list}."),
        "category": _("They buy more of: {list}."),
        "amount": _("What they spend an order: {list}."),
        "lot": _("How much they order at once: {list}."),
        "where": _("They buy through or in: {list}."),
        "home": _("They are {list}."),
        "time": _("They buy more in or on: {list}."),
        "gap": _("Between two orders: {list}."),
        "said": _("They say: {list}."),
        "value": _("Beside the alternatives they rate us: {list}."),
        "price": _("They buy at a discount {list}."),
    }
    return " ".join(heads[kind].replace("{list}", _and(texts)) for kind, texts in by_kind.items())


def _kind(row: Any) -> str:
    of = row.attribute
    if of.startswith(SURVEY):
        return "value" if of.removeprefix(SURVEY) in VALUES else "said"
    known = {
        "category": "category",
        "order_value": "amount",
        "lot": "lot",
        "region": "where",
        "channel": "where",
        "month": "time",
        "weekday": "time",
        "day_part": "time",
        "days_between_orders": "gap",
        "bargains": "price",
    }
    if of in known:
        return known[of]
    facet = facet_of(of)
    return "home" if facet in ("place", "town") else "need" if facet == "need" else "who"


def _value(view: View, profile: ProfilesResult, row: Any) -> str:
    """A value as it stands within a sentence."""
    of, kind = row.attribute, _kind(row)
    if kind == "said":
        return f"“{row.value}”"
    if kind == "value":
        return _("{score} for {value}").format(score=row.value, value=profile_words.attribute(of).lower())
    if of in ("order_value", "days_between_orders"):
        return span(view, profile, row)
    if of == "lot":
        return _lot(row.value)
    if kind == "price":
        return {"hardly": _("hardly ever"), "at_times": _("now and then"), "mostly": _("mostly")}[row.value]
    if kind in ("who", "home"):
        return person(view, row)
    return profile_words.value(of, row.value, view.currency)


def person(view: View, row: Any) -> str:
    """What somebody is: "firms", "aged 35–44", "income over 90k"."""
    of, value = row.attribute, row.value
    if of.lower() in KINDS and value in ("firm", "person"):
        return _("firms") if value == "firm" else _("people")
    facet = facet_of(of)
    if facet == "income" and value.isdigit():
        value = money(float(value), view.currency, trim=True)
    named = pd.Series({"attribute": of, "facet": facet, "meaning": meaning(facet, value), "value": value})
    return portrait_sentences.phrase(named)


def _lot(code: str) -> str:
    return {
        "retail": _("under {n} units").format(n=number(RETAIL)),
        "small_wholesale": _("{low} to {high} units").format(low=number(RETAIL), high=number(SMALL_LOTS)),
        "wholesale": _("{n} units or more").format(n=number(SMALL_LOTS)),
    }[code]


def span(view: View, profile: ProfilesResult, row: Any) -> str:
    """A band of a number: the lowest by its upper end, the highest by its lower one."""
    bands = profile.traits.loc[profile.traits["attribute"] == row.attribute, "value"]
    ends = sorted([float(end) for end in band.split(" to ")] for band in bands)
    low, high = ([float(end) for end in row.value.split(" to ")] * 2)[:2]
    own = money if row.attribute in profile_words.MONEY else number
    said = [own(end, view.currency) if own is money else number(end) for end in (low, high)]
    unit = "" if own is money else " " + _("days")
    if len(ends) > 1 and ends[0][0] == low:
        return _("up to {end}").format(end=said[1]) + unit
    if len(ends) > 1 and ends[-1][0] == low:
        return _("{end} or more").format(end=said[0] + unit)
    return f"{said[0]} {EN_DASH} {said[1]}{unit}"


def _shares(row: Any) -> str:
    return _("({share}, others {rest})").format(share=percent(row.share), rest=percent(row.rest_share))


def _nothing(profile: ProfilesResult, question: str) -> str:
    if not (profile.traits["question"] == question).any():
        return {
            "why": _("Not known: ask them."),
            "who": _("Not known: there are no attributes to compare."),
        }.get(question, _("Not known."))
    return _("Nothing that sets them apart enough to act on.")


def _and(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else _("{list} and {last}").format(list=", ".join(texts[:-1]), last=texts[-1])


# ---- What to do


def positioning(view: View, profile: ProfilesResult, name: str) -> list[str]:
    """For whom, in which need, and what to be to them; without a reason that can be claimed it asks for one."""
    who = [person(view, row) for row in _rows(profile, "who") if row.share >= MANY]
    whom = _("For {segment}").format(segment=name)
    whom += _(". More often than others they are: {who}.").format(who=", ".join(who)) if who else "."
    wants = [_want(view, row) for row in _reasons(profile)]
    if not wants:
        return [whom, _("The data do not tell why they buy. Interview some of them before you decide on a position.")]
    return [
        whom,
        _("More than others they {wants}.").format(wants=_and(wants)),
        _("Be the one who gives them just that, and say what the alternatives don’t."),
    ]


def _reasons(profile: ProfilesResult) -> list[Any]:
    """Needs and answers that many of them have."""
    return [row for row in _rows(profile, "why") if _kind(row) in ("need", "said") and row.share >= MANY]


def _want(view: View, row: Any) -> str:
    if _kind(row) == "need":
        return _("need {value}").format(value=profile_words.value(row.attribute, row.value, view.currency))
    texts = {
        "motive": _("name “{value}” as their reason to buy"),
        "benefit": _("look for “{value}” first"),
        "occasion": _("buy on the occasion “{value}”"),
        "criterion": _("choose by “{value}”"),
        "key_value": _("value “{value}” most in a product"),
    }
    return texts.get(row.attribute.removeprefix(SURVEY), _("say “{value}”")).format(value=row.value)


def message(view: View, profile: ProfilesResult) -> list[str]:
    """What to say first, and what part the price plays."""
    reasons = _reasons(profile)
    said = [f"“{row.value}”" for row in reasons if _kind(row) == "said"]
    needs = [profile_words.value(row.attribute, row.value, view.currency) for row in reasons if _kind(row) == "need"]
    lines = [_("Open with what they say themselves: {said}.").format(said=_and(said))] if said else []
    lines += [_("Show how you meet their need: {need}.").format(need=_and(needs))] if needs and not said else []
    price = {
        "hardly": _("Do not open with a price: they hardly ever buy at a discount."),
        "at_times": _("Price is one argument among others: they buy at a discount now and then."),
        "mostly": _("Name the price: they buy mostly at a discount."),
    }
    lines += [price[row.value] for row in _rows(profile, "why") if row.attribute == "bargains"]
    return lines or [_("Nothing is known that would move them: write two messages, and see which one sells.")]


def offer(view: View, profile: ProfilesResult) -> list[str]:
    """What to show first, and of what size."""
    rows = list(_rows(profile, "what"))
    goods = [
        profile_words.value(row.attribute, row.value, view.currency) for row in rows if row.attribute == "category"
    ]
    lines = [_("Lead with {goods}.").format(goods=_and(goods))] if goods else []
    for row in rows:
        if row.attribute == "order_value":
            told_ = _("Set bundles and free delivery by the size of their orders, which is more often {size}.")
            lines.append(told_.format(size=span(view, profile, row)))
        elif row.attribute == "lot":
            lines.append(_("Pack by how they order: {size} at a time.").format(size=_lot(row.value)))
        elif row.attribute == "new_products" and row.value == "tried":
            lines.append(_("Show what is new: they try it sooner than others."))
    return lines or [_("They buy what others buy: test two offers.")]


def channel(view: View, profile: ProfilesResult) -> list[str]:
    """Where to be."""
    rows = list(_rows(profile, "where"))
    through = [row.value for row in rows if row.attribute == "channel"]
    inside = [row.value for row in rows if row.attribute == "region"]
    homes = [person(view, row) for row in rows if _kind(row) == "home"]
    lines = [_("Use {channels}: they buy there more than others.").format(channels=_and(through))] if through else []
    lines += (
        [_("Begin in {regions}: more of their orders are there than of others’.").format(regions=_and(inside))]
        if inside
        else []
    )
    lines += [_("They are more often {home}.").format(home=_and(homes))] if homes and not inside else []
    return lines or [_("No channel is theirs more than others’: go where you reach them at least cost.")]


def timing(view: View, profile: ProfilesResult) -> list[str]:
    """When to write."""
    rows, lines = list(_rows(profile, "when")), []
    months = [row for row in rows if row.attribute == "month"]
    if months:
        named = [profile_words.value("month", row.value, "") for row in sorted(months, key=lambda row: row.value)]
        lines.append(_("They buy more than others in {months}: start some weeks before.").format(months=_and(named)))
    for of, text in (("weekday", _("Write on a {day}.")), ("day_part", _("Write between {day}."))):
        days = [profile_words.value(of, row.value, "") for row in rows if row.attribute == of]
        lines += [text.format(day=_or(days))] if days else []
    gaps = [row for row in rows if row.attribute == "days_between_orders"]
    lines += [
        _("Time the next message by their rhythm: {gap} between two orders.").format(gap=span(view, profile, row))
        for row in gaps
    ]
    return lines or [_("No day or month is theirs more than others’: follow up by the date of the last order.")]


def _or(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else _("{list} or {last}").format(list=", ".join(texts[:-1]), last=texts[-1])


def _rows(profile: ProfilesResult, question: str) -> Any:
    return told(profile, question).itertuples(index=False)
