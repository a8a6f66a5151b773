"""The beginning of a file: enough to see what it is without reading all of it."""

import gzip
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import BadInputError
from core.ingest.mapping.model import Settings
from core.ingest.readers import dialect as dialects
from core.ingest.readers.encoding import Text
from core.ingest.readers.kinds import kind_of
from core.ingest.readers.workbook import cell_text, open_book, rows_of, visible_sheets
from core.ingest.sources import check_headers

ROWS = 20_000
SIZE = 4 << 20
MOST_SHEETS = 50


def head_of(path: Path, folder: Path, size: int = SIZE) -> tuple[Path, bool]:
    """The beginning of a file, as a file of the same name.

    Parameters
    ----------
    path : Path
    folder : Path
        Empty; for the copy.
    size : int
        Bytes of text at most, unpacked; of other formats :data:`ROWS` rows are taken. Workbooks are left whole.

    Returns
    -------
    path : Path
        The file itself when it is small.
    whole : bool

    Raises
    ------
    BadInputError
        It can't be read.
    """
    kind = kind_of(path)
    target = folder / path.name
    if kind in ("text", "gzip"):
        return _text(path, target, size, kind == "gzip")
    if kind == "parquet":
        return _parquet(path, target)
    if kind == "arrow":
        return _arrow(path, target, size)
    return path, True


def _text(path: Path, target: Path, size: int, packed: bool) -> tuple[Path, bool]:
    if not packed and path.stat().st_size <= size:
        return path, True
    try:
        with gzip.open(path) if packed else path.open("rb") as file:
            content = file.read(size + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadInputError("can't be read", where=path.name, found=str(error)) from None
    whole = len(content) <= size
    # A file of one endless line is no table; the reader says so.
    target.write_bytes(content if whole else content[:size][: _last_line(content[:size])])
    return target, whole


def _last_line(content: bytes) -> int:
    """Where the last whole line of the first 20,000 ends."""
    if content.startswith(b"\xff\xfe") or content[1:400:2].count(0) > 100:
        end, width = b"\n\0", 2
    elif content.startswith(b"\xfe\xff") or content[0:400:2].count(0) > 100:
        end, width = b"\0\n", 2
    else:
        end, width = (b"\n" if b"\n" in content else b"\r"), 1
    lines = content.split(end, ROWS + 1)
    cut = sum(map(len, lines[:-1])) + len(end) * (len(lines) - 1)
    while cut % width:
        cut = content.rfind(end, 0, cut - 1) + len(end)
    return cut or len(content)


def _parquet(path: Path, target: Path) -> tuple[Path, bool]:
    try:
        with pq.ParquetFile(path) as file:
            if file.metadata.num_rows <= ROWS:
                return path, True
            pq.write_table(pa.Table.from_batches([next(file.iter_batches(ROWS))]), target)
    except (pa.ArrowException, OSError, UnicodeDecodeError, StopIteration) as error:
        raise BadInputError("is not a Parquet file", where=path.name, found=str(error).partition("\n")[0]) from None
    return target, False


def _arrow(path: Path, target: Path, size: int) -> tuple[Path, bool]:
    if path.stat().st_size <= size:
        return path, True
    try:
        with pa.memory_map(str(path)) as file:
            reader = _arrow_reader(file)
            first = reader.get_batch(0) if hasattr(reader, "get_batch") else reader.read_next_batch()
            # Before anything is done with it: what is damaged ends the process.
            first.validate(full=True)
            table = pa.Table.from_batches([first.slice(0, ROWS)])
        with pa.OSFile(str(target), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
    except (pa.ArrowException, OSError, UnicodeDecodeError, StopIteration) as error:
        raise BadInputError("is not an Arrow file", where=path.name, found=str(error).partition("\n")[0]) from None
    return target, False


def _arrow_reader(file: Any) -> Any:
    form = file.read(6)
    file.seek(0)
    return pa.ipc.open_file(file) if form == b"ARROW1" else pa.ipc.open_stream(file)


def headers_of(path: Path, folder: Path, settings: Settings | None = None) -> dict[str, tuple[str, ...]]:
    """The headers of a file, sheet by sheet.

    Parameters
    ----------
    path : Path
    folder : Path
        Empty; for copies.
    settings : Settings, optional
        Encoding and delimiter, where they are known.

    Returns
    -------
    dict
        Sheet ("" where there are none) to headers; sheets without any are left out.

    Raises
    ------
    BadInputError
        It can't be read.
    """
    kind = kind_of(path)
    if kind == "workbook":
        return dict(_sheets(path))
    small, _ = head_of(path, folder, 256 << 10)
    if kind == "parquet":
        try:
            return {"": check_headers(list(pq.read_schema(small).names), path.name)}
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise BadInputError("is not a Parquet file", where=path.name, found=str(error).partition("\n")[0]) from None
    if kind == "arrow":
        try:
            with pa.memory_map(str(small)) as file:
                return {"": check_headers(list(_arrow_reader(file).schema.names), path.name)}
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise BadInputError("is not an Arrow file", where=path.name, found=str(error).partition("\n")[0]) from None
    settings = settings or Settings()
    first = next(Text(small, settings.encoding, lambda _: None).blocks(), b"")
    text = first.decode("utf-8", "replace").replace("\r\n", "\n")
    return {"": check_headers(dialects.find(text, path.name, settings.delimiter).header, path.name)}


def _sheets(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    with open_book(path) as (book, looks):
        for name in visible_sheets(book)[:MOST_SHEETS]:
            cells = looks.of(name)
            if cells.rows is None:
                continue
            rows = islice(rows_of(book, cells, name), dialects.HEADER_WITHIN * 10)
            try:
                _, header = dialects.header_row([[cell_text(cell) for cell in row.values] for row in rows], path.name)
                yield name, check_headers(header, path.name)
            except BadInputError:
                continue
