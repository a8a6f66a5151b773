"""Products: their orders in a history of the customers' shape, with their categories and names.

A product's order is its part of an order, whoever bought it. Its rows are made from the snapshot's lines, whichever engine wrote
them: the row of the customers' history that a line is part of gives its day, region and channel, and a radix sort over flat arrays
brings the lines of a product together.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.build import LINES_FILE, PRODUCTS_FILE, id_codes, label_codes
from core.days import NO_DAY
from core.history import MISSING, OrderHistory, cut_history, write_history
from core.lines import Limits, category_of_product
from core.scope import AccessScope

PRODUCTS_FOLDER = "products"
_TABLE_FILE = "table.parquet"
_ORIGIN_FILE = "origin.parquet"


@dataclass(frozen=True, eq=False)
class Products:
    """What was sold, as one scope sees it.

    Parameters
    ----------
    history : OrderHistory
        With products in place of customers: one row a product, order, region and channel, sorted by product, day and order;
        ``order`` counts the parts that products have in orders. Lines without a product are not in it; those without a customer
        are. A purchase is a part that brings more than nothing. Its labels are those of ``orders``.
    table : pandas.DataFrame
        One row a product in code order: product_id, category (null for none) and, where the table of products has names, name.
    orders : OrderHistory
        The customers' history under the same scope.
    """

    history: OrderHistory
    table: pd.DataFrame
    orders: OrderHistory

    @cached_property
    def without_product(self) -> int:
        """Net revenue of the lines that name no product, in money units."""
        return int(self.orders.revenue.sum()) - int(self.history.revenue.sum())

    @cached_property
    def _categories(self) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        texts = pa.array(self.table["category"].fillna(MISSING), type=pa.string())
        codes, labels = label_codes(pa.chunked_array([texts]))
        return codes.astype(np.int64), labels

    @property
    def category(self) -> NDArray[np.int64]:
        """Each product's category as a position in ``categories``, shape (products,)."""
        return self._categories[0]

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories by their bytes; where products have none, ``(missing)`` comes last."""
        return self._categories[1]


def write_products(folder: Path, orders: OrderHistory) -> None:
    """Write the products' history of a snapshot beside the customers'; nothing where no line names a product.

    Parameters
    ----------
    folder : Path
        The snapshot's, with its lines and, if there is one, its table of products.
    orders : OrderHistory
        The customers' history that the lines' order codes are of.
    """
    lines = folder / LINES_FILE
    product, ids = id_codes(_column(lines, "product_id", texts=True))
    if not len(ids):
        return
    history, row = _history(lines, orders, product, len(ids))
    target = folder / PRODUCTS_FOLDER
    target.mkdir()
    write_history(history, target)
    _described(folder, ids).to_parquet(target / _TABLE_FILE, index=False)
    if orders.row_day is not None:
        pq.write_table(pa.table({"row": row}), target / _ORIGIN_FILE, compression="zstd")


def _history(
    lines: Path, orders: OrderHistory, product: NDArray[np.int64], count: int
) -> tuple[OrderHistory, NDArray[np.uint32]]:
    """The history of so many products, and the row of the customers' history that each of its rows is part of."""
    row = _rows_of_lines(lines, orders)
    ranked = _ranked(product, row, orders, count)
    product, row = product[ranked].astype(np.uint32), row[ranked]
    first = np.flatnonzero(_changes(product, row))
    product, row = product[first], row[first]
    revenue = np.add.reduceat(_money(lines, "revenue", ranked), first)
    margin = None if orders.margin is None else revenue - np.add.reduceat(_money(lines, "cost", ranked), first)
    begins = _changes(product, orders.order[row])
    order = np.cumsum(begins, dtype=np.uint32) - np.uint32(1)
    history = OrderHistory(
        start=np.searchsorted(product, np.arange(count + 1)).astype(np.int64),
        day=orders.day[row],
        order=order,
        purchase=(np.add.reduceat(revenue, np.flatnonzero(begins)) > 0)[order],
        revenue=revenue,
        margin=margin,
        codes={name: codes[row] for name, codes in orders.codes.items()},
        labels=orders.labels,
    )
    return history, row


def _changes(one: NDArray, other: NDArray) -> NDArray[np.bool_]:
    """Where either differs from the row before; the first row does."""
    changes = np.ones(len(one), dtype=np.bool_)
    np.not_equal(one[1:], one[:-1], out=changes[1:])
    changes[1:] |= other[1:] != other[:-1]
    return changes


def whole_products(folder: Path, history: OrderHistory, orders: OrderHistory) -> Products:
    """All products of a snapshot.

    Parameters
    ----------
    folder : Path
        The snapshot's.
    history : OrderHistory
        Mapped from its folder of products.
    orders : OrderHistory
        The customers' history.
    """
    return Products(history, pq.read_table(folder / PRODUCTS_FOLDER / _TABLE_FILE).to_pandas(), orders)


def cut_products(folder: Path, whole: Products, scope: AccessScope, orders: OrderHistory) -> Products:
    """The products as if only the lines that a scope sees had ever been given.

    Parameters
    ----------
    folder : Path
        The snapshot's.
    whole : Products
        All of them, from :func:`whole_products`.
    scope : AccessScope
    orders : OrderHistory
        ``whole.orders`` cut to the scope.
    """
    history, company = whole.history, whole.orders
    rows = scope.rows(history)
    if company.row_day is not None:
        # An order begins where its first line in the scope does, be it of this product or not.
        kept = scope.rows(company)
        begins = np.full(int(company.order[-1]) + 1, NO_DAY, dtype=np.uint16)
        np.minimum.at(begins, company.order[kept], company.row_day[kept])
        origin = pq.read_table(folder / PRODUCTS_FOLDER / _ORIGIN_FILE).column("row").to_numpy()
        history = replace(history, row_day=begins[company.order[origin]])
    cut, kept_products = cut_history(history, rows)
    ids = pa.array(whole.table["product_id"].to_numpy()[kept_products], type=pa.string())
    return Products(_relabelled(cut, orders), _described(folder, ids, scope.limits), orders)


def _relabelled(history: OrderHistory, orders: OrderHistory) -> OrderHistory:
    """A history with the labels of another, which has them all."""
    place = {
        name: np.array([orders.labels[name].index(label) for label in labels], dtype=orders.codes[name].dtype)
        for name, labels in history.labels.items()
    }
    codes = {name: place[name][codes] for name, codes in history.codes.items()}
    return replace(history, codes=codes, labels=orders.labels)


def _described(folder: Path, ids: pa.Array, limits: Limits = ()) -> pd.DataFrame:
    """The table of products: the category of their lines, else the one in the table that was given; names from there."""
    table = pd.DataFrame({"product_id": ids.to_pandas()}, dtype="str")
    table["category"] = table["product_id"].map(category_of_product(folder / LINES_FILE, limits)).astype("str")
    if (folder / PRODUCTS_FILE).is_file():
        given = pq.read_table(folder / PRODUCTS_FILE, columns=["product_id", "product", "category"]).to_pandas()
        given = given.set_index("product_id").astype("str")
        table["category"] = table["category"].fillna(table["product_id"].map(given["category"]))
        if given["product"].notna().any():
            table["name"] = table["product_id"].map(given["product"])
    return table


def _column(path: Path, name: str, texts: bool = False) -> pa.ChunkedArray:
    return pq.read_table(path, columns=[name], read_dictionary=[name] if texts else None).column(0)


def _money(path: Path, name: str, ranked: NDArray[np.int64]) -> NDArray[np.int64]:
    # A line of nothing may have no cost.
    return pc.fill_null(_column(path, name), 0).to_numpy()[ranked]


def _rows_of_lines(path: Path, orders: OrderHistory) -> NDArray[np.uint32]:
    """The row of the customers' history that each line is part of."""
    order = _column(path, "order").to_numpy()
    begins = np.flatnonzero(np.r_[True, orders.order[1:] != orders.order[:-1]]).astype(np.uint32)
    row = begins[order]
    if not orders.has_split_orders:
        return row
    split = np.flatnonzero((np.diff(begins, append=len(orders.order)) > 1)[order])
    of_rows, of_lines = orders.order.astype(np.int64), order[split].astype(np.int64)
    for name, labels in orders.labels.items():
        texts = _column(path, name, texts=True)
        codes, names = id_codes(texts)
        position = {label: place for place, label in enumerate(labels)}
        place = np.array([position[label] for label in (*names.to_pylist(), MISSING) if label in position])
        of_rows = of_rows * len(labels) + orders.codes[name]
        of_lines = of_lines * len(labels) + place[codes[split]]
    # Rows of an order stand in the order of their labels.
    row[split] = np.searchsorted(of_rows, of_lines)
    return row


def _ranked(product: NDArray[np.int64], row: NDArray[np.uint32], orders: OrderHistory, count: int) -> NDArray[np.int64]:
    """The lines that name a product, by product, day and row."""
    by_day = np.argsort(orders.day, kind="stable")
    rank = np.empty(len(by_day), dtype=np.uint32)
    rank[by_day] = np.arange(len(by_day), dtype=np.uint32)
    digits = (*_digits(rank[row], len(rank)), *_digits(product, count + 1))
    return np.lexsort(digits)[: np.count_nonzero(product < count)]


def _digits(codes: NDArray[np.integer], count: int) -> Iterator[NDArray[np.uint16]]:
    """Codes below ``count`` in digits of 16 bits, lowest first: NumPy sorts those by radix, in one pass each."""
    for shift in range(0, max(int(count - 1).bit_length(), 1), 16):
        yield (codes >> shift).astype(np.uint16)
