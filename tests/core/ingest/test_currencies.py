"""Several currencies: refused, left out, or turned into one, and never added up as they are."""

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInputError, QuestionError
from core.ingest import parse_mapping, read_mapping
from core.ingest.report import Note
from core.ingest.values.conversion import converted
from tests.core.ingest.helpers import HEADER, amounts, rows, run, table, write

CODED = HEADER + ",currency"
MIXED = table(
    "1,a,2011-01-05,1.50,GBP",
    "2,a,2011-01-06,2.00,eur",
    "3,b,2011-01-07,3.00,EUR",
    "4,b,2011-01-08,7,USD",
    header=CODED,
)
GBP = {"currency": "GBP"}


def test_one_currency_is_chosen_and_the_others_are_left_out(tmp_path: Path) -> None:
    clean = run(tmp_path, write(tmp_path, MIXED), mapping={"settings": GBP | {"other_currencies": "leave_out"}})
    assert (amounts(clean), clean.currency) == ([15_000], "GBP")
    total = clean.report.total()
    ((rule, count),) = total.left_out
    # Money of other currencies is in no sum.
    assert (rule, count.rows, count.money, count.unknown, total.read.money) == ("other_currencies", 3, 0, 3, 15_000)
    examples = (("orders.csv", 3, "EUR"), ("orders.csv", 4, "EUR"), ("orders.csv", 5, "USD"))
    assert clean.report.notes == (Note("other_currencies", 3, examples, 0, 3, "", True),)


def test_money_is_turned_into_one_currency_by_fixed_rates(tmp_path: Path) -> None:
    mapping = {"settings": GBP, "rates": {"EUR": "0.86", "usd": 0.785}}
    clean = run(tmp_path, write(tmp_path, MIXED), mapping=mapping)
    assert (amounts(clean), clean.currency) == ([15_000, 17_200, 25_800, 54_950], "GBP")
    assert clean.report.notes == (
        Note("converted_EUR", 2, (("orders.csv", 3, "EUR"), ("orders.csv", 4, "EUR")), 43_000),
        Note("converted_USD", 1, (("orders.csv", 5, "USD"),), 54_950),
    )


def test_a_currency_without_a_rate_is_quarantined_or_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, MIXED)
    clean = run(tmp_path, path, mapping={"settings": GBP, "rates": {"EUR": "0.86"}})
    assert amounts(clean) == [15_000, 17_200, 25_800]
    assert tuple(map(str, clean.report.problems)) == (
        "orders.csv: column 'currency' has 1 value that is in a currency without a rate on its day (first: row 5, 'USD')",
    )
    left = run(tmp_path, path, mapping={"settings": GBP | {"other_currencies": "leave_out"}, "rates": {"EUR": "0.86"}})
    assert amounts(left) == [15_000, 17_200, 25_800]
    assert [(rule, count.rows) for rule, count in left.report.total().left_out] == [("other_currencies", 1)]


def test_the_latest_rate_on_or_before_the_day_counts(tmp_path: Path) -> None:
    lines = table(
        "1,a,2011-01-31,1,EUR", "2,a,2011-02-01,1,EUR", "3,a,2011-02-28,1,EUR", "4,a,2011-03-02,1,GBP", "5,a,2010-12-31,1,EUR",
        header=CODED,
    )  # fmt: skip
    write(tmp_path, "day;code;what\n01.01.2011;EUR;0,80\n01.02.2011;EUR;0,90\n13.02.2011;USD;0,5\n", "rates.csv")
    mapping = {"settings": GBP, "rates": {"file": "rates.csv", "date": "day", "currency": "code", "rate": "what"}}
    clean = run(tmp_path, write(tmp_path, lines), mapping=mapping)
    assert amounts(clean) == [8_000, 9_000, 9_000, 10_000]
    assert tuple(map(str, clean.report.problems)) == (
        "orders.csv: column 'currency' has 1 value that is in a currency without a rate on its day (first: row 6, 'EUR')",
    )


def test_cost_and_discount_are_converted_too_and_rounded_once(tmp_path: Path) -> None:
    header = "order_id,customer_id,date,quantity,unit_price,unit_cost,discount,currency"
    lines = table("1,a,2011-01-05,3,0.3333,0.1111,0.01,EUR", "2,a,2011-01-05,3,1,0.5,0,GBP", header=header)
    clean = run(tmp_path, write(tmp_path, lines), mapping={"settings": GBP, "rates": {"EUR": "0.33333"}})
    (euros, pounds) = rows(clean)
    # 3 x 0.3333 - 0.01 = 0.9899, times 0.33333 = 0.329963...; 3 x 0.1111 x 0.33333 = 0.111098...
    assert (euros["amount"], euros["cost"], euros["discount"]) == (3_300, 1_111, 33)
    assert (pounds["amount"], pounds["cost"], pounds["discount"]) == (30_000, 15_000, 0)


@given(
    st.decimals(min_value="-99999999999", max_value="99999999999", places=4),
    st.decimals(min_value="0.000000000001", max_value="1", places=12),
)
def test_money_times_rate_is_exact_and_rounded_once(amount: Decimal, rate: Decimal) -> None:
    import duckdb

    from core.ingest.values.amounts import money

    statement = f"SELECT {money(converted('amount', True), True)} FROM (SELECT ?::DECIMAL(28,9) AS amount, ?::DECIMAL(22,12) AS rate)"
    (found,) = duckdb.execute(statement, [str(amount), str(rate)]).fetchone() or (None,)
    assert found == int((amount * rate).quantize(Decimal("0.0001"), ROUND_HALF_UP) * 10_000)


def test_signs_within_the_amounts_name_the_currency_of_a_row(tmp_path: Path) -> None:
    lines = table(
        "1,a,2011-01-05,$1.50", "2,a,2011-01-05,£2", "3,a,2011-01-05,3", "4,a,2011-01-05,4 €", "5,a,2011-01-05,¥9"
    )
    mapping = {"settings": GBP, "rates": {"USD": "0.5", "EUR": "2", "JPY": "0.01"}}
    clean = run(tmp_path, write(tmp_path, lines), mapping=mapping)
    assert amounts(clean) == [7_500, 20_000, 30_000, 80_000, 900]


def test_two_signs_in_a_row_have_no_rate(tmp_path: Path) -> None:
    header = "order_id,customer_id,date,amount,cost"
    lines = table("1,a,2011-01-05,£1,£1", "2,a,2011-01-05,£2,£1", "3,a,2011-01-05,£3,€1", header=header)
    clean = run(tmp_path, write(tmp_path, lines), mapping={"settings": GBP, "rates": {"EUR": "2"}})
    assert tuple(map(str, clean.report.problems)) == (
        "orders.csv: column 'amount' has 1 value that is in a currency without a rate on its day (first: row 4, 'EUR/GBP')",
    )


def test_a_row_without_a_currency_is_not_guessed(tmp_path: Path) -> None:
    lines = table("1,a,2011-01-05,1,GBP", "2,a,2011-01-05,2,EUR", "3,a,2011-01-05,3,", header=CODED)
    clean = run(tmp_path, write(tmp_path, lines), mapping={"settings": GBP, "rates": {"EUR": "2"}})
    assert amounts(clean) == [10_000, 40_000]
    assert tuple(map(str, clean.report.problems)) == ("orders.csv: column 'currency' is empty in 1 row (first: row 4)",)


def test_files_of_two_currencies(tmp_path: Path) -> None:
    paths = [
        write(tmp_path, table(*lines), name)
        for name, lines in (
            ("a.csv", ["1,a,2011-01-05,$1.50"]),
            ("b.csv", ["2,a,2011-01-05,€1.50", "3,a,2011-01-05,€2"]),
        )
    ]
    with pytest.raises(QuestionError) as caught:
        run(tmp_path, *paths)
    assert str(caught.value).startswith(
        "the files together: holds 2 currencies; expected one, as amounts of two can't be added, "
    )
    question = caught.value.question
    assert (question.file, question.setting) == ("a.csv, b.csv", "settings.currency")
    assert question.choices == (("EUR", "2 rows in EUR"), ("USD", "1 row in USD"))
    clean = run(tmp_path, *paths, mapping={"settings": {"currency": "EUR"}, "rates": {"USD": "0.5"}})
    assert (amounts(clean), clean.currency) == ([7_500, 15_000, 20_000], "EUR")
    left = run(tmp_path, *paths, mapping={"settings": {"currency": "EUR", "other_currencies": "leave_out"}})
    assert amounts(left) == [15_000, 20_000]


def test_another_currency_than_the_mapping_says(tmp_path: Path) -> None:
    path = write(tmp_path, table("1,a,2011-01-05,1,EUR", header=CODED))
    with pytest.raises(BadInputError) as caught:
        run(tmp_path, path, mapping={"settings": GBP})
    assert str(caught.value) == (
        "orders.csv, column 'currency': is in another currency than the mapping says; expected GBP, found EUR"
    )


RATES: dict[str, tuple[dict[str, Any], str]] = {
    "no currency": (
        {"EUR": "2"},
        'mapping, [rates]: rates need a currency to turn money into. Name it: [settings] currency = "...".',
    ),
    "code": (
        {"Euro": "2"},
        "mapping, [rates]: not a currency; expected a code of three letters, or file, found 'Euro'",
    ),
    "key": (
        {"file": "x.csv", "rates": "y"},
        "mapping, [rates]: unknown key 'rates'; expected one of file, date, currency, rate",
    ),
    "zero": ({"EUR": 0}, "0"),
    "comma": ({"EUR": "0,86"}, "0,86"),
    "not finite": ({"EUR": "inf"}, "inf"),
    "truth": ({"EUR": True}, "True"),
    "decimals": ({"EUR": "0.1234567890123"}, "0.1234567890123"),
}


@pytest.mark.parametrize("case", RATES)
def test_a_mistake_in_the_rates_is_named(case: str) -> None:
    values, message = RATES[case]
    with pytest.raises(BadInputError) as caught:
        parse_mapping({"settings": {} if case == "no currency" else GBP, "rates": values})
    expected = "a number above 0 with a decimal point and at most 12 decimals"
    if not message.startswith("mapping"):
        message = f"mapping, [rates] EUR: not a rate; expected {expected}, found {message!r}"
    assert str(caught.value) == message


FILES: dict[str, tuple[str, str]] = {
    "column": (
        "date,currency\n2011-01-01,EUR\n",
        "[rates]: column 'rate' is not in rates.csv. There are: date, currency.",
    ),
    "rate": (
        "date,currency,rate\n2011-01-01,EUR,0\n",
        "rates.csv: row 2 is not a rate; expected a date, a currency and a number above 0, found '2011-01-01, EUR, 0'",
    ),
    "twice": (
        "date,currency,rate\n2011-01-01,EUR,1\n2011-01-01,EUR,2\n",
        "rates.csv: has two rates of EUR for 2011-01-01",
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_a_mistake_in_the_file_of_rates_is_named(case: str, tmp_path: Path) -> None:
    content, message = FILES[case]
    write(tmp_path, content, "rates.csv")
    with pytest.raises(BadInputError) as caught:
        run(tmp_path, write(tmp_path, MIXED), mapping={"settings": GBP, "rates": {"file": "rates.csv"}})
    assert str(caught.value) == message


def test_rates_of_a_mapping_are_read_as_they_are_written(tmp_path: Path) -> None:
    mapping = read_mapping(
        write(tmp_path, '[settings]\ncurrency = "GBP"\n[rates]\nEUR = 0.1\nUSD = "0.30"\n', "map.toml")
    )
    assert mapping.rates is not None
    assert mapping.rates.fixed == (("EUR", Decimal("0.1")), ("USD", Decimal("0.30")))
