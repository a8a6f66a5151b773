"""The same answers in plain pandas: the lines are read once, every answer is made of group-bys over them.

This is kind to pandas: ids are integers or categoricals, months and whether an order is a purchase stand ready in a column, and each
customer's first purchase is known.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from core.filters import Filters
from core.money import SCALE
from core.segments import SEGMENTS, segment_table
from core.stats import benjamini_hochberg, paired_change, wilson

Tables = dict[str, pd.DataFrame]
MIN_MONTHS, WINDOW_MONTHS = 6, 12


@dataclass(frozen=True, eq=False)
class Log:
    """Order lines in memory.

    Parameters
    ----------
    lines : pandas.DataFrame
        customer, region, channel (categorical), order (int), day (datetime), month (int, counted from 1900), amount (money units),
        purchase (bool).
    first : pandas.Series
        Day of each customer's first purchase.
    """

    lines: pd.DataFrame
    first: pd.Series

    @property
    def first_month(self) -> pd.Series:
        """Month of each customer's first purchase."""
        return _month(self.first)

    @property
    def last_day(self) -> pd.Timestamp:
        """The last day of the log."""
        return self.lines["day"].max()


def read(path: Path) -> Log:
    """Read a log that :func:`tests.benchmarks.order_log.write_log` wrote."""
    columns = ["order_id", "customer_id", "date", "amount", "region", "channel"]
    raw = pd.read_parquet(path, columns=columns)
    order = pd.factorize(raw["order_id"])[0].astype(np.int32)
    amount = (raw["amount"] * SCALE).round().astype(np.int64)
    day = raw["date"].astype("datetime64[s]")
    lines = pd.DataFrame(
        {
            "customer": raw["customer_id"].astype("category"),
            "region": raw["region"].astype("category"),
            "channel": raw["channel"].astype("category"),
            "order": order,
            "day": day,
            "month": _month(day).astype(np.int32),
            "amount": amount,
            "purchase": amount.groupby(order).transform("sum") > 0,
        }
    )
    lines["customer"] = lines["customer"].cat.rename_categories(range(len(lines["customer"].cat.categories)))
    return Log(lines, lines[lines["purchase"]].groupby("customer", observed=True)["day"].min())


def rfm(log: Log, filters: Filters) -> Tables:
    """The tables of RFM with three groups."""
    lines = _narrowed(log.lines, filters)
    classed = lines if filters.classes == "filter" else log.lines
    bought = classed[classed["purchase"]]
    people = pd.DataFrame({"frequency": _orders(bought).groupby("customer", observed=True).size()})
    by_customer = bought.groupby("customer", observed=True)
    people["recency_days"] = (log.last_day - by_customer["day"].max()).dt.days
    money = classed.groupby("customer", observed=True)["amount"].sum()
    people["money"] = money.reindex(people.index)
    for axis, values in (("r", -people["recency_days"]), ("f", people["frequency"]), ("m", people["money"])):
        people[axis] = _score(values)
    people["monetary"] = people["money"] / SCALE
    cuts = [
        people.groupby(axis)[name].agg(low="min", high="max").reset_index(names="group").assign(axis=label)
        for axis, name, label in (
            ("r", "recency_days", "recency"),
            ("f", "frequency", "frequency"),
            ("m", "monetary", "monetary"),
        )
    ]
    shown = people if classed is lines else people[people.index.isin(_orders(lines[lines["purchase"]])["customer"])]
    matching = lines[lines["customer"].isin(shown.index)] if classed is not lines else lines
    orders = _orders(matching[matching["purchase"]]).groupby("customer", observed=True).size()
    revenue = matching.groupby("customer", observed=True)["amount"].sum().reindex(shown.index)
    customers = shown.assign(revenue=revenue / SCALE, orders=orders.reindex(shown.index))
    segment = segment_table(3)[tuple(customers[axis] - 1 for axis in "rfm")]
    customers["segment"] = pd.Categorical.from_codes(segment, categories=list(SEGMENTS))
    customers = customers.rename_axis("customer").reset_index()
    customers = customers.sort_values(["revenue", "customer"], ascending=[False, True], ignore_index=True)
    cells = pd.MultiIndex.from_product([[1, 2, 3]] * 3, names=list("rfm"))
    cube = customers.groupby(list("rfm")).agg(customers=("customer", "size"), revenue=("revenue", "sum"))
    segments = customers.groupby("segment", observed=False).agg(
        customers=("customer", "size"),
        revenue=("revenue", "sum"),
        orders=("orders", "sum"),
        recency_days=("recency_days", "mean"),
    )
    segments["customer_share"] = segments["customers"] / len(customers)
    segments["revenue_share"] = segments["revenue"] / segments["revenue"].sum()
    segments["mean_order"] = segments["revenue"] / segments["orders"]
    return {
        "cube": cube.reindex(cells, fill_value=0).reset_index(),
        "cuts": pd.concat(cuts, ignore_index=True),
        "segments": segments.sort_values(["revenue", "customers"], ascending=False).reset_index(),
        "customers": customers,
    }


def abc_xyz(log: Log, filters: Filters) -> Tables:
    """The tables of ABC-XYZ by revenue, months and fixed cuts."""
    lines = _narrowed(log.lines, filters)
    classed = lines if filters.classes == "filter" else log.lines
    buyers = classed.loc[classed["purchase"], "customer"].dropna().unique().sort_values()
    value = classed.groupby("customer", observed=True)["amount"].sum().loc[buyers]
    positive = value[value > 0].groupby(value).sum().sort_index(ascending=False)
    upto = value.map(positive.cumsum() / positive.sum())
    before = value.map((positive.cumsum() - positive) / positive.sum())
    end = log.last_day + pd.Timedelta(days=1)
    last = (end.year - 1900) * 12 + end.month - 2
    recent = classed[classed["month"].between(last - WINDOW_MONTHS + 1, last)]
    demand = _demand(recent, log.first_month.loc[buyers], last)
    people = pd.DataFrame({"value": value / SCALE, "cumulative_share": upto}).join(demand)
    people["abc"], people["xyz"] = _abc(before, 1.0), _xyz(demand, 1.0)
    moved = [(_abc(before, factor) != people["abc"]) | (_xyz(demand, factor) != people["xyz"]) for factor in (0.9, 1.1)]
    people["edge"] = moved[0] | moved[1]
    shown = people
    if classed is not lines:
        shown = people[people.index.isin(lines.loc[lines["purchase"], "customer"])]
    revenue = lines.groupby("customer", observed=True)["amount"].sum()
    customers = shown.assign(revenue=revenue.reindex(shown.index) / SCALE).rename_axis("customer").reset_index()
    customers = customers.sort_values(["value", "customer"], ascending=[False, True], ignore_index=True)
    matrix = customers.groupby(["abc", "xyz"], observed=False).agg(
        customers=("customer", "size"), revenue=("revenue", "sum")
    )
    matrix["customer_share"] = matrix["customers"] / len(customers)
    matrix["revenue_share"] = matrix["revenue"] / matrix["revenue"].sum()
    grouped = recent.assign(abc=recent["customer"].map(shown["abc"])).dropna(subset="customer")
    stability = [_variation(grouped, name, (last - WINDOW_MONTHS + 1, last)) for name in ("abc", "region", "channel")]
    ranked = customers.loc[customers["value"] > 0, "value"].sort_values(ascending=False)
    whole, part = divmod(0.2 * len(customers), 1.0)
    top = ranked.iloc[: int(whole)].sum() + part * ranked.iloc[int(whole) : int(whole) + 1].sum()
    return {
        "matrix": matrix.reset_index(),
        "customers": customers,
        "stability": pd.concat(stability, ignore_index=True),
        "scalars": pd.DataFrame({"top_share": [top / ranked.sum()], "at_edge": [customers["edge"].sum()]}),
    }


def cohorts(log: Log, filters: Filters) -> Tables:
    """The tables of monthly cohort retention, on each month."""
    lines = _narrowed(log.lines, filters)
    bought = lines[lines["purchase"]]
    orders = _orders(bought)
    end = log.last_day + pd.Timedelta(days=1)
    newest, complete = _month_of(log.last_day), (end.year - 1900) * 12 + end.month - 2
    customers = pd.DataFrame({"orders": orders.groupby("customer", observed=True).size()})
    customers["cohort"] = log.first_month.reindex(customers.index)
    by_customer = lines.groupby("customer", observed=True)
    customers["revenue"] = by_customer["amount"].sum() / SCALE
    customers["last_order"] = bought.groupby("customer", observed=True)["day"].max()
    active = bought.groupby(["customer", "month"], observed=True).size().reset_index()
    customers["active_periods"] = active.groupby("customer", observed=True).size()
    money = lines.groupby(["customer", "month"], observed=True)["amount"].sum().reset_index()
    size = customers.groupby("cohort").size()
    cells = {}
    for name, table in (("active", active), ("revenue", money)):
        cohort = customers["cohort"].reindex(table["customer"]).to_numpy()
        table = table.assign(cohort=cohort, period=table["month"] - cohort)
        cells[name] = table[table["period"] >= 0].groupby(["cohort", "period"])
    triangle = pd.MultiIndex.from_tuples(
        [(cohort, age) for cohort in size.index for age in range(int(newest - cohort) + 1)], names=["cohort", "period"]
    ).to_frame(index=False)
    keys = pd.MultiIndex.from_frame(triangle)
    triangle["size"] = triangle["cohort"].map(size)
    triangle["complete"] = triangle["cohort"] + triangle["period"] <= complete
    triangle["eligible"] = triangle["size"].where(triangle["complete"], 0)
    triangle["active"] = cells["active"].size().reindex(keys, fill_value=0).to_numpy()
    triangle["retention"] = triangle["active"] / triangle["size"]
    triangle["low"], triangle["high"] = wilson(triangle["active"], triangle["eligible"])
    triangle["revenue"] = cells["revenue"]["amount"].sum().reindex(keys, fill_value=0).to_numpy() / SCALE
    start = triangle["cohort"].map(triangle[triangle["period"] == 0].set_index("cohort")["revenue"])
    triangle["revenue_retention"] = (triangle["revenue"] / start).where(start > 0)
    average = triangle[triangle["complete"]].groupby("period", as_index=False)[["eligible", "active"]].sum()
    average["retention"] = average["active"] / average["eligible"]
    average["low"], average["high"] = wilson(average["active"], average["eligible"])
    dated = orders.dropna(subset="customer").sort_values(["customer", "day"])
    gaps = dated.groupby("customer", observed=True)["day"].diff().median() / timedelta(days=1)
    ranked = customers.rename_axis("customer").reset_index()
    repeat = (customers["orders"] > 1).mean()
    return {
        "triangle": triangle,
        "average": average.rename(columns={"active": "retained"}),
        "customers": ranked.sort_values(["revenue", "customer"], ascending=[False, True], ignore_index=True),
        "scalars": pd.DataFrame({"repeat": [repeat], "median_gap": [gaps]}),
    }


def overview(log: Log, filters: Filters) -> Tables:
    """The tables of the overview, a year against the year before."""
    lines = _narrowed(log.lines, filters)
    everyone = log.lines["customer"].cat.categories
    year = pd.Timedelta(days=365)
    whole = _totals(lines, everyone)
    after = _totals(lines[lines["day"] > log.last_day - year], everyone)
    before = _totals(
        lines[lines["day"].between(log.last_day - 2 * year + pd.Timedelta(days=1), log.last_day - year)], everyone
    )
    names = ("revenue", "customers", "orders", "order_value", "repeat_rate")
    changes = [paired_change(_measure(name, *after), _measure(name, *before)) for name in names]
    claims = benjamini_hochberg([change.p_value for change in changes])
    rows = []
    for name, change, claim in zip(names, changes, claims, strict=True):
        numerator, denominator = _measure(name, *whole)
        value = numerator.sum() if isinstance(denominator, float) else numerator.sum() / denominator.sum()
        relative = (change.after - change.before) / (1.0 if name == "repeat_rate" else change.before)
        rows.append((name, value, change.before, change.after, relative, change.low, change.high, bool(claim)))
    columns = ["figure", "value", "before", "after", "change", "low", "high", "claim"]
    return {"figures": pd.DataFrame(rows, columns=columns), "months": _months(log, lines)}


def _months(log: Log, lines: pd.DataFrame) -> pd.DataFrame:
    bought = lines[lines["purchase"]]
    new = lines["day"].to_numpy() == log.first.reindex(lines["customer"]).to_numpy()
    owned = lines["customer"].notna()
    months = pd.DataFrame(index=range(_month_of(log.lines["day"].min()), _month_of(log.last_day) + 1))
    for name, rows in (("first_orders", new), ("returning", owned & ~new), ("unidentified", ~owned)):
        months[name] = lines[rows].groupby("month")["amount"].sum() / SCALE
    active = bought[["customer", "month"]].dropna().drop_duplicates()
    began = log.first_month.reindex(active["customer"]).to_numpy() == active["month"]
    months["customers"] = active.groupby("month").size()
    months["new_customers"] = active[began].groupby("month").size()
    months["orders"] = _orders(bought).dropna(subset="customer").groupby("month").size()
    return months.fillna(0).rename_axis("month").reset_index()


def _totals(lines: pd.DataFrame, everyone: pd.Index) -> tuple[pd.Series, pd.Series]:
    revenue = lines.groupby("customer", observed=True)["amount"].sum()
    orders = _orders(lines[lines["purchase"]]).groupby("customer", observed=True).size()
    return revenue.reindex(everyone, fill_value=0) / SCALE, orders.reindex(everyone, fill_value=0).astype(float)


def _measure(name: str, revenue: pd.Series, orders: pd.Series) -> tuple[np.ndarray, np.ndarray | float]:
    bought = (orders > 0).astype(float)
    sides = {
        "revenue": (revenue, 1.0),
        "customers": (bought, 1.0),
        "orders": (orders, 1.0),
        "order_value": (revenue * bought, orders),
        "repeat_rate": ((orders > 1).astype(float), bought),
    }
    numerator, denominator = sides[name]
    return numerator.to_numpy(), denominator if isinstance(denominator, float) else denominator.to_numpy()


def _narrowed(lines: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    for dimension in ("region", "channel"):
        chosen = filters.choices(dimension)
        if chosen:
            lines = lines[lines[dimension].isin(chosen)]
    return lines


def _orders(bought: pd.DataFrame) -> pd.DataFrame:
    """One line an order."""
    return bought.drop_duplicates("order")


def _score(values: pd.Series) -> pd.Series:
    return (1 + 3 * (values.rank(method="min").astype(np.int64) - 1) // len(values)).astype(np.int8)


def _month(days: pd.Series) -> pd.Series:
    return (days.dt.year - 1900) * 12 + days.dt.month - 1


def _month_of(day: pd.Timestamp) -> int:
    return (day.year - 1900) * 12 + day.month - 1


def _demand(recent: pd.DataFrame, first_month: pd.Series, last: int) -> pd.DataFrame:
    """Months that count, mean a month and coefficient of variation of each buyer, months without sales included."""
    begin = first_month.clip(lower=last - WINDOW_MONTHS + 1)
    periods = (last - begin + 1).clip(lower=0)
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


def _variation(lines: pd.DataFrame, group: str, months: tuple[int, int]) -> pd.DataFrame:
    totals = lines.pivot_table("amount", group, "month", "sum", fill_value=0, observed=False)
    totals = totals.reindex(columns=range(months[0], months[1] + 1), fill_value=0)
    mean = totals.mean(axis=1)
    cv = (totals.std(axis=1) / mean).where(mean > 0)
    return pd.DataFrame(
        {
            "group": group,
            "label": totals.index.astype(str),
            "cv": cv.to_numpy(),
            "mean_a_period": mean.to_numpy() / SCALE,
        }
    )
