"""The regularity of demand: complete periods, and the variation of customers' totals over them."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from core.days import period_end, period_of, period_start, period_table, to_date, to_day
from core.features import PeriodTotals, Rows, Selection, all_period_totals, period_totals
from core.history import OrderHistory

# Cells of a table of customers by periods that are held at once: few enough for the processor's cache.
CELLS = 131_072


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
    inside = _inside(history.day, window)
    return np.flatnonzero(inside if rows is None else inside & rows)


def rows_matching(selection: Selection, window: Window) -> NDArray[np.int64]:
    """Positions of the rows that match the filter and lie in the window, those without a customer last."""
    if selection.few is None or not window.length:
        return rows_inside(selection.history, selection.matching, window)
    return selection.few[_inside(selection.history.day[selection.few], window)]


def _inside(day: NDArray[np.uint16], window: Window) -> NDArray[np.bool_]:
    inside = day >= np.uint16(max(to_day(period_start(window.first, window.period)), 0))
    inside &= day <= np.uint16(to_day(period_end(window.last, window.period)))
    return inside


def demand(history: OrderHistory, values: NDArray[np.int64], index: NDArray[np.int64] | None, window: Window) -> Demand:
    """Measure the demand of every customer.

    Parameters
    ----------
    history : OrderHistory
    values : ndarray of int64, shape (rows,)
        Money or counts of each row.
    index : ndarray of int64 or None
        From :func:`rows_inside`; None for all rows in the window.
    window : Window

    Returns
    -------
    Demand
        Zero periods count, from the period of the customer's first purchase (before any filter) to the last complete one.
    """
    return demand_of(history, _totals(history, values, index, window), window)


def demand_of(history: OrderHistory, totals: PeriodTotals, window: Window) -> Demand:
    """Measure the demand of every customer from its totals.

    Parameters
    ----------
    history : OrderHistory
    totals : PeriodTotals
        Of periods of the window, in any order.
    window : Window

    Returns
    -------
    Demand
        As of :func:`demand`.
    """
    n = history.n_customers
    periods = _periods_counted(history, window)
    customer, _, total = _active(totals, window, periods)
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


def seasonal_error(
    history: OrderHistory,
    values: NDArray[np.int64],
    index: NDArray[np.int64] | None,
    window: Window,
    season: int,
    compared: int,
) -> Demand:
    """How far the seasonal naive forecast misses the demand of every customer.

    The forecast of a period is the total ``season`` periods before. The last ``compared`` periods of the window are compared:
    the root of the mean squared difference is divided by their mean total.

    Parameters
    ----------
    history, values, index, window
        As for :func:`demand`.
    season : int
        Periods of a year.
    compared : int

    Returns
    -------
    Demand
        ``cv`` is the error, NaN where the mean is not positive or fewer than ``season + compared`` periods count; ``mean`` is over
        the compared periods since the first purchase; ``cv2_active`` is not measured.

    Notes
    -----
    Error of a forecast over the mean level, in place of the variation: Ord, Fildes & Kourentzes (2017), Principles of Business
    Forecasting, 515-518; there the better of two naive forecasts is taken, here always the seasonal one.
    """
    n = history.n_customers
    periods = _periods_counted(history, window)
    customer, period, total = _active(_totals(history, values, index, window), window, periods)
    recent = period > window.last - compared
    sums = np.bincount(customer[recent], weights=total[recent], minlength=n)
    whole = periods >= season + compared
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = sums / np.minimum(periods, compared)
        squares = np.full(n, np.nan)
        squares[whole] = _squared_differences(whole, customer, period - np.int32(window.first), total, window, season)
        error = np.where(mean > 0, np.sqrt(squares / compared) / mean, np.nan)
    active = np.bincount(customer, minlength=n).astype(np.int32)
    return Demand(periods, active, mean, error.round(12), np.full(n, np.nan))


def _squared_differences(
    whole: NDArray[np.bool_],
    customer: NDArray[np.int32],
    place: NDArray[np.int32],
    total: NDArray[np.float64],
    window: Window,
    season: int,
) -> NDArray[np.float64]:
    """Sum of (total less that of a season before) squared, of the customers that are there in the whole window."""
    wide = window.length
    row = np.cumsum(whole) - 1
    kept = whole[customer]
    cell, total = row[customer[kept]] * wide + place[kept], total[kept]
    count = int(np.count_nonzero(whole))
    squares = np.empty(count)
    # A table of customers by periods, some customers at a time: a few million cells are held at once.
    step = max(CELLS // max(wide, 1), 1)
    for first in range(0, count, step):
        last = min(first + step, count)
        some = slice(*np.searchsorted(cell, (first * wide, last * wide)))
        cells = np.bincount(cell[some] - first * wide, weights=total[some], minlength=(last - first) * wide)
        table = cells.reshape(last - first, wide)
        difference = table[:, season:] - table[:, :-season]
        squares[first:last] = np.einsum("ij,ij->i", difference, difference)
    return squares


def _periods_counted(history: OrderHistory, window: Window) -> NDArray[np.int32]:
    """How many periods of the window each customer has from that of its first purchase on."""
    last_of_day = window.last + 1 - np.maximum(period_table(window.period), window.first)
    return np.maximum(last_of_day, 0).astype(np.int32)[history.first_purchase]


def _totals(
    history: OrderHistory, values: NDArray[np.int64], index: NDArray[np.int64] | None, window: Window
) -> PeriodTotals:
    if index is not None:
        identified = index[: np.searchsorted(index, history.n_identified)]
        return period_totals(history, period_table(window.period), values, identified)
    found = all_period_totals(history, window.period, values)
    inside = (found.period >= window.first) & (found.period <= window.last)
    return PeriodTotals(found.customer[inside], found.period[inside], found.total[inside])


def _active(
    totals: PeriodTotals, window: Window, periods: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Customer, period and total wherever a total is not zero and counts."""
    # What a customer returned before its first purchase is not demand.
    counted = (totals.total != 0) & (totals.period > np.int32(window.last) - periods[totals.customer])
    return totals.customer[counted], totals.period[counted], totals.total[counted].astype(np.float64)
