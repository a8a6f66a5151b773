"""The share that goes on within so many days, by group: who is still on the way counts for as long as known, and not as lost."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.journey.climbs import NEVER, Climbs
from core.models.kaplan_meier import Counts, count_days, kaplan_meier
from core.stats import normal_quantile, two_sided_p, wilson

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Waits:
    """How long climbs took from one level to a later one.

    Parameters
    ----------
    climb : ndarray of int64, shape (n,)
        Climbs that reached the first of the two.
    days : ndarray of int64, shape (n,)
        To the other one, or to the end of what is known.
    event : ndarray of bool, shape (n,)
        Whether they reached it.
    """

    climb: NDArray[np.int64]
    days: NDArray[np.int64]
    event: NDArray[np.bool_]

    def counts(self, groups: NDArray[np.integer] | None = None, number: int = 1) -> Counts:
        """By day and group (of each climb; those of group -1 are left out)."""
        if groups is None:
            return count_days(self.days, self.event)
        group = groups[self.climb].astype(np.int64)
        inside = np.flatnonzero(group >= 0)
        return count_days(self.days[inside], self.event[inside], group[inside], number)


def waits(climbs: Climbs, before: int, after: int, as_of: int, within: int | None = None) -> Waits:
    """Days from one level to another.

    Parameters
    ----------
    climbs : Climbs
    before, after : int
        Levels.
    as_of : int
        Day number at which those who are on the way are censored.
    within : int, optional
        Days after which nobody is followed any more.
    """
    chosen = np.flatnonzero(climbs.day[before] != NEVER)
    begin, end = climbs.day[before][chosen].astype(np.int64), climbs.day[after][chosen].astype(np.int64)
    event = end != NEVER
    days = np.where(event, end, as_of) - begin
    if within is not None:
        event &= days <= within
        days = np.minimum(days, within + 1)
    return Waits(chosen, days, event)


def waits_beyond(climbs: Climbs, as_of: int, within: int) -> Waits:
    """Days from the first touchpoint to a step above it; who buys at once, by the step of the purchase."""
    everybody = np.arange(len(climbs.person))
    end = climbs.day[climbs.entry + 1, everybody].astype(np.int64)
    days = np.where(end != NEVER, end, as_of) - climbs.day[0]
    return Waits(everybody, np.minimum(days, within + 1), (end != NEVER) & (days <= within))


@dataclass(frozen=True, eq=False)
class Shares:
    """Shares that go on within a number of days, each array of shape (groups,).

    Parameters
    ----------
    people : ndarray of int64
    value, low, high : ndarray of float64
        By Kaplan and Meier; NaN where nobody has been followed for so long.
    variance : ndarray of float64
    median : ndarray of float64
        Days by which half of those had gone on who do so in time.
    """

    people: NDArray[np.int64]
    value: Floats
    low: Floats
    high: Floats
    variance: Floats
    median: Floats


def shares_within(counts: Counts, days: int) -> Shares:
    """The share of each group that goes on within so many days.

    Parameters
    ----------
    counts : Counts
        See :meth:`Waits.counts`.
    days : int

    Notes
    -----
    Greenwood's variance. Where nobody or everybody went on it is 0, which would claim too much: there the interval is Wilson's, and
    the variance that of a share with two more on either side (Agresti & Coull 1998, Am. Statistician 52, 119-126).
    """
    n, d = (_days_to(table, days) for table in (counts.at_risk, counts.events))
    curve = kaplan_meier(Counts(n, d))
    left, people, gone = curve.survival[:, -1], n[:, 0], d.sum(axis=1)
    known = (people > 0) & ((n[:, -1] > 0) | (left == 0))
    edge = (gone == 0) | (left == 0)
    low, high = wilson(gone, np.where(gone == 0, n[:, -1], people))
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = left**2 * np.where(d > 0, d / (n * (n - d)), 0.0).sum(axis=1)
        middle = (gone + 2) / (people + 4)
    half = (1 - curve.survival) >= ((1 - left) / 2)[:, None] - 1e-12
    return Shares(
        people=people,
        value=np.where(known, 1 - left, np.nan),
        low=np.where(known, np.where(edge, low, 1 - curve.high[:, -1]), np.nan),
        high=np.where(known, np.where(edge, high, 1 - curve.low[:, -1]), np.nan),
        variance=np.where(known, np.where(edge, middle * (1 - middle) / (people + 4), spread), np.nan),
        median=np.where(known & (gone > 0), half.argmax(axis=1), np.nan),
    )


def _days_to(table: NDArray[np.int64], days: int) -> NDArray[np.int64]:
    """The columns of days 0 to ``days``, 0 where nothing was counted any more."""
    return np.pad(table[:, : days + 1], ((0, 0), (0, max(days + 1 - table.shape[1], 0))))


@dataclass(frozen=True, eq=False)
class Differences:
    """Shares less those that they are compared with: 95 % interval and two-sided normal p, each of shape (groups,)."""

    other: Floats
    value: Floats
    low: Floats
    high: Floats
    p_value: Floats


def differences(own: Shares, other: Shares) -> Differences:
    """Compare shares of different people."""
    value = own.value - other.value
    error = np.sqrt(own.variance + other.variance)
    half = normal_quantile() * error
    with np.errstate(divide="ignore", invalid="ignore"):
        p = two_sided_p(np.where(error > 0, value / error, np.nan))
    return Differences(other.value, value, value - half, value + half, p)


def others(counts: Counts) -> Counts:
    """The counts of all other groups together, group by group."""
    return Counts(*(table.sum(axis=0, keepdims=True) - table for table in (counts.at_risk, counts.events)))
