"""What a sheet's file says of its cells beyond their values: errors, formulas never computed, merged cells, and how far they reach.

The reader of workbooks gives error cells back as empty ones, and takes memory for the whole rectangle between the first cell and the
last. So each sheet is looked through first.
"""

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from core.errors import BadInputError
from core.ingest.readers.archive import unpacked

LARGEST_UNPACKED = 500 << 20
LARGEST_BOX = 40_000_000
LARGEST_TEXT = 2 << 30
_SAVE = "Save it as CSV."


@dataclass
class Cells:
    """What was seen of the cells of one sheet. Rows and columns count from 0.

    Parameters
    ----------
    rows, columns : (int, int) or None
        First and last one with a value; None when there is none. Never less than what is there.
    odd : dict
        Row to column to the text of an error ("#N/A"), or of a formula without a value ("=A1+1").
    merged : list of (top, left, bottom, right)
    text : int
        Letters that the values take once unpacked, or more.
    """

    rows: tuple[int, int] | None = None
    columns: tuple[int, int] | None = None
    odd: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    text: int = 0

    def reach(self, top: int, bottom: int, left: int, right: int) -> None:
        """Take notice of cells with values."""
        rows, columns = self.rows or (top, bottom), self.columns or (left, right)
        self.rows = min(rows[0], top), max(rows[1], bottom)
        self.columns = min(columns[0], left), max(columns[1], right)

    def mark(self, row: int, column: int, text: str) -> None:
        """Keep the text of a cell that has no value."""
        self.odd.setdefault(row, {})[column] = text
        self.reach(row, row, column, column)

    def check(self, file: str, sheet: str) -> None:
        """Refuse a sheet that would take gigabytes.

        Raises
        ------
        BadInputError
        """
        if self.rows is None or self.columns is None:
            return
        height, width = self.rows[1] - self.rows[0] + 1, self.columns[1] - self.columns[0] + 1
        if height * width > LARGEST_BOX:
            raise BadInputError(
                f"sheet '{sheet}' reaches over {height:,} rows and {width:,} columns",
                where=file,
                expected=f"at most {LARGEST_BOX:,} cells between the first and the last",
                todo="Delete what stands far from the table, or save it as CSV.",
            )
        if self.text > LARGEST_TEXT:
            limit = f"at most {LARGEST_TEXT >> 20:,} MB"
            raise BadInputError(f"sheet '{sheet}' unpacks to too much text", where=file, expected=limit, todo=_SAVE)


class Parts:
    """The parts of a workbook that is a zip archive, with a common limit on what they unpack to.

    Parameters
    ----------
    file : binary file
    entries : sequence of ZipInfo
    name : str
        The workbook's file name.
    """

    def __init__(self, file: BinaryIO, entries: list[zipfile.ZipInfo], name: str) -> None:
        self.file, self.name = file, name
        self.entries: Mapping[str, zipfile.ZipInfo] = {item.filename.lower().lstrip("/"): item for item in entries}
        if len(self.entries) < len(entries):
            raise BadInputError("is damaged", where=name, found="two parts of one name")

    def __contains__(self, part: str) -> bool:
        return part.lower().lstrip("/") in self.entries

    def blocks(self, part: str) -> Iterator[bytes]:
        """The unpacked bytes of a part.

        Raises
        ------
        BadInputError
            There is no such part, or it is damaged.
        """
        item = self.entries.get(part.lower().lstrip("/"))
        if item is None:
            raise BadInputError("is not a workbook", where=self.name, found=f"no part '{part}'")
        return unpacked(self.file, item, self.name)

    def whole(self, part: str) -> bytes:
        """The same, at once; :meth:`check` has seen its size."""
        return b"".join(self.blocks(part))

    def check(self) -> None:
        """Count what the parts unpack to, pictures left out.

        Raises
        ------
        BadInputError
            It is too much.
        """
        size = 0
        for part in self.entries:
            if part.endswith((".xml", ".rels", ".bin")) and "/media/" not in part:
                for block in self.blocks(part):
                    size += len(block)
                    if size > LARGEST_UNPACKED:
                        limit = f"at most {LARGEST_UNPACKED >> 20} MB"
                        raise BadInputError("unpacks to too much", where=self.name, expected=limit, todo=_SAVE)


def column_number(letters: str) -> int:
    """The number of a column, from 0: "A" is 0, "AA" is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
