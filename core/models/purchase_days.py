"""Days on which customers bought, and what the purchase models need of them: x, t_x, T and the mean value of repeat days."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.models.states import States, unique_states
from core.money import SCALE


@dataclass(frozen=True, eq=False)
class PurchaseDays:
    """Distinct purchase days, sorted by customer and day.

    Parameters
    ----------
    start : ndarray of int64, shape (customers + 1,)
        Customer ``i`` owns ``start[i]:start[i + 1]``, which may be empty.
    day : ndarray of int32, shape (days,)
        Day numbers.
    value : ndarray of int64, shape (days,)
        Money units of all purchases of that day.
    """

    start: NDArray[np.int64]
    day: NDArray[np.int32]
    value: NDArray[np.int64]

    def counts_until(self, last: int) -> NDArray[np.int64]:
        """Each customer's purchase days up to and with a day, shape (customers,)."""
        running = np.concatenate([[0], np.cumsum(self.day <= last)])
        return np.diff(running[self.start])

    def value_after(self, last: int) -> NDArray[np.int64]:
        """Each customer's money after a day, shape (customers,)."""
        running = np.concatenate([[0], np.cumsum(np.where(self.day > last, self.value, 0))])
        return np.diff(running[self.start])


@dataclass(frozen=True, eq=False)
class RepeatSummary:
    """What buyers had done by a day.

    Parameters
    ----------
    customer : ndarray of int64, shape (buyers,)
        Codes of the customers with a purchase by then, rising.
    x : ndarray of int64, shape (buyers,)
        Repeat purchase days: distinct purchase days less one.
    t_x, age : ndarray of int32, shape (buyers,)
        Days from the first purchase to the last, and to the as-of day.
    repeat_value : ndarray of int64, shape (buyers,)
        Money units of the repeat days.
    """

    customer: NDArray[np.int64]
    x: NDArray[np.int64]
    t_x: NDArray[np.int32]
    age: NDArray[np.int32]
    repeat_value: NDArray[np.int64]

    @cached_property
    def mean_value(self) -> NDArray[np.float64]:
        """Mean value of the repeat days in currency; NaN for those who never came back."""
        return np.where(self.x > 0, self.repeat_value / np.maximum(self.x, 1) / SCALE, np.nan)

    @cached_property
    def states(self) -> States:
        """The distinct (x, t_x, T)."""
        return unique_states(self.x, self.t_x, self.age)


def purchase_days(
    owner: NDArray[np.integer],
    day: NDArray[np.integer],
    purchase: NDArray[np.bool_],
    value: NDArray[np.int64],
    customers: int,
    last: int,
) -> PurchaseDays:
    """Put the purchases of a customer on one day together.

    Parameters
    ----------
    owner, day, purchase, value : ndarray, shape (rows,)
        Customer, day number, purchase or credit, and money of each order, sorted by customer and day.
    customers : int
        How many customers there are.
    last : int
        Day number after which nothing is looked at.

    Returns
    -------
    PurchaseDays
    """
    counted = purchase & (day <= last)
    if not counted.all():
        rows = np.flatnonzero(counted)
        owner, day, value = owner[rows], day[rows], value[rows]
    when = day.astype(np.int32)
    begins = np.append(True, (day[1:] != day[:-1]) | (owner[1:] != owner[:-1]))[: len(day)]
    if not begins.all():
        first = np.flatnonzero(begins)
        owner, when, value = owner[first], when[first], np.add.reduceat(value, first)
    start = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=customers))])
    return PurchaseDays(start, when, value)


def summarise(days: PurchaseDays, as_of: int) -> RepeatSummary:
    """Each buyer's frequency, recency and age as of a day; later purchases are not looked at.

    Parameters
    ----------
    days : PurchaseDays
    as_of : int
        Day number.

    Returns
    -------
    RepeatSummary
    """
    counts = days.counts_until(as_of)
    customer = np.flatnonzero(counts)
    first = days.start[customer]
    last = first + counts[customer] - 1
    running = np.concatenate([[0], np.cumsum(days.value)])
    return RepeatSummary(
        customer=customer,
        x=counts[customer] - 1,
        t_x=days.day[last] - days.day[first],
        age=np.int32(as_of) - days.day[first],
        repeat_value=running[last + 1] - running[first + 1],
    )
