"""Workbooks of five formats: errors kept, sheets asked for, and what is too much for the memory."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import xlwt

from core.errors import BadInputError, QuestionError
from core.ingest.readers.workbook import sheets_of
from tests.core.ingest.books import CODES, edited, staged, write_book, write_ods_content
from tests.core.ingest.helpers import amounts, rows, run, write_xlsx

FORMATS = ("xlsx", "xlsm", "xlsb", "xls", "ods")


HEADER = ["Order ID", "Customer ID", "Date", "Quantity", "Amount"]


LINES: list[list[Any]] = [
    [1, "a", date(2011, 1, 5), 2, 10.5],
    [2, "17850", date(2011, 1, 6), 1, 20.25],
    [3, "a", date(2011, 2, 7), 1, 5],
]


KEPT = [105_000, 202_500, 50_000]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_gives_the_same(form: str, tmp_path: Path) -> None:
    content = [["Sales 2011"], [], HEADER, *LINES, ["Total", None, None, None, 35.75]]
    clean = run(tmp_path, write_book(tmp_path / f"orders.{form}", {"Sales": content}))
    assert amounts(clean) == KEPT
    assert [row["customer_id"] for row in rows(clean)] == ["a", "17850", "a"]
    assert [row["date"] for row in rows(clean)] == [line[2] for line in LINES]
    how = dict(clean.report.files[0].how)
    assert (how["sheet"], how["header_row"]) == ("Sales", "3")
    assert [(rule, count.rows) for rule, count in clean.report.total().left_out] == [("totals_row", 1)]


@pytest.mark.parametrize("form", FORMATS)
def test_error_cells_are_quarantined_as_what_they_are(form: str, tmp_path: Path) -> None:
    bad = [[4, "b", date(2011, 2, 8), 1, "#N/A"], [5, "b", "#REF!", 1, 3], [6, "b", date(2011, 2, 8), "#DIV/0!", 3]]
    clean = run(tmp_path, write_book(tmp_path / f"orders.{form}", {"Sales": [HEADER, *LINES, *bad]}))
    assert amounts(clean) == KEPT
    assert clean.quarantine is not None
    found = [
        (row["row"], row["column"], row["value"], row["reason"]) for row in pq.read_table(clean.quarantine).to_pylist()
    ]
    assert sorted(found) == [
        (5, "Amount", "#N/A", "not_a_number"),
        (6, "Date", "#REF!", "not_a_date"),
        (7, "Quantity", "#DIV/0!", "not_a_number"),
    ]
    assert dict(clean.report.files[0].how)["cells_without_value"] == "3"


@pytest.mark.parametrize("form", FORMATS)
def test_an_error_is_no_customer_and_no_order(form: str, tmp_path: Path) -> None:
    day = date(2011, 2, 8)
    bad = [[4, "#N/A", day, 1, 3], ["#REF!", "b", day, 1, 3], [6, None, day, 1, 3]]
    path = write_book(tmp_path / f"orders.{form}", {"Sales": [HEADER, *LINES, *bad]})
    clean = run(tmp_path, path)
    assert [(one.column, one.rows, one.row, one.value, one.reason) for one in clean.report.problems] == [
        (HEADER[0], 1, 6, "#REF!", "error_cell"),
        (HEADER[1], 1, 5, "#N/A", "error_cell"),
    ]
    assert str(clean.report.problems[1]) == (
        f"orders.{form}: column '{HEADER[1]}' has 1 value that is an error of a spreadsheet (first: row 5, '#N/A')"
    )
    assert clean.report.note("missing_customer") == 1
    said = {"order_lines": {"customer_id": {"column": HEADER[1], "missing": ["#N/A"]}}}
    assert run(tmp_path, path, mapping=said).report.note("missing_customer") == 2


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("error", [text for text in CODES if text != "#GETTING_DATA"])
def test_every_error_has_its_name(form: str, error: str, tmp_path: Path) -> None:
    found, _ = staged(write_book(tmp_path / f"orders.{form}", {"Sales": [["a", "b"], ["x", error]]}))
    assert found == [["x", error, 2]]


@pytest.mark.parametrize("form", FORMATS)
def test_an_error_outside_of_the_values_is_not_lost(form: str, tmp_path: Path) -> None:
    content = [["a", "b"], ["x", "y"], [None, "#NUM!"]]
    found, _ = staged(write_book(tmp_path / f"orders.{form}", {"Sales": content}))
    assert found == [["x", "y", 2], [None, "#NUM!", 3]]


@pytest.mark.parametrize("form", FORMATS)
def test_hidden_sheets_are_passed_over_and_named(form: str, tmp_path: Path) -> None:
    sheets: dict[str, list[list[Any]]] = {
        "Sales": [HEADER, *LINES],
        "Empty": [],
        "Old": [HEADER, *LINES],
        "Older": [["x"]],
    }
    path = write_book(tmp_path / f"orders.{form}", sheets, hidden=("Old", "Older"))
    clean = run(tmp_path, path)
    assert amounts(clean) == KEPT
    assert dict(clean.report.files[0].how)["hidden_sheets"] == "Old, Older"
    assert sheets_of(path) == ("Sales",)


def test_a_workbook_of_which_all_is_hidden(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "orders.xlsx", {"Empty": [], "Old": [HEADER, *LINES]}, hidden=("Old",))
    with pytest.raises(BadInputError, match=r"^orders\.xlsx: is empty; found hidden sheets: Old$"):
        staged(path)
    assert len(staged(path, sheet="Old")[0]) == 3


@pytest.mark.parametrize("form", FORMATS)
def test_several_sheets_are_asked_about(form: str, tmp_path: Path) -> None:
    path = write_book(tmp_path / f"two.{form}", {"Sales": [["2011"], HEADER, *LINES], "2010": [HEADER, *LINES[:1]]})
    with pytest.raises(QuestionError) as caught:
        run(tmp_path, path)
    assert str(caught.value) == (
        f"two.{form}: has several sheets; found Sales, 2010. "
        f'Say which in a mapping: [order_lines] file = "two.{form}", sheet = "Sales".'
    )
    question = caught.value.question
    assert (question.file, question.setting) == (f"two.{form}", "order_lines.sheet")
    words = "Order ID, Customer ID, Date, Quantity, Amount"
    assert question.choices == (("Sales", words), ("2010", words))
    for block in ({"file": f"two.{form}", "sheet": "2010"}, {"sheet": "2010"}):
        assert amounts(run(tmp_path, path, mapping={"order_lines": block})) == KEPT[:1]


def test_the_question_goes_to_the_table_that_the_mapping_names(tmp_path: Path) -> None:
    people = [["Customer ID", "City"], ["a", "Bonn"]]
    path = write_xlsx(tmp_path / "people.xlsx", {"A": people, "B": people})
    orders = write_xlsx(tmp_path / "orders.xlsx", {"Sales": [HEADER, *LINES]})
    with pytest.raises(QuestionError) as caught:
        run(tmp_path, orders, path, mapping={"customers": {"file": "people.xlsx"}})
    assert caught.value.question.setting == "customers.sheet"
    assert '[customers] file = "people.xlsx", sheet = "A"' in str(caught.value)


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "orders.xlsx", {"Sales": [HEADER, *LINES]})
    with pytest.raises(BadInputError, match=r"^orders\.xlsx: has no sheet '2010'; found Sales$"):
        staged(path, sheet="2010")


SHEET = "xl/worksheets/sheet1.xml"


AMOUNT = '<c r="E3"><v>20.25</v></c>'


@pytest.mark.parametrize("rest", ["", "<v></v>", "<v/>"])
def test_a_formula_that_was_never_computed_shows_itself(rest: str, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "orders.xlsx", {"Sales": [HEADER, *LINES]})
    edited(path, SHEET, AMOUNT, f'<c r="E3"><f>D3*2</f>{rest}</c>')
    clean = run(tmp_path, path)
    assert amounts(clean) == [KEPT[0], KEPT[2]]
    assert list(map(str, clean.report.problems)) == [
        "orders.xlsx: column 'Amount' has 1 value that is not a number (first: row 3, '=D3*2')"
    ]


def test_a_computed_formula_is_its_value_and_may_be_an_empty_text(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "orders.xlsx", {"Sales": [["a", "b"], ["x", 1], ["y", 2]]})
    edited(path, SHEET, '<c r="B2"><v>1</v></c>', '<c r="B2"><f>1+1</f><v>2</v></c>')
    edited(path, SHEET, '<c r="B3"><v>2</v></c>', '<c r="B3" t="str"><f>""</f><v></v></c>')
    assert staged(path)[0] == [["x", "2", 2], ["y", None, 3]]


def test_formulas_of_xls_and_ods_that_were_never_computed(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sales")
    for column, value in enumerate(["a", "b"]):
        sheet.write(0, column, value)
    sheet.write(1, 0, "x")
    sheet.write(1, 1, xlwt.Formula("1/2"))
    book.save(str(tmp_path / "a.xls"))
    # xlwt computes nothing and writes the result of a text without the text.
    assert staged(tmp_path / "a.xls")[0][0][0] == "x"
    cells = "<table:table-cell office:value-type='string'><text:p>x</text:p></table:table-cell>"
    body = (
        f'<table:table table:name="S"><table:table-row>{cells}{cells.replace("x<", "y<")}</table:table-row><table:table-row>{cells}'
        '<table:table-cell table:formula="of:=1/2"/></table:table-row></table:table>'
    )
    assert staged(write_ods_content(tmp_path / "a.ods", body))[0] == [["x", "=1/2", 2]]


def test_the_slow_look_sees_what_the_fast_one_sees(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "orders.xlsx", {"Sales": [["a", "b"], ["x", "#N/A"], ["y", 2], ["z", "#REF!"]]})
    fast = staged(path)
    edited(path, SHEET, '<c r="A3"', "<c")
    assert staged(path) == fast
    edited(path, SHEET, '<c r="B3"><v>2</v>', '<c r="B3"><!-- <c r="XFD9"> --><v>2</v>')
    assert staged(path) == fast


def merged(tmp_path: Path, content: list[list[Any]], *ranges: str) -> Path:
    path = write_xlsx(tmp_path / "orders.xlsx", {"Sales": content})
    cells = "".join(f'<mergeCell ref="{place}"/>' for place in ranges)
    return edited(path, SHEET, "</sheetData>", f"</sheetData><mergeCells>{cells}</mergeCells>")


def test_texts_and_dates_of_merged_cells_stand_in_each_row(tmp_path: Path) -> None:
    content = [HEADER, ["A1", "a", date(2011, 1, 5), 1, 10.5], [None, None, None, 1, 20.25], [None, None, None, 1, 5]]
    clean = run(tmp_path, merged(tmp_path, content, "A2:A4", "B2:B3", "C2:C4"))
    assert [(row["order_id"], row["customer_id"], row["amount"]) for row in rows(clean)] == [
        ("A1", None, 50_000),
        ("A1", "a", 105_000),
        ("A1", "a", 202_500),
    ]
    assert dict(clean.report.files[0].how)["merged_cells"] == "3"


def test_merged_numbers_are_not_counted_twice_and_their_rows_are_shown(tmp_path: Path) -> None:
    content = [HEADER, LINES[0], [2, "b", date(2011, 1, 6), 1, None], LINES[2]]
    clean = run(tmp_path, merged(tmp_path, content, "E2:E3"))
    assert sum(amounts(clean)) == KEPT[0] + KEPT[2]
    assert clean.quarantine is not None
    (row,) = pq.read_table(clean.quarantine).to_pylist()
    assert (row["row"], row["reason"]) == (3, "merged_cell")


def test_merged_cells_of_one_row_are_nothing_special(tmp_path: Path) -> None:
    content = [["Sales 2011"], HEADER, *LINES, ["Total", None, None, None, 35.75]]
    clean = run(tmp_path, merged(tmp_path, content, "A1:E1", "A6:D6"))
    assert amounts(clean) == KEPT


def test_merged_cells_of_xls_and_ods(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for place in ((0, 0, "a"), (0, 1, "b"), (1, 1, "1"), (2, 1, "2")):
        sheet.write(*place)
    sheet.write_merge(1, 2, 0, 0, "x")
    book.save(str(tmp_path / "a.xls"))

    def cell(text: str, more: str = "") -> str:
        return f'<table:table-cell office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>'

    lines = [
        cell("a") + cell("b"),
        cell("x", ' table:number-rows-spanned="2" table:number-columns-spanned="1"') + cell("1"),
        "<table:covered-table-cell/>" + cell("2"),
    ]
    body = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    write_ods_content(tmp_path / "b.ods", f'<table:table table:name="S">{body}</table:table>')
    for name in ("a.xls", "b.ods"):
        assert staged(tmp_path / name)[0] == [["x", "1", 2], ["x", "2", 3]]


def test_totals_and_title_rows_of_a_wide_sheet(tmp_path: Path) -> None:
    content = [["Report"], ["made", "by hand"], [], [None, *HEADER], *([None, *line] for line in LINES)]
    path = write_xlsx(tmp_path / "orders.xlsx", {"Sales": content})
    clean = run(tmp_path, path)
    assert amounts(clean) == KEPT
    assert dict(clean.report.files[0].how)["header_row"] == "4"
