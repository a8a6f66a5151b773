"""Orders in plain pandas, from the definitions alone: lines once, then group-by.

Money stays in whole units (0.0001 of the currency) until the last step, so that shares can be compared with limits exactly.
"""

from dataclasses import dataclass

import pandas as pd

from core.filters import Filters

UNIT = 10_000
NOBODY = ""
FREQUENCY = {"week": "W-SUN", "month": "M", "quarter": "Q"}


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


def ordinal(periods: pd.Series) -> pd.Series:
    return pd.Series(pd.PeriodIndex(periods).asi8, index=periods.index)
