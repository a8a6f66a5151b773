"""Folders, Arrow, and files whose name says something else than their content."""

import gzip
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import BadInputError
from core.ingest.readers.arrow import read_arrow
from core.ingest.readers.gather import gather, origin
from core.ingest.readers.kinds import kind_of
from core.ingest.sources import parquet_source
from tests.core.ingest.helpers import GOOD, amounts, rows, run, table, write, write_xlsx

TYPED = pa.table(
    {
        "order_id": pa.array([1, 2, 3]),
        "customer_id": pa.array(["a", "b", "a"]).dictionary_encode(),
        "date": pa.array([date(2011, 1, 5), date(2011, 1, 6), date(2011, 2, 7)]),
        "amount": pa.array([Decimal("10.50"), Decimal("20.25"), Decimal("5.00")]),
        "channel": pa.nulls(3),
    }
)
AMOUNTS = [105_000, 202_500, 50_000]
BOOK = [
    ["Order ID", "Customer ID", "Date", "Amount"],
    [1, "a", date(2011, 1, 5), 10.5],
    [2, "b", date(2011, 1, 6), 20.25],
]


def arrow(path: Path, stream: bool = False, compression: str | None = "lz4") -> Path:
    options = pa.ipc.IpcWriteOptions(compression=compression)
    opening = pa.ipc.new_stream if stream else pa.ipc.new_file
    with pa.OSFile(str(path), "wb") as file, opening(file, TYPED.schema, options=options) as writer:
        writer.write_table(TYPED, max_chunksize=2)
    return path


def gathered(tmp_path: Path, *given: Path) -> list[Path]:
    work = tmp_path / "work"
    work.mkdir(exist_ok=True)
    return gather(given, work)


@pytest.mark.parametrize("name", ["orders.arrow", "orders.feather", "orders.ipc", "orders.csv", "orders"])
@pytest.mark.parametrize("stream", [False, True])
def test_arrow_of_both_formats(name: str, stream: bool, tmp_path: Path) -> None:
    clean = run(tmp_path, arrow(tmp_path / name, stream))
    assert amounts(clean) == AMOUNTS
    assert [row["customer_id"] for row in rows(clean)] == ["a", "b", "a"]
    assert dict(clean.report.files[0].how)["format"] == ("arrow stream" if stream else "arrow file")


def test_arrow_that_is_broken_or_has_nothing(tmp_path: Path) -> None:
    whole = arrow(tmp_path / "orders.arrow").read_bytes()
    for at in (9, 100, len(whole) // 2):
        with pytest.raises(BadInputError, match=r"^orders\.arrow: is not an Arrow file; found "):
            run(tmp_path, write(tmp_path, whole[:at], "orders.arrow"))
    with pytest.raises(BadInputError, match=r"^orders\.arrow: is not an Arrow file; found "):
        read_arrow(
            write(tmp_path, whole.replace(b"channel", b"chann\xed\xff"), "orders.arrow"), tmp_path / "typed.parquet"
        )
    with pa.OSFile(str(tmp_path / "orders.arrow"), "wb") as file, pa.ipc.new_file(file, TYPED.schema):
        pass
    with pytest.raises(BadInputError, match=r"^orders\.arrow: has columns and no rows$"):
        run(tmp_path, tmp_path / "orders.arrow")


def test_arrow_whose_offsets_lead_out_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "orders.arrow"
    table = pa.table({"order_id": ["first", "second"]})
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    offsets = b"".join(number.to_bytes(4, "little") for number in (0, 5, 11))
    whole = path.read_bytes()
    assert offsets in whole
    path.write_bytes(whole.replace(offsets, offsets[:8] + (1 << 30).to_bytes(4, "little")))
    with pytest.raises(BadInputError, match=r"^orders\.arrow: is not an Arrow file; found In column 0: .*Offset"):
        read_arrow(path, tmp_path / "typed.parquet")


def test_arrow_that_unpacks_to_far_more_than_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = pa.table({"order_id": pa.array([0] * 4_000_000)})
    path = tmp_path / "orders.arrow"
    with (
        pa.OSFile(str(path), "wb") as file,
        pa.ipc.new_file(file, zeros.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer,
    ):
        writer.write_table(zeros)
    monkeypatch.setattr("core.ingest.readers.arrow.LARGE", 1 << 20)
    with pytest.raises(BadInputError, match=r"^orders\.arrow: unpacks to over 200 times its size$"):
        read_arrow(path, tmp_path / "typed.parquet")


def test_parquet_with_more_rows_than_its_bytes_can_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "orders.parquet"
    pq.write_table(pa.table({"order_id": pa.array([1] * 1_000_000)}), path)
    assert parquet_source(path).rows == 1_000_000
    monkeypatch.setattr("core.ingest.sources._FEW", 100_000)
    with pytest.raises(BadInputError, match=r"^orders\.parquet: says that it has 1,000,000 rows; found [\d,]+ bytes$"):
        parquet_source(path)


@pytest.mark.parametrize("name", ["orders[1].parquet", "orders*.parquet", "orders?.parquet"])
def test_names_that_are_patterns_elsewhere(name: str, tmp_path: Path) -> None:
    pq.write_table(TYPED.slice(1), tmp_path / "orders1.parquet")
    pq.write_table(TYPED.slice(0, 1), tmp_path / name)
    clean = run(tmp_path, tmp_path / name)
    assert amounts(clean) == AMOUNTS[:1]
    assert clean.sources == (name,)


@pytest.mark.parametrize(
    "name", ["orders.tsv", "orders.txt", "orders.tab", "orders.dat", "orders", "orders.xls", "orders.zip"]
)
def test_text_is_text_whatever_its_name_says(name: str, tmp_path: Path) -> None:
    content = table(*GOOD).replace(",", "\t")
    assert amounts(run(tmp_path, write(tmp_path, content, name))) == AMOUNTS


@pytest.mark.parametrize("name", ["orders.csv", "orders.parquet", "orders.bin"])
def test_a_workbook_is_one_whatever_its_name_says(name: str, tmp_path: Path) -> None:
    clean = run(tmp_path, write_xlsx(tmp_path / name, {"Sales": BOOK}))
    assert amounts(clean) == AMOUNTS[:2]


@pytest.mark.parametrize("name", ["orders.csv", "orders.xlsx", "orders.gz"])
def test_parquet_is_parquet_whatever_its_name_says(name: str, tmp_path: Path) -> None:
    pq.write_table(TYPED, tmp_path / name)
    assert amounts(run(tmp_path, tmp_path / name)) == AMOUNTS


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\x89PNG\r\n", "a picture"),
        (b"Rar!\x1a\x07", "a RAR archive"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"\xef\xbb\xbf\n<html><table>", "a web page"),
        (b"<!DOCTYPE html>", "a web page"),
        (b'<?xml version="1.0"?><Workbook/>', "an XML file"),
        (b'[{"order": 1}]', "a JSON file"),
        (b"FEA1\0\0", "an old Feather file (version 1)"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(content: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as caught:
        kind_of(write(tmp_path, content, "orders.xls"))
    assert str(caught.value) == f"orders.xls: is {words}, not a table. Export the table as CSV, Excel or Parquet."


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("orders.parquet", "is not a Parquet file"),
        ("orders.xlsx", "is not a workbook"),
        ("orders.zip", "is not a zip archive that can be read"),
    ],
)
def test_noise_under_a_name_that_promises_something(name: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as caught:
        kind_of(write(tmp_path, bytes(range(32)) * 40, name))
    assert str(caught.value) == f"{name}: {message}"


def test_a_folder_gives_its_tables_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "2011"
    (folder / "old").mkdir(parents=True)
    for name in ("b.csv", "A.csv", ".hidden.csv", "~$book.xlsx", "notes.md", "old/c.csv", "mapping.toml"):
        write(folder, table(*GOOD), name)
    assert [path.name for path in gathered(tmp_path, folder)] == ["A.csv", "b.csv"]


def test_a_folder_without_tables(tmp_path: Path) -> None:
    folder = tmp_path / "2011"
    folder.mkdir()
    write(folder, "x", "notes.md")
    with pytest.raises(
        BadInputError, match=r"^2011: the folder holds no file that can be read; expected \.csv, .*, found notes\.md$"
    ):
        gathered(tmp_path, folder)


def test_a_file_that_is_not_there_and_one_like_it(tmp_path: Path) -> None:
    write(tmp_path, "x", "orders.csv")
    with pytest.raises(BadInputError) as caught:
        gathered(tmp_path, tmp_path / "order.csv")
    assert str(caught.value) == "order.csv: there is no such file. Did you mean 'orders.csv'?"


def test_files_given_themselves_stay_where_they_are(tmp_path: Path) -> None:
    path = write(tmp_path, table(*GOOD))
    assert gathered(tmp_path, path) == [path]
    assert origin(path) == ()


def test_gzip_around_parquet_is_taken_off(tmp_path: Path) -> None:
    pq.write_table(TYPED, tmp_path / "orders.parquet")
    path = write(tmp_path, gzip.compress((tmp_path / "orders.parquet").read_bytes()), "sales.parquet.gz")
    (file,) = gathered(tmp_path, path)
    assert (file.name, origin(file)) == ("sales.parquet", (("archive", "sales.parquet.gz"),))
    assert amounts(run(tmp_path, file)) == AMOUNTS


def test_gzip_around_an_archive_is_refused(tmp_path: Path) -> None:
    tar = write(tmp_path, gzip.compress(bytes(257) + b"ustar" + bytes(250)), "sales.tar.gz")
    with pytest.raises(
        BadInputError, match=r"^sales\.tar\.gz: is a tar archive\. Give its files, or a zip archive of them\.$"
    ):
        gathered(tmp_path, tar)
