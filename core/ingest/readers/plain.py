"""Blocks of text that nothing is odd about, through Arrow's reader; see :mod:`core.ingest.readers.delimited` for the others."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from core.ingest.readers.dialect import CELL_LIMIT
from core.ingest.sources import LINE, cleaned

# The apostrophe that keeps a spreadsheet from running a cell.
ESCAPE = r"^'(['\s]*[=+\-@\t\r\n])"


@dataclass(frozen=True)
class Parsed:
    """Rows of a plain block, numbered from 0, how many lines it has, and how many of its cells began with an escape."""

    table: pa.Table
    lines: int
    unescaped: int = 0


def parse_plain(block: bytes, delimiter: str, names: list[str]) -> Parsed | None:
    """The cleaned rows of a block of whole lines; None when it is not plain."""
    if not block:
        return Parsed(
            pa.table([*([pa.array([], pa.string())] * len(names)), pa.array([], pa.int64())], [*names, LINE]), 0
        )
    if not is_plain(block, delimiter):
        return None
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(block),
            read_options=pa.csv.ReadOptions(column_names=names, use_threads=False, block_size=len(block) + 1),
            parse_options=pa.csv.ParseOptions(delimiter=delimiter),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        return None
    if any(_longest(column) > CELL_LIMIT for column in table.columns):
        return None
    lines = table.num_rows
    table = table.append_column(LINE, pa.array(np.arange(lines)))
    table, unescaped = unescape(table) if b"'" in block else (table, 0)
    return Parsed(cleaned(_without_blank(table)), lines, unescaped)


def unescape(table: pa.Table) -> tuple[pa.Table, int]:
    """The texts of a table without their escapes, and how many had one."""
    found = 0
    for at, name in enumerate(table.column_names[:-1]):
        column = table.column(at)
        marked = pc.match_substring_regex(column, ESCAPE)
        if count := pc.sum(marked).as_py():
            found += count
            table = table.set_column(at, name, pc.replace_substring_regex(column, ESCAPE, r"\1"))
    return table, found


def _longest(column: pa.ChunkedArray) -> int:
    """Letters of the longest cell; its bytes where these are few enough."""
    size: int = pc.max(pc.binary_length(column)).as_py() or 0
    return size if size <= CELL_LIMIT else pc.max(pc.utf8_length(column)).as_py()


def _without_blank(table: pa.Table) -> pa.Table:
    """The rows with at least one filled cell, as the careful reader has them."""
    if not all(column.null_count for column in table.columns[:-1]):
        return table
    blank = pc.is_null(table.column(0))
    for column in table.columns[1:-1]:
        blank = pc.and_(blank, pc.is_null(column))
    return table.filter(pc.invert(blank))


def is_plain(block: bytes, delimiter: str) -> bool:
    """Whether both readers must agree on a block of whole lines.

    Parameters
    ----------
    block : bytes
    delimiter : str
        One ASCII character.

    Returns
    -------
    bool
    """
    if b"\0" in block or block.count(b"\r") != block.count(b"\r\n"):
        return False
    if block[:1] in (b"\n", b"\r") or b"\n\n" in block or b"\n\r\n" in block or not delimiter.isascii():
        return False
    if not block.isascii():
        try:
            block.decode("utf-8")
        except UnicodeDecodeError:
            return False
    return b'"' not in block or _quotes_are_regular(block, delimiter)


def _quotes_are_regular(block: bytes, delimiter: str) -> bool:
    data = np.frombuffer(b"\n" + block + b"\n", dtype=np.uint8)
    quotes = np.flatnonzero(data == ord('"'))
    ends = np.flatnonzero(data == ord("\n"))
    if np.any(np.searchsorted(quotes, ends) % 2):
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before, after = data[opening - 1], data[closing + 1]
    border = np.frombuffer(f"{delimiter}\n".encode(), dtype=np.uint8)
    # A doubled quote within a field closes and opens at once.
    opens = np.isin(before, border) | (before == ord('"'))
    closes = np.isin(after, border) | (after == ord("\r")) | (after == ord('"'))
    return bool(opens.all() and closes.all())
