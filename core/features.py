"""Customer features from a history: who is in view, and each customer's purchases, money, first and last day.

Everything here is a pass over flat arrays; nothing is grouped or hashed. ``np.add.reduceat`` and its like run over whole customers
with rows that don't count set to a neutral value, because an empty slice would return its neighbour.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.days import NO_DAY, period_table, to_day
from core.errors import EmptyViewError, MissingTableError
from core.filters import DIMENSIONS, Filters
from core.history import OrderHistory

Rows = NDArray[np.bool_] | None

FEW_CHOICES = 8
NARROW = 0.1


def check_orders(history: OrderHistory) -> None:
    """Raise when there are no order lines at all, as where only deals were given.

    Raises
    ------
    MissingTableError
    """
    if not len(history.day):
        raise MissingTableError("there are no order lines", todo="Import the lines of your orders.")


def rows_in_window(history: OrderHistory, first: int | None, last: int | None) -> Rows:
    """Rows whose day is in the window (day numbers, both ends inside); None for every row."""
    if first is None and last is None:
        return None
    rows = history.day >= np.uint16(max(first or 0, 0))
    if last is not None:
        rows &= history.day <= np.uint16(min(max(last, 0), NO_DAY))
    return rows


def rows_in_choices(history: OrderHistory, filters: Filters) -> Rows:
    """Rows of the chosen regions, channels and so on; None for every row."""
    rows: Rows = None
    for dimension in DIMENSIONS:
        chosen = filters.choices(dimension)
        if chosen:
            rows = both(rows, _rows_of(history, dimension, chosen))
    return rows


def _rows_of(history: OrderHistory, dimension: str, chosen: tuple[str, ...]) -> NDArray[np.bool_]:
    wanted = [code for code, label in enumerate(history.labels.get(dimension, ())) if label in chosen]
    rows = np.zeros(len(history.day), dtype=np.bool_)
    if len(wanted) > FEW_CHOICES:
        marks = np.zeros(len(history.labels[dimension]), dtype=np.bool_)
        marks[wanted] = True
        return marks[history.codes[dimension]]
    # A few comparisons are many times faster than a look-up.
    for code in wanted:
        rows |= history.codes[dimension] == code
    return rows


def both(rows: Rows, others: Rows) -> Rows:
    """Rows that are in both selections."""
    if rows is None or others is None:
        return others if rows is None else rows
    return rows & others


@dataclass(frozen=True, eq=False)
class Selection:
    """What a filter lets through, of orders and of customers.

    Parameters
    ----------
    history : OrderHistory
    filters : Filters
    as_of : int
        Day number of the end of the window.
    """

    history: OrderHistory
    filters: Filters
    as_of: int

    @cached_property
    def window(self) -> Rows:
        """Rows inside the dates, of every region and channel."""
        first, last = self.filters.first, self.filters.last
        return rows_in_window(self.history, to_day(first) if first else None, to_day(last) if last else None)

    @cached_property
    def matching(self) -> Rows:
        """Rows inside the dates that match region and channel."""
        return both(self.window, rows_in_choices(self.history, self.filters))

    @cached_property
    def classed(self) -> Rows:
        """Rows that classes are made from: those of the whole company, or those that match."""
        return self.window if self.filters.classes == "company" else self.matching

    @cached_property
    def few(self) -> NDArray[np.int64] | None:
        """Positions of the matching rows where these are so few that picking them beats a pass over all; else None."""
        if self.matching is None or np.count_nonzero(self.matching) >= NARROW * len(self.matching):
            return None
        return np.flatnonzero(self.matching)

    @cached_property
    def few_identified(self) -> NDArray[np.int64] | None:
        """Those of ``few`` that belong to a customer."""
        return None if self.few is None else self.few[: np.searchsorted(self.few, self.history.n_identified)]

    @cached_property
    def purchases(self) -> NDArray[np.int32]:
        """Matching purchases of each customer."""
        history, rows = self.history, self.few_identified
        if rows is None or history.has_split_orders:
            return count_purchases(history, self.matching)
        bought = history.owner[rows[history.purchase[rows]]]
        return np.bincount(bought, minlength=history.n_customers).astype(np.int32)

    def totals(self, values: NDArray) -> NDArray:
        """Sum of a row value over each customer's matching rows, exact for whole numbers."""
        if self.matching is None:
            return per_customer(self.history, values, None)

        def find() -> NDArray:
            few = self.few_identified
            return (
                per_customer(self.history, values, self.matching)
                if few is None
                else _sum_of_few(self.history, values, few)
            )

        return _of_column(self.history, self._found, "totals", values, find)

    @cached_property
    def last_purchase(self) -> NDArray[np.uint16]:
        """Day of each customer's last matching purchase; 0 for those without."""
        return last_purchase(self.history, self.matching)

    @cached_property
    def _found(self) -> dict[str, NDArray]:
        return {}

    def totals_of_classed(self, values: NDArray) -> NDArray:
        """The same over the rows that classes are made from."""
        return self.totals(values) if self.shared else per_customer(self.history, values, self.classed)

    def sum(self, values: NDArray[np.int64]) -> int:
        """Sum of a row value over all matching rows, those of nobody too."""
        if self.few is not None:
            return int(values[self.few].sum())
        return int(values.sum() if self.matching is None else values[self.matching].sum())

    @cached_property
    def in_view(self) -> NDArray[np.bool_]:
        """Customers with a purchase that matches the filter."""
        return self.purchases > 0

    @cached_property
    def shown(self) -> NDArray[np.int64]:
        """Codes of the customers in view.

        Raises
        ------
        MissingTableError
            The data have no order lines at all.
        EmptyViewError
            There are none.
        """
        check_orders(self.history)
        codes = np.flatnonzero(self.in_view)
        if not len(codes):
            raise EmptyViewError(
                "nobody bought within this filter", todo="Widen the dates, or choose more regions or channels."
            )
        return codes

    @cached_property
    def shared(self) -> bool:
        """Whether classes are made from the very rows that match."""
        return self.classed is self.matching or not self.filters.narrows_orders


def select(history: OrderHistory, filters: Filters) -> Selection:
    """Apply a filter to a history.

    Parameters
    ----------
    history : OrderHistory
    filters : Filters

    Returns
    -------
    Selection
        Lazy: nothing is computed until it is asked for.
    """
    return Selection(history, filters, to_day(filters.last) if filters.last else history.newest_day)


def per_customer(history: OrderHistory, values: NDArray, rows: Rows) -> NDArray:
    """Sum of a row value over each customer's selected rows, exact for whole numbers."""
    identified = values[: history.n_identified]
    if not history.n_customers:
        return identified[:0]
    if rows is None:
        return _of_column(
            history, history.unfiltered, "totals", values, lambda: np.add.reduceat(identified, history.start[:-1])
        )
    chosen = rows[: history.n_identified]
    if np.count_nonzero(chosen) < NARROW * len(chosen):
        return _sum_of_few(history, values, np.flatnonzero(chosen))
    return np.add.reduceat(identified * chosen, history.start[:-1])


def _sum_of_few(history: OrderHistory, values: NDArray, index: NDArray[np.int64]) -> NDArray:
    if history.n_customers > len(index):
        total = np.zeros(history.n_customers, dtype=values.dtype)
        np.add.at(total, history.owner[index], values[index])
        return total
    # Many rows each: a running sum is faster.
    running = np.concatenate([np.zeros(1, dtype=values.dtype), np.cumsum(values[index])])
    return np.diff(running[np.searchsorted(index, history.start)])


def purchase_rows(history: OrderHistory, rows: Rows) -> NDArray[np.bool_]:
    """Identified rows that belong to a purchase and are selected."""
    bought = history.purchase[: history.n_identified]
    return bought if rows is None else bought & rows[: history.n_identified]


def one_row_an_order(history: OrderHistory, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of the chosen rows the first of each order, so that orders over several regions count once."""
    if not history.has_split_orders:
        return chosen
    index = np.flatnonzero(chosen)
    order = history.order[index]
    single = np.zeros_like(chosen)
    single[index[np.r_[True, order[1:] != order[:-1]][: len(index)]]] = True
    return single


def count_rows(history: OrderHistory, chosen: NDArray[np.bool_]) -> NDArray[np.int32]:
    """How many of the chosen identified rows each customer has."""
    if not history.n_customers:
        return np.empty(0, dtype=np.int32)
    # A running count is several times faster than reduceat over booleans.
    running = np.cumsum(chosen, dtype=np.int32)
    at_end = running[history.start[1:] - 1]
    return np.diff(at_end, prepend=np.int32(0))


def count_purchases(history: OrderHistory, rows: Rows) -> NDArray[np.int32]:
    """Selected purchases of each customer."""
    return _once(
        history, "purchases", rows, lambda: count_rows(history, one_row_an_order(history, purchase_rows(history, rows)))
    )


def _once(history: OrderHistory, name: str, rows: Rows, find: Callable[[], NDArray]) -> NDArray:
    """What ``find`` gives; of all rows it is found once for a history."""
    if rows is not None:
        return find()
    if name not in history.unfiltered:
        found = find()
        found.setflags(write=False)
        history.unfiltered[name] = found
    return history.unfiltered[name]


def _of_column(
    history: OrderHistory, kept: dict[str, NDArray], name: str, values: NDArray, find: Callable[[], NDArray]
) -> NDArray:
    """What ``find`` gives; of revenue and margin it is found once."""
    for money, column in (("revenue", history.revenue), ("margin", history.margin)):
        if values is column:
            key = f"{name} of {money}"
            if key not in kept:
                found = find()
                found.setflags(write=False)
                kept[key] = found
            return kept[key]
    return find()


def last_purchase(history: OrderHistory, rows: Rows) -> NDArray[np.uint16]:
    """Day of each customer's last selected purchase; 0 for those without."""
    if not history.n_customers:
        return np.empty(0, dtype=np.uint16)

    def find() -> NDArray[np.uint16]:
        days = history.day[: history.n_identified] * purchase_rows(history, rows)
        return np.maximum.reduceat(days, history.start[:-1])

    return _once(history, "last_purchase", rows, find)


@dataclass(frozen=True, eq=False)
class PeriodTotals:
    """Totals of each customer in each period with at least one row, sorted by customer and period.

    Parameters
    ----------
    customer : ndarray of int32, shape (k,)
    period : ndarray of int32, shape (k,)
        Index of the period, counted from 1900.
    total : ndarray of int64, shape (k,)
    """

    customer: NDArray[np.int32]
    period: NDArray[np.int32]
    total: NDArray[np.int64]


def period_totals(
    history: OrderHistory, table: NDArray[np.int32], values: NDArray[np.int64], index: NDArray[np.int64]
) -> PeriodTotals:
    """Sum a value by customer and period over chosen identified rows.

    Parameters
    ----------
    history : OrderHistory
    table : ndarray of int32
        From :func:`core.days.period_table`.
    values : ndarray of int64, shape (rows,)
    index : ndarray of int64
        The chosen rows, rising.
    """
    customer = history.owner[index]
    period = table[history.day[index]]
    first = period_starts(customer, period)
    total = np.add.reduceat(values[index], first) if len(index) else values[:0]
    return PeriodTotals(customer[first], period[first], total)


def all_period_totals(history: OrderHistory, period: str, values: NDArray[np.int64]) -> PeriodTotals:
    """Sum a value by customer and period over all identified rows; where each begins is found once for a history.

    Parameters
    ----------
    history : OrderHistory
    period : {"week", "month", "quarter"}
    values : ndarray of int64, shape (rows,)
    """
    table, days = period_table(period), history.day[: history.n_identified]
    begins = _once(
        history, f"starts of {period}s", None, lambda: period_starts(history.owner, table[days]).astype(np.uint32)
    ).astype(np.int64)
    total = values[:0]
    if len(begins):
        identified = values[: history.n_identified]
        total = _of_column(
            history, history.unfiltered, f"totals a {period}", values, lambda: np.add.reduceat(identified, begins)
        )
    return PeriodTotals(history.owner[begins], table[days[begins]], total)


def period_starts(customer: NDArray[np.integer], period: NDArray[np.integer]) -> NDArray[np.int64]:
    """Positions at which a new customer or a new period begins, in rows sorted by both."""
    if not len(customer):
        return np.empty(0, dtype=np.int64)
    change = np.empty(len(customer), dtype=np.bool_)
    change[0] = True
    np.not_equal(period[1:], period[:-1], out=change[1:])
    change[1:] |= customer[1:] != customer[:-1]
    return np.flatnonzero(change)
