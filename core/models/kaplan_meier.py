"""Kaplan-Meier curves of times that may not have ended yet, and the log-rank test between groups.

Kaplan & Meier (1958), J. Am. Stat. Assoc. 53, 457-481; Mantel (1966), Cancer Chemotherapy Reports 50, 163-170. Times are whole days,
so everything is counted by day: no sort, and no step for each customer.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from core.stats import normal_quantile

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Counts:
    """How many customers of each group are at risk and have their event, day by day.

    Parameters
    ----------
    at_risk, events : ndarray of int64, shape (groups, days)
        On day 0, 1, ...; whose time ends on a day is still at risk on it.
    """

    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class SurvivalCurve:
    """The share without the event by the end of each day.

    Parameters
    ----------
    survival, low, high : ndarray of float64, shape (groups, days)
        With the pointwise interval; the interval is null where the share is 0 or 1 and from day 0 nothing is known of its error.
    """

    survival: Floats
    low: Floats
    high: Floats

    def quantile(self, share: float) -> tuple[Floats, Floats, Floats]:
        """The first day by which a share has had the event, and its interval; each (groups,), infinite where not reached.

        Notes
        -----
        The interval holds the days whose pointwise interval holds the share (Brookmeyer & Crowley 1982, Biometrics 38, 29-41).
        """
        days = tuple(_first_below(curve, 1 - share) for curve in (self.survival, self.low, self.high))
        return days[0], days[1], days[2]


@dataclass(frozen=True, eq=False)
class LogRank:
    """Whether groups differ in their times.

    Parameters
    ----------
    observed, expected : ndarray of float64, shape (groups,)
        Events, and those expected if the groups were alike.
    statistic, p_value : float
        Of all groups at once; NaN below two groups, or where nothing tells them apart.
    df : int
    group_statistic, group_p_value : ndarray of float64, shape (groups,)
        Of each group against all others together.
    """

    observed: Floats
    expected: Floats
    statistic: float
    p_value: float
    df: int
    group_statistic: Floats
    group_p_value: Floats


def count_days(
    days: NDArray[np.integer], event: NDArray[np.bool_], group: NDArray[np.integer] | None = None, groups: int = 1
) -> Counts:
    """Count times by group and day.

    Parameters
    ----------
    days : ndarray of int, shape (n,)
        From 0.
    event : ndarray of bool, shape (n,)
        Whether the time ended with the event; else it was still running.
    group : ndarray of int, shape (n,), optional
        From 0.
    groups : int
    """
    length = int(days.max(initial=0)) + 1
    place = days.astype(np.int64) if group is None else group * np.int64(length) + days
    ended, events = (np.bincount(at, minlength=groups * length).reshape(groups, length) for at in (place, place[event]))
    return Counts(np.cumsum(ended[:, ::-1], axis=1)[:, ::-1], events)


def kaplan_meier(counts: Counts, confidence: float = 0.95) -> SurvivalCurve:
    """The curve of each group.

    Parameters
    ----------
    counts : Counts
    confidence : float

    Notes
    -----
    Greenwood's variance (1926) on the scale of log(-log S), which keeps the interval within 0 and 1.
    """
    n, d = counts.at_risk.astype(np.float64), counts.events.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = np.cumprod(np.where(d > 0, 1 - d / n, 1.0), axis=1, dtype=np.float64)
        variance = np.cumsum(np.where(d > 0, d / (n * (n - d)), 0.0), axis=1)
        log = np.log(survival)
        half = normal_quantile(confidence) * np.sqrt(variance) / log
        # The logarithm is negative, so the half-width is too.
        low, high = survival ** np.exp(-half), survival ** np.exp(half)
    inside = (survival > 0) & (survival < 1)
    return SurvivalCurve(survival, np.where(inside, low, np.nan), np.where(inside, high, np.nan))


def log_rank(counts: Counts) -> LogRank:
    """Test whether the groups' times have one distribution.

    Parameters
    ----------
    counts : Counts
        Of at least one group.
    """
    days = np.flatnonzero(counts.events.any(axis=0))
    n, d = counts.at_risk[:, days].astype(np.float64), counts.events[:, days].astype(np.float64)
    everybody, events = n.sum(axis=0), d.sum(axis=0)
    share = n / everybody
    expected = (share * events).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.where(everybody > 1, events * (everybody - events) / (everybody - 1), 0.0)
    covariance = np.diag((share * spread).sum(axis=1)) - np.einsum("gt,ht,t->gh", share, share, spread)
    observed = d.sum(axis=1)
    excess = observed - expected
    # Each group follows from the others, so the covariance has no inverse, and its rank is the degrees of freedom.
    df = int(np.linalg.matrix_rank(covariance, hermitian=True))
    statistic = float(excess @ np.linalg.pinv(covariance, hermitian=True) @ excess) if df else float("nan")
    with np.errstate(divide="ignore", invalid="ignore"):
        alone = np.where(np.diag(covariance) > 0, excess**2 / np.diag(covariance), np.nan)
    return LogRank(
        observed=observed,
        expected=expected,
        statistic=statistic,
        p_value=float(chi2.sf(statistic, max(df, 1))),
        df=df,
        group_statistic=alone,
        group_p_value=np.asarray(chi2.sf(alone, 1), dtype=np.float64),
    )


def _first_below(curve: Floats, level: float) -> Floats:
    # A level that is reached exactly must not be missed by a rounding error.
    reached = curve <= level + 1e-12
    return np.where(reached.any(axis=1), reached.argmax(axis=1).astype(np.float64), np.inf)
