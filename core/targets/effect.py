"""What came of saved lists: revenue per customer since, of those who were written to against those held out."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from core import features
from core.access import Dataset
from core.days import to_day
from core.features import Selection
from core.money import SCALE
from core.stats import SMALL_N, benjamini_hochberg
from core.targets.lists import TargetList

COLUMNS = (
    "list",
    "segment",
    "as_of",
    "days",
    "treated",
    "holdout",
    "unknown",
    "treated_mean",
    "holdout_mean",
    "difference",
    "low",
    "high",
    "p",
    "claim",
)


def welch(first: NDArray[np.float64], second: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Difference of two means, its 95 % interval, and the p-value.

    Parameters
    ----------
    first, second : ndarray of float64

    Returns
    -------
    difference, low, high, p : float
        NaN where a side has fewer than two, or nobody differs.

    Notes
    -----
    Welch (1947), Biometrika 34, 28-35.
    """
    n, m = len(first), len(second)
    if min(n, m) < 1:
        return (float("nan"),) * 4
    difference = float(first.mean() - second.mean())
    if min(n, m) < 2:
        return difference, float("nan"), float("nan"), float("nan")
    one, other = first.var(ddof=1) / n, second.var(ddof=1) / m
    error = float(np.sqrt(one + other))
    if error == 0:
        return difference, float("nan"), float("nan"), float("nan")
    freedom = (one + other) ** 2 / (one**2 / (n - 1) + other**2 / (m - 1))
    half = float(stdtrit(freedom, 0.975)) * error
    return difference, difference - half, difference + half, float(2 * stdtr(freedom, -abs(difference) / error))


def effects(dataset: Dataset, selection: Selection, lists: tuple[TargetList, ...]) -> pd.DataFrame:
    """Measure saved lists.

    Parameters
    ----------
    dataset : Dataset
    selection : Selection
        Orders that match it count; its first date does not cut them.
    lists : tuple of TargetList

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, one row a list and segment: customers written to and held out (``unknown``: those the data no longer
        know), days since, revenue per customer on both sides, the difference with Welch's interval, and whether it stands after
        Benjamini-Hochberg over the rows (from 30 customers a side on). Means are null while no day has passed.
    """
    rows = [row for one in lists for row in _measured(dataset, selection, one)]
    table = pd.DataFrame(rows, columns=list(COLUMNS[:-1]))
    few = table[["treated", "holdout"]].min(axis=1) < SMALL_N
    return table.assign(claim=benjamini_hochberg(table["p"].mask(few).to_numpy(dtype=np.float64)))


def _measured(dataset: Dataset, selection: Selection, one: TargetList) -> list[tuple[object, ...]]:
    table, since = dataset.target_customers(one), to_day(one.as_of)
    days = selection.as_of - since
    money = None
    if days > 0:
        history = selection.history
        inside = features.rows_in_window(history, since + 1, selection.as_of)
        chosen = features.both(inside, features.rows_in_choices(history, selection.filters))
        money = features.per_customer(history, history.revenue, chosen) / SCALE
    found: list[tuple[object, ...]] = []
    for segment in one.segments:
        rows = table[table["list"].astype(str) == segment]
        sides = [
            dataset.customer_codes(rows.loc[rows["holdout"] == out, "customer_id"].tolist()) for out in (False, True)
        ]
        counts = [len(side) for side in sides]
        told: tuple[float, ...] = (float("nan"),) * 6
        if money is not None:
            treated, held = (money[side] for side in sides)
            told = (
                *(float(side.mean()) if len(side) else float("nan") for side in (treated, held)),
                *welch(treated, held),
            )
        found.append((one.name, segment, one.as_of, max(days, 0), *counts, len(rows) - sum(counts), *told))
    return found
