"""Versions of a snapshot: removed, pinned, kept, restored, added to, listed."""

import errno
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import SnapshotError
from core.snapshot import (
    CURRENT,
    MANIFEST,
    SNAPSHOTS,
    MovedError,
    SnapshotInfo,
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
from tests.core.snapshot_parts import LOG, built_in, files
from tests.helpers import build_lines, describe


@pytest.fixture(scope="module")
def info() -> SnapshotInfo:
    return describe(build_lines(LOG), LOG)


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
