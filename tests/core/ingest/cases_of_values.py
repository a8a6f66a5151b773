"""Dates, numbers and ids that go in, with what is kept, left out, in quarantine and noted."""

from dataclasses import dataclass
from typing import Any

from tests.core.ingest.helpers import table


def dates(*values: str) -> str:
    return table(*(f'{at},a,"{value}",1' for at, value in enumerate(values, 1)))


def numbers(*values: str) -> str:
    return table(*(f'{at},a,2011-01-05,"{value}"' for at, value in enumerate(values, 1)))


def ids(*pairs: str) -> str:
    return table(*(f"{pair},2011-01-05,1" for pair in pairs))


@dataclass(frozen=True)
class Kept:
    """What an import that works leaves."""

    amounts: list[int] | None = None
    dates: list[str] | None = None
    problems: tuple[str, ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()
    notes: tuple[tuple[str, int], ...] | None = None
    how: tuple[tuple[str, str], ...] = ()
    currency: str | None = None
    customers: list[str | None] | None = None
    regions: list[str | None] | None = None


SET_POINT = {"settings": {"decimal": "."}}

VALUES: dict[str, tuple[str | bytes, Kept, dict[str, Any] | None]] = {
    # dates
    "day first, by one value": (dates("01/02/2011", "13/02/2011"), Kept(dates=["2011-02-01", "2011-02-13"]), None),
    "month first, by one value": (dates("01/02/2011", "02/13/2011"), Kept(dates=["2011-01-02", "2011-02-13"]), None),
    "day first, by the mapping": (
        dates("01/02/2011", "03/02/2011"),
        Kept(dates=["2011-02-01", "2011-02-03"]),
        {"order_lines": {"date": {"column": "date", "format": "%d/%m/%Y"}}},
    ),
    "both, settled by the mapping": (
        dates("13/02/2011", "02/13/2011", "01/02/2011"),
        Kept(
            dates=["2011-02-13", "2011-02-01"],
            problems=("orders.csv: column 'date' has 1 value that is not a date (first: row 3, '02/13/2011')",),
        ),
        {"order_lines": {"date": {"column": "date", "format": "%d/%m/%Y"}}},
    ),
    "mixed forms that are clear": (
        dates("2011-01-05", "20110106", "5 Jan 2011", "Jan 7, 2011", "2011/1/8 10:30", "13.01.2011"),
        Kept(dates=["2011-01-05", "2011-01-06", "2011-01-05", "2011-01-07", "2011-01-08", "2011-01-13"]),
        None,
    ),
    "Excel serials": (dates("40550", "40551.75"), Kept(dates=["2011-01-07", "2011-01-08"]), None),
    "31 February": (
        dates("2011-02-28", "2011-02-31", "2011-03-01"),
        Kept(
            dates=["2011-02-28", "2011-03-01"],
            problems=("orders.csv: column 'date' has 1 value that is not a date (first: row 3, '2011-02-31')",),
        ),
        None,
    ),
    "future": (dates("2011-02-28", "2031-02-01"), Kept(notes=(("future_dates", 1),)), None),
    "out of range": (
        dates("1900-01-01", "1899-12-31", "2079-06-05", "2079-06-06", "2011-01-01"),
        Kept(
            dates=["1900-01-01", "2079-06-05", "2011-01-01"],
            problems=(
                "orders.csv: column 'date' has 2 values that are not between 1900-01-01 and 2079-06-05 "
                "(first: row 3, '1899-12-31')",
            ),
        ),
        None,
    ),
    "time zones, the date as written": (
        dates("2011-01-05T23:30:00-08:00", "2011-03-27T02:30:00Z"),
        Kept(dates=["2011-01-05", "2011-03-27"], notes=(("time_zones", 2),)),
        None,
    ),
    "an hour that the clock skips": (
        dates("2011-03-27 02:30:00", "2011-03-27 01:59:59"), Kept(dates=["2011-03-27", "2011-03-27"], notes=()), None,
    ),
    "Excel serials among dates": (dates("40550", "2011-01-08"), Kept(dates=["2011-01-07", "2011-01-08"]), None),
    "day first with points and a time, by the mapping": (
        dates("01.02.2011 10:30", "03.02.2011"),
        Kept(dates=["2011-02-01", "2011-02-03"]),
        {"order_lines": {"date": {"column": "date", "format": "%d.%m.%Y"}}},
    ),
    "years of two digits, by the mapping": (
        dates("05/01/11", "31/12/99", "06/13/11"),
        Kept(
            dates=["2011-01-05", "1999-12-31"],
            problems=("orders.csv: column 'date' has 1 value that is not a date (first: row 4, '06/13/11')",),
        ),
        {"order_lines": {"date": {"column": "date", "format": "%d/%m/%y"}}},
    ),
    # numbers
    "spaces and decimal comma": (numbers("1 234,56", "0,5", "1\u00a0000,00"), Kept([12_345_600, 5_000, 10_000_000]), None),
    "sums exact to the cent": (numbers(*["0.1", "0.2", "-0.3"] * 3), Kept([1_000, 2_000, -3_000] * 3, notes=(("returns", 3),)), None),
    "Australian dollars": (numbers("A$12.50", "A$3.00"), Kept([125_000, 30_000], currency="AUD"), None),
    "points and decimal comma": (numbers("1.234,56", "7,5"), Kept([12_345_600, 75_000]), None),
    "apostrophes": (numbers("1'234.56", "7.5"), Kept([12_345_600, 75_000]), None),
    "pounds and brackets": (
        numbers("£12", "£1,963.10", "£(5.00)", "(5.00)", "-£5.00", "5.00-"),
        Kept([120_000, 19_631_000, -50_000, -50_000, -50_000, -50_000], currency="GBP"),
        None,
    ),
    "euros behind": (numbers("12,50 €", "1.000,00 €"), Kept([125_000, 10_000_000], currency="EUR"), None),
    "dollars": (numbers("$1,963.10", "$2.50"), Kept([19_631_000, 25_000], currency="USD"), None),
    "code before": (numbers("CHF 12.50", "CHF 3.00"), Kept([125_000, 30_000], currency="CHF"), None),
    "exponents": (numbers("1e5", "2E-2", "1.5"), Kept([1_000_000_000, 200, 15_000]), None),
    "not finite": (
        numbers("1", "NaN", "2", "inf", "3", "-inf", "4"),
        Kept(
            [10_000, 20_000, 30_000, 40_000],
            problems=("orders.csv: column 'amount' has 3 values that are not numbers (first: row 3, 'NaN')",),
        ),
        None,
    ),
    "too large": (
        numbers("1", "922337203685477.5808", "100000000000.1234"),
        Kept(
            [10_000, 1_000_000_000_001_234],
            problems=("orders.csv: column 'amount' has 1 value that is too large (first: row 3, '922337203685477.5808')",),
        ),
        None,
    ),
    "not numbers": (
        numbers("1", "2", "n/a", "3", "1_000", "4"),
        Kept(
            [10_000, 20_000, 30_000, 40_000],
            problems=("orders.csv: column 'amount' has 2 values that are not numbers (first: row 4, 'n/a')",),
        ),
        None,
    ),
    "empty amount": (
        numbers("1", "", "2"),
        Kept([10_000, 20_000], problems=("orders.csv: column 'amount' is empty in 1 row (first: row 3)",)),
        None,
    ),
    "rounding, once, half away from zero": (
        numbers("0.00005", "0.00004999", "-0.00005", "1.00015", "0.1"),
        Kept([1, 0, -1, 10_002, 1_000]),
        None,
    ),
    "either decimal sign, settled by the mapping": (numbers("1,234", "5,678"), Kept([12_340_000, 56_780_000]), SET_POINT),
    "other decimal sign than the mapping's": (
        numbers("1.50", "1,5", "3"),
        Kept(
            [15_000, 30_000],
            problems=("orders.csv: column 'amount' has 1 value that is not a number (first: row 3, '1,5')",),
        ),
        SET_POINT,
    ),
    # ids
    "leading zeros": (ids("007,0012"), Kept(customers=["0012"]), None),
    "ids of floats": (ids("1,17850.0", "2,17850"), Kept(customers=["17850", "17850"], notes=(("ids_stripped", 1),)), None),
    "long ids": (ids("1,12345678901234567890"), Kept(customers=["12345678901234567890"]), None),
    "no customer": (
        ids("1,", "2,nan", "3,NULL", "4,b"),
        Kept(customers=[None, None, None, "b"], notes=(("missing_customer", 3),)),
        None,
    ),
    "shortened ids": (
        ids("1,a", "2,1.23457E+18", "3,b"),
        Kept(
            customers=["a", "b"],
            problems=(
                "orders.csv: column 'customer_id' has 1 value that is an id cut short by a spreadsheet "
                "(first: row 3, '1.23457E+18')",
            ),
        ),
        None,
    ),
    "no order id": (
        ids("1,a", ",b", "3,c"),
        Kept(problems=("orders.csv: column 'order_id' is empty in 1 row (first: row 3)",)),
        None,
    ),
}  # fmt: skip
