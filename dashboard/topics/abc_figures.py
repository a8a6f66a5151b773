"""The four figures of ABC-XYZ, and how far they differ from an earlier time."""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.analyses.abc_xyz import AbcXyzResult
from core.errors import EmptyViewError
from core.stats import Change, benjamini_hochberg, paired_change
from dashboard import layout, terms
from dashboard.compare import Comparison
from dashboard.view import View
from dashboard.words import _, number, percent, signed_number

TOP = 0.2


def figures(view: View, result: AbcXyzResult, value: str) -> list[layout.Figure]:
    """The four figures: with their shares, or with their changes where the reader compares."""
    rows, of = result.rows, result.of
    new = rows[rows["xyz"] == "N"]
    revenue = rows["revenue"].sum()
    beside = {"customers": _("of customers"), "products": _("of products")}[of]
    classes = {"customers": _("Class A customers"), "products": _("Class A products")}[of]
    share_of_new = new["revenue"].sum() / revenue if revenue else math.nan
    top = int((rows["abc"] == "A").sum())
    changes = _changes(view, result)
    return [
        layout.Figure(
            classes,
            number(top),
            *changes.get("a", (percent(top / len(rows)), beside)),
            help=_("The largest ones, as long as those before them bring less than the A limit.") + _note(view),
        ),
        layout.Figure(
            _("Top 20 % bring"),
            percent(result.top_share),
            *changes.get("top", (_("of {value}").format(value=value), "")),
            help=_("The share of value that the largest fifth brings.") + _note(view),
        ),
        layout.Figure(
            _("Classes at the edge"),
            number(result.at_edge),
            percent(result.at_edge / len(rows)),
            beside,
            help=_("They change class when the limits move by a tenth either way."),
        ),
        layout.Figure(
            _("New, no class yet"),
            number(len(new)),
            *changes.get("new", (percent(share_of_new), _("of revenue"))),
            less_is_better=False,
            help=_("Too few complete periods since the first order to tell how regular demand is.") + _note(view),
        ),
    ]


def _note(view: View) -> str:
    compared = view.comparison()
    if compared is None:
        return ""
    text = _("Change {against}, each time by its own classes; claimed where its 95 % interval leaves out zero.")
    return " " + text.format(against=terms.against(compared))


def _changes(view: View, result: AbcXyzResult) -> Mapping[str, tuple[str, str]]:
    """What stands under each figure that can be compared: the change if it is one, and what it is against."""
    compared = view.comparison()
    if compared is None:
        return {}
    try:
        earlier = view.result(filters=compared.filters)
    except EmptyViewError:
        return dict.fromkeys(("a", "top", "new"), (_("nothing to compare with"), ""))
    found = changes(result, earlier)
    stands = benjamini_hochberg([change.p_value for change in found.values()])
    return {key: _written(key, found[key], ok, compared) for key, ok in zip(found, stands, strict=True)}


def _written(key: str, change: Change, claim: bool, compared: Comparison) -> tuple[str, str]:
    if not claim:
        return _("no clear change"), compared.words
    difference = change.after - change.before
    if key == "top":
        points = signed_number(100 * difference, metric=True, digits=1)
        return _("{points} points").format(points=points), compared.words
    return signed_number(difference, metric=True), compared.words


def changes(after: AbcXyzResult, before: AbcXyzResult) -> dict[str, Change]:
    """Changes of class A, the share of the top fifth and the new, paired by customer (or product)."""
    size = 1 + max(int(result.rows[_code(result)].max()) for result in (after, before))
    a, top, new = (
        [_spread(result, size, parts(result)) for result in (after, before)]
        for parts in (
            lambda result: (np.asarray(result.rows["abc"] == "A"),),
            _top_parts,
            lambda result: (np.asarray(result.rows["xyz"] == "N"),),
        )
    )
    return {
        "a": paired_change((a[0][0], 1.0), (a[1][0], 1.0)),
        "top": paired_change((top[0][0], top[0][1]), (top[1][0], top[1][1])),
        "new": paired_change((new[0][0], 1.0), (new[1][0], 1.0)),
    }


def _code(result: AbcXyzResult) -> str:
    return "product" if result.of == "products" else "customer"


def _spread(result: AbcXyzResult, size: int, columns: tuple[NDArray, ...]) -> NDArray[np.float64]:
    """Columns of those in view laid on everybody, 0 for the others."""
    spread = np.zeros((len(columns), size))
    spread[:, result.rows[_code(result)].to_numpy()] = columns
    return spread


def _top_parts(result: AbcXyzResult) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each one's part in the value of the top fifth, and in all value.

    The sums are those of the share; the spread of the parts gives its error, the border of the fifth being drawn too (Beach &
    Davidson 1983, Review of Economic Studies 50, 723-735).
    """
    value = np.maximum(result.rows["value"].to_numpy(), 0.0)
    place = min(int(TOP * len(value)), len(value) - 1)
    border = -np.partition(-value, place)[place]
    return np.maximum(value - border, 0.0) + TOP * border, value
