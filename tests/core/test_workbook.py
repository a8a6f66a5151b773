"""Tables as Excel workbooks, read back with openpyxl and python-calamine."""

import io
import zipfile
from datetime import date, datetime
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from core import workbook
from core.errors import BadParameterError
from core.workbook import to_xlsx
from tests.core.test_export import HOSTILE

ADDRESSES = ["http://example.com", "mailto:a@example.com", "internal:Sheet1!A1", "external:c:\\x.xlsx", "file://x"]


def page(content: bytes) -> Worksheet:
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert len(book.worksheets) == 1
    return book.worksheets[0]


def read(content: bytes) -> list[list[Any]]:
    """Rows as calamine reads them, from the first cell on."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return sheet.to_python(skip_empty_area=False)


@pytest.mark.parametrize("kind", ["object", "str", "category"])
def test_text_is_a_cell_of_text_whatever_it_looks_like(kind: str) -> None:
    texts = [
        *HOSTILE,
        *ADDRESSES,
        "0012",
        "1e5",
        "TRUE",
        "2021-03-04",
        " pad ",
        "東北",
        "🙂",
        '<b>&"',
        "_x000D_",
        "a\x01b",
    ]
    content = to_xlsx(pd.DataFrame({"name": pd.Series(texts, dtype=kind), "place": range(len(texts))}))
    assert [row[0] for row in read(content)] == ["name", *texts]
    cells = [row[0] for row in page(content).iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_numbers_dates_and_truths_are_what_they_are() -> None:
    table = pd.DataFrame(
        {
            "count": np.array([-1, 2**53], dtype=np.int64),
            "money": [0.3, -1.5],
            "small": np.array([7, 255], dtype=np.uint8),
            "day": pd.to_datetime(["2021-03-04", "1900-03-01"]),
            "moment": pd.to_datetime(["2021-03-04 05:06:07", "2021-03-04 00:00:00"]),
            "yes": [True, False],
            "plain": pd.Series([date(2021, 3, 4), date(2020, 2, 29)], dtype=object),
        }
    )
    rows = read(to_xlsx(table))
    assert rows[0] == list(table)
    assert rows[1:] == [
        [-1, 0.3, 7, date(2021, 3, 4), datetime(2021, 3, 4, 5, 6, 7), True, date(2021, 3, 4)],
        [2**53, -1.5, 255, date(1900, 3, 1), date(2021, 3, 4), False, date(2020, 2, 29)],
    ]
    formats = {cell.column_letter: cell.number_format for cell in page(to_xlsx(table))[2]}
    assert (formats["D"], formats["E"], formats["A"]) == ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "General")


def test_what_a_cell_cannot_hold_as_it_is_becomes_text() -> None:
    values = pd.Series([2**53 + 1, np.inf, -np.inf, date(1850, 1, 2), np.float64(1.5), np.int64(3)], dtype=object)
    found = [row[0].value for row in page(to_xlsx(pd.DataFrame({"x": values}))).iter_rows(min_row=2)]
    assert found == ["9007199254740993", "inf", "-inf", "1850-01-02", 1.5, 3]


def test_missing_values_are_empty_cells() -> None:
    table = pd.DataFrame(
        {
            "text": pd.Series(["a", None, "b"], dtype="str"),
            "number": [1.0, np.nan, 3.0],
            "whole": pd.array([1, None, 3], dtype="Int64"),
            "day": pd.to_datetime(["2021-03-04", None, "2021-03-05"]),
            "class": pd.Categorical(["A", None, "B"]),
        }
    )
    assert [cell.value for cell in page(to_xlsx(table))[3]] == [None] * 5


def test_the_header_is_bold_text_and_stays_in_view() -> None:
    sheet = page(to_xlsx(pd.DataFrame({"=1+1": [1], "n": ["x" * 300], 3: [2.5]}), "cuts"))
    assert [cell.value for cell in sheet[1]] == ["=1+1", "n", "3"]
    assert all(cell.font.b and cell.data_type == "s" for cell in sheet[1])
    assert not any(cell.font.b for cell in sheet[2])
    assert sheet.freeze_panes == "A2"
    widths = [sheet.column_dimensions[name].width for name in "ABC"]
    assert 8 < widths[0] < 12
    assert widths[1] > 50
    assert widths[1] < 70


def test_no_rows_leave_the_header_and_no_columns_an_empty_sheet() -> None:
    assert read(to_xlsx(pd.DataFrame({"a": pd.Series([], dtype=object), "b": pd.Series([], dtype=float)}))) == [
        ["a", "b"]
    ]
    assert read(to_xlsx(pd.DataFrame())) == []


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("cuts", "cuts"),
        ("a/b[c]:d", "a b c  d"),
        ("x" * 40, "x" * 31),
        ("", "Sheet1"),
        ("History", "Sheet1"),
        ("'a'", "a"),
    ],
)
def test_a_sheet_bears_its_name_as_far_as_excel_allows(wanted: str, found: str) -> None:
    assert page(to_xlsx(pd.DataFrame({"a": [1]}), wanted)).title == found


def test_what_a_sheet_cannot_hold_is_an_error_that_names_csv(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (workbook.MOST_ROWS, workbook.MOST_COLUMNS) == (1_048_576, 16_384)
    to_xlsx(pd.DataFrame({"a": ["x" * 32_767]}))
    with pytest.raises(BadParameterError) as raised:
        to_xlsx(pd.DataFrame({"a": ["x" * 32_768]}))
    assert str(raised.value) == (
        "the table is too large for an Excel sheet; expected at most 32,767 letters in a cell, found 32,768. Take CSV instead."
    )
    monkeypatch.setattr(workbook, "MOST_ROWS", 4)
    to_xlsx(pd.DataFrame({"a": range(3)}))
    with pytest.raises(
        BadParameterError, match=r"at most 3 rows and 16,384 columns, found 4 and 1\. Take CSV instead\.$"
    ):
        to_xlsx(pd.DataFrame({"a": range(4)}))
