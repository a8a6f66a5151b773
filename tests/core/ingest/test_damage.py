"""What mutated files brought to light: damage further on, names that are read as more, cells that take minutes, half characters."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.access import AccessScope, open_dataset
from core.errors import BadInputError
from core.importing.importer import import_files
from tests.core.ingest.helpers import GOOD, amounts, run, table, write

ROWS = {
    "order_id": ["1", "2", "3"],
    "customer_id": ["a", "b", "a"],
    "date": ["2011-01-05", "2011-01-06", "2011-02-07"],
    "amount": [10.5, 20.25, 5.0],
}


def write_parquet(folder: Path, name: str = "orders.parquet") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(ROWS), folder / name, compression="none", use_dictionary=False)
    return folder / name


def test_a_parquet_file_damaged_in_its_middle_says_so(tmp_path: Path) -> None:
    """Its footer is whole; the text of its first column is no UTF-8."""
    path = write_parquet(tmp_path)
    content = bytearray(path.read_bytes())
    at = content.index(b"2011-01-06")
    content[at : at + 2] = b"\xff\xfe"
    path.write_bytes(bytes(content))
    with pytest.raises(BadInputError) as raised:
        run(tmp_path, path)
    assert str(raised.value).startswith(
        "orders.parquet: is damaged; found Invalid Input Error: Invalid string encoding"
    )
    assert str(raised.value).endswith("Export it again.")


@pytest.mark.parametrize("folder", ["amount=7", "order_id=x", "[ab]", "*", "a'b", "$v0", "a\nb", "{a,b}"])
def test_the_name_of_a_folder_is_only_a_name(tmp_path: Path, folder: str) -> None:
    """DuckDB takes ``amount=7`` for a column of sevens when nobody tells it not to, and ``[ab]`` for a pattern."""
    path = write_parquet(tmp_path / folder)
    assert amounts(run(tmp_path / folder, path)) == [105_000, 202_500, 50_000]


@pytest.mark.parametrize("folder", ["revenue=7", "customer=1", "[ab]"])
def test_the_name_of_the_data_folder_is_only_a_name(tmp_path: Path, folder: str) -> None:
    data = tmp_path / folder / "data"
    import_files([write_parquet(tmp_path)], data)
    dataset = open_dataset(data, AccessScope.everything())
    assert dataset.history.revenue.sum() == 357_500
    assert dataset.lines_by_customer()["gross"].tolist() == [155_000, 202_500]


@pytest.mark.parametrize(
    "name", ["[abc].parquet", "*.parquet", "a\nb.parquet", "-rf.parquet", "a'b.parquet", "x=1.parquet"]
)
def test_the_name_of_a_file_is_only_a_name(tmp_path: Path, name: str) -> None:
    assert amounts(run(tmp_path, write_parquet(tmp_path, name))) == [105_000, 202_500, 50_000]


def test_a_file_name_that_is_no_text_is_shown_without_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a\udcff.csv"
    path.write_text("order_id,customer_id,date,amount\n1,a,2011-01-05,5\n2,b,2011-01-06\n3,b,2011-01-06,1\n")
    clean = run(tmp_path, path)
    assert clean.sources == ("a.csv",)
    assert [str(problem) for problem in clean.report.problems] == [
        "a.csv: 1 row with too few cells (first: row 3, '2,b,2011-01-06')"
    ]


@pytest.mark.parametrize("cell", ["x" * 130_000, "ü" * 60_000, "1" + " " * 100_000 + "x", "1,1." * 30_000])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_long_cell_is_not_searched_again_from_each_of_its_letters(tmp_path: Path, cell: str, encoding: str) -> None:
    """In a row, and as a header; before, each took minutes."""
    rows = table(
        *(f"{row},ü" for row in GOOD), f'4,b,2011-02-08,1,"{cell}"', header=f'order_id,customer_id,date,amount,"{cell}"'
    )
    assert amounts(run(tmp_path, write(tmp_path, rows.encode(encoding)))) == [105_000, 202_500, 50_000, 10_000]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_half_a_character_of_utf_16_costs_its_row_only(tmp_path: Path, encoding: str) -> None:
    """A surrogate alone in the second row, and a byte too many at the end."""
    head, first, second = (f"{line}\n".encode(encoding) for line in ("order_id,customer_id,date,amount", *GOOD[:2]))
    lone = "\ud83d".encode(encoding, "surrogatepass")
    content = "\ufeff".encode(encoding) + head + first + second[:4] + lone + second[4:] + first + b"\n"
    clean = run(tmp_path, write(tmp_path, content))
    assert amounts(clean) == [105_000, 105_000]
    assert {problem.reason for problem in clean.report.problems} <= {"undecodable", "short_row"}
    assert clean.report.total().quarantined.rows == 2


@pytest.fixture(params=["Pacific/Auckland", "America/Los_Angeles"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine that stands elsewhere."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_the_day_of_a_moment_does_not_depend_on_the_machine(tmp_path: Path, zone: None, unit: str) -> None:
    """12:30 in UTC is the next day in Auckland's summer; DuckDB has no hour of a moment in nanoseconds."""
    moments = pa.array([datetime(2011, 1, day, 12, 30, tzinfo=UTC) for day in (5, 6, 7)], pa.timestamp(unit, "UTC"))
    path = tmp_path / "orders.parquet"
    pq.write_table(pa.table({**ROWS, "date": moments}), path)
    clean = run(tmp_path, path)
    lines = pq.read_table(clean.order_lines)
    assert [
        (day.day, hour) for day, hour in zip(*(lines[name].to_pylist() for name in ("date", "hour")), strict=True)
    ] == [
        (5, 12),
        (6, 12),
        (7, 12),
    ]
