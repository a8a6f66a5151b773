"""What customers had done by each of many dates: one pass over the history, then sums carried from date to date."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core import features
from core.days import NO_DAY, to_date, to_day
from core.features import Rows, Selection
from core.filters import Filters
from core.history import OrderHistory


def months_before(day: int, months: int) -> int:
    """The number of the same day so many months earlier; the last of its month where that is shorter.

    Parameters
    ----------
    day : int
        Day number.
    months : int

    Returns
    -------
    int
        At least 0, the first day of the calendar.
    """
    at = to_date(day)
    month = 12 * at.year + at.month - 1 - months
    year, place = divmod(month, 12)
    return max(to_day(date(year, place + 1, min(at.day, monthrange(year, place + 1)[1]))), 0) if year >= 1900 else 0


@dataclass(frozen=True, eq=False)
class Steps:
    """What groups of rows did between one date and the next: one entry a group and step with a row, sorted by step.

    Parameters
    ----------
    start : ndarray of int64, shape (steps + 1,)
        Step ``k`` owns the entries ``start[k]:start[k + 1]``, each of another group.
    group : ndarray of int32, shape (entries,)
        As a rule a customer's code.
    purchases : ndarray of int32, shape (entries,)
    money : ndarray of int64, shape (entries,)
        Money units.
    last_day : ndarray of uint16, shape (entries,)
        Day of the step's last purchase; 0 where it has only credits.
    """

    start: NDArray[np.int64]
    group: NDArray[np.int32]
    purchases: NDArray[np.int32]
    money: NDArray[np.int64]
    last_day: NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.start) - 1

    def of(self, step: int) -> slice:
        """The entries of one step."""
        return slice(self.start[step], self.start[step + 1])


def steps_of(
    group: NDArray[np.int32],
    day: NDArray[np.uint16],
    money: NDArray[np.int64],
    bought: NDArray[np.bool_],
    single: NDArray[np.bool_],
    ends: tuple[int, ...],
) -> Steps:
    """Sum rows by group and step.

    Parameters
    ----------
    group, day, money : ndarray, shape (rows,)
        Sorted by group, then day.
    bought : ndarray of bool, shape (rows,)
        Rows of purchases.
    single : ndarray of bool, shape (rows,)
        One row of each purchase.
    ends : tuple of int
        Rising day numbers, fewer than 256. Step 0 is all up to the first, step k what comes after the one before, up to and with
        ``ends[k]``; what comes after the last is left out.

    Returns
    -------
    Steps
    """
    step = np.searchsorted(np.asarray(ends), np.arange(NO_DAY + 1)).astype(np.uint8)[day]
    if not len(step):
        nothing = np.zeros(0, dtype=np.int32)
        return Steps(np.zeros(len(ends) + 1, np.int64), nothing, nothing, money[:0], day[:0])
    first = features.period_starts(group, step)
    running = np.cumsum(single, dtype=np.int32)
    count = np.diff(running[np.r_[first[1:], len(step)] - 1], prepend=np.int32(0))
    entries = (group[first], count, np.add.reduceat(money, first), np.maximum.reduceat(day * bought, first))
    step = step[first]
    if len(ends) > 1 or step[-1] or step.any():
        # 8-bit numbers are sorted by counting; what lies after the last end comes last.
        ranked = np.argsort(step, kind="stable")
        step, entries = step[ranked], tuple(values[ranked] for values in entries)  # type: ignore[assignment]
    return Steps(np.searchsorted(step, np.arange(len(ends) + 1)), *entries)


def customer_steps(history: OrderHistory, rows: Rows, values: NDArray[np.int64], ends: tuple[int, ...]) -> Steps:
    """What customers did in each step; see :func:`steps_of`.

    Parameters
    ----------
    history : OrderHistory
    rows : ndarray of bool, shape (rows,), or None
        Rows that count.
    values : ndarray of int64, shape (rows,)
        Money of each row.
    ends : tuple of int
    """
    index = slice(0, history.n_identified) if rows is None else np.flatnonzero(rows[: history.n_identified])
    bought = single = history.purchase[index]
    if history.has_split_orders:
        # Rows of an order stand together, and all of them are of a purchase or none.
        order = history.order[index]
        single = bought & np.r_[True, order[1:] != order[:-1]][: len(order)]
    return steps_of(history.owner[index], history.day[index], values[index], bought, single, ends)


class Running:
    """Sums over the last steps, carried from step to step.

    Parameters
    ----------
    steps : Steps
    groups : int
    span : int
        How many steps count; 0 for all.

    Attributes
    ----------
    step : int
        The last step added; -1 before the first.
    purchases, money, last_day : ndarray, shape (groups,)
        Changed in place by every step; the day is that of the last purchase ever, also where none is left in the span.
    """

    def __init__(self, steps: Steps, groups: int, span: int = 0) -> None:
        self._steps = steps
        self._span = span
        self.step = -1
        self.purchases: NDArray[np.int32] = np.zeros(groups, dtype=np.int32)
        self.money: NDArray[np.int64] = np.zeros(groups, dtype=np.int64)
        self.last_day: NDArray[np.uint16] = np.zeros(groups, dtype=np.uint16)

    def advance(self, step: int) -> None:
        """Go on to a step (never back)."""
        while self.step < step:
            self.step += 1
            self._add(self.step, 1)
            if self._span and self.step >= self._span:
                self._add(self.step - self._span, -1)

    def _add(self, step: int, sign: int) -> None:
        part, steps = self._steps.of(step), self._steps
        group = steps.group[part]
        self.purchases[group] += np.int32(sign) * steps.purchases[part]
        self.money[group] += sign * steps.money[part]
        if sign > 0:
            self.last_day[group] = np.maximum(self.last_day[group], steps.last_day[part])


@dataclass(frozen=True, eq=False)
class Standing:
    """What customers had done by a date. Good until the next one is asked for.

    Parameters
    ----------
    step : int
    day : int
        Day number of the date.
    in_view : ndarray of bool, shape (customers,)
        Those with a purchase that matches the filter and lies in the span.
    purchases : ndarray of int32, shape (customers,)
    money : ndarray of int64, shape (customers,)
    last_day : ndarray of uint16, shape (customers,)
        From the rows that classes are made from; the last day tells nothing of customers without a purchase in the span.
    """

    step: int
    day: int
    in_view: NDArray[np.bool_]
    purchases: NDArray[np.int32]
    money: NDArray[np.int64]
    last_day: NDArray[np.uint16]


@dataclass(frozen=True, eq=False)
class Timeline:
    """Steps between dates, of the orders that match a filter and of those that classes are made from.

    Parameters
    ----------
    selection : Selection
    value : {"revenue", "margin"}
        Money of the matching steps.
    ends : tuple of int
        Rising day numbers, fewer than 256.
    span : int
        How many steps of orders make a class; 0 for all.
    """

    selection: Selection
    value: str
    ends: tuple[int, ...]
    span: int = 0

    @cached_property
    def matching(self) -> Steps:
        """What customers did in orders that match."""
        history = self.selection.history
        return customer_steps(history, self.selection.matching, history.value(self.value), self.ends)

    @cached_property
    def classed(self) -> Steps:
        """What they did in the orders that classes are made from, in net revenue; only of customers with a matching purchase."""
        selection, history = self.selection, self.selection.history
        if selection.shared and self.value == "revenue":
            return self.matching
        rows = selection.classed
        if not selection.shared:
            # Nobody else's class is ever asked for.
            seen = np.zeros(len(history.day), dtype=np.bool_)
            seen[: history.n_identified] = np.repeat(selection.in_view, np.diff(history.start))
            rows = features.both(rows, seen)
        return customer_steps(history, rows, history.revenue, self.ends)

    def filters_at(self, step: int) -> Filters:
        """The filters as of the date of a step: its day is the last, and its span or the filter's own date the first."""
        filters = self.selection.filters
        first = filters.first
        if self.span and step >= self.span:
            begin = to_date(self.ends[step - self.span] + 1)
            first = begin if first is None else max(first, begin)
        # Where the data end anyway no row needs to be looked at.
        last = filters.last if self.ends[step] == self.selection.as_of else to_date(self.ends[step])
        return replace(filters, first=first, last=last)

    def in_view_at(self, step: int) -> NDArray[np.bool_]:
        """Customers with a matching purchase in the span up to a step."""
        first = max(step - self.span + 1, 0) if self.span else 0
        part = slice(self.matching.start[first], self.matching.start[step + 1])
        bought = np.zeros(self.selection.history.n_customers, dtype=np.bool_)
        bought[self.matching.group[part][self.matching.purchases[part] > 0]] = True
        return bought

    def classed_at(self, step: int) -> Running:
        """Sums of the rows that classes are made from, up to a step; of those that :attr:`classed` holds."""
        running = Running(self.classed, self.selection.history.n_customers, self.span)
        running.advance(step)
        return running

    def standings(self) -> Iterator[Standing]:
        """The standing at each end, first to last."""
        customers = self.selection.history.n_customers
        classed = Running(self.classed, customers, self.span)
        shared = self.matching is self.classed
        matching = classed if shared else Running(self.matching, customers, self.span)
        for step, day in enumerate(self.ends):
            classed.advance(step)
            matching.advance(step)
            yield Standing(step, day, matching.purchases > 0, classed.purchases, classed.money, classed.last_day)
