"""The cells of .xlsx, .xlsm and .ods sheets, from their XML."""

import re
from collections.abc import Callable, Iterator
from xml.parsers import expat

import numpy as np

from core.errors import BadInputError
from core.ingest.readers.cells import LARGEST_TEXT, Cells, Parts, column_number

_LONGEST_ROW = 64 << 20
_START = re.compile(rb"<worksheet[\s>]")
_OTHER = re.compile(rb"<c\w")
# Cells that are not empty. Two patterns with a group each: pairs by the million take far longer than two passes.
_LETTERS = re.compile(rb'<c r="([A-Z]{1,3})[0-9]{1,7}"(?:[^>]*[^/>])?>')
_NUMBERS = re.compile(rb'<c r="[A-Z]{1,3}([0-9]{1,7})"(?:[^>]*[^/>])?>')
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*?\bt="e"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?\s*<v>([^<]*)</v>'
)
_FORMULA = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?![^>]*\bt="str")[^>]*>\s*(?:<f[^>]*/>|<f[^>]*>([^<]*)</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_SHARED = re.compile(rb't="s"[^>]*><v>([0-9]{1,9})</v>')
_ITEM = re.compile(rb"<(?:\w+:)?si[\s>/]")
_ERROR_TEXT = re.compile(r"#(N/A|DIV/0!|REF!|VALUE!|NAME\?|NUM!|NULL!)|Err:\d{3}")
_MOST_REPEATED = 100_000
Handler = Callable[[str, dict[str, str]], None]


def _parse(
    blocks: Iterator[bytes],
    name: str,
    start: Handler,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Feed XML to handlers, which get names without their prefixes, but for calcext, which repeats names of others."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise BadInputError("is not a workbook", where=name, found="XML with a document type")

    def local(label: str) -> str:
        return label if label.startswith("calcext:") else label.rpartition(":")[2]

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda label, values: start(
        local(label), {local(key): value for key, value in values.items()}
    )
    if end is not None:
        parser.EndElementHandler = lambda label: end(local(label))
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        for block in blocks:
            parser.Parse(block)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise BadInputError("is not a workbook", where=name, found=f"broken XML ({error})") from None


def sheet_parts(parts: Parts, book: str = "xl/workbook.xml") -> dict[str, str]:
    """The names of an .xlsx file's sheets and the parts they are in; chart sheets and such have none."""
    ids: dict[str, str] = {}
    targets = relations(parts, book)

    def start(label: str, values: dict[str, str]) -> None:
        if label == "sheet" and "name" in values:
            ids[values["name"]] = values.get("id", "")

    _parse(parts.blocks(book), parts.name, start)
    found = {sheet: targets.get(key, "") for sheet, key in ids.items()}
    return {sheet: part for sheet, part in found.items() if "worksheets/" in part.lower() and part in parts}


def relations(parts: Parts, book: str) -> dict[str, str]:
    """The parts that a workbook's part refers to, by the ids it uses."""
    folder, _, file = book.rpartition("/")
    targets: dict[str, str] = {}

    def start(label: str, values: dict[str, str]) -> None:
        if label == "Relationship":
            target = values.get("Target", "")
            targets[values.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"

    _parse(parts.blocks(f"{folder}/_rels/{file}.rels"), parts.name, start)
    return targets


def xlsx_cells(parts: Parts, part: str) -> Cells:
    """Look through a sheet of an .xlsx file."""
    cells = Cells()
    lengths = _text_lengths(parts)
    longest = int(lengths.max(initial=0))
    bound = 0
    for rows in _rows(parts, part):
        if rows is None:
            return _slowly(parts, part)
        _see(rows, cells)
        bound += rows.count(b't="s"') * longest + len(rows)
    cells.text = bound
    if bound > LARGEST_TEXT:
        # Rarely needed: text that is long in some cells of many.
        cells.text = sum(_shared_text(rows, lengths) for rows in _rows(parts, part) if rows is not None)
    return cells


def _rows(parts: Parts, part: str) -> Iterator[bytes | None]:
    """Pieces of a sheet's XML that end with a whole row; None once when it isn't written as programs write it."""
    rest = b""
    begun = False
    for block in parts.blocks(part):
        rest += block
        if not begun and not _START.search(rest):
            yield None
            return
        begun = True
        cut = max(rest.rfind(b"<row"), rest.rfind(b"</sheetData>"))
        if cut > 0:
            piece, rest = rest[:cut], rest[cut:]
            yield piece if _is_usual(piece) else None
        if len(rest) > _LONGEST_ROW:
            raise BadInputError(f"has a row of over {_LONGEST_ROW >> 20} MB", where=parts.name)
    yield rest if _is_usual(rest) else None


def _is_usual(piece: bytes) -> bool:
    """Whether each cell says first of all where it is."""
    others = piece.count(b"<c") - piece.count(b'<c r="')
    return b"<!" not in piece and (not others or others == len(_OTHER.findall(piece)))


def _see(rows: bytes, cells: Cells) -> None:
    columns = [column_number(item.decode()) for item in set(_LETTERS.findall(rows))]
    lines = [int(item) - 1 for item in set(_NUMBERS.findall(rows))]
    if columns and lines:
        cells.reach(min(lines), max(lines), min(columns), max(columns))
    if b't="e"' in rows:
        for letter, number, value in _ERROR.findall(rows):
            cells.mark(int(number) - 1, column_number(letter.decode()), value.decode("utf-8", "replace"))
    if b"<f" in rows:
        for letter, number, formula in _FORMULA.findall(rows):
            cells.mark(int(number) - 1, column_number(letter.decode()), "=" + formula.decode("utf-8", "replace"))


def _text_lengths(parts: Parts) -> np.ndarray:
    """The length of each shared string, with its markup."""
    if "xl/sharedStrings.xml" not in parts:
        return np.zeros(1, np.int64)
    starts: list[int] = []
    base, rest = 0, b""
    for block in parts.blocks("xl/sharedStrings.xml"):
        rest += block
        starts += [base + found.start() for found in _ITEM.finditer(rest)]
        # A tag may lie on the border of two blocks; what is found twice counts once.
        keep = min(len(rest), 16)
        base, rest = base + len(rest) - keep, rest[len(rest) - keep :]
    return np.diff(np.unique([*starts, base + len(rest)]))


def _shared_text(rows: bytes, lengths: np.ndarray) -> int:
    used = np.array([int(item) for item in _SHARED.findall(rows)], np.int64)
    return int(lengths[used[used < len(lengths)]].sum()) + len(rows)


def _slowly(parts: Parts, part: str) -> Cells:
    """The same cell by cell, for XML with prefixes, comments, or cells that don't say where they are."""
    sheet = _Sheet()
    _parse(parts.blocks(part), parts.name, sheet.start, sheet.end, sheet.text)
    return sheet.cells


class _Sheet:
    """Handlers for a sheet's XML."""

    def __init__(self) -> None:
        self.cells = Cells()
        self.row = self.column = -1
        self.kind = ""
        self.formula: str | None = None
        self.value: list[str] | None = None
        self.within = ""

    def start(self, label: str, values: dict[str, str]) -> None:
        if label == "row":
            self.row = int(values["r"]) - 1 if values.get("r", "").isdecimal() else self.row + 1
            self.column = -1
        elif label == "c":
            place = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", values.get("r", ""))
            self.column = column_number(place[1]) if place else self.column + 1
            self.row = int(place[2]) - 1 if place else self.row
            self.kind, self.formula, self.value = values.get("t", ""), None, None
        elif label in ("v", "t", "f", "is"):
            self.within = label
            if label == "f":
                self.formula = ""
            else:
                self.value = self.value or []

    def text(self, text: str) -> None:
        if self.within == "f":
            self.formula = (self.formula or "") + text
        elif self.within and self.value is not None:
            self.value.append(text)
            self.cells.text += len(text)

    def end(self, label: str) -> None:
        self.within = "" if label in ("v", "t", "f") else self.within
        if label != "c":
            return
        value = "".join(self.value or [])
        if self.kind == "e" and value:
            self.cells.mark(self.row, self.column, value)
        elif value:
            self.cells.reach(self.row, self.row, self.column, self.column)
        elif self.formula is not None and self.kind != "str":
            self.cells.mark(self.row, self.column, "=" + self.formula)


def ods_cells(parts: Parts) -> dict[str, Cells]:
    """Look through all sheets of an .ods file."""
    book = _Book(parts.name)
    _parse(parts.blocks("content.xml"), parts.name, book.start, book.end, book.text)
    return book.sheets


class _Book:
    """Handlers for an .ods file's XML. A cell and a row may stand for many: they say how often they are repeated."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sheets: dict[str, Cells] = {}
        self.cells = Cells()
        self.row = self.column = 0
        self.times = 1
        self.filled: list[tuple[int, int, str, int]] = []
        self.values: dict[str, str] | None = None
        self.letters: list[str] = []
        self.depth = 0

    def start(self, label: str, values: dict[str, str]) -> None:
        if label == "table" and "name" in values:
            self.cells = self.sheets.setdefault(values["name"], Cells())
            self.row = 0
        elif label == "table-row":
            self.times, self.column, self.filled = _number(values, "number-rows-repeated"), 0, []
        elif label in ("table-cell", "covered-table-cell"):
            self.values, self.letters = values, []
        elif label == "annotation":
            self.depth += 1

    def text(self, text: str) -> None:
        if self.values is not None and not self.depth:
            self.letters.append(text)

    def end(self, label: str) -> None:
        if label == "annotation":
            self.depth -= 1
        elif label in ("table-cell", "covered-table-cell") and self.values is not None:
            self._cell(self.values, "".join(self.letters), label)
            self.values = None
        elif label == "table-row":
            for first, last, odd, size in self.filled:
                self.cells.reach(self.row, self.row + self.times - 1, first, last)
                self.cells.text += size * (last - first + 1) * self.times
                if odd:
                    self._mark(first, last, odd)
            self.row += self.times

    def _mark(self, first: int, last: int, odd: str) -> None:
        if self.times * (last - first + 1) > _MOST_REPEATED:
            raise BadInputError(f"repeats a cell with {odd!r} in {self.times:,} rows", where=self.name)
        for row in range(self.row, self.row + self.times):
            for column in range(first, last + 1):
                self.cells.mark(row, column, odd)

    def _cell(self, values: dict[str, str], letters: str, label: str) -> None:
        times = _number(values, "number-columns-repeated")
        kind = values.get("value-type", "")
        high, wide = _number(values, "number-rows-spanned"), _number(values, "number-columns-spanned")
        if label == "table-cell" and (high > 1 or wide > 1):
            self.cells.merged.append((self.row, self.column, self.row + high - 1, self.column + wide - 1))
        odd = ""
        error = values.get("calcext:value-type") == "error"
        if error or ("formula" in values and _ERROR_TEXT.fullmatch(letters)):
            odd = letters or "#ERROR"
        elif "formula" in values and not kind and not letters:
            odd = "=" + values["formula"].partition("=")[2]
        if kind or letters or odd:
            self.filled.append((self.column, self.column + times - 1, odd, len(letters)))
        self.column += times


def _number(values: dict[str, str], key: str) -> int:
    text = values.get(key, "1")
    return min(max(1, int(text[:12])), 10**9) if text.isdecimal() else 1
