"""Files added to a snapshot: nothing lost, nothing twice, and the same as if all had come at once."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.access import open_dataset
from core.errors import BadInputError
from core.importing.importer import Prepared
from core.importing.overlap import Overlap
from core.ingest.report import Count, Report
from core.snapshot import Workspace, snapshot_folder, versions
from tests.core.additions import EVERYTHING, cleaned, left_out, lines, orders, same, tell
from tests.helpers import make_log


@pytest.mark.parametrize("seed", range(3))
def test_months_added_one_by_one_are_the_log_at_once(seed: int, tmp_path: Path) -> None:
    """Logs of tests.helpers.make_log: returns, orders over regions, customers who share an order id, orders over months."""
    log = make_log(seed, customers=25, orders=250, days=240)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    tell(whole, log)
    months = [part for _, part in log.groupby(log["date"].dt.to_period("M"))]
    for at in np.random.default_rng(seed).permutation(len(months)):
        tell(parts, months[at])
    same(open_dataset(parts, EVERYTHING), open_dataset(whole, EVERYTHING))
    ids = [
        pq.read_table(snapshot_folder(data) / "order_ids.parquet").column("order_id").to_pylist()
        for data in (whole, parts)
    ]
    assert ids[0] == ids[1]


@pytest.mark.parametrize("seed", range(2))
def test_overlapping_months_are_the_log_at_once(seed: int, tmp_path: Path) -> None:
    """Each export holds two months, so that each month but two comes twice."""
    log = make_log(seed, customers=25, orders=250, days=200)
    month = log["date"].dt.to_period("M")
    names = sorted(month.unique())
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    tell(whole, log)
    for first, second in pairwise(names):
        tell(parts, log[month.isin([first, second])])
    same(open_dataset(parts, EVERYTHING), open_dataset(whole, EVERYTHING))


@pytest.mark.parametrize("files", [1, 3])
def test_the_same_again_changes_nothing(files: int, tmp_path: Path) -> None:
    log = make_log(3)
    tell(tmp_path, log)
    before = open_dataset(tmp_path, EVERYTHING).info
    done = tell(tmp_path, *(log[log.index % files == at] for at in range(files)))
    assert not done.changed
    assert done.info == before
    assert versions(tmp_path) == (1,)
    assert left_out(done) == {"already_imported": (len(log), int(log["amount"].sum()))}
    assert done.report.total().kept == Count(len(log), int(log["amount"].sum()))
    for file in done.report.files:
        file.reconcile()


def test_the_report_tells_of_both_sides(tmp_path: Path) -> None:
    old = lines(("o1", "a", "01", 10), ("o2", "b", "02", 20), ("o2", "b", "02", 21), ("o3", "c", "03", 30))
    new = lines(("o2", "b", "02", 25), ("o3", "c", "03", 30), ("o4", "a", "04", 40))
    more = lines(("o5", "d", "02", 50), ("o1", "a", "01", 10))
    tell(tmp_path, old)
    done = tell(tmp_path, new, more)
    assert orders(tmp_path) == [("o1", "a", 10), ("o2", "b", 25), ("o3", "c", 30), ("o4", "a", 40), ("o5", "d", 50)]
    base, first, second = done.report.files
    assert (base.file, base.read, base.kept) == ("snapshot 1", Count(4, 81), Count(2, 40))
    assert base.left_out == (("changed_orders", Count(2, 41)),)
    assert (first.read, first.kept, first.left_out) == (
        Count(3, 95),
        Count(2, 65),
        (("already_imported", Count(1, 30)),),
    )
    assert (second.kept, second.left_out) == (Count(1, 50), (("already_imported", Count(1, 10)),))
    (note,) = [note for note in done.report.notes if note.name == "already_imported"]
    assert note.rows == 2
    assert note.examples[:2] == (("f0.csv", 3, "o3"), ("f1.csv", 3, "o1"))
    assert dict(done.report.totals)["orders"] == 5
    assert (done.info.added_to, done.info.sources) == (1, ("f0.csv", "f1.csv"))


def test_a_changed_order_keeps_its_old_lines_when_told_so(tmp_path: Path) -> None:
    tell(tmp_path, lines(("o1", "a", "01", 10), ("o2", "b", "02", 20)))
    done = tell(tmp_path, lines(("o2", "b", "02", 25), ("o3", "b", "03", 1)), overlap=Overlap(changed_orders="old"))
    assert orders(tmp_path) == [("o1", "a", 10), ("o2", "b", 20), ("o3", "b", 1)]
    assert left_out(done) == {"changed_orders": (1, 25)}


def test_the_same_lines_count_twice_when_told_so(tmp_path: Path) -> None:
    once = lines(("o1", "a", "01", 10))
    tell(tmp_path, once)
    tell(tmp_path, once, overlap=Overlap(already_imported="keep"))
    assert orders(tmp_path) == [("o1", "a", 20)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    {
        "lines on days that the new file does not reach": (
            lines(("o1", "a", "30", 10)),
            lines(("o1", "a", "31", 5), ("o2", "b", "31", 1)),
            [("o1", "a", 15), ("o2", "b", 1)],
        ),
        "one line more in the new file": (
            lines(("o1", "a", "30", 10)),
            lines(("o1", "a", "30", 10), ("o1", "a", "31", 5)),
            [("o1", "a", 15)],
        ),
        "one of two equal lines": (
            lines(("o1", "a", "30", 10), ("o1", "a", "30", 10)),
            lines(("o1", "a", "30", 10)),
            [("o1", "a", 10)],
        ),
        "another customer, the same lines": (
            lines(("o1", None, "30", 10)),
            lines(("o1", "a", "30", 10)),
            [("o1", "a", 10)],
        ),
        "another customer, other lines: another order": (
            lines(("1", "a", "30", 10)),
            lines(("1", "b", "30", 12)),
            [("1", "a", 10), ("1", "b", 12)],
        ),
        "no customer on either side": (
            lines(("o1", None, "30", 10)),
            lines(("o1", None, "30", 12), ("o2", None, "30", 3)),
            [("o1", "", 12), ("o2", "", 3)],
        ),
        "the day was corrected": (
            lines(("o1", "a", "10", 10), ("o2", "a", "20", 10)),
            lines(("o1", "a", "11", 10), ("o2", "a", "20", 10), ("o3", "a", "09", 1)),
            [("o1", "a", 10), ("o2", "a", 10), ("o3", "a", 1)],
        ),
    }.values(),
)
def test_an_order_on_both_sides(
    old: pd.DataFrame, new: pd.DataFrame, expected: list[tuple[str, str, int]], tmp_path: Path
) -> None:
    tell(tmp_path, old)
    tell(tmp_path, new)
    assert orders(tmp_path) == expected


def test_columns_of_either_side_are_known(tmp_path: Path) -> None:
    """A column that one side has not does not make its orders others."""
    tell(tmp_path, lines(("o1", "a", "01", 10), ("o2", "b", "02", 20), region=["North", "South"]))
    done = tell(tmp_path, lines(("o2", "b", "02", 20), ("o3", "b", "03", 30), channel=["Web", "Web"]))
    assert left_out(done) == {"already_imported": (1, 20)}
    dataset = open_dataset(tmp_path, EVERYTHING)
    assert {"region", "channel"} <= set(dataset.info.known)
    assert dataset.history.labels == {"region": ("North", "South", "(missing)"), "channel": ("Web", "(missing)")}


def test_margin_goes_when_some_lines_have_no_cost(tmp_path: Path) -> None:
    tell(tmp_path, lines(("o1", "a", "01", 10), cost=[5]))
    assert open_dataset(tmp_path, EVERYTHING).has_margin
    tell(tmp_path, lines(("o2", "a", "02", 10)))
    assert not open_dataset(tmp_path, EVERYTHING).has_margin


def test_two_currencies_are_refused(tmp_path: Path) -> None:
    tell(tmp_path, lines(("o1", "a", "01", 10)))
    with pytest.raises(BadInputError) as raised:
        tell(tmp_path, lines(("o2", "a", "02", 10)), currency="EUR")
    assert str(raised.value) == (
        "f0.csv: is in another currency than snapshot 1; expected GBP, found EUR. "
        "Convert the amounts with [rates] in a mapping, or import without adding."
    )
    assert versions(tmp_path) == (1,)


def test_a_currency_that_nobody_named_is_the_snapshots(tmp_path: Path) -> None:
    tell(tmp_path, lines(("o1", "a", "01", 10)))
    assert tell(tmp_path, lines(("o2", "a", "02", 10)), currency=None).info.currency == "GBP"


def test_zero_orders_count_alike_or_are_refused(tmp_path: Path) -> None:
    tell(tmp_path, lines(("o1", "a", "01", 10)))
    with pytest.raises(BadInputError, match='expected zero_orders = "credit", found "purchase"'):
        tell(tmp_path, lines(("o2", "a", "02", 10)), zero_orders="purchase")


def test_earlier_reports_stay_with_the_data(tmp_path: Path) -> None:
    for day in ("01", "02", "03"):
        tell(tmp_path, lines((f"o{day}", "a", day, 10)))
    kept = open_dataset(tmp_path, EVERYTHING).earlier_reports()
    assert [version for version, _ in kept] == [1, 2]
    assert [Report.from_dict(report).total().read.rows for _, report in kept] == [1, 2]
    assert open_dataset(tmp_path, EVERYTHING, 1).earlier_reports() == ()


def test_what_is_added_is_added_to_the_newest_even_if_that_came_in_between(tmp_path: Path) -> None:
    tell(tmp_path, lines(("o1", "a", "01", 10)))
    work = Workspace(tmp_path)
    folder = work.folder / "clean"
    folder.mkdir()
    waiting = Prepared(tmp_path, work, cleaned(folder, lines(("o3", "a", "03", 30))), 1)
    tell(tmp_path, lines(("o2", "a", "02", 20)))
    assert waiting.publish().info.added_to == 2
    assert orders(tmp_path) == [("o1", "a", 10), ("o2", "a", 20), ("o3", "a", 30)]
