"""What real files do: input, and the exact message, or what is kept and what is in quarantine.

Each import is reconciled by ``helpers.run``: rows and money read = kept + quarantined + left out by a named rule.
"""

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from core.errors import BadInputError
from tests.core.ingest.helpers import GOOD, HEADER, amounts, rows, run, table, write

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
LONG_CELL = "x" * 200_000
WIDE = ",".join(f"c{number}" for number in range(100_000)) + "\n"


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


def encoded(encoding: str) -> Kept:
    return Kept(PLAIN_AMOUNTS, how=(("encoding", encoding),))


TEN_THOUSAND = 10_000
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
    # numbers
    "spaces and decimal comma": (numbers("1 234,56", "0,5", "1\u00a0000,00"), Kept([12_345_600, 5_000, 10_000_000]), None),
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
                ("cancellations", 1), ("adjustments", 1), ("price_zero_or_less", 2), ("negative_amount", 2), ("zero_amount", 1),
            ),
        ),
        None,
    ),
    "order ids that all begin with A": (ids("A1,a", "A2,b"), Kept(notes=()), None),
    "an order of two customers": (ids("1,a", "1,b"), Kept(notes=(("orders_with_several_customers", 1),)), None),
    "price less discount, cost a piece": (
        table("1,a,2011-01-05,3,10.00,5.00", header="order_id,customer_id,date,quantity,unit_price,discount"),
        Kept([250_000]),
        None,
    ),
    # hostile
    "markup and SQL as values": (
        ids("1,<img onerror=x>", "2,' OR 1=1--", "3,=cmd"), Kept(customers=["<img onerror=x>", "' OR 1=1--", "=cmd"]), None,
    ),
    "SQL as a header": (
        table("1,a,2011-01-05,1,x", header=HEADER + ",\"x\"\"; drop table t; --'\""),
        Kept([10_000]),
        None,
    ),
}  # fmt: skip

MAP_DATE = 'Say how they are written in a mapping: [order_lines] date = { column = "date", format = '
MAP_DECIMAL = 'Say which is meant in a mapping: [settings] decimal = "." or decimal = ",".'
ADVICE = "If another column is meant, or it is written differently, say so in a mapping."

IS_REFUSED: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "orders.csv: is empty"),
    "blank": ("\n \n", "orders.csv: is empty"),
    "header only": (HEADER + "\n", "orders.csv: has a header and no rows"),
    "no header": (
        "\n".join(GOOD),
        "orders.csv: has no header; expected a first row with the names of the columns, "
        "found '1', 'a', '2011-01-05', '10.50'. Add one.",
    ),
    "duplicate headers": (
        table("1,a,2011-01-05,1,1", header=HEADER + ",Amount"),
        "orders.csv: two columns are called 'Amount'. Rename one of them.",
    ),
    "100,000 columns": (WIDE + WIDE, "orders.csv: has 100,000 columns; expected at most 2,000"),
    "wrong width throughout": (
        table(*("1,a,2011-01-05" for _ in range(3))),
        "orders.csv: 3 of 3 rows don't fit the 4 columns of its header; found row 2: '1,a,2011-01-05'. "
        "Check the delimiter and the header; a mapping can set delimiter and encoding.",
    ),
    "broken gzip": (b"\x1f\x8b" + b"x" * 50, "orders.csv: can't be read; found Unknown compression method"),
    "no dates": (
        table("1,a,10", header="order_id,customer_id,amount"),
        "orders.csv: has no column for date; found order_id, customer_id, amount. "
        'Say in a mapping which column it is: [order_lines] date = "...".',
    ),
    "no amount": (
        table("1,a,2011-01-05,3", header="order_id,customer_id,date,quantity"),
        "orders.csv: has no column for unit_price; found order_id, customer_id, date, quantity. "
        'Say in a mapping which column it is: [order_lines] unit_price = "...".',
    ),
    "not recognised": (
        table("1,2", header="foo,bar"),
        "orders.csv: its columns are not recognised as order lines, customers or products; expected order id, customer id, date, "
        "and amount or quantity and unit price, found foo, bar. "
        'Say in a mapping which column is what, such as [order_lines] order_id = "Bill no".',
    ),
    "customers only": (
        table("1,x", header="customer_id,name"),
        "orders.csv: none of the files holds order lines. Give the file with the sales too.",
    ),
    "two columns for one meaning": (
        table("1,a,2011-01-05,1,2011-01-06", header=HEADER + ",Order Date"),
        "orders.csv: columns 'date' and 'Order Date' could each be the date. Say which in a mapping: [order_lines] date = \"date\".",
    ),
    "ambiguous dates": (
        dates("01/02/2011", "03/04/2011"),
        "orders.csv: column 'date' has dates that can begin with the day or the month (such as '01/02/2011'). "
        + MAP_DATE + '"%d/%m/%Y" or "%m/%d/%Y" }.',
    ),
    "contradicting dates": (
        dates("13/02/2011", "04/13/2011"),
        "orders.csv: column 'date' has dates that begin with the day ('13/02/2011') and with the month ('04/13/2011'). "
        + MAP_DATE + '"%d/%m/%Y" }.',
    ),
    "years of two digits": (
        dates("05/01/11", "06/01/11"), "orders.csv: column 'date' has years of two digits. " + MAP_DATE + '"%d/%m/%y" }.'
    ),
    "words for dates": (
        dates("soon", "later", "2011-01-05"),
        "orders.csv: column 'date' has 2 values that are not dates (first: row 2, 'soon'). " + MAP_DATE + '"%d/%m/%Y" }.',
    ),
    "empty dates": (dates("", ""), "orders.csv: column 'date' is empty; expected dates"),
    "ambiguous decimals": (
        numbers("1,234", "5,678"),
        f"orders.csv: column 'amount' can be read with decimal points or decimal commas (row 2, '1,234'). {MAP_DECIMAL}",
    ),
    "contradicting decimals": (
        numbers("1.50", "1,5"),
        "orders.csv: has decimal points (column 'amount', row 2, '1.50') and decimal commas (column 'amount', row 3, '1,5'). "
        + MAP_DECIMAL,
    ),
    "mostly not numbers": (
        numbers("n/a", "n/a", "3"),
        f"orders.csv: column 'amount' has 2 values that are not numbers (first: row 2, 'n/a'). {ADVICE}",
    ),
    "two currencies in a column": (
        table("1,a,2011-01-05,1,GBP", "2,a,2011-01-05,1,EUR", header=HEADER + ",currency"),
        "orders.csv, column 'currency': holds 2 currencies; expected one, as amounts of two can't be added, found EUR, GBP. "
        "Import one currency at a time, or convert the amounts first.",
    ),
    "two currencies in the amounts": (
        numbers("$1.50", "£2.50"),
        "orders.csv: holds 2 currencies; expected one, as amounts of two can't be added, found GBP, USD. "
        "Import one currency at a time, or convert the amounts first.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", GOES_IN)
def test_file_goes_in_and_every_row_is_accounted_for(case: str, tmp_path: Path) -> None:
    content, expected, mapping = GOES_IN[case]
    clean = run(tmp_path, write(tmp_path, content), mapping=mapping)
    report = clean.report
    assert tuple(map(str, report.problems)) == expected.problems
    assert tuple((rule, count.rows) for rule, count in report.total().left_out) == expected.left_out
    assert expected.how == tuple((key, value) for key, value in report.files[0].how if key in dict(expected.how))
    assert clean.currency == expected.currency
    if expected.amounts is not None:
        assert amounts(clean) == expected.amounts
    if expected.dates is not None:
        assert [str(row["date"]) for row in rows(clean)] == expected.dates
    if expected.customers is not None:
        assert [row["customer_id"] for row in rows(clean)] == expected.customers
    if expected.notes is not None:
        assert tuple((note.name, note.rows) for note in report.notes) == expected.notes


@pytest.mark.parametrize("case", IS_REFUSED)
def test_file_is_refused_in_one_clear_sentence(case: str, tmp_path: Path) -> None:
    content, message = IS_REFUSED[case]
    with pytest.raises(BadInputError) as caught:
        run(tmp_path, write(tmp_path, content))
    assert str(caught.value) == message


def test_quarantine_names_file_row_column_value_and_reason(tmp_path: Path) -> None:
    content = table(
        "1,a,2011-01-05,1", "2,b,never,2", "3,c", "4,d,2011-01-05,x", "5,e,2011-01-05,5", "6,f,2011-01-05,6"
    )
    clean = run(tmp_path, write(tmp_path, content))
    assert clean.quarantine is not None
    assert pq.read_table(clean.quarantine).to_pylist() == [
        {"file": "orders.csv", "row": 3, "column": "date", "value": "never", "reason": "not_a_date"},
        {"file": "orders.csv", "row": 4, "column": "", "value": "3,c", "reason": "short_row"},
        {"file": "orders.csv", "row": 5, "column": "amount", "value": "x", "reason": "not_a_number"},
    ]
    total = clean.report.total()
    # A row whose date is wrong still has money; a row without an amount, or that is none, has not.
    assert (total.quarantined.rows, total.quarantined.money, total.quarantined.unknown) == (3, 20_000, 2)
    assert (total.read.money, total.kept.money) == (140_000, 120_000)


def test_a_file_that_packs_nothing_but_repetition_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ingest.encoding.LARGEST_UNPACKED", 1 << 20)
    bomb = write(tmp_path, gzip.compress((HEADER + "\n").encode() + b"1,a,2011-01-05,1\n" * 1_000_000), "orders.csv.gz")
    with pytest.raises(BadInputError, match=r"^orders.csv.gz: unpacks to over 200 times its size$"):
        run(tmp_path, bomb)
