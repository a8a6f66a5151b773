"""Tables of the time to the second purchase: curves by group, how long shares take, and whether groups differ."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.analyses._breakdown import Groups
from core.days import NO_DAY
from core.models.kaplan_meier import Counts, SurvivalCurve, count_days, log_rank
from core.purchases import Purchases
from core.stats import SMALL_N, benjamini_hochberg

SHARES = (0.25, 0.5, 0.75)
LEVEL = 0.05
LOG_RANK = ("group", "customers", "events", "expected", "chi2", "df", "p_value", "stands", "few")


@dataclass(frozen=True, eq=False)
class Durations:
    """Days from customers' first purchase to their second one, or to the end of what is known.

    Parameters
    ----------
    customer : ndarray of int64, shape (n,)
    days : ndarray of int64, shape (n,)
    event : ndarray of bool, shape (n,)
        Whether there was a second purchase by then.
    """

    customer: NDArray[np.int64]
    days: NDArray[np.int64]
    event: NDArray[np.bool_]

    def by(self, groups: Groups) -> Counts:
        """Counted by group and day; customers outside the groups are left out."""
        code = groups.codes[self.customer]
        inside = np.flatnonzero(code >= 0)
        return count_days(self.days[inside], self.event[inside], code[inside].astype(np.int64), len(groups.labels))


def durations(purchases: Purchases, customers: NDArray[np.bool_], as_of: int) -> Durations:
    """Time to the second purchase.

    Parameters
    ----------
    purchases : Purchases
        All that customers ever made; two orders on one day are 0 days apart.
    customers : ndarray of bool, shape (customers,)
        With a first purchase by the as-of day.
    as_of : int
        Day number at which those who have not come back are censored.
    """
    chosen = np.flatnonzero(customers)
    first, second = (purchases.nth(n)[chosen].astype(np.int64) for n in (1, 2))
    event = (second <= as_of) & (second < NO_DAY)
    return Durations(chosen, np.where(event, second, as_of) - first, event)


def curve_table(labels: tuple[str | None, ...], counts: Counts, curve: SurvivalCurve) -> pd.DataFrame:
    """group, day, at_risk, events, survival, low, high: the days with events, day 0, and the last day that is known of."""
    ends = counts.at_risk - np.pad(counts.at_risk, ((0, 0), (0, 1)))[:, 1:]
    last = ends.shape[1] - 1 - (ends[:, ::-1] > 0).argmax(axis=1)
    shown = counts.events > 0
    shown[:, 0] = True
    shown[np.arange(len(last)), last] = True
    group, day = np.nonzero(shown)
    return pd.DataFrame(
        {
            "group": np.array(labels, dtype=object)[group],
            "day": day,
            "at_risk": counts.at_risk[group, day],
            "events": counts.events[group, day],
            "survival": curve.survival[group, day],
            "low": curve.low[group, day],
            "high": curve.high[group, day],
        }
    )


def quantile_table(labels: tuple[str | None, ...], counts: Counts, curve: SurvivalCurve) -> pd.DataFrame:
    """group, share, days, low, high, customers, events, few: by what day a share came back; null where it has not been reached."""
    tables = []
    for share in SHARES:
        days, low, high = (np.where(np.isfinite(found), found, np.nan) for found in curve.quantile(share))
        columns = {"group": np.array(labels, dtype=object), "share": share, "days": days, "low": low, "high": high}
        tables.append(pd.DataFrame(columns))
    table = pd.concat(tables, ignore_index=True)
    customers, events = np.tile(counts.at_risk[:, 0], len(SHARES)), np.tile(counts.events.sum(axis=1), len(SHARES))
    return table.assign(customers=customers, events=events, few=customers < SMALL_N)


def log_rank_table(groups: Groups | None, counts: Counts | None) -> pd.DataFrame:
    """Whether groups differ: all of them at once (group null), then each against all others.

    Returns
    -------
    pandas.DataFrame
        group, customers, events, expected, chi2, df, p_value, stands (at 5 %, the single groups after Benjamini-Hochberg; never for
        fewer than 30 customers), few. No rows for fewer than two groups, and for outcomes: who comes back soon becomes another
        customer.
    """
    if groups is None or counts is None or not groups.known_at_start or len(groups.labels) < 2:
        return pd.DataFrame(columns=list(LOG_RANK))
    found = log_rank(counts)
    few = groups.sizes < SMALL_N
    alone = np.where(few, np.nan, found.group_p_value)
    rows = {
        "group": [None, *groups.labels],
        "customers": [int(groups.sizes.sum()), *groups.sizes],
        "events": [int(found.observed.sum()), *found.observed.astype(np.int64)],
        "expected": [float(found.expected.sum()), *found.expected],
        "chi2": [found.statistic, *found.group_statistic],
        "df": [found.df, *np.ones(len(few), dtype=np.int64)],
        "p_value": [found.p_value, *found.group_p_value],
        "stands": [found.p_value <= LEVEL, *benjamini_hochberg(alone, LEVEL)],
        "few": [groups.sizes.sum() < SMALL_N, *few],
    }
    return pd.DataFrame(rows, columns=list(LOG_RANK))
