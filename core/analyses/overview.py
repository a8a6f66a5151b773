"""Overview: revenue, customers and orders in a window, month by month and against the window before."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.days import period_code, period_end, period_table, to_date, to_day
from core.filters import Filters
from core.history import OrderHistory
from core.money import SCALE
from core.results import Notice
from core.stats import Change, benjamini_hochberg, paired_change

YEAR = 365


@dataclass(frozen=True)
class OverviewParams:
    """The overview has no settings."""


@dataclass(frozen=True, eq=False)
class OverviewResult:
    """Figures, their changes and the months.

    Parameters
    ----------
    figures : pandas.DataFrame
        figure (revenue, customers, orders, order_value, repeat_rate), value, before, after, change (share of before; for the repeat
        rate the difference), low, high (of after - before), claim.
    months : pandas.DataFrame
        month, first_orders, returning, unidentified (money), customers, new_customers, orders, complete.
    unidentified : float
        Revenue of orders without a customer; ``figures`` and ``months`` keep it apart.
    compared : tuple of date
        The two windows of the comparison: first and last day of the earlier, then of the later.
    comparison : {"year", "before", "halves"}
    """

    figures: pd.DataFrame
    months: pd.DataFrame
    unidentified: float
    unidentified_orders: int
    without_purchase: float
    first_day: int
    last_day: int
    compared: tuple[int, int, int, int]
    comparison: str
    notices: tuple[Notice, ...]

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        return {"figures": self.figures, "months": self.months}

    def figure(self, name: str) -> pd.Series:
        """One row of ``figures``."""
        return self.figures[self.figures["figure"] == name].iloc[0]


def run(dataset: Dataset, filters: Filters, params: OverviewParams) -> OverviewResult:  # noqa: ARG001 - every analysis has settings
    """Sum up what is in view.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
    params : OverviewParams

    Returns
    -------
    OverviewResult

    Raises
    ------
    EmptyViewError
        Nobody bought within the filter.
    """
    history = dataset.history
    selection = features.select(history, filters)
    people = selection.shown
    oldest = int(history.day.min())
    start = max(to_day(filters.first), oldest) if filters.first else oldest
    comparison, compared = _compared(history, filters, start, selection.as_of)
    choices = features.rows_in_choices(history, filters)
    windows = [_totals(history, choices, *compared[:2]), _totals(history, choices, *compared[2:])]
    money = selection.totals(history.revenue)
    whole = _Totals(money, selection.purchases)
    loose = slice(history.n_identified, None)
    apart = np.ones(len(history.day[loose]), bool) if selection.matching is None else selection.matching[loose]
    return OverviewResult(
        figures=_figures(whole, *windows),
        months=_months(history, selection, start),
        unidentified=float(history.revenue[loose][apart].sum()) / SCALE,
        unidentified_orders=len(np.unique(history.order[loose][apart & history.purchase[loose]])),
        without_purchase=float(money.sum() - money[people].sum()) / SCALE,
        first_day=start,
        last_day=selection.as_of,
        compared=compared,
        comparison=comparison,
        notices=(),
    )


@dataclass(frozen=True, eq=False)
class _Totals:
    revenue: NDArray[np.int64]
    orders: NDArray[np.int32]


def _totals(history: OrderHistory, choices: features.Rows, first: int, last: int) -> _Totals:
    rows = features.both(features.rows_in_window(history, first, last), choices)
    return _Totals(features.per_customer(history, history.revenue, rows), features.count_purchases(history, rows))


def _compared(history: OrderHistory, filters: Filters, start: int, as_of: int) -> tuple[str, tuple[int, int, int, int]]:
    """The year against the year before where there are two; else the window against the one before; else its two halves."""
    oldest = int(history.day.min())
    if filters.first is None and as_of - oldest + 1 >= 2 * YEAR:
        return "year", (as_of - 2 * YEAR + 1, as_of - YEAR, as_of - YEAR + 1, as_of)
    length = as_of - start + 1
    if start - length >= oldest:
        return "before", (start - length, start - 1, start, as_of)
    half = length // 2
    return "halves", (as_of - 2 * half + 1, as_of - half, as_of - half + 1, as_of)


def _figures(whole: _Totals, before: _Totals, after: _Totals) -> pd.DataFrame:
    names = ("revenue", "customers", "orders", "order_value", "repeat_rate")
    changes: list[Change] = [paired_change(_measure(name, after), _measure(name, before)) for name in names]
    claims = benjamini_hochberg([change.p_value for change in changes])
    rows = []
    for name, change, claim in zip(names, changes, claims, strict=True):
        numerator, denominator = _measure(name, whole)
        value = numerator.sum() if isinstance(denominator, float) else numerator.sum() / denominator.sum()
        difference = change.after - change.before
        relative = difference if name == "repeat_rate" else difference / change.before if change.before else np.nan
        rows.append(
            (name, round(float(value), 6), change.before, change.after, relative, change.low, change.high, bool(claim))
        )
    columns = ["figure", "value", "before", "after", "change", "low", "high", "claim"]
    return pd.DataFrame(rows, columns=columns)


def _measure(name: str, totals: _Totals) -> tuple[NDArray, NDArray | float]:
    """Numerator and denominator of a figure, one number a customer."""
    bought = totals.orders > 0
    match name:
        case "revenue":
            return totals.revenue / SCALE, 1.0
        case "customers":
            return bought.astype(np.float64), 1.0
        case "orders":
            return totals.orders.astype(np.float64), 1.0
        case "order_value":
            return totals.revenue * bought / SCALE, totals.orders.astype(np.float64)
        case _:
            return (totals.orders > 1).astype(np.float64), bought.astype(np.float64)


def _months(history: OrderHistory, selection: features.Selection, start: int) -> pd.DataFrame:
    table = period_table("month")
    first, count = int(table[start]), int(table[selection.as_of] - table[start]) + 1
    owned: slice | NDArray[np.int64] = slice(0, history.n_identified)
    loose: slice | NDArray[np.int64] = slice(history.n_identified, None)
    if selection.matching is not None:
        index = np.flatnonzero(selection.matching)
        owned, loose = np.split(index, [np.searchsorted(index, history.n_identified)])
    owner, day = history.owner[owned], history.day[owned]
    month = table[day] - first
    new = day == history.first_purchase[owner]
    split = np.bincount(2 * month + new, weights=history.revenue[owned], minlength=2 * count).reshape(count, 2)
    apart = np.bincount(table[history.day[loose]] - first, weights=history.revenue[loose], minlength=count)
    bought = history.purchase[owned]
    buyer, bought_in = owner[bought], month[bought]
    active = features.period_starts(buyer, bought_in)
    began = active[bought_in[active] == table[history.first_purchase[buyer[active]]] - first]
    order = history.order[owned][bought]
    single = bought_in[np.r_[True, order[1:] != order[:-1]][: len(order)]] if history.has_split_orders else bought_in
    return pd.DataFrame(
        {
            "month": [period_code(first + place, "month") for place in range(count)],
            "first_orders": split[:, 1] / SCALE,
            "returning": split[:, 0] / SCALE,
            "unidentified": apart / SCALE,
            "customers": np.bincount(bought_in[active], minlength=count),
            "new_customers": np.bincount(bought_in[began], minlength=count),
            "orders": np.bincount(single, minlength=count),
            "complete": [period_end(first + place, "month") <= to_date(selection.as_of) for place in range(count)],
        }
    )
