"""RFM in plain pandas."""

import numpy as np
import pandas as pd

from core.filters import Filters
from core.money import SCALE
from core.segments import default_rules
from tests.benchmarks.plain.log import Log, Tables, money_of, narrowed, orders_of

AXES = {"r": ("recency", "recency_days"), "f": ("frequency", "frequency"), "m": ("monetary", "monetary")}


def rfm(log: Log, filters: Filters, groups: int = 3, cuts: str = "count") -> Tables:
    """The tables of RFM, by groups of equal size (count) or equally wide (width)."""
    lines = narrowed(log.lines, filters)
    classed = lines if filters.classes == "filter" else log.lines
    people = scored(log, classed, groups, cuts)
    orders = people["frequency"] if classed is lines else orders_of(lines)
    shown = people.loc[orders.index]
    customers = shown.assign(revenue=money_of(lines).loc[orders.index] / SCALE, orders=orders)
    customers["segment"] = segment_of(customers, groups)
    customers = customers.rename_axis("customer").reset_index()
    customers = customers.sort_values(["revenue", "customer"], ascending=[False, True], ignore_index=True)
    return {
        "cube": _cube(customers, groups),
        "cuts": _cuts(people, groups),
        "segments": _segments(customers),
        "customers": customers,
    }


def segment_of(people: pd.DataFrame, groups: int = 3) -> pd.Categorical:
    """The named segment of each row's scores."""
    rules = default_rules()
    segment = rules.table(groups)[tuple(people[axis] - 1 for axis in AXES)]
    return pd.Categorical.from_codes(segment, categories=list(rules.names))


def scored(log: Log, lines: pd.DataFrame, groups: int = 3, cuts: str = "count") -> pd.DataFrame:
    """Recency, frequency, money and the scores of all with a purchase in the lines."""
    people = pd.DataFrame({"frequency": orders_of(lines)})
    last = lines[lines["purchase"]].groupby("customer", observed=True)["day"].max()
    people["recency_days"] = (log.last_day - last).dt.days
    money = money_of(lines).loc[people.index]
    people["monetary"] = money / SCALE
    for axis, values in (("r", -people["recency_days"]), ("f", people["frequency"]), ("m", money)):
        if cuts == "width":
            borders = values.min() + np.arange(1, groups) * (values.max() - values.min()) / groups
            people[axis] = 1 + np.searchsorted(borders, values)
        else:
            worse = values.rank(method="min").astype(np.int64) - 1
            people[axis] = 1 + groups * worse // len(values)
    return people


def _cuts(people: pd.DataFrame, groups: int) -> pd.DataFrame:
    every = pd.RangeIndex(1, groups + 1, name="group")
    tables = [
        people.groupby(axis)[column].agg(low="min", high="max").reindex(every).reset_index().assign(axis=name)
        for axis, (name, column) in AXES.items()
    ]
    return pd.concat(tables, ignore_index=True)


def _cube(customers: pd.DataFrame, groups: int) -> pd.DataFrame:
    cells = pd.MultiIndex.from_product([range(1, groups + 1)] * 3, names=list(AXES))
    cube = customers.groupby(list(AXES)).agg(customers=("customer", "size"), revenue=("revenue", "sum"))
    return cube.reindex(cells, fill_value=0).reset_index()


def _segments(customers: pd.DataFrame) -> pd.DataFrame:
    segments = customers.groupby("segment", observed=False).agg(
        customers=("customer", "size"),
        revenue=("revenue", "sum"),
        orders=("orders", "sum"),
        recency_days=("recency_days", "mean"),
    )
    segments["customer_share"] = segments["customers"] / len(customers)
    segments["revenue_share"] = segments["revenue"] / segments["revenue"].sum()
    segments["mean_order"] = segments["revenue"] / segments["orders"]
    return segments.reset_index()
