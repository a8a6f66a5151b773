"""ABC-XYZ by revenue, months and fixed cuts in plain pandas."""

import numpy as np
import pandas as pd

from core.filters import Filters
from core.money import SCALE
from tests.benchmarks.plain.log import Log, Tables, money_of, narrowed

MIN_MONTHS, WINDOW_MONTHS = 6, 12


def abc_xyz(log: Log, filters: Filters) -> Tables:
    """The tables of ABC-XYZ, and its scalars as one more."""
    lines = narrowed(log.lines, filters)
    classed = lines if filters.classes == "filter" else log.lines
    months = range(log.last_complete - WINDOW_MONTHS + 1, log.last_complete + 1)
    recent = classed[classed["month"].between(months[0], months[-1])].dropna(subset="customer")
    people = _classed(log, classed, recent, months)
    shown = people
    if classed is not lines:
        shown = people[people.index.isin(lines.loc[lines["purchase"], "customer"])]
    customers = shown.assign(revenue=money_of(lines).loc[shown.index] / SCALE).rename_axis("customer").reset_index()
    customers = customers.sort_values(["value", "customer"], ascending=[False, True], ignore_index=True)
    matching = lines[lines["month"].between(months[0], months[-1])]
    grouped = matching.assign(abc=matching["customer"].map(shown["abc"]))
    stability = [_stability(grouped, name, months) for name in ("abc", "region", "channel")]
    return {
        "matrix": _matrix(customers),
        "customers": customers,
        "stability": pd.concat(stability, ignore_index=True),
        "scalars": pd.DataFrame({"top_share": [_top_share(customers)], "at_edge": [customers["edge"].sum()]}),
    }


def _classed(log: Log, lines: pd.DataFrame, recent: pd.DataFrame, months: range) -> pd.DataFrame:
    buyers = lines.loc[lines["purchase"], "customer"].dropna().unique().sort_values()
    value = money_of(lines).loc[buyers]
    totals = value[value > 0].groupby(value).sum().sort_index(ascending=False)
    upto = totals.cumsum() / totals.sum()
    before = value.map(upto - totals / totals.sum())
    demand = _demand(recent, log.first_month.loc[buyers], months)
    people = pd.DataFrame({"value": value / SCALE, "cumulative_share": value.map(upto)}).join(demand)
    people["abc"], people["xyz"] = _abc(before, 1.0), _xyz(demand, 1.0)
    moved = [(_abc(before, by) != people["abc"]) | (_xyz(demand, by) != people["xyz"]) for by in (0.9, 1.1)]
    return people.assign(edge=moved[0] | moved[1])


def _demand(recent: pd.DataFrame, first_month: pd.Series, months: range) -> pd.DataFrame:
    """Months that count, mean a month and coefficient of variation of each buyer, months without sales included."""
    begin = first_month.clip(lower=months[0])
    periods = (months[-1] - begin + 1).clip(lower=0)
    totals = recent.groupby(["customer", "month"], observed=True)["amount"].sum().reset_index()
    totals = totals[totals["month"] >= begin.reindex(totals["customer"]).to_numpy()]
    sums = totals.groupby("customer", observed=True)["amount"].agg(["sum", "size"]).reindex(begin.index, fill_value=0)
    mean = sums["sum"] / periods
    squares = (totals["amount"] - mean.reindex(totals["customer"]).to_numpy()) ** 2
    spread = squares.groupby(totals["customer"], observed=True).sum().reindex(begin.index, fill_value=0)
    spread += (periods - sums["size"]) * mean**2
    cv = (np.sqrt(spread / (periods - 1)) / mean).where((mean > 0) & (periods > 1))
    return pd.DataFrame({"periods": periods, "mean_a_period": mean / SCALE, "cv": cv})


def _abc(before: pd.Series, factor: float) -> pd.Series:
    edges = [-np.inf, 1 - 0.2 * factor, 1 - 0.05 * factor, np.inf]
    classes = pd.cut(before, edges, right=False, labels=["A", "B", "C"])
    return classes.cat.add_categories("nonpositive").fillna("nonpositive")


def _xyz(demand: pd.DataFrame, factor: float) -> pd.Series:
    classes = pd.cut(demand["cv"], [-np.inf, 0.1 * factor, 0.25 * factor, np.inf], labels=["X", "Y", "Z"])
    classes = classes.cat.add_categories(["N", "undefined"]).fillna("undefined")
    return classes.mask(demand["periods"] < MIN_MONTHS, "N")


def _matrix(customers: pd.DataFrame) -> pd.DataFrame:
    cells = customers.groupby(["abc", "xyz"], observed=False)
    matrix = cells.agg(customers=("customer", "size"), revenue=("revenue", "sum"))
    matrix["customer_share"] = matrix["customers"] / len(customers)
    matrix["revenue_share"] = matrix["revenue"] / matrix["revenue"].sum()
    return matrix.reset_index()


def _stability(lines: pd.DataFrame, group: str, months: range) -> pd.DataFrame:
    totals = lines.pivot_table("amount", group, "month", "sum", fill_value=0, observed=False)
    totals = totals.reindex(columns=months, fill_value=0)
    mean = totals.mean(axis=1)
    cv = (totals.std(axis=1) / mean).where(mean > 0)
    table = {"group": group, "label": totals.index.astype(str), "cv": cv, "mean_a_period": mean / SCALE}
    return pd.DataFrame(table).reset_index(drop=True)


def _top_share(customers: pd.DataFrame) -> float:
    ranked = customers.loc[customers["value"] > 0, "value"].sort_values(ascending=False)
    whole, part = divmod(0.2 * len(customers), 1.0)
    place = int(whole)
    return (ranked.iloc[:place].sum() + part * ranked.iloc[place : place + 1].sum()) / ranked.sum()
