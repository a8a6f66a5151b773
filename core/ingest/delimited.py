"""CSV and its kin to staged text columns, with the physical line of each row.

Blocks of whole lines go through Arrow's reader, which is fast, when nothing about them is odd: valid UTF-8, no NUL, no blank line,
each quote where the format has it and closed on its line, the same number of cells in each row. Other blocks go row by row through
Python's strict reader, which knows the line of each row and what is wrong with it. Both give the same rows; a test compares them.
Rows whose cells are all empty are none.
"""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from core.ingest import dialect as dialects
from core.ingest.dialect import CELL_LIMIT, Dialect
from core.ingest.encoding import blocks, detect
from core.ingest.sources import LINE, SHOWN, Reject, Source, Staging, check_headers

DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}


def read_delimited(
    path: Path,
    staged: Path,
    encoding: str | None = None,
    delimiter: str | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Source:
    """Stage a text table.

    Parameters
    ----------
    path : Path
        CSV, TSV and the like, plain or gzipped.
    staged : Path
        Parquet file to write.
    encoding, delimiter : str, optional
        Found out when not given.
    progress : callable
        Called with the share read.

    Returns
    -------
    Source

    Raises
    ------
    BadInputError
        The file as a whole can't be read.
    """
    encoding = encoding or detect(path)
    stream = blocks(path, encoding, progress)
    first = next(stream, b"")
    dialect = dialects.find(first.decode("utf-8", "replace").replace("\r\n", "\n"), path.name, delimiter)
    headers = check_headers(dialect.header, path.name)
    parser = _Parser(Staging(staged, headers, path.name), dialect)
    for _ in range(dialect.skip):
        first = first[first.find(b"\n") + 1 :] if b"\n" in first else b""
    waiting = first
    for block in stream:
        parser.parse(waiting, last=False)
        waiting = block
    parser.parse(waiting, last=True)
    how = {
        "format": "text",
        "encoding": encoding,
        "delimiter": DELIMITER_NAMES.get(dialect.delimiter, dialect.delimiter),
        "header_row": str(dialect.skip),
    }
    if dialect.mangled_bom:
        how["byte_order_mark"] = "mangled"
    return parser.staging.source(how)


class _Parser:
    """Takes blocks of lines, one after the other."""

    def __init__(self, staging: Staging, dialect: Dialect) -> None:
        self.staging = staging
        self.delimiter = dialect.delimiter
        self.line = dialect.skip + 1
        self.rest: list[str] = []
        self.width = len(staging.headers)

    def parse(self, block: bytes, last: bool) -> None:
        if not self.rest and self._fast(block):
            return
        # Cut at \n only, as line numbers are counted; str.splitlines knows a dozen other line ends.
        lines = block.decode("utf-8", "surrogateescape").split("\n")
        lines = [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
        self._careful(self.rest + lines, last)

    def _fast(self, block: bytes) -> bool:
        if not block or not is_plain(block, self.delimiter):
            return not block
        names = self.staging.names
        try:
            table = pa.csv.read_csv(
                pa.BufferReader(block),
                read_options=pa.csv.ReadOptions(column_names=names, use_threads=False, block_size=len(block) + 1),
                parse_options=pa.csv.ParseOptions(delimiter=self.delimiter),
                convert_options=pa.csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    strings_can_be_null=False,
                    quoted_strings_can_be_null=False,
                ),
            )
        except pa.ArrowInvalid:
            return False
        if any((pc.max(pc.utf8_length(column)).as_py() or 0) > CELL_LIMIT for column in table.columns):
            return False
        table = table.append_column(LINE, pa.array(np.arange(self.line, self.line + table.num_rows)))
        self.line += table.num_rows
        self.staging.add(_without_blank(table))
        return True

    def _careful(self, lines: list[str], last: bool) -> None:
        csv.field_size_limit(CELL_LIMIT)
        feed = _Feed(lines)
        reader = csv.reader(feed, delimiter=self.delimiter, strict=True)
        rows: list[list[str]] = []
        numbers: list[int] = []
        rejects: list[Reject] = []
        at = 0
        while at < len(lines):
            feed.at = at
            try:
                row = next(reader)
            except csv.Error as error:
                open_quote = feed.at >= len(lines) and "unexpected end" in str(error)
                if open_quote and not last and sum(map(len, lines[at:])) <= CELL_LIMIT:
                    break
                long = "field larger" in str(error) and len(lines[at]) > CELL_LIMIT
                rejects.append(self._reject(at, lines[at], "long_cell" if long else "broken_quotes"))
                feed.at = at + 1
            else:
                self._take(row, at, lines, feed.at, rows, numbers, rejects)
            at = feed.at
        columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        if columns:
            self.staging.add(pa.table([*columns, pa.array(numbers, pa.int64())], names=[*self.staging.names, LINE]))
        self.staging.reject(rejects)
        self.line += at
        self.rest = lines[at:]

    def _take(
        self,
        row: list[str],
        at: int,
        lines: list[str],
        end: int,
        rows: list[list[str]],
        numbers: list[int],
        rejects: list[Reject],
    ) -> None:
        if not any(row):
            return
        if len(row) > self.width and not any(row[self.width :]):
            row = row[: self.width]
        text = "".join(lines[at:end])
        if len(row) != self.width:
            rejects.append(self._reject(at, text, "short_row" if len(row) < self.width else "long_row"))
        elif "\0" in text:
            rejects.append(self._reject(at, text, "nul_byte"))
        elif not _is_text(text):
            rejects.append(self._reject(at, text, "undecodable"))
        else:
            rows.append(row)
            numbers.append(self.line + at)

    def _reject(self, at: int, text: str, reason: str) -> Reject:
        shown = text.rstrip("\r\n")[:SHOWN].replace("\0", "\ufffd")
        return Reject(self.line + at, shown.encode("utf-8", "surrogateescape").decode("utf-8", "replace"), reason)


def _without_blank(table: pa.Table) -> pa.Table:
    """The rows with at least one filled cell, as the careful reader has them."""
    blank = pc.equal(table.column(0), "")
    for column in table.columns[1:-1]:
        if not pc.any(blank).as_py():
            return table
        blank = pc.and_(blank, pc.equal(column, ""))
    return table.filter(pc.invert(blank))


class _Feed:
    """Lines for a csv reader, which can be set back after an error."""

    def __init__(self, lines: list[str]) -> None:
        self.lines, self.at = lines, 0

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        if self.at >= len(self.lines):
            raise StopIteration
        self.at += 1
        return self.lines[self.at - 1]


def _is_text(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


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
