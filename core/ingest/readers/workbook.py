"""Excel and OpenDocument sheets to staged text columns."""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import python_calamine as calamine

from core.errors import BadInputError, Question, QuestionError
from core.ingest.readers.archive import opened
from core.ingest.readers.cells import Cells, Parts
from core.ingest.readers.cells_binary import xls_cells, xlsb_cells, xlsb_sheets
from core.ingest.readers.cells_xml import ods_cells, sheet_parts, xlsx_cells
from core.ingest.readers.dialect import CELL_LIMIT, HEADER_WITHIN, header_row
from core.ingest.sources import LINE, SHOWN, Reject, Source, Staging, check_headers

_BATCH = 20_000


def read_workbook(
    path: Path, staged: Path, sheet: str | None = None, table: str = "order_lines", usual: Sequence[str] = ()
) -> Source:
    """Stage one sheet of a workbook.

    Parameters
    ----------
    path : Path
    staged : Path
        Parquet file to write.
    sheet : str, optional
        Needed when several visible sheets hold something.
    table : str
        What the mapping takes it for; where the answer belongs when the sheet has to be asked for.
    usual : sequence of str
        Names of sheets to take where there is one of them.

    Returns
    -------
    Source

    Raises
    ------
    QuestionError
        Several sheets to choose from.
    BadInputError
        Not a workbook, too large, or no such sheet.
    """
    with open_book(path) as (book, looks):
        if sheet is None:
            known = [name for name in book.sheet_names if name in usual]
            sheet = known[0] if len(known) == 1 else _choose(book, looks, path.name, table)
        elif sheet not in book.sheet_names:
            raise BadInputError(f"has no sheet '{sheet}'", where=path.name, found=", ".join(book.sheet_names))
        cells = looks.of(sheet)
        how = {"format": "workbook", "sheet": sheet}
        hidden = [name for name in book.sheet_names if name != sheet and name not in visible_sheets(book)]
        if hidden:
            how["hidden_sheets"] = ", ".join(hidden)
        if cells.odd:
            how["cells_without_value"] = str(sum(map(len, cells.odd.values())))
        merges = _merges(book.get_sheet_by_name(sheet), cells)
        if merges:
            how["merged_cells"] = str(len(merges))
        return _stage(rows_of(book, cells, sheet), path.name, staged, how)


def sheets_of(path: Path) -> tuple[str, ...]:
    """The visible sheets of a workbook that hold something.

    Raises
    ------
    BadInputError
        Not a workbook, or too large.
    """
    with open_book(path) as (book, looks):
        return tuple(name for name in visible_sheets(book) if looks.of(name).rows is not None)


class _Looks:
    """The cells of each sheet, looked through before the reader takes memory for them."""

    def __init__(self, path: Path, parts: Parts | None) -> None:
        self.path, self.parts = path, parts
        self.names: list[str] = []
        self.known: dict[str, Cells] = {}
        self.by_place: list[Cells] = []
        if parts is None:
            self.by_place = xls_cells(path)
        elif "content.xml" in parts:
            self.known = ods_cells(parts)
        else:
            self.binary = "xl/workbook.bin" in parts
            self.sheets = xlsb_sheets(parts) if self.binary else sheet_parts(parts)
        # The reader takes all sheets of these two formats at once.
        for name, cells in (*self.known.items(), *((str(at), cells) for at, cells in enumerate(self.by_place, 1))):
            cells.check(path.name, name)

    def of(self, name: str) -> Cells:
        """The cells of a sheet; none for a chart."""
        if name not in self.known:
            self.known[name] = self._look(name)
            self.known[name].check(self.path.name, name)
        return self.known[name]

    def _look(self, name: str) -> Cells:
        if self.parts is None or "content.xml" in self.parts:
            at = self.names.index(name)
            return self.by_place[at] if at < len(self.by_place) else Cells()
        part = self.sheets.get(name)
        if part is None:
            return Cells()
        return xlsb_cells(self.parts, part) if self.binary else xlsx_cells(self.parts, part)


@contextmanager
def open_book(path: Path) -> Iterator[tuple[Any, _Looks]]:
    """A workbook, and what the cells of its sheets look like; a broken one is a :class:`BadInputError`."""
    try:
        with ExitStack() as stack:
            parts = None
            if zipfile.is_zipfile(path):
                parts = Parts(*stack.enter_context(opened(path)), path.name)
                parts.check()
            looks = _Looks(path, parts)
            book = stack.enter_context(calamine.load_workbook(str(path)))
            looks.names = list(book.sheet_names)
            yield book, looks
    except calamine.PasswordError:
        raise BadInputError("is locked with a password", where=path.name, todo="Save it without one.") from None
    except (calamine.CalamineError, OSError) as error:
        raise BadInputError("is not a workbook", where=path.name, found=str(error)) from None
    except BaseException as error:
        # A fault within the reader, which is no Exception for Python.
        if type(error).__name__ != "PanicException":
            raise
        raise BadInputError("is not a workbook", where=path.name, found="a broken part") from None


def visible_sheets(book: Any) -> list[str]:
    """Names of the sheets that are not hidden."""
    return [item.name for item in book.sheets_metadata if item.visible == calamine.SheetVisibleEnum.Visible]


def _choose(book: Any, looks: _Looks, file: str, table: str) -> str:
    """The only visible sheet that holds something."""
    filled = [name for name in visible_sheets(book) if looks.of(name).rows is not None]
    if not filled:
        hidden = [name for name in book.sheet_names if name not in visible_sheets(book)]
        raise BadInputError("is empty", where=file, found=f"hidden sheets: {', '.join(hidden)}" if hidden else "")
    if len(filled) == 1:
        return filled[0]
    choices = tuple((name, _example(book, looks, name)) for name in filled)
    raise QuestionError(
        "has several sheets",
        Question(file, f"{table}.sheet", choices),
        where=file,
        found=", ".join(filled),
        todo=f'Say which in a mapping: [{table}] file = "{file}", sheet = "{filled[0]}".',
    )


def _example(book: Any, looks: _Looks, name: str) -> str:
    """The fullest of a sheet's first rows."""
    first = (row.values for row in islice(rows_of(book, looks.of(name), name), HEADER_WITHIN))
    row = max(first, key=lambda values: sum(value != "" for value in values))
    return ", ".join(filter(None, map(cell_text, row)))[:SHOWN]


@dataclass(frozen=True)
class _Row:
    """A row of a sheet that is not empty.

    Parameters
    ----------
    number : int
        From 1.
    values : list
    unclear : bool
        A number above stands for this row too: one amount, or an id of both, nobody can tell.
    """

    number: int
    values: list[Any]
    unclear: bool = False


def rows_of(book: Any, cells: Cells, name: str) -> Iterator[_Row]:
    """The rows of a sheet with the errors put back, and texts and dates of merged cells in each row they reach over."""
    sheet = book.get_sheet_by_name(name)
    merged = _Merged(_merges(sheet, cells))
    top, left = sheet.start or (0, 0)
    late = sorted(cells.odd)
    # What has no value may stand outside of what the reader found.
    before: Iterator[tuple[int, list[Any]]] = ((at, []) for at in late if sheet.start and at < top)
    inside = ((top + at, [""] * left + row) for at, row in enumerate(sheet.iter_rows() if sheet.start else ()))
    after: Iterator[tuple[int, list[Any]]] = ((at, []) for at in late if not sheet.start or at > sheet.end[0])
    for at, values in chain(before, inside, after):
        for column, text in cells.odd.get(at, {}).items():
            values += [""] * (column + 1 - len(values))
            values[column] = text
        if any(value != "" for value in values):
            yield _Row(at + 1, values, merged.fill(at, values))


def _merges(sheet: Any, cells: Cells) -> list[tuple[int, int, int, int]]:
    ranges = sheet.merged_cell_ranges or []
    return cells.merged or [(*first, *last) for first, last in ranges]


class _Merged:
    """Cells merged over several rows."""

    def __init__(self, merges: list[tuple[int, int, int, int]]) -> None:
        self.starting: dict[int, list[tuple[int, int]]] = {}
        for top, left, bottom, _ in merges:
            if bottom > top:
                self.starting.setdefault(top, []).append((left, bottom))
        self.open: dict[int, tuple[int, Any]] = {}

    def fill(self, at: int, values: list[Any]) -> bool:
        """Put what stands above into a row; whether a number stands there instead."""
        self.open = {column: (last, value) for column, (last, value) in self.open.items() if last >= at}
        unclear = False
        for column, (_, value) in self.open.items():
            if column < len(values) and values[column] == "":
                if isinstance(value, (str, date)):
                    values[column] = value
                else:
                    unclear = True
        for column, last in self.starting.get(at, ()):
            if column < len(values) and values[column] != "":
                self.open[column] = (last, values[column])
        return unclear


def cell_text(value: Any) -> str:
    """A cell as the text a CSV would have; numbers with a decimal point, dates in ISO form."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value.total_seconds() / 86_400) if isinstance(value, timedelta) else str(value)


def _stage(rows: Iterator[_Row], file: str, staged: Path, how: dict[str, str]) -> Source:
    head = list(islice(rows, HEADER_WITHIN * 10))
    at, cells = header_row([[cell_text(cell) for cell in row.values] for row in head], file)
    headers = check_headers(cells, file)
    staging = Staging(staged, headers, file)
    width = len(headers)
    body = chain(head[at + 1 :], rows)
    while batch := list(islice(body, _BATCH)):
        good: list[tuple[Any, ...]] = []
        bad: list[Reject] = []
        for row in batch:
            texts = [cell_text(cell) for cell in row.values]
            texts += [""] * (width - len(texts))
            reason = _reason(texts, width, row.unclear)
            if reason:
                bad.append(Reject(row.number, ",".join(texts)[:SHOWN], reason))
            else:
                good.append((*texts[:width], row.number))
        if good:
            *columns, numbers = zip(*good, strict=True)
            arrays = [pa.array(column, pa.string()) for column in columns]
            staging.add(pa.table([*arrays, pa.array(numbers, pa.int64())], names=[*staging.names, LINE]))
        staging.reject(bad)
    return staging.source({**how, "header_row": str(head[at].number)})


def _reason(texts: list[str], width: int, unclear: bool) -> str:
    if any(texts[width:]):
        return "long_row"
    if max(map(len, texts)) > CELL_LIMIT:
        return "long_cell"
    return "merged_cell" if unclear else ""
