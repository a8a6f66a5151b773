"""The cells of .xlsb and .xls sheets, from their binary records.

Formats: [MS-XLSB], [MS-XLS] and [MS-CFB] of Microsoft's open specifications.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

from core.errors import BadInputError
from core.ingest.readers.cells import Cells, Parts
from core.ingest.readers.cells_xml import relations

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_UNKNOWN = "#ERROR!"
_WORKBOOK = "xl/workbook.bin"
# FORMULA, NUMBER, LABEL, BOOLERR, MULRK, RSTRING, LABELSST, RK
_XLS_CELLS = frozenset({0x06, 0x0203, 0x0204, 0x0205, 0xBD, 0xD6, 0xFD, 0x027E})
_BEGIN = (0x0809, 0x0409, 0x0209, 0x0009)


def xlsb_sheets(parts: Parts) -> dict[str, str]:
    """The names of an .xlsb file's sheets and the parts they are in."""
    targets = relations(parts, _WORKBOOK)
    found: dict[str, str] = {}
    try:
        for kind, at, size, data in _records(parts.whole(_WORKBOOK)):
            if kind == 156:  # BrtBundleSh
                key, after = _wide(data, at + 8)
                name, _ = _wide(data, after)
                found[name] = targets.get(key, "") if size else ""
    except (struct.error, IndexError):
        raise BadInputError("is not a workbook", where=parts.name, found="a broken list of sheets") from None
    return {name: part for name, part in found.items() if "worksheets/" in part.lower() and part in parts}


def xlsb_cells(parts: Parts, part: str) -> Cells:
    """Look through a sheet of an .xlsb file."""
    cells, row = Cells(), 0
    try:
        for kind, at, _, data in _records(parts.whole(part)):
            if kind == 0:  # BrtRowHdr
                (row,) = struct.unpack_from("<I", data, at)
            elif kind in (3, 11):  # BrtCellError, BrtFmlaError
                (column,) = struct.unpack_from("<I", data, at)
                cells.mark(row, column, ERRORS.get(data[at + 8], _UNKNOWN))
            elif 2 <= kind <= 10 or kind == 62:
                (column,) = struct.unpack_from("<I", data, at)
                cells.reach(row, row, column, column)
            elif kind == 176:  # BrtMergeCell
                top, bottom, left, right = struct.unpack_from("<4I", data, at)
                cells.merged.append((top, left, bottom, right))
    except (struct.error, IndexError):
        raise BadInputError("is not a workbook", where=parts.name, found="a broken record") from None
    return cells


def _records(data: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    at = 0
    while at < len(data):
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        size = 0
        for shift in (0, 7, 14, 21):
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        yield kind, at, size, data
        at += size


def _wide(data: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", data, at)
    end = at + 4 + 2 * length
    return data[at + 4 : end].decode("utf-16-le", "replace"), end


def xls_cells(path: Path) -> list[Cells]:
    """Look through all sheets of an .xls file, in the order of its list of sheets.

    Raises
    ------
    BadInputError
        It is broken, locked, or another kind of document.
    """
    try:
        stream = _workbook_stream(path.read_bytes(), path.name)
        starts = []
        for kind, at, size in _biff(stream, 0):
            if kind == 0x2F:  # FILEPASS
                raise BadInputError("is locked with a password", where=path.name, todo="Save it without one.")
            if kind == 0x85 and size >= 6:  # BOUNDSHEET
                starts.append(struct.unpack_from("<I", stream, at)[0])
        return [_xls_sheet(stream, start) for start in starts]
    except (struct.error, IndexError):
        raise BadInputError("is not a workbook", where=path.name, found="a broken record") from None


def _biff(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Records up to the end of a substream: kind, position, size."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        at += 4
        yield kind, at, size
        at += size
        # A chart within a sheet is a substream of its own.
        depth += (kind in _BEGIN) - (kind == 0x0A)
        if kind == 0x0A and depth <= 0:
            return


def _xls_sheet(stream: bytes, start: int) -> Cells:
    cells, depth = Cells(), 0
    waiting: tuple[int, int] | None = None
    for kind, at, size in _biff(stream, start):
        depth += (kind in _BEGIN) - (kind == 0x0A)
        if depth > 1:
            continue
        if waiting and kind not in (0x04BC, 0x0221, 0x0236):
            # The text of a formula is in the next record (or the one after what it shares); without it, it was never computed.
            if kind == 0x0207:
                cells.reach(waiting[0], waiting[0], waiting[1], waiting[1])
            else:
                cells.mark(*waiting, "=?")
            waiting = None
        if kind == 0xE5:  # MERGECELLS
            (count,) = struct.unpack_from("<H", stream, at)
            for place in range(at + 2, at + 2 + 8 * count, 8):
                top, bottom, left, right = struct.unpack_from("<4H", stream, place)
                cells.merged.append((top, left, bottom, right))
        elif kind in _XLS_CELLS and size >= 6:
            waiting = _xls_cell(cells, stream, kind, at, size)
    return cells


def _xls_cell(cells: Cells, stream: bytes, kind: int, at: int, size: int) -> tuple[int, int] | None:
    """Take notice of a cell; its place when the next record says what it is."""
    row, column = struct.unpack_from("<HH", stream, at)
    result = stream[at + 6 : at + 14]
    computed = kind == 0x06 and result[6:8] == b"\xff\xff"
    if computed and result[0] == 0:
        return row, column
    if computed and result[0] == 2:
        cells.mark(row, column, ERRORS.get(result[2], _UNKNOWN))
    elif kind == 0x0205 and result[1] == 1:  # BOOLERR that is an error and no boolean
        cells.mark(row, column, ERRORS.get(result[0], _UNKNOWN))
    else:
        last = struct.unpack_from("<H", stream, at + size - 2)[0] if kind == 0xBD else column
        cells.reach(row, row, column, max(column, last))
    return None


def _workbook_stream(data: bytes, name: str) -> bytes:
    """The stream of a compound file that is the workbook."""
    sector, small = 1 << struct.unpack_from("<H", data, 30)[0], 1 << struct.unpack_from("<H", data, 32)[0]
    if sector not in (512, 4096) or small != 64:
        raise BadInputError("is not a workbook", where=name, found="an odd sector size")
    directory, cutoff, small_fat, _, more, _ = struct.unpack_from("<I4xIIIII", data, 48)
    # Where the table of sectors is: 109 places in the header, the rest in a chain of sectors.
    places = list(struct.unpack_from("<109I", data, 76))
    while more < 0xFFFFFFFA and len(places) <= len(data) // 4:
        *further, more = struct.unpack_from(f"<{sector // 4}I", data, sector * (more + 1))
        places += further
    table = b"".join(data[sector * (at + 1) : sector * (at + 2)] for at in places if at < 0xFFFFFFFA)
    fat = struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])
    entries = _chain(data, fat, directory, sector, sector)
    streams = {}
    root = b""
    for at in range(0, len(entries) - 127, 128):
        length = struct.unpack_from("<H", entries, at + 64)[0]
        label = entries[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        kind, first, size = (
            entries[at + 66],
            *struct.unpack_from("<I", entries, at + 116),
            *struct.unpack_from("<I", entries, at + 120),
        )
        if kind == 5:
            root = _chain(data, fat, first, sector, sector)[:size]
        elif kind == 2:
            streams[label.lower()] = first, size
    if "encryptedpackage" in streams:
        raise BadInputError("is locked with a password", where=name, todo="Save it without one.")
    found = streams.get("workbook") or streams.get("book")
    if found is None:
        raise BadInputError("is not a workbook", where=name, found="another document of Office")
    first, size = found
    if size >= cutoff:
        return _chain(data, fat, first, sector, sector)[:size]
    packed = _chain(data, fat, small_fat, sector, sector)
    short = struct.unpack(f"<{len(packed) // 4}I", packed)
    return _chain(root, short, first, small, 0)[:size]


def _chain(data: bytes, fat: tuple[int, ...], first: int, sector: int, offset: int) -> bytes:
    """A chain of sectors; one that bites its tail ends with the file's size."""
    parts: list[bytes] = []
    while first < len(fat) and len(parts) <= len(data) // sector:
        parts.append(data[offset + sector * first : offset + sector * (first + 1)])
        first = fat[first]
    return b"".join(parts)
