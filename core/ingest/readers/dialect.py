"""The shape of a text table: its delimiter, and the line that is its header."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.errors import BadInputError

DELIMITERS = (",", ";", "\t", "|")
CELL_LIMIT = 131_072
HEADER_WITHIN = 20
_SAMPLE_ROWS = 200
_SEP = re.compile(r"sep=(.)\s*$", re.IGNORECASE)
_BOM_REMAINS = re.compile("^(\ufeff|ï»¿|п»ї|锘\\?)")
# A cell that no header is: a number, a date.
_VALUE = re.compile(r"\s*[-+(]?[^\w\s]?\d[\d.,:/\s-]*\)?\s*|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")
# A longer cell is none, and would be searched for minutes.
_LONGEST_VALUE = 200


@dataclass(frozen=True)
class Dialect:
    """How to read a text table.

    Parameters
    ----------
    delimiter : str
    header : list of str
        The header's cells.
    skip : int
        Physical lines up to and with the header.
    mangled_bom : bool
        The header began with the remains of a byte order mark.
    """

    delimiter: str
    header: list[str]
    skip: int
    mangled_bom: bool = False


def find(text: str, file: str, delimiter: str | None = None) -> Dialect:
    """The dialect of a text table, from its beginning.

    Parameters
    ----------
    text : str
        The first lines.
    file : str
        For messages.
    delimiter : str, optional
        The one to take; found out without it.

    Returns
    -------
    Dialect

    Raises
    ------
    BadInputError
        Empty, or without a header.
    """
    clean = _BOM_REMAINS.sub("", text)
    lines = [line + "\n" for line in clean.split("\n")]
    if not any(line.strip() for line in lines):
        raise BadInputError("is empty", where=file)
    declared = _SEP.match(lines[0])
    if declared:
        delimiter = delimiter or declared[1]
    delimiter = delimiter or _delimiter(lines)
    rows = list(_rows(lines[1:] if declared else lines, delimiter))
    at, cells = header_row([row for _, row in rows], file)
    return Dialect(delimiter, cells, rows[at][0] + bool(declared), clean != text)


def _rows(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows of the sample with the number of their last physical line; broken ones are passed over."""
    csv.field_size_limit(CELL_LIMIT)
    reader = csv.reader(lines, delimiter=delimiter)
    for _ in range(_SAMPLE_ROWS):
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            continue
        if any(row):
            yield reader.line_num, row


def _delimiter(lines: Sequence[str]) -> str:
    """The sign that cuts most lines into the same number of cells, more than one."""

    def score(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(row) for _, row in _rows(lines, delimiter) if len(row) > 1)
        width, rows = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return rows, width

    return max(DELIMITERS, key=score)


def header_row(rows: Sequence[list[str]], file: str) -> tuple[int, list[str]]:
    """The header among the first rows: as wide as the rest, and most of it filled.

    Parameters
    ----------
    rows : sequence of list of str
    file : str
        For messages.

    Returns
    -------
    (int, list of str)
        Its position in ``rows``, and its cells without those that are empty at its end.

    Raises
    ------
    BadInputError
        Empty, or the first full row holds values.
    """
    widths = Counter(_filled_width(row) for row in rows)
    widths.pop(0, None)
    if not widths:
        raise BadInputError("is empty", where=file)
    usual = max(widths.items(), key=lambda item: (item[1], item[0]))[0]
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[:HEADER_WITHIN]]
    at = next((at for at, count in enumerate(filled) if count >= 0.6 * usual and (count > 1 or usual == 1)), None)
    if at is None:
        raise BadInputError(f"has no header in its first {HEADER_WITHIN} rows", where=file)
    row = rows[at]
    cells = row[: max(_filled_width(row), usual if len(row) >= usual else 0)]
    values = [cell for cell in cells if len(cell) < _LONGEST_VALUE and _VALUE.fullmatch(cell)]
    if values:
        raise BadInputError(
            "has no header",
            where=file,
            expected="a first row with the names of the columns",
            found=", ".join(repr(cell) for cell in cells[:6]),
            todo="Add one.",
        )
    return at, cells


def _filled_width(row: list[str]) -> int:
    return max((number for number, cell in enumerate(row, 1) if cell.strip()), default=0)
