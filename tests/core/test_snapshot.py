"""Snapshots: published at once or not at all, numbered upwards, never changed."""

import os
import threading
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from core.access import AccessScope, open_dataset
from core.errors import BadInputError, ClienteleError, SnapshotError
from core.importer import import_files
from core.snapshot import (
    MANIFEST,
    SNAPSHOTS,
    SnapshotInfo,
    current_version,
    publish,
    read_info,
    remove,
    snapshot_folder,
    versions,
    workspace,
)
from tests.helpers import build_lines, describe, make_log, publish_lines

LOG = make_log(5, customers=5, orders=30)
CSV = "order_id,customer_id,date,amount\no1,a,2021-01-01,10\no2,b,2021-01-02,20\n"


@pytest.fixture(scope="module")
def info() -> SnapshotInfo:
    return describe(build_lines(LOG), LOG)


def built_in(work: Path, text: str = "x") -> Path:
    folder = work / "built"
    folder.mkdir()
    (folder / "content").write_text(text)
    return folder


def files(data: Path) -> dict[str, bytes]:
    return {str(path.relative_to(data)): path.read_bytes() for path in data.rglob("*") if path.is_file()}


def test_versions_count_up_from_one_and_the_newest_is_current(tmp_path: Path, info: SnapshotInfo) -> None:
    assert current_version(tmp_path) is None
    assert versions(tmp_path) == ()
    for expected in (1, 2, 3):
        with workspace(tmp_path) as work:
            assert publish(tmp_path, built_in(work), info).version == expected
        assert current_version(tmp_path) == expected
    assert versions(tmp_path) == (1, 2, 3)
    assert read_info(snapshot_folder(tmp_path)) == replace(info, version=3)
    assert read_info(snapshot_folder(tmp_path, 2)).version == 2


def test_a_manifest_round_trips_and_passes_over_what_it_does_not_know(info: SnapshotInfo) -> None:
    named = replace(info, labels=(("region", ("Île", "(missing)")),), sources=("a.csv", "東.csv"))
    assert SnapshotInfo.from_json(named.to_json()) == named
    assert SnapshotInfo.from_json(named.to_json().replace("{", '{"later": 1,', 1)) == named


def test_a_workspace_is_gone_afterwards(tmp_path: Path) -> None:
    with workspace(tmp_path) as work:
        (work / "half").write_text("x")
    assert not any((tmp_path / SNAPSHOTS).iterdir())


@pytest.mark.parametrize(
    "text", ["", "nothing,here\n1,2\n", "order_id,customer_id,date,amount\n", CSV.replace("2021-01-0", "soon")]
)
def test_a_failing_import_leaves_the_old_snapshot_as_it_was(tmp_path: Path, text: str) -> None:
    data = tmp_path / "data"
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(CSV)
    bad.write_text(text)
    import_files([good], data)
    before = files(data)
    with pytest.raises(BadInputError):
        import_files([bad], data)
    assert files(data) == before
    assert open_dataset(data, AccessScope.everything()).info.version == 1


def test_a_new_import_replaces_the_data_and_the_old_version_stays_readable(tmp_path: Path) -> None:
    data, source = tmp_path / "data", tmp_path / "orders.csv"
    source.write_text(CSV)
    import_files([source], data)
    old = open_dataset(data, AccessScope.everything())
    source.write_text(CSV.replace("20\n", "35\n"))
    import_files([source], data)
    assert old.history.revenue.tolist() == [100_000, 200_000]
    assert open_dataset(data, AccessScope.everything()).history.revenue.tolist() == [100_000, 350_000]
    assert open_dataset(data, AccessScope.everything(), 1).history.revenue.tolist() == [100_000, 200_000]


def test_a_crash_between_folder_and_pointer_leaves_the_old_one_current(
    tmp_path: Path, info: SnapshotInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workspace(tmp_path) as work:
        publish(tmp_path, built_in(work), info)
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("no power")))
    with pytest.raises(OSError, match="no power"), workspace(tmp_path) as work:
        publish(tmp_path, built_in(work), info)
    monkeypatch.undo()
    assert current_version(tmp_path) == 1
    with workspace(tmp_path) as work:
        assert publish(tmp_path, built_in(work), info).version == 3


def test_publishing_at_once_gives_each_its_own_version(tmp_path: Path, info: SnapshotInfo) -> None:
    done: list[tuple[int, str]] = []
    gate = threading.Barrier(6)

    def one(name: str) -> None:
        with workspace(tmp_path) as work:
            folder = built_in(work, name)
            gate.wait()
            done.append((publish(tmp_path, folder, info).version, name))

    threads = [threading.Thread(target=one, args=(f"n{place}",)) for place in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(version for version, _ in done) == [1, 2, 3, 4, 5, 6]
    for version, name in done:
        assert (snapshot_folder(tmp_path, version) / "content").read_text() == name
        assert read_info(snapshot_folder(tmp_path, version)).version == version


def test_a_slower_import_does_not_put_an_older_version_back(tmp_path: Path, info: SnapshotInfo) -> None:
    """The first takes number 1; before it is made current, a second publishes number 2."""

    def overtake(_: Path) -> None:
        with workspace(tmp_path) as other:
            publish(tmp_path, built_in(other), info)

    with workspace(tmp_path) as work:
        publish(tmp_path, built_in(work), info, overtake)
    assert versions(tmp_path) == (1, 2)
    assert current_version(tmp_path) == 2


def test_what_could_not_be_finished_is_not_a_version(tmp_path: Path, info: SnapshotInfo) -> None:
    def fail(_: Path) -> None:
        raise BadInputError("too small to cluster")

    with workspace(tmp_path) as work:
        publish(tmp_path, built_in(work), info)
    with pytest.raises(BadInputError), workspace(tmp_path) as work:
        publish(tmp_path, built_in(work), info, fail)
    assert current_version(tmp_path) == 1
    assert versions(tmp_path) == (1,)


def test_no_data_and_no_such_version_say_so(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError) as raised:
        snapshot_folder(tmp_path)
    assert str(raised.value) == f"{tmp_path}: there are no data yet. Import a file: python -m core import orders.csv"
    publish_lines(LOG, tmp_path)
    with pytest.raises(SnapshotError) as raised:
        snapshot_folder(tmp_path, 7)
    assert str(raised.value) == f"{tmp_path}: there is no snapshot 7; expected one of: 1"


@pytest.mark.parametrize("damage", ["manifest", "manifest_field", "orders"])
def test_a_damaged_snapshot_says_so(tmp_path: Path, damage: str) -> None:
    folder = snapshot_folder(publish_lines(LOG, tmp_path))
    if damage == "manifest":
        (folder / MANIFEST).write_text("{")
    elif damage == "manifest_field":
        (folder / MANIFEST).write_text("{}")
    else:
        (folder / "orders.arrow").unlink()
    with pytest.raises(SnapshotError):
        open_dataset(tmp_path, AccessScope.everything())


def test_a_file_in_place_of_the_data_folder_is_a_clear_error(tmp_path: Path) -> None:
    place = tmp_path / "data"
    place.write_text("")
    with pytest.raises(SnapshotError):
        open_dataset(place, AccessScope.everything())
    source = tmp_path / "orders.csv"
    source.write_text(CSV)
    with pytest.raises(ClienteleError):
        import_files([source], place)


def test_reading_leaves_the_snapshot_as_it_was(tmp_path: Path) -> None:
    publish_lines(LOG, tmp_path, customers=pd.DataFrame({"customer_id": ["c000"], "age": [40]}))
    before = files(tmp_path)
    dataset = open_dataset(tmp_path, AccessScope.everything())
    dataset.attributes()
    dataset.lines_by_customer()
    dataset.customer_ids(dataset.history.owner)
    assert files(tmp_path) == before


def test_an_old_version_can_be_removed_and_the_newest_not(tmp_path: Path, info: SnapshotInfo) -> None:
    for _ in range(2):
        with workspace(tmp_path) as work:
            publish(tmp_path, built_in(work), info)
    with pytest.raises(SnapshotError, match="snapshot 2 is the newest and stays"):
        remove(tmp_path, 2)
    remove(tmp_path, 1)
    assert versions(tmp_path) == (2,)
    with pytest.raises(SnapshotError, match="there is no snapshot 1"):
        remove(tmp_path, 1)
