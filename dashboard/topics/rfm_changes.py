"""How the segments of RFM differ from an earlier time, both times by the earlier time's cuts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.analyses import rfm
from core.analyses.rfm import RfmParams, RfmResult
from core.errors import EmptyViewError
from core.money import SCALE
from dashboard import terms
from dashboard.topics.class_changes import class_changes
from dashboard.view import View
from dashboard.words import NBSP, _, money, number, signed_money, signed_number


@dataclass(frozen=True, eq=False)
class SegmentChanges:
    """Everybody's segment and money at both times, and what changed of each segment.

    Parameters
    ----------
    table : pandas.DataFrame
        By segment, see :func:`dashboard.topics.class_changes.class_changes`.
    names : tuple of str
    codes : ndarray of int16, shape (2, customers)
        Position in ``names`` earlier and now, -1 out of view.
    held : ndarray of float64, shape (2, customers)
        Money.
    words : str
        What a change is against, for beside a figure.
    definition : str
    """

    table: pd.DataFrame
    names: tuple[str, ...]
    codes: NDArray[np.int16]
    held: NDArray[np.float64]
    words: str
    definition: str


def find(view: View, result: RfmResult, params: RfmParams) -> SegmentChanges | None:
    """The changes since the time that the reader compares with; None without one, or when nobody was there."""
    compared = view.comparison()
    if compared is None:
        return None
    try:
        earlier: RfmResult = view.result(params=params, filters=compared.filters)
    except EmptyViewError:
        return None
    n = view.data.history.n_customers
    codes, held = np.full((2, n), -1, dtype=np.int16), np.zeros((2, n))
    ruler = rfm.ruler(view.data, compared.filters, params)
    now = _by_earlier_cuts(result, ruler, params)
    for at, (table, code) in enumerate(
        ((earlier.customers, earlier.customers["segment"].cat.codes), (result.customers, now))
    ):
        who = table["customer"].to_numpy()
        codes[at, who], held[at, who] = code, table["revenue"]
    text = _("Change {against}, both times by the cuts of then; claimed where its 95 % interval leaves out zero.")
    groups = [[place] for place in range(len(ruler.labels))]
    table = class_changes(codes, held, groups).assign(segment=ruler.labels).set_index("segment")
    return SegmentChanges(
        table, ruler.labels, codes, held, compared.words, text.format(against=terms.against(compared))
    )


def _by_earlier_cuts(result: RfmResult, ruler: rfm.RfmRuler, params: RfmParams) -> NDArray[np.int16]:
    rows = result.customers
    total = rows["monetary"] * (rows["frequency"] if params.monetary == "mean" else 1)
    units = np.rint(total.to_numpy() * SCALE).astype(np.int64)
    # Days since the last purchase are all that counts: any day will do as today.
    days = rows["recency_days"].to_numpy()
    return ruler.codes(0, -days, rows["frequency"].to_numpy(), units)


def row_of(changed: SegmentChanges, segments: Sequence[str]) -> Any:
    """The changes of a segment, or of several together."""
    if len(segments) == 1:
        return changed.table.loc[segments[0]]
    places = [changed.names.index(segment) for segment in segments]
    return class_changes(changed.codes, changed.held, [places]).iloc[0]


def of_figure(
    changed: SegmentChanges, segments: Sequence[str], currency: str
) -> tuple[tuple[str, str], tuple[str, str]]:
    """Change and from what to what, of customers and of money, as they stand under figures."""
    row = row_of(changed, segments)
    none, from_to = _("no clear change"), _("{before} → {after}").replace(" ", NBSP)
    people = signed_number(row["change"], metric=True) if row["claim"] else none
    brought = signed_money(row["revenue_change"], currency, metric=True) if row["revenue_claim"] else none
    counts = from_to.format(before=number(row["before"]), after=number(row["after"]))
    sums = from_to.format(before=money(row["revenue_before"], currency), after=money(row["revenue_after"], currency))
    return (people, counts), (brought, sums)
