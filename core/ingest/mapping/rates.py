"""Rates of exchange, as a mapping gives them: what one unit of a currency is in the mapping's currency."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from core.errors import BadInputError

# A rate has at most 22 digits, 12 of them decimals.
_MOST, _DECIMALS = Decimal(10) ** 10, 12
_CODE = re.compile(r"[A-Z]{3}")
FILE_KEYS = ("file", "date", "currency", "rate")


@dataclass(frozen=True)
class Rates:
    """What one unit of a currency is worth.

    Parameters
    ----------
    fixed : tuple of (str, Decimal)
        Currency and its rate, the same for every day.
    file : str or None
        A table of dated rates; the latest on or before a line's day counts.
    date, currency, rate : str
        Headers in that table.
    """

    fixed: tuple[tuple[str, Decimal], ...] = ()
    file: str | None = None
    date: str = "date"
    currency: str = "currency"
    rate: str = "rate"


def parse_rates(values: Any, where: str) -> Rates:
    """The rates of a mapping.

    Parameters
    ----------
    values : mapping
        Codes of currencies and rates as text or number; or file, and the headers date, currency, rate in it.
    where : str
        For messages.

    Returns
    -------
    Rates

    Raises
    ------
    BadInputError
        A code or a rate that is none.
    """
    if not isinstance(values, Mapping):
        raise BadInputError("wrong kind of value", where=where, expected="a table of rates", found=repr(values))
    if "file" in values:
        for key, value in values.items():
            if key not in FILE_KEYS:
                known = ", ".join(FILE_KEYS)
                raise BadInputError(f"unknown key '{key}'", where=where, expected=f"one of {known}")
            if not isinstance(value, str) or not value:
                raise BadInputError("wrong kind of value", where=f"{where} {key}", expected="a text", found=repr(value))
        return Rates(**values)
    fixed = []
    for code, value in values.items():
        if not _CODE.fullmatch(code.upper()):
            raise BadInputError(
                "not a currency", where=where, expected="a code of three letters, or file", found=repr(code)
            )
        fixed.append((code.upper(), _rate(value, f"{where} {code}")))
    return Rates(tuple(fixed))


def _rate(value: Any, where: str) -> Decimal:
    try:
        # A float is meant as it is written.
        rate = Decimal(str(value)) if type(value) in (str, int, float, Decimal) else Decimal("NaN")
    except InvalidOperation:
        rate = Decimal("NaN")
    if not rate.is_finite() or not 0 < rate < _MOST or rate != round(rate, _DECIMALS):
        raise BadInputError(
            "not a rate",
            where=where,
            expected=f"a number above 0 with a decimal point and at most {_DECIMALS} decimals",
            found=repr(str(value)),
        )
    return rate
