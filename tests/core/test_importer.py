"""Reading first, publishing after: what is prepared can be looked at, published, discarded or forgotten."""

import gc
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from core.access import AccessScope, open_dataset
from core.analyses import load
from core.build import MAPPING_FILE
from core.errors import BadInputError, MissingTableError, QuestionError, SnapshotError, UnfinishedError
from core.filters import Filters
from core.importing.importer import Prepared, import_files, prepare
from core.ingest import parse_mapping, read_mapping
from core.ingest.report import Report
from core.report_text import report_text
from core.snapshot import SNAPSHOTS, current_version, pin, snapshot_folder, versions
from core.worker import Limits
from tests.helpers import make_log, publish_lines

HEADER = "order_id,customer_id,date,amount,region\n"
FIRST = "o1,a,2021-01-05,10.50,North\no2,b,2021-01-20,20,South\n"
SECOND = "o2,b,2021-01-20,20,South\no3,c,2021-02-03,-1.25,North\n"
SETTINGS = {"settings": {"currency": "GBP"}, "order_lines": {"order_id": "order_id"}}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def csv(folder: Path, rows: str, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_text(HEADER + rows)
    return path


def work_folders(data: Path) -> list[Path]:
    return list((data / SNAPSHOTS).glob(".*"))


def test_what_is_prepared_is_not_published_until_it_is(tmp_path: Path, data: Path) -> None:
    stages: list[str] = []
    prepared = prepare([csv(tmp_path, FIRST)], data, progress=lambda stage, _: stages.append(stage))
    assert current_version(data) is None
    assert prepared.report.total().kept.rows == 2
    assert pq.read_metadata(prepared.clean.order_lines).num_rows == 2
    done = prepared.publish(lambda stage, _: stages.append(stage))
    assert (done.info.version, done.info.lines, done.changed, current_version(data)) == (1, 2, True, 1)
    assert list(dict.fromkeys(stages)) == ["read", "check", "convert", "build", "personas"]
    assert work_folders(data) == []
    with pytest.raises(SnapshotError, match="these files were published or discarded already"):
        prepared.publish()


def test_rows_to_look_at(tmp_path: Path, data: Path) -> None:
    prepared = prepare([csv(tmp_path, FIRST)], data)
    rows = prepared.sample_rows().sort_values("order_id")
    assert list(rows) == ["order_id", "customer_id", "date", "amount", "region"]
    assert rows["amount"].tolist() == [10.5, 20.0]
    assert len(prepared.sample_rows(1)) == 1


@pytest.mark.parametrize("how", ["discarded", "forgotten"])
def test_nothing_is_left_of_what_is_not_published(how: str, tmp_path: Path, data: Path) -> None:
    prepared: Prepared | None = prepare([csv(tmp_path, FIRST)], data)
    assert len(work_folders(data)) == 1
    if prepared and how == "discarded":
        prepared.discard()
        prepared.discard()
    prepared = None
    gc.collect()
    assert work_folders(data) == []
    assert current_version(data) is None


@pytest.mark.parametrize(
    ("rows", "error", "words"),
    [
        ("o1,a,soon,1,N\n", BadInputError, "orders.csv"),
        ("o1,a,01/02/2011,1,N\no2,a,03/04/2011,1,N\n", QuestionError, "orders.csv"),
    ],
)
def test_an_error_of_the_child_is_the_error(
    rows: str, error: type[BadInputError], words: str, tmp_path: Path, data: Path
) -> None:
    with pytest.raises(error, match=words) as raised:
        prepare([csv(tmp_path, rows)], data)
    assert type(raised.value) is error
    assert work_folders(data) == []


def test_limits_hold_and_the_next_import_works(tmp_path: Path, data: Path) -> None:
    source = csv(tmp_path, FIRST)
    with pytest.raises(UnfinishedError, match=r"orders\.csv: reading was stopped"):
        prepare([source], data, limits=Limits(seconds=0.0))
    assert work_folders(data) == []
    assert import_files([source], data).info.version == 1


def test_the_mapping_is_kept_as_it_was_given(tmp_path: Path, data: Path) -> None:
    source, mapping = csv(tmp_path, FIRST), tmp_path / "m.toml"
    mapping.write_text('# ours\n[settings]\ncurrency = "GBP"\n')
    import_files([source], data, mapping)
    assert (snapshot_folder(data) / MAPPING_FILE).read_text() == mapping.read_text()
    given = parse_mapping(SETTINGS)
    import_files([source], data, given)
    kept = read_mapping(snapshot_folder(data) / MAPPING_FILE)
    assert (kept.settings, kept.blocks) == (given.settings, given.blocks)
    import_files([source], data)
    assert not (snapshot_folder(data) / MAPPING_FILE).exists()


def test_the_newest_are_kept_and_the_pinned(tmp_path: Path, data: Path) -> None:
    source = csv(tmp_path, FIRST)
    import_files([source], data)
    pin(data, 1)
    for _ in range(3):
        import_files([source], data, keep=2)
    assert versions(data) == (1, 3, 4)


def test_a_file_is_added_and_its_overlap_left_out(tmp_path: Path, data: Path) -> None:
    import_files([csv(tmp_path, FIRST)], data)
    done = import_files([csv(tmp_path, SECOND, "february.csv")], data, add=True)
    assert (done.info.version, done.info.added_to, done.info.lines) == (2, 1, 3)
    assert done.info.sources == ("orders.csv", "february.csv")
    (note,) = [note for note in done.report.notes if note.name == "already_imported"]
    assert (note.rows, note.money, note.examples, note.setting, note.left_out) == (
        1,
        200_000,
        (("february.csv", 2, "o2"),),
        "already_imported",
        True,
    )
    text = done.as_text()
    assert text.startswith("Snapshot 2, added to snapshot 1: 2 buyers among 3 customers, 3 orders and credits")
    assert [line.split() for line in text.splitlines()[2:9]] == [
        ["order", "lines", "rows", "money"],
        ["of", "snapshot", "1", "2", "30.5000"],
        ["read", "4", "49.2500"],
        ["kept", "3", "29.2500"],
        ["quarantined", "0", "0.0000"],
        ["left", "out:", "already", "imported", "1", "20.0000"],
        [],
    ]
    kept = open_dataset(data, AccessScope.everything()).report()
    assert kept is not None
    assert Report.from_dict(kept) == done.report


def test_the_same_file_again_is_no_new_snapshot(tmp_path: Path, data: Path) -> None:
    source = csv(tmp_path, FIRST)
    first = import_files([source], data, add=True)
    assert (first.info.version, first.info.added_to) == (1, None)
    again = import_files([source], data, add=True)
    assert (again.changed, again.info) == (False, first.info)
    assert again.as_text().startswith("Nothing is new. Snapshot 1 stays: 2 buyers")
    assert versions(data) == (1,)


def test_the_rest_of_an_order_in_a_second_file_is_the_same_order(tmp_path: Path, data: Path) -> None:
    """In one import and in two."""
    rest = csv(tmp_path, "o2,b,2021-02-01,5,South\n", "rest.csv")
    first = csv(tmp_path, FIRST)
    import_files([first, rest], data)
    together = open_dataset(data, AccessScope.everything())
    import_files([first], data)
    done = import_files([rest], data, add=True)
    added = open_dataset(data, AccessScope.everything())
    assert done.report.note("continued_orders") == 1
    assert added.info.orders == together.info.orders == 2
    assert added.history.revenue.tolist() == together.history.revenue.tolist() == [105_000, 250_000]


def test_the_mapping_says_which_of_two_versions_of_an_order_counts(tmp_path: Path, data: Path) -> None:
    first, changed = csv(tmp_path, FIRST), csv(tmp_path, "o2,b,2021-01-20,99,South\n", "new.csv")
    for switch, revenue in (("old", 20), ("new", 99)):
        import_files([first], data)
        mapping = parse_mapping({"rules": {"changed_orders": switch}})
        done = import_files([changed], data, mapping, add=True)
        total = dict(done.report.total().left_out)["changed_orders"]
        assert (total.rows, total.money) == (1, (119 - revenue) * 10_000)
        history = open_dataset(data, AccessScope.everything()).history
        assert history.revenue.tolist() == [105_000, revenue * 10_000]


def test_customers_can_be_added_alone(tmp_path: Path, data: Path) -> None:
    import_files([csv(tmp_path, FIRST)], data)
    people = tmp_path / "customers.csv"
    people.write_text("customer_id,age\na,30\nb,40\n")
    done = import_files([people], data, add=True)
    assert done.info.version == 2
    dataset = open_dataset(data, AccessScope.everything())
    assert dataset.history.revenue.tolist() == [105_000, 200_000]
    assert dataset.attributes()["age"].tolist() == [30, 40]


def test_deals_make_a_snapshot_without_any_order_line_and_pages_of_orders_say_so(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text(
        "deal_id,opened,closed,outcome,amount\nd1,2024-01-03,2024-02-01,won,10\nd2,2024-01-05,,open,20\n"
    )
    imported = import_files([tmp_path / "deals.csv"], tmp_path / "data")
    text = report_text(imported.info, imported.report)
    assert text.splitlines()[0] == "Snapshot 1: no order lines, 2024-01-03 to 2024-01-05"
    assert [line.split() for line in text.splitlines()[2:4]] == [["deals", "rows", "money"], ["read", "2", "30.0000"]]
    dataset = open_dataset(tmp_path / "data", AccessScope.everything())
    for name in ("overview", "rfm", "cohorts", "survival", "ltv", "movements"):
        analysis = load(name)
        with pytest.raises(MissingTableError, match="there are no order lines"):
            analysis.run(dataset, Filters(), analysis.params())
    found = load("deals").run(dataset, Filters(), load("deals").params())
    assert len(found.deals) == 2


def test_ids_of_nobody_are_none(tmp_path: Path) -> None:
    nobody = open_dataset(publish_lines(make_log(7), tmp_path), AccessScope.everything()).customer_ids(
        np.array([], dtype=object)
    )
    assert len(nobody) == 0
