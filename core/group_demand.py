"""The total demand of groups over periods, and its variation."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.days import period_table
from core.demand import Window

# Combinations of groups that are summed in one pass.
COMBINATIONS = 10_000


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
        self._values = values.astype(np.float64)
        self._order = order
        self._window = window

    def by(
        self, groupings: Sequence[tuple[NDArray[np.integer], int]], once: bool = False
    ) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Mean total a period of each group and its coefficient of variation, grouped in several ways.

        Parameters
        ----------
        groupings : sequence of (ndarray of int, shape (k,), int)
            The group of each row (-1 leaves it out), and how many groups there are.
        once : bool
            Count one row of each order in each group.

        Returns
        -------
        list of (mean, cv), both ndarray of float64, shape (groups,)
            The variation is NaN where the mean is not positive or there are fewer than two periods.
        """
        # One pass over the rows for all groupings, where the table of their combinations is small.
        if not once and math.prod(count + 1 for _, count in groupings) <= COMBINATIONS:
            sums = self._sums(groupings)
            axes = range(len(groupings))
            tables = [sums.sum(axis=tuple(other for other in axes if other != axis)) for axis in axes]
        else:
            tables = [self._sums([grouping], once) for grouping in groupings]
        return [self._variation(table[1:]) for table in tables]

    def _sums(self, groupings: Sequence[tuple[NDArray[np.integer], int]], once: bool = False) -> NDArray[np.float64]:
        """Totals by each combination of groups and period; rows of no group are in one more, at the front."""
        shape = (*(count + 1 for _, count in groupings), max(self._window.length, 1))
        # Narrow numbers are added several times faster.
        keys = np.zeros(len(self._values), dtype=np.min_scalar_type(-math.prod(shape[:-1])))
        for group, count in groupings:
            keys *= count + 1
            keys += group.astype(keys.dtype)
            keys += 1
        cell, values = keys.astype(np.int64), self._values
        cell *= shape[-1]
        cell += self._period
        if once:
            first = np.unique(self._order.astype(np.int64) * math.prod(shape[:-1]) + keys, return_index=True)[1]
            cell, values = cell[first], values[first]
        sums = np.bincount(cell, weights=values, minlength=math.prod(shape))
        return sums.reshape(shape).astype(np.float64, copy=False)

    def _variation(self, sums: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        mean = sums.mean(axis=1)
        if self._window.length < 2:
            return mean, np.full(len(mean), np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            return mean, np.where(mean > 0, sums.std(axis=1, ddof=1) / mean, np.nan)
