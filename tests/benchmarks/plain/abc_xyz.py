"""ABC-XYZ by revenue, months and fixed cuts in plain pandas."""

import numpy as np
import pandas as pd

from core.filters import Filters
from core.money import SCALE
from tests.benchmarks.plain.log import Log, Tables, money_of, narrowed

MIN_MONTHS, YEAR = 6, 12


def abc_xyz(log: Log, filters: Filters, xyz: str = "cuts") -> Tables:
    """The tables of ABC-XYZ (xyz: cuts or seasonal), and its scalars as one more."""
    lines = narrowed(log.lines, filters)
    classed = lines if filters.classes == "filter" else log.lines
    months = range(log.last_complete - (2 if xyz == "seasonal" else 1) * YEAR + 1, log.last_complete + 1)
    people = _classed(log, classed, months, xyz)
    shown = people
    if classed is not lines:
        shown = people[people.index.isin(lines.loc[lines["purchase"], "customer"])]
    customers = shown.assign(revenue=money_of(lines).loc[shown.index] / SCALE).rename_axis("customer").reset_index()
    customers = customers.sort_values(["value", "customer"], ascending=[False, True], ignore_index=True)
    matching = lines[lines["month"].between(months[0], months[-1])]
    grouped = matching.assign(abc=matching["customer"].map(shown["abc"]))
    stability = [_stability(grouped, name, months) for name in ("abc", "region", "channel", "category")]
    return {
        "matrix": _matrix(customers),
        "customers": customers,
        "stability": pd.concat(stability, ignore_index=True),
        "scalars": pd.DataFrame({"top_share": [_top_share(customers)], "at_edge": [customers["edge"].sum()]}),
    }


def abc_xyz_of_products(log: Log, filters: Filters) -> Tables:
    """The same tables with products in place of customers."""
    tables = abc_xyz(log.by_product, filters)
    products = tables.pop("customers").rename(columns={"customer": "product"})
    return {**tables, "products": products}


def shares_before(lines: pd.DataFrame) -> pd.DataFrame:
    """Value of each buyer in the lines, and the shares of all positive value that larger ones hold, and that it ends."""
    buyers = lines.loc[lines["purchase"], "customer"].dropna().unique().sort_values()
    value = money_of(lines).loc[buyers]
    totals = value[value > 0].groupby(value).sum().sort_index(ascending=False)
    upto = totals.cumsum() / totals.sum()
    before = value.map(upto - totals / totals.sum())
    return pd.DataFrame({"value": value / SCALE, "before": before, "cumulative_share": value.map(upto)})


def abc_of(before: pd.Series, factor: float = 1.0) -> pd.Series:
    """A, B, C by the share before; a factor moves both limits."""
    edges = [-np.inf, 1 - 0.2 * factor, 1 - 0.05 * factor, np.inf]
    classes = pd.cut(before, edges, right=False, labels=["A", "B", "C"])
    return classes.cat.add_categories("nonpositive").fillna("nonpositive")


def _classed(log: Log, lines: pd.DataFrame, months: range, xyz: str) -> pd.DataFrame:
    people = shares_before(lines)
    recent = lines[lines["month"].between(months[0], months[-1])].dropna(subset="customer")
    measure, needed = (_seasonal, 2 * YEAR) if xyz == "seasonal" else (_demand, MIN_MONTHS)
    demand = measure(recent, log.first_month.loc[people.index], months)
    before = people["before"]
    people = people.drop(columns="before").join(demand)
    people["abc"], people["xyz"] = abc_of(before), _xyz(demand, needed)
    moved = [(abc_of(before, by) != people["abc"]) | (_xyz(demand, needed, by) != people["xyz"]) for by in (0.9, 1.1)]
    return people.assign(edge=moved[0] | moved[1])


def _totals(recent: pd.DataFrame, begin: pd.Series) -> pd.DataFrame:
    """Totals by customer and month, from the month of the first purchase on."""
    totals = recent.groupby(["customer", "month"], observed=True)["amount"].sum().reset_index()
    return totals[totals["month"] >= begin.reindex(totals["customer"]).to_numpy()]


def _demand(recent: pd.DataFrame, first_month: pd.Series, months: range) -> pd.DataFrame:
    """Months that count, mean a month and coefficient of variation of each buyer, months without sales included."""
    begin = first_month.clip(lower=months[0])
    periods = (months[-1] - begin + 1).clip(lower=0)
    totals = _totals(recent, begin)
    sums = totals.groupby("customer", observed=True)["amount"].agg(["sum", "size"]).reindex(begin.index, fill_value=0)
    mean = sums["sum"] / periods
    squares = (totals["amount"] - mean.reindex(totals["customer"]).to_numpy()) ** 2
    spread = squares.groupby(totals["customer"], observed=True).sum().reindex(begin.index, fill_value=0)
    spread += (periods - sums["size"]) * mean**2
    cv = (np.sqrt(spread / (periods - 1)) / mean).where((mean > 0) & (periods > 1))
    return pd.DataFrame({"periods": periods, "mean_a_period": mean / SCALE, "cv": cv})


def _seasonal(recent: pd.DataFrame, first_month: pd.Series, months: range) -> pd.DataFrame:
    """The same with the error of a forecast that repeats the year before, over its mean, of those who bought all along."""
    begin = first_month.clip(lower=months[0])
    periods = (months[-1] - begin + 1).clip(lower=0)
    table = _totals(recent, begin).pivot_table("amount", "customer", "month", "sum", fill_value=0, observed=True)
    table = table.reindex(index=begin.index, columns=months, fill_value=0)
    before, last = table[months[:YEAR]], table[months[YEAR:]]
    mean = last.sum(axis=1) / periods.clip(upper=YEAR)
    error = np.sqrt(((last - before.to_numpy()) ** 2).mean(axis=1)) / mean
    return pd.DataFrame(
        {"periods": periods, "mean_a_period": mean / SCALE, "cv": error.where((mean > 0) & (periods == 2 * YEAR))}
    )


def _xyz(demand: pd.DataFrame, needed: int, factor: float = 1.0) -> pd.Series:
    classes = pd.cut(demand["cv"], [-np.inf, 0.1 * factor, 0.25 * factor, np.inf], labels=["X", "Y", "Z"])
    classes = classes.cat.add_categories(["N", "undefined"]).fillna("undefined")
    return classes.mask(demand["periods"] < needed, "N")


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
