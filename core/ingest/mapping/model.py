"""The mapping: a TOML file that says which column of which file is what. No code in it.

::

    [settings]                       # all optional
    currency = "GBP"
    decimal = "."                    # and thousands = ","
    duplicates = "keep"              # or "drop"; exact ones are counted either way
    zero_orders = "credit"           # or "purchase"
    encoding = "cp1251"              # of the text files, found out when not given
    delimiter = ";"
    other_currencies = "refuse"      # or "leave_out": rows in another currency than this one, without a rate below

    [rules]                          # what becomes of rows that a rule finds: "keep" or "leave_out"; see core.ingest.mapping.rules
    exact_duplicates = "keep"
    overlapping_files = "leave_out"

    [rates]                          # what one unit of another currency is in this one; or file = "rates.csv" with columns
    EUR = "0.86"                     # date, currency, rate: the latest on or before a line's day

    [order_lines]                    # a table; column = "Header in the file", or a small table
    file = "Sales.csv"               # or a list; without it, each file that has the columns named here
    sheet = "2011"                   # of an Excel file with several
    order_id = { column = "SalesOrderLineKey", floor_divide = 1000 }
    customer_id = { first_of = ["CustomerKey", "ResellerKey"], missing = ["-1"] }
    date = { column = "OrderDateKey", format = "%Y%m%d" }
    amount = "Sales Amount"
    channel = { column = "ResellerKey", when = { "-1" = "Internet" }, otherwise = "Reseller" }
    region = { lookup = "Sales_Territories.csv", key = "SalesTerritoryKey", value = "Region" }
    category = { column = "Group", fill_down = true }   # written once, in the first row of many; or fill_down = "Order no"
    discount = false                 # not in the data, whatever the names say
    leave_out = { "Status" = ["cancelled"] }            # rows that are no sales; see core.ingest.mapping.leaving

Fields that a block doesn't name are matched by name. A table made of several files is an array of tables, ``[[customers]]``: each
block has its file and fields. A customer in several blocks gets each attribute from the first block that has a value for it. In
``customers``, ``products``, ``deals`` and ``touchpoints`` any other name is an attribute; ``attributes = ["Occupation"]`` takes
further columns under their own headers (``"all"``, the default, takes the rest; ``[]`` none); ``type = { value = "firm" }`` is the
same for each row. ``{ join = ["Day", "Till", "Receipt"] }`` is an id made of several columns. A table ``[shape]`` says which files a
saved mapping is for; see :mod:`core.ingest.mapping.files`.
``lookup`` names a file that is given too or lies beside the mapped one (also as .gz); ``column`` there names the looked-up column
where it is called differently from ``key``.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.errors import BadInputError
from core.ingest.mapping.leaving import LeaveOut, parse_leave_out
from core.ingest.mapping.names import ATTRIBUTE_TABLES, FIELDS
from core.ingest.mapping.rates import Rates, parse_rates
from core.ingest.mapping.rules import DEFAULTS, SWITCHES
from core.ingest.mapping.settings import Settings, choose, expect, nearest, parse_settings
from core.ingest.mapping.spec import Spec, parse_spec, texts
from core.schema import ORDER_LINES

__all__ = ["Block", "LeaveOut", "Mapping_", "Settings", "Spec", "nearest", "parse_mapping", "read_mapping"]

BLOCK_KEYS = ("file", "sheet", "attributes", "leave_out")
# What is no table.
PARTS = ("settings", "rules", "rates", "shape")


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
    leave_out : tuple of LeaveOut
        Values that leave order lines out.
    """

    table: str
    specs: tuple[tuple[str, Spec], ...] = ()
    files: tuple[str, ...] = ()
    sheet: str | None = None
    attributes: tuple[str, ...] | None = None
    absent: frozenset[str] = frozenset()
    leave_out: tuple[LeaveOut, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every header that the block names."""
        leaving = tuple(one.column for one in self.leave_out)
        return tuple(column for _, spec in self.specs for column in spec.columns) + leaving + (self.attributes or ())


_DEFAULT = Settings()


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
    rules : tuple of (str, str)
        Switches that are set, of :data:`core.ingest.mapping.rules.SWITCHES`.
    rates : Rates or None
    """

    name: str = "mapping"
    folder: Path | None = None
    settings: Settings = _DEFAULT
    blocks: tuple[Block, ...] = ()
    rules: tuple[tuple[str, str], ...] = ()
    rates: Rates | None = None

    def rule(self, name: str) -> str:
        """The position of a rule's switch: as set, else its default."""
        chosen = dict(self.rules)
        if name in ("exact_duplicates", "overlapping_files") and self.settings.duplicates == "drop":
            return chosen.get(name, "leave_out")
        return chosen.get(name, DEFAULTS[name])

    @property
    def lookups(self) -> tuple[str, ...]:
        """Names of the files that are only looked up, the rates' among them."""
        names = [spec.lookup for block in self.blocks for _, spec in block.specs if spec.lookup]
        return tuple(dict.fromkeys([*names, *([self.rates.file] if self.rates and self.rates.file else [])]))


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
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
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
        if table in PARTS:
            continue
        if table not in FIELDS:
            raise BadInputError(f"unknown table '{table}'", where=name, todo=nearest(table, [*PARTS, *FIELDS]))
        for part in content if isinstance(content, list) else [content]:
            expect(isinstance(part, dict), f"{name}, [{table}]", "a table of fields", part)
            blocks.append(_block(table, part, f"{name}, [{table}]"))
    settings = parse_settings(values.get("settings", {}), f"{name}, [settings]")
    rates = parse_rates(values["rates"], f"{name}, [rates]") if "rates" in values else None
    if rates is not None and settings.currency is None:
        raise BadInputError(
            "rates need a currency to turn money into",
            where=f"{name}, [rates]",
            todo='Name it: [settings] currency = "...".',
        )
    return Mapping_(name, folder, settings, tuple(blocks), _rules(values.get("rules", {}), f"{name}, [rules]"), rates)


def _rules(values: Any, where: str) -> tuple[tuple[str, str], ...]:
    expect(isinstance(values, dict), where, "a table of rules", values)
    for key, value in values.items():
        if key not in SWITCHES:
            raise BadInputError(f"unknown rule '{key}'", where=where, todo=nearest(key, SWITCHES))
        choose(value, SWITCHES[key], f"{where} {key}")
    return tuple(values.items())


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
            specs.append((field, parse_spec(value, f"{where} {field}")))
    attributes = values.get("attributes", "all")
    if attributes != "all":
        attributes = texts(attributes, f"{where} attributes")
    sheet = values.get("sheet")
    expect(sheet is None or isinstance(sheet, str), f"{where} sheet", "the name of a sheet", sheet)
    if "leave_out" in values and table != ORDER_LINES.name:
        raise BadInputError("only order lines can be left out by a value", where=f"{where} leave_out")
    return Block(
        table,
        tuple(specs),
        texts(values.get("file", []), f"{where} file"),
        sheet,
        None if attributes == "all" else attributes,
        frozenset(absent),
        parse_leave_out(values.get("leave_out", {}), f"{where} leave_out"),
    )
