"""Rows that a mapping leaves out by what stands in a column; each import is reconciled by ``helpers.run``."""

from pathlib import Path
from typing import Any

import pytest

from core.ingest.mapping.leaving import LeaveOut
from core.ingest.mapping.model import parse_mapping
from core.ingest.report import Note
from tests.core.ingest.helpers import amounts, rows, run, table, write

HEADER = "order_id,customer_id,date,amount,Status,Cancelled at"
LINES = (
    "1,a,2011-01-05,10,paid,",
    "2,b,2011-01-06,20,Refunded,",
    "3,b,2011-01-07,30,paid,2011-01-08 10:00",
    "4,c,2011-01-08,40, VOIDED ,2011-01-09 11:00",
    "5,c,2011-01-09,50,,",
)
BY_VALUE = {"Status": ["refunded", "voided"], "Cancelled at": "*"}


def mapping(leave_out: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"order_lines": {"leave_out": leave_out}, **more}


def test_rows_are_left_out_by_their_values(tmp_path: Path) -> None:
    clean = run(tmp_path, write(tmp_path, table(*LINES, header=HEADER)), mapping=mapping(BY_VALUE))
    assert amounts(clean) == [100_000, 500_000]
    shown = (("orders.csv", 3, "Refunded"), ("orders.csv", 4, "2011-01-08 10:00"), ("orders.csv", 5, "VOIDED"))
    assert clean.report.notes == (Note("left_out_by_value", 3, shown, 900_000, 0, "left_out_by_value", True),)
    assert [(rule, count.rows, count.money) for rule, count in clean.report.total().left_out] == [
        ("left_out_by_value", 3, 900_000)
    ]


def test_the_switch_keeps_them_and_says_so(tmp_path: Path) -> None:
    kept = mapping(BY_VALUE, rules={"left_out_by_value": "keep"})
    clean = run(tmp_path, write(tmp_path, table(*LINES, header=HEADER)), mapping=kept)
    assert len(amounts(clean)) == 5
    (note,) = clean.report.notes
    assert (note.name, note.rows, note.money, note.left_out) == ("left_out_by_value", 3, 900_000, False)
    assert clean.report.total().left_out == ()


def test_what_other_rules_find_is_counted_among_the_rest(tmp_path: Path) -> None:
    lines = (LINES[0], LINES[1], LINES[1], LINES[0], "C9,a,2011-01-09,-10,refunded,")
    path = write(tmp_path, table(*lines, header=HEADER))
    clean = run(tmp_path, path, mapping=mapping(BY_VALUE, rules={"exact_duplicates": "leave_out"}))
    assert {note.name: (note.rows, note.money) for note in clean.report.notes} == {
        "left_out_by_value": (3, 300_000), "exact_duplicates": (1, 100_000),
    }  # fmt: skip
    assert amounts(clean) == [100_000]


def test_a_row_that_can_not_be_read_is_in_quarantine_all_the_same(tmp_path: Path) -> None:
    lines = (*LINES, "6,d,someday,60,refunded,")
    clean = run(tmp_path, write(tmp_path, table(*lines, header=HEADER)), mapping=mapping(BY_VALUE))
    total = clean.report.total()
    assert (total.quarantined.rows, dict(total.left_out)["left_out_by_value"].rows) == (1, 3)


def test_a_value_of_the_first_row_holds_for_the_order(tmp_path: Path) -> None:
    lines = ("1,a,2011-01-05,10,paid,", "1,a,2011-01-05,5,,", "2,b,2011-01-06,20,refunded,", "2,b,2011-01-06,7,,")
    path = write(tmp_path, table(*lines, header=HEADER))
    down = {"Status": {"values": ["refunded"], "fill_down": "order_id"}}
    clean = run(tmp_path, path, mapping=mapping(down))
    assert [(row["order_id"], row["amount"]) for row in rows(clean)] == [("1", 50_000), ("1", 100_000)]
    without = run(tmp_path, path, mapping=mapping({"Status": "refunded"}))
    assert amounts(without) == [50_000, 100_000, 70_000]


def test_nothing_is_left_when_every_row_is_left_out(tmp_path: Path) -> None:
    clean = run(tmp_path, write(tmp_path, table(*LINES, header=HEADER)), mapping=mapping({"order_id": "*"}))
    assert (amounts(clean), clean.report.note("left_out_by_value")) == ([], 5)


def test_a_column_that_leaves_rows_out_may_be_a_field_too(tmp_path: Path) -> None:
    lines = ("1,a,2011-01-05,10,Shop", "2,b,2011-01-06,20,test")
    path = write(tmp_path, table(*lines, header="order_id,customer_id,date,amount,channel"))
    clean = run(tmp_path, path, mapping=mapping({"channel": ["test"]}))
    assert [(row["channel"], row["amount"]) for row in rows(clean)] == [("Shop", 100_000)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"A": "*"}, LeaveOut("A", None)),
        ({"A": ["*"]}, LeaveOut("A", ("*",))),
        ({"A": "x"}, LeaveOut("A", ("x",))),
        ({"A": {"values": ["x", "y"], "fill_down": True}}, LeaveOut("A", ("x", "y"), True)),
    ],
)
def test_a_star_is_any_value(written: dict[str, Any], meant: LeaveOut) -> None:
    (block,) = parse_mapping(mapping(written)).blocks
    assert block.leave_out == (meant,)
    assert block.columns == ("A",)
