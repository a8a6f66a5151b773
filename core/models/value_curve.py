"""What customers have brought by age, cohort by cohort."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.days import NO_DAY, period_end, period_table, to_day
from core.history import OrderHistory
from core.money import SCALE

_BLOCK = 1 << 17


@dataclass(frozen=True, eq=False)
class ValueCurve:
    """Cumulative value per customer, one row a cohort and age that the cohort has reached.

    Parameters
    ----------
    cohort : ndarray of int64, shape (rows,)
        Month of the first purchase, counted from 1900.
    age : ndarray of int64, shape (rows,)
        Whole calendar months since; 0 is the month of the first purchase itself.
    customers : ndarray of int64, shape (rows,)
        Size of the cohort.
    value : ndarray of float64, shape (rows,)
        Mean value a customer had brought by the end of that month, in currency.
    """

    cohort: NDArray[np.int64]
    age: NDArray[np.int64]
    customers: NDArray[np.int64]
    value: NDArray[np.float64]


def value_curve(history: OrderHistory, value: NDArray[np.int64], members: NDArray[np.bool_], as_of: int) -> ValueCurve:
    """Cumulative value per customer by cohort month and age, of complete months only.

    Parameters
    ----------
    history : OrderHistory
    value : ndarray of int64, shape (rows,)
        Money of each row; credits count on their own day.
    members : ndarray of bool, shape (customers,)
        Whose value is counted.
    as_of : int
        Day number of the end; a month that is not over by then is left out.

    Returns
    -------
    ValueCurve
        A credit before the first purchase counts at age 0.
    """
    month = period_table("month")
    newest = int(month[as_of])
    newest -= to_day(period_end(newest, "month")) > as_of
    first = np.where(members & (history.first_purchase != NO_DAY), month[history.first_purchase], newest + 1)
    joined = np.flatnonzero(first <= newest)
    if not len(joined):
        nothing = np.empty(0, dtype=np.int64)
        return ValueCurve(nothing, nothing, nothing, np.empty(0))
    oldest = int(first[joined].min())
    span = newest - oldest + 1
    size = np.bincount(first[joined] - oldest, minlength=span)

    money = _sums(history, value, first - oldest, month - np.int32(oldest), span)
    reached = (size[:, None] > 0) & (np.add.outer(np.arange(span), np.arange(span)) < span)
    row, age = np.nonzero(reached)
    cumulative = np.cumsum(money, axis=1)[row, age] / SCALE
    return ValueCurve(oldest + row, age, size[row], cumulative / size[row])


def _sums(
    history: OrderHistory, value: NDArray[np.int64], cohort: NDArray[np.int32], month: NDArray[np.int32], span: int
) -> NDArray[np.float64]:
    """Money of each cohort at each age; who or what lies beyond ``span`` is not counted.

    Customers are taken in blocks, whose numbers stay in the processor's cache and need no new memory.
    """
    money = np.zeros(span * span + 1)
    edges = np.searchsorted(history.start[:-1], np.arange(0, history.n_identified + _BLOCK, _BLOCK))
    for begin, end in pairwise(edges):
        rows = slice(history.start[begin], history.start[end])
        joined = np.repeat(cohort[begin:end], np.diff(history.start[begin : end + 1]))
        after = month[history.day[rows]]
        counted = (joined < span) & (after < span)
        # What is not counted falls into one more cell.
        cell = np.where(counted, joined * np.int64(span) + np.maximum(after - joined, 0), span * span)
        money += np.bincount(cell, weights=value[rows], minlength=span * span + 1)
    return money[:-1].reshape(span, span)
