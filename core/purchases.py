"""Each customer's purchases one after another: how many, when the last one was, and the days between them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import features
from core.days import NO_DAY
from core.history import OrderHistory


@dataclass(frozen=True, eq=False)
class Purchases:
    """Days of purchases, sorted by customer and day; an order over several regions or channels is there once.

    Parameters
    ----------
    start : ndarray of int64, shape (customers + 1,)
        Customer ``i`` made the purchases ``start[i]:start[i + 1]``, perhaps none.
    day : ndarray of uint16, shape (purchases,)
    """

    start: NDArray[np.int64]
    day: NDArray[np.uint16]

    @property
    def count(self) -> NDArray[np.int64]:
        """How many each customer made."""
        return np.diff(self.start)

    def last(self) -> NDArray[np.uint16]:
        """Day of each customer's last purchase; 0 for those without."""
        made = self.start[1:] > self.start[:-1]
        days = np.zeros(len(made), dtype=np.uint16)
        days[made] = self.day[self.start[1:][made] - 1]
        return days

    def nth(self, n: int) -> NDArray[np.uint16]:
        """Day of each customer's n-th purchase (the first is 1); 65535 for those with fewer."""
        place = self.start[:-1] + n - 1
        made = place < self.start[1:]
        days = np.full(len(made), NO_DAY, dtype=np.uint16)
        days[made] = self.day[place[made]]
        return days

    def median_gap(self, customers: NDArray[np.bool_]) -> float:
        """Median days between one purchase and the next of the same customer, of chosen customers; NaN without any."""
        gaps = np.diff(self.day)
        # From one customer to the next there is no gap.
        gaps[self.start[1:-1][(self.start[1:-1] > 0) & (self.start[1:-1] < len(self.day))] - 1] = NO_DAY
        if not customers[self.start[1:] > self.start[:-1]].all():
            gaps[np.repeat(~customers, self.count)[1:]] = NO_DAY
        lengths = np.bincount(gaps, minlength=NO_DAY + 1)[:NO_DAY]
        upto = np.cumsum(lengths)
        if not upto[-1]:
            return float("nan")
        # The two middle ones of the gaps in order, found by counting.
        middle = [(upto[-1] - 1) // 2, upto[-1] // 2]
        return float(np.searchsorted(upto, middle, side="right").mean())


def purchases(history: OrderHistory, rows: features.Rows) -> Purchases:
    """The purchases in selected rows.

    Parameters
    ----------
    history : OrderHistory
    rows : ndarray of bool, shape (rows,), or None
        None selects every row; those purchases are found once for a history, and not to be written to.
    """
    if rows is not None:
        return _find(history, rows)
    kept = history.unfiltered
    if "purchase_day" not in kept:
        found = _find(history, None)
        for array in (found.start, found.day):
            array.setflags(write=False)
        kept["purchase_start"], kept["purchase_day"] = found.start, found.day
    return Purchases(kept["purchase_start"], kept["purchase_day"])


def _find(history: OrderHistory, rows: features.Rows) -> Purchases:
    single = features.one_row_an_order(history, features.purchase_rows(history, rows))
    start = np.zeros(history.n_customers + 1, dtype=np.int64)
    np.cumsum(features.count_rows(history, single), out=start[1:])
    return Purchases(start, history.day[: history.n_identified][single])
