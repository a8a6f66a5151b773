"""What was in customers' orders, told by their lines in one pass: categories, hours, how much at a time, discounts, new products."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.days import EPOCH
from core.history import MISSING
from core.lines import MOST_CATEGORIES, Limits

# Hours of the day, four parts: night, morning, afternoon, evening.
DAY_PARTS = ("00-05", "06-11", "12-17", "18-23")
_BATCH = 1 << 20
_TEXTS = ("category", "product_id", "region", "channel")


@dataclass(frozen=True, eq=False)
class OrderContents:
    """What lines with positive revenue say of each customer; empty arrays of columns that the data lack.

    Parameters
    ----------
    categories : tuple of str
        The 40 with most lines, by their bytes.
    bought : ndarray of uint16, shape (customers, categories)
        Lines of each category.
    breadth : ndarray of int32, shape (customers,)
        How many of these it bought.
    day_parts : ndarray of int32, shape (customers, 4)
        Lines by the part of the day, see :data:`DAY_PARTS`; of lines with an hour.
    lines, discounted : ndarray of int32, shape (customers,)
        Lines, and those of them at a discount.
    units : ndarray of float64, shape (customers,)
        Sum of quantities.
    new_products : ndarray of bool, shape (customers,)
        Whether some line is of a product that was named as new.
    """

    categories: tuple[str, ...]
    bought: NDArray[np.uint16]
    breadth: NDArray[np.int32]
    day_parts: NDArray[np.int32]
    lines: NDArray[np.int32]
    discounted: NDArray[np.int32]
    units: NDArray[np.float64]
    new_products: NDArray[np.bool_]


def order_contents(
    path: Path,
    known: tuple[str, ...],
    customers: NDArray[np.integer],
    window: tuple[int | None, int],
    limits: Limits = (),
    of_products: pd.DataFrame | None = None,
    new: tuple[str, ...] = (),
) -> OrderContents:
    """Read the lines once.

    Parameters
    ----------
    path : Path
        The snapshot's lines.
    known : tuple of str
        Columns that the data have.
    customers : ndarray of int, shape (customers,)
        Codes of the customers that are told of, rising.
    window : (int or None, int)
        First and last day number.
    limits : tuple of (dimension, labels)
        What lines must match.
    of_products : pandas.DataFrame, optional
        product_id, category: for lines that name none.
    new : tuple of str
        Ids of products that count as new.
    """
    file = pq.ParquetFile(path, read_dictionary=list(_TEXTS))
    told = _Told(len(customers))
    there = set(file.schema_arrow.names)
    wanted = ["customer", "date", "revenue", *(name for name in ("hour", "discount", "quantity") if name in known)]
    wanted += ["hour"] if "hour" in there and "hour" not in wanted else []
    wanted += [name for name in ("category", "product_id") if name in known or (of_products is not None)]
    wanted += [name for name, _ in limits]
    place = np.full(int(customers[-1]) + 2 if len(customers) else 1, -1, dtype=np.int64)
    place[customers] = np.arange(len(customers))
    category_of = None if of_products is None else dict(of_products.dropna().itertuples(index=False))
    for batch in file.iter_batches(_BATCH, columns=[name for name in dict.fromkeys(wanted) if name in there]):
        _read(_kept(batch, place, window, limits), place, told, category_of, frozenset(new))
    return told.result()


class _Told:
    """Sums over the batches read so far."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.names: dict[str, int] = {}
        self.pairs: list[tuple[NDArray[np.int32], NDArray[np.int16]]] = []
        self.day_parts = np.zeros(count * len(DAY_PARTS), dtype=np.int32)
        self.lines, self.discounted = np.zeros(count, dtype=np.int32), np.zeros(count, dtype=np.int32)
        self.units = np.zeros(count)
        self.new = np.zeros(count, dtype=np.bool_)

    def add_categories(self, who: NDArray[np.int64], codes: NDArray[np.int64], names: list[str]) -> None:
        """Lines of customers with a category; the place after the last name is none."""
        own = [self.names.setdefault(name, len(self.names)) for name in names]
        code = np.array([*own, -1], dtype=np.int16)[codes]
        some = code >= 0
        self.pairs.append((who[some].astype(np.int32), code[some]))

    def result(self) -> OrderContents:
        sizes = np.zeros(len(self.names) + 1, dtype=np.int64)
        for _, code in self.pairs:
            sizes += np.bincount(code, minlength=len(sizes))
        names = [name for name, code in self.names.items() if sizes[code]]
        kept = sorted(sorted(names, key=lambda name: (-sizes[self.names[name]], name))[:MOST_CATEGORIES])
        column = np.full(len(self.names) + 1, -1, dtype=np.int64)
        column[[self.names[name] for name in kept]] = np.arange(len(kept))
        cells = [np.zeros(0, dtype=np.int64)]
        for who, code in self.pairs:
            at = column[code]
            cells.append(who[at >= 0].astype(np.int64) * len(kept) + at[at >= 0])
        lines = np.bincount(np.concatenate(cells), minlength=self.count * len(kept))
        bought = np.minimum(lines, np.iinfo(np.uint16).max).astype(np.uint16).reshape(self.count, len(kept))
        breadth = np.count_nonzero(bought, axis=1).astype(np.int32)
        parts = self.day_parts.reshape(self.count, -1)
        return OrderContents(tuple(kept), bought, breadth, parts, self.lines, self.discounted, self.units, self.new)


def _kept(batch: pa.RecordBatch, place: NDArray[np.int64], window: tuple[int | None, int], limits: Limits) -> pa.Table:
    """The lines of a batch that count."""
    customer = batch.column("customer")
    who = customer.fill_null(len(place) - 1).to_numpy()
    rows = batch.column("revenue").to_numpy() > 0
    rows &= place[np.minimum(who, len(place) - 1)] >= 0
    day = batch.column("date").cast(pa.int32()).to_numpy() - np.datetime64(EPOCH, "D").astype(np.int32)
    rows &= day <= window[1]
    if window[0] is not None:
        rows &= day >= window[0]
    for name, labels in limits:
        column = batch.column(name)
        wanted = np.array([label in labels for label in (*_names(column), MISSING)], dtype=np.bool_)
        rows &= wanted[column.indices.fill_null(len(wanted) - 1).to_numpy()]
    return pa.Table.from_batches([batch]) if rows.all() else pa.Table.from_batches([batch.filter(pa.array(rows))])


def _names(column: pa.DictionaryArray) -> list[str]:
    names: list[str] = column.dictionary.to_pylist()
    return names


def _read(
    lines: pa.Table, place: NDArray[np.int64], told: _Told, category_of: dict[str, str] | None, new: frozenset[str]
) -> None:
    if not lines.num_rows:
        return
    who = place[lines.column("customer").to_numpy()]
    told.lines += np.bincount(who, minlength=told.count).astype(np.int32)
    names = lines.column_names
    if "hour" in names and lines.column("hour").null_count < lines.num_rows:
        hour = lines.column("hour").fill_null(255).to_numpy()
        some = hour < 24
        cell = who[some] * len(DAY_PARTS) + hour[some] // 6
        told.day_parts += np.bincount(cell, minlength=len(told.day_parts)).astype(np.int32)
    if "discount" in names:
        some = lines.column("discount").fill_null(0).to_numpy() > 0
        told.discounted += np.bincount(who[some], minlength=told.count).astype(np.int32)
    if "quantity" in names:
        told.units += np.bincount(who, weights=lines.column("quantity").fill_null(0).to_numpy(), minlength=told.count)
    if new and "product_id" in names:
        told.new[who[_marked(lines.column("product_id"), new)]] = True
    category = _categories(lines, category_of)
    if category is not None:
        told.add_categories(who, *category)


def _marked(column: pa.ChunkedArray, wanted: frozenset[str]) -> NDArray[np.bool_]:
    texts = column.combine_chunks()
    marks = np.array([name in wanted for name in _names(texts)] + [False], dtype=np.bool_)
    return marks[texts.indices.fill_null(len(marks) - 1).to_numpy()]


def _categories(lines: pa.Table, category_of: dict[str, str] | None) -> tuple[NDArray[np.int64], list[str]] | None:
    """The category of each line as a position in a list of names, the place after the last for none."""
    if category_of is None:
        if "category" not in lines.column_names:
            return None
        texts = lines.column("category").combine_chunks()
        names = _names(texts)
        return texts.indices.fill_null(len(names)).to_numpy().astype(np.int64), names
    texts = lines.column("product_id").combine_chunks()
    names = sorted(set(category_of.values()))
    at = {name: position for position, name in enumerate(names)}
    of = np.array([at.get(category_of.get(product, ""), len(names)) for product in _names(texts)] + [len(names)])
    return of[texts.indices.fill_null(len(of) - 1).to_numpy()].astype(np.int64), names
