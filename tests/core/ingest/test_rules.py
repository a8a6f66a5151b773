"""What an import finds in rows that it can read: counted with money and examples, kept or left out as the mapping says.

Each import is reconciled by ``helpers.run``: rows and money read = kept + quarantined + left out by a named rule.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.ingest import Clean
from core.ingest.mapping.rules import DEFAULTS, LEAVING, SWITCHES
from core.ingest.report import Note, Report
from core.schema import EVENT_TABLES
from tests.core.ingest.helpers import GOOD, amounts, run, table, write

LINES = "order_id,customer_id,date,quantity,unit_price,product_id"
SALE = "1,a,2011-01-05,10,1.50,p"

# Rule: rows of a file, how many are found, their money in 0.0001, and the examples as (row, value).
FOUND: dict[str, tuple[tuple[str, ...], int, int, tuple[tuple[int, str], ...]]] = {
    "exact_duplicates": ((SALE, SALE, "2,b,2011-01-05,1,1,p", SALE), 2, 300_000, ((3, "1"), (5, "1"))),
    "cancellations": ((SALE, "C2,a,2011-01-06,-2,1.50,p", "c3,,2011-01-06,-1,1,q"), 2, -40_000, ((3, "C2"), (4, "c3"))),
    "cancellations_matched": ((SALE, "C2,a,2011-01-06,-2,1.50,p", "C3,,2011-01-06,-1,1,q"), 1, -30_000, ((3, "C2"),)),
    "returns": ((SALE, "1,a,2011-01-05,-2,1.50,p", "2,a,2011-01-06,-1,1.50,p"), 2, -45_000, ((3, "1"), (4, "2"))),
    "returns_netted": ((SALE, "1,a,2011-01-05,-2,1.50,p", "2,a,2011-01-06,-1,1.50,p"), 1, -30_000, ((3, "1"),)),
    "returns_without_sale": (
        (SALE, "2,a,2011-01-04,-1,1.50,p", "3,a,2011-01-05,-1,1.50,p", "C4,b,2011-02-01,-1,1,p", "5,,2011-02-01,-1,1,z"),
        2, -25_000, ((3, "2"), (5, "C4")),
    ),
    "adjustments": ((SALE, "A2,,2011-01-05,1,-11062.06,B"), 1, -110_620_600, ((3, "A2"),)),
    "missing_customer": ((SALE, "2,,2011-01-05,1,1,p", "3,nan,2011-01-05,1,2,p"), 2, 30_000, ((3, "2"), (4, "3"))),
    "negative_price": ((SALE, "2,a,2011-01-05,3,-2.5,p"), 1, -75_000, ((3, "-2.5"),)),
    "zero_price": ((SALE, "2,a,2011-01-05,3,0,p", "3,a,2011-01-05,-3,0.00,p"), 2, 0, ((3, "2"), (4, "3"))),
    "zero_amount": ((SALE, "2,a,2011-01-05,0,5,p"), 1, 0, ((3, "2"),)),
    "future_dates": ((SALE, "2,a,2024-06-02,1,1,p", "3,a,2024-06-01,1,1,p"), 1, 10_000, ((3, "2024-06-02"),)),
    "ids_stripped": ((SALE, "2,17850.0,2011-01-05,1,1,p"), 1, 10_000, ((3, "17850.0"),)),
    "time_zones": ((SALE, "2,a,2011-01-05T10:00:00Z,1,1,p"), 1, 10_000, ((3, "2011-01-05T10:00:00Z"),)),
    "orders_with_several_customers": ((SALE, "1,b,2011-01-05,1,1,p", "2,b,2011-01-05,1,1,p"), 2, 160_000, ((2, "1"), (3, "1"))),
}  # fmt: skip
OVERLAP = ((SALE, SALE, "2,b,2011-01-06,1,1,p"), ("2,b,2011-01-06,1,1,p", SALE, SALE, SALE, "3,b,2011-01-07,1,2,p"))


def note_of(clean: Clean, name: str) -> Note | None:
    return next((note for note in clean.report.notes if note.name == name), None)


def left_out(clean: Clean) -> dict[str, tuple[int, int]]:
    return {rule: (count.rows, count.money) for rule, count in clean.report.total().left_out}


@pytest.mark.parametrize("name", FOUND)
def test_a_rule_counts_rows_and_money_and_gives_examples(name: str, tmp_path: Path) -> None:
    lines, rows, money, examples = FOUND[name]
    clean = run(tmp_path, write(tmp_path, table(*lines, header=LINES)))
    shown = tuple(("orders.csv", line, value) for line, value in examples)
    assert note_of(clean, name) == Note(name, rows, shown, money, 0, name if name in LEAVING else "", False)
    assert clean.report.total().kept.rows == len(lines)
    assert left_out(clean) == {}


@pytest.mark.parametrize("name", [name for name in FOUND if name in LEAVING])
def test_a_rule_can_leave_its_rows_out(name: str, tmp_path: Path) -> None:
    lines, rows, money, examples = FOUND[name]
    path = write(tmp_path, table(*lines, header=LINES))
    kept = run(tmp_path, path, mapping={"rules": {name: "keep"}})
    clean = run(tmp_path, path, mapping={"rules": {name: "leave_out"}})
    shown = tuple(("orders.csv", line, value) for line, value in examples)
    assert note_of(clean, name) == Note(name, rows, shown, money, 0, name, True)
    assert left_out(clean) == {name: (rows, money)}
    total = kept.report.total().kept
    assert clean.report.total().kept.rows == total.rows - rows
    assert clean.report.total().kept.money == total.money - money
    # What the rule left out is no other rule's: the rest is counted among the kept rows.
    assert all(note.rows <= total.rows - rows for note in clean.report.notes if note.name != name)


def test_two_files_that_overlap(tmp_path: Path) -> None:
    paths = [
        write(tmp_path, table(*lines, header=LINES), name)
        for lines, name in zip(OVERLAP, ("a.csv", "b.csv"), strict=True)
    ]
    clean = run(tmp_path, *paths)
    # Both have the sale twice, and the later one a third time.
    assert note_of(clean, "overlapping_files") == Note(
        "overlapping_files",
        3,
        (("b.csv", 2, "2"), ("b.csv", 3, "1"), ("b.csv", 4, "1")),
        310_000,
        0,
        "overlapping_files",
        False,
    )
    assert note_of(clean, "exact_duplicates") == Note(
        "exact_duplicates", 2, (("a.csv", 3, "1"), ("b.csv", 5, "1")), 300_000, 0, "exact_duplicates", False
    )
    assert clean.report.note("orders_in_several_files") == 7
    assert [file.kept.rows for file in clean.report.files] == [3, 5]


@pytest.mark.parametrize(
    ("mapping", "kept", "left"),
    [
        ({"rules": {"overlapping_files": "leave_out"}}, [3, 2], {"overlapping_files": (3, 310_000)}),
        ({"rules": {"exact_duplicates": "leave_out"}}, [2, 4], {"exact_duplicates": (2, 300_000)}),
        (
            {"settings": {"duplicates": "drop"}},
            [2, 1],
            {"exact_duplicates": (2, 300_000), "overlapping_files": (3, 310_000)},
        ),
        (
            {"settings": {"duplicates": "drop"}, "rules": {"exact_duplicates": "keep"}},
            [3, 2],
            {"overlapping_files": (3, 310_000)},
        ),
    ],
)
def test_rows_of_two_files_are_left_out_once(
    mapping: dict[str, Any], kept: list[int], left: dict[str, tuple[int, int]], tmp_path: Path
) -> None:
    paths = [
        write(tmp_path, table(*lines, header=LINES), name)
        for lines, name in zip(OVERLAP, ("a.csv", "b.csv"), strict=True)
    ]
    clean = run(tmp_path, *paths, mapping=mapping)
    assert [file.kept.rows for file in clean.report.files] == kept
    assert left_out(clean) == left


def test_a_file_that_is_given_twice_under_two_names_can_be_left_out_whole(tmp_path: Path) -> None:
    paths = [write(tmp_path, table(*GOOD), name) for name in ("a.csv", "b.csv", "c.csv")]
    clean = run(tmp_path, *paths, mapping={"rules": {"overlapping_files": "leave_out"}})
    assert [file.kept.rows for file in clean.report.files] == [3, 0, 0]
    assert left_out(clean) == {"overlapping_files": (6, 2 * 357_500)}


def test_a_row_is_left_out_by_the_first_rule_that_holds(tmp_path: Path) -> None:
    lines = (SALE, "C2,,2031-01-06,-2,1.50,p", "C2,,2031-01-06,-2,1.50,p", "3,,2031-01-06,1,0,p", "4,,2011-01-06,1,1,p")
    rules = dict.fromkeys(LEAVING, "leave_out")
    clean = run(tmp_path, write(tmp_path, table(*lines, header=LINES)), mapping={"rules": rules})
    assert left_out(clean) == {
        "cancellations": (1, -30_000), "exact_duplicates": (1, -30_000), "missing_customer": (1, 10_000), "zero_price": (1, 0),
    }  # fmt: skip
    assert amounts(clean) == [150_000]
    assert {note.name for note in clean.report.notes} == set(left_out(clean))


def test_every_switch_is_off_but_for_what_a_mapping_says_and_lines_that_are_added() -> None:
    assert {name for name in LEAVING if DEFAULTS[name] != "keep"} == {"left_out_by_value"}
    repeated = {f"repeated_{name}" for name in EVENT_TABLES}
    assert {SWITCHES[name] for name in repeated} == {("keep", "leave_out")}
    assert {name: SWITCHES[name] for name in SWITCHES if name not in {*LEAVING, *repeated}} == {
        "already_imported": ("leave_out", "keep"),
        "changed_orders": ("new", "old"),
    }


def matched_by_hand(lines: pd.DataFrame) -> set[int]:
    """Rows of the cancellations whose units were sold before, going through each customer's product and price by day."""
    lines = lines.assign(cancels=lines["order_id"].str.fullmatch(r"[Cc]\d+") & (lines["quantity"] < 0))
    known = lines[lines["customer_id"].notna() & (lines["cancels"] | (lines["quantity"] * lines["unit_price"] > 0))]
    thing = known.groupby(["customer_id", "product_id", "unit_price"], dropna=False).ngroup()
    known = known.assign(thing=thing, units=known["quantity"].abs())
    known = known[known.groupby("thing")["cancels"].transform("any")]
    found, left, last = set(), 0, None
    for row in known.sort_values(["thing", "date", "cancels", "units"], kind="stable").itertuples():
        if row.thing != last:
            left, last = 0, row.thing
        if not row.cancels:
            left += row.units
        elif row.units <= left:
            left -= row.units
            found.add(row.Index)
        else:
            left = 0
    return found


def made_log(seed: int) -> pd.DataFrame:
    """Sales and cancellations of few customers and products, so that most cancellations have candidates."""
    rng = np.random.default_rng(seed)
    n = 600
    cancels = rng.random(n) < 0.4
    units = rng.integers(1, 6, n)
    return pd.DataFrame(
        {
            "order_id": np.where(cancels, "C", "") + pd.Series(range(100, 100 + n)).astype(str).to_numpy(),
            "customer_id": rng.choice(["a", "b", "c", None], n),
            "date": (pd.Timestamp("2011-01-01") + pd.to_timedelta(rng.integers(0, 40, n), "D")).strftime("%Y-%m-%d"),
            "quantity": np.where(cancels, -units, units),
            "unit_price": rng.choice([0.5, 1.25], n),
            "product_id": rng.choice(["p", "q", None], n),
        }
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_matched_cancellations_are_those_of_plain_pandas(seed: int, tmp_path: Path) -> None:
    log = made_log(seed)
    clean = run(tmp_path, write(tmp_path, log.to_csv(index=False)))
    found = matched_by_hand(log)
    note = note_of(clean, "cancellations_matched")
    assert note is not None
    assert 0 < len(found) < clean.report.note("cancellations")
    money = sum(round(row.quantity * row.unit_price * 10_000) for row in log.loc[sorted(found)].itertuples())
    assert (note.rows, note.money) == (len(found), money)
    # Rows of a file are counted from its header on.
    assert [line for _, line, _ in note.examples] == [at + 2 for at in sorted(found)[:3]]


def test_matched_cancellations_without_a_price_have_the_same_amount(tmp_path: Path) -> None:
    lines = ("1,a,2011-01-05,10", "2,a,2011-01-05,10", "C3,a,2011-01-05,-10", "C4,a,2011-01-06,-10", "C5,a,2011-01-06,-10",
             "C6,a,2011-01-06,-5", "7,b,2011-01-09,7", "C8,b,2011-01-08,-7")  # fmt: skip
    clean = run(tmp_path, write(tmp_path, table(*lines)))
    note = note_of(clean, "cancellations_matched")
    assert note is not None
    assert (note.rows, note.money) == (2, -200_000)


def test_matched_cancellations_of_online_retail_are_those_of_plain_pandas(
    online_retail: Clean, real_data: Path
) -> None:
    log = pd.read_csv(real_data / "online_retail.csv.gz", dtype={"InvoiceNo": str, "StockCode": str, "CustomerID": str})
    log = log.rename(
        columns={
            "InvoiceNo": "order_id", "CustomerID": "customer_id", "Quantity": "quantity", "UnitPrice": "unit_price",
            "StockCode": "product_id",
        }
    ).assign(date=log["InvoiceDate"].str[:10])  # fmt: skip
    found = matched_by_hand(log)
    note = note_of(online_retail, "cancellations_matched")
    assert note is not None
    assert note.rows == len(found) == 7_294
    chosen = log.loc[sorted(found)]
    assert note.money == round((chosen["quantity"] * (chosen["unit_price"] * 10_000).round()).sum())


def test_a_report_from_before_the_rules_still_loads(tmp_path: Path) -> None:
    clean = run(tmp_path, write(tmp_path, table(GOOD[0], *GOOD)))
    values = json.loads(json.dumps(clean.report.to_dict()))
    assert Report.from_dict(values) == clean.report
    for note in values["notes"].values():
        for key in ("money", "unknown_money_rows", "setting", "left_out"):
            del note[key]
    assert Report.from_dict(values).notes == (Note("exact_duplicates", 1, (("orders.csv", 3, "1"),)),)
