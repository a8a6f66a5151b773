"""Movements between RFM segments over twelve months, and the segments of 24 months, in plain pandas.

Lines are summed up by customer and month first, so that no date needs another pass over them.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.filters import Filters
from core.money import SCALE
from core.segments import default_rules
from core.stats import SMALL_N, benjamini_hochberg, poisson_change
from tests.benchmarks.plain.log import Log, Tables, narrowed, one_line_an_order
from tests.benchmarks.plain.rfm import segment_of

BACK, MONTHS = 12, 24
EARLIER, LATER = MONTHS - BACK + 1, MONTHS + 1
STEPS = ("new", "returned", "up", "unchanged", "down", "lost", "credits_only", "without_customer")


@dataclass(frozen=True)
class _Sums:
    """Customers (rows) by month-end (columns)."""

    purchases: pd.DataFrame
    money: pd.DataFrame  # missing without an order or credit
    f_upto: pd.DataFrame
    m_upto: pd.DataFrame
    last_upto: pd.DataFrame  # the last purchase, in days before the last month-end


def movements(log: Log, filters: Filters) -> Tables:
    """The tables of movements."""
    ends = pd.DatetimeIndex([log.last_day - pd.DateOffset(months=month) for month in range(MONTHS + 1, -1, -1)])
    lines = narrowed(log.lines, filters)
    matching = _sums(lines, ends)
    classed = matching if filters.classes == "filter" else _sums(log.lines, ends)
    cuts = _cuts(classed, ends)
    classes = {at: _classes(classed, cuts, ends, at, matching.f_upto[at] > 0) for at in range(1, LATER + 1)}
    customers = _customers(log, matching, classes, ends)
    return {
        "flows": _flows(customers),
        "bridge": _bridge(customers, lines, ends),
        "segments": _segments(customers),
        "months": _months(matching, classes, ends),
        "customers": customers[customers["seen"]],
    }


def _sums(lines: pd.DataFrame, ends: pd.DatetimeIndex) -> _Sums:
    lines = lines.assign(at=np.searchsorted(ends, lines["day"])).dropna(subset="customer")
    bought = lines[lines["purchase"]]
    by = {"index": "customer", "columns": "at", "observed": True}
    tables = (
        one_line_an_order(bought).pivot_table(values="order", aggfunc="count", **by),
        lines.pivot_table(values="amount", aggfunc="sum", **by),
        bought.assign(ago=(bought["day"] - ends[-1]).dt.days).pivot_table(values="ago", aggfunc="max", **by),
    )
    purchases, money, last = (table.reindex(index=tables[1].index, columns=range(len(ends))) for table in tables)
    purchases = purchases.fillna(0)
    return _Sums(purchases, money, purchases.cumsum(axis=1), money.fillna(0).cumsum(axis=1), last.ffill(axis=1))


def _upto(sums: _Sums, ends: pd.DatetimeIndex, at: int) -> pd.DataFrame:
    people = pd.DataFrame({"r": sums.last_upto[at], "f": sums.f_upto[at], "m": sums.m_upto[at]})[sums.f_upto[at] > 0]
    return people.assign(r=people["r"] + (ends[-1] - ends[at]).days)


def _cuts(sums: _Sums, ends: pd.DatetimeIndex) -> dict[str, np.ndarray]:
    """The values above which the second and the third group begin, at the earlier date."""
    people = _upto(sums, ends, EARLIER)
    places = [-(-group * len(people) // 3) - 1 for group in (1, 2)]
    return {axis: np.sort(people[axis].to_numpy())[places] for axis in people}


def _classes(
    sums: _Sums, cuts: dict[str, np.ndarray], ends: pd.DatetimeIndex, at: int, in_view: pd.Series
) -> pd.Series:
    people = _upto(sums, ends, at)
    people = people[people.index.isin(in_view.index[in_view])]
    scores = pd.DataFrame({axis: 1 + np.searchsorted(cuts[axis], people[axis]) for axis in people}, people.index)
    segments = pd.Series(segment_of(scores), people.index).cat.add_categories("none")
    return segments.reindex(in_view.index).fillna("none")


def _customers(log: Log, sums: _Sums, classes: dict[int, pd.Series], ends: pd.DatetimeIndex) -> pd.DataFrame:
    windows = range(EARLIER - BACK + 1, EARLIER + 1), range(EARLIER + 1, LATER + 1)
    before, after = (sums.money[list(window)].sum(axis=1) / SCALE for window in windows)
    first, second = (sums.purchases[list(window)].sum(axis=1) > 0 for window in windows)
    change = (after - before).round(4)
    known = log.first.reindex(sums.money.index) <= ends[EARLIER]
    ordered = sums.money[[*windows[0], *windows[1]]].notna().any(axis=1)
    kinds = [
        first & second & (change > 0),
        first & second & (change < 0),
        first & second,
        second & known,
        second,
        first,
    ]
    step = np.select([*kinds, ordered], ["up", "down", "unchanged", "returned", "new", "lost", "credits_only"], "")
    table = pd.DataFrame({"before": classes[EARLIER], "after": classes[LATER], "step": step})
    table = table.assign(revenue_before=before, revenue_after=after, change=change)
    seen = (table["before"] != "none") | (table["after"] != "none") | (step != "")
    table["step"] = pd.Categorical(table["step"], categories=STEPS)
    return table.assign(seen=seen).rename_axis("customer").reset_index()


def _flows(customers: pd.DataFrame) -> pd.DataFrame:
    flows = customers[customers["seen"]].groupby(["before", "after"], observed=True)
    money = flows[["revenue_before", "revenue_after", "change"]].sum()
    return money.assign(customers=flows.size()).reset_index()


def _bridge(customers: pd.DataFrame, lines: pd.DataFrame, ends: pd.DatetimeIndex) -> pd.DataFrame:
    steps = customers.groupby("step", observed=False)
    bridge = steps[["revenue_before", "revenue_after"]].sum().assign(customers=steps.size())
    loose = lines[lines["customer"].isna()]
    for column, at in (("revenue_before", EARLIER), ("revenue_after", LATER)):
        inside = (loose["day"] > ends[at - BACK]) & (loose["day"] <= ends[at])
        bridge.loc["without_customer", column] = loose.loc[inside, "amount"].sum() / SCALE
    return bridge.assign(change=bridge["revenue_after"] - bridge["revenue_before"]).reset_index()


def _segments(customers: pd.DataFrame) -> pd.DataFrame:
    names = list(default_rules().names)
    stayed = customers["before"] == customers["after"]
    moved = customers[~stayed]
    sides = [customers.groupby(side, observed=False) for side in ("before", "after")]
    table = pd.DataFrame({"before": sides[0].size(), "after": sides[1].size()}).loc[names]
    table["change"] = table["after"] - table["before"]
    squares = moved["before"].value_counts() + moved["after"].value_counts()
    table["low"], table["high"], p_value = poisson_change(table["change"], squares.loc[names])
    for side, group in zip(("before", "after"), sides, strict=True):
        table[f"revenue_{side}"] = group[f"revenue_{side}"].sum()
    table["revenue_change"] = table["revenue_after"] - table["revenue_before"]
    parts = (
        customers[stayed].groupby("before", observed=False)["change"],
        moved.groupby("before", observed=False)["revenue_before"],
        moved.groupby("after", observed=False)["revenue_after"],
    )
    squares = sum(part.agg(lambda values: (values**2).sum()) for part in parts).loc[names]
    table["revenue_low"], table["revenue_high"], p_revenue = poisson_change(table["revenue_change"], squares)
    few = np.maximum(table["before"], table["after"]) < SMALL_N
    claims = benjamini_hochberg(np.where(np.r_[few, few], np.nan, np.r_[p_value, p_revenue]))
    table["claim"], table["revenue_claim"] = claims[: len(names)], claims[len(names) :]
    return table.rename_axis("segment").reset_index()


def _months(sums: _Sums, classes: dict[int, pd.Series], ends: pd.DatetimeIndex) -> pd.DataFrame:
    names = list(default_rules().names)
    tables = []
    for at, now in classes.items():
        table = pd.DataFrame(
            {"customers": now.value_counts(), "revenue": sums.money[at].groupby(now, observed=False).sum()}
        )
        table["revenue"] /= SCALE
        if at > 1:
            moved = classes[at - 1] != now
            joined, left = (codes[moved].value_counts() for codes in (now, classes[at - 1]))
            most = np.maximum(table["customers"], classes[at - 1].value_counts())
            table = table.assign(change=joined - left, squares=joined + left, most=most)
        tables.append(table.loc[names].rename_axis("segment").reset_index().assign(month=str(ends[at].date())))
    months = pd.concat(tables, ignore_index=True)
    months["low"], months["high"], p_value = poisson_change(months["change"], months["squares"])
    months["claim"] = benjamini_hochberg(np.where(months["most"] < SMALL_N, np.nan, p_value))
    return months
