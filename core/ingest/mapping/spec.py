"""Where one field comes from: a header, or a small table of the mapping."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from core.errors import BadInputError
from core.ingest.mapping.settings import expect, nearest

# What strptime knows; anything else ends in its own words.
_FORMAT = r"([^%]|%-?[aAbBcdfgGHIjmMnpSuUVwWxXyYzZ%])+"


@dataclass(frozen=True)
class Spec:
    """Where one field comes from.

    Parameters
    ----------
    column : str or None
        Header in the file.
    first_of : tuple of str
        Headers; the first that has a value.
    join : tuple of str
        Headers whose values, all there, make the value together, with "-" between them.
    missing : tuple of str
        Values that mean "none".
    format : str or None
        strptime format of a date.
    floor_divide : int or None
    when : tuple of (str, str)
        Values and what they become; all others become ``otherwise``, or stay.
    lookup, key, value : str or None
        File, its key column and the column taken. ``value`` alone is a constant.
    fill_down : bool or str
        An empty cell has the value above it: of the row before, or, where a header is given, of the first filled row with the
        same value there.
    """

    column: str | None = None
    first_of: tuple[str, ...] = ()
    join: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    format: str | None = None
    floor_divide: int | None = None
    when: tuple[tuple[str, str], ...] = ()
    otherwise: str | None = None
    lookup: str | None = None
    key: str | None = None
    value: str | None = None
    fill_down: bool | str = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The headers of the file that the field is made of."""
        if self.column:
            return (self.column,)
        return self.first_of or self.join or ((self.key,) if self.lookup and self.key else ())


SPEC_KEYS = tuple(spec.name for spec in fields(Spec))


def texts(value: Any, where: str) -> tuple[str, ...]:
    """One text or a list of them; raises :class:`BadInputError` for anything else."""
    items = [value] if isinstance(value, str) else value
    expect(isinstance(items, list) and all(isinstance(item, str) for item in items), where, "texts", value)
    return tuple(items)


def parse_spec(value: Any, where: str) -> Spec:
    """A field of the mapping from its plain values; raises :class:`BadInputError` for what is unknown or of the wrong kind."""
    if isinstance(value, str):
        value = {"column": value}
    expect(isinstance(value, dict), where, 'the header of a column, or a small table such as { column = "..." }', value)
    for key in value:
        if key not in SPEC_KEYS:
            raise BadInputError(f"unknown key '{key}'", where=where, todo=nearest(key, SPEC_KEYS))
    plain: dict[str, Any] = dict(value)
    for key in ("first_of", "join", "missing"):
        if key in plain:
            plain[key] = texts(plain[key], f"{where} {key}")
    if "when" in plain:
        when = plain["when"]
        right = isinstance(when, dict) and all(isinstance(item, str) for item in when.values())
        expect(right, f"{where} when", 'values and texts, such as { "-1" = "Internet" }', when)
        plain["when"] = tuple(when.items())
    if "floor_divide" in plain:
        number = plain["floor_divide"]
        expect(type(number) is int and number > 0, f"{where} floor_divide", "a whole number above 0", number)
    for key in ("column", "format", "otherwise", "lookup", "key", "value"):
        expect(isinstance(plain.get(key, ""), str), f"{where} {key}", "a text", plain.get(key))
    named = [plain.get("column", "a"), *plain.get("first_of", ()), *plain.get("join", ())]
    expect(all(named), where, "the header of a column", "")
    if "format" in plain:
        written = re.fullmatch(_FORMAT, plain["format"])
        expect(written is not None, f"{where} format", 'a date format, such as "%d/%m/%Y"', plain["format"])
    check_fill_down(plain, where)
    spec = Spec(**plain)
    if spec.lookup is not None:
        expect(bool(spec.key and spec.value), where, "lookup, key and value together", value)
    elif sum([spec.column is not None, bool(spec.first_of), bool(spec.join), spec.value is not None]) != 1:
        expect(False, where, "one of column, first_of, join, value or lookup", value)
    return spec


def check_fill_down(values: Mapping[str, Any], where: str) -> None:
    """Raise :class:`BadInputError` when ``fill_down`` is neither true or false nor a header."""
    down = values.get("fill_down", False)
    expect(isinstance(down, (bool, str)), f"{where} fill_down", "true, or the header of a column", down)
