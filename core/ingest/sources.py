"""A file as the rest of the import sees it: a Parquet file of its columns, and the rows that never became one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.errors import BadInputError

Kind = Literal["text", "int", "float", "decimal", "bool", "date", "timestamp", "other"]
LINE = "line"
MAX_COLUMNS = 2_000
ROW_GROUP = 120_000
SHOWN = 200
_MANY = 1_000
# A column of one value takes next to nothing; a file of order lines has others.
_FEW, _ROWS_A_BYTE = 10_000_000, 20


@dataclass(frozen=True)
class Reject:
    """A row that is not a row of the table."""

    line: int
    value: str
    reason: str


@dataclass(frozen=True)
class Source:
    """One file, or one sheet of it.

    Parameters
    ----------
    name : str
        The file's name, for messages.
    path : Path
        Parquet; its columns in the order of ``headers``, and a last one ``line`` when ``staged``.
    headers : tuple of str
    kinds : tuple of str
    rows : int
        Rows read, rejected ones included.
    staged : bool
        True: text columns written by us, trimmed, null for nothing. False: the user's own Parquet file.
    rejects : tuple of Reject
    how : tuple of (str, str)
        How it was read.
    """

    name: str
    path: Path
    headers: tuple[str, ...]
    kinds: tuple[Kind, ...]
    rows: int
    staged: bool
    rejects: tuple[Reject, ...] = ()
    how: tuple[tuple[str, str], ...] = ()

    @property
    def stem(self) -> str:
        """The name without .gz, in lower case: what a mapping is compared with."""
        return stem(self.name)


def stem(name: str) -> str:
    """A file name without .gz, in lower case."""
    return Path(name).name.lower().removesuffix(".gz")


def check_headers(cells: list[str], file: str) -> tuple[str, ...]:
    """Cleaned headers; raises on what can't be a header.

    Parameters
    ----------
    cells : list of str
    file : str

    Returns
    -------
    tuple of str
        Blank ones are named by their position.

    Raises
    ------
    BadInputError
        Too many columns, or two of one name.
    """
    if len(cells) > MAX_COLUMNS:
        raise BadInputError(f"has {len(cells):,} columns", where=file, expected=f"at most {MAX_COLUMNS:,}")
    headers = tuple(cell or f"column {number}" for number, cell in enumerate(map(str.strip, cells), 1))
    seen: set[str] = set()
    for header in headers:
        # Attribute columns meet again in Parquet and DuckDB, where case does not tell names apart.
        if header.lower() in seen:
            raise BadInputError(f"two columns are called '{header}'", where=file, todo="Rename one of them.")
        seen.add(header.lower())
    return headers


def all_text(columns: int) -> tuple[Kind, ...]:
    """The kinds of staged columns."""
    return tuple("text" for _ in range(columns))


def cleaned(table: pa.Table) -> pa.Table:
    """A table's text columns trimmed, with null for nothing; its last column as it is."""
    cells = [_cleaned(column) for column in table.columns[:-1]]
    return pa.table([*cells, table.columns[-1]], names=table.column_names)


def _cleaned(column: pa.ChunkedArray) -> pa.ChunkedArray:
    column = pc.utf8_trim_whitespace(column)
    if pc.min(pc.binary_length(column)).as_py() == 0:
        column = pc.if_else(pc.equal(column, ""), None, column)
    return column


class Staging:
    """Writes text columns and their line numbers to a Parquet file, and collects the rejects.

    Parameters
    ----------
    path : Path
        Where to.
    headers : tuple of str
    name : str
        The file being read.
    """

    def __init__(self, path: Path, headers: tuple[str, ...], name: str) -> None:
        self.path, self.headers, self.name = path, headers, name
        self.names = [f"c{index}" for index in range(len(headers))]
        self._schema = pa.schema([*((column, pa.string()) for column in self.names), (LINE, pa.int64())])
        # Line numbers rise, so their differences are small; nothing asks for statistics of what is read whole.
        self._writer = pq.ParquetWriter(
            path,
            self._schema,
            compression="lz4",
            write_statistics=False,
            use_dictionary=self.names,
            column_encoding={LINE: "DELTA_BINARY_PACKED"},
        )
        self._waiting: list[pa.Table] = []
        self._rows_waiting = 0
        self.kept = 0
        self.rejects: list[Reject] = []

    def add(self, table: pa.Table) -> None:
        """Take rows: the text columns, here trimmed and with null for nothing, and ``line``."""
        self.add_cleaned(cleaned(table))

    def add_cleaned(self, table: pa.Table) -> None:
        """Take rows that :func:`cleaned` made."""
        self._waiting.append(table)
        self._rows_waiting += table.num_rows
        self.kept += table.num_rows
        if self._rows_waiting >= ROW_GROUP:
            self._flush()

    def reject(self, rejects: list[Reject]) -> None:
        """Take rows that are none.

        Raises
        ------
        BadInputError
            Most rows are rejected: the file is not what it was taken for.
        """
        self.rejects += rejects
        if len(self.rejects) > _MANY and len(self.rejects) > self.kept:
            self._refuse()

    def _refuse(self) -> None:
        first = self.rejects[0]
        raise BadInputError(
            f"{len(self.rejects):,} of {len(self.rejects) + self.kept:,} rows don't fit the {len(self.headers)} columns of its header",
            where=self.name,
            found=f"row {first.line}: {first.value[:60]!r}",
            todo="Check the delimiter and the header; a mapping can set delimiter and encoding.",
        )

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.concat_tables(self._waiting))
        self._waiting, self._rows_waiting = [], 0

    def close(self) -> None:
        """Write what is left."""
        self._flush()
        self._writer.close()

    def source(self, how: dict[str, str]) -> Source:
        """Close, and describe what was staged.

        Raises
        ------
        BadInputError
            No row was read, or more than half were rejected.
        """
        self.close()
        if not self.kept and not self.rejects:
            raise BadInputError("has a header and no rows", where=self.name)
        if len(self.rejects) > self.kept:
            self._refuse()
        kinds = all_text(len(self.headers))
        rows = self.kept + len(self.rejects)
        return Source(self.name, self.path, self.headers, kinds, rows, True, tuple(self.rejects), tuple(how.items()))


def parquet_source(
    path: Path,
    name: str = "",
    headers: tuple[str, ...] = (),
    how: tuple[tuple[str, str], ...] = (("format", "parquet"),),
) -> Source:
    """A Parquet file as it is.

    Parameters
    ----------
    path : Path
    name : str, optional
        The name to show, where it isn't the file's own.
    headers : tuple of str, optional
        The names of its columns, where they aren't the file's own.
    how : tuple of (str, str)

    Returns
    -------
    Source

    Raises
    ------
    BadInputError
        It is not Parquet, has no rows, or more than anybody wrote down.
    """
    name = name or path.name
    try:
        with pq.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
            names = list(schema.names)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise BadInputError("is not a Parquet file", where=name, found=str(error).partition("\n")[0]) from None
    headers = headers or check_headers(names, name)
    if not rows:
        raise BadInputError("has columns and no rows", where=name)
    if rows > _FEW and rows > _ROWS_A_BYTE * path.stat().st_size:
        raise BadInputError(f"says that it has {rows:,} rows", where=name, found=f"{path.stat().st_size:,} bytes")
    return Source(name, path, headers, tuple(_kind(field.type) for field in schema), rows, False, how=how)


def _kind(kind: pa.DataType) -> Kind:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    tests: tuple[tuple[Kind, bool], ...] = (
        ("text", pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)),
        ("int", pa.types.is_integer(kind)),
        ("float", pa.types.is_floating(kind)),
        ("decimal", pa.types.is_decimal(kind)),
        ("bool", pa.types.is_boolean(kind)),
        ("date", pa.types.is_date(kind)),
        ("timestamp", pa.types.is_timestamp(kind)),
    )
    return next((name for name, fits in tests if fits), "other")
