"""Cohorts and the overview in plain pandas, from the definitions alone."""

from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from core.filters import Filters
from tests.core.analyses.reference import FREQUENCY, UNIT, View, money, ordinal, purchases


def cohorts(
    orders: pd.DataFrame, filters: Filters, period: str = "month", mode: str = "on", value: str = "revenue"
) -> dict[str, pd.DataFrame]:
    view = View(orders, filters)
    frequency = FREQUENCY[period]
    cohort = view.first_purchase.dt.to_period(frequency)
    count = purchases(view.up_to)
    shown = cohort[cohort.index.isin(count.index)]
    if filters.first:
        shown = shown[shown >= pd.Timestamp(filters.first).to_period(frequency)]
    if not len(shown):
        return {"customers": pd.DataFrame()}
    rows = view.up_to[view.up_to["customer"].isin(shown.index)]
    rows = rows.assign(cohort=rows["customer"].map(shown), at=rows["day"].dt.to_period(frequency))
    rows["age"] = ordinal(rows["at"]) - ordinal(rows["cohort"])
    bought = rows[rows["purchase"]].drop_duplicates(["customer", "age"])
    oldest = bought.groupby("customer")["age"].max()
    newest = view.as_of.to_period(frequency)
    over = newest.end_time.normalize() <= view.as_of
    counts = bought.groupby(["cohort", "age"]).size().to_dict()
    sums = rows.groupby(["cohort", "age"])[value].sum().to_dict()
    cells = []
    for name, members in shown.groupby(shown):
        last_age = oldest.reindex(members.index).to_numpy()
        start = sums.get((name, 0), 0)
        for age in range(newest.ordinal - name.ordinal + 1):
            active = int((last_age >= age).sum()) if mode == "on_or_after" else counts.get((name, age), 0)
            complete = over or name.ordinal + age < newest.ordinal
            revenue = sums.get((name, age), 0)
            cells.append(
                {
                    "cohort": period_name(name, period),
                    "period": age,
                    "size": len(members),
                    "eligible": len(members) if complete else 0,
                    "active": active,
                    "retention": active / len(members),
                    "complete": complete,
                    "revenue": revenue / UNIT,
                    "revenue_retention": revenue / start if start > 0 else np.nan,
                }
            )
    triangle = pd.DataFrame(cells)
    triangle = with_interval(triangle, "active", "eligible")
    people = pd.DataFrame({"cohort": shown.map(lambda name: period_name(name, period))})
    people["orders"] = count
    people["revenue"] = money(view.up_to, people.index, value) / UNIT
    people["last_order"] = rows[rows["purchase"]].groupby("customer")["day"].max()
    people["active_periods"] = bought.groupby("customer").size()
    return {
        "triangle": triangle,
        "average": _average(triangle),
        "customers": people.rename_axis("customer_id").reset_index(),
    }


def _average(triangle: pd.DataFrame) -> pd.DataFrame:
    sums = triangle[triangle["complete"]].groupby("period")[["eligible", "active"]].sum()
    table = sums.rename(columns={"active": "retained"}).reset_index()
    table["retention"] = table["retained"] / table["eligible"]
    return with_interval(table, "retained", "eligible")


def with_interval(table: pd.DataFrame, k: str, n: str) -> pd.DataFrame:
    """Columns low and high: Wilson's interval by statsmodels, null without trials."""
    tried = table[n] > 0
    low, high = proportion_confint(table.loc[tried, k], table.loc[tried, n], method="wilson")
    return table.assign(
        low=pd.Series(low, index=table.index[tried], dtype=float),
        high=pd.Series(high, index=table.index[tried], dtype=float),
    )


def period_name(period: pd.Period, kind: str) -> str:
    if kind == "week":
        return str(period.start_time.date())
    return f"{period.year}-Q{period.quarter}" if kind == "quarter" else str(period)


# ---- overview


def overview(orders: pd.DataFrame, filters: Filters) -> dict[str, Any]:
    view = View(orders, filters)
    count = purchases(view.matching)
    buyers = view.matching[view.matching["customer"].isin(count.index)]
    start = pd.Timestamp(filters.first) if filters.first else orders["day"].min()
    months = pd.period_range(start, view.as_of, freq="M")
    rows = view.matching.assign(
        month=view.matching["day"].dt.to_period("M"), first=view.matching["customer"].map(view.first_purchase)
    )
    on_first = rows["day"] == rows["first"]
    bought = rows[rows["purchase"]]
    active = bought.drop_duplicates(["customer", "month"])
    alone = view.unidentified
    by_month = pd.DataFrame(
        {
            "first_orders": rows[on_first].groupby("month")["revenue"].sum() / UNIT,
            "returning": rows[~on_first].groupby("month")["revenue"].sum() / UNIT,
            "unidentified": alone.groupby(alone["day"].dt.to_period("M"))["revenue"].sum() / UNIT,
            "customers": active.groupby("month").size(),
            "new_customers": active[active["first"].dt.to_period("M") == active["month"]].groupby("month").size(),
            "orders": bought.drop_duplicates(["customer", "order"]).groupby("month").size(),
        }
    )
    by_month = by_month.reindex(months, fill_value=0).fillna(0)
    by_month["complete"] = months.end_time.normalize() <= view.as_of
    return {
        "figures": {
            "revenue": view.matching["revenue"].sum() / UNIT,
            "customers": len(count),
            "orders": count.sum(),
            "order_value": buyers["revenue"].sum() / UNIT / count.sum(),
            "repeat_rate": (count >= 2).mean(),
        },
        "months": by_month.rename_axis("month").reset_index().assign(month=lambda t: t["month"].astype(str)),
        "unidentified": alone["revenue"].sum() / UNIT,
        "unidentified_orders": alone[alone["purchase"]]["order"].nunique(),
    }
