"""The touchpoints of a dataset as flat arrays, sorted by person and time; read once for a dataset."""

from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.access import Dataset
from core.days import EPOCH
from core.filters import DIMENSIONS
from core.history import MISSING

DAY = 86_400
_TO_1970 = int((np.datetime64("1970-01-01", "s") - np.datetime64(EPOCH, "s")).astype(np.int64))


@dataclass(frozen=True, eq=False)
class Log:
    """Touchpoints, sorted by person and time.

    Parameters
    ----------
    ids : pyarrow.Array of string, shape (people,)
    customer : ndarray of int64, shape (people,)
        The code of the customer of that id; -1 for those who have no order.
    person : ndarray of int32, shape (rows,)
        Position in ``ids``.
    second : ndarray of int64, shape (rows,)
        Since the beginning of 1900.
    name : ndarray of int32, shape (rows,)
        Position in ``names``: what the file calls the step.
    names : tuple of str
    codes : mapping of str to ndarray of int32, shape (rows,)
        For each filter dimension the position in ``labels``.
    labels : mapping of str to tuple of str
    cost : ndarray of float64, shape (rows,), or None
        Units of 0.0001; NaN where not known. None where it never is.
    row : ndarray of int64, shape (rows,)
        The place of each in the table of touchpoints.
    """

    ids: pa.Array
    customer: NDArray[np.int64]
    person: NDArray[np.int32]
    second: NDArray[np.int64]
    name: NDArray[np.int32]
    names: tuple[str, ...]
    codes: Mapping[str, NDArray[np.int32]]
    labels: Mapping[str, tuple[str, ...]]
    cost: NDArray[np.float64] | None
    row: NDArray[np.int64]

    @property
    def last_day(self) -> int:
        """The day number of the last touchpoint; 0 without any."""
        return int(self.second.max(initial=0)) // DAY


_COLUMNS = ("person_id", "time", "step", *DIMENSIONS, "cost")
_KEPT: WeakKeyDictionary[Dataset, Log | None] = WeakKeyDictionary()


def contact_log(dataset: Dataset) -> Log | None:
    """The touchpoints that a dataset sees; None without a table of them."""
    if dataset not in _KEPT:
        table = dataset.coded_table("touchpoints", _COLUMNS, ("step", *DIMENSIONS))
        _KEPT[dataset] = None if table is None else _coded(table.combine_chunks(), dataset)
    return _KEPT[dataset]


def _coded(table: pa.Table, dataset: Dataset) -> Log:
    person, ids = _people(_whole(table, "person_id").cast(pa.large_string()))
    second = _whole(table, "time").cast(pa.timestamp("us")).to_numpy(zero_copy_only=False).astype("datetime64[s]")
    second = second.astype(np.int64) + _TO_1970
    name, names = _labelled(_whole(table, "step"))
    coded = {dimension: _labelled(_whole(table, dimension)) for dimension in DIMENSIONS}
    ranked = _ranked(person, second, (name, *(codes for codes, _ in coded.values())))
    row = np.arange(len(person)) if ranked is None else ranked
    order = slice(None) if ranked is None else ranked
    cost = _whole(table, "cost").cast(pa.float64()).to_numpy(zero_copy_only=False)
    return Log(
        ids=ids,
        customer=_customers(ids, dataset),
        person=person[order],
        second=second[order],
        name=name[order],
        names=names,
        codes={dimension: codes[order] for dimension, (codes, _) in coded.items()},
        labels={dimension: labels for dimension, (_, labels) in coded.items()},
        cost=None if np.isnan(cost).all() else cost[order],
        row=row,
    )


def _ranked(
    person: NDArray[np.int32], second: NDArray[np.int64], ties: tuple[NDArray[np.int32], ...]
) -> NDArray[np.int64] | None:
    """An order by person and time, and within one moment by what ties say; None where the rows have it already."""
    one = person[1:] == person[:-1]
    same = one & (second[1:] == second[:-1])
    # An import writes the rows by person and time; others are put into that order.
    falls = ((person[1:] < person[:-1]) | (one & (second[1:] < second[:-1]))).any()
    if not falls and not same.any():
        return None
    tied = np.arange(len(person)) if falls else np.flatnonzero(np.r_[False, same] | np.r_[same, False])
    ranked = np.arange(len(person))
    keys: list[NDArray] = [*reversed(ties), second, person]
    ranked[tied] = tied[np.lexsort([key[tied] for key in keys])]
    return ranked


def _whole(table: pa.Table, name: str) -> pa.Array:
    column = table.column(name)
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _labelled(texts: pa.Array) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Codes and labels in the order of their bytes; a missing one is named, and comes last."""
    coded = texts if pa.types.is_dictionary(texts.type) else texts.cast(pa.string()).dictionary_encode()
    found: list[str | None] = [*coded.dictionary.to_pylist(), *([None] if coded.null_count else [])]
    labels = sorted({text for text in found if text not in (None, MISSING)}, key=lambda text: str(text).encode())
    names = [str(text) for text in labels] + ([MISSING] if set(found) & {None, MISSING} else [])
    place = np.array([names.index(MISSING if text is None else text) for text in found] or [0], dtype=np.int32)
    # A null has the code -1, which is the last place.
    indices = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)
    return place[indices], tuple(names)


def _people(texts: pa.Array) -> tuple[NDArray[np.int32], pa.Array]:
    """The person of each row by the order of their ids, and the ids."""
    if not len(texts):
        return np.empty(0, dtype=np.int32), texts
    # Sorted rows need no hashing: a person begins where the id changes.
    before, after = texts.slice(0, len(texts) - 1), texts.slice(1)
    if not pc.any(pc.less(after, before)).as_py():
        begins = np.r_[True, pc.not_equal(after, before).to_numpy(zero_copy_only=False)][: len(texts)]
        return (np.cumsum(begins) - 1).astype(np.int32), texts.take(pa.array(np.flatnonzero(begins)))
    encoded = texts.dictionary_encode()
    ranked = pc.sort_indices(encoded.dictionary).to_numpy()
    place = np.empty(len(ranked), dtype=np.int32)
    place[ranked] = np.arange(len(ranked))
    return place[encoded.indices.to_numpy()], encoded.dictionary.take(pa.array(ranked))


def _customers(ids: pa.Array, dataset: Dataset) -> NDArray[np.int64]:
    known = pa.array(dataset.customer_ids(np.arange(dataset.history.n_customers)), type=ids.type)
    found: NDArray[np.int64] = (
        pc.fill_null(pc.index_in(ids, value_set=known), -1).to_numpy(zero_copy_only=False).astype(np.int64)
    )
    return found
