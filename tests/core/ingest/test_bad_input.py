"""What real files do: input, and the exact message, or what is kept and what is in quarantine.

Each import is reconciled by ``helpers.run``: rows and money read = kept + quarantined + left out by a named rule.
"""

import gzip
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from core.errors import BadInputError
from tests.core.ingest.cases import GOES_IN
from tests.core.ingest.cases_of_values import dates, numbers
from tests.core.ingest.helpers import GOOD, HEADER, amounts, rows, run, table, write

WIDE = ",".join(f"c{number}" for number in range(100_000)) + "\n"
MAP_DATE = 'Say how they are written in a mapping: [order_lines] date = { column = "date", format = '
MAP_DECIMAL = 'Say which is meant in a mapping: [settings] decimal = "." or decimal = ",".'
CHOOSE = (
    'Choose one in a mapping ([settings] currency = "{}" and other_currencies = "leave_out"), '
    "give rates to turn them into one ([rates]), or import one currency at a time."
)
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
        "orders.csv: its columns are not recognised as order lines, customers, products, deals, touchpoints, survey, "
        "spend, market or notes; expected order id, customer id, date, "
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
        dates("05/01/11", "06/01/11"), "orders.csv: column 'date' has years of two digits. " + MAP_DATE
        + '"%d/%m/%y" or "%m/%d/%y" or "%y/%m/%d" }.',
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
        + CHOOSE.format("EUR"),
    ),
    "two currencies in the amounts": (
        numbers("$1.50", "£2.50"),
        "orders.csv: holds 2 currencies; expected one, as amounts of two can't be added, found GBP, USD. "
        + CHOOSE.format("GBP"),
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
    if expected.regions is not None:
        assert [row["region"] for row in rows(clean)] == expected.regions
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
    monkeypatch.setattr("core.ingest.readers.encoding.LARGEST_UNPACKED", 1 << 20)
    bomb = write(tmp_path, gzip.compress((HEADER + "\n").encode() + b"1,a,2011-01-05,1\n" * 1_000_000), "orders.csv.gz")
    with pytest.raises(BadInputError, match=r"^orders.csv.gz: unpacks to over 200 times its size$"):
        run(tmp_path, bomb)


def test_names_of_files_are_text(tmp_path: Path) -> None:
    name = "<img src=x onerror=alert(1)>' OR 1=1-- ..csv"
    clean = run(tmp_path, write(tmp_path, table(*GOOD, GOOD[0]), name))
    assert clean.sources == (name,)
    assert [note.examples for note in clean.report.notes] == [((name, 5, "1"),)]
    assert sorted(path.name for path in tmp_path.iterdir()) == [name, "work"]


def test_a_path_in_the_mapping_is_only_a_name(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(table(*GOOD))
    inner = tmp_path / "inner"
    inner.mkdir()
    with pytest.raises(BadInputError) as caught:
        run(inner, write(inner, table(*GOOD)), mapping={"order_lines": {"file": "../x.csv"}})
    assert str(caught.value) == "mapping, [order_lines]: no file '../x.csv' was given. There are: orders.csv."
