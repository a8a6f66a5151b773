"""Batches of rows of unknown or changing types, as one Parquet file whose columns have one type each."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.errors import BadInputError

MOST_ROWS = 200_000_000
MOST_BYTES = 32 << 30
_GROUP = 120_000
_DIGITS = 38
_PLAIN = (
    pa.types.is_boolean,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal,
    pa.types.is_date,
    pa.types.is_timestamp,
    pa.types.is_string,
)


class Spool:
    """Takes batches, each with the types it happens to have, and writes them once all are known.

    Parameters
    ----------
    path : Path
        Parquet file to write; the batches wait beside it.
    name : str
        What is being read, for messages.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        self.waiting = path.with_suffix(".arrows")
        self.headers: list[str] = []
        self.types: list[set[pa.DataType]] = []
        self.sizes: list[int] = []
        self.rows = self.size = 0

    def fill(self, batches: Iterable[pa.RecordBatch]) -> Path:
        """Take all batches and write the file.

        Raises
        ------
        BadInputError
            Too many rows or bytes.
        """
        with self.waiting.open("wb") as file:
            for batch in batches:
                self._take(batch, file.write)
        types = [_common(found) for found in self.types]
        schema = pa.schema([pa.field(header, kind) for header, kind in zip(self.headers, types, strict=True)])
        with self.waiting.open("rb") as file, pq.ParquetWriter(self.path, schema, compression="lz4") as writer:
            for size in self.sizes:
                batch = pa.ipc.open_stream(file.read(size)).read_next_batch()
                cells = [_cast(column, kind) for column, kind in zip(batch.columns, types, strict=True)]
                writer.write_batch(pa.record_batch(cells, schema=schema), row_group_size=_GROUP)
        self.waiting.unlink()
        return self.path

    def _take(self, batch: pa.RecordBatch, write: Callable[[bytes], object]) -> None:
        if not self.headers:
            self.headers = list(batch.schema.names)
            self.types = [set() for _ in self.headers]
        cells = [_plain(column, field.type) for column, field in zip(batch.columns, batch.schema, strict=True)]
        for known, column in zip(self.types, cells, strict=True):
            known.add(column.type)
        plain = pa.record_batch(cells, names=[f"c{at}" for at in range(len(cells))])
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, plain.schema) as stream:
            stream.write_batch(plain)
        buffer = sink.getvalue()
        self.sizes.append(buffer.size)
        self.rows += plain.num_rows
        self.size += buffer.size
        if self.rows > MOST_ROWS or self.size > MOST_BYTES:
            limit = f"at most {MOST_ROWS:,} rows and {MOST_BYTES >> 30} GB"
            raise BadInputError("the query gives too much", where=self.name, expected=limit, todo="Narrow the query.")
        write(buffer)


def batch_of(rows: Sequence[Sequence[Any]], headers: Sequence[str]) -> pa.RecordBatch:
    """Rows of Python values as a batch; columns of mixed values become text."""
    columns = zip(*rows, strict=True) if rows else [[] for _ in headers]
    return pa.record_batch([_array(list(column)) for column in columns], names=list(headers))


def _array(values: list[Any]) -> pa.Array:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int, float} or (
        kinds == {Decimal} and any(value is not None and not value.is_finite() for value in values)
    ):
        values = [None if value is None else float(value) for value in values]
    elif len(kinds) > 1 or not kinds <= {int, float, bool, str, Decimal, date, datetime}:
        values = [None if value is None else _text(value) for value in values]
    try:
        return pa.array(values)
    except (pa.ArrowException, OverflowError, ValueError):
        return pa.array([None if value is None else _text(value) for value in values], pa.string())


def _text(value: Any) -> str:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


def _plain(column: pa.Array, kind: pa.DataType) -> pa.Array:
    """A column of a type that Parquet and DuckDB have."""
    if isinstance(kind, pa.BaseExtensionType):
        numeric = getattr(kind, "type_name", "") == "numeric"
        column = column.storage
        if numeric:
            return _decimals(column)
        kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
    if pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type):
        column = column.cast(pa.string())
    if pa.types.is_null(column.type) or any(fits(column.type) for fits in _PLAIN):
        wide = pa.types.is_decimal(column.type) and column.type.precision > _DIGITS
        return column.cast(pa.float64()) if wide else column
    return pa.array([None if value is None else _text(value) for value in column.to_pylist()], pa.string())


def _decimals(texts: pa.Array) -> pa.Array:
    """Numbers that came as text, exactly; as floating point where they have too many digits or are not finite."""
    texts = texts.cast(pa.string())
    if not len(texts) or texts.null_count == len(texts):
        return pa.nulls(len(texts))
    plain = pc.replace_substring_regex(texts, "^-", "")
    if not pc.all(pc.match_substring_regex(plain, r"^[0-9]+(\.[0-9]+)?$")).as_py():
        return texts.cast(pa.float64())
    dot = pc.find_substring(plain, ".")
    length = pc.utf8_length(plain)
    whole = pc.max(pc.if_else(pc.less(dot, 0), length, dot)).as_py()
    scale = pc.max(pc.if_else(pc.less(dot, 0), 0, pc.subtract(pc.subtract(length, dot), 1))).as_py()
    return texts.cast(pa.decimal128(whole + scale, scale) if whole + scale <= _DIGITS else pa.float64())


def _common(types: set[pa.DataType]) -> pa.DataType:
    """One type that has the values of all."""
    found = {kind for kind in types if not pa.types.is_null(kind)}
    if len(found) < 2:
        return next(iter(found), pa.string())
    decimal = [kind for kind in found if pa.types.is_decimal(kind)]
    rest = [kind for kind in found if not pa.types.is_decimal(kind)]
    if decimal and all(pa.types.is_integer(kind) for kind in rest):
        scale = max(kind.scale for kind in decimal)
        whole = max([kind.precision - kind.scale for kind in decimal] + [19 for _ in rest])
        return pa.decimal128(whole + scale, scale) if whole + scale <= _DIGITS else pa.float64()
    if all(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind) for kind in found):
        return pa.float64()
    return pa.string()


def _cast(column: pa.Array, kind: pa.DataType) -> pa.Array:
    return column if column.type == kind else column.cast(kind, safe=False)
