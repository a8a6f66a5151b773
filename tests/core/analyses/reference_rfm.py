"""RFM in plain pandas, from the definitions alone."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from math import ceil, floor

import numpy as np
import pandas as pd

from core.analyses.rfm import RfmParams
from core.filters import Filters
from tests.core.analyses.reference import UNIT, View, money, purchases, share_score

# (recency, frequency, value levels): 1 low, 2 middle, 3 high.
SEGMENTS = {
    "champions": [("3", "3", "3")],
    "loyal": [("3", "3", "12"), ("2", "3", "123")],
    "potential_loyalist": [("3", "2", "23")],
    "new": [("3", "1", "1")],
    "promising": [("3", "2", "1"), ("3", "1", "23")],
    "need_attention": [("2", "2", "23")],
    "about_to_sleep": [("2", "2", "1"), ("2", "1", "123")],
    "at_risk": [("1", "3", "12"), ("1", "2", "23")],
    "cant_lose": [("1", "3", "3")],
    "hibernating": [("1", "2", "1"), ("1", "1", "23")],
    "lost": [("1", "1", "1")],
}
LEVELS = {3: (1, 2, 3), 4: (1, 2, 2, 3), 5: (1, 1, 2, 3, 3)}
DAYS = {3: [30, 90], 4: [30, 90, 180], 5: [30, 90, 180, 365]}
AXES = {"r": "recency_days", "f": "frequency", "m": "monetary"}


def rfm(orders: pd.DataFrame, filters: Filters, params: RfmParams) -> dict[str, pd.DataFrame]:
    view, groups = View(orders, filters), params.groups
    bought = view.classed[view.classed["purchase"]]
    table = pd.DataFrame({"frequency": purchases(view.classed)})
    table["recency_days"] = (view.as_of - bought.groupby("customer")["day"].max()).dt.days
    table["monetary"] = money(view.classed, table.index, params.value)
    if params.monetary == "mean":
        table["monetary"] = table["monetary"] / table["frequency"]
    if len(table):
        for axis, column in AXES.items():
            table[axis], table[f"next_{axis}"] = _axis(axis, table[column], params)
    else:
        table = table.reindex(columns=[*table, "r", "f", "m"])
    table["segment"] = segments_of(table, groups)
    table["monetary"] /= UNIT
    cuts = pd.DataFrame(
        [
            ("recency" if axis == "r" else column, group, inside.min(), inside.max())
            for axis, column in AXES.items()
            for group in range(1, groups + 1)
            for inside in [table.loc[table[axis] == group, column]]
        ],
        columns=["axis", "group", "low", "high"],
    )
    shown = table.loc[view.shown].copy()
    shown["revenue"] = money(view.matching, shown.index, params.value) / UNIT
    shown["orders"] = purchases(view.matching)
    shown = shown.rename_axis("customer_id").reset_index()
    return {"customers": shown, "cuts": cuts, "cube": _cube(shown, groups), "segments": _segments(shown)}


def _axis(axis: str, values: pd.Series, params: RfmParams) -> tuple[pd.Series, pd.Series]:
    """Scores of an axis, and the least that leads to a better one."""
    groups, unit = params.groups, UNIT if axis == "m" else 1
    own = {"r": params.r_cuts, "f": params.f_cuts, "m": params.m_cuts}[axis] if params.cuts == "own" else ()
    own = DAYS[groups] if axis == "r" and params.recency == "calendar" else own
    if own:
        rising = pd.cut(values / unit, [-np.inf, *own, np.inf], labels=False).astype(int) + 1
        scores = groups + 1 - rising if axis == "r" else rising
        borders = [border * unit for border in own]
        # A day more than a cut is the first that is not better.
        return scores, _more(values, [-floor(border) - 1 for border in borders] if axis == "r" else borders, axis, unit)
    worth = -values if axis == "r" else values
    if params.cuts == "width":
        low, high = worth.min(), worth.max()
        scores = 1 + sum(((worth - low) * groups > k * (high - low)).astype(int) for k in range(1, groups))
        return scores, _more(
            values, [_exact(low) + k * _exact(high - low) / groups for k in range(1, groups)], axis, unit
        )
    ranked = worth.sort_values(ignore_index=True)
    ends = [ranked[ceil(k * len(ranked) / groups) - 1] for k in range(1, groups)]
    return share_score(worth, groups), _more(values, ends, axis, unit)


def _exact(value: float) -> Fraction | float:
    return value if isinstance(value, float) else Fraction(int(value))


def _more(values: pd.Series, ends: list[float | Fraction], axis: str, unit: int) -> pd.Series:
    """Whole numbers to add (days to take off) until a value is strictly above the next of the ends."""

    def more(value: float) -> float:
        worth = -_exact(value) if axis == "r" else _exact(value)
        ahead = [end for end in ends if end >= worth]
        needed = floor(min(ahead) - worth) if ahead else np.nan
        while ahead and worth + needed <= min(ahead):
            needed += 1
        return needed / unit if axis != "r" or needed <= value else np.nan

    return values.map(more)


def segments_of(table: pd.DataFrame, groups: int) -> pd.Series:
    """The named segment of each row's scores; every cell has exactly one."""
    cells = cells_of(SEGMENTS, groups)
    scores = zip(*(table[axis] for axis in "rfm"), strict=True)
    return pd.Series([cells[cell] for cell in scores], index=table.index, dtype=object)


def cells_of(rules: Mapping[str, list[tuple[str, str, str]]], groups: int) -> dict[tuple[int, ...], str]:
    """The segment of every cell."""
    cells: dict[tuple[int, ...], str] = {}
    for segment, rows in rules.items():
        for row in rows:
            allowed = [[score + 1 for score, mark in enumerate(LEVELS[groups]) if str(mark) in marks] for marks in row]
            for cell in product(*allowed):
                assert cell not in cells
                cells[cell] = segment
    return cells


def _cube(shown: pd.DataFrame, groups: int) -> pd.DataFrame:
    scores = range(1, groups + 1)
    cells = pd.MultiIndex.from_product([scores] * 3, names=list("rfm"))
    cube = pd.DataFrame(
        {"customers": shown.groupby(list("rfm")).size(), "revenue": shown.groupby(list("rfm"))["revenue"].sum()}
    )
    return cube.reindex(cells, fill_value=0).reset_index()


def _segments(shown: pd.DataFrame) -> pd.DataFrame:
    grouped = shown.groupby("segment")
    table = pd.DataFrame(
        {
            "customers": grouped.size(),
            "revenue": grouped["revenue"].sum(),
            "orders": grouped["orders"].sum(),
            "recency_days": grouped["recency_days"].mean(),
        }
    ).reindex(list(SEGMENTS))
    table[["customers", "revenue", "orders"]] = table[["customers", "revenue", "orders"]].fillna(0)
    table["customer_share"] = table["customers"] / len(shown)
    table["revenue_share"] = table["revenue"] / shown["revenue"].sum()
    table["mean_order"] = table["revenue"] / table["orders"].where(table["orders"] > 0)
    return table.rename_axis("segment").reset_index()
