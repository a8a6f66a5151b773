"""Kept results come back as they were, or not at all."""

import os
from pathlib import Path

import numpy as np

from core import derived


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    name = derived.file_name("thing", {"k": 3, "value": "revenue"})
    arrays = {"a": np.arange(5), "b": np.eye(2, dtype=np.float32)}
    derived.save(tmp_path / "derived", name, arrays, {"text": ["ä", None, 0.1]})
    kept = derived.load(tmp_path / "derived", name)
    assert kept is not None
    assert kept[1] == {"text": ["ä", None, 0.1]}
    for key, array in arrays.items():
        np.testing.assert_array_equal(kept[0][key], array)
        assert kept[0][key].dtype == array.dtype
    assert [path.name for path in (tmp_path / "derived").iterdir()] == [name]


def test_names_differ_with_what_decides_and_not_with_its_order() -> None:
    assert derived.file_name("x", {"a": 1, "b": 2}) == derived.file_name("x", {"b": 2, "a": 1})
    assert derived.file_name("x", {"a": 1}) != derived.file_name("x", {"a": 2})


def test_a_damaged_file_counts_as_missing(tmp_path: Path) -> None:
    derived.save(tmp_path, "x-1.npz", {"a": np.arange(1_000)}, {})
    whole = (tmp_path / "x-1.npz").read_bytes()
    for broken in (b"", b"nonsense", whole[: len(whole) // 2], whole[:-30]):
        (tmp_path / "x-1.npz").write_bytes(broken)
        assert derived.load(tmp_path, "x-1.npz") is None
    assert derived.load(tmp_path, "absent-1.npz") is None


def test_no_folder_means_nothing_is_kept(tmp_path: Path) -> None:
    derived.save(None, "x-1.npz", {}, {})
    assert derived.load(None, "x-1.npz") is None
    (tmp_path / "file").write_text("not a folder")
    derived.save(tmp_path / "file", "x-1.npz", {}, {})
    assert derived.load(tmp_path / "file", "x-1.npz") is None


def test_the_oldest_of_a_kind_go(tmp_path: Path) -> None:
    derived.save(tmp_path, "other-1.npz", {}, {})
    for i in range(derived.KEPT + 2):
        derived.save(tmp_path, f"x-{i}.npz", {}, {})
        os.utime(tmp_path / f"x-{i}.npz", (i, i))
    derived.save(tmp_path, "x-last.npz", {}, {})
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"other-1.npz", "x-last.npz", *(f"x-{i}.npz" for i in range(3, derived.KEPT + 2))}
