"""Cohort retention: customers by the period of their first purchase, and who of them came back when."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.analyses import _breakdown
from core.analyses._cohort_activity import activity
from core.analyses._cohort_breakdown import COLUMNS, breakdown_table
from core.analyses._cohort_cells import Grid, Members, average, observed_cells, triangle
from core.analyses._cohort_headline import Buyers, headline
from core.analyses._cohort_projection import Projection, nothing, project, project_contract
from core.analyses._duration_tables import durations, log_rank_table
from core.days import period_code, period_index, period_of, period_table, to_date, to_dates, to_day
from core.errors import EmptyViewError
from core.filters import Filters
from core.money import to_currency
from core.params import choice, name
from core.purchases import purchases
from core.results import Notice
from core.scoring import falling_order
from core.stats import wilson

# The first that can be fitted draws the projection.
PROJECTED_BY = ("pareto_nbd", "bg_nbd")


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
    breakdown : str
        ``region``, ``channel`` or ``first_category`` (of the first purchase), ``persona`` or ``tier``; empty for none.
    contractual : {"no", "yes"}
        Whether customers say when they leave.
    """

    period: Literal["month", "week", "quarter"] = choice("month", "month", "week", "quarter")
    mode: Literal["on", "on_or_after"] = choice("on", "on", "on_or_after")
    value: Literal["revenue", "margin"] = choice("revenue", "revenue", "margin")
    breakdown: str = name("")
    contractual: Literal["no", "yes"] = choice("no", "no", "yes")


@dataclass(frozen=True, eq=False)
class CohortsResult:
    """The triangle, its average and its customers; what takes longer is computed when it is first read.

    Parameters
    ----------
    triangle : pandas.DataFrame
        cohort, period, size, eligible, active, retention, low, high, complete, provisional, revenue, revenue_retention, revenue_low,
        revenue_high, gross_retention, cumulative_value. One row an observed cell; a cell that can't have been observed has no row.
        ``eligible`` is the size where the period is over, else 0; intervals are null where it is not over. Revenue retention is the
        money of the period by that of period 0, net, with its interval clustered by customer; gross retention counts of no customer
        more than period 0 brought, so it is at most 1; ``cumulative_value`` is the money a customer up to and with the period.
    average : pandas.DataFrame
        period, eligible, retained, retention, low, high, revenue_retention, revenue_low, revenue_high, gross_retention: over complete
        cells.
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
    repeat: tuple[float, float, float]
    median_gap: float
    period: str
    mode: str
    notices: tuple[Notice, ...]
    _params: CohortsParams = field(repr=False)
    _buyers: Buyers = field(repr=False)

    @cached_property
    def groups(self) -> _breakdown.Groups | None:
        """The groups of the breakdown that was asked for."""
        buyers, wanted = self._buyers, self._params.breakdown
        if not wanted:
            return None
        return _breakdown.groups(buyers.dataset, buyers.filters, wanted, buyers.members.shown)

    @cached_property
    def breakdown(self) -> pd.DataFrame:
        """The average of each group; see :func:`core.analyses._cohort_breakdown.breakdown_table`. Empty when none was asked for."""
        if self.groups is None:
            return pd.DataFrame(columns=list(COLUMNS))
        buyers = self._buyers
        last = period_table(self.period)[buyers.purchases.last()] if self.mode == "on_or_after" else None
        return breakdown_table(buyers.members, buyers.activity, self.groups, last)

    @cached_property
    def logrank(self) -> pd.DataFrame:
        """Whether the groups differ in the time to the second purchase; see :func:`core.analyses._duration_tables.log_rank_table`."""
        buyers = self._buyers
        if self.groups is None:
            return log_rank_table(None, None)
        ever = purchases(buyers.dataset.history, None)
        return log_rank_table(self.groups, durations(ever, buyers.members.shown, buyers.as_of).by(self.groups))

    @cached_property
    def projection(self) -> Projection:
        """The average by a fitted model, with the periods ahead; see :func:`core.analyses._cohort_projection.project`.

        Of the share that buys in a period (mode ``on``); where customers say when they leave, of those still there (``on_or_after``).
        """
        buyers = self._buyers
        if self._params.contractual == "yes":
            if self.mode != "on_or_after":
                return nothing("projection_needs_mode_on_or_after")
            return project_contract(self.triangle, self._params.period, self.average)
        if self.mode != "on":
            return nothing("projection_needs_mode_on")
        if buyers.filters.narrows_orders:
            return nothing("projection_needs_all_orders")
        return project(
            buyers.dataset.history, buyers.members, buyers.as_of, self._params.period, self.average, PROJECTED_BY
        )

    @cached_property
    def headline(self) -> pd.DataFrame:
        """Single figures of loyalty; see :func:`core.analyses._cohort_headline.headline`."""
        return headline(self._buyers, self.period)

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        return {
            "triangle": self.triangle,
            "average": self.average,
            "customers": self.customers,
            "breakdown": self.breakdown,
            "logrank": self.logrank,
            "projection": self.projection.table,
            "headline": self.headline,
        }

    def members(self, cohort: str, period: int | None = None) -> NDArray[np.int64]:
        """Codes of a cohort's customers, or of those active ``period`` periods after the first."""
        codes = self.customers.loc[self.customers["cohort"] == cohort, "customer"].to_numpy()
        if period is None:
            return codes
        activity, start = self._buyers.activity, period_index(cohort)
        there = activity.period == start + period
        if self.mode == "on_or_after":
            there = activity.period >= start + period
        return np.intersect1d(codes, activity.customer[there & activity.bought])


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
        Margin is asked for and the data have no costs, or they can't be broken down as asked.
    """
    _breakdown.check(dataset, params.breakdown)
    buyers = _follow(dataset, filters, params)
    grid = Grid(buyers.members, buyers.activity)
    last = period_table(params.period)[buyers.purchases.last()] if params.mode == "on_or_after" else None
    cells = observed_cells(grid, grid.active() if last is None else grid.active_later(last), buyers.members.over)
    people = np.flatnonzero(buyers.members.shown)
    repeaters = int((buyers.purchases.count[people] > 1).sum())
    low, high = wilson(repeaters, len(people))
    return CohortsResult(
        triangle=triangle(cells, grid.first, params.period, params.mode),
        average=average(cells),
        customers=_customers(buyers, people, params.period),
        repeat=(repeaters / len(people), float(low), float(high)),
        median_gap=buyers.purchases.median_gap(buyers.members.shown),
        period=params.period,
        mode=params.mode,
        notices=_notices(dataset, grid, params),
        _params=params,
        _buyers=buyers,
    )


def _follow(dataset: Dataset, filters: Filters, params: CohortsParams) -> Buyers:
    """Who is followed, and what they did."""
    history = dataset.history
    values = history.value(dataset.value_name(params.value))
    as_of = features.select(history, filters).as_of
    rows = features.both(
        features.rows_in_window(history, None, to_day(filters.last) if filters.last else None),
        features.rows_in_choices(history, filters),
    )
    bought = purchases(history, rows)
    cohort = period_table(params.period)[history.first_purchase]
    earliest = period_of(filters.first, params.period) if filters.first else 0
    shown = (bought.count > 0) & (cohort >= earliest)
    if not shown.any():
        features.check_orders(history)
        raise EmptyViewError(
            "no customer began within this filter", todo="Widen the dates, or choose more regions or channels."
        )
    return Buyers(
        dataset=dataset,
        filters=filters,
        rows=rows,
        values=values,
        as_of=as_of,
        members=Members.until(to_date(as_of), params.period, shown, cohort),
        purchases=bought,
        activity=activity(history, rows, values, params.period),
    )


def _customers(buyers: Buyers, people: NDArray[np.int64], period: str) -> pd.DataFrame:
    money = buyers.activity.money[people]
    ranked = falling_order(money)
    people = people[ranked]
    cohort = buyers.members.cohort[people]
    names = range(int(cohort.min()), int(cohort.max()) + 1)
    active = buyers.activity.customer[buyers.activity.bought]
    return pd.DataFrame(
        {
            "customer": people,
            "cohort": pd.Categorical.from_codes(
                cohort - names.start, categories=[period_code(index, period) for index in names]
            ),
            "last_order": to_dates(buyers.purchases.last()[people]),
            "orders": buyers.purchases.count[people],
            "revenue": to_currency(money[ranked]),
            "active_periods": np.bincount(active, minlength=len(buyers.members.shown))[people],
        },
        copy=False,
    )


def _notices(dataset: Dataset, grid: Grid, params: CohortsParams) -> tuple[Notice, ...]:
    oldest = period_of(dataset.info.first_day, params.period)
    if grid.first != oldest:
        return ()
    # Whoever bought when the records begin may have bought before.
    return (Notice.of("first_cohort_mixed", cohort=period_code(oldest, params.period), size=int(grid.size[0])),)
