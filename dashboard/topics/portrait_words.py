"""Words of attributes, questions and their values, as they stand in portraits and tables."""

import re
from datetime import date
from typing import Any

from core.rules.names import ATTRIBUTE
from dashboard.words import _, money, number, percent, short_month


def topic(key: str) -> str:
    """What a sentence is about."""
    return {
        "who": _("Who"),
        "work": _("Work"),
        "home": _("Home"),
        "firm": _("Firm"),
        "spends": _("Order value"),
        "often": _("How often"),
        "recent": _("Last order"),
        "price": _("Discounts"),
        "range": _("Range"),
        "what": _("Favourites"),
        "where": _("Where"),
        "season": _("Season"),
        "time": _("Time"),
        "why": _("Why"),
        "decides": _("Who decides"),
        "manner": _("How they decide"),
        "value": _("What it is worth to them"),
        "loyalty": _("Loyalty"),
        "other": _("Also"),
    }.get(key, key.capitalize())


def attribute(name: str) -> str:
    """The name of an attribute, question or measure."""
    name = name.removeprefix(ATTRIBUTE)
    known = {
        "order_value": _("Order value"),
        "frequency": _("Orders"),
        "gap_days": _("Days between orders"),
        "recency_days": _("Days since last order"),
        "tenure_days": _("Days since first order"),
        "value": _("Value"),
        "discount_share": _("Discount share"),
        "products": _("Different products"),
        "categories": _("Different categories"),
        "category": _("Category"),
        "channel": _("Channel"),
        "region": _("Region"),
        "season": _("Season"),
        "month": _("Month"),
        "weekday": _("Day of the week"),
        "day_part": _("Part of the day"),
        **_questions(),
    }
    return known.get(name, re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").capitalize())


def _questions() -> dict[str, str]:
    return {
        "motive": _("Motive"),
        "benefit": _("Benefit sought"),
        "occasion": _("Occasion"),
        "key_value": _("What counts most"),
        "criterion": _("First criterion"),
        "payer": _("Who pays"),
        "user": _("Who uses it"),
        "adviser": _("Who advises"),
        "decider": _("Who decides"),
        "device": _("Device"),
        "decision_time": _("Time to decide"),
        "usual_channel": _("Usual channel"),
        "discount_habit": _("Buys at a discount"),
        "recommend": _("Would recommend us"),
        "buy_again": _("Would buy again"),
        "try_other": _("Would try something new"),
        "value_functional": _("Does its job"),
        "value_emotional": _("Feels good"),
        "value_social": _("Others like it"),
        "value_economic": _("Worth its price"),
        "value_uniqueness": _("Is one of a kind"),
        "value_health": _("Healthy and safe"),
        "pain": _("Pain"),
        "quote": _("Quote"),
        "asked": _("Question"),
    }


def value(row: Any) -> str:
    """The value of a row as it is shown in a table; a dash for a mean."""
    if not isinstance(row.value, str):
        return "–"
    return {"month": month, "weekday": _weekday, "day_part": _day_part, "season": _season}.get(row.attribute, str)(
        row.value
    )


def level(row: Any, rest: bool, currency: str) -> str:
    """What a row is in the group, or in the rest: a share or a mean."""
    share, mean = (row.rest_share, row.rest_mean) if rest else (row.share, row.mean)
    if share == share:
        return percent(share)
    return _amount(row.attribute, row.facet, mean, currency)


def _amount(name: str, facet: str, mean: float, currency: str) -> str:
    if name == "discount_share":
        return percent(mean)
    if name in ("order_value", "value"):
        return money(mean, currency)
    if facet == "income":
        return number(round(mean, -2))
    return number(mean, 0 if abs(mean) >= 20 else 1)


def _season(code: str) -> str:
    return {"q1": _("Jan–Mar"), "q2": _("Apr–Jun"), "q3": _("Jul–Sep"), "q4": _("Oct–Dec")}.get(code, code)


def month(code: str) -> str:
    """A month of the year."""
    return short_month(date(2024, int(code), 1))


def _weekday(code: str) -> str:
    return {
        "mon": _("Mondays"),
        "tue": _("Tuesdays"),
        "wed": _("Wednesdays"),
        "thu": _("Thursdays"),
        "fri": _("Fridays"),
        "sat": _("Saturdays"),
        "sun": _("Sundays"),
    }.get(code, code)


def _day_part(code: str) -> str:
    return {
        "00-05": _("at night"),
        "06-11": _("in the morning"),
        "12-17": _("in the afternoon"),
        "18-23": _("in the evening"),
    }.get(code, code)
