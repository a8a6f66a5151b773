"""A watched folder: when a file is whole, what was imported, and what failed. Looks are taken by hand; nothing waits."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from core.errors import BadInputError, ClienteleError
from core.importing.watch import STATE, Watch, watch


class Watched:
    """A folder, and what came of it."""

    def __init__(self, base: Path) -> None:
        self.folder, self.data = base / "in", base / "data"
        self.folder.mkdir()
        self.imported: list[str] = []
        self.failed: list[str] = []
        self.bad: set[str] = set()
        self.again()

    def again(self) -> None:
        """As after a restart."""
        self.watch = Watch(
            self.folder, self.data, self.publish, lambda path, error: self.failed.append(f"{path.name} {error}")
        )

    def publish(self, paths: Sequence[Path]) -> None:
        for path in paths:
            if path.name in self.bad:
                raise BadInputError("is bad", where=path.name)
            self.imported.append(path.name)

    def write(self, name: str, content: str, age: int = 0) -> Path:
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        # The times of a disk are coarse; here each version has its own.
        os.utime(path, ns=(10**18 + age * 10**9, 10**18 + age * 10**9))
        return path


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def test_a_file_is_taken_at_the_second_look_that_finds_it_unchanged(watched: Watched) -> None:
    watched.write("a.csv", "1")
    assert watched.watch.look() == 0
    assert watched.watch.look() == 1
    assert watched.watch.look() == 0
    assert watched.imported == ["a.csv"]


def test_a_file_that_grows_is_left_alone(watched: Watched) -> None:
    for age in range(4):
        watched.write("a.csv", "1" * (age + 1), age)
        assert watched.watch.look() == 0
    assert watched.watch.look() == 1


def test_a_file_of_the_same_size_that_is_written_again_is_left_alone(watched: Watched) -> None:
    for age in range(3):
        watched.write("a.csv", str(age), age)
        assert watched.watch.look() == 0
    assert watched.watch.look() == 1


def test_a_file_written_between_the_look_and_the_reading_waits(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.write("a.csv", "1")
    watched.watch.look()
    with monkeypatch.context() as patch:
        patch.setattr("core.importing.watch._digest", lambda path: watched.write("a.csv", "12", 5) and "x")
        assert watched.watch.look() == 0
    assert watched.watch.look() == 0
    assert watched.watch.look() == 1


def test_half_loaded_hidden_empty_and_foreign_files_are_passed_over(watched: Watched) -> None:
    for name in ("a.csv.part", "a.csv.tmp", "a.csv.crdownload", ".a.csv", "~$a.xlsx", "notes.md", "a.csv.filepart"):
        watched.write(name, "1")
    watched.write("empty.csv", "")
    (watched.folder / "b.csv").mkdir()
    assert [watched.watch.look() for _ in range(3)] == [0, 0, 0]
    # Renamed when it is complete, as browsers and copying programs do.
    (watched.folder / "a.csv.part").rename(watched.folder / "a.csv")
    watched.watch.look()
    assert watched.watch.look() == 1


def test_a_restart_imports_nothing_twice(watched: Watched) -> None:
    watched.write("a.csv", "1")
    watched.write("b.csv", "2")
    watched.watch.look()
    assert watched.watch.look() == 2
    watched.again()
    watched.write("c.csv", "3")
    watched.watch.look()
    assert watched.watch.look() == 1
    assert watched.imported == ["a.csv", "b.csv", "c.csv"]


def test_a_copy_under_another_name_is_not_imported_again(watched: Watched) -> None:
    watched.write("a.csv", "1")
    watched.watch.look()
    watched.watch.look()
    watched.write("copy of a.csv", "1")
    watched.watch.look()
    assert watched.watch.look() == 0
    assert watched.imported == ["a.csv"]


def test_a_file_that_changes_is_imported_again(watched: Watched) -> None:
    watched.write("a.csv", "1")
    watched.watch.look()
    watched.watch.look()
    watched.write("a.csv", "2", 9)
    watched.watch.look()
    assert watched.watch.look() == 1


def test_a_failing_file_is_reported_once_and_keeps_no_other_back(watched: Watched) -> None:
    watched.bad = {"a.csv"}
    watched.write("a.csv", "1")
    watched.write("b.csv", "2")
    watched.watch.look()
    assert [watched.watch.look() for _ in range(3)] == [1, 0, 0]
    assert (watched.imported, watched.failed) == (["b.csv"], ["a.csv a.csv: is bad"])
    watched.bad = set()
    watched.write("a.csv", "3", 9)
    watched.watch.look()
    assert watched.watch.look() == 1
    assert watched.imported == ["b.csv", "a.csv"]


def test_a_broken_state_counts_for_none(watched: Watched) -> None:
    watched.data.mkdir()
    for content in ("{", "[]", ""):
        (watched.data / STATE).write_text(content, encoding="utf-8")
        watched.again()
        assert watched.watch.done == {}
    watched.write("a.csv", "1")
    watched.watch.look()
    watched.watch.look()
    assert list(json.loads((watched.data / STATE).read_text(encoding="utf-8")).values()) == ["a.csv"]
    assert [path.name for path in watched.data.iterdir()] == [STATE]


def test_a_folder_that_is_away_for_a_while(watched: Watched) -> None:
    watched.write("a.csv", "1")
    watched.watch.look()
    away = watched.folder.rename(watched.folder.with_name("away"))
    assert watched.watch.look() == 0
    away.rename(watched.folder)
    watched.watch.look()
    assert watched.watch.look() == 1


def test_watching_goes_on_until_it_is_told_to_stop(watched: Watched) -> None:
    waits: list[float] = []

    def stop(seconds: float) -> bool:
        waits.append(seconds)
        watched.write(f"{len(waits)}.csv", str(len(waits)))
        return len(waits) > 4

    failed: list[Path] = []
    count = watch(
        watched.folder,
        watched.publish,
        data=watched.data,
        report=lambda path, error: failed.append(path),
        seconds=2.5,
        stop=stop,
    )
    assert (count, watched.imported, failed, waits) == (3, ["1.csv", "2.csv", "3.csv"], [], [2.5] * 5)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ClienteleError, match="there is no such folder"):
        watch(tmp_path / "no", print, data=tmp_path, report=print, seconds=1, stop=lambda _: True)  # type: ignore[arg-type]
