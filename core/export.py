"""Result tables on their way out: JSON, CSV, Parquet and Excel, with nothing in them that a spreadsheet would run."""

import io
import json
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from core.access import Dataset
from core.filters import FILTERS, Filters
from core.params import as_dict
from core.results import Result
from core.workbook import to_xlsx

FORMATS = ("json", "csv", "parquet", "xlsx")
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cells(column: pd.Series) -> pd.Series:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay numbers.

    So does text that has such an apostrophe already, as the import takes one off.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        categories = pd.Series(column.cat.categories.astype(object))
        if not len(categories):
            return column
        return column.cat.rename_categories(safe_cells(categories).tolist())
    if column.dtype != object and not isinstance(column.dtype, pd.StringDtype):
        return column
    risky = column.map(lambda text: isinstance(text, str) and text.lstrip("' ").startswith(_RISKY)).astype(bool)
    return column.where(~risky, "'" + column.astype(str)) if risky.any() else column


def to_csv(table: pd.DataFrame, bom: bool = False) -> bytes:
    """A table as CSV in UTF-8, safe to open in a spreadsheet; with a BOM spreadsheets also read every letter."""
    safe = table.apply(safe_cells) if len(table) else table
    safe = safe.rename(
        columns=dict(zip(table.columns, safe_cells(pd.Series(table.columns, dtype=object)), strict=True))
    )
    # Python's writer quotes a carriage return only when lines end in one.
    ends = "\r\n" if any(_has_return(safe[name]) for name in safe.columns) else "\n"
    text: str = safe.to_csv(index=False, date_format="%Y-%m-%d", lineterminator=ends)
    return (b"\xef\xbb\xbf" if bom else b"") + text.encode("utf-8")


def _has_return(column: pd.Series) -> bool:
    texts = column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else column
    if texts.dtype != object and not isinstance(texts.dtype, pd.StringDtype):
        return False
    return any("\r" in text for text in texts if isinstance(text, str))


def to_parquet(table: pd.DataFrame) -> bytes:
    """A table as Parquet."""
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()


def to_bytes(table: pd.DataFrame, form: str, name: str = "") -> bytes:
    """A table in one of the formats that hold one table.

    Parameters
    ----------
    table : pandas.DataFrame
    form : {"csv", "parquet", "xlsx"}
    name : str
        What the sheet of a workbook is called.
    """
    if form == "xlsx":
        return to_xlsx(table, name)
    return to_csv(table) if form == "csv" else to_parquet(table)


def to_json(name: str, dataset: Dataset, filters: Filters, params: Any, result: Result, only: str | None = None) -> str:
    """A whole result as one JSON object, in the shape that the README states; missing values are null."""
    tables = {key: dataset.with_ids(table) for key, table in result.tables().items() if only in (None, key)}
    whole = {
        "analysis": name,
        "snapshot": dataset.info.version,
        "as_of": (filters.last or dataset.info.last_day).isoformat(),
        "filters": filters_as_dict(filters),
        "params": as_dict(params),
        "warnings": [notice.as_dict() for notice in result.notices],
        "tables": {key: _rows(table) for key, table in tables.items()},
    }
    return json.dumps(whole, ensure_ascii=False, default=_plain, allow_nan=False)


def filters_as_dict(filters: Filters) -> dict[str, Any]:
    """A filter under its link names, dates as ISO text."""
    chosen = {spec.key: getattr(filters, spec.field) for spec in FILTERS}
    return {
        **{key: value.isoformat() if isinstance(value, date) else value for key, value in chosen.items()},
        "classes": filters.classes,
    }


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    columns = {}
    for name in table.columns:
        column = table[name]
        if pd.api.types.is_datetime64_any_dtype(column):
            values = column.dt.strftime("%Y-%m-%d").astype(object)
        else:
            values = column.astype(object)
        columns[name] = values.where(column.notna(), None).tolist()
    names = list(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (date, pd.Timestamp)):
        return value.isoformat()[:10]
    raise TypeError(f"{type(value).__name__} can't be written as JSON")
