"""What changed from one snapshot to another, in words and tables."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pandas as pd

from core.comparison import Comparison
from core.money import SCALE
from dashboard.words import EN_DASH, _, day, money, month, ngettext, number

SHOWN = 24


def figures(found: Comparison, currency: str) -> Any:
    """A line a figure: before, after and change, at the right as numbers stand."""
    words = {
        "rows": _("Order lines"),
        "orders": _("Orders and credits"),
        "customers": _("Customers"),
        "buyers": _("Buyers"),
        "revenue": _("Net revenue"),
    }
    shown = [one for one in found.figures if one.name in words]
    scale = [SCALE if one.name == "revenue" else 1 for one in shown]
    rows = [
        (words[one.name], int(one.before) / by, int(one.after) / by, one.change / by)
        for one, by in zip(shown, scale, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["", _("Before"), _("After"), _("Change")])
    counts, moneys = ([at for at, by in enumerate(scale) if (by == SCALE) is is_money] for is_money in (False, True))
    return _written(_written(table.style, counts, number), moneys, partial(money, currency=currency, compact=False))


def _written(styler: Any, rows: list[int], write: Callable[[float], str]) -> Any:
    styler = styler.format(write, subset=(rows, [_("Before"), _("After")]))
    return styler.format(partial(_signed, write), subset=(rows, [_("Change")]))


def _signed(write: Callable[[float], str], change: float) -> str:
    return ("+" if change > 0 else "") + write(change) if change else _("same")


def days(found: Comparison) -> str:
    """From when to when both go."""
    spans = [f"{day(info.first_day)} {EN_DASH} {day(info.last_day)}" for info in (found.older, found.newer)]
    if spans[0] == spans[1]:
        return _("Both go from {span}.").format(span=spans[0])
    return _("Before: {before}. After: {after}.").format(before=spans[0], after=spans[1])


def customers(found: Comparison) -> list[str]:
    """Who came and who went."""
    new = ngettext("{n} customer is new", "{n} customers are new", found.new_customers)
    gone = ngettext("{n} customer is gone", "{n} customers are gone", found.gone_customers)
    pairs = ((new, found.new_customers, found.new_examples), (gone, found.gone_customers, found.gone_examples))
    return [
        words.format(n=number(count))
        + (": " + ", ".join(examples) + (", …" if count > len(examples) else "") if examples else "")
        for words, count, examples in pairs
        if count
    ] or [_("The customers are the same.")]


def months_note(found: Comparison) -> str:
    """How many months differ."""
    if not found.months_compared:
        return _("They have no month in common.")
    if not found.months:
        return ngettext(
            "Revenue is the same in the {n} month that both cover.",
            "Revenue is the same in each of the {n} months that both cover.",
            found.months_compared,
        ).format(n=number(found.months_compared))
    text = _("Revenue differs in {n} of {all} months, over the same days.").format(
        n=number(len(found.months)), all=number(found.months_compared)
    )
    return text + (" " + _("The last {n} of them:").format(n=SHOWN) if len(found.months) > SHOWN else "")


def months(found: Comparison, currency: str) -> Any:
    """A line a month that differs, newest last."""
    names = [_("Before"), _("After")]
    rows = [
        (month(date.fromisoformat(f"{one.month}-01")), one.before / SCALE, one.after / SCALE, one.change / SCALE)
        for one in found.months[-SHOWN:]
    ]
    table = pd.DataFrame(rows, columns=[_("Month"), *names, _("Change")])
    return _written(table.style, list(range(len(rows))), partial(money, currency=currency, compact=False))
