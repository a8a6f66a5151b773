"""Snapshots: published at once or not at all, numbered upwards, never changed."""

import errno
import gc
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
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
    MovedError,
    SnapshotInfo,
    Workspace,
    current_version,
    listed,
    pin,
    pinned,
    prune,
    publish,
    read_info,
    remove,
    restore,
    snapshot_folder,
    sweep,
    unpin,
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


@pytest.fixture
def three(tmp_path: Path, info: SnapshotInfo) -> Path:
    """A data folder with the snapshots 1, 2 and 3."""
    for number in range(3):
        with workspace(tmp_path) as work:
            folder = built_in(work, f"n{number + 1}")
            (folder / "derived").mkdir()
            (folder / "derived" / "kept.npz").write_text("x")
            publish(tmp_path, folder, info)
    return tmp_path


def test_an_old_version_can_be_removed_and_the_newest_not(three: Path) -> None:
    with pytest.raises(SnapshotError, match="snapshot 3 is the newest and stays"):
        remove(three, 3)
    remove(three, 1)
    assert versions(three) == (2, 3)
    assert {path.name for path in (three / SNAPSHOTS).iterdir()} == {"000002", "000003"}
    with pytest.raises(SnapshotError, match="there is no snapshot 1"):
        remove(three, 1)


def test_a_removal_that_was_killed_leaves_no_half_version(three: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is out of the readers' way before its first file goes."""
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)
    remove(three, 1)
    monkeypatch.undo()
    assert versions(three) == (2, 3)
    assert list((three / SNAPSHOTS).glob(".removed-*"))
    sweep(three)
    assert {path.name for path in (three / SNAPSHOTS).iterdir()} == {"000002", "000003"}


def test_a_pinned_version_stays_until_it_is_unpinned(three: Path) -> None:
    before = files(three / SNAPSHOTS)
    pin(three, 1)
    pin(three, 1)
    assert pinned(three) == {1}
    assert files(three / SNAPSHOTS) == before
    with pytest.raises(SnapshotError) as raised:
        remove(three, 1)
    assert str(raised.value) == f"{three}: snapshot 1 is pinned and stays. Unpin it first."
    assert prune(three, 1) == (2,)
    unpin(three, 1)
    assert pinned(three) == frozenset()
    assert prune(three, 1) == (1,)
    assert versions(three) == (3,)


@pytest.mark.parametrize("change", [pin, unpin, restore, remove])
def test_a_version_that_is_not_there_is_named(change: Callable[[Path, int], object], three: Path) -> None:
    with pytest.raises(SnapshotError, match="there is no snapshot 7; expected one of: 1, 2, 3"):
        change(three, 7)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"pinned": ["x"]}', '{"pinned": 1}'])
def test_a_damaged_list_of_pins_lets_nothing_go(text: str, three: Path) -> None:
    (three / "pins.json").write_text(text)
    with pytest.raises(SnapshotError, match="the list of pinned snapshots can't be read"):
        prune(three, 1)
    assert versions(three) == (1, 2, 3)


def test_the_newest_are_kept(three: Path) -> None:
    assert prune(three, 3) == ()
    assert prune(three, 2) == (1,)
    assert prune(three, 0) == (2,)
    assert versions(three) == (3,)


def test_the_current_one_is_kept_even_when_others_have_higher_numbers(three: Path) -> None:
    (three / CURRENT).write_text("1\n")
    assert prune(three, 1) == (2,)
    assert versions(three) == (1, 3)


def test_restoring_makes_a_new_version_of_the_same_content(three: Path, info: SnapshotInfo) -> None:
    before = files(three / SNAPSHOTS)
    restored = restore(three, 1)
    assert (restored.version, restored.restored_from) == (4, 1)
    assert replace(restored, version=0, restored_from=None, created="") == replace(info, created="")
    assert current_version(three) == 4
    folder = snapshot_folder(three)
    assert (folder / "content").read_text() == "n1"
    assert (folder / "derived" / "kept.npz").is_file()
    assert read_info(folder) == restored
    assert {name: text for name, text in files(three / SNAPSHOTS).items() if not name.startswith("000004")} == before
    with pytest.raises(SnapshotError, match="snapshot 4 is the newest already"):
        restore(three, 4)


def test_what_is_restored_outlives_what_it_was_made_of(three: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also on a disk that can't give a file two names."""
    restore(three, 1)
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(errno.EPERM, "no links")))
    restore(three, 2)
    remove(three, 1)
    remove(three, 2)
    assert [(snapshot_folder(three, version) / "content").read_text() for version in (4, 5)] == ["n1", "n2"]


def test_an_addition_is_published_only_on_top_of_its_base(three: Path, info: SnapshotInfo) -> None:
    with pytest.raises(MovedError), workspace(three) as work:
        publish(three, built_in(work), info, base=2)
    assert versions(three) == (1, 2, 3)
    with workspace(three) as work:
        assert publish(three, built_in(work), info, base=3).version == 4


def test_manifests_from_before_there_were_all_fields_still_load(info: SnapshotInfo) -> None:
    raw = json.loads(replace(info, restored_from=3, added_to=4).to_json())
    del raw["restored_from"], raw["added_to"]
    assert SnapshotInfo.from_json(json.dumps(raw)) == info
    assert SnapshotInfo.from_json(replace(info, added_to=4).to_json()).added_to == 4


def test_a_damaged_manifest_is_listed_as_such(three: Path) -> None:
    (snapshot_folder(three, 2) / MANIFEST).write_text("{")
    assert [(version, found is None) for version, found in listed(three)] == [(1, False), (2, True), (3, False)]
