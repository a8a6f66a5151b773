"""The mapping: a TOML file that says which column of which file is what. No code in it.

::

    [settings]                       # all optional
    currency = "GBP"
    decimal = "."                    # and thousands = ","
    duplicates = "keep"              # or "drop"; exact ones are counted either way
    zero_orders = "credit"           # or "purchase"
    encoding = "cp1251"              # of the text files, found out when not given
    delimiter = ";"

    [order_lines]                    # a table; column = "Header in the file", or a small table
    file = "Sales.csv"               # or a list; without it, each file that has the columns named here
    sheet = "2011"                   # of an Excel file with several
    order_id = { column = "SalesOrderLineKey", floor_divide = 1000 }
    customer_id = { first_of = ["CustomerKey", "ResellerKey"], missing = ["-1"] }
    date = { column = "OrderDateKey", format = "%Y%m%d" }
    amount = "Sales Amount"
    channel = { column = "ResellerKey", when = { "-1" = "Internet" }, otherwise = "Reseller" }
    region = { lookup = "Sales_Territories.csv", key = "SalesTerritoryKey", value = "Region" }
    discount = false                 # not in the data, whatever the names say

Fields that a block doesn't name are matched by name. A table made of several files is an array of tables, ``[[customers]]``: each
block has its file and fields. A customer in several blocks gets each attribute from the first block that has a value for it. In
``customers`` and ``products`` any other name is an attribute; ``attributes = ["Occupation"]`` takes further columns under their
own headers (``"all"``, the default, takes the rest; ``[]`` none); ``type = { value = "firm" }`` is the same for each row.
``lookup`` names a file that is given too or lies beside the mapped one (also as .gz); ``column`` there names the looked-up column
where it is called differently from ``key``.
"""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from core.errors import BadInputError
from core.ingest.names import ATTRIBUTE_TABLES, FIELDS

BLOCK_KEYS = ("file", "sheet", "attributes")


@dataclass(frozen=True)
class Settings:
    """What holds for the whole import; None is found out from the data."""

    currency: str | None = None
    decimal: Literal[".", ","] | None = None
    thousands: str | None = None
    duplicates: Literal["keep", "drop"] = "keep"
    zero_orders: Literal["credit", "purchase"] = "credit"
    encoding: str | None = None
    delimiter: str | None = None


CHOICES: dict[str, tuple[str, ...]] = {
    "decimal": (".", ","),
    "thousands": (".", ",", " ", "'", ""),
    "duplicates": ("keep", "drop"),
    "zero_orders": ("credit", "purchase"),
}


@dataclass(frozen=True)
class Spec:
    """Where one field comes from.

    Parameters
    ----------
    column : str or None
        Header in the file.
    first_of : tuple of str
        Headers; the first that has a value.
    missing : tuple of str
        Values that mean "none".
    format : str or None
        strptime format of a date.
    floor_divide : int or None
    when : tuple of (str, str)
        Values and what they become; all others become ``otherwise``, or stay.
    lookup, key, value : str or None
        File, its key column and the column taken. ``value`` alone is a constant.
    """

    column: str | None = None
    first_of: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    format: str | None = None
    floor_divide: int | None = None
    when: tuple[tuple[str, str], ...] = ()
    otherwise: str | None = None
    lookup: str | None = None
    key: str | None = None
    value: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The headers of the file that the field is made of."""
        if self.column:
            return (self.column,)
        return self.first_of or ((self.key,) if self.lookup and self.key else ())


SPEC_KEYS = tuple(spec.name for spec in fields(Spec))


@dataclass(frozen=True)
class Block:
    """One table of the mapping, or one part of it.

    Parameters
    ----------
    table : str
    specs : tuple of (str, Spec)
    files : tuple of str
        File names; empty for any file with the columns.
    sheet : str or None
    attributes : tuple of str or None
        Further columns to take; None takes all.
    absent : frozenset of str
        Fields that the data do not have.
    """

    table: str
    specs: tuple[tuple[str, Spec], ...] = ()
    files: tuple[str, ...] = ()
    sheet: str | None = None
    attributes: tuple[str, ...] | None = None
    absent: frozenset[str] = frozenset()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every header that the block names."""
        return tuple(column for _, spec in self.specs for column in spec.columns) + (self.attributes or ())


@dataclass(frozen=True)
class Mapping_:
    """A mapping file, read and checked.

    Parameters
    ----------
    name : str
        File name, for messages.
    folder : Path or None
        Where it lies.
    settings : Settings
    blocks : tuple of Block
    """

    name: str = "mapping"
    folder: Path | None = None
    settings: Settings = Settings()
    blocks: tuple[Block, ...] = ()


def nearest(name: str, known: Iterable[str]) -> str:
    """Say what there is, and which of it is like a name that is not there."""
    known = [str(item) for item in known]
    lowered = {item.lower(): item for item in known}
    close = difflib.get_close_matches(name.lower(), lowered, n=1)
    shown = ", ".join(known[:40]) + (", ..." if len(known) > 40 else "")
    return f"There are: {shown}." + (f" Did you mean '{lowered[close[0]]}'?" if close else "")


def read_mapping(path: Path) -> Mapping_:
    """Read and check a mapping file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Mapping_

    Raises
    ------
    BadInputError
        It is not there, not TOML, or names something unknown.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadInputError("the mapping can't be opened", where=str(path), found=error.strerror or "") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInputError("is not a TOML file", where=path.name, found=str(error)) from None
    return parse_mapping(values, path.name, path.parent)


def parse_mapping(values: Mapping[str, Any], name: str = "mapping", folder: Path | None = None) -> Mapping_:
    """A mapping from the plain values of its TOML.

    Parameters
    ----------
    values : mapping
    name : str
    folder : Path, optional

    Returns
    -------
    Mapping_

    Raises
    ------
    BadInputError
        Something in it is unknown or of the wrong kind.
    """
    blocks: list[Block] = []
    for table, content in values.items():
        if table == "settings":
            continue
        if table not in FIELDS:
            raise BadInputError(f"unknown table '{table}'", where=name, todo=nearest(table, ["settings", *FIELDS]))
        for part in content if isinstance(content, list) else [content]:
            _expect(isinstance(part, dict), f"{name}, [{table}]", "a table of fields", part)
            blocks.append(_block(table, part, f"{name}, [{table}]"))
    return Mapping_(name, folder, _settings(values.get("settings", {}), f"{name}, [settings]"), tuple(blocks))


def _expect(right: bool, where: str, expected: str, found: object) -> None:
    if not right:
        raise BadInputError("wrong kind of value", where=where, expected=expected, found=repr(found))


def _settings(values: Any, where: str) -> Settings:
    _expect(isinstance(values, dict), where, "a table of settings", values)
    known = [setting.name for setting in fields(Settings)]
    for key, value in values.items():
        if key not in known:
            raise BadInputError(f"unknown setting '{key}'", where=where, todo=nearest(key, known))
        _expect(isinstance(value, str), f"{where} {key}", "a text", value)
        if key in CHOICES and value not in CHOICES[key]:
            choices = " or ".join(f'"{choice}"' for choice in CHOICES[key])
            raise BadInputError("unknown value", where=f"{where} {key}", expected=choices, found=repr(value))
    settings = Settings(**values)
    if settings.encoding is not None:
        try:
            "".encode(settings.encoding)
        except LookupError:
            raise BadInputError("unknown encoding", where=f"{where} encoding", found=repr(settings.encoding)) from None
    if settings.delimiter is not None and (len(settings.delimiter) != 1 or settings.delimiter in '"\r\n'):
        _expect(False, f"{where} delimiter", "one character", settings.delimiter)
    if settings.decimal is not None and settings.decimal == settings.thousands:
        _expect(False, f"{where} thousands", "another sign than decimal", settings.thousands)
    return settings


def _block(table: str, values: Mapping[str, Any], where: str) -> Block:
    specs: list[tuple[str, Spec]] = []
    absent: set[str] = set()
    for field, value in values.items():
        if field in BLOCK_KEYS:
            continue
        if table not in ATTRIBUTE_TABLES and field not in FIELDS[table]:
            raise BadInputError(
                f"unknown field '{field}'", where=where, todo=nearest(field, [*FIELDS[table], *BLOCK_KEYS])
            )
        if value is False:
            absent.add(field)
        else:
            specs.append((field, _spec(value, f"{where} {field}")))
    attributes = values.get("attributes", "all")
    if attributes != "all":
        attributes = _texts(attributes, f"{where} attributes")
    sheet = values.get("sheet")
    _expect(sheet is None or isinstance(sheet, str), f"{where} sheet", "the name of a sheet", sheet)
    return Block(
        table,
        tuple(specs),
        _texts(values.get("file", []), f"{where} file"),
        sheet,
        None if attributes == "all" else attributes,
        frozenset(absent),
    )


def _texts(value: Any, where: str) -> tuple[str, ...]:
    items = [value] if isinstance(value, str) else value
    _expect(isinstance(items, list) and all(isinstance(item, str) for item in items), where, "texts", value)
    return tuple(items)


def _spec(value: Any, where: str) -> Spec:
    if isinstance(value, str):
        return Spec(column=value)
    _expect(
        isinstance(value, dict), where, 'the header of a column, or a small table such as { column = "..." }', value
    )
    for key in value:
        if key not in SPEC_KEYS:
            raise BadInputError(f"unknown key '{key}'", where=where, todo=nearest(key, SPEC_KEYS))
    plain: dict[str, Any] = dict(value)
    for key in ("first_of", "missing"):
        if key in plain:
            plain[key] = _texts(plain[key], f"{where} {key}")
    if "when" in plain:
        when = plain["when"]
        right = isinstance(when, dict) and all(isinstance(item, str) for item in when.values())
        _expect(right, f"{where} when", 'values and texts, such as { "-1" = "Internet" }', when)
        plain["when"] = tuple(when.items())
    if "floor_divide" in plain:
        number = plain["floor_divide"]
        _expect(type(number) is int and number > 0, f"{where} floor_divide", "a whole number above 0", number)
    for key in ("column", "format", "otherwise", "lookup", "key", "value"):
        _expect(isinstance(plain.get(key, ""), str), f"{where} {key}", "a text", plain.get(key))
    spec = Spec(**plain)
    if spec.lookup is not None:
        _expect(bool(spec.key and spec.value), where, "lookup, key and value together", value)
    elif sum([spec.column is not None, bool(spec.first_of), spec.value is not None]) != 1:
        _expect(False, where, "one of column, first_of, value or lookup", value)
    return spec
