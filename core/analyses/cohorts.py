"""Cohort retention: customers by the period of their first purchase, and who of them came back when."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.days import period_code, period_end, period_index, period_of, period_table, to_date, to_dates, to_day
from core.errors import EmptyViewError
from core.filters import Filters
from core.history import OrderHistory
from core.money import SCALE, to_currency
from core.params import choice
from core.results import Notice
from core.scoring import falling_order
from core.stats import wilson

PROVISIONAL = 3


@dataclass(frozen=True)
class CohortsParams:
    """Settings of cohort retention.

    Parameters
    ----------
    period : {"month", "week", "quarter"}
    mode : {"on", "on_or_after"}
        Active in that period, or in that period or any later one.
    value : {"revenue", "margin"}
        Money of the revenue retention.
    """

    period: Literal["month", "week", "quarter"] = choice("month", "month", "week", "quarter")
    mode: Literal["on", "on_or_after"] = choice("on", "on", "on_or_after")
    value: Literal["revenue", "margin"] = choice("revenue", "revenue", "margin")


@dataclass(frozen=True, eq=False)
class CohortsResult:
    """The triangle, its average and its customers.

    Parameters
    ----------
    triangle : pandas.DataFrame
        cohort, period, size, eligible, active, retention, low, high, complete, provisional, revenue, revenue_retention. One row an
        observed cell; a cell that can't have been observed has no row. ``eligible`` is the size where the period is over, else 0;
        the interval is null where it is not over.
    average : pandas.DataFrame
        period, eligible, retained, retention, low, high: over complete cells.
    customers : pandas.DataFrame
        customer (code), cohort, last_order (date), orders, revenue, active_periods.
    repeat : tuple of float
        Repeat purchase rate, its interval: customers with two or more purchases ÷ buyers.
    median_gap : float
        Median days between consecutive purchases of a customer; NaN without any.
    """

    triangle: pd.DataFrame
    average: pd.DataFrame
    customers: pd.DataFrame
    activity: features.PeriodTotals
    repeat: tuple[float, float, float]
    median_gap: float
    period: str
    mode: str
    notices: tuple[Notice, ...]

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        return {"triangle": self.triangle, "average": self.average, "customers": self.customers}

    def members(self, cohort: str, period: int | None = None) -> NDArray[np.int64]:
        """Codes of a cohort's customers, or of those active ``period`` periods after the first."""
        codes = self.customers.loc[self.customers["cohort"] == cohort, "customer"].to_numpy()
        if period is None:
            return codes
        start = period_index(cohort)
        there = self.activity.period == start + period
        if self.mode == "on_or_after":
            there = self.activity.period >= start + period
        return np.intersect1d(codes, self.activity.customer[there])


def run(dataset: Dataset, filters: Filters, params: CohortsParams) -> CohortsResult:
    """Follow the cohorts in view.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
        ``first`` picks the cohorts that are shown; it never cuts a first purchase off.
    params : CohortsParams

    Returns
    -------
    CohortsResult

    Raises
    ------
    EmptyViewError
        No cohort begins within the filter.
    BadParameterError
        Margin is asked for and the data have no costs.
    """
    history = dataset.history
    selection = features.select(history, filters)
    values = history.value(dataset.value_name(params.value))
    rows = features.both(
        features.rows_in_window(history, None, to_day(filters.last) if filters.last else None),
        features.rows_in_choices(history, filters),
    )
    table = period_table(params.period)
    bought = features.purchase_rows(history, rows)
    activity = features.period_totals(history, table, values, np.flatnonzero(bought))
    orders = features.count_purchases(history, rows)
    cohort = table[history.first_purchase]
    earliest = period_of(filters.first, params.period) if filters.first else 0
    shown = (orders > 0) & (cohort >= earliest)
    if not shown.any():
        raise EmptyViewError(
            "no customer began within this filter", todo="Widen the dates, or choose more regions or channels."
        )
    moved = _identified(rows, history)
    totals = features.period_totals(history, table, values, np.flatnonzero(moved))
    grid = _Grid(cohort, shown, period_of(to_date(selection.as_of), params.period))
    triangle = _triangle(grid, activity, totals, params, selection.as_of)
    people = np.flatnonzero(shown)
    repeaters = int((orders[people] > 1).sum())
    low, high = wilson(repeaters, len(people))
    return CohortsResult(
        triangle=triangle,
        average=_average(triangle),
        customers=_customers(history, values, rows, people, orders, cohort, activity, params.period),
        activity=activity,
        repeat=(repeaters / len(people), float(low), float(high)),
        median_gap=_median_gap(history, bought, shown),
        period=params.period,
        mode=params.mode,
        notices=_notices(dataset, grid, params),
    )


class _Grid:
    """Cohorts by periods since the first, flattened row by row."""

    def __init__(self, cohort: NDArray[np.int32], shown: NDArray[np.bool_], newest: int) -> None:
        self.first = int(cohort[shown].min())
        self.count = newest - self.first + 1
        inside = cohort - self.first
        self.size = np.bincount(inside[shown], minlength=self.count)
        # A cohort after the last one makes every age negative, so those who are not shown fall out with early credits.
        self.cohort = np.where(shown, inside, self.count).astype(np.int32)

    def sums(
        self, totals: features.PeriodTotals, weights: NDArray[np.int64] | None = None
    ) -> NDArray[np.int64] | NDArray[np.float64]:
        """Count, or sum a weight of, the totals in each cell."""
        cohort = self.cohort[totals.customer]
        age = totals.period - np.int32(self.first) - cohort
        # Credits before a first purchase belong to no cell.
        later = np.flatnonzero(age >= 0)
        cell = cohort[later] * np.int32(self.count) + age[later]
        picked = None if weights is None else weights[later]
        return np.bincount(cell, weights=picked, minlength=self.count**2).reshape(self.count, self.count)


def _triangle(
    grid: _Grid, activity: features.PeriodTotals, totals: features.PeriodTotals, params: CohortsParams, as_of: int
) -> pd.DataFrame:
    if params.mode == "on":
        active = grid.sums(activity)
    else:
        last = np.r_[np.diff(activity.customer) > 0, True][: len(activity.customer)]
        ends = features.PeriodTotals(activity.customer[last], activity.period[last], activity.total[last])
        active = np.cumsum(grid.sums(ends)[:, ::-1], axis=1)[:, ::-1].astype(np.int64)
    money = grid.sums(totals, totals.total) / SCALE
    cohort, age = np.nonzero(np.add.outer(np.arange(grid.count), np.arange(grid.count)) < grid.count)
    filled = grid.size[cohort] > 0
    cohort, age = cohort[filled], age[filled]
    newest = grid.first + grid.count - 1
    over = cohort + age < grid.count - (period_end(newest, params.period) > to_date(as_of))
    size, found = grid.size[cohort], active[cohort, age]
    low, high = wilson(found, np.where(over, size, 0))
    start = money[cohort, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        kept = np.where(start > 0, money[cohort, age] / start, np.nan)
    codes = np.array([period_code(grid.first + index, params.period) for index in range(grid.count)], dtype=object)
    return pd.DataFrame(
        {
            "cohort": codes[cohort],
            "period": age,
            "size": size,
            "eligible": np.where(over, size, 0),
            "active": found,
            "retention": found / size,
            "low": low,
            "high": high,
            "complete": over,
            "provisional": (params.mode == "on_or_after") & (cohort + age >= grid.count - PROVISIONAL) & (age > 0),
            "revenue": money[cohort, age].round(4),
            "revenue_retention": kept,
        }
    )


def _average(triangle: pd.DataFrame) -> pd.DataFrame:
    complete = triangle[triangle["complete"]]
    sums = complete.groupby("period", as_index=False)[["eligible", "active"]].sum()
    low, high = wilson(sums["active"], sums["eligible"])
    return pd.DataFrame(
        {
            "period": sums["period"],
            "eligible": sums["eligible"],
            "retained": sums["active"],
            "retention": sums["active"] / sums["eligible"],
            "low": low,
            "high": high,
        }
    )


def _customers(
    history: OrderHistory,
    values: NDArray[np.int64],
    rows: features.Rows,
    people: NDArray[np.int64],
    orders: NDArray[np.int32],
    cohort: NDArray[np.int32],
    activity: features.PeriodTotals,
    period: str,
) -> pd.DataFrame:
    money = features.per_customer(history, values, rows)[people]
    ranked = falling_order(money)
    people = people[ranked]
    names = range(int(cohort[people].min()), int(cohort[people].max()) + 1)
    return pd.DataFrame(
        {
            "customer": people,
            "cohort": pd.Categorical.from_codes(
                cohort[people] - names.start, categories=[period_code(index, period) for index in names]
            ),
            "last_order": to_dates(features.last_purchase(history, rows)[people]),
            "orders": orders[people],
            "revenue": to_currency(money[ranked]),
            "active_periods": np.bincount(activity.customer, minlength=history.n_customers)[people],
        },
        copy=False,
    )


def _median_gap(history: OrderHistory, bought: NDArray[np.bool_], shown: NDArray[np.bool_]) -> float:
    index = np.flatnonzero(features.one_row_an_order(history, bought))
    owner, day = history.owner[index], history.day[index].astype(np.int32)
    same = (owner[1:] == owner[:-1]) & shown[owner[1:]]
    gaps = np.bincount(np.diff(day)[same])
    if not len(gaps):
        return float("nan")
    # The two middle ones of the gaps in order, found by counting.
    upto = np.cumsum(gaps)
    middle = [(upto[-1] - 1) // 2, upto[-1] // 2]
    return float(np.searchsorted(upto, middle, side="right").mean())


def _identified(rows: features.Rows, history: OrderHistory) -> NDArray[np.bool_]:
    if rows is None:
        return np.ones(history.n_identified, dtype=np.bool_)
    return rows[: history.n_identified]


def _notices(dataset: Dataset, grid: _Grid, params: CohortsParams) -> tuple[Notice, ...]:
    oldest = period_of(dataset.info.first_day, params.period)
    if grid.first != oldest:
        return ()
    # Whoever bought when the records begin may have bought before.
    return (Notice.of("first_cohort_mixed", cohort=period_code(oldest, params.period), size=int(grid.size[0])),)
