"""The settings of a mapping: what holds for a whole import. And how a mistake in a mapping is named."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Literal

from core.errors import BadInputError


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
    other_currencies: Literal["refuse", "leave_out"] = "refuse"


CHOICES: dict[str, tuple[str, ...]] = {
    "decimal": (".", ","),
    "thousands": (".", ",", " ", "'", ""),
    "duplicates": ("keep", "drop"),
    "zero_orders": ("credit", "purchase"),
    "other_currencies": ("refuse", "leave_out"),
}


def nearest(name: str, known: Iterable[str]) -> str:
    """Say what there is, and which of it is like a name that is not there."""
    known = [str(item) for item in known]
    lowered = {item.lower(): item for item in known}
    close = difflib.get_close_matches(name.lower(), lowered, n=1)
    shown = ", ".join(known[:40]) + (", ..." if len(known) > 40 else "")
    return f"There are: {shown}." + (f" Did you mean '{lowered[close[0]]}'?" if close else "")


def expect(right: bool, where: str, expected: str, found: object) -> None:
    """Raise :class:`BadInputError` when a value is not of the right kind."""
    if not right:
        raise BadInputError("wrong kind of value", where=where, expected=expected, found=repr(found))


def choose(value: Any, choices: tuple[str, ...], where: str) -> None:
    """Raise :class:`BadInputError` when a value is none of the choices."""
    if value not in choices:
        expected = " or ".join(f'"{choice}"' for choice in choices)
        raise BadInputError("unknown value", where=where, expected=expected, found=repr(value))


def parse_settings(values: Any, where: str) -> Settings:
    """The settings from plain values; raises :class:`BadInputError` for what is unknown or of the wrong kind."""
    expect(isinstance(values, dict), where, "a table of settings", values)
    known = [setting.name for setting in fields(Settings)]
    for key, value in values.items():
        if key not in known:
            raise BadInputError(f"unknown setting '{key}'", where=where, todo=nearest(key, known))
        expect(isinstance(value, str), f"{where} {key}", "a text", value)
        if key in CHOICES:
            choose(value, CHOICES[key], f"{where} {key}")
    settings = Settings(**values)
    if settings.encoding is not None:
        try:
            "".encode(settings.encoding)
        except LookupError:
            raise BadInputError("unknown encoding", where=f"{where} encoding", found=repr(settings.encoding)) from None
    if settings.delimiter is not None and (len(settings.delimiter) != 1 or settings.delimiter in '"\r\n'):
        expect(False, f"{where} delimiter", "one character", settings.delimiter)
    if settings.decimal is not None and settings.decimal == settings.thousands:
        expect(False, f"{where} thousands", "another sign than decimal", settings.thousands)
    return settings
