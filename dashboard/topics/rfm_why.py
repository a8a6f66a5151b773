"""Why a customer is in its RFM segment, in sentences."""

import math
from typing import Any

from core.analyses.rfm import RfmResult
from dashboard import terms
from dashboard.topics import rfm
from dashboard.topics.one_customer import One
from dashboard.view import View
from dashboard.words import _, money, ngettext, number


def sentences(view: View, result: RfmResult, one: One) -> list[str]:
    """The segment of one customer with its rule, and on each axis the value, its group and the way to the next."""
    if one.row is None:
        return [_("Nothing of theirs matches this filter.")]
    code = str(one.row["segment"])
    first = _("**{segment}**: {rule}.").format(
        segment=terms.segment(code, result.rules), rule=terms.segment_rule(code, result.rules, result.groups)
    )
    return [first, *(_axis(view, result, one.row, axis) for axis in ("recency", "frequency", "monetary"))]


def _axis(view: View, result: RfmResult, row: Any, axis: str) -> str:
    letter = axis[0]
    group = int(row[letter])
    span = result.cuts[(result.cuts["axis"] == axis) & (result.cuts["group"] == group)].iloc[0]
    found = _("{value}: group {group} of {groups}, {span}.").format(
        value=_value(view, row, axis),
        group=group,
        groups=result.groups,
        span=rfm.span(view, axis, span["low"], span["high"]),
    )
    missing = float(row[f"next_{letter}"])
    if not math.isnan(missing):
        return f"{found} {_next(view, missing, axis)}"
    return found if group < result.groups else found + " " + _("There is no better one.")


def _value(view: View, row: Any, axis: str) -> str:
    if axis == "recency":
        days = int(row["recency_days"])
        return ngettext("Last order {n} day ago", "Last order {n} days ago", days).format(n=number(days))
    if axis == "frequency":
        orders = int(row["frequency"])
        return ngettext("{n} order", "{n} orders", orders).format(n=number(orders))
    return _("Value {money}").format(money=money(row["monetary"], view.currency))


def _next(view: View, missing: float, axis: str) -> str:
    if axis == "monetary":
        return _("{money} more leads to the next.").format(money=money(missing, view.currency))
    words = {
        "recency": ngettext("{n} day fewer leads to the next.", "{n} days fewer lead to the next.", round(missing)),
        "frequency": ngettext("{n} order more leads to the next.", "{n} orders more lead to the next.", round(missing)),
    }
    return words[axis].format(n=number(missing))
