"""Orders, RFM and ABC-XYZ in plain pandas, from the definitions alone: lines once, then group-by.

Money stays in whole units (0.0001 of the currency) until the last step, so that shares can be compared with limits exactly.
"""

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from core.filters import Filters
from core.segments import RULES

UNIT = 10_000
NOBODY = ""
FREQUENCY = {"week": "W-SUN", "month": "M", "quarter": "Q"}
# How many complete periods a customer needs, and how many count at most: half a year and a year for weeks and months; four
# quarters, as fewer have no variation to speak of, and two years.
NEEDED = {"week": 26, "month": 6, "quarter": 4}
AT_MOST = {"week": 52, "month": 12, "quarter": 8}
LEVELS = {3: (1, 2, 3), 4: (1, 2, 2, 3), 5: (1, 1, 2, 3, 3)}


def order_table(lines: pd.DataFrame, zero_is_purchase: bool = False) -> pd.DataFrame:
    """One row an order, region and channel: customer, order, day, purchase, revenue, margin, region, channel."""
    dimensions = [name for name in ("region", "channel") if name in lines]
    table = pd.DataFrame(
        {
            "customer": lines["customer_id"].fillna(NOBODY).astype(object),
            "order": lines["order_id"].astype(object),
            **{name: lines[name].fillna("(missing)").astype(object) for name in dimensions},
            "day": lines["date"],
            "revenue": lines["amount"],
            "margin": lines["amount"] - lines["cost"] if "cost" in lines else 0,
        }
    )
    grouped = table.groupby(["customer", "order"], sort=False)
    table["day"] = grouped["day"].transform("min")
    net = grouped["revenue"].transform("sum")
    table["purchase"] = net >= 0 if zero_is_purchase else net > 0
    keys = ["customer", "order", "day", "purchase", *dimensions]
    rows = table.groupby(keys, sort=False, as_index=False)[["revenue", "margin"]].sum()
    return rows.assign(**{name: "(missing)" for name in ("region", "channel") if name not in dimensions})


@dataclass
class View:
    """What a filter lets through."""

    orders: pd.DataFrame
    filters: Filters

    def __post_init__(self) -> None:
        orders, f = self.orders, self.filters
        self.as_of = pd.Timestamp(f.last) if f.last else orders["day"].max()
        early = orders["day"] <= self.as_of
        window = early & (orders["day"] >= pd.Timestamp(f.first)) if f.first else early
        chosen = pd.Series(True, index=orders.index)
        for name in ("region", "channel"):
            if f.choices(name):
                chosen &= orders[name].isin(f.choices(name))
        named = orders["customer"] != NOBODY
        self.window = orders[window & named]
        self.matching = orders[window & chosen & named]
        self.unidentified = orders[window & chosen & ~named]
        self.up_to = orders[early & chosen & named]
        self.classed = self.window if f.classes == "company" else self.matching
        self.first_purchase = orders[named & orders["purchase"]].groupby("customer")["day"].min()
        self.shown = purchases(self.matching).index


def purchases(rows: pd.DataFrame) -> pd.Series:
    """How many different purchases each customer has."""
    return rows[rows["purchase"]].groupby("customer")["order"].nunique()


def money(rows: pd.DataFrame, customers: pd.Index, value: str = "revenue") -> pd.Series:
    return rows.groupby("customer")[value].sum().reindex(customers, fill_value=0)


def share_score(values: pd.Series, groups: int) -> pd.Series:
    """1 + floor(groups x share of values strictly below)."""
    below = values.rank(method="min").astype(int) - 1
    return 1 + groups * below // len(values)


# ---- RFM


def rfm(
    orders: pd.DataFrame, filters: Filters, groups: int = 3, value: str = "revenue", monetary: str = "total"
) -> dict[str, pd.DataFrame]:
    view = View(orders, filters)
    bought = view.classed[view.classed["purchase"]]
    table = pd.DataFrame({"frequency": purchases(view.classed)})
    table["recency_days"] = (view.as_of - bought.groupby("customer")["day"].max()).dt.days
    table["monetary"] = money(view.classed, table.index, value)
    if monetary == "mean":
        table["monetary"] = table["monetary"] / table["frequency"]
    table["r"] = share_score(-table["recency_days"], groups)
    table["f"] = share_score(table["frequency"], groups)
    table["m"] = share_score(table["monetary"], groups)
    table["segment"] = segments_of(table, groups)
    table["monetary"] /= UNIT
    cuts = pd.DataFrame(
        [
            (axis, group, inside.min(), inside.max())
            for axis, letter in (("recency", "r"), ("frequency", "f"), ("monetary", "m"))
            for group in range(1, groups + 1)
            for inside in [table.loc[table[letter] == group, "recency_days" if letter == "r" else axis]]
        ],
        columns=["axis", "group", "low", "high"],
    )
    shown = table.loc[view.shown].copy()
    shown["revenue"] = money(view.matching, shown.index, value) / UNIT
    shown["orders"] = purchases(view.matching)
    shown = shown.rename_axis("customer_id").reset_index()
    return {"customers": shown, "cuts": cuts, "cube": _cube(shown, groups), "segments": _segments(shown)}


def segments_of(table: pd.DataFrame, groups: int) -> pd.Series:
    """The named segment of each row's scores; every cell has exactly one."""
    cells: dict[tuple[int, ...], str] = {}
    for segment, *rule in RULES:
        allowed = [[score + 1 for score, mark in enumerate(LEVELS[groups]) if str(mark) in marks] for marks in rule]
        for cell in product(*allowed):
            assert cell not in cells
            cells[cell] = segment
    scores = zip(*(table[axis] for axis in "rfm"), strict=True)
    return pd.Series([cells[cell] for cell in scores], index=table.index, dtype=object)


def _cube(shown: pd.DataFrame, groups: int) -> pd.DataFrame:
    scores = range(1, groups + 1)
    cells = pd.MultiIndex.from_product([scores] * 3, names=list("rfm"))
    cube = pd.DataFrame(
        {"customers": shown.groupby(list("rfm")).size(), "revenue": shown.groupby(list("rfm"))["revenue"].sum()}
    )
    return cube.reindex(cells, fill_value=0).reset_index()


def _segments(shown: pd.DataFrame) -> pd.DataFrame:
    grouped = shown.groupby("segment")
    names = list(dict.fromkeys(segment for segment, *_ in RULES))
    table = pd.DataFrame(
        {
            "customers": grouped.size(),
            "revenue": grouped["revenue"].sum(),
            "orders": grouped["orders"].sum(),
            "recency_days": grouped["recency_days"].mean(),
        }
    ).reindex(names)
    table[["customers", "revenue", "orders"]] = table[["customers", "revenue", "orders"]].fillna(0)
    table["customer_share"] = table["customers"] / len(shown)
    table["revenue_share"] = table["revenue"] / shown["revenue"].sum()
    table["mean_order"] = table["revenue"] / table["orders"].where(table["orders"] > 0)
    return table.rename_axis("segment").reset_index()


# ---- ABC-XYZ


def period_window(view: View, period: str) -> pd.PeriodIndex:
    """The last complete periods within the dates."""
    frequency = FREQUENCY[period]
    last = view.as_of.to_period(frequency)
    if last.end_time.normalize() > view.as_of:
        last -= 1
    start = pd.Timestamp(view.filters.first) if view.filters.first else view.orders["day"].min()
    first = start.to_period(frequency)
    if view.filters.first and first.start_time < start:
        first += 1
    return pd.period_range(max(first, last - AT_MOST[period] + 1), last, freq=frequency)


def demand(view: View, value: str, customers: pd.Index, window: pd.PeriodIndex) -> pd.DataFrame:
    """Totals by customer and complete period; null before the period of the first purchase."""
    totals = period_pivot(_valued(view.classed, value), "customer", window).reindex(customers, fill_value=0)
    began = view.first_purchase.reindex(customers).dt.to_period(window.freqstr)
    return totals.astype(float).where(window.asi8[None, :] >= ordinal(began).to_numpy()[:, None])


def _valued(rows: pd.DataFrame, value: str) -> pd.DataFrame:
    """The value in a column of its own; as orders, each purchase counts once."""
    if value != "orders":
        return rows.assign(value=rows[value])
    first = rows["purchase"] & ~rows[rows["purchase"]].duplicated(["customer", "order"]).reindex(
        rows.index, fill_value=False
    )
    return rows.assign(value=first.astype(np.int64) * UNIT)


def period_pivot(rows: pd.DataFrame, by: str, window: pd.PeriodIndex) -> pd.DataFrame:
    periods = rows["day"].dt.to_period(window.freqstr)
    totals = rows.groupby([by, periods])["value"].sum()
    return totals.unstack(fill_value=0).reindex(columns=window, fill_value=0)  # noqa: PD010 - several times faster


def variation(totals: pd.DataFrame) -> pd.DataFrame:
    """Mean, coefficient of variation, and what Syntetos and Boylan ask for, of each row."""
    table = pd.DataFrame({"periods": totals.notna().sum(axis=1), "mean": totals.mean(axis=1)})
    positive = table["mean"] > 0
    # Rounded, so that demand that only differs in scale or in its order of months is equal.
    table["cv"] = (totals.std(axis=1, ddof=1) / table["mean"]).where(positive).round(12)
    active = totals.where(totals != 0)
    table["active"] = active.notna().sum(axis=1)
    table["cv2"] = ((active.std(axis=1, ddof=1) / active.mean(axis=1)) ** 2).fillna(0).where(positive)
    return table


def abc_classes(value: pd.Series, a_limit: float = 80, b_limit: float = 95) -> tuple[pd.Series, pd.Series]:
    """ABC class and share of the positive total up to each value, from whole numbers."""
    sums = value[value > 0].groupby(value).agg("sum").sort_index(ascending=False)
    upto = sums.cumsum()
    before, total = upto - sums, sums.sum()
    classes = pd.Series("C", index=sums.index, dtype=object)
    classes[before * 100 < b_limit * total] = "B"
    classes[before * 100 < a_limit * total] = "A"
    return value.map(classes).where(value > 0, "nonpositive"), value.map(upto / total)


def xyz_classes(table: pd.DataFrame, period: str, xyz: str, x_limit: float = 10, y_limit: float = 25) -> pd.Series:
    enough = table["periods"] >= NEEDED[period]
    if xyz == "syntetos_boylan":
        seldom = table["periods"] / table["active"] > 1.32
        uneven = table["cv2"] > 0.49
        names = np.select([seldom & uneven, seldom, uneven], ["lumpy", "intermittent", "erratic"], "smooth")
    elif xyz == "cuts":
        names = np.select([table["cv"] <= x_limit / 100, table["cv"] <= y_limit / 100], ["X", "Y"], "Z")
    else:
        known = table.loc[enough, "cv"].dropna()
        names = share_score(known, 3).reindex(table.index).map({1: "X", 2: "Y", 3: "Z"}) if len(known) else ""
    classes = pd.Series(names, index=table.index, dtype=object)
    classes[table["cv"].isna()] = "undefined"
    classes[~enough] = "N"
    return classes


def abc_xyz(
    orders: pd.DataFrame,
    filters: Filters,
    value: str = "revenue",
    period: str = "month",
    xyz: str = "cuts",
    **limits: Any,
) -> dict[str, pd.DataFrame]:
    view = View(orders, filters)
    classed = purchases(view.classed).index
    valued = _valued(view.classed, value)
    table = pd.DataFrame({"value": money(valued, classed, "value")})
    abc_limits = {name: limit for name, limit in limits.items() if name in ("a_limit", "b_limit")}
    xyz_limits = {name: limit for name, limit in limits.items() if name in ("x_limit", "y_limit")}
    table["abc"], table["cumulative_share"] = abc_classes(table["value"], **abc_limits)
    window = period_window(view, period)
    measured = variation(demand(view, value, classed, window))
    table["cv"], table["periods"] = measured["cv"], measured["periods"]
    table["mean_a_period"] = measured["mean"] / UNIT
    table["xyz"] = xyz_classes(measured, period, xyz, **xyz_limits)
    table["value"] /= UNIT
    shown = table.loc[view.shown].copy()
    paid = "margin" if value == "margin" else "revenue"
    shown["revenue"] = money(view.matching, shown.index, paid) / UNIT
    shown = shown.rename_axis("customer_id").reset_index()
    cells = shown.groupby(["abc", "xyz"]).agg(customers=("revenue", "size"), revenue=("revenue", "sum")).reset_index()
    cells["customer_share"] = cells["customers"] / len(shown)
    cells["revenue_share"] = cells["revenue"] / shown["revenue"].sum()
    return {"customers": shown, "matrix": cells, "stability": _stability(view, value, shown, window)}


def _stability(view: View, value: str, shown: pd.DataFrame, window: pd.PeriodIndex) -> pd.DataFrame:
    rows = pd.concat([view.matching, view.unidentified])
    rows["abc"] = rows["customer"].map(shown.set_index("customer_id")["abc"])
    rows = rows[rows["purchase"]] if value == "orders" else rows.assign(value=rows[value])
    tables = []
    for group in ("abc", "region", "channel"):
        if group != "abc" and (view.orders[group] == "(missing)").all():
            continue
        # An order over two regions is an order of each.
        once = rows.drop_duplicates([group, "customer", "order"]).assign(value=UNIT) if value == "orders" else rows
        totals = period_pivot(once.dropna(subset=[group]), group, window).astype(float)
        mean = totals.mean(axis=1)
        cv = (totals.std(axis=1, ddof=1) / mean).where(mean > 0)
        tables.append(pd.DataFrame({"group": group, "label": totals.index, "cv": cv, "mean_a_period": mean / UNIT}))
    return pd.concat(tables, ignore_index=True)


def ordinal(periods: pd.Series) -> pd.Series:
    return pd.Series(pd.PeriodIndex(periods).asi8, index=periods.index)
