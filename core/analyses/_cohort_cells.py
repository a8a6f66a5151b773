"""Cohorts by periods since the first purchase: what falls into each cell, and the tables made of it."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.analyses._cohort_activity import Activity
from core.days import period_code, period_end, period_of
from core.money import SCALE
from core.stats import normal_quantile, wilson

Floats = NDArray[np.float64]
# A column a quantity, one place a cell.
Cells = dict[str, NDArray]

PROVISIONAL = 3

_ROUNDING = 1e-13


@dataclass(frozen=True, eq=False)
class Members:
    """Who is followed, from which period on, and until when.

    Parameters
    ----------
    shown : ndarray of bool, shape (customers,)
    cohort : ndarray of int32, shape (customers,)
        Index of the period of the first purchase.
    newest, over : int
        Index of the period in which the as-of day lies, and of the last one that is over by then.
    """

    shown: NDArray[np.bool_]
    cohort: NDArray[np.int32]
    newest: int
    over: int

    @classmethod
    def until(cls, as_of: date, period: str, shown: NDArray[np.bool_], cohort: NDArray[np.int32]) -> "Members":
        """Followed up to a day, by one kind of period."""
        newest = period_of(as_of, period)
        return cls(shown, cohort, newest, newest - (period_end(newest, period) > as_of))

    @property
    def oldest(self) -> int:
        """Index of the first cohort's period."""
        return int(self.cohort[self.shown].min())


class Grid:
    """Cohorts by ages, flattened row by row.

    Parameters
    ----------
    members : Members
    activity : Activity
    """

    def __init__(self, members: Members, activity: Activity) -> None:
        self.first = members.oldest
        self.count = members.newest - self.first + 1
        # A cohort after the last one makes every age negative, so those who are not shown fall out with early credits.
        self._cohort = np.where(members.shown, members.cohort, np.int32(members.newest + 1)) - np.int32(self.first)
        self.size = np.bincount(self._cohort, minlength=self.count)[: self.count]
        cohort = self._cohort[activity.customer]
        self._age = activity.period - np.int32(self.first) - cohort
        cohort *= np.int32(self.count)
        cohort += self._age
        np.copyto(cohort, np.int32(self.count**2), where=self._age < 0)
        self._cell = cohort.astype(np.int64)
        self._activity = activity

    def active(self) -> NDArray[np.int64]:
        """Customers with a purchase in each cell."""
        return self._shaped(np.bincount(self._cell[self._activity.bought], minlength=self.count**2 + 1))

    def active_later(self, last: NDArray[np.int32]) -> NDArray[np.int64]:
        """Customers with a purchase in each cell or a later one, by the period of each customer's last purchase."""
        age = last - np.int32(self.first) - self._cohort
        cell = self._cohort * np.int32(self.count) + age
        ends = np.bincount(np.where(age < 0, self.count**2, cell), minlength=self.count**2 + 1)
        return np.cumsum(self._shaped(ends)[:, ::-1], axis=1)[:, ::-1]

    def money(self) -> dict[str, Floats]:
        """Sums over customers in each cell, in money units.

        ``revenue``: what they brought (v), ``squares``: of v squared, ``cross``: of v times what the same customer brought at age 0
        (v0), ``kept``: of the smaller of max(v, 0) and v0.
        """
        value = self._activity.total.astype(np.float64)
        at_start = np.flatnonzero(self._age == 0)
        first = np.zeros(len(self._cohort))
        first[self._activity.customer[at_start]] = value[at_start]
        start = first[self._activity.customer]
        # Who brought less than nothing at first is kept at that, in each period whether there are orders in it or not.
        below = np.bincount(self._cohort, weights=np.minimum(first, 0), minlength=self.count)[: self.count, None]
        kept = np.maximum(start, 0)
        # Fresh memory costs as much as the sums themselves, so what is not needed any more is written over.
        sums = {"revenue": self._sums(value), "kept": self._sums(np.clip(value, 0, kept, out=kept)) + below}
        sums["cross"] = self._sums(np.multiply(start, value, out=start))
        sums["squares"] = self._sums(np.multiply(value, value, out=value))
        return sums

    def _sums(self, weights: Floats) -> Floats:
        return self._shaped(np.bincount(self._cell, weights=weights, minlength=self.count**2 + 1))

    def _shaped(self, sums: NDArray) -> NDArray:
        return sums[: self.count**2].reshape(self.count, self.count)


def observed_cells(grid: Grid, active: NDArray[np.int64], over: int) -> Cells:
    """Every cell that can have been observed, with the sums that both tables are made of.

    Parameters
    ----------
    grid : Grid
    active : ndarray of int64, shape (cohorts, ages)
    over : int
        Index of the last period that is over.
    """
    cohort, age = np.nonzero(np.add.outer(np.arange(grid.count), np.arange(grid.count)) < grid.count)
    filled = grid.size[cohort] > 0
    cohort, age = cohort[filled], age[filled]
    money = grid.money()
    return {
        "cohort": cohort,
        "period": age,
        "size": grid.size[cohort],
        "active": active[cohort, age],
        "complete": cohort + age <= over - grid.first,
        "last": grid.count - 1 - cohort - age,
        "cumulative": np.cumsum(money["revenue"], axis=1)[cohort, age],
        "start": money["revenue"][cohort, 0],
        "start_squares": money["squares"][cohort, 0],
        **{name: sums[cohort, age] for name, sums in money.items()},
    }


def triangle(cells: Cells, first: int, period: str, mode: str) -> pd.DataFrame:
    """The table of cells; see :class:`core.analyses.cohorts.CohortsResult`."""
    names = range(first, first + int(cells["cohort"].max()) + 1)
    codes = np.array([period_code(index, period) for index in names], dtype=object)
    eligible = np.where(cells["complete"], cells["size"], 0)
    low, high = wilson(cells["active"], eligible)
    return pd.DataFrame(
        {
            "cohort": codes[cells["cohort"]],
            "period": cells["period"],
            "size": cells["size"],
            "eligible": eligible,
            "active": cells["active"],
            "retention": cells["active"] / cells["size"],
            "low": low,
            "high": high,
            "complete": cells["complete"],
            "provisional": (mode == "on_or_after") & (cells["last"] < PROVISIONAL) & (cells["period"] > 0),
            "revenue": (cells["revenue"] / SCALE).round(4),
            **_revenue_kept(cells, eligible),
            "cumulative_value": cells["cumulative"] / SCALE / cells["size"],
        },
        copy=False,
    )


def average(cells: Cells) -> pd.DataFrame:
    """All cohorts together, over complete cells."""
    complete = cells["complete"]
    age = cells["period"][complete]
    sums = {name: np.bincount(age, weights=column[complete]) for name, column in cells.items()}
    eligible, retained = (np.rint(sums[name]).astype(np.int64) for name in ("size", "active"))
    low, high = wilson(retained, eligible)
    return pd.DataFrame(
        {
            # The oldest cohort has every age.
            "period": np.arange(len(eligible)),
            "eligible": eligible,
            "retained": retained,
            "retention": retained / eligible,
            "low": low,
            "high": high,
            **_revenue_kept(sums, eligible),
        },
        copy=False,
    )


def _revenue_kept(sums: Cells, customers: NDArray[np.int64]) -> dict[str, Floats]:
    """Net revenue retention with its interval, and gross; null where age 0 brought nothing, the interval where not all is observed.

    Notes
    -----
    A ratio of sums over customers, by Taylor linearisation (Cochran 1977, Sampling Techniques, chapter 6).
    """
    start = sums["start"]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(start > 0, sums["revenue"] / start, np.nan)
        apart = sums["squares"] + ratio**2 * sums["start_squares"]
        squares = apart - 2 * ratio * sums["cross"]
        # Where all customers keep the same share, the difference is nothing but rounding.
        squares = np.where(squares > _ROUNDING * apart, squares, 0.0)
        error = np.sqrt(squares * customers / (customers - 1)) / start
        half = np.where(customers > 1, normal_quantile() * error, np.nan)
        gross = np.where(start > 0, sums["kept"] / start, np.nan)
    return {
        "revenue_retention": ratio,
        "revenue_low": ratio - half,
        "revenue_high": ratio + half,
        "gross_retention": gross,
    }
