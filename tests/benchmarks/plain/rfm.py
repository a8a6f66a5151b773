"""RFM with three groups in plain pandas."""

import numpy as np
import pandas as pd

from core.filters import Filters
from core.money import SCALE
from core.segments import SEGMENTS, segment_table
from tests.benchmarks.plain.log import Log, Tables, money_of, narrowed, orders_of

AXES = {"r": ("recency", "recency_days"), "f": ("frequency", "frequency"), "m": ("monetary", "monetary")}


def rfm(log: Log, filters: Filters) -> Tables:
    """The tables of RFM."""
    lines = narrowed(log.lines, filters)
    classed = lines if filters.classes == "filter" else log.lines
    people = _scored(log, classed)
    orders = people["frequency"] if classed is lines else orders_of(lines)
    shown = people.loc[orders.index]
    customers = shown.assign(revenue=money_of(lines).loc[orders.index] / SCALE, orders=orders)
    segment = segment_table(3)[tuple(customers[axis] - 1 for axis in AXES)]
    customers["segment"] = pd.Categorical.from_codes(segment, categories=list(SEGMENTS))
    customers = customers.rename_axis("customer").reset_index()
    customers = customers.sort_values(["revenue", "customer"], ascending=[False, True], ignore_index=True)
    return {"cube": _cube(customers), "cuts": _cuts(people), "segments": _segments(customers), "customers": customers}


def _scored(log: Log, lines: pd.DataFrame) -> pd.DataFrame:
    people = pd.DataFrame({"frequency": orders_of(lines)})
    last = lines[lines["purchase"]].groupby("customer", observed=True)["day"].max()
    people["recency_days"] = (log.last_day - last).dt.days
    money = money_of(lines).loc[people.index]
    people["monetary"] = money / SCALE
    for axis, values in (("r", -people["recency_days"]), ("f", people["frequency"]), ("m", money)):
        worse = values.rank(method="min").astype(np.int64) - 1
        people[axis] = 1 + 3 * worse // len(values)
    return people


def _cuts(people: pd.DataFrame) -> pd.DataFrame:
    tables = [
        people.groupby(axis)[column].agg(low="min", high="max").reset_index(names="group").assign(axis=name)
        for axis, (name, column) in AXES.items()
    ]
    return pd.concat(tables, ignore_index=True)


def _cube(customers: pd.DataFrame) -> pd.DataFrame:
    cells = pd.MultiIndex.from_product([[1, 2, 3]] * 3, names=list(AXES))
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
    return segments.sort_values(["revenue", "customers"], ascending=False).reset_index()
