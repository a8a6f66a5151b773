"""What an import did: rows and money read = kept + quarantined + left out by a named rule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.money import SCALE

Pairs = tuple[tuple[str, Any], ...]


def money_text(units: int) -> str:
    """Whole money units as a decimal string: 152999 is ``"15.2999"``."""
    return f"{Decimal(units) / SCALE:.4f}"


def money_units(text: str) -> int:
    """The inverse of :func:`money_text`."""
    return int(Decimal(text) * SCALE)


@dataclass(frozen=True)
class Count:
    """Rows and their money.

    Parameters
    ----------
    rows : int
    money : int
        Units of 0.0001 of the currency, over the rows whose money can be read.
    unknown : int
        Rows whose money can't be read; they are in ``rows`` and not in ``money``.
    """

    rows: int = 0
    money: int = 0
    unknown: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.rows + other.rows, self.money + other.money, self.unknown + other.unknown)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; money as a decimal string."""
        return {"rows": self.rows, "money": money_text(self.money), "unknown_money_rows": self.unknown}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Count":
        """The inverse of :meth:`to_dict`."""
        return cls(values["rows"], money_units(values["money"]), values["unknown_money_rows"])


@dataclass(frozen=True)
class Problem:
    """Rows of one file that are in quarantine for one reason.

    Parameters
    ----------
    file, column, reason : str
        ``column`` is the header in the file, empty when the whole row is at fault.
    rows, row : int
        How many rows, and the number of the first one.
    value : str or None
        What stands in the first one.
    """

    file: str
    column: str
    reason: str
    rows: int
    row: int
    value: str | None

    def __str__(self) -> str:
        rows = "1 row" if self.rows == 1 else f"{self.rows:,} rows"
        first = f"(first: row {self.row}, {self.value!r})" if self.value is not None else f"(first: row {self.row})"
        if not self.column:
            return f"{self.file}: {rows} {ROW_REASONS.get(self.reason, self.reason)} {first}"
        if self.reason == "missing":
            return f"{self.file}: column '{self.column}' is empty in {rows} {first}"
        one, many = VALUE_REASONS.get(self.reason, (self.reason, self.reason))
        values = f"1 value that is {one}" if self.rows == 1 else f"{self.rows:,} values that are {many}"
        return f"{self.file}: column '{self.column}' has {values} {first}"


_OUT_OF_RANGE = "not between 1900-01-01 and 2079-06-05"
# In the singular and the plural.
VALUE_REASONS: dict[str, tuple[str, str]] = {
    "not_a_number": ("not a number", "not numbers"),
    "too_large": ("too large", "too large"),
    "not_a_share": ("not a share of 100 %", "not shares of 100 %"),
    "not_a_date": ("not a date", "not dates"),
    "date_out_of_range": (_OUT_OF_RANGE, _OUT_OF_RANGE),
    "no_rate": ("in a currency without a rate on its day", "in currencies without a rate on their day"),
    "error_cell": ("an error of a spreadsheet", "errors of a spreadsheet"),
    "shortened_id": ("an id cut short by a spreadsheet", "ids cut short by a spreadsheet"),
}
ROW_REASONS: dict[str, str] = {
    "short_row": "with too few cells",
    "long_row": "with too many cells",
    "broken_quotes": "with a quote that is not closed properly",
    "undecodable": "with bytes that are not text",
    "nul_byte": "with a NUL byte",
    "long_cell": "with a cell of over 131,072 characters",
    "merged_cell": "in which a number is merged with the row above",
}


@dataclass(frozen=True)
class Note:
    """Rows that a rule of :mod:`core.ingest.mapping.rules` found.

    Parameters
    ----------
    name : str
        Code, such as ``cancellations``.
    rows : int
    examples : tuple of (str, int, str)
        Up to three: file, row, value.
    money : int or None
        Units of 0.0001 of the currency, over the rows whose money can be read; None in reports from before it was counted.
    unknown : int
        Rows whose money can't be read.
    setting : str
        The rule's switch in the mapping's ``[rules]``; empty when it has none.
    left_out : bool
        The rows were left out: they are in ``FileReport.left_out`` under this name. Else they are among the kept ones.
    """

    name: str
    rows: int
    examples: tuple[tuple[str, int, str], ...] = ()
    money: int | None = None
    unknown: int = 0
    setting: str = ""
    left_out: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; money as a decimal string."""
        return {
            "rows": self.rows,
            "money": None if self.money is None else money_text(self.money),
            "unknown_money_rows": self.unknown,
            "setting": self.setting,
            "left_out": self.left_out,
            "examples": [dict(zip(("file", "row", "value"), example, strict=True)) for example in self.examples],
        }

    @classmethod
    def from_dict(cls, name: str, values: Mapping[str, Any]) -> "Note":
        """The inverse of :meth:`to_dict`, of older reports too."""
        money = values.get("money")
        return cls(
            name,
            values["rows"],
            tuple((example["file"], example["row"], example["value"]) for example in values["examples"]),
            None if money is None else money_units(money),
            values.get("unknown_money_rows", 0),
            values.get("setting", ""),
            values.get("left_out", False),
        )


@dataclass(frozen=True)
class FileReport:
    """One file of an import.

    Parameters
    ----------
    file, table : str
    read, kept, quarantined : Count
    left_out : tuple of (str, Count)
        Rule and what it left out.
    how : tuple of (str, str)
        How it was read: encoding, delimiter, decimal, and so on.
    columns : tuple of (str, str)
        Meaning and the columns it was taken from.
    """

    file: str
    table: str
    read: Count
    kept: Count
    quarantined: Count = Count()
    left_out: tuple[tuple[str, Count], ...] = ()
    how: tuple[tuple[str, str], ...] = ()
    columns: tuple[tuple[str, str], ...] = ()

    def reconcile(self) -> None:
        """Check that rows and money read are all accounted for; AssertionError if not."""
        total = _sum((self.kept, self.quarantined, *(count for _, count in self.left_out)))
        if self.read != total:
            raise AssertionError(f"{self.file}: read {self.read}, accounted for {total}")


@dataclass(frozen=True)
class Report:
    """What an import did, file by file.

    Parameters
    ----------
    files : tuple of FileReport
    notes : tuple of Note
        What each rule found, one a name.
    problems : tuple of Problem
        Why rows are in quarantine; each reads as a sentence.
    totals : tuple of (str, int or str)
        orders, customers, regions, channels, first_day, last_day of the kept order lines.
    """

    files: tuple[FileReport, ...]
    notes: tuple[Note, ...] = ()
    problems: tuple[Problem, ...] = ()
    totals: Pairs = field(default=())

    def note(self, name: str) -> int:
        """The rows of a note; 0 when nothing was noted."""
        return sum(note.rows for note in self.notes if note.name == name)

    def total(self, table: str = "order_lines") -> FileReport:
        """The files of one table, added up and reconciled."""
        files = [file for file in self.files if file.table == table]
        rules: dict[str, Count] = {}
        for file in files:
            for rule, count in file.left_out:
                rules[rule] = rules.get(rule, Count()) + count
        total = FileReport(
            ", ".join(file.file for file in files),
            table,
            _sum(file.read for file in files),
            _sum(file.kept for file in files),
            _sum(file.quarantined for file in files),
            tuple(rules.items()),
        )
        total.reconcile()
        return total

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "files": [_file_dict(file) for file in self.files],
            "notes": {note.name: note.to_dict() for note in self.notes},
            "problems": [{**vars(problem), "sentence": str(problem)} for problem in self.problems],
            "totals": dict(self.totals),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Report":
        """The inverse of :meth:`to_dict`."""
        return cls(
            tuple(_file_from(file) for file in values["files"]),
            tuple(Note.from_dict(name, note) for name, note in values["notes"].items()),
            tuple(
                Problem(**{key: value for key, value in problem.items() if key != "sentence"})
                for problem in values["problems"]
            ),
            tuple(values["totals"].items()),
        )


def _sum(counts: Iterable[Count]) -> Count:
    return sum(counts, Count())


def _file_dict(file: FileReport) -> dict[str, Any]:
    return {
        "file": file.file,
        "table": file.table,
        "read": file.read.to_dict(),
        "kept": file.kept.to_dict(),
        "quarantined": file.quarantined.to_dict(),
        "left_out": {rule: count.to_dict() for rule, count in file.left_out},
        "how": dict(file.how),
        "columns": dict(file.columns),
    }


def _file_from(values: Mapping[str, Any]) -> FileReport:
    return FileReport(
        values["file"],
        values["table"],
        Count.from_dict(values["read"]),
        Count.from_dict(values["kept"]),
        Count.from_dict(values["quarantined"]),
        tuple((rule, Count.from_dict(count)) for rule, count in values["left_out"].items()),
        tuple(values["how"].items()),
        tuple(values["columns"].items()),
    )
