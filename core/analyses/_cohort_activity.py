"""What each customer bought and brought in each period, in one pass over the orders."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import features
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


def activity(
    history: OrderHistory, rows: features.Rows, values: NDArray[np.int64], table: NDArray[np.int32]
) -> Activity:
    """Sum up selected rows.

    Parameters
    ----------
    history : OrderHistory
    rows : ndarray of bool, shape (rows,), or None
    values : ndarray of int64, shape (rows,)
        Money units.
    table : ndarray of int32
        From :func:`core.days.period_table`.
    """
    start, chosen = history.start, slice(0, history.n_identified)
    owner, day, value, purchase = history.owner, history.day[chosen], values[chosen], history.purchase[chosen]
    if rows is not None:
        index = np.flatnonzero(rows[chosen])
        start = np.append(0, np.cumsum(features.count_rows(history, rows[chosen])))
        owner, day, value, purchase = owner[index], day[index], value[index], purchase[index]
    period = table[day]
    first = _starts(period, start)
    ends = np.empty_like(first)
    ends[:-1], ends[-1:] = first[1:], len(day)
    ends -= 1
    # Differences of running sums are several times faster than sums of many short slices.
    running = np.cumsum(value)
    return Activity(
        customer=owner[first],
        period=period[first],
        total=_steps(running[ends]),
        bought=_steps(np.cumsum(purchase, dtype=np.int32)[ends]) > 0,
        money=_steps(np.where(start[1:] > 0, running[start[1:] - 1], 0)),
    )


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
