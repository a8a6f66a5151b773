"""Bytes to UTF-8 text: which encoding a file is in, and its content in blocks of whole lines."""

import codecs
import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from core.errors import BadInputError

BLOCK = 2 << 20
LONGEST_LINE = 64 << 20
# A gzip file that unpacks to over a gigabyte and 200 times its size holds nothing but repetition.
LARGEST_UNPACKED, LARGEST_RATIO = 1 << 30, 200
_SAMPLE = 256 << 10
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def _open(path: Path) -> tuple[BinaryIO, BinaryIO]:
    """The unpacked stream, and the raw one under it (for its position)."""
    raw = path.open("rb")
    packed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    return (gzip.GzipFile(fileobj=raw), raw) if packed else (raw, raw)  # type: ignore[return-value]


def _raw_blocks(path: Path, progress: Callable[[float], None]) -> Iterator[bytes]:
    size = max(1, path.stat().st_size)
    unpacked = 0
    try:
        stream, raw = _open(path)
        with raw, stream:
            while block := stream.read(BLOCK):
                unpacked += len(block)
                if unpacked > LARGEST_UNPACKED and unpacked > LARGEST_RATIO * size:
                    raise BadInputError(f"unpacks to over {LARGEST_RATIO} times its size", where=path.name)
                yield block
                progress(min(1.0, raw.tell() / size))
    except (OSError, EOFError, zlib.error) as error:
        raise BadInputError("can't be read", where=path.name, found=str(error)) from None


def detect(path: Path) -> str:
    """The encoding of a text file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str
        utf-8, utf-16-le, utf-16-be, gb18030, cp1251 or cp1252. UTF-8 stays the answer when a few bytes of it are broken.

    Raises
    ------
    BadInputError
        The file can't be read.
    """
    sample = b""
    for block in _raw_blocks(path, lambda _: None):
        if not sample:
            for bom, name in _BOMS:
                if block.startswith(bom):
                    return name
            if b"\0" in block[:4096]:
                return _utf16(block[:4096])
        if not block.isascii():
            sample += b"\n".join(line for line in block.split(b"\n") if not line.isascii())
        if len(sample) > _SAMPLE:
            break
    return guess(sample)


def _utf16(head: bytes) -> str:
    """UTF-16 has its NUL bytes on one side of each pair; a few stray ones are something else."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) // 5:
        return "utf-8"
    return "utf-16-le" if odd > even else "utf-16-be"


def guess(sample: bytes) -> str:
    """The encoding of bytes that are not plain ASCII; UTF-8 for none."""
    text = sample.decode("utf-8", errors="surrogateescape")
    broken = sum("\udc80" <= letter <= "\udcff" for letter in text)
    good = sum(letter > "\x7f" for letter in text) - broken
    if broken == 0 or good > 4 * broken:
        return "utf-8"
    if _is_gb18030(sample):
        return "gb18030"
    # Cyrillic words are runs of high bytes; in Latin ones a high byte stands among ASCII letters.
    high = sum(byte > 0x7F for byte in sample)
    in_runs = sum(len(run) for run in re.findall(rb"[\xa8\xb8\xc0-\xff]{3,}", sample))
    return "cp1251" if in_runs > high / 2 else "cp1252"


def _is_gb18030(sample: bytes) -> bool:
    try:
        text = sample.decode("gb18030")
    except UnicodeDecodeError as error:
        # The sample may end within a character.
        if error.start < len(sample) - 4:
            return False
        text = sample[: error.start].decode("gb18030")
    high = [letter for letter in text if letter > "\x7f"]
    # Level 1 of GB 2312 holds the common characters; Cyrillic bytes fall on the rare ones.
    common = sum(0xB0 <= letter.encode("gb18030")[0] <= 0xD7 for letter in high)
    return bool(high) and common > 0.6 * len(high)


def blocks(path: Path, encoding: str, progress: Callable[[float], None]) -> Iterator[bytes]:
    r"""A text file as UTF-8, in blocks that end with a line.

    Parameters
    ----------
    path : Path
        Plain or gzipped.
    encoding : str
    progress : callable
        Called with the share read.

    Yields
    ------
    bytes
        Line ends are ``\n`` or ``\r\n``. Bytes that can't be decoded leave invalid UTF-8.

    Raises
    ------
    BadInputError
        The file can't be read, or has a line of over 64 MB.
    """
    plain = encoding.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig", "ascii")
    decoder = codecs.getincrementaldecoder("utf-8" if plain else encoding)(errors="surrogateescape")
    rest, old_mac, first = b"", None, True
    for raw in _raw_blocks(path, progress):
        block = raw if plain else decoder.decode(raw).encode("utf-8", "surrogatepass")
        if first:
            block, first = block.removeprefix(codecs.BOM_UTF8), False
        if old_mac is None:
            old_mac = b"\r" in block and b"\n" not in block
        if old_mac:
            block = block.replace(b"\r", b"\n")
        cut = block.rfind(b"\n") + 1
        if cut:
            yield rest + block[:cut]
            rest = block[cut:]
        else:
            rest += block
        if len(rest) > LONGEST_LINE:
            raise BadInputError(f"has a line of over {LONGEST_LINE >> 20} MB", where=path.name)
    rest += b"" if plain else decoder.decode(b"", True).encode("utf-8", "surrogatepass")
    if rest:
        yield rest
