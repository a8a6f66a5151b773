"""The words for axes, attributes and values of a profile."""

from typing import Any

from core.profiles.known import AT_TIMES, HARDLY, RETAIL, SMALL_LOTS, SURVEY
from core.profiles.marks import MONTHS, OTHERS, WEEKDAYS
from core.rules.names import ATTRIBUTE
from dashboard.words import EN_DASH, _, money, number, percent

MONEY = ("order_value",)
# Numbers that are counted, in bands.
_COUNTED = ("orders", "days_since_last_order", "days_between_orders", "days_since_first_order", "categories_bought")


def axis(code: str) -> str:
    """Name of an axis."""
    return {
        "geographic": _("Place"),
        "demographic": _("Demographic"),
        "socio_economic": _("Socio-economic"),
        "firm": _("Firms"),
        "behavioural": _("Behaviour"),
        "psychographic": _("Psychographic"),
        "value": _("Perceived value"),
        "other": _("Other"),
    }[code]


def question(code: str) -> str:
    """One of the five W."""
    return {"what": _("What"), "who": _("Who"), "why": _("Why"), "when": _("When"), "where": _("Where")}[code]


def attribute(code: str) -> str:
    """Name of an attribute."""
    if code.startswith(ATTRIBUTE):
        # Orders tell of something so called, too.
        return _("{name}, as given").format(name=attribute(code.removeprefix(ATTRIBUTE)))
    known = {
        "days_since_last_order": _("Days since last order"),
        "days_since_first_order": _("Days since first order"),
        "days_between_orders": _("Days between orders"),
        "orders": _("Orders"),
        "order_value": _("Order value"),
        "categories_bought": _("Categories bought"),
        "category": _("Category"),
        "month": _("Month"),
        "weekday": _("Weekday"),
        "day_part": _("Time of day"),
        "region": _("Region"),
        "channel": _("Channel"),
        "lot": _("Order size"),
        "bargains": _("Bargains"),
        "new_products": _("New products"),
        "age": _("Age"),
        "survey:motive": _("Motive"),
        "survey:benefit": _("Benefit sought"),
        "survey:occasion": _("Occasion"),
        "survey:key_value": _("Key value"),
        "survey:criterion": _("Buying criterion"),
        "survey:value_functional": _("Value: it works"),
        "survey:value_emotional": _("Value: how it feels"),
        "survey:value_social": _("Value: what others see"),
        "survey:value_economic": _("Value: price against use"),
        "survey:value_uniqueness": _("Value: one of a kind"),
        "survey:value_health": _("Value: health and safety"),
        "survey:recommend": _("Would recommend"),
        "survey:buy_again": _("Would buy again"),
        "survey:try_other": _("Would try another product"),
    }
    return known.get(code) or code.removeprefix(SURVEY).replace("_", " ").capitalize()


def value(of: str, code: str, currency: str) -> str:
    """Name of a value of an attribute."""
    if of == "month" and code in MONTHS:
        return _months()[MONTHS.index(code)]
    if of == "weekday" and code in WEEKDAYS:
        return _weekdays()[WEEKDAYS.index(code)]
    if of == "day_part":
        return code.replace("-", EN_DASH) + " " + _("h")
    if code == OTHERS:
        return _("others")
    if of == "lot":
        return {
            "retail": _("retail: under {n} units an order").format(n=number(RETAIL)),
            "small_wholesale": _("small lots: {low} to {high} units an order").format(
                low=number(RETAIL), high=number(SMALL_LOTS)
            ),
            "wholesale": _("wholesale: {n} units an order or more").format(n=number(SMALL_LOTS)),
        }[code]
    if of == "bargains":
        return {
            "hardly": _("hardly ever: up to {share} of lines at a discount").format(share=percent(HARDLY, 0)),
            "at_times": _("at times: up to {share} of lines at a discount").format(share=percent(AT_TIMES, 0)),
            "mostly": _("mostly: over {share} of lines at a discount").format(share=percent(AT_TIMES, 0)),
        }[code]
    if of == "new_products":
        return {"tried": _("tried in their first half year"), "not_tried": _("not tried")}[code]
    if of in MONEY or of in _COUNTED:
        return _band(of, code, currency)
    return code


def trait(row: Any, currency: str) -> str:
    """An attribute with its value: "Channel: App"."""
    return f"{attribute(row.attribute)}: {value(row.attribute, row.value, currency)}"


# Values that need no word before them.
_SPEAK = ("category", "month", "weekday", "day_part", "channel", "region")


def short(row: Any, currency: str) -> str:
    """A trait within a sentence: "App", "type firm", "days between orders 28–56"."""
    said = value(row.attribute, row.value, currency)
    if row.attribute == "days_between_orders":
        return _("an order every {n} days").format(n=said)
    return said if row.attribute in _SPEAK else f"{_lower(attribute(row.attribute))} {said}"


def _lower(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def unit(of: str) -> str:
    """What shares are of, in a sentence."""
    return {"customers": _("of customers"), "orders": _("of orders"), "lines": _("of order lines")}[of]


def _band(of: str, code: str, currency: str) -> str:
    ends = [float(part) for part in code.split(" to ")]
    said = [money(end, currency) if of in MONEY else number(end) for end in ends]
    return EN_DASH.join(said) if of not in MONEY else f" {EN_DASH} ".join(said)


def _months() -> tuple[str, ...]:
    return (
        _("January"), _("February"), _("March"), _("April"), _("May"), _("June"),
        _("July"), _("August"), _("September"), _("October"), _("November"), _("December"),
    )  # fmt: skip


def _weekdays() -> tuple[str, ...]:
    return _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")
