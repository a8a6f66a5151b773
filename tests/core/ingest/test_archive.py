"""Zip archives: what is in them, and what a hostile one tries."""

import gzip
import io
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import BadInputError
from core.ingest.readers.archive import clean_name, unpack
from core.ingest.readers.gather import gather, origin
from tests.core.ingest.helpers import GOOD, amounts, run, table, write_xlsx


def packed(folder: Path, *members: tuple[str | zipfile.ZipInfo, bytes | str], name: str = "sales.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members:
            archive.writestr(member, content)
    return path


def gathered(tmp_path: Path, *given: Path) -> list[Path]:
    work = tmp_path / "work"
    work.mkdir(exist_ok=True)
    return gather(given, work)


def test_members_are_read_under_their_base_names(tmp_path: Path) -> None:
    path = packed(
        tmp_path,
        ("2011/february.csv", table(GOOD[2])),
        ("2011/january.csv.gz", gzip.compress(table(*GOOD[:2]).encode())),
        ("2011/", b""),
        ("__MACOSX/2011/._january.csv", b"\0\1"),
        (".DS_Store", b"\0"),
        ("read me.md", "Sales of 2011"),
    )
    files = gathered(tmp_path, path)
    assert [file.name for file in files] == ["february.csv", "january.csv.gz"]
    assert all(file.is_relative_to(tmp_path / "work") for file in files)
    assert [origin(file) for file in files] == [(("archive", "sales.zip"),)] * 2
    clean = run(tmp_path, *files)
    assert sorted(amounts(clean)) == [50_000, 105_000, 202_500]
    assert dict(clean.report.files[0].how)["archive"] == "sales.zip"


def test_a_workbook_in_an_archive_is_read_and_is_itself_none(tmp_path: Path) -> None:
    book = write_xlsx(tmp_path / "book.xlsx", {"Sales": [["Order ID", "Amount"], [1, 2]]})
    assert gathered(tmp_path, book) == [book]
    path = packed(tmp_path, ("book.xlsx", book.read_bytes()))
    (file,) = gathered(tmp_path, path)
    assert file.read_bytes() == book.read_bytes()


def link(name: str) -> zipfile.ZipInfo:
    item = zipfile.ZipInfo(name)
    item.create_system = 3
    item.external_attr = (stat.S_IFLNK | 0o777) << 16
    return item


REFUSED: dict[str, tuple[list[tuple[str | zipfile.ZipInfo, str | bytes]], str]] = {
    "absolute": (
        [("/etc/cron.csv", "a")],
        "sales.zip: has an entry that points outside of it; found '/etc/cron.csv'. Don't open it.",
    ),
    "upwards": (
        [("a/../../x.csv", "a")],
        "sales.zip: has an entry that points outside of it; found 'a/../../x.csv'. Don't open it.",
    ),
    "upwards with backslashes": (
        [("..\\..\\x.csv", "a")],
        "sales.zip: has an entry that points outside of it; found '../../x.csv'. Don't open it.",
    ),
    "a drive": (
        [("C:\\x.csv", "a")],
        "sales.zip: has an entry that points outside of it; found 'C:/x.csv'. Don't open it.",
    ),
    "a link": (
        [(link("x.csv"), "/etc/passwd")],
        "sales.zip: 'x.csv' is a link or device, not a file. Unpack it and give the files.",
    ),
    "two of one name": (
        [("a/Orders.csv", "1"), ("b/orders.CSV", "2")],
        "sales.zip: two files in it are called 'orders.CSV'. Rename one of them.",
    ),
    "an archive inside": (
        [("old.zip", "x"), ("a.csv", "1")],
        "sales.zip: holds an archive, 'old.zip'; expected tables only. Unpack it and give the files.",
    ),
    "nothing to read": (
        [("a.py", "x"), ("b.md", "x")],
        "sales.zip: holds no file that can be read; found a.py, b.md",
    ),
    "a PDF with another name": (
        [("a.csv", "%PDF-1.7 ...")],
        "a.csv: is a PDF document, not a table. Export the table as CSV, Excel or Parquet.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case: str, tmp_path: Path) -> None:
    members, message = REFUSED[case]
    with pytest.raises(BadInputError) as caught:
        gathered(tmp_path, packed(tmp_path, *members))
    assert str(caught.value).removesuffix(".") == message.removesuffix(".")
    assert not [path for path in tmp_path.rglob("*.csv") if not path.is_relative_to(tmp_path / "work")]


def test_an_archive_under_another_name_inside_is_refused(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("deep.csv", table(*GOOD))
    with pytest.raises(BadInputError, match=r"^sales\.zip: holds an archive, 'orders\.csv'; expected tables only\."):
        gathered(tmp_path, packed(tmp_path, ("orders.csv", inner.getvalue())))


def test_too_many_members(tmp_path: Path) -> None:
    path = packed(tmp_path, *((f"{at}.csv", "") for at in range(1_001)))
    with pytest.raises(BadInputError, match=r"^sales\.zip: holds 1,001 files; expected at most 1,000\."):
        gathered(tmp_path, path)


def test_locked_members_are_named(tmp_path: Path) -> None:
    path = packed(tmp_path, ("orders.csv", table(*GOOD)))
    # The mark of encryption in the local header and in the directory.
    patched(path, lambda data: data[:6] + b"\1\0" + data[8:], b"PK\1\2", 8, b"\1\0")
    with pytest.raises(
        BadInputError, match=r"^sales\.zip: 'orders\.csv' is locked with a password\. Save it without one\.$"
    ):
        gathered(tmp_path, path)


def patched(path: Path, change: Callable[[bytes], bytes], mark: bytes, offset: int, value: bytes) -> None:
    data = change(path.read_bytes())
    at = data.rindex(mark) + offset
    path.write_bytes(data[:at] + value + data[at + len(value) :])


def test_the_size_in_the_header_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # 8 MB of zeros that call themselves 10 bytes: Python's own reader would stop after ten.
    monkeypatch.setattr("core.ingest.readers.archive.LARGE", 1 << 20)
    path = packed(tmp_path, ("orders.csv", bytes(8 << 20)))
    patched(path, lambda data: data, b"PK\1\2", 24, struct.pack("<I", 10))
    with pytest.raises(BadInputError, match=r"^sales\.zip: unpacks to over 200 times its size$"):
        gathered(tmp_path, path)
    monkeypatch.setattr("core.ingest.readers.archive.LARGE", 1 << 30)
    with pytest.raises(BadInputError, match=r"^sales\.zip: 'orders\.csv' is damaged; found a wrong size or checksum$"):
        gathered(tmp_path / ".." / tmp_path.name, path)


def test_an_archive_has_an_absolute_limit_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ingest.readers.archive.LARGEST_ARCHIVE", 1 << 10)
    with pytest.raises(BadInputError, match=r"^sales\.zip: unpacks to over 0 GB\."):
        gathered(tmp_path, packed(tmp_path, ("orders.csv", table(*GOOD * 100))))


@pytest.mark.parametrize("cut", [30, 60, 200])
def test_a_damaged_archive(cut: int, tmp_path: Path) -> None:
    path = packed(tmp_path, ("orders.csv", table(*GOOD * 50)))
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(BadInputError, match=r"^sales\.zip: is not a zip archive that can be read; found "):
        gathered(tmp_path, path)


def test_bytes_changed_inside_are_noticed(tmp_path: Path) -> None:
    path = packed(tmp_path, ("orders.csv", table(*GOOD * 50)))
    data = bytearray(path.read_bytes())
    data[60] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(BadInputError, match=r"^sales\.zip: 'orders\.csv' is damaged; found "):
        gathered(tmp_path, path)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("orders\x00\x1b[31m\u202e.csv", "orders_31m.csv"),
        ("... .csv", "file.csv"),
        ("<img src=x onerror=alert(1)>.csv", "_img src=x onerror=alert(1)_.csv"),
        ("a" * 300 + ".csv", "a" * 60 + ".csv"),
        ("x*?[1].parquet", "x___1_.parquet"),
        ("продажи 2011.csv", "продажи 2011.csv"),
        ("", "file"),
    ],
)
def test_names_on_disk_are_tame(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@pytest.mark.parametrize(
    ("name", "page"), [("продажи.csv", "cp866"), ("訂單明細資料.csv", "gb18030"), ("Größe.csv", "cp437")]
)
def test_names_in_the_code_page_of_the_packer(name: str, page: str, tmp_path: Path) -> None:
    path = packed(tmp_path, ("x" * len(name.encode(page)), b"1"))
    data = path.read_bytes().replace(b"x" * len(name.encode(page)), name.encode(page))
    path.write_bytes(data)
    (file,) = unpack(path, tmp_path / "out")
    assert file.name == name
