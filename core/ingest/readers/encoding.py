"""Bytes to UTF-8 text: which encoding a file is in, and its content in blocks of whole lines, in one pass.

While a file is plain ASCII its encoding does not matter; with the first letter beyond, some of what follows is looked at before it is
decoded. See :mod:`core.ingest.readers.letters` for how encodings of one byte, and Chinese and Japanese ones, are told apart.
"""

import codecs
import gzip
import zlib
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from core.errors import BadInputError
from core.ingest.readers.letters import judge

BLOCK = 2 << 20
LONGEST_LINE = 64 << 20
# A gzip file that unpacks to over a gigabyte and 200 times its size holds nothing but repetition.
LARGEST_UNPACKED, LARGEST_RATIO = 1 << 30, 200
# Bytes of lines beyond ASCII that settle the encoding, and how much of a file is kept in memory while they are looked for.
_SAMPLE, _HELD = 256 << 10, 32 << 20
_MARKED = "clientele.marked"
# UTF-16's mark is the beginning of UTF-32's.
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def _mark(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no text as lone surrogates, which no row keeps.

    Python's own way takes single bytes: after half a character of UTF-16 or UTF-32 all that follows would be read one byte off.
    """
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.encoding.startswith(("utf-16", "utf-32")):
        return "\udcff", error.end
    try:
        return codecs.lookup_error("surrogateescape")(error)  # type: ignore[return-value]
    except UnicodeDecodeError:
        return "\udcff", error.end


codecs.register_error(_MARKED, _mark)


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


def _guess(sample: bytes) -> tuple[str, bool]:
    """The encoding, and whether no other is as likely."""
    text = sample.decode("utf-8", errors="surrogateescape")
    broken = sum("\udc80" <= letter <= "\udcff" for letter in text)
    good = sum(letter > "\x7f" for letter in text) - broken
    return ("utf-8", True) if broken == 0 or good > 4 * broken else judge(sample)


def _marked(head: bytes) -> str:
    """What a byte order mark or the NUL bytes say; "" for nothing."""
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    if b"\0" not in head:
        return ""
    quarters = [4 * head[at::4].count(0) / len(head) for at in range(4)]
    if min(quarters[2:]) > 0.99 or min(quarters[:2]) > 0.99:
        return "utf-32-le" if quarters[3] > quarters[0] else "utf-32-be"
    # UTF-16 has its NUL bytes on one side of each pair, at the ends of lines too; a few stray ones are something else.
    even, odd, lines = head[0::2].count(0), head[1::2].count(0), head.count(b"\n")
    if max(even, odd) >= len(head) // 5:
        return "utf-16-le" if odd > even else "utf-16-be"
    if lines and not even and 2 * head.count(b"\n\0") > lines:
        return "utf-16-le"
    return "utf-16-be" if lines and not odd and 2 * head.count(b"\0\n") > lines else ""


class Text:
    r"""A text file as UTF-8, read once.

    Parameters
    ----------
    path : Path
        Plain or gzipped.
    encoding : str, optional
        Found out without it, while the file is read.
    progress : callable
        Called with the share read.

    Attributes
    ----------
    encoding : str
        Final when everything was read: utf-8, utf-16-le, utf-16-be, utf-32-le, utf-32-be or one of :func:`letters.judge`.
    sure : bool
        False where another encoding would make other words that are as likely.
    settled : bool
        Whether the encoding can still change.
    """

    def __init__(
        self, path: Path, encoding: str | None = None, progress: Callable[[float], None] = lambda _: None
    ) -> None:
        self.path, self.progress = path, progress
        self.encoding, self.sure, self.settled = encoding or "utf-8", True, encoding is not None

    def blocks(self) -> Iterator[bytes]:
        r"""The file in blocks that end with a line.

        Yields
        ------
        bytes
            Line ends are ``\n`` or ``\r\n``. Bytes that can't be decoded leave invalid UTF-8.

        Raises
        ------
        BadInputError
            The file can't be read, or has a line of over 64 MB.
        """
        rest, old_mac, first = b"", None, True
        for block in self._decoded():
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
                raise BadInputError(f"has a line of over {LONGEST_LINE >> 20} MB", where=self.path.name)
        if rest:
            yield rest

    def _decoded(self) -> Iterator[bytes]:
        decoder: codecs.IncrementalDecoder | None = None
        for raw in self.raw():
            if decoder is None and not _is_utf8(self.encoding):
                decoder = codecs.getincrementaldecoder(self.encoding)(errors=_MARKED)
            yield raw if decoder is None else self._text(decoder, raw)
        if decoder is not None:
            yield self._text(decoder, b"", True)

    def _text(self, decoder: codecs.IncrementalDecoder, raw: bytes, final: bool = False) -> bytes:
        try:
            return decoder.decode(raw, final).encode("utf-8", "surrogatepass")
        except UnicodeError as error:
            # Such as UTF-16 of neither kind, without the mark that tells which.
            raise BadInputError(f"is not in {self.encoding}", where=self.path.name, found=str(error)) from None

    def raw(self) -> Iterator[bytes]:
        """The unpacked bytes; what is handed out before the encoding is settled is ASCII."""
        stream = _raw_blocks(self.path, self.progress)
        if self.settled:
            yield from stream
            return
        first = next(stream, b"")
        if found := _marked(first[:4096]):
            self.encoding, self.settled = found, True
        for block in chain([first], stream):
            if not self.settled and not block.isascii():
                held = self._settle(block, stream)
                yield from held
            else:
                yield block

    def _settle(self, block: bytes, stream: Iterator[bytes]) -> list[bytes]:
        """Decide by the lines beyond ASCII in a block and those that follow, which are handed on."""
        held, seen = [block], 0
        while True:
            seen += sum(len(line) for line in held[-1].split(b"\n") if not line.isascii())
            if seen > _SAMPLE or sum(map(len, held)) > _HELD:
                break
            following = next(stream, b"")
            if not following:
                break
            held.append(following)
        lines = b"".join(held).split(b"\n")
        # The last line may be cut within a letter.
        kept = [line for line in lines[:-1] if not line.isascii()] or lines[-1:]
        sample = b"\n".join(kept)
        self.encoding, self.sure = _guess(sample[: 2 * _SAMPLE])
        self.settled = True
        return held


def _is_utf8(encoding: str) -> bool:
    return encoding.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig", "ascii")
