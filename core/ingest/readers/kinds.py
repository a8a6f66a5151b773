"""What a file is, by its first bytes; its name only helps where they leave it open."""

import gzip
import zipfile
import zlib
from pathlib import Path
from typing import Literal

from core.errors import BadInputError

Kind = Literal["text", "gzip", "parquet", "arrow", "workbook", "zip"]
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
ARROW_SUFFIXES = (".arrow", ".feather", ".ipc")
PARQUET_SUFFIXES = (".parquet", ".pq")
TEXT_SUFFIXES = (".csv", ".tsv", ".txt", ".tab", ".gz")
SUFFIXES = (*TEXT_SUFFIXES, *PARQUET_SUFFIXES, *ARROW_SUFFIXES, *WORKBOOK_SUFFIXES, ".zip")

_HEAD = 4096
# What reading a zip archive raises when it is damaged, or packed in a way that can't be unpacked here.
BROKEN_ZIP = (zipfile.BadZipFile, OSError, EOFError, zlib.error, ValueError, NotImplementedError, RuntimeError)
_ADVICE = "Export the table as CSV, Excel or Parquet."
_KNOWN: tuple[tuple[bytes, Kind], ...] = (
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"\xff\xff\xff\xff", "arrow"),
    (b"\xd0\xcf\x11\xe0", "workbook"),
    (b"\x1f\x8b", "gzip"),
)
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\xfd7zXZ\0", "packed with xz"),
    (b"BZh", "packed with bzip2"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\0\1\0\0Standard ", "an Access database"),
    (b"FEA1", "an old Feather file (version 1)"),
    (b"$FL2", "an SPSS file"),
    (b"\x7fELF", "a program"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<table", "a web page"),
    (b"<?xml", "an XML file"),
    (b"{\\rtf", "a text document"),
    (b'{"', "a JSON file"),
    (b"[{", "a JSON file"),
)


def kind_of(path: Path) -> Kind:
    """What a file is.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str
        "gzip" is text packed with gzip; "zip" an archive, not a workbook.

    Raises
    ------
    BadInputError
        It is none of what is read, or holds nothing.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise BadInputError("can't be opened", where=path.name, found=error.strerror or "") from None
    if not head:
        raise BadInputError("is empty", where=path.name)
    kind = _of_head(head, path.name)
    if kind == "zip":
        return _of_zip(path)
    return kind or _by_name(path, head)


def _of_head(head: bytes, name: str) -> Kind | None:
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return "zip"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:32].lower()
    for magic, words in _FOREIGN:
        if head.startswith(magic) or (magic[:1] in b"<{[" and start.startswith(magic)):
            raise BadInputError(f"is {words}, not a table", where=name, todo=_ADVICE)
    if head[257:262] == b"ustar":
        raise BadInputError("is a tar archive", where=name, todo="Give its files, or a zip archive of them.")
    return next((kind for magic, kind in _KNOWN if head.startswith(magic)), None)


def _of_zip(path: Path) -> Kind:
    """A zip archive, or one of the formats that are zip archives inside."""
    wanted = path.suffix.lower() in WORKBOOK_SUFFIXES
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            kind = archive.read("mimetype")[:80] if _is_small(archive, "mimetype") else b""
    except BROKEN_ZIP as error:
        what = "is not a workbook" if wanted else "is not a zip archive that can be read"
        raise BadInputError(what, where=path.name, found=str(error)) from None
    folders = {name.partition("/")[0] for name in names}
    if "[Content_Types].xml" in names and "xl" in folders:
        return "workbook"
    if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "workbook"
    if ("[Content_Types].xml" in names and folders & {"word", "ppt"}) or kind.startswith(b"application/vnd.oasis"):
        raise BadInputError("is a document, not a table", where=path.name, todo=_ADVICE)
    if "Index/Document.iwa" in names:
        raise BadInputError("is an Apple Numbers file", where=path.name, todo=_ADVICE)
    if wanted:
        raise BadInputError("is not a workbook", where=path.name, found="a zip archive without sheets")
    return "zip"


def _is_small(archive: zipfile.ZipFile, name: str) -> bool:
    return name in archive.namelist() and archive.getinfo(name).file_size < _HEAD


def _by_name(path: Path, head: bytes) -> Kind:
    """Text, unless the name promises something else and the content is not text either."""
    suffix = path.suffix.lower()
    odd = sum(byte < 9 or 13 < byte < 32 for byte in head)
    if odd > len(head) // 20:
        if suffix in PARQUET_SUFFIXES:
            raise BadInputError("is not a Parquet file", where=path.name)
        if suffix in ARROW_SUFFIXES:
            # The stream format of old has no mark to know it by.
            return "arrow"
        if suffix in WORKBOOK_SUFFIXES:
            raise BadInputError("is not a workbook", where=path.name)
        if suffix == ".zip":
            raise BadInputError("is not a zip archive that can be read", where=path.name)
    return "text"


def packed_kind(path: Path) -> Kind:
    """What is inside a gzip file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str
        "text" too where it can't be unpacked: the reader says what is wrong.

    Raises
    ------
    BadInputError
        It is none of what is read.
    """
    try:
        with gzip.open(path) as file:
            head = file.read(_HEAD)
    except (OSError, EOFError, zlib.error):
        return "text"
    return _of_head(head, path.name) or "text"
