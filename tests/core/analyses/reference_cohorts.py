"""What cohorts keep of their money, averages by group, and times to the second purchase, in plain pandas."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from core.filters import Filters
from tests.core.analyses.reference import FREQUENCY, NOBODY, UNIT, View, ordinal, purchases
from tests.core.analyses.reference_periods import period_name, with_interval


def followed(orders: pd.DataFrame, filters: Filters, period: str) -> tuple[pd.Series, pd.DataFrame, View]:
    """The cohort of each customer shown, and their rows with their age in periods."""
    view = View(orders, filters)
    cohort = view.first_purchase.dt.to_period(FREQUENCY[period])
    shown = cohort[cohort.index.isin(purchases(view.up_to).index)]
    if filters.first:
        shown = shown[shown >= pd.Timestamp(filters.first).to_period(FREQUENCY[period])]
    rows = view.up_to[view.up_to["customer"].isin(shown.index)]
    at = rows["day"].dt.to_period(FREQUENCY[period])
    rows = rows.assign(age=ordinal(at) - ordinal(rows["customer"].map(shown)))
    return shown, rows[rows["age"] >= 0], view


def money_kept(orders: pd.DataFrame, filters: Filters, period: str, value: str = "revenue") -> pd.DataFrame:
    shown, rows, view = followed(orders, filters, period)
    newest = view.as_of.to_period(FREQUENCY[period])
    over = newest.ordinal - (newest.end_time.normalize() > view.as_of)
    by_age = rows.pivot_table(index="customer", columns="age", values=value, aggfunc="sum").reindex(shown.index)
    cells = []
    for name, members in shown.groupby(shown):
        ages = range(newest.ordinal - name.ordinal + 1)
        table = by_age.loc[members.index].reindex(columns=ages).fillna(0) / UNIT
        start, cumulative = table[0], table.sum().cumsum() / len(table)
        for age in ages:
            complete = name.ordinal + age <= over
            ratio = kept = half = np.nan
            if start.sum() > 0:
                ratio = table[age].sum() / start.sum()
                then, at_first = table[age].to_numpy(), start.to_numpy()
                kept = np.minimum(np.maximum(then, 0), at_first).sum() / at_first.sum()
                spread = np.std(then - ratio * at_first, ddof=1) if len(then) > 1 else np.nan
                error = spread * np.sqrt(len(then)) / at_first.sum()
                half = norm.ppf(0.975) * error if complete else np.nan
            cells.append(
                {
                    "cohort": period_name(name, period),
                    "period": age,
                    "revenue_retention": ratio,
                    "revenue_low": ratio - half,
                    "revenue_high": ratio + half,
                    "gross_retention": kept,
                    "cumulative_value": cumulative[age],
                }
            )
    return pd.DataFrame(cells)


def breakdown(orders: pd.DataFrame, filters: Filters, period: str, mode: str, group: pd.Series) -> pd.DataFrame:
    """``group``: the label of each customer."""
    shown, rows, view = followed(orders, filters, period)
    newest = view.as_of.to_period(FREQUENCY[period])
    over = newest.ordinal - (newest.end_time.normalize() > view.as_of)
    bought = rows[rows["purchase"]].groupby("customer")["age"].agg(set).reindex(shown.index)
    cells = []
    for label, members in group[shown.index].groupby(group):
        completed = over - shown[members.index].map(lambda cohort: cohort.ordinal)
        for age in range(completed.max() + 1):
            ages = bought[members.index[completed >= age]]
            there = [age <= max(found, default=-1) if mode == "on_or_after" else age in found for found in ages]
            cells.append({"group": label, "period": age, "eligible": len(there), "retained": sum(there)})
    table = pd.DataFrame(cells, columns=["group", "period", "eligible", "retained"])
    return with_interval(table.assign(retention=table["retained"] / table["eligible"]), "retained", "eligible")


def first_label(orders: pd.DataFrame, name: str) -> pd.Series:
    """Where most revenue of the day of the first purchase was; of equal ones the first by label, a missing one last."""
    bought = orders[orders["purchase"] & (orders["customer"] != NOBODY)]
    first = bought[bought["day"] == bought.groupby("customer")["day"].transform("min")]
    total = first.groupby(["customer", name], as_index=False)["revenue"].sum()
    total["last"] = total[name] == "(missing)"
    ranked = total.sort_values(["customer", "revenue", "last", name], ascending=[True, False, True, True])
    return ranked.drop_duplicates("customer").set_index("customer")[name]


def times(orders: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """Customers whose first purchase matches: days to the second one of any kind, and whether there was one."""
    view = View(orders, filters)
    bought = orders[orders["purchase"] & (orders["customer"] != NOBODY)]
    began = view.matching[view.matching["purchase"]]
    began = began[began["day"] == began["customer"].map(view.first_purchase)]
    each = bought.drop_duplicates(["customer", "order"]).sort_values(["customer", "day"])
    second = each[each.groupby("customer").cumcount() == 1].set_index("customer")["day"]
    table = pd.DataFrame({"first": view.first_purchase}).loc[sorted(began["customer"].unique())]
    second = second.reindex(table.index)
    table["event"] = second <= view.as_of
    table["days"] = (second.where(table["event"], view.as_of) - table["first"]).dt.days
    return table
