"""Files that go in, with what is kept, left out, in quarantine and noted."""

from dataclasses import dataclass
from typing import Any

from tests.core.ingest.helpers import GOOD, HEADER, table

PLAIN = table(*GOOD)
PLAIN_AMOUNTS = [105_000, 202_500, 50_000]
RUSSIAN = table(
    "1;Пётр Иванов;05.01.2011;10,50",
    "2;Анна;26.01.2011;20,25",
    "3;Пётр;07.02.2011;5,00",
    header="Заказ;Клиент;Дата;Сумма",
)
CHINESE = table(
    "1,张伟,2011-01-05,10.50", "2,王芳,2011-01-06,20.25", "3,张伟,2011-02-07,5.00", header="订单号,客户,日期,金额"
)
LATIN = table("1,José,2011-01-05,10.50", "2,Zoë,2011-01-06,20.25", "3,José,2011-02-07,5.00")
LONG_CELL = "x" * 1_000_000


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


def encoded(encoding: str) -> Kept:
    return Kept(PLAIN_AMOUNTS, how=(("encoding", encoding),))


SET_POINT = {"settings": {"decimal": "."}}

GOES_IN: dict[str, tuple[str | bytes, Kept, dict[str, Any] | None]] = {
    # encoding
    "byte order mark": ("\ufeff" + PLAIN, encoded("utf-8"), None),
    "mangled byte order mark": ("ï»¿" + PLAIN, Kept(PLAIN_AMOUNTS, how=(("byte_order_mark", "mangled"),)), None),
    "UTF-16": (PLAIN.encode("utf-16"), encoded("utf-16-le"), None),
    "UTF-16 without a mark": (PLAIN.encode("utf-16-be"), encoded("utf-16-be"), None),
    "CP1251": (RUSSIAN.encode("cp1251"), encoded("cp1251"), None),
    "GB18030": (CHINESE.encode("gb18030"), encoded("gb18030"), None),
    "Latin-1": (LATIN.encode("latin-1"), encoded("cp1252"), None),
    "encoding set": (LATIN.encode("cp437"), encoded("cp437"), {"settings": {"encoding": "cp437"}}),
    "mixed encodings": (
        table("1,é,2011-01-05,1", "2,éà,2011-01-05,2", "3,üöäé,2011-01-05,3").encode() + b"4,J\xe9,2011-01-05,4\n",
        Kept(
            [10_000, 20_000, 30_000],
            problems=("orders.csv: 1 row with bytes that are not text (first: row 5, '4,J\ufffd,2011-01-05,4')",),
        ),
        None,
    ),
    "NUL byte": (
        PLAIN + "4,a\0b,2011-01-05,1\n",
        Kept(PLAIN_AMOUNTS, problems=("orders.csv: 1 row with a NUL byte (first: row 5, '4,a\ufffdb,2011-01-05,1')",)),
        None,
    ),
    # structure
    "semicolon and decimal comma": (RUSSIAN, Kept(PLAIN_AMOUNTS, how=(("delimiter", "semicolon"), ("decimal", ","))), None),
    "tab": (PLAIN.replace(",", "\t"), Kept(PLAIN_AMOUNTS, how=(("delimiter", "tab"),)), None),
    "declared delimiter": ("sep=;\n" + PLAIN.replace(",", ";"), Kept(PLAIN_AMOUNTS, how=(("header_row", "2"),)), None),
    "old Mac line ends": (PLAIN.replace("\n", "\r"), Kept(PLAIN_AMOUNTS), None),
    "Windows line ends": (PLAIN.replace("\n", "\r\n"), Kept(PLAIN_AMOUNTS), None),
    "no line end at the end": (PLAIN.rstrip("\n"), Kept(PLAIN_AMOUNTS), None),
    "title rows": ("Sales report\n\nPeriod,2011\n" + PLAIN, Kept(PLAIN_AMOUNTS, how=(("header_row", "4"),)), None),
    "blank rows": (PLAIN + "\n,,,\n", Kept(PLAIN_AMOUNTS), None),
    "total under the table": (PLAIN + "Total,,,35.75\n", Kept(PLAIN_AMOUNTS, left_out=(("totals_row", 1),)), None),
    "total in a later column": (PLAIN + ",,Grand total,35.75\n", Kept(PLAIN_AMOUNTS, left_out=(("totals_row", 1),)), None),
    "short row": (
        PLAIN + "4,a\n",
        Kept(PLAIN_AMOUNTS, problems=("orders.csv: 1 row with too few cells (first: row 5, '4,a')",)),
        None,
    ),
    "long rows": (
        PLAIN + "4,a,2011-01-05,1,2\n5,a,2011-01-05,1,2\n",
        Kept(PLAIN_AMOUNTS, problems=("orders.csv: 2 rows with too many cells (first: row 5, '4,a,2011-01-05,1,2')",)),
        None,
    ),
    "delimiter at the end of each row": (table(*(f"{row}," for row in GOOD)), Kept(PLAIN_AMOUNTS), None),
    "unterminated quote": (
        table(GOOD[0], '9,"a,2011-01-05,1', *GOOD[1:]),
        Kept(
            PLAIN_AMOUNTS,
            problems=("orders.csv: 1 row with a quote that is not closed properly (first: row 3, '9,\"a,2011-01-05,1')",),
        ),
        None,
    ),
    "newline in a quoted cell, rows by physical line": (
        table('1,"a\nb",2011-01-05,1', "2,c,2011-01-05,2", "3,d,never,1"),
        Kept(
            [10_000, 20_000],
            customers=["a\nb", "c"],
            problems=("orders.csv: column 'date' has 1 value that is not a date (first: row 5, 'never')",),
        ),
        None,
    ),
    "quote within a cell": (table('1,5" pipe,2011-01-05,1'), Kept([10_000], customers=['5" pipe']), None),
    "doubled quotes": (table('1,"the ""best""",2011-01-05,1'), Kept([10_000], customers=['the "best"']), None),
    "huge cell": (
        PLAIN + f"4,{LONG_CELL},2011-01-05,1\n",
        Kept(
            PLAIN_AMOUNTS,
            problems=(f"orders.csv: 1 row with a cell of over 131,072 characters (first: row 5, '4,{'x' * 58}')",),
        ),
        None,
    ),
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
    # business
    "duplicates kept": (table(GOOD[0], *GOOD), Kept(notes=(("exact_duplicates", 1),)), None),
    "duplicates dropped": (
        table(GOOD[0], *GOOD, GOOD[0]),
        Kept(PLAIN_AMOUNTS, left_out=(("exact_duplicates", 2),), notes=(("exact_duplicates", 2),)),
        {"settings": {"duplicates": "drop"}},
    ),
    "cancellation, adjustment, prices": (
        table(
            "1,a,2011-01-05,2,1.5",
            "C2,a,2011-01-05,-2,1.5",
            "A3,a,2011-01-05,1,-5",
            "4,a,2011-01-05,3,0",
            header="Invoice No,Customer ID,Invoice Date,Quantity,Unit Price",
        ),
        Kept(
            [30_000, 0, -50_000, -30_000],
            notes=(
                ("cancellations", 1), ("cancellations_matched", 1), ("adjustments", 1), ("negative_price", 1), ("zero_price", 1),
                ("zero_amount", 1),
            ),
        ),
        None,
    ),
    "order ids that all begin with A": (ids("A1,a", "A2,b"), Kept(notes=()), None),
    "an order of two customers": (ids("1,a", "1,b"), Kept(notes=(("orders_with_several_customers", 2),)), None),
    "a repeated order line that differs is no duplicate": (
        table("1,a,2011-01-05,1,p", "1,a,2011-01-05,2,p", header=HEADER + ",product_id"), Kept([10_000, 20_000], notes=()), None,
    ),
    "a return without a sale": (
        table("1,a,2011-01-05,1,p", "2,a,2011-01-06,-1,q", "3,b,2011-01-04,-1,p", header=HEADER + ",product_id"),
        Kept([10_000, -10_000, -10_000], notes=(("returns", 2), ("returns_without_sale", 2))),
        None,
    ),
    "order ids that all begin with C": (
        ids("C1,a", "C2,b", "C3,b") + "C4,b,2011-01-06,-1\n",
        Kept([10_000, 10_000, 10_000, -10_000], notes=(("returns", 1),)),
        None,
    ),
    "price less discount, cost a piece": (
        table("1,a,2011-01-05,3,10.00,5.00", header="order_id,customer_id,date,quantity,unit_price,discount"),
        Kept([250_000]),
        None,
    ),
    # hostile
    "markup and SQL as values": (
        ids("1,<img onerror=x>", "2,' OR 1=1--", "3,=cmd"), Kept(customers=["<img onerror=x>", "' OR 1=1--", "=cmd"]), None,
    ),
    "markup as a region": (
        table("1,a,2011-01-05,1,<img onerror=alert(1)>", header=HEADER + ",region"),
        Kept([10_000], regions=["<img onerror=alert(1)>"]),
        None,
    ),
    "formulas stay the text they are": (
        ids("=cmd|' /C calc'!A0,+x", "-x,@SUM(A1)"), Kept(customers=["@SUM(A1)", "+x"]), None,
    ),
    "a path as an id": (ids("../../x,../../etc/passwd"), Kept(customers=["../../etc/passwd"]), None),
    "markup as a value that is wrong": (
        dates("2011-01-05", "<script>", "2011-01-06"),
        Kept(problems=("orders.csv: column 'date' has 1 value that is not a date (first: row 3, '<script>')",)),
        None,
    ),
    "SQL as a header": (
        table("1,a,2011-01-05,1,x", header=HEADER + ",\"x\"\"; drop table t; --'\""),
        Kept([10_000]),
        None,
    ),
}  # fmt: skip
