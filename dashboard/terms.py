"""The words for the codes that the core gives back: classes, segments, and what a reader must know about a result."""

from collections.abc import Callable
from datetime import date

from core.days import period_index, period_start
from core.results import Notice
from core.segments import rule_of
from dashboard.words import _, day, money, month, ngettext, number, percent


def segment(code: str) -> str:
    """Name of an RFM segment."""
    return {
        "champions": _("Champions"),
        "loyal": _("Loyal"),
        "potential_loyalist": _("Potential loyalist"),
        "new": _("New"),
        "promising": _("Promising"),
        "need_attention": _("Need attention"),
        "about_to_sleep": _("About to sleep"),
        "at_risk": _("At risk"),
        "cant_lose": _("Can’t lose"),
        "hibernating": _("Hibernating"),
        "lost": _("Lost"),
    }[code]


def segment_advice(code: str) -> str:
    """What to do with an RFM segment, in a sentence or two."""
    return {
        "champions": _("Show them new ranges first and ask for a review; they buy without a discount."),
        "loyal": _("Offer what goes with what they buy, and a reason to spend more at a time."),
        "potential_loyalist": _("Invite them to the loyalty scheme while they are warm."),
        "new": _("Help with the first order and make a second one easy within a month."),
        "promising": _("They come but spend little: show the next price level."),
        "need_attention": _("Give them a reason to come back before they fall to At risk."),
        "about_to_sleep": _("Remind them of what they bought; a small offer with an end date."),
        "at_risk": _("Write personally: they bought often and have gone quiet."),
        "cant_lose": _("Call them this month: your best buyers of old, silent now."),
        "hibernating": _("One good offer in season; no more than that."),
        "lost": _("Leave them out of paid campaigns."),
    }[code]


def segment_rule(code: str) -> str:
    """The cells of a segment in words, one line a row of the rule."""
    levels = {"1": _("low"), "2": _("middle"), "3": _("high")}

    def axis(name: str, marks: str) -> str:
        return name + " " + (_("any") if len(marks) == 3 else _(" or ").join(levels[mark] for mark in marks))

    names = (_("recency"), _("frequency"), _("value"))
    return "; ".join(", ".join(axis(n, m) for n, m in zip(names, row, strict=True)) for row in rule_of(code))


def abc(code: str) -> str:
    """Name of an ABC class."""
    return _("not positive") if code == "nonpositive" else code


def xyz(code: str) -> str:
    """What an XYZ class, or one of Syntetos and Boylan's, means."""
    return {
        "X": _("steady"),
        "Y": _("variable"),
        "Z": _("irregular"),
        "N": _("new"),
        "undefined": _("returns only"),
        "smooth": _("often, even"),
        "erratic": _("often, uneven"),
        "intermittent": _("seldom, even"),
        "lumpy": _("seldom, uneven"),
    }[code]


def value(code: str) -> str:
    """What the money is."""
    return {"revenue": _("net revenue"), "margin": _("margin"), "orders": _("orders")}[code]


def tier(code: str) -> str:
    """Name of a value tier."""
    return {"VIP": _("VIP"), "standard": _("standard"), "economy": _("economy")}[code]


def period(code: str) -> str:
    """A period's code as a date: ``2011-03`` is March 2011."""
    start = period_start(period_index(code), "quarter" if "Q" in code else "week" if code.count("-") == 2 else "month")
    if "Q" in code:
        return _("Q{quarter} {year}").format(quarter=(start.month + 2) // 3, year=start.year)
    return day(start) if code.count("-") == 2 else month(start)


def as_of(value: date) -> str:
    """The end of what is shown."""
    return _("to {day}").format(day=day(value))


def customers(n: int) -> str:
    """``1 customer``, ``4,338 customers``."""
    return ngettext("{n} customer", "{n} customers", n).format(n=number(n))


def notice(found: Notice, currency: str = "") -> str:
    """A notice as a sentence."""
    values = dict(found.values)
    wording: dict[str, Callable[[], str]] = {
        "empty_group": lambda: _("Ties leave group {group} of {axis} empty: equal values stay together.").format(
            group=values["group"],
            axis={"recency": _("recency"), "frequency": _("frequency"), "monetary": _("value")}[str(values["axis"])],
        ),
        "one_class_swallows": lambda: _(
            "At these cuts {share} of the classified customers are {label}. Thirds of the variation seen tell them apart."
        ).format(share=percent(float(values["share"])), label=values["label"]),
        "short_history": lambda: _(
            "Only {periods} complete periods are in view, and {needed} are needed to tell how steadily somebody buys."
        ).format(periods=values["periods"], needed=values["needed"]),
        "first_cohort_mixed": lambda: _(
            "{cohort} holds whoever bought when the records begin, {size} customers; many of them are not new."
        ).format(cohort=period(str(values["cohort"])), size=number(int(values["size"]))),
    }
    if found.code in wording:
        return wording[found.code]()
    shown = ", ".join(f"{name} {money(float(v), currency) if name == 'money' else v}" for name, v in values.items())
    return f"{found.code.replace('_', ' ').capitalize()}{': ' + shown if shown else ''}."
