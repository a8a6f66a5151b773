"""Why somebody is in their class of ABC-XYZ, in sentences."""

import math
from typing import Any

from core.analyses.abc_xyz import AbcXyzResult
from dashboard import terms
from dashboard.topics import abc_xyz
from dashboard.topics.one_customer import One
from dashboard.view import View
from dashboard.words import _, money, ngettext, number, percent


def sentences(view: View, result: AbcXyzResult, one: One) -> list[str]:
    """Value and regularity of one customer or product, the limits, and how far it is from the classes beside its own."""
    if one.row is None:
        return [_("Nothing of theirs matches this filter.")]
    return [text for text in (*_by_value(view, result, one.row), *_by_regularity(result, one.row)) if text]


def _amount(view: View, result: AbcXyzResult, value: float) -> str:
    if result.value == "orders":
        return ngettext("{n} order", "{n} orders", round(value)).format(n=number(value))
    return money(value, view.currency)


def _by_value(view: View, result: AbcXyzResult, row: Any) -> list[str]:
    params, value = view.params, terms.value(result.value)
    amount = _amount(view, result, row["value"])
    if row["abc"] == "nonpositive":
        text = _("**Not positive**: {value} is {amount}, so there is no ABC class.")
        return [text.format(value=value, amount=amount)]
    limits = {"a": percent(params.a_limit / 100), "b": percent(params.b_limit / 100)}
    found = _(
        "**{abc}**: {value} is {amount}. From the largest down to here, {share} of all {value} is reached; A is what begins below "
        "{a}, B what begins below {b}."
    ).format(abc=row["abc"], value=value, amount=amount, share=percent(row["cumulative_share"], 1), **limits)
    better, worse = {"A": ("", "B"), "B": ("A", "C"), "C": ("B", "")}[row["abc"]]
    distances = []
    if better and _known(row["abc_gap"]):
        text = _("{amount} more would lift it to {better}.")
        distances.append(text.format(amount=_amount(view, result, row["abc_gap"]), better=better))
    if worse and _known(row["abc_room"]):
        text = _("It can lose {amount} before it falls to {worse}.")
        distances.append(text.format(amount=_amount(view, result, row["abc_room"]), worse=worse))
    return [found, " ".join(distances)]


def _by_regularity(result: AbcXyzResult, row: Any) -> list[str]:
    code = str(row["xyz"])
    if code in abc_xyz.WITHOUT_CLASS:
        return [_without_class(row, code)]
    if result.xyz_mode == "syntetos_boylan":
        text = _("**{name}**: {words}, over {n} periods.")
        return [
            text.format(name=abc_xyz.class_name(code).capitalize(), words=terms.xyz(code), n=number(row["periods"]))
        ]
    x, y = (percent(cut / 100, 0) for cut in result.xyz_cuts)
    seasonal = _("**{xyz}**: totals are {cv} off those of a year before; X goes to {x}, Y to {y}.")
    varying = _("**{xyz}**: totals vary by {cv} over {n} periods; X goes to {x}, Y to {y}.")
    text = (seasonal if result.xyz_mode == "seasonal" else varying).format(
        xyz=code, cv=percent(row["cv"], 0), n=number(row["periods"]), x=x, y=y
    )
    if not _known(row["xyz_gap"]):
        return [text]
    better = _("{points} points less would lift it to {better}.").format(
        points=number(row["xyz_gap"], 1), better={"Y": "X", "Z": "Y"}[code]
    )
    return [f"{text} {better}"]


def _without_class(row: Any, code: str) -> str:
    if code == "N":
        found = ngettext(
            "**New**: {n} complete period since the first order is too few to tell how regular demand is.",
            "**New**: {n} complete periods since the first order are too few to tell how regular demand is.",
            int(row["periods"]),
        )
        return found.format(n=number(row["periods"]))
    return _("**Quiet**: nothing in the {n} periods measured, net of returns.").format(n=number(row["periods"]))


def _known(value: float) -> bool:
    return not math.isnan(value)
