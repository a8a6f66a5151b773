"""What each customer bought and brought in each period, in one pass over the orders."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import features
from core.days import period_table
from core.history import OrderHistory


@dataclass(frozen=True, eq=False)
class Activity:
    """Customers by period, only where there is an order or a credit, sorted by customer and period.

    Parameters
    ----------
    customer : ndarray of int32, shape (k,)
    period : ndarray of int32, shape (k,)
        Index of the period, counted from 1900.
    total : ndarray of int64, shape (k,)
        Money units, credits among them.
    bought : ndarray of bool, shape (k,)
        Whether there is a purchase.
    money : ndarray of int64, shape (customers,)
        Money units of each customer over all periods.
    """

    customer: NDArray[np.int32]
    period: NDArray[np.int32]
    total: NDArray[np.int64]
    bought: NDArray[np.bool_]
    money: NDArray[np.int64]


def activity(history: OrderHistory, rows: features.Rows, values: NDArray[np.int64], period: str) -> Activity:
    """Sum up selected rows.

    Parameters
    ----------
    history : OrderHistory
    rows : ndarray of bool, shape (rows,), or None
    values : ndarray of int64, shape (rows,)
        Money units.
    period : {"week", "month", "quarter"}
    """
    chosen = slice(0, history.n_identified)
    start, value = history.start, values[chosen]
    if rows is None:
        first, customer, at, bought = _of_all(history, period)
    else:
        index = np.flatnonzero(rows[chosen])
        start = np.append(0, np.cumsum(features.count_rows(history, rows[chosen])))
        value = value[index]
        owner, day, purchase = history.owner[index], history.day[index], history.purchase[index]
        first, customer, at, bought = _periods(owner, day, purchase, start, period)
    # Differences of running sums are several times faster than sums of many short slices.
    running = np.cumsum(value)
    return Activity(
        customer=customer,
        period=at,
        total=_steps(running[_ends(first, len(value))]),
        bought=bought,
        money=_steps(np.where(start[1:] > 0, running[start[1:] - 1], 0)),
    )


def _of_all(history: OrderHistory, period: str) -> tuple[NDArray, ...]:
    """What :func:`_periods` finds in all rows, found once for a history."""
    names = [f"{name}_by_{period}" for name in ("first_row", "customer", "period", "bought")]
    kept = history.unfiltered
    if names[-1] not in kept:
        chosen = slice(0, history.n_identified)
        found = _periods(history.owner, history.day[chosen], history.purchase[chosen], history.start, period)
        for name, column in zip(names, found, strict=True):
            column.setflags(write=False)
            kept[name] = column
    return tuple(kept[name] for name in names)


def _periods(
    owner: NDArray[np.int32],
    day: NDArray[np.uint16],
    purchase: NDArray[np.bool_],
    start: NDArray[np.int64],
    period: str,
) -> tuple[NDArray, ...]:
    """The first row of each customer's each period, with the customer, the period, and whether there is a purchase."""
    at = period_table(period)[day]
    first = _starts(at, start)
    bought = _steps(np.cumsum(purchase, dtype=np.int32)[_ends(first, len(day))]) > 0
    return first, owner[first], at[first], bought


def _ends(first: NDArray[np.int64], rows: int) -> NDArray[np.int64]:
    """The last row of what begins at each first one."""
    ends = np.empty_like(first)
    ends[:-1], ends[-1:] = first[1:], rows
    ends -= 1
    return ends


def _steps(running: NDArray) -> NDArray:
    """By how much a running sum rises at each place."""
    steps = np.empty_like(running)
    steps[:1] = running[:1]
    np.subtract(running[1:], running[:-1], out=steps[1:])
    return steps


def _starts(period: NDArray[np.int32], start: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where another customer or another period begins."""
    change = np.empty(len(period), dtype=np.bool_)
    np.not_equal(period[1:], period[:-1], out=change[1:])
    change[start[:-1][start[:-1] < len(period)]] = True
    return np.flatnonzero(change)
