"""Where open deals stand."""

import re

import numpy as np
import pandas as pd

from core.deals import words
from core.deals.table import Deals
from core.money import SCALE
from core.stats import SMALL_N, wilson

COLUMNS = (
    "stage", "deals", "amount", "median_days", "reached", "won", "win_rate", "low", "high", "few"
)  # fmt: skip


def stage_table(deals: Deals, shown: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> pd.DataFrame:
    """The pipeline by stage.

    Parameters
    ----------
    deals : Deals
    shown : ndarray of bool
        Deals in view.

    Returns
    -------
    pandas.DataFrame
        stage (in their usual order; null for deals without one), deals, amount (open now), median_days (since the stage began),
        reached, won, win_rate, low, high (closed deals that were in the stage at some time; null without a history of stages),
        few.
    """
    rows = deals.rows[shown]
    open_ = rows[(rows["outcome"] == words.OPEN).to_numpy()]
    history = deals.stages[shown[deals.stages["deal"].to_numpy(dtype=np.int64)]] if len(deals.stages) else deals.stages
    names = [one for one in _ordered(rows, history) if words.outcome_of(one) == words.UNKNOWN]
    table = pd.DataFrame({"stage": pd.Series([*names, *([None] if open_["stage"].isna().any() else [])], dtype=object)})
    now = open_.assign(stage=open_["stage"].fillna(""), waiting=deals.as_of - open_["since"]).groupby("stage")
    key = table["stage"].fillna("")
    table["deals"] = key.map(now.size()).fillna(0).astype(np.int64)
    table["amount"] = key.map(now["amount"].sum() / SCALE).fillna(0.0)
    table["median_days"] = key.map(now["waiting"].median())
    table["reached"], table["won"] = np.nan, np.nan
    if len(history):
        been = history.drop_duplicates(["deal", "stage"])
        outcome = deals.rows["outcome"].astype(str).to_numpy()[been["deal"].to_numpy(dtype=np.int64)]
        over = been[np.isin(outcome, [words.WON, words.LOST])].assign(
            won=outcome[np.isin(outcome, [words.WON, words.LOST])] == words.WON
        )
        by = over.groupby("stage")["won"]
        table["reached"], table["won"] = key.map(by.size()), key.map(by.sum())
    table["win_rate"] = table["won"] / table["reached"]
    low, high = wilson(table["won"].fillna(0), table["reached"].fillna(0))
    return table.assign(low=low, high=high, few=table["reached"] < SMALL_N)[list(COLUMNS)]


def _ordered(rows: pd.DataFrame, history: pd.DataFrame) -> list[str]:
    """Stages in the order in which deals come to them; without a history in that of their names."""
    names = sorted(
        {str(name) for name in rows["stage"].dropna()} | {str(name) for name in history["stage"]}, key=_natural
    )
    if not len(history):
        return names
    first = history.drop_duplicates(["deal", "stage"])
    place = first.groupby("deal").cumcount()
    return sorted(
        names, key=lambda name: place[first["stage"] == name].mean() if (first["stage"] == name).any() else np.inf
    )


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name) if part]
