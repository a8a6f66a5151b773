"""The calendar: the three years, their sales and closed days, and the clock on which each persona's buying runs."""

from __future__ import annotations

import datetime

import numpy as np

FIRST_DAY = datetime.date(2023, 2, 21)
LAST_DAY = datetime.date(2026, 2, 20)
DAYS = (LAST_DAY - FIRST_DAY).days + 1
YEAR = 365.25


def dates() -> np.ndarray:
    """The days of the sample as datetime64[D]."""
    return np.datetime64(FIRST_DAY) + np.arange(DAYS)


def month_of_year() -> np.ndarray:
    """0 to 11 for each day."""
    return dates().astype("datetime64[M]").astype(int) % 12


def weekday() -> np.ndarray:
    """0 (Monday) to 6 for each day."""
    return (dates().astype(int) + 3) % 7


def month_day() -> np.ndarray:
    """Month and day as one number, e.g. 1224 for Christmas Eve, for each day."""
    day = (dates() - dates().astype("datetime64[M]")).astype(int) + 1
    return (month_of_year() + 1) * 100 + day


def closed() -> np.ndarray:
    """Days on which the stores are shut: Sundays, 25 and 26 December, 1 January."""
    return (weekday() == 6) | np.isin(month_day(), (1225, 1226, 101))


def on_sale() -> np.ndarray:
    """Days of a sale: 2 to 20 January, 1 to 14 July, and the week of Black Friday."""
    day = month_day()
    return ((day >= 102) & (day <= 120)) | ((day >= 701) & (day <= 714)) | ((day >= 1122) & (day <= 1130))


def clock(
    months: tuple[float, ...], week: tuple[float, ...], sale_pull: float, stores_only: bool = False
) -> np.ndarray:
    """Cumulative intensity of buying at the end of each day, in average days (the last value is DAYS).

    A customer's orders are drawn on this clock, evenly; read back in calendar days they follow the seasons and the
    week. Months are joined by straight lines from middle to middle, so that there are no steps. With `stores_only` the
    clock stands still on closed days.
    """
    day_of_year = (dates() - dates().astype("datetime64[Y]")).astype(int)
    middles = (np.arange(-1, 13) + 0.5) * YEAR / 12
    around = np.array((months[-1], *months, months[0]))
    weight = np.interp(day_of_year, middles, around) * np.array(week)[weekday()]
    weight = weight * np.where(on_sale(), sale_pull, 1.0)
    weight = weight * np.where((month_day() >= 1225) & (month_day() <= 1228), 0.35, 1.0)
    total = np.cumsum(np.where(stores_only & closed(), 0.0, weight))
    return total / total[-1] * DAYS


def to_day(clocks: np.ndarray, which: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Calendar day (0 to DAYS - 1) at which clock `which` reads `time` (0 to DAYS).

    `clocks` holds one clock a row; all rows are searched at once by shifting each one behind the row before.
    """
    shift = (np.arange(len(clocks)) * 2.0 * DAYS)[:, None]
    place = np.searchsorted((clocks + shift).ravel(), time + which * 2.0 * DAYS)
    return np.minimum(place - which * DAYS, DAYS - 1)
