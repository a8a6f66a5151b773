"""How long deals take, for all and by a label known when they were opened."""

import numpy as np
import pandas as pd

from core.analyses import _duration_tables as durations
from core.deals import words
from core.models.kaplan_meier import Counts, count_days, kaplan_meier, log_rank
from core.stats import SMALL_N, benjamini_hochberg

MOST_GROUPS = 8
LEVEL = 0.05


def time_tables(rows: pd.DataFrame, groups: "pd.Series[str] | None") -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """How long deals take to close, won or lost, by Kaplan and Meier; open ones are censored.

    Parameters
    ----------
    rows : pandas.DataFrame
        Deals in view.
    groups : Series of category or None
        A label of each, known when it was opened; the eight largest are shown beside all.

    Returns
    -------
    time : pandas.DataFrame
        group (null for all), day, at_risk, events, survival, low, high.
    cycle : pandas.DataFrame
        group, share, days, low, high, deals, events, few: by what day a share has closed.
    differences : pandas.DataFrame
        group, deals, events, expected, chi2, df, p_value, stands, few: the log-rank test of all groups, and of each against the
        others.
    """
    told = (rows["days"].notna() & (rows["outcome"] != words.UNKNOWN)).to_numpy()
    days = rows["days"].to_numpy()[told].astype(np.int64)
    ended = (rows["outcome"] != words.OPEN).to_numpy()[told]
    everybody = count_days(days, ended)
    curve = kaplan_meier(everybody)
    curves, quantiles = (
        [durations.curve_table((None,), everybody, curve)],
        [durations.quantile_table((None,), everybody, curve)],
    )
    tested = pd.DataFrame(columns=list(durations.LOG_RANK))
    if groups is not None and told.any():
        codes = groups.cat.codes.to_numpy()[told]
        size = np.bincount(codes[codes >= 0], minlength=len(groups.cat.categories))
        kept = np.sort(np.argsort(-size, kind="stable")[:MOST_GROUPS])
        kept = kept[size[kept] > 0]
        labels = tuple(str(groups.cat.categories[one]) for one in kept)
        place = np.full(len(size) + 1, -1)
        place[kept] = np.arange(len(kept))
        own = place[codes]
        counts = count_days(days[own >= 0], ended[own >= 0], own[own >= 0].astype(np.int64), len(labels))
        by_group = kaplan_meier(counts)
        curves.append(durations.curve_table(labels, counts, by_group))
        quantiles.append(durations.quantile_table(labels, counts, by_group))
        if len(labels) > 1:
            tested = _differences(labels, size[kept], counts)
    named = {"customers": "deals"}
    return (
        pd.concat(curves, ignore_index=True),
        pd.concat(quantiles, ignore_index=True).rename(columns=named),
        tested.rename(columns=named),
    )


def _differences(
    labels: tuple[str, ...], size: "np.ndarray[tuple[int], np.dtype[np.int64]]", counts: Counts
) -> pd.DataFrame:
    found = log_rank(counts)
    few = size < SMALL_N
    rows = {
        "group": [None, *labels],
        "customers": [int(size.sum()), *size],
        "events": [int(found.observed.sum()), *found.observed.astype(np.int64)],
        "expected": [float(found.expected.sum()), *found.expected],
        "chi2": [found.statistic, *found.group_statistic],
        "df": [found.df, *np.ones(len(few), dtype=np.int64)],
        "p_value": [found.p_value, *found.group_p_value],
        "stands": [found.p_value <= LEVEL, *benjamini_hochberg(np.where(few, np.nan, found.group_p_value), LEVEL)],
        "few": [size.sum() < SMALL_N, *few],
    }
    return pd.DataFrame(rows, columns=list(durations.LOG_RANK))
