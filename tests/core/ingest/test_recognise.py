"""What is recognised from the first rows of files, what is asked, and what is wrong: never an exception for a bad file."""

import gzip
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import Question
from core.ingest import parse_mapping
from core.ingest.mapping.correcting import answer, assign_column
from core.ingest.mapping.files import save, shape
from core.ingest.mapping.model import Block, Mapping_
from core.ingest.readers.heads import ROWS, SIZE, head_of
from core.ingest.recognise import Recognised, recognise
from tests.core.ingest.helpers import GOOD, run, table, write, write_xlsx

HEADER = "Invoice,Customer,Date,Qty,Price,Country"
LINES = ("1,a,2011-01-25,2,1.50,UK", "1,a,2011-01-25,1,,UK", "2,b,2011-02-07,5,10.25,France")
SALES = table(*LINES, header=HEADER)


def look(
    folder: Path, *paths: Path, mapping: dict[str, Any] | Mapping_ | None = None, data: Path | None = None
) -> list[Recognised]:
    number = len(list(folder.glob("look*")))
    work = folder / f"look{number}"
    work.mkdir()
    return list(recognise(paths, parse_mapping(mapping) if isinstance(mapping, dict) else mapping, work, data))


def only(found: list[Recognised]) -> Recognised:
    (one,) = found
    return one


def test_a_plain_file_with_its_columns_their_meaning_and_examples(tmp_path: Path) -> None:
    found = only(look(tmp_path, write(tmp_path, SALES)))
    assert (found.file, found.table, found.rows, found.whole) == ("orders.csv", "order_lines", 3, True)
    assert (found.questions, found.problems, found.mapping, found.sheets) == ((), (), "", ())
    assert {"encoding": "utf-8", "delimiter": "comma", "dates": "iso", "decimal": "."}.items() <= dict(
        found.how
    ).items()
    assert [(guess.header, guess.field, guess.examples) for guess in found.columns] == [
        ("Invoice", "order_id", ("1", "2")),
        ("Customer", "customer_id", ("a", "b")),
        ("Date", "date", ("2011-01-25", "2011-02-07")),
        ("Qty", "quantity", ("2", "1", "5")),
        ("Price", "unit_price", ("1.50", "10.25")),
        ("Country", "region", ("UK", "France")),
    ]


def test_the_alternatives_are_what_the_values_could_be(tmp_path: Path) -> None:
    content = table("1,2011-01-25,1.50,UK,20110125,", header="a,b,c,d,e,f")
    found = only(
        look(tmp_path, write(tmp_path, content), mapping={"order_lines": {"file": "orders.csv", "order_id": "a"}})
    )
    could = {guess.header: guess.alternatives for guess in found.columns}
    assert could["b"] == ("date",)
    assert could["c"][:6] == ("amount", "quantity", "unit_price", "cost", "unit_cost", "discount")
    assert {"customer_id", "region"} <= set(could["c"])
    assert "amount" not in could["d"]
    assert {"customer_id", "product", "region", "channel"} <= set(could["d"])
    assert could["e"][0] == "date"
    assert {"date", "amount", "region"} <= set(could["f"])
    assert "order_id" not in could["a"]


def test_what_is_recognised_says_the_same_as_a_mapping(tmp_path: Path) -> None:
    path = write(tmp_path, SALES)
    found = only(look(tmp_path, path))
    assert found.block is not None
    by_block = run(tmp_path, path, mapping=Mapping_(blocks=(found.block,)))
    assert by_block.report.total().kept.money == run(tmp_path, path).report.total().kept.money


def test_all_questions_of_a_file_are_asked_at_once(tmp_path: Path) -> None:
    content = 'order id,customer,order date,invoice date,amount,cost\n1,a,2011-01-25,2011-01-26,"1,234","2,500"\n'
    (path, other) = (
        write(tmp_path, content, "a.csv"),
        write(tmp_path, table("1,a,01/02/2011,$5", "2,a,03/04/2011,£6"), "b.csv"),
    )
    first, second = look(tmp_path, path, other)
    assert [asked.setting for asked in first.questions] == ["order_lines.date", "settings.decimal"]
    assert [choice for choice, _ in first.questions[0].choices] == ["order date", "invoice date"]
    assert [asked.setting for asked in second.questions] == ["order_lines.date.format", "settings.currency"]
    assert (first.problems, second.problems) == ((), ())
    assert {asked.file for asked in second.questions} == {"b.csv"}


def test_answers_settle_the_questions(tmp_path: Path) -> None:
    content = "order id,customer,order date,invoice date,amount\n1,a,01/02/2011,02/02/2011,5\n"
    path = write(tmp_path, content)
    mapping = Mapping_()
    for expected in ("order_lines.date", "order_lines.date.format"):
        found = only(look(tmp_path, path, mapping=mapping))
        (asked,) = found.questions
        assert asked.setting == expected
        choice = asked.choices[0][0]
        assert found.block is not None
        mapping = answer(mapping, found.block, asked, choice)
    found = only(look(tmp_path, path, mapping=mapping))
    assert found.questions == ()
    assert {guess.header: guess.field for guess in found.columns}["order date"] == "date"
    assert dict(run(tmp_path, path, mapping=mapping).report.totals)["first_day"] == "2011-02-01"


def test_a_missing_field_is_a_problem_until_it_is_said(tmp_path: Path) -> None:
    path = write(tmp_path, table("1,a,2011-01-25,5", header="Bill,customer,date,amount"))
    found = only(look(tmp_path, path))
    assert found.table == "order_lines"
    assert found.problems == (
        "orders.csv: has no column for order_id; found Bill, customer, date, amount. Say in a mapping which column it is: "
        '[order_lines] order_id = "...".',
    )
    assert found.block is not None
    mapping = assign_column(Mapping_(), found.block, "Bill", "order_id")
    assert only(look(tmp_path, path, mapping=mapping)).problems == ()


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "x.csv: is empty"),
    "a PDF": (b"%PDF-1.7", "x.csv: is a PDF document, not a table"),
    "NUL bytes": (bytes(range(256)) * 20, ""),
    "no header": (b"1,2\n3,4\n5,6\n", "x.csv: has no header"),
    "a header": (b"order_id,customer_id,date,amount\n", "x.csv: has a header and no rows"),
    "nothing known": (b"alpha,beta\nx,y\n", "x.csv: its columns are not recognised as order lines"),
    "two of one name": (b"a,a\n1,2\n", "x.csv: two columns are called 'a'"),
    "no dates": (b"order_id,customer_id,date,amount\n1,a,soon,5\n", "x.csv: column 'date' has 1 values that are not dates"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_has_a_problem_and_the_others_are_read(case: str, tmp_path: Path) -> None:
    content, message = BAD[case]
    bad, good = look(tmp_path, write(tmp_path, content, "x.csv"), write(tmp_path, SALES))
    assert any(problem.startswith(message) for problem in bad.problems), bad
    assert (good.table, good.problems) == ("order_lines", ())


def test_files_that_are_not_there_archives_and_folders(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    write(folder, SALES, "one.csv")
    with zipfile.ZipFile(folder / "two.zip", "w") as archive:
        archive.writestr("inner/products.csv", "sku,product\n1,Lamp\n")
    found = look(tmp_path, tmp_path / "none.csv", folder)
    assert {one.file: one.table for one in found} == {
        "none.csv": "",
        "one.csv": "order_lines",
        "products.csv": "products",
    }
    assert found[0].problems == ("none.csv: there is no such file",)


def test_a_workbook_with_several_sheets(tmp_path: Path) -> None:
    sheets = {"2011": [HEADER.split(","), *(line.split(",") for line in LINES)], "Notes": [["Text", "By"], ["x", "y"]]}
    path = write_xlsx(tmp_path / "book.xlsx", sheets)
    found = only(look(tmp_path, path))
    assert (found.sheets, found.columns) == (("2011", "Notes"), ())
    (asked,) = found.questions
    assert (asked.file, asked.setting) == ("book.xlsx", "order_lines.sheet")
    chosen = only(look(tmp_path, path, mapping=answer(Mapping_(), Block("", files=(path.name,)), asked, "2011")))
    assert (chosen.table, chosen.rows, chosen.questions, chosen.sheets) == ("order_lines", 3, (), ("2011", "Notes"))
    assert chosen.block is not None
    assert chosen.block.sheet == "2011"


def test_only_the_beginning_of_a_large_file_is_read(tmp_path: Path) -> None:
    line = "1,a,2011-01-25," + "9" * 60 + "\n"
    content = "order_id,customer_id,date,amount\n" + line * (2 * SIZE // len(line))
    found, packed = look(tmp_path, write(tmp_path, content), _gzip(tmp_path / "packed.csv.gz", content))
    assert (found.whole, packed.whole) == (False, False)
    assert 0 < found.rows <= ROWS
    assert packed.rows == found.rows
    many = write(tmp_path, table(*["1,a,2011-01-25,9"] * 300_000), "many.csv")
    assert (only(look(tmp_path, many)).rows, only(look(tmp_path, many)).whole) == (ROWS, False)


def _gzip(path: Path, content: str) -> Path:
    path.write_bytes(gzip.compress(content.encode()))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "cp1251"])
def test_the_beginning_ends_with_a_whole_line(encoding: str, tmp_path: Path) -> None:
    mark = b"" if encoding in ("utf-8", "cp1251") else "\ufeff".encode(encoding)
    path = write(tmp_path, mark + "".join(f"строка {at}\n" for at in range(5_000)).encode(encoding), "x.csv")
    (tmp_path / "head").mkdir()
    head, whole = head_of(path, tmp_path / "head", 9_999)
    lines = head.read_bytes().removeprefix(mark).decode(encoding).split("\n")
    assert not whole
    assert lines[-1] == ""
    assert lines[:-1] == [f"строка {at}" for at in range(len(lines) - 1)]


def test_parquet_and_arrow(tmp_path: Path) -> None:
    count = ROWS + 5
    columns = {
        "order_id": [str(at) for at in range(count)],
        "customer_id": ["a"] * count,
        "date": ["2011-01-25"] * count,
    }
    content = pa.table(columns | {"amount": [1.5] * count})
    pq.write_table(content, tmp_path / "a.parquet")
    with pa.OSFile(str(tmp_path / "b.arrow"), "wb") as sink, pa.ipc.new_file(sink, content.schema) as writer:
        writer.write_table(content[:10])
    first, second = look(tmp_path, tmp_path / "a.parquet", tmp_path / "b.arrow")
    assert (first.table, first.rows, first.whole, first.problems) == ("order_lines", ROWS, False, ())
    assert (second.table, second.rows, second.whole, second.problems) == ("order_lines", 10, True, ())
    assert first.columns[3].examples == ("1.5",)


def test_saved_and_ready_mappings_are_used_and_named(tmp_path: Path) -> None:
    headers = ["Bill", "Who", "Day", "Sum"]
    meant = {
        "file": "x.csv",
        "order_id": "Bill",
        "customer_id": "Who",
        "date": {"column": "Day", "format": "%d/%m/%Y"},
        "amount": "Sum",
    }
    save(tmp_path / "data", "Our till", parse_mapping({"order_lines": meant}), [shape(headers)])
    till = write(tmp_path, table("1,a,01/02/2011,5", header=",".join(headers)), "feb.csv")
    events = write(tmp_path, "event_name,event_timestamp,user_pseudo_id\nview,1709280309000000,1.1\n", "events.csv")
    first, second = look(tmp_path, till, events, data=tmp_path / "data")
    assert (first.mapping, first.table, first.questions, first.problems) == ("Our till", "order_lines", (), ())
    assert dict(first.how)["mapping"] == "Our till"
    assert (second.mapping, second.table, second.problems) == ("GA4 events", "touchpoints", ())
    assert [guess.field for guess in second.columns] == ["step", "time", "person_id"]


def test_what_is_looked_up_stays_in_the_block_and_its_file_is_no_table(tmp_path: Path) -> None:
    areas = write(tmp_path, "Area,Name\n1,North\n", "areas.csv")
    orders = write(tmp_path, table("1,a,2011-01-25,1,1", header="order_id,customer_id,date,amount,Area"))
    region = {"lookup": "areas.csv", "key": "Area", "value": "Name"}
    mapping = parse_mapping({"order_lines": {"file": "orders.csv", "region": region}})
    found, other = look(tmp_path, orders, areas, mapping=mapping)
    assert (found.problems, other.problems, other.table) == ((), (), "")
    assert {guess.header: guess.field for guess in found.columns}["Area"] == "region"
    assert found.block is not None
    assert dict(found.block.specs)["region"] == dict(mapping.blocks[0].specs)["region"]


def test_two_files_of_one_name(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    _, second = look(tmp_path, write(tmp_path, SALES), write(tmp_path / "other", SALES))
    assert second.problems == ("orders.csv: two files have this name. Rename one of them.",)


def test_two_columns_for_a_customer_are_asked_about(tmp_path: Path) -> None:
    path = write(tmp_path, "CustomerKey,Customer ID,City\n1,AW1,Rome\n", "people.csv")
    found = only(look(tmp_path, path))
    choices = (("CustomerKey", "CustomerKey"), ("Customer ID", "Customer ID"))
    assert found.questions == (Question("people.csv", "customers.customer_id", choices),)
    assert found.problems == ()


def test_a_plain_import_needs_no_answer_that_recognising_did_not_ask_for(tmp_path: Path) -> None:
    path = write(tmp_path, table(*GOOD))
    assert only(look(tmp_path, path)).questions == ()
    run(tmp_path, path)
