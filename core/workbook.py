"""A table as an Excel workbook: text stays text, numbers are numbers, dates are dates."""

import io
import math
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from core.errors import BadParameterError

MOST_ROWS, MOST_COLUMNS, MOST_LETTERS = 1_048_576, 16_384, 32_767
# Integers beyond this can't all be told apart in a cell.
_MOST_EXACT = 2**53
_NARROWEST, _WIDEST, _MEASURED = 8, 60, 200
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_DATE, _TIME = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"

Put = Callable[[int, int, Any], object]


def to_xlsx(table: pd.DataFrame, sheet: str = "") -> bytes:
    """A table as the one sheet of a workbook: a bold, frozen header, missing values empty, and no formulas or links.

    Parameters
    ----------
    table : pandas.DataFrame
    sheet : str
        Its name; what Excel doesn't allow in one is replaced.

    Raises
    ------
    BadParameterError
        There are more rows or columns than a sheet has, or a text is longer than a cell holds.
    """
    if len(table) >= MOST_ROWS or table.shape[1] > MOST_COLUMNS:
        raise _too_large(
            f"at most {MOST_ROWS - 1:,} rows and {MOST_COLUMNS:,} columns", f"{len(table):,} and {table.shape[1]:,}"
        )
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True, "remove_timezone": True}) as book:
        page = book.add_worksheet(_sheet_name(sheet))
        columns = [_cells(table.iloc[:, place]) for place in range(table.shape[1])]
        puts = [_put(page, cells, book.add_format({"num_format": _format_of(cells)})) for cells in columns]
        page.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for place, (name, cells) in enumerate(zip(table.columns, columns, strict=True)):
            page.set_column(place, place, _width(str(name), cells))
            _put_text(page, 0, place, str(name), bold)
        for row, values in enumerate(zip(*columns, strict=True), start=1):
            for place, value in enumerate(values):
                if value is not None:
                    puts[place](row, place, value)
    return buffer.getvalue()


def _too_large(expected: str, found: str) -> BadParameterError:
    return BadParameterError(
        "the table is too large for an Excel sheet", expected=expected, found=found, todo="Take CSV instead."
    )


def _sheet_name(wanted: str) -> str:
    name = _NOT_IN_A_NAME.sub(" ", wanted)[:31].strip("' ")
    # Excel keeps this name for itself.
    return "" if name.lower() == "history" else name


def _cells(column: pd.Series) -> list[Any]:
    """The values of a column as Python's own; None where one is missing."""
    values = column.astype(object)
    return values.where(column.notna(), None).tolist()


def _format_of(cells: list[Any]) -> str:
    moments = [value for value in cells if isinstance(value, datetime)]
    return _TIME if any(value.hour or value.minute or value.second for value in moments) else _DATE


def _width(name: str, cells: list[Any]) -> int:
    longest = max((len(_as_shown(value)) for value in cells[:_MEASURED] if value is not None), default=0)
    return min(max(longest, len(name), _NARROWEST) + 1, _WIDEST)


def _as_shown(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)[:_WIDEST]


def _put(page: Worksheet, cells: list[Any], as_date: Any) -> Put:
    """What writes the values of a column."""

    def put(row: int, place: int, value: Any) -> None:
        if isinstance(value, bool):
            page.write_boolean(row, place, value)
        elif isinstance(value, date) and value.year >= 1900:  # where Excel's calendar begins
            page.write_datetime(row, place, value, as_date)
        elif isinstance(value, (int, float, np.number)) and _fits(value):
            page.write_number(row, place, value)
        else:
            _put_text(page, row, place, str(value))

    # A column of numbers alone, as most are, needs no look at each.
    numbers = set(map(type, cells)) <= {int, float, type(None)}
    return page.write_number if numbers and all(value is None or _fits(value) for value in cells) else put


def _fits(value: Any) -> bool:
    """Whether a cell holds a number as it is."""
    whole = isinstance(value, (int, np.integer))
    return bool(abs(value) <= _MOST_EXACT) if whole else math.isfinite(value)


def _put_text(page: Worksheet, row: int, place: int, text: str, form: Any = None) -> None:
    if page.write_string(row, place, text, form) < 0:
        raise _too_large(f"at most {MOST_LETTERS:,} letters in a cell", f"{len(text):,}")
