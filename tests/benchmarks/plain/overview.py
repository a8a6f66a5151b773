"""The overview, a year against the year before, in plain pandas."""

import numpy as np
import pandas as pd

from core.filters import Filters
from core.money import SCALE
from core.stats import benjamini_hochberg, paired_change
from tests.benchmarks.plain.log import Log, Tables, money_of, month_of, narrowed, one_line_an_order, orders_of

FIGURES = ("revenue", "customers", "orders", "order_value", "repeat_rate")
COLUMNS = ["figure", "value", "before", "after", "change", "low", "high", "claim"]


def overview(log: Log, filters: Filters) -> Tables:
    """The tables of the overview."""
    lines = narrowed(log.lines, filters)
    everyone = log.lines["customer"].cat.categories
    middle = log.last_day - pd.Timedelta(days=365)
    start = middle - pd.Timedelta(days=364)
    whole = _totals(lines, everyone)
    after = _totals(lines[lines["day"] > middle], everyone)
    before = _totals(lines[lines["day"].between(start, middle)], everyone)
    changes = [paired_change(_measure(name, *after), _measure(name, *before)) for name in FIGURES]
    claims = benjamini_hochberg([change.p_value for change in changes])
    rows = []
    for name, change, claim in zip(FIGURES, changes, claims, strict=True):
        numerator, denominator = _measure(name, *whole)
        value = numerator.sum() if isinstance(denominator, float) else numerator.sum() / denominator.sum()
        relative = (change.after - change.before) / (1.0 if name == "repeat_rate" else change.before)
        rows.append((name, value, change.before, change.after, relative, change.low, change.high, bool(claim)))
    return {"figures": pd.DataFrame(rows, columns=COLUMNS), "months": _months(log, lines)}


def _months(log: Log, lines: pd.DataFrame) -> pd.DataFrame:
    bought = lines[lines["purchase"]]
    new = lines["day"].to_numpy() == log.first.reindex(lines["customer"]).to_numpy()
    owned = lines["customer"].notna()
    months = pd.DataFrame(index=range(month_of(log.first_day), month_of(log.last_day) + 1))
    for name, rows in (("first_orders", new), ("returning", owned & ~new), ("unidentified", ~owned)):
        months[name] = lines[rows].groupby("month")["amount"].sum() / SCALE
    active = bought[["customer", "month"]].dropna().drop_duplicates()
    began = log.first_month.reindex(active["customer"]).to_numpy() == active["month"]
    months["customers"] = active.groupby("month").size()
    months["new_customers"] = active[began].groupby("month").size()
    months["orders"] = one_line_an_order(bought).dropna(subset="customer").groupby("month").size()
    return months.fillna(0).rename_axis("month").reset_index()


def _totals(lines: pd.DataFrame, everyone: pd.Index) -> tuple[pd.Series, pd.Series]:
    revenue = money_of(lines).reindex(everyone, fill_value=0) / SCALE
    return revenue, orders_of(lines).reindex(everyone, fill_value=0).astype(float)


def _measure(name: str, revenue: pd.Series, orders: pd.Series) -> tuple[np.ndarray, np.ndarray | float]:
    """Numerator and denominator of a figure."""
    bought = (orders > 0).astype(float)
    match name:
        case "revenue":
            return revenue.to_numpy(), 1.0
        case "customers":
            return bought.to_numpy(), 1.0
        case "orders":
            return orders.to_numpy(), 1.0
        case "order_value":
            return (revenue * bought).to_numpy(), orders.to_numpy()
        case _:
            return (orders > 1).astype(float).to_numpy(), bought.to_numpy()
