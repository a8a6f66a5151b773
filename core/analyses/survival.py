"""How long customers take to come back: Kaplan-Meier curves of the time to the second purchase."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.analyses import _duration_tables as tables
from core.analyses._breakdown import Groups, check, groups
from core.days import NO_DAY, to_date, to_dates, to_day
from core.errors import EmptyViewError
from core.filters import Filters
from core.first_orders import first_rows
from core.history import OrderHistory
from core.models.kaplan_meier import count_days, kaplan_meier
from core.params import name
from core.purchases import purchases
from core.results import Notice


@dataclass(frozen=True)
class SurvivalParams:
    """Settings of the time to the second purchase.

    Parameters
    ----------
    breakdown : str
        ``region``, ``channel`` or ``first_category`` (of the first purchase), ``persona`` or ``tier``; empty for all together.
    """

    breakdown: str = name("")


@dataclass(frozen=True, eq=False)
class SurvivalResult:
    """Curves, quantiles and tests.

    Parameters
    ----------
    as_of : date
        Where those who have not come back are censored.
    curve : pandas.DataFrame
        group, day, at_risk, events, survival, low, high: the share that has not bought again by the end of a day after the first
        purchase, with its 95 % interval. The group is null for all customers together, whose rows come first.
    quantiles : pandas.DataFrame
        group, share, days, low, high, customers, events, few: days by which a quarter, half and three quarters came back; null where
        fewer have. ``few`` marks groups below 30 customers.
    logrank : pandas.DataFrame
        group, customers, events, expected, chi2, df, p_value, stands, few: all groups at once, then each against all others; only for
        groups known at the first purchase.
    followed : int
        How many customers.
    customers : pandas.DataFrame
        customer, first_order, days_waiting, group: those with a single purchase so far, who have waited least first. The group
        is there where it was known at the first purchase, and null in groups that are too small to be shown.
    notices : tuple of Notice
    """

    as_of: date
    curve: pd.DataFrame
    quantiles: pd.DataFrame
    logrank: pd.DataFrame
    followed: int
    customers: pd.DataFrame
    breakdown: str
    notices: tuple[Notice, ...]

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        return {"curve": self.curve, "quantiles": self.quantiles, "logrank": self.logrank, "customers": self.customers}


def run(dataset: Dataset, filters: Filters, params: SurvivalParams) -> SurvivalResult:
    """Follow customers from their first purchase to their second one.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
        Customers whose first purchase ever lies within it are followed; the second purchase may be of any region or channel. Whoever
        is in view by later purchases alone is left out: they have come back, or else they would not be in view.
    params : SurvivalParams

    Returns
    -------
    SurvivalResult

    Raises
    ------
    EmptyViewError
        No customer began within the filter.
    BadParameterError
        The data can't be broken down so.
    """
    history = dataset.history
    check(dataset, params.breakdown)
    as_of = features.select(history, filters).as_of
    shown = _began(history, filters, as_of)
    if not shown.any():
        features.check_orders(history)
        raise EmptyViewError(
            "no customer began within this filter", todo="Widen the dates, or choose more regions or channels."
        )
    bought = purchases(history, None)
    found = tables.durations(bought, shown, as_of)
    everybody = count_days(found.days, found.event)
    curve = kaplan_meier(everybody)
    curves = [tables.curve_table((None,), everybody, curve)]
    quantiles = [tables.quantile_table((None,), everybody, curve)]
    split: Groups | None = None
    counts = None
    if params.breakdown:
        split = groups(dataset, filters, params.breakdown, shown)
        counts = found.by(split)
        by_group = kaplan_meier(counts)
        curves.append(tables.curve_table(split.labels, counts, by_group))
        quantiles.append(tables.quantile_table(split.labels, counts, by_group))
    return SurvivalResult(
        as_of=to_date(as_of),
        curve=pd.concat(curves, ignore_index=True),
        quantiles=pd.concat(quantiles, ignore_index=True),
        logrank=tables.log_rank_table(split, counts),
        followed=len(found.days),
        customers=_waiting(history, np.flatnonzero(shown & (bought.nth(2) > as_of)), as_of, split),
        breakdown=params.breakdown,
        notices=(*_left_out(history, filters, shown), *(split.notices() if split else ())),
    )


def _began(history: OrderHistory, filters: Filters, as_of: int) -> NDArray[np.bool_]:
    """Customers whose first purchase matches the filter."""
    first = history.first_purchase
    began = (first < NO_DAY) & (first <= as_of)
    if filters.first:
        began &= first >= to_day(filters.first)
    matching = features.rows_in_choices(history, filters)
    if matching is None:
        return began
    rows = first_rows(history)
    inside = np.zeros_like(began)
    inside[history.owner[rows[matching[rows]]]] = True
    return began & inside


def _waiting(history: OrderHistory, alone: NDArray[np.int64], as_of: int, split: Groups | None) -> pd.DataFrame:
    first = history.first_purchase[alone]
    table = pd.DataFrame(
        {"customer": alone, "first_order": to_dates(first), "days_waiting": as_of - first.astype(np.int64)}
    )
    if split is not None and split.known_at_start:
        table["group"] = pd.Categorical.from_codes(split.codes[alone], categories=list(split.labels))
    return table.sort_values("days_waiting", kind="stable", ignore_index=True)


def _left_out(history: OrderHistory, filters: Filters, shown: NDArray[np.bool_]) -> tuple[Notice, ...]:
    """How many are in view though their first purchase did not match."""
    if not filters.narrows_orders:
        return ()
    selection = features.select(history, filters)
    later = selection.in_view & ~shown & (history.first_purchase >= (to_day(filters.first) if filters.first else 0))
    count = int(later.sum())
    return (Notice.of("began_elsewhere", customers=count, followed=int(shown.sum())),) if count else ()
