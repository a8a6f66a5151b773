"""Zip archives: their members unpacked by us, each byte counted, under names that are ours.

What a zip file says of itself (sizes, names) is never trusted.
"""

import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from core.errors import BadInputError
from core.ingest.readers.encoding import LARGEST_RATIO
from core.ingest.readers.encoding import LARGEST_UNPACKED as LARGE
from core.ingest.readers.kinds import BROKEN_ZIP, SUFFIXES, kind_of
from core.ingest.sources import stem

MOST_MEMBERS = 1_000
LARGEST_ARCHIVE = 16 << 30
_BLOCK = 1 << 20
_ARCHIVES = (".zip", ".tar", ".tgz", ".rar", ".7z")
_ADVICE = "Unpack it and give the files."
_DRIVE = re.compile(r"[A-Za-z]:")


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, list[zipfile.ZipInfo]]]:
    """A zip file and the entries of its directory.

    Raises
    ------
    BadInputError
        It is broken, or has more than 100 times the entries an archive may have.
    """
    with path.open("rb") as file:
        try:
            entries = zipfile.ZipFile(file).infolist()
        except BROKEN_ZIP as error:
            raise BadInputError("is not a zip archive that can be read", where=path.name, found=str(error)) from None
        if len(entries) > 100 * MOST_MEMBERS:
            raise BadInputError(f"has {len(entries):,} entries", where=path.name, todo=_ADVICE)
        yield file, entries


def unpacked(file: BinaryIO, item: zipfile.ZipInfo, where: str) -> Iterator[bytes]:
    """The content of an entry, as the packed bytes make it, whatever size its header gives.

    Parameters
    ----------
    file : binary file
        The zip file.
    item : ZipInfo
    where : str
        The file's name, for messages.

    Yields
    ------
    bytes
        At most 1 MB each.

    Raises
    ------
    BadInputError
        Locked, packed in another way than by deflating, or damaged.
    """
    name = shown_name(item)
    if item.flag_bits & 0x41:
        raise BadInputError(f"'{name}' is locked with a password", where=where, todo="Save it without one.")
    if item.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        method = zipfile.compressor_names.get(item.compress_type, str(item.compress_type))  # type: ignore[attr-defined]
        raise BadInputError(f"'{name}' is packed in a way that is not read", where=where, found=method, todo=_ADVICE)
    crc = size = 0
    try:
        for block in _inflated(file, item):
            size, crc = size + len(block), zlib.crc32(block, crc)
            yield block
    except (zlib.error, EOFError, struct.error) as error:
        raise BadInputError(f"'{name}' is damaged", where=where, found=str(error)) from None
    if size != item.file_size or crc != item.CRC:
        raise BadInputError(f"'{name}' is damaged", where=where, found="a wrong size or checksum")


def _inflated(file: BinaryIO, item: zipfile.ZipInfo) -> Iterator[bytes]:
    if item.header_offset < 0:
        raise EOFError("no entry where the directory says")
    file.seek(item.header_offset)
    mark, name, extra = struct.unpack("<4s22xHH", file.read(30))
    if mark != b"PK\3\4":
        raise EOFError("no entry where the directory says")
    at, left = item.header_offset + 30 + name + extra, item.compress_size
    stored = item.compress_type == zipfile.ZIP_STORED
    inflate = zlib.decompressobj(-15)
    while left:
        # Others may read the file between two blocks.
        file.seek(at)
        raw = file.read(min(left, _BLOCK))
        if not raw:
            raise EOFError("the end of the file within an entry")
        at, left = at + len(raw), left - len(raw)
        if stored:
            yield raw
        while not stored and raw:
            yield inflate.decompress(raw, _BLOCK)
            raw = inflate.unconsumed_tail
    while not stored and (rest := inflate.decompress(inflate.unconsumed_tail, _BLOCK)):
        yield rest
    if not stored and not inflate.eof:
        raise EOFError("the end of the file within an entry")


def shown_name(item: zipfile.ZipInfo) -> str:
    """The base name of an entry as people see it: nothing in it that is not seen, and no longer than a name may be."""
    return clean_name(_decoded(item).replace("\\", "/").rstrip("/").rpartition("/")[2])


def clean_name(name: str) -> str:
    """A name that any disk takes: printable, without separators and signs with a meaning, at most 80 characters."""
    kept = "".join(letter for letter in unicodedata.normalize("NFC", name) if letter.isprintable())
    kept = re.sub(r'[/\\:*?"<>|\[\]{}]', "_", kept).rstrip(" .").lstrip(" ")
    base, dot, suffix = kept.rpartition(".")
    if not dot or len(suffix) > 12:
        return kept[:60] or "file"
    return f"{base[:60].strip(' .') or 'file'}.{suffix}"


def _decoded(item: zipfile.ZipInfo) -> str:
    """An entry's name; those without the mark of UTF-8 are in the code page of the machine that packed them."""
    if item.flag_bits & 0x800 or item.filename.isascii():
        return item.filename
    try:
        raw = item.filename.encode("cp437")
        return raw.decode("utf-8")
    except UnicodeEncodeError:
        return item.filename
    except UnicodeDecodeError:
        return _of_code_page(raw) or item.filename


def _of_code_page(raw: bytes) -> str:
    """Russian and Chinese letters stand in runs; the accented ones of cp437 stand alone."""
    if re.search(rb"[\x80-\xaf\xe0-\xf1]{4}", raw) and not re.search(rb"[\xb0-\xdf\xf2-\xff]", raw):
        return raw.decode("cp866")
    with suppress(UnicodeDecodeError):
        text = raw.decode("gb18030")
        high = [letter for letter in text if letter > "\x7f"]
        if len(high) > 1 and all("\u4e00" <= letter <= "\u9fff" for letter in high):
            return text
    return ""


def unpack(path: Path, folder: Path) -> list[Path]:
    """The tables in a zip archive.

    Parameters
    ----------
    path : Path
    folder : Path
        Where to; each member gets a numbered folder of its own in it.

    Returns
    -------
    list of Path
        By name. Folders, hidden files and files that by their suffix are no tables are passed over.

    Raises
    ------
    BadInputError
        Too large or too many, locked, damaged, with names that point elsewhere or meet, or with archives inside.
    """
    with opened(path) as (file, entries):
        members = _members(entries, path.name)
        budget = Budget(path)
        found = []
        for at, item in enumerate(members):
            target = folder / f"{at:04}" / shown_name(item)
            target.parent.mkdir(parents=True)
            with target.open("wb") as out:
                for block in unpacked(file, item, path.name):
                    budget.take(len(block))
                    out.write(block)
            if target.stat().st_size and kind_of(target) == "zip":
                raise _nested(path.name, item)
            found.append(target)
    return found


def _members(entries: Sequence[zipfile.ZipInfo], where: str) -> list[zipfile.ZipInfo]:
    for item in entries:
        _check(item, where)
    files = [item for item in entries if not item.is_dir() and not _is_hidden(item)]
    if len(files) > MOST_MEMBERS:
        raise BadInputError(
            f"holds {len(files):,} files", where=where, expected=f"at most {MOST_MEMBERS:,}", todo=_ADVICE
        )
    for item in files:
        if shown_name(item).lower().endswith(_ARCHIVES):
            raise _nested(where, item)
    tables = [item for item in files if Path(shown_name(item)).suffix.lower() in SUFFIXES]
    if not tables:
        names = ", ".join(shown_name(item) for item in files[:5])
        raise BadInputError("holds no file that can be read", where=where, found=names)
    seen: set[str] = set()
    for item in tables:
        name = stem(shown_name(item))
        if name in seen:
            raise BadInputError(
                f"two files in it are called '{shown_name(item)}'", where=where, todo="Rename one of them."
            )
        seen.add(name)
    return sorted(tables, key=lambda item: shown_name(item).lower())


def _check(item: zipfile.ZipInfo, where: str) -> None:
    name = item.filename.replace("\\", "/")
    if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
        raise BadInputError(
            "has an entry that points outside of it", where=where, found=repr(name[:80]), todo="Don't open it."
        )
    mode = item.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise BadInputError(f"'{shown_name(item)}' is a link or device, not a file", where=where, todo=_ADVICE)


def _is_hidden(item: zipfile.ZipInfo) -> bool:
    parts = item.filename.replace("\\", "/").split("/")
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _nested(where: str, item: zipfile.ZipInfo) -> BadInputError:
    return BadInputError(f"holds an archive, '{shown_name(item)}'", where=where, expected="tables only", todo=_ADVICE)


class Budget:
    """How much a packed file may still unpack to.

    Parameters
    ----------
    path : Path
        The packed file.
    """

    def __init__(self, path: Path) -> None:
        self.name, self.size, self.taken = path.name, path.stat().st_size, 0

    def take(self, size: int) -> None:
        """Count bytes that came out.

        Raises
        ------
        BadInputError
            They are too many.
        """
        self.taken += size
        if self.taken > LARGE and self.taken > LARGEST_RATIO * self.size:
            raise BadInputError(f"unpacks to over {LARGEST_RATIO} times its size", where=self.name)
        if self.taken > LARGEST_ARCHIVE:
            raise BadInputError(f"unpacks to over {LARGEST_ARCHIVE >> 30} GB", where=self.name, todo=_ADVICE)
