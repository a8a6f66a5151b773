"""How a value of each customer is held against what a condition of a rule asks for."""

import re
from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import BadParameterError
from core.rules.tree import Test

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

_ORDER: dict[str, Callable[[Floats, float], Mask]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "=": np.equal,
    "!=": np.not_equal,
}
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def compared(test: Test, numbers: Floats, dates: bool = False) -> Mask:
    """For whom a condition on numbers holds; a customer whose number is unknown (NaN) only meets "is unknown".

    Parameters
    ----------
    test : Test
    numbers : ndarray, shape (customers,)
    dates : bool
        Whether they are days since 1970, and the values asked for dates.

    Raises
    ------
    BadParameterError
        The values asked for are no numbers, or no dates.
    """
    known = ~np.isnan(numbers)
    if test.op in ("known", "unknown"):
        return known if test.op == "known" else ~known
    values = [_number(test, value, dates) for value in test.values]
    with np.errstate(invalid="ignore"):
        if test.op == "from":
            return known & (numbers >= values[0]) & (numbers <= values[1])
        if test.op in ("=", "!="):
            one = np.isin(numbers, values)
            return known & (one if test.op == "=" else ~one)
        return known & _ORDER[test.op](numbers, values[0])


def _number(test: Test, text: str, dates: bool) -> float:
    try:
        if dates:
            return float((np.datetime64(date.fromisoformat(text), "D")).astype(np.int64))
        value = float(text.replace("_", "x").replace("\u2212", "-"))
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        expected = "a date such as 2011-12-09" if dates else "a number such as 90 or 12.5"
        raise BadParameterError(f"'{test.field}' can't be compared with '{text}'", expected=expected)
    return value


def only(test: Test, expected: str) -> BadParameterError:
    """What is wrong with a condition that compares in a way that there is not."""
    return BadParameterError(f"'{test.field}' can't be compared with '{test.op}'", expected=expected)


def holds_dates(column: pd.Series) -> bool:
    """Whether a column of texts is one of dates, as far as its first values tell."""
    first = column.dropna().head(20)
    return len(first) > 0 and all(isinstance(value, date) or bool(_DATE.fullmatch(str(value))) for value in first)
