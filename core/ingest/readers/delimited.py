"""CSV and its kin to staged text columns, with the physical line of each row.

Blocks of whole lines go through Arrow's reader, which is fast, when nothing about them is odd: valid UTF-8, no NUL, no blank line,
each quote where the format has it and closed on its line, the same number of cells in each row. What is odd is cut into small pieces,
and the odd ones among these go row by row through Python's strict reader, which knows the line of each row and what is wrong with it.
Both give the same rows; a test compares them. Rows whose cells are all empty are none.

An apostrophe before what a spreadsheet would take for a formula is taken off: exports put it there (:mod:`core.export`), and so what
was exported comes back as it was.

Blocks are parsed in threads, ahead of the one that puts them in order and writes them.
"""

import csv
import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from core.ingest.readers import dialect as dialects
from core.ingest.readers.dialect import CELL_LIMIT, Dialect
from core.ingest.readers.encoding import Text
from core.ingest.readers.plain import ESCAPE, Parsed, parse_plain, unescape
from core.ingest.sources import LINE, SHOWN, Reject, Source, Staging, check_headers

WORKERS = max(1, min(4, os.cpu_count() or 1))
# Blocks under way at once: enough to keep the threads busy, few enough for the memory.
AHEAD = 2 * WORKERS
# What is odd in a block is looked for in pieces of this size.
PIECE = 64 << 10
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
    text = Text(path, encoding, progress)
    stream = text.blocks()
    first = next(stream, b"")
    dialect = dialects.find(first.decode("utf-8", "replace").replace("\r\n", "\n"), path.name, delimiter)
    headers = check_headers([re.sub(ESCAPE, r"\1", cell) for cell in dialect.header], path.name)
    parser = _Parser(Staging(staged, headers, path.name), dialect)
    for _ in range(dialect.skip):
        first = first[first.find(b"\n") + 1 :] if b"\n" in first else b""
    parser.take_all(chain([first], stream))
    how = {
        "format": "text",
        "encoding": text.encoding,
        "delimiter": DELIMITER_NAMES.get(dialect.delimiter, dialect.delimiter),
        "header_row": str(dialect.skip),
    }
    if not text.sure:
        how["encoding_guess"] = "yes"
    if parser.unescaped:
        how["apostrophes_taken_off"] = f"{parser.unescaped:,}"
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
        self.unescaped = 0

    def take_all(self, stream: Iterable[bytes]) -> None:
        """Parse ahead in threads, and take the blocks in their order."""
        waiting: deque[tuple[bytes, Future[Parsed | None]]] = deque()
        with ThreadPoolExecutor(WORKERS) as pool:
            try:
                for block in stream:
                    waiting.append((block, pool.submit(parse_plain, block, self.delimiter, self.staging.names)))
                    if len(waiting) > AHEAD:
                        self._take_block(*waiting.popleft(), last=False)
                while waiting:
                    self._take_block(*waiting.popleft(), last=not waiting)
            finally:
                pool.shutdown(cancel_futures=True)

    def _take_block(self, block: bytes, future: "Future[Parsed | None]", last: bool) -> None:
        parsed = future.result()
        if parsed is not None and not self.rest:
            self._add(parsed)
            return
        for piece, is_last in _pieces(block):
            parsed = None if self.rest else parse_plain(piece, self.delimiter, self.staging.names)
            if parsed is not None:
                self._add(parsed)
                continue
            # Cut at \n only, as line numbers are counted; str.splitlines knows a dozen other line ends.
            lines = piece.decode("utf-8", "surrogateescape").split("\n")
            lines = [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
            self._careful(self.rest + lines, last and is_last)

    def _add(self, parsed: Parsed) -> None:
        numbers = pc.add(parsed.table.column(LINE), self.line)
        self.staging.add_cleaned(parsed.table.set_column(self.width, LINE, numbers))
        self.line += parsed.lines
        self.unescaped += parsed.unescaped

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
            table = pa.table([*columns, pa.array(numbers, pa.int64())], names=[*self.staging.names, LINE])
            table, unescaped = unescape(table)
            self.unescaped += unescaped
            self.staging.add(table)
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


def _pieces(block: bytes) -> Iterator[tuple[bytes, bool]]:
    """A block in pieces of whole lines, each with whether it is the last."""
    start = 0
    while start < len(block):
        end = block.find(b"\n", start + PIECE) + 1 or len(block)
        yield block[start:end], end == len(block)
        start = end


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
