"""Monthly cohort retention in plain pandas."""

from datetime import timedelta

import pandas as pd

from core.filters import Filters
from core.money import SCALE
from core.stats import wilson
from tests.benchmarks.plain.log import Log, Tables, money_of, month_of, narrowed, one_line_an_order


def cohorts(log: Log, filters: Filters) -> Tables:
    """The tables of cohort retention, active on each month, and its scalars as one more."""
    lines = narrowed(log.lines, filters)
    bought = lines[lines["purchase"]]
    orders = one_line_an_order(bought)
    active = bought.groupby(["customer", "month"], observed=True).size().reset_index()
    customers = pd.DataFrame({"orders": orders.groupby("customer", observed=True).size()})
    customers["cohort"] = log.first_month.loc[customers.index]
    customers["revenue"] = money_of(lines) / SCALE
    customers["last_order"] = bought.groupby("customer", observed=True)["day"].max()
    customers["active_periods"] = active.groupby("customer", observed=True).size()
    triangle = _triangle(log, lines, active, customers)
    by_day = orders.dropna(subset="customer").sort_values(["customer", "day"])
    gap = by_day.groupby("customer", observed=True)["day"].diff().median() / timedelta(days=1)
    ranked = customers.rename_axis("customer").reset_index()
    return {
        "triangle": triangle,
        "average": _average(triangle),
        "customers": ranked.sort_values(["revenue", "customer"], ascending=[False, True], ignore_index=True),
        "scalars": pd.DataFrame({"repeat": [(customers["orders"] > 1).mean()], "median_gap": [gap]}),
    }


def _triangle(log: Log, lines: pd.DataFrame, active: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    size = customers.groupby("cohort").size()
    money = lines.groupby(["customer", "month"], observed=True)["amount"].sum().reset_index()
    newest = month_of(log.last_day)
    cells = [(cohort, age) for cohort in size.index for age in range(int(newest - cohort) + 1)]
    triangle = pd.DataFrame(cells, columns=["cohort", "period"])
    keys = pd.MultiIndex.from_frame(triangle)
    triangle["size"] = triangle["cohort"].map(size)
    triangle["complete"] = triangle["cohort"] + triangle["period"] <= log.last_complete
    triangle["eligible"] = triangle["size"].where(triangle["complete"], 0)
    triangle["active"] = _by_cell(active, customers).size().reindex(keys, fill_value=0).to_numpy()
    triangle["retention"] = triangle["active"] / triangle["size"]
    triangle["low"], triangle["high"] = wilson(triangle["active"], triangle["eligible"])
    revenue = _by_cell(money, customers)["amount"].sum() / SCALE
    triangle["revenue"] = revenue.reindex(keys, fill_value=0).to_numpy()
    start = triangle["cohort"].map(triangle[triangle["period"] == 0].set_index("cohort")["revenue"])
    triangle["revenue_retention"] = (triangle["revenue"] / start).where(start > 0)
    return triangle


def _by_cell(table: pd.DataFrame, customers: pd.DataFrame) -> pd.api.typing.DataFrameGroupBy:
    cohort = customers["cohort"].reindex(table["customer"]).to_numpy()
    table = table.assign(cohort=cohort, period=table["month"] - cohort)
    return table[table["period"] >= 0].groupby(["cohort", "period"])


def _average(triangle: pd.DataFrame) -> pd.DataFrame:
    average = triangle[triangle["complete"]].groupby("period", as_index=False)[["eligible", "active"]].sum()
    average["retention"] = average["active"] / average["eligible"]
    average["low"], average["high"] = wilson(average["active"], average["eligible"])
    return average.rename(columns={"active": "retained"})
