"""Workbooks that are meant to do harm, or are broken: refused before they take memory or time."""

import re
import struct
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlwt.CompoundDoc

from core.errors import BadInputError
from tests.core.ingest.books import edited, staged, write_book, write_ods_content
from tests.core.ingest.helpers import write_xlsx

FORMATS = ("xlsx", "xlsm", "xlsb", "xls", "ods")


HEADER = ["Order ID", "Customer ID", "Date", "Quantity", "Amount"]


LINES: list[list[Any]] = [
    [1, "a", date(2011, 1, 5), 2, 10.5],
    [2, "17850", date(2011, 1, 6), 1, 20.25],
    [3, "a", date(2011, 2, 7), 1, 5],
]


SHEET = "xl/worksheets/sheet1.xml"


def test_a_declared_size_takes_no_memory(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "orders.xlsx", {"Sales": [["a", "b"], ["x", 1]]})
    edited(path, SHEET, "<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    code = (
        "import sys; from pathlib import Path; from core.ingest.readers.workbook import read_workbook; "
        "read_workbook(Path(sys.argv[1]), Path(sys.argv[1] + '.parquet')); "
        "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code, str(path)], cwd=root, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 600 << 10


@pytest.mark.parametrize("place", ["XFD1048576", "BZ900000"])
def test_cells_far_from_each_other_are_refused(place: str, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "orders.xlsx", {"Sales": [["a", "b"], ["x", 1]]})
    number = place.lstrip("BDFXZ")
    edited(path, SHEET, "</sheetData>", f'<row r="{number}"><c r="{place}"><v>1</v></c></row></sheetData>')
    with pytest.raises(
        BadInputError,
        match=r"^orders\.xlsx: sheet 'Sales' reaches over [\d,]+ rows and [\d,]+ columns; expected at most",
    ):
        staged(path)


def test_cells_far_away_that_are_empty_do_no_harm(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "orders.xlsx", {"Sales": [["a", "b"], ["x", 1]]})
    edited(path, SHEET, "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>')
    assert staged(path)[0] == [["x", "1", 2]]


@pytest.mark.parametrize(
    "body",
    [
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="1000" '
        'office:value-type="float" office:value="1"/></table:table-row>',
        '<table:table-row><table:table-cell table:number-columns-repeated="900000000" office:value-type="float" office:value="1"/>'
        "</table:table-row>",
    ],
)
def test_repeated_cells_of_ods_are_counted_first(body: str, tmp_path: Path) -> None:
    path = write_ods_content(tmp_path / "orders.ods", f'<table:table table:name="S">{body}</table:table>')
    with pytest.raises(
        BadInputError, match=r"^orders\.ods: sheet 'S' reaches over [\d,]+ rows and [\d,]+ columns; expected at most"
    ):
        staged(path)


def test_ods_repeats_its_empty_rest_without_harm(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    nothing = '<table:table-cell table:number-columns-repeated="16384"/>'
    rest = f'<table:table-row table:number-rows-repeated="1048574">{nothing}</table:table-row>'
    head = f"<table:table-row>{cell.format('a')}{cell.format('b')}</table:table-row>"
    line = f'<table:table-row table:number-rows-repeated="2">{cell.format("x")}{cell.format("y")}</table:table-row>'
    path = write_ods_content(tmp_path / "a.ods", f'<table:table table:name="S">{head}{line}{rest}</table:table>')
    assert staged(path)[0] == [["x", "y", 2], ["x", "y", 3]]


def test_a_long_text_used_by_every_cell_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = [["a", "b"], *([["x", 1]] * 400)]
    path = write_xlsx(tmp_path / "orders.xlsx", {"Sales": content})
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read(SHEET).decode()
    shared = re.sub(r't="inlineStr"><is><t>x</t></is>', 't="s"><v>1</v>', sheet)
    edited(path, SHEET, sheet, shared)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", f"<sst><si><t>x</t></si><si><t>{'y' * 100_000}</t></si></sst>")
    monkeypatch.setattr("core.ingest.readers.cells.LARGEST_TEXT", 1 << 20)
    monkeypatch.setattr("core.ingest.readers.cells_xml.LARGEST_TEXT", 1 << 20)
    with pytest.raises(
        BadInputError,
        match=r"^orders\.xlsx: sheet 'Sales' unpacks to too much text; expected at most 1 MB\. Save it as CSV\.$",
    ):
        staged(path)
    # A text that is long and not used counts for nothing.
    edited(path, SHEET, 't="s"><v>1</v>', 't="s"><v>0</v>')
    assert staged(path)[0][0] == ["x", "1", 2]


def test_the_size_in_the_header_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ingest.readers.cells.LARGEST_UNPACKED", 1 << 20)
    path = write_xlsx(tmp_path / "orders.xlsx", {"Sales": [HEADER, *([LINES[0]] * 20_000)]})
    data = path.read_bytes()
    at = data.rindex(SHEET.encode()) - 46 + 24
    path.write_bytes(data[:at] + struct.pack("<I", 10) + data[at + 4 :])
    with pytest.raises(
        BadInputError, match=r"^orders\.xlsx: unpacks to too much; expected at most 1 MB\. Save it as CSV\.$"
    ):
        staged(path)


def test_xml_with_a_document_type_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "orders.xlsx", {"Sales": [HEADER, *LINES]})
    edited(path, "xl/workbook.xml", "<workbook", '<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook')
    with pytest.raises(BadInputError, match=r"^orders\.xlsx: is not a workbook; found XML with a document type$"):
        staged(path)


def test_a_locked_workbook(tmp_path: Path) -> None:
    records = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 5, 0, 0, 0, 0) + struct.pack("<HH", 0x2F, 6) + bytes(6)
    stream = records + struct.pack("<HH", 0x0A, 0)
    xlwt.CompoundDoc.XlsDoc().save(str(tmp_path / "orders.xls"), stream)
    with pytest.raises(BadInputError, match=r"^orders\.xls: is locked with a password\. Save it without one\.$"):
        staged(tmp_path / "orders.xls")


@pytest.mark.parametrize("form", FORMATS)
def test_half_a_workbook(form: str, tmp_path: Path) -> None:
    path = write_book(tmp_path / f"orders.{form}", {"Sales": [HEADER, *LINES]})
    whole = path.read_bytes()
    for share in (3, 10, 50, 90, 99):
        path.write_bytes(whole[: len(whole) * share // 100])
        with pytest.raises(BadInputError, match=rf"^orders\.{form}: "):
            staged(path)
