"""An import that is killed, or runs out of disk, at any moment leaves the old snapshot whole and the next import working."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import ClienteleError
from core.importing.importer import import_files
from core.snapshot import SNAPSHOTS
from tests.fuzz.kills import ROOT, kill_imports, look, stale, write_orders


def test_twenty_kills_lose_no_snapshot_and_leave_none_in_part() -> None:
    """Ten moments spread over the time that an import takes, ten over its operations on the data folder."""
    killed = kill_imports(seed=1, count=20)
    assert killed.problems == []
    assert killed.done == 20
    assert 0 < killed.published < 20, str(killed)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("left", [0, 16_384])
def test_a_full_disk_leaves_the_old_snapshot_and_says_so(small_disk: Path, tmp_path: Path, left: int) -> None:
    data, orders, ballast = small_disk / "data", tmp_path / "orders.csv", small_disk / "ballast"
    write_orders(orders, 30)
    import_files([orders], data)
    with ballast.open("wb", buffering=0) as file:
        while (free := shutil.disk_usage(small_disk).free) > left:
            file.write(bytes(min(free - left, 1 << 20)))
    write_orders(orders, 31)
    with pytest.raises(ClienteleError, match="the disk is full"):
        import_files([orders], data)
    assert look(data, {30}, {30}) == []
    ballast.unlink()
    import_files([orders], data)
    assert look(data, {30, 31}, {31}) == []
    assert not [path for path in (data / SNAPSHOTS).iterdir() if stale(path)]


@pytest.mark.parametrize("largest", [1, 1_500])
def test_a_file_that_can_not_grow_leaves_the_old_snapshot(tmp_path: Path, largest: int) -> None:
    """The same without a small disk: no file may have more than so many bytes, as under a quota."""
    data, orders = tmp_path / "data", tmp_path / "orders.csv"
    write_orders(orders, 30)
    import_files([orders], data)
    write_orders(orders, 31)
    command = [sys.executable, "-m", "core", "import", str(orders), "--data", str(data)]

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    failed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, preexec_fn=limit)
    assert failed.returncode == 2, failed.stderr
    assert failed.stderr.startswith("error: ")
    assert failed.stderr.count("\n") == 1, failed.stderr
    assert look(data, {30}, {30}) == []
    import_files([orders], data)
    assert look(data, {30, 31}, {31}) == []
    assert not [path for path in (data / SNAPSHOTS).iterdir() if stale(path)]
    assert os.listdir(data / SNAPSHOTS) != []
