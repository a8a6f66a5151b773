"""What a purchase model sees of customers: how often, how recently, for how long, and how many share each such state."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

DAYS_A_WEEK = 7.0

_BITS = 16


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
        days = np.rint(self.age * DAYS_A_WEEK).astype(np.int64)
        keys, position = np.unique(self.x << _BITS | days, return_inverse=True)
        return keys >> _BITS, (keys & (1 << _BITS) - 1) / DAYS_A_WEEK, position

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
    # One packed integer sorts many times faster than three columns.
    packed = (x.astype(np.int64) << 2 * _BITS) | (t_x.astype(np.int64) << _BITS) | age.astype(np.int64)
    keys, inverse, count = np.unique(packed, return_inverse=True, return_counts=True)
    low = (1 << _BITS) - 1
    return States(
        x=keys >> 2 * _BITS,
        t_x=(keys >> _BITS & low) / DAYS_A_WEEK,
        age=(keys & low) / DAYS_A_WEEK,
        count=count,
        inverse=inverse,
    )
