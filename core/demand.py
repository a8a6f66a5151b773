"""The regularity of demand: complete periods, and the variation of customers' totals over them."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from core.days import period_end, period_of, period_start, period_table, to_date, to_day
from core.features import Rows, Selection, period_totals
from core.history import OrderHistory


@dataclass(frozen=True)
class Window:
    """Complete periods that demand is measured over.

    Parameters
    ----------
    first, last : int
        Index of the first and last complete period, counted from 1900; none when ``last < first``.
    period : {"week", "month", "quarter"}
    """

    first: int
    last: int
    period: str

    @property
    def length(self) -> int:
        """How many periods."""
        return max(self.last - self.first + 1, 0)


def complete_window(selection: Selection, period: str, most: int) -> Window:
    """The last complete periods of a selection.

    A period is complete when its last day is not after the as-of date and its first not before the filter's first date (or the first
    period of the history).

    Parameters
    ----------
    selection : Selection
    period : {"week", "month", "quarter"}
    most : int
        How many periods at most.
    """
    as_of = to_date(selection.as_of)
    last = period_of(as_of, period)
    if period_end(last, period) > as_of:
        last -= 1
    if selection.filters.first is not None:
        first = period_of(selection.filters.first, period)
        if period_start(first, period) < selection.filters.first:
            first += 1
    else:
        days = selection.history.day
        first = int(period_table(period)[days.min()]) if len(days) else last
    return Window(max(first, last - most + 1), last, period)


@dataclass(frozen=True, eq=False)
class Demand:
    """Demand of each customer over the complete periods since its first purchase.

    Parameters
    ----------
    periods : ndarray of int32, shape (customers,)
        How many complete periods count for the customer.
    active : ndarray of int32, shape (customers,)
        In how many of them its total is not zero.
    mean : ndarray of float64, shape (customers,)
        Mean total a period, money units (or orders); NaN without periods.
    cv : ndarray of float64, shape (customers,)
        Sample standard deviation over mean; NaN where the mean is not positive or there are fewer than two periods.
    cv2_active : ndarray of float64, shape (customers,)
        Squared variation of the non-zero totals alone (Syntetos-Boylan); 0 where there is one, NaN where none or mean not positive.
    """

    periods: NDArray[np.int32]
    active: NDArray[np.int32]
    mean: NDArray[np.float64]
    cv: NDArray[np.float64]
    cv2_active: NDArray[np.float64]

    def of(self, customers: NDArray[np.int64]) -> "Demand":
        """The demand of some customers, in the order given."""
        return Demand(*(getattr(self, f.name)[customers] for f in fields(self)))


def rows_inside(history: OrderHistory, rows: Rows, window: Window) -> NDArray[np.int64]:
    """Positions of the rows that are selected and lie in the window, those without a customer last."""
    if not window.length:
        return np.empty(0, dtype=np.int64)
    inside = history.day >= np.uint16(max(to_day(period_start(window.first, window.period)), 0))
    inside &= history.day <= np.uint16(to_day(period_end(window.last, window.period)))
    return np.flatnonzero(inside if rows is None else inside & rows)


def demand(history: OrderHistory, values: NDArray[np.int64], index: NDArray[np.int64], window: Window) -> Demand:
    """Measure the demand of every customer.

    Parameters
    ----------
    history : OrderHistory
    values : ndarray of int64, shape (rows,)
        Money or counts of each row.
    index : ndarray of int64
        From :func:`rows_inside`.
    window : Window

    Returns
    -------
    Demand
        Zero periods count, from the period of the customer's first purchase (before any filter) to the last complete one.
    """
    n = history.n_customers
    table = period_table(window.period)
    begin = np.maximum(table[history.first_purchase], window.first)
    periods = np.maximum(window.last - begin + 1, 0).astype(np.int32)
    totals = period_totals(history, table, values, index[: np.searchsorted(index, history.n_identified)])
    # What a customer returned before its first purchase is not demand.
    counted = (totals.total != 0) & (totals.period >= begin[totals.customer])
    customer, total = totals.customer[counted], totals.total[counted].astype(np.float64)
    active = np.bincount(customer, minlength=n).astype(np.int32)
    sums = np.bincount(customer, weights=total, minlength=n)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = sums / periods
        mean_active = np.where(active > 0, sums / active, 0.0)
        # Two passes: squares of large sums would cancel. The spread about the mean of all periods follows from that about the
        # mean of the active ones.
        spread_active = np.bincount(customer, weights=(total - mean_active[customer]) ** 2, minlength=n)
        spread = spread_active + active * (mean_active - mean) ** 2 + (periods - active) * mean**2
        cv = np.where((mean > 0) & (periods > 1), np.sqrt(spread / (periods - 1)) / mean, np.nan)
        cv2 = np.where(active > 1, spread_active / np.maximum(active - 1, 1) / mean_active**2, 0.0)
    # Rounded, so that demand which differs only in scale, or in the order of its periods, is a tie.
    return Demand(periods, active, mean, cv.round(12), np.where((active > 0) & (mean > 0), cv2, np.nan).round(12))


class GroupDemand:
    """Rows made ready for totals by group and period.

    Parameters
    ----------
    day : ndarray of uint16, shape (k,)
    values : ndarray of int64, shape (k,)
    order : ndarray of uint32, shape (k,)
        Order codes.
    window : Window
    """

    def __init__(
        self, day: NDArray[np.uint16], values: NDArray[np.int64], order: NDArray[np.uint32], window: Window
    ) -> None:
        self._period = period_table(window.period)[day] - np.int32(window.first)
        self._values = values
        self._order = order
        self._window = window

    def by(
        self, group: NDArray[np.integer], groups: int, once: bool = False
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean total a period of each group and its coefficient of variation.

        Parameters
        ----------
        group : ndarray of int, shape (k,)
            The group of each row; -1 leaves it out.
        groups : int
        once : bool
            Count one row of each order in each group.

        Returns
        -------
        mean, cv : ndarray of float64, shape (groups,)
            The variation is NaN where the mean is not positive or there are fewer than two periods.
        """
        wide = max(self._window.length, 1)
        # Rows of no group land in one group more, at the front.
        cell, values = (group.astype(np.int32) + 1) * wide + self._period, self._values
        if once:
            first = np.unique(self._order.astype(np.int64) * (groups + 1) + group, return_index=True)[1]
            cell, values = cell[first], values[first]
        sums = np.bincount(cell, weights=values, minlength=(groups + 1) * wide).reshape(groups + 1, wide)[1:]
        mean = sums.mean(axis=1)
        if self._window.length < 2:
            return mean, np.full(groups, np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            return mean, np.where(mean > 0, sums.std(axis=1, ddof=1) / mean, np.nan)
