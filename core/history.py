"""The order history: one row an order, sorted by customer, in flat memory-mapped arrays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.days import NO_DAY

MISSING = "(missing)"
ORDERS_FILE = "orders.arrow"
INDEX_FILE = "index.arrow"

Found = TypeVar("Found")


@dataclass(frozen=True, eq=False)
class OrderHistory:
    """Orders of a company, sorted by customer, day and order.

    An order over two regions or channels has one row for each, with one order code; rows of an order stand together. Rows from
    ``start[-1]`` on are orders without a customer.

    Parameters
    ----------
    start : ndarray of int64, shape (customers + 1,)
        Customer ``i`` owns the rows ``start[i]:start[i + 1]``, at least one.
    day : ndarray of uint16, shape (rows,)
        Days since 1900-01-01, of the order's first line.
    order : ndarray of uint32, shape (rows,)
        Order codes, never falling from row to row.
    purchase : ndarray of bool, shape (rows,)
        Whether the whole order is a purchase (net > 0) rather than a credit.
    revenue : ndarray of int64, shape (rows,)
        Net revenue in money units (0.0001 of the currency).
    margin : ndarray of int64, shape (rows,), or None
        Net revenue less cost, where costs are known.
    codes : mapping of str to ndarray of unsigned int, shape (rows,)
        Per filter dimension the position in ``labels``.
    labels : mapping of str to tuple of str
    zero_is_purchase : bool
        Whether orders of exactly 0 count as purchases.
    row_day : ndarray of uint16, shape (rows,), or None
        The day of the row's own first line; None where no order began earlier in another row.
    """

    start: NDArray[np.int64]
    day: NDArray[np.uint16]
    order: NDArray[np.uint32]
    purchase: NDArray[np.bool_]
    revenue: NDArray[np.int64]
    margin: NDArray[np.int64] | None
    codes: Mapping[str, NDArray[np.unsignedinteger]]
    labels: Mapping[str, tuple[str, ...]]
    zero_is_purchase: bool = False
    row_day: NDArray[np.uint16] | None = None

    @property
    def n_customers(self) -> int:
        """How many customers have at least one order or credit."""
        return len(self.start) - 1

    @property
    def n_identified(self) -> int:
        """How many rows belong to a customer."""
        return int(self.start[-1])

    @cached_property
    def has_split_orders(self) -> bool:
        """Whether some order has more than one row."""
        return bool((self.order[1:] == self.order[:-1]).any())

    @cached_property
    def owner(self) -> NDArray[np.int32]:
        """The customer of each identified row."""
        return np.repeat(np.arange(self.n_customers, dtype=np.int32), np.diff(self.start))

    @cached_property
    def first_purchase(self) -> NDArray[np.uint16]:
        """Each customer's first purchase day, before any filter; 65535 for those without one."""
        identified = slice(0, self.n_identified)
        days = np.where(self.purchase[identified], self.day[identified], np.uint16(NO_DAY))
        return np.minimum.reduceat(days, self.start[:-1]) if self.n_customers else days[:0]

    @cached_property
    def newest_day(self) -> int:
        """The last day of all rows; 0 without rows."""
        return int(self.day.max()) if len(self.day) else 0

    @cached_property
    def unfiltered(self) -> dict[str, NDArray]:
        """What was computed from all rows, by name: it is the same for whoever asks, and not to be written to."""
        return {}

    @cached_property
    def latest(self) -> dict[str, tuple[Any, Any]]:
        """Of each kind of question, the last one and its answer."""
        return {}

    def last_answer(self, kind: str, asked: Any, find: Callable[[], Found]) -> Found:
        """The answer to a question; of each kind the last one is kept, as what is too large or takes too long to keep for each.

        Parameters
        ----------
        kind : str
        asked : plain value
            All that the answer depends on beside this history.
        find : callable
            Gives the answer where it is not the last one.
        """
        kept = self.latest.get(kind)
        if kept is None or kept[0] != asked:
            kept = self.latest[kind] = asked, find()
        found: Found = kept[1]
        return found

    def value(self, name: str) -> NDArray[np.int64]:
        """The money of ``revenue`` or ``margin``, one number a row."""
        if name == "margin":
            if self.margin is None:
                raise ValueError("this history has no costs, so no margin")
            return self.margin
        return self.revenue


def write_history(history: OrderHistory, folder: Path) -> None:
    """Write the arrays as uncompressed Arrow files that can be memory-mapped."""
    columns: dict[str, pa.Array] = {
        "day": pa.array(history.day),
        "order": pa.array(history.order),
        # Arrow packs booleans into bits, which NumPy can't map.
        "purchase": pa.array(history.purchase.view(np.uint8)),
        "revenue": pa.array(history.revenue),
    }
    if history.margin is not None:
        columns["margin"] = pa.array(history.margin)
    if history.row_day is not None:
        columns["row_day"] = pa.array(history.row_day)
    for dimension, codes in history.codes.items():
        columns[f"code_{dimension}"] = pa.array(codes)
    _write(pa.table(columns), folder / ORDERS_FILE)
    _write(pa.table({"start": pa.array(history.start)}), folder / INDEX_FILE)


def map_history(folder: Path, labels: Mapping[str, tuple[str, ...]], zero_is_purchase: bool = False) -> OrderHistory:
    """Map the arrays that :func:`write_history` wrote; nothing is copied."""
    orders = _map(folder / ORDERS_FILE)
    return OrderHistory(
        start=_map(folder / INDEX_FILE)["start"],
        day=orders["day"],
        order=orders["order"],
        purchase=orders["purchase"].view(np.bool_),
        revenue=orders["revenue"],
        margin=orders.get("margin"),
        codes={dimension: orders[f"code_{dimension}"] for dimension in labels},
        labels=labels,
        zero_is_purchase=zero_is_purchase,
        row_day=orders.get("row_day"),
    )


def _write(table: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks(), max_chunksize=max(table.num_rows, 1))


def _map(path: Path) -> dict[str, NDArray]:
    table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    return {
        name: table.column(name).chunk(0).to_numpy(zero_copy_only=True) if table.num_rows else _empty(table, name)
        for name in table.column_names
    }


def _empty(table: pa.Table, name: str) -> NDArray:
    return np.empty(0, dtype=table.schema.field(name).type.to_pandas_dtype())


def cut_history(history: OrderHistory, rows: NDArray[np.bool_]) -> tuple[OrderHistory, NDArray[np.int64]]:
    """The history as if only some rows had ever been given.

    Whether an order is a purchase is found anew from the rows that remain; customers without rows are gone.

    Parameters
    ----------
    history : OrderHistory
    rows : ndarray of bool, shape (rows,)

    Returns
    -------
    history : OrderHistory
    kept : ndarray of int64
        The old code of each customer that remains.
    """
    kept_rows = np.flatnonzero(rows)
    owned = kept_rows[kept_rows < history.n_identified]
    kept, counts = np.unique(history.owner[owned], return_counts=True)
    day = history.day[kept_rows]
    if history.row_day is not None:
        # An order that began in a row that is gone now begins later, and may come after others of its customer.
        day = _order_days(history.order[kept_rows], history.row_day[kept_rows])
        owner = np.full(len(kept_rows), history.n_customers, dtype=np.int64)
        owner[: len(owned)] = history.owner[owned]
        ranked = np.lexsort((history.order[kept_rows], day, owner))
        kept_rows, day = kept_rows[ranked], day[ranked]
    old = history.order[kept_rows]
    order = np.cumsum(np.r_[False, old[1:] != old[:-1]][: len(old)]).astype(np.uint32)
    revenue = history.revenue[kept_rows]
    recoded = {name: _compact(codes[kept_rows], history.labels[name]) for name, codes in history.codes.items()}
    cut = OrderHistory(
        start=np.r_[0, np.cumsum(counts)].astype(np.int64),
        day=day,
        order=order,
        purchase=is_purchase(order, revenue, history.zero_is_purchase),
        revenue=revenue,
        margin=None if history.margin is None else history.margin[kept_rows],
        codes={name: codes for name, (codes, _) in recoded.items()},
        labels={name: labels for name, (_, labels) in recoded.items()},
        zero_is_purchase=history.zero_is_purchase,
    )
    return cut, kept.astype(np.int64)


def _order_days(order: NDArray[np.uint32], row_day: NDArray[np.uint16]) -> NDArray[np.uint16]:
    if not len(order):
        return row_day
    first = np.flatnonzero(np.r_[True, order[1:] != order[:-1]])
    return np.repeat(np.minimum.reduceat(row_day, first), np.diff(np.r_[first, len(order)]))


def is_purchase(
    order: NDArray[np.uint32], revenue: NDArray[np.int64], zero_is_purchase: bool = False
) -> NDArray[np.bool_]:
    """Whether each row's order is a purchase: all its rows together bring more than nothing (or nothing, if that counts)."""
    if not len(order):
        return np.empty(0, dtype=np.bool_)
    first = np.flatnonzero(np.r_[True, order[1:] != order[:-1]])
    net = np.add.reduceat(revenue, first)
    bought = net >= 0 if zero_is_purchase else net > 0
    return np.repeat(bought, np.diff(np.r_[first, len(order)]))


def _compact(
    codes: NDArray[np.unsignedinteger], labels: tuple[str, ...]
) -> tuple[NDArray[np.unsignedinteger], tuple[str, ...]]:
    # Labels that no row bears any more must not be seen either.
    present = np.unique(codes)
    position = np.zeros(len(labels), dtype=codes.dtype)
    position[present] = np.arange(len(present), dtype=codes.dtype)
    return position[codes], tuple(labels[code] for code in present)
