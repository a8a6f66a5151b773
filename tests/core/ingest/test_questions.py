"""What can be meant in two ways: each ends as one question with its choices, and each choice answers it."""

from pathlib import Path
from typing import Any

import pytest

from core.errors import Question, QuestionError
from tests.core.ingest.cases_of_values import dates, numbers
from tests.core.ingest.helpers import HEADER, run, table, write

FORMAT = "order_lines.date.format"
ASKED: dict[str, tuple[str, dict[str, Any], Question]] = {
    "day or month first": (
        dates("01/02/2011", "03/04/2011"), {},
        Question("orders.csv", FORMAT, (
            ("%d/%m/%Y", "01/02/2011 is 1 February 2011"), ("%m/%d/%Y", "01/02/2011 is 2 January 2011"),
        ), "date"),
    ),
    "day or month first, with points and a time": (
        dates("1.1.2011 10:30", "01.02.2011 10:30"), {},
        Question("orders.csv", FORMAT, (
            ("%d.%m.%Y", "01.02.2011 is 1 February 2011"), ("%m.%d.%Y", "01.02.2011 is 2 January 2011"),
        ), "date"),
    ),
    "day and month first": (
        dates("13/02/2011", "04/13/2011", "05/06/2011"), {},
        Question("orders.csv", FORMAT, (
            ("%d/%m/%Y", "13/02/2011 is 13 February 2011; 04/13/2011 is not a date"),
            ("%m/%d/%Y", "13/02/2011 is not a date; 04/13/2011 is 13 April 2011"),
        ), "date"),
    ),
    "years of two digits": (
        dates("05/01/11", "06/01/11"), {},
        Question("orders.csv", FORMAT, (
            ("%d/%m/%y", "05/01/11 is 5 January 2011"), ("%m/%d/%y", "05/01/11 is 1 May 2011"),
            ("%y/%m/%d", "05/01/11 is 11 January 2005"),
        ), "date"),
    ),
    "years of two digits, in one order": (
        dates("05-01-11", "31-01-11"), {},
        Question("orders.csv", FORMAT, (
            ("%d-%m-%y", "05-01-11 is 5 January 2011"), ("%y-%m-%d", "05-01-11 is 11 January 2005"),
        ), "date"),
    ),
    "decimal sign": (
        numbers("1,234", "5,678"), {},
        Question("orders.csv", "settings.decimal", ((".", "1,234 is 1234"), (",", "1,234 is 1.234")), "amount"),
    ),
    "decimal signs that contradict each other": (
        numbers("£1.50", "1,5"), {}, Question("orders.csv", "settings.decimal", ((".", "£1.50 is 1.50"), (",", "1,5 is 1.5"))),
    ),
    "currency": (
        table("1,a,2011-01-05,1,GBP", "2,a,2011-01-05,1,EUR", "3,a,2011-01-05,1,EUR", header=HEADER + ",currency"), {},
        Question("orders.csv", "settings.currency", (("EUR", "2 rows in EUR"), ("GBP", "1 row in GBP"))),
    ),
    "other currencies than the one chosen": (
        table("1,a,2011-01-05,1,GBP", "2,a,2011-01-05,1,EUR", "3,a,2011-01-05,1,EUR", header=HEADER + ",currency"),
        {"settings": {"currency": "GBP"}},
        Question("orders.csv", "settings.other_currencies", (("leave_out", "2 rows not in GBP: left out"),)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ASKED)
def test_what_can_be_meant_in_two_ways_is_asked(case: str, tmp_path: Path) -> None:
    content, mapping, question = ASKED[case]
    with pytest.raises(QuestionError) as caught:
        run(tmp_path, write(tmp_path, content), mapping=mapping)
    assert caught.value.question == question


@pytest.mark.parametrize(("case", "at"), [(case, at) for case in ASKED for at in range(len(ASKED[case][2].choices))])
def test_a_choice_answers_its_question(case: str, at: int, tmp_path: Path) -> None:
    content, given, question = ASKED[case]
    mapping = {**given, "settings": dict(given.get("settings", {}))}
    chosen = question.choices[at][0]
    if question.setting == FORMAT:
        mapping["order_lines"] = {"date": {"column": question.column, "format": chosen}}
    else:
        mapping["settings"][question.setting.removeprefix("settings.")] = chosen
    if question.setting == "settings.currency":
        # The next question is what becomes of the others.
        with pytest.raises(QuestionError) as caught:
            run(tmp_path, write(tmp_path, content), mapping=mapping)
        assert caught.value.question.setting == "settings.other_currencies"
        mapping["settings"]["other_currencies"] = "leave_out"
    path = write(tmp_path, content)
    total = run(tmp_path, path, mapping=mapping).report.total()
    assert total.kept.rows >= 1


def test_a_time_behind_the_date_is_kept_when_the_format_has_none(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    mapping = {"order_lines": {"date": {"column": "date", "format": "%d.%m.%Y"}}}
    clean = run(tmp_path, write(tmp_path, dates("01.02.2011 10:30", "01.03.2011")), mapping=mapping)
    assert pq.read_table(clean.order_lines)["hour"].to_pylist() == [10, None]
