"""Days as numbers: uint16 days since 1900-01-01 in arrays, dates everywhere else."""

import re
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

EPOCH = date(1900, 1, 1)
LAST_DATE = date(2079, 6, 5)
NO_DAY = 65_535

_EPOCH_D = np.datetime64("1900-01-01", "D")

PERIODS = ("week", "month", "quarter")


def to_day(value: date) -> int:
    """The number of a date (1900-01-01 is 0)."""
    return (value - EPOCH).days


def to_date(day: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=int(day))


def to_dates(days: NDArray[np.integer]) -> NDArray[np.datetime64]:
    """Day numbers as dates (datetime64[s], which pandas keeps as it is)."""
    return (_EPOCH_D + days.astype("timedelta64[D]")).astype("datetime64[s]")


@lru_cache(maxsize=8)
def _period_table(period: str) -> NDArray[np.int32]:
    if period == "week":
        # 1900-01-01 was a Monday, so whole weeks start on Mondays.
        return (np.arange(NO_DAY + 1) // 7).astype(np.int32)
    months = (_EPOCH_D + np.arange(NO_DAY + 1)).astype("datetime64[M]").astype(np.int32) + 12 * 70
    return months if period == "month" else months // 3


def period_table(period: str) -> NDArray[np.int32]:
    """Look-up from a day number to the index of its period, counted from 1900.

    Parameters
    ----------
    period : {"week", "month", "quarter"}

    Returns
    -------
    ndarray of int32, shape (65536,)
        ``period_table("month")[day]``; weeks start on Mondays.
    """
    return _period_table(period)


def period_of(value: date, period: str) -> int:
    """The index of the period that a date lies in."""
    return int(period_table(period)[to_day(value)])


def period_start(index: int, period: str) -> date:
    """The first date of a period."""
    if period == "week":
        return EPOCH + timedelta(days=7 * int(index))
    months = int(index) * (3 if period == "quarter" else 1)
    return date(1900 + months // 12, months % 12 + 1, 1)


def period_end(index: int, period: str) -> date:
    """The last date of a period."""
    return period_start(int(index) + 1, period) - timedelta(days=1)


def period_code(index: int, period: str) -> str:
    """A period's code in results: ``2011-03``, ``2011-Q1`` or the Monday of a week."""
    start = period_start(index, period)
    if period == "month":
        return f"{start:%Y-%m}"
    return f"{start.year}-Q{(start.month + 2) // 3}" if period == "quarter" else start.isoformat()


def period_index(code: str) -> int:
    """The index of the period that :func:`period_code` wrote.

    Raises
    ------
    ValueError
        The text is not such a code.
    """
    if match := re.fullmatch(r"(\d{4})-Q([1-4])", code):
        return (int(match[1]) - 1900) * 4 + int(match[2]) - 1
    if match := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", code):
        return (int(match[1]) - 1900) * 12 + int(match[2]) - 1
    if re.fullmatch(r"\d{4}-\d\d-\d\d", code):
        return period_of(date.fromisoformat(code), "week")
    raise ValueError(f"'{code}' is not the code of a period")
