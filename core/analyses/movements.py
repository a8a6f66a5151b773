"""Movements: who changed class between two dates, and what that did to revenue."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.analyses._bridge import STEPS, Windows, bridge, steps_of
from core.analyses._movement_dates import Dates, dates_of, nobody_by
from core.analyses._movement_months import MonthEnd, month_end, months_table, segments_table, sums
from core.classifications import ruler_for
from core.days import to_date
from core.features import Selection
from core.filters import Filters
from core.money import SCALE, to_currency
from core.params import choice, name
from core.results import Notice
from core.rulers import Ruler
from core.scoring import falling_order
from core.timeline import Timeline

NONE = "none"
# Classes made of sums, which only grow when all orders since the beginning count.
_GROWING = ("rfm_segment", "frequency", "monetary", "abc", "abc_xyz")


@dataclass(frozen=True)
class MovementsParams:
    """Settings of movements.

    Parameters
    ----------
    classification : str
        Of :func:`core.classifications.movable`.
    back : {1, 3, 6, 12, 24}
        Months between the two dates.
    span : {"history", "12", "24"}
        Whether all orders up to a date make a class, or those of so many months.
    value : {"revenue", "margin"}
        What moves; classes are made as their own analyses do by default.
    """

    classification: str = name("rfm_segment")
    back: int = choice(12, 1, 3, 6, 12, 24)
    span: Literal["history", "12", "24"] = choice("history", "history", "12", "24")
    value: Literal["revenue", "margin"] = choice("revenue", "revenue", "margin")


@dataclass(frozen=True, eq=False)
class MovementsResult:
    """Classes at two dates, the later being the as-of day, and the revenue of the two windows that end with them.

    Both windows are ``back`` months long. A customer's class at a date is made of orders up to that date alone, by the cuts of the
    earlier date: a change is one of customers, never of cuts. Whoever has no purchase that matches the filter up to that date
    (within the span) is in no class then, which is called :attr:`none`. With ``span="history"`` sums only grow, so that customers rise
    by buying as ever (notice ``sums_grow``); with a span of months, like is held against like.

    Parameters
    ----------
    flows : pandas.DataFrame
        before, after (class or none), customers, revenue_before, revenue_after, change (of revenue); one row a pair that occurs.
        Revenue of customers, all of it.
    bridge : pandas.DataFrame
        step, customers, revenue_before, revenue_after, change. Adds up, to the smallest unit of money, to ``total_before`` and
        ``total_after``. Every order of the windows that matches the filter is in one step, each customer in at most one:

        - new: bought in the second window, and never anywhere before it;
        - returned: bought in the second window, not in the first, and was a customer before;
        - up, unchanged, down: bought in both, for more, exactly as much, or less;
        - lost: bought in the first window and not in the second;
        - credits_only: bought in neither, but has credits there;
        - without_customer: orders that name no customer.
    segments : pandas.DataFrame
        segment, before, after, change, low, high, claim (customers), revenue_before (of the first window, by the class at the earlier
        date), revenue_after (of the second, by the class at the later), revenue_change, revenue_low, revenue_high, revenue_claim. The
        intervals are 95 % ones of the change, paired by customer; claims after Benjamini-Hochberg over the table, of classes with 30
        customers at one date at least.
    months : pandas.DataFrame
        month (as-of day, YYYY-MM-DD), segment, customers, revenue (of the month that ends there, by the class there), change, low,
        high, claim (customers, against the month before; null in the first). The as-of day and the 24 month-ends before it, as far as
        the month and the span can be seen whole; all by the cuts of the earlier date.
    customers : pandas.DataFrame
        customer (code), before, after, step (null without an order in either window), revenue_before, revenue_after, change; the
        largest change either way first. Whoever is in a class at one date or has an order in one window.
    classification : str
    labels : tuple of str
        The classes, without the name of none.
    none : str
        What customers in no class are under: "none" (in brackets where a class is called so).
    earlier, later : date
    total_before, total_after : float
        Revenue that matches the filter in each window.
    value : {"revenue", "margin"}
    notices : tuple of Notice
        ``short_window`` (seen, whole: days of the first window; intervals of revenue are then left out), ``short_span`` (likewise, of
        the orders that make the earlier classes), ``sums_grow`` (back).
    """

    flows: pd.DataFrame
    bridge: pd.DataFrame
    segments: pd.DataFrame
    months: pd.DataFrame
    customers: pd.DataFrame
    classification: str
    labels: tuple[str, ...]
    none: str
    earlier: date
    later: date
    total_before: float
    total_after: float
    value: str
    notices: tuple[Notice, ...]

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        return {
            "flows": self.flows,
            "bridge": self.bridge,
            "segments": self.segments,
            "months": self.months,
            "customers": self.customers,
        }

    def list(self, before: str, after: str) -> pd.DataFrame:
        """Rows of ``customers`` that went from one class to another, for example from ``champions`` to ``at_risk``."""
        moved = (self.customers["before"] == before) & (self.customers["after"] == after)
        return self.customers[moved].reset_index(drop=True)


def run(dataset: Dataset, filters: Filters, params: MovementsParams) -> MovementsResult:
    """Class the customers at two dates and see what moved.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
    params : MovementsParams

    Returns
    -------
    MovementsResult

    Raises
    ------
    EmptyViewError
        Nobody bought within the filter, or nobody had by the earlier date.
    BadParameterError
        The data can't be classed so at an earlier date, or margin is asked for and they have no costs.
    """
    history = dataset.history
    selection = features.select(history, filters)
    value = dataset.value_name(params.value)
    _ = selection.shown
    dates = dates_of(selection, params.back, 0 if params.span == "history" else int(params.span))
    when = Timeline(selection, value, dates.ends, dates.span)
    if not when.in_view_at(dates.earlier).any():
        raise nobody_by(dates.ends[dates.earlier])
    ruler = ruler_for(dataset, when, dates.earlier, params.classification)
    walked = _walk(when, dates, ruler)
    windows = Windows(walked.money, walked.purchases, walked.ordered, _loose(selection, value, dates))
    step = steps_of(windows, history.first_purchase <= dates.ends[dates.earlier])
    none = f"({NONE})" if NONE in ruler.labels else NONE
    before, after = windows.totals
    people = _people(walked, step)
    return MovementsResult(
        flows=_flows(people, (*ruler.labels, none)),
        bridge=bridge(windows, step),
        segments=segments_table(people.before, people.after, people.money, ruler.labels, not dates.short_window),
        months=months_table(walked.months, ruler.labels),
        customers=_customers(people, (*ruler.labels, none)),
        classification=params.classification,
        labels=ruler.labels,
        none=none,
        earlier=to_date(dates.ends[dates.earlier]),
        later=to_date(selection.as_of),
        total_before=before / SCALE,
        total_after=after / SCALE,
        value=value,
        notices=_notices(dates, params),
    )


@dataclass(frozen=True, eq=False)
class _Walked:
    """What was met on the way from the first date to the last, shape (customers,) and (2, customers)."""

    before: NDArray[np.int16]
    after: NDArray[np.int16]
    money: NDArray[np.int64]
    purchases: NDArray[np.int32]
    ordered: NDArray[np.bool_]
    months: list[MonthEnd]


def _walk(when: Timeline, dates: Dates, ruler: Ruler) -> _Walked:
    people, classes, steps = when.selection.history.n_customers, len(ruler.labels), when.matching
    money, purchases = np.zeros((2, people), dtype=np.int64), np.zeros((2, people), dtype=np.int32)
    ordered = np.zeros(people, dtype=np.bool_)
    months: list[MonthEnd] = []
    before = last = np.empty(0, dtype=np.int16)
    for at in when.standings():
        part = steps.of(at.step)
        who = steps.group[part]
        window = dates.window(at.step)
        if window is not None:
            money[window][who] += steps.money[part]
            purchases[window][who] += steps.purchases[part]
            ordered[who] = True
        shown = dates.shown(at.step)
        if not shown and at.step not in (dates.earlier, dates.later):
            continue
        codes = ruler.codes(at)
        if shown:
            # A month-end that is shown follows another one, or is the first.
            earned = sums(codes[who], steps.money[part], classes)
            months.append(month_end(at.day, codes, last if months else None, earned, classes))
        before = codes if at.step == dates.earlier else before
        last = codes
    return _Walked(before, last, money, purchases, ordered, months)


def _loose(selection: Selection, value: str, dates: Dates) -> tuple[int, int]:
    """Money of orders without a customer in each window."""
    history = selection.history
    apart = slice(history.n_identified, None)
    day, money = history.day[apart], history.value(value)[apart]
    rows = np.ones(len(day), dtype=np.bool_) if selection.matching is None else selection.matching[apart]
    ends = [dates.ends[step] for step in (dates.earlier - dates.back, dates.earlier, dates.later)]
    before, after = (int(money[rows & (day > first) & (day <= last)].sum()) for first, last in pairwise(ends))
    return before, after


@dataclass(frozen=True, eq=False)
class _People:
    """Whoever is in a class at one date or has an order in one window, k of them."""

    customer: NDArray[np.int64]
    before: NDArray[np.int16]
    after: NDArray[np.int16]
    money: NDArray[np.int64]
    step: NDArray[np.int8]


def _people(walked: _Walked, step: NDArray[np.int8]) -> _People:
    who = np.flatnonzero((walked.before >= 0) | (walked.after >= 0) | (step >= 0))
    return _People(who, walked.before[who], walked.after[who], walked.money[:, who], step[who])


def _flows(people: _People, labels: tuple[str, ...]) -> pd.DataFrame:
    """Customers and revenue of each pair of classes that occurs; the last label is that of none."""
    wide = len(labels)
    # None, -1, takes the last place.
    cell = (people.before.astype(np.int64) % wide) * wide + people.after % wide
    count = np.bincount(cell, minlength=wide**2)
    money = np.zeros((2, wide**2), dtype=np.int64)
    for window in (0, 1):
        np.add.at(money[window], cell, people.money[window])
    there = np.flatnonzero(count)
    return pd.DataFrame(
        {
            "before": pd.Categorical.from_codes(there // wide, categories=list(labels)),
            "after": pd.Categorical.from_codes(there % wide, categories=list(labels)),
            "customers": count[there],
            "revenue_before": to_currency(money[0][there]),
            "revenue_after": to_currency(money[1][there]),
            "change": to_currency((money[1] - money[0])[there]),
        }
    )


def _customers(people: _People, labels: tuple[str, ...]) -> pd.DataFrame:
    change = people.money[1] - people.money[0]
    ranked = falling_order(np.abs(change))
    wide = len(labels)
    return pd.DataFrame(
        {
            "customer": people.customer[ranked],
            "before": pd.Categorical.from_codes(people.before[ranked] % wide, categories=list(labels)),
            "after": pd.Categorical.from_codes(people.after[ranked] % wide, categories=list(labels)),
            "step": pd.Categorical.from_codes(people.step[ranked], categories=list(STEPS)),
            "revenue_before": to_currency(people.money[0][ranked]),
            "revenue_after": to_currency(people.money[1][ranked]),
            "change": to_currency(change[ranked]),
        },
        copy=False,
    )


def _notices(dates: Dates, params: MovementsParams) -> tuple[Notice, ...]:
    found = []
    for code, short in (("short_window", dates.short_window), ("short_span", dates.short_span)):
        if short:
            found.append(Notice.of(code, seen=short[0], whole=short[1]))
    if params.span == "history" and params.classification in _GROWING:
        found.append(Notice.of("sums_grow", back=params.back))
    return tuple(found)
