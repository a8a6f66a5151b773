"""Excel and OpenDocument sheets to staged text columns."""

import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import python_calamine as calamine

from core.errors import BadInputError
from core.ingest.dialect import CELL_LIMIT, HEADER_WITHIN, header_row
from core.ingest.sources import LINE, SHOWN, Reject, Source, Staging, check_headers

SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
LARGEST_UNPACKED = 500 << 20
_BATCH = 20_000


def read_workbook(path: Path, staged: Path, sheet: str | None = None) -> Source:
    """Stage one sheet of a workbook.

    Parameters
    ----------
    path : Path
    staged : Path
        Parquet file to write.
    sheet : str, optional
        Needed when several visible sheets hold something.

    Returns
    -------
    Source

    Raises
    ------
    BadInputError
        Not a workbook, too large, no such sheet, or several to choose from.
    """
    _check_size(path)
    try:
        with calamine.load_workbook(str(path)) as book:
            name = _sheet_name(book, path.name, sheet)
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except calamine.PasswordError:
        raise BadInputError("is locked with a password", where=path.name, todo="Save it without one.") from None
    except (calamine.CalamineError, OSError) as error:
        raise BadInputError("is not a workbook", where=path.name, found=str(error)) from None
    return _stage(rows, path.name, staged, name)


def _check_size(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        size = sum(item.file_size for item in archive.infolist())
    if size > LARGEST_UNPACKED:
        limit = f"at most {LARGEST_UNPACKED >> 20} MB"
        raise BadInputError(f"unpacks to {size >> 20:,} MB", where=path.name, expected=limit, todo="Save it as CSV.")


def _sheet_name(book: Any, file: str, sheet: str | None) -> str:
    names: list[str] = book.sheet_names
    if sheet is not None:
        if sheet in names:
            return sheet
        raise BadInputError(f"has no sheet '{sheet}'", where=file, found=", ".join(names))
    visible = [item.name for item in book.sheets_metadata if item.visible == calamine.SheetVisibleEnum.Visible]
    filled = [name for name in visible if book.get_sheet_by_name(name).total_height]
    if not filled:
        raise BadInputError("is empty", where=file)
    if len(filled) > 1:
        raise BadInputError(
            "has several sheets",
            where=file,
            found=", ".join(filled),
            todo=f'Say which in a mapping: [order_lines] file = "{file}", sheet = "{filled[0]}".',
        )
    return filled[0]


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


def _stage(rows: Sequence[Sequence[Any]], file: str, staged: Path, sheet: str) -> Source:
    filled = [(number, row) for number, row in enumerate(rows, 1) if any(cell != "" for cell in row)]
    at, cells = header_row([[cell_text(cell) for cell in row] for _, row in islice(filled, HEADER_WITHIN * 10)], file)
    headers = check_headers(cells, file)
    staging = Staging(staged, headers, file)
    width = len(headers)
    body = filled[at + 1 :]
    for start in range(0, len(body), _BATCH):
        good: list[tuple[Any, ...]] = []
        bad: list[Reject] = []
        for number, row in body[start : start + _BATCH]:
            texts = [cell_text(cell) for cell in row]
            if any(texts[width:]):
                bad.append(Reject(number, ",".join(texts)[:SHOWN], "long_row"))
            elif max(map(len, texts)) > CELL_LIMIT:
                bad.append(Reject(number, ",".join(texts)[:SHOWN], "long_cell"))
            else:
                good.append((*texts[:width], number))
        if good:
            *columns, numbers = zip(*good, strict=True)
            cells = [pa.array(column, pa.string()) for column in columns]
            staging.add(pa.table([*cells, pa.array(numbers, pa.int64())], names=[*staging.names, LINE]))
        staging.reject(bad)
    return staging.source({"format": "workbook", "sheet": sheet, "header_row": str(filled[at][0])})
