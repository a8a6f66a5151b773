"""The crossing of ABC classes with RFM segments in plain pandas."""

import numpy as np
import pandas as pd
from scipy import stats

from core.filters import Filters
from core.money import SCALE
from core.stats import benjamini_hochberg
from tests.benchmarks.plain.abc_xyz import abc_of, shares_before
from tests.benchmarks.plain.log import Log, Tables, money_of, narrowed, orders_of
from tests.benchmarks.plain.rfm import scored, segment_of

FEWEST_EXPECTED = 5


def crossing(log: Log, filters: Filters) -> Tables:
    """The tables of the crossing."""
    lines = narrowed(log.lines, filters)
    classed = lines if filters.classes == "filter" else log.lines
    people = scored(log, classed)
    classes = pd.DataFrame(
        {
            "row": abc_of(shares_before(classed)["before"]),
            "column": pd.Series(segment_of(people), index=people.index),
            "revenue": money_of(lines) / SCALE,
        }
    )
    customers = classes.loc[orders_of(lines).index].rename_axis("customer").reset_index()
    customers = customers.sort_values(["revenue", "customer"], ascending=[False, True], ignore_index=True)
    return {
        "cells": _cells(customers),
        "rows": _margin(customers, ["row"]).rename(columns={"row": "label"}),
        "columns": _margin(customers, ["column"]).rename(columns={"column": "label"}),
        "customers": customers,
    }


def _cells(customers: pd.DataFrame) -> pd.DataFrame:
    cells, n = _margin(customers, ["row", "column"]), len(customers)
    of_row, of_column = (
        cells.groupby(side, observed=False)["customers"].transform("sum") for side in ("row", "column")
    )
    cells["expected"] = of_row * of_column / n
    spread = np.sqrt(cells["expected"] * (1 - of_row / n) * (1 - of_column / n))
    cells["residual"] = ((cells["customers"] - cells["expected"]) / spread).where(spread > 0)
    p_values = np.where(cells["expected"] >= FEWEST_EXPECTED, 2 * stats.norm.sf(cells["residual"].abs()), np.nan)
    return cells.assign(claim=benjamini_hochberg(p_values))


def _margin(customers: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    groups = customers.groupby(by, observed=False)
    table = groups.agg(customers=("customer", "size"), revenue=("revenue", "sum")).reset_index()
    table["customer_share"] = table["customers"] / len(customers)
    table["revenue_share"] = table["revenue"] / table["revenue"].sum()
    return table
