"""Clean tables to an order history.

The expressions are Narwhals', so that they run on any engine it knows (DuckDB here); the last sort is NumPy's, by the bytes of the
ids. Equal input gives equal files, whatever the order of its rows.
"""

from dataclasses import dataclass
from pathlib import Path

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.days import EPOCH
from core.filters import FILTERS
from core.history import MISSING, OrderHistory, is_purchase
from core.schema import EVENT_TABLES

ORDER_DIMENSIONS: tuple[str, ...] = tuple(
    spec.field for spec in FILTERS if spec.kind == "choices" and spec.grain == "order"
)
LINES_FILE = "lines.parquet"
IDS_FILE = "ids.arrow"
ORDER_IDS_FILE = "order_ids.parquet"
CUSTOMERS_FILE = "customers.parquet"
PRODUCTS_FILE = "products.parquet"
EVENT_FILES = {table: f"{table}.parquet" for table in EVENT_TABLES}
REPORT_FILE = "report.json"
# One JSON object a line: the version that was added to, and its report.
EARLIER_FILE = "earlier_reports.jsonl"
MAPPING_FILE = "mapping.toml"
QUARANTINE_FILE = "quarantine.parquet"


@dataclass(frozen=True, eq=False)
class Built:
    """A history with the ids behind its codes.

    Parameters
    ----------
    history : OrderHistory
    customer_ids : pyarrow.Array of string, shape (customers,)
        Sorted by bytes.
    order_ids : pyarrow.Array of string, shape (orders,)
        By order code.
    """

    history: OrderHistory
    customer_ids: pa.Array
    order_ids: pa.Array


def order_rows(lines: nw.LazyFrame, known: frozenset[str], with_margin: bool) -> nw.LazyFrame:
    """Order lines to one row an order and filter dimension.

    Parameters
    ----------
    lines : narwhals.LazyFrame
        The clean ``order_lines`` of :mod:`core.schema`.
    known : frozenset of str
        Columns that the data have; a dimension that is not among them is left out.
    with_margin : bool

    Returns
    -------
    narwhals.LazyFrame
        customer_id ("" for none), order_id, the dimensions, row_day and day (dates), revenue and margin (int64).
    """
    dimensions = [name for name in ORDER_DIMENSIONS if name in known]
    keys = ["customer_id", "order_id", *dimensions]
    money = [nw.col("amount").sum().cast(nw.Int64).alias("revenue")]
    if with_margin:
        money.append((nw.col("amount") - nw.col("cost")).sum().cast(nw.Int64).alias("margin"))
    return (
        lines.with_columns(
            nw.col("customer_id").fill_null(""), *(nw.col(name).fill_null(MISSING) for name in dimensions)
        )
        .group_by(*keys)
        .agg(*money, nw.col("date").min().alias("row_day"))
        # An order is on the day of its first line, in each of its rows.
        .with_columns(nw.col("row_day").min().over("customer_id", "order_id").alias("day"))
    )


def build(lines: nw.LazyFrame, known: frozenset[str], with_margin: bool, zero_is_purchase: bool = False) -> Built:
    """Build the order history of clean order lines.

    Parameters
    ----------
    lines : narwhals.LazyFrame
    known : frozenset of str
    with_margin : bool
        Whether to compute margins; every line needs a cost.
    zero_is_purchase : bool

    Returns
    -------
    Built
    """
    rows = order_rows(lines, known, with_margin).collect("pyarrow").to_native()
    customer, customer_ids = id_codes(rows.column("customer_id"))
    order, order_ids = id_codes(rows.column("order_id"))
    nobody = bool(len(customer_ids)) and customer_ids[0].as_py() == ""
    if nobody:
        # "" sorts first; orders without a customer stand last.
        customer_ids = customer_ids.slice(1)
        customer = np.where(customer == 0, len(customer_ids), customer - 1)
    day, row_day = _days(rows.column("day")), _days(rows.column("row_day"))
    labels = {name: label_codes(rows.column(name)) for name in ORDER_DIMENSIONS if name in rows.column_names}
    ranked = np.lexsort((*(codes for codes, _ in reversed(labels.values())), order, day, customer))
    customer, order = customer[ranked], order[ranked]
    change = np.r_[True, (customer[1:] != customer[:-1]) | (order[1:] != order[:-1])][: len(order)]
    codes = (np.cumsum(change) - 1).astype(np.uint32)
    revenue = rows.column("revenue").to_numpy()[ranked]
    history = OrderHistory(
        start=np.searchsorted(customer, np.arange(len(customer_ids) + 1)).astype(np.int64),
        day=day[ranked],
        order=codes,
        purchase=is_purchase(codes, revenue, zero_is_purchase),
        revenue=revenue,
        margin=rows.column("margin").to_numpy()[ranked] if with_margin else None,
        codes={name: codes_[ranked] for name, (codes_, _) in labels.items()},
        labels={name: names for name, (_, names) in labels.items()},
        zero_is_purchase=zero_is_purchase,
        row_day=row_day[ranked] if (row_day != day).any() else None,
    )
    return Built(history, customer_ids, order_ids.take(pa.array(order[change])))


def coded_lines(lines: nw.LazyFrame, built: nw.LazyFrame) -> nw.LazyFrame:
    """Order lines with customer and order codes in place of their ids, for the questions that need lines.

    Parameters
    ----------
    lines : narwhals.LazyFrame
    built : narwhals.LazyFrame
        From :func:`order_codes`, on the same engine.
    """
    return (
        lines.with_columns(nw.col("customer_id").fill_null(""))
        .join(built, on=["customer_id", "order_id"], how="left")
        .drop("customer_id", "order_id")
        .rename({"amount": "revenue"})
    )


def order_codes(built: Built) -> pa.Table:
    """Customer id, order id and their codes, one row an order (customer code null for none)."""
    history = built.history
    order, first = np.unique(history.order, return_index=True)
    customer = np.searchsorted(history.start, first, side="right") - 1
    nobody = customer >= history.n_customers
    codes = pa.array(customer.astype(np.int32), mask=nobody)
    ids = pc.fill_null(built.customer_ids.take(codes), "")
    return pa.table({"customer_id": ids, "order_id": built.order_ids, "customer": codes, "order": pa.array(order)})


def write_ids(built: Built, folder: Path) -> None:
    """Write the ids behind the codes."""
    with (
        pa.OSFile(str(folder / IDS_FILE), "wb") as sink,
        pa.ipc.new_file(sink, pa.schema({"customer_id": built.customer_ids.type})) as writer,
    ):
        writer.write_table(pa.table({"customer_id": built.customer_ids}))
    pq.write_table(pa.table({"order_id": built.order_ids}), folder / ORDER_IDS_FILE, compression="zstd")


def _days(column: pa.ChunkedArray) -> NDArray[np.uint16]:
    days = column.combine_chunks().cast(pa.date32()).to_numpy(zero_copy_only=False).astype("datetime64[D]")
    return (days - np.datetime64(EPOCH)).astype(np.int64).astype(np.uint16)


def id_codes(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], pa.Array]:
    """Codes by the byte order of a text column, and the sorted texts; null has the code after the last.

    Parameters
    ----------
    column : pyarrow.ChunkedArray of string, or of a dictionary of strings

    Returns
    -------
    codes : ndarray of int64
    texts : pyarrow.Array of string
    """
    encoded = column.combine_chunks().dictionary_encode()
    texts = encoded.dictionary
    ranked = pc.sort_indices(texts).to_numpy()
    position = np.empty(len(ranked) + 1, dtype=np.int64)
    position[ranked] = np.arange(len(ranked))
    position[-1] = len(ranked)
    return position[pc.fill_null(encoded.indices, -1).to_numpy()], texts.take(pa.array(ranked))


def label_codes(column: pa.ChunkedArray) -> tuple[NDArray[np.unsignedinteger], tuple[str, ...]]:
    """Codes as narrow as the labels allow, and the labels by their bytes; ``(missing)``, where it is one, comes last.

    Parameters
    ----------
    column : pyarrow.ChunkedArray of string
        Without nulls.

    Returns
    -------
    codes : ndarray of unsigned int
    labels : tuple of str
    """
    codes, texts = id_codes(column)
    names: list[str] = texts.to_pylist()
    if MISSING in names:
        place = names.index(MISSING)
        codes = np.where(codes == place, len(names), codes)
        codes = codes - (codes > place)
        names = [name for name in names if name != MISSING] + [MISSING]
    width = np.uint8 if len(names) <= 256 else np.uint16 if len(names) <= 65_536 else np.uint32
    return codes.astype(width), tuple(names)
