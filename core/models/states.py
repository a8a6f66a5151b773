"""What a purchase model sees of customers: how often, how recently, for how long, and how many share each such state."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.radix import distinct

DAYS_A_WEEK = 7.0


@dataclass(frozen=True, eq=False)
class States:
    """The distinct (x, t_x, T) of a set of customers, in rising order.

    Parameters
    ----------
    x : ndarray of int64, shape (states,)
        Repeat purchase days.
    t_x, age : ndarray of float64, shape (states,)
        Weeks from the first purchase to the last one, and to the end of observation (the T of the papers).
    count : ndarray of int64, shape (states,)
        Customers in each state.
    inverse : ndarray of int64, shape (customers,)
        The state of each customer.
    """

    x: NDArray[np.int64]
    t_x: NDArray[np.float64]
    age: NDArray[np.float64]
    count: NDArray[np.int64]
    inverse: NDArray[np.int64]

    @property
    def customers(self) -> int:
        """How many customers there are."""
        return len(self.inverse)

    @cached_property
    def repeat_buyers(self) -> int:
        """How many customers came back at least once."""
        return int(self.count[self.x > 0].sum())

    @cached_property
    def frequency_and_age(self) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
        """The distinct (x, T), and the position of each state among them."""
        (x, days), position, _ = distinct_rows(self.x, np.rint(self.age * DAYS_A_WEEK).astype(np.int64))
        return x, days / DAYS_A_WEEK, position

    def thinned(self, customers: int) -> "States":
        """The states of every k-th customer, about as many as asked for."""
        return self.part(slice(None, None, max(1, self.customers // customers)))

    def part(self, members: slice | NDArray[np.integer] | NDArray[np.bool_]) -> "States":
        """The states of some customers, chosen by their positions or by a mask."""
        inverse = self.inverse[members]
        count = np.bincount(inverse, minlength=len(self.x))
        kept = np.flatnonzero(count)
        position = np.cumsum(count > 0) - 1
        return States(self.x[kept], self.t_x[kept], self.age[kept], count[kept], position[inverse])


def unique_states(x: NDArray[np.integer], t_x: NDArray[np.integer], age: NDArray[np.integer]) -> States:
    """Find the distinct states of customers.

    Parameters
    ----------
    x, t_x, age : ndarray of int, shape (customers,)
        Repeat purchase days, and days from the first purchase to the last and to the end of observation; 0 to 65535.

    Returns
    -------
    States
        Times in weeks, that is days / 7.
    """
    (frequency, recency, weeks), inverse, count = distinct_rows(x, t_x, age)
    return States(x=frequency, t_x=recency / DAYS_A_WEEK, age=weeks / DAYS_A_WEEK, count=count, inverse=inverse)


def distinct_rows(
    *columns: NDArray[np.integer],
) -> tuple[list[NDArray[np.int64]], NDArray[np.int64], NDArray[np.int64]]:
    """The distinct rows of a table of whole numbers, in rising order.

    Parameters
    ----------
    columns : ndarray of int, shape (n,)
        None negative, and of 63 bits together.

    Returns
    -------
    columns : list of ndarray of int64, shape (k,)
    position : ndarray of int64, shape (n,)
        Of each row among them.
    count : ndarray of int64, shape (k,)
    """
    # One packed number sorts many times faster than columns.
    widths = [int(column.max(initial=0)).bit_length() for column in columns]
    packed = np.zeros(len(columns[0]), dtype=np.int64)
    for column, width in zip(columns, widths, strict=True):
        packed = packed << width | column
    keys, position, count = distinct(packed)
    found = []
    for width in reversed(widths):
        found.append(keys & (1 << width) - 1)
        keys = keys >> width
    return found[::-1], position, count
