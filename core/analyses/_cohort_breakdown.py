"""The average curve of each group of customers, and whether the groups differ in how soon they come back."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.analyses._breakdown import Groups
from core.analyses._cohort_activity import Activity
from core.analyses._cohort_cells import Members
from core.stats import SMALL_N, wilson

COLUMNS = ("group", "period", "eligible", "retained", "retention", "low", "high", "known_at_start", "few")


def breakdown_table(
    members: Members, activity: Activity, groups: Groups, last: NDArray[np.int32] | None = None
) -> pd.DataFrame:
    """Average retention of each group over complete cells.

    Parameters
    ----------
    members : Members
    activity : Activity
    groups : Groups
    last : ndarray of int32, shape (customers,), optional
        Period of each customer's last purchase, to count those active in a period or later; without it, in that period.

    Returns
    -------
    pandas.DataFrame
        group, period, eligible, retained, retention, low, high, known_at_start, few (whether the group has fewer than 30 customers).
    """
    count = max(members.over - members.oldest + 1, 0)
    inside = members.shown & (groups.codes >= 0)
    # The age that a customer's cohort has completed; negative where the first period itself is not over.
    completed = np.where(inside, members.over - members.cohort, -1)
    eligible = _reaching(groups.codes, completed, len(groups.labels), count)
    if last is None:
        customer = activity.customer[activity.bought]
        age = activity.period[activity.bought] - members.cohort[customer]
        there = (age >= 0) & (age <= completed[customer])
        cell = groups.codes[customer[there]] * np.int64(count) + age[there]
        shape = len(groups.labels), count
        retained = np.bincount(cell, minlength=shape[0] * count).reshape(shape)
    else:
        retained = _reaching(groups.codes, np.minimum(last - members.cohort, completed), len(groups.labels), count)
    group, period = np.nonzero(eligible)
    n, k = eligible[group, period], retained[group, period]
    low, high = wilson(k, n)
    return pd.DataFrame(
        {
            "group": np.array(groups.labels, dtype=object)[group],
            "period": period,
            "eligible": n,
            "retained": k,
            "retention": k / n,
            "low": low,
            "high": high,
            "known_at_start": groups.known_at_start,
            "few": groups.sizes[group] < SMALL_N,
        }
    )


def _reaching(codes: NDArray[np.int16], age: NDArray[np.int32], groups: int, count: int) -> NDArray[np.int64]:
    """How many customers of each group reach each age."""
    there = age >= 0
    ends = np.bincount(codes[there] * np.int64(count) + age[there], minlength=groups * count).reshape(groups, count)
    return np.cumsum(ends[:, ::-1], axis=1)[:, ::-1]
