"""Snapshots: published at once or not at all, numbered upwards, never changed."""

import errno
import gc
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from core.access import AccessScope, open_dataset
from core.errors import BadInputError, ClienteleError, SnapshotError
from core.importing.importer import import_files
from core.snapshot import (
    CURRENT,
    MANIFEST,
    SNAPSHOTS,
    SnapshotInfo,
    Workspace,
    current_version,
    publish,
    read_info,
    restore,
    snapshot_folder,
    sweep,
    versions,
    workspace,
)
from tests.core.snapshot_parts import LOG, built_in, files
from tests.helpers import build_lines, describe, publish_lines

CSV = "order_id,customer_id,date,amount\no1,a,2021-01-01,10\no2,b,2021-01-02,20\n"


@pytest.fixture(scope="module")
def info() -> SnapshotInfo:
    return describe(build_lines(LOG), LOG)


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


def test_a_pointer_that_can_not_be_written_leaves_everything_as_it_was(
    tmp_path: Path, info: SnapshotInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workspace(tmp_path) as work:
        publish(tmp_path, built_in(work), info)
    before = files(tmp_path)
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(5, "no power")))
    with pytest.raises(SnapshotError) as raised, workspace(tmp_path) as work:
        publish(tmp_path, built_in(work), info)
    assert str(raised.value) == f"{tmp_path}: the data folder can't be written: no power. Give another one with --data."
    monkeypatch.undo()
    assert files(tmp_path) == before
    with workspace(tmp_path) as work:
        assert publish(tmp_path, built_in(work), info).version == 2


def test_a_kill_between_folder_and_pointer_leaves_the_old_one_current(tmp_path: Path, info: SnapshotInfo) -> None:
    """What the disk holds then: the folder with its number, and CURRENT as it was."""
    for _ in range(2):
        with workspace(tmp_path) as work:
            publish(tmp_path, built_in(work), info)
    (tmp_path / CURRENT).write_text("1\n")
    (tmp_path / f".{CURRENT}-x1y2").write_text("2\n")
    assert current_version(tmp_path) == 1
    assert versions(tmp_path) == (1, 2)
    assert restore(tmp_path, 2).version == 3
    assert current_version(tmp_path) == 3
    assert not list(tmp_path.glob(f".{CURRENT}-*"))


@pytest.mark.parametrize("when", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("what", ["write_history", "write_ids", "MANIFEST", "fsync"])
def test_a_full_disk_is_a_sentence_and_leaves_the_old_snapshot(
    what: str, when: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, source = tmp_path / "data", tmp_path / "orders.csv"
    source.write_text(CSV)
    import_files([source], data)
    before = files(data)

    def full(*_: object, **__: object) -> None:
        raise OSError(when, os.strerror(when))

    if what == "MANIFEST":
        real = Path.write_text
        monkeypatch.setattr(
            Path, "write_text", lambda path, *a, **k: full() if path.name == MANIFEST else real(path, *a, **k)
        )
    else:
        home = {"write_history": "core.importing.assembly", "write_ids": "core.build", "fsync": "os"}[what]
        monkeypatch.setattr(f"{home}.{what}", full)
    with pytest.raises(SnapshotError) as raised:
        import_files([source], data)
    monkeypatch.undo()
    assert str(raised.value) == f"{data}: the disk is full. Free some space and try again; the data are as they were."
    assert files(data) == before
    assert import_files([source], data).info.version == 2


def test_what_a_killed_import_left_is_swept_and_nothing_of_a_running_one(tmp_path: Path) -> None:
    """The killed one is a process that ends without a word while it holds its folder."""
    code = (
        "import os, sys; from pathlib import Path; from core.workspace import Workspace; "
        "work = Workspace(Path(sys.argv[1])); (work.folder / 'half').write_text('x'); print(work.folder, flush=True); "
        "os._exit(9)"
    )
    running = Workspace(tmp_path)
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    left = Path(done.stdout.strip())
    assert (left / "half").is_file()
    (tmp_path / SNAPSHOTS / ".work-without-a-lock").mkdir()
    (tmp_path / SNAPSHOTS / ".removed-half").mkdir()
    sweep(tmp_path)
    assert list((tmp_path / SNAPSHOTS).iterdir()) == [running.folder]
    running.close()
    assert not list((tmp_path / SNAPSHOTS).iterdir())


def test_a_forgotten_workspace_is_gone(tmp_path: Path) -> None:
    work = Workspace(tmp_path)
    folder = work.folder
    del work
    gc.collect()
    assert not folder.exists()


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
