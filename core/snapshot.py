"""Versions of a company's data on disk: immutable folders, published at once or not at all.

``CURRENT`` names the version that readers see. Whoever is killed after a folder has its number and before ``CURRENT`` names it has not
published: readers go on with what they had. That folder is whole all the same, so it is listed, can be opened by its number, restored
and removed; the next import takes the number after it.
"""

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from core.errors import SnapshotError
from core.manifest import MANIFEST, SnapshotInfo, damaged, read_info
from core.workspace import (
    CURRENT,
    PINS,
    SNAPSHOTS,
    Workspace,
    disk_errors,
    locked,
    prepared_file,
    put_aside,
    replace_file,
    sweep,
    sync,
    sync_tree,
    workspace,
)

__all__ = [
    "CURRENT",
    "KEEP",
    "MANIFEST",
    "SNAPSHOTS",
    "MovedError",
    "SnapshotInfo",
    "Workspace",
    "current_version",
    "damaged",
    "listed",
    "pin",
    "pinned",
    "prune",
    "publish",
    "read_info",
    "remove",
    "restore",
    "snapshot_folder",
    "sweep",
    "unpin",
    "versions",
    "workspace",
]

# How many of the newest snapshots stay after an import.
KEEP = 10


class MovedError(SnapshotError):
    """Another snapshot than expected is the newest by now."""


def current_version(data: Path) -> int | None:
    """The newest published version of a data folder, or None."""
    try:
        return int((data / CURRENT).read_text().strip())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def versions(data: Path) -> tuple[int, ...]:
    """All published versions, oldest first."""
    return tuple(number for number in _numbers(data) if (_folder(data, number) / MANIFEST).is_file())


def listed(data: Path) -> tuple[tuple[int, SnapshotInfo | None], ...]:
    """All published versions and what they say of themselves, oldest first; None for a manifest that can't be read."""
    found: list[tuple[int, SnapshotInfo | None]] = []
    for version in versions(data):
        try:
            found.append((version, read_info(_folder(data, version))))
        except SnapshotError:
            found.append((version, None))
    return tuple(found)


def _numbers(data: Path) -> list[int]:
    """Every number that is taken, by a whole snapshot or not."""
    folder = data / SNAPSHOTS
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return sorted(int(name) for name in names if name.isdecimal())


def snapshot_folder(data: Path, version: int | None = None) -> Path:
    """The folder of a version, by default the newest.

    Raises
    ------
    SnapshotError
        There is none.
    """
    wanted = current_version(data) if version is None else version
    if wanted is None:
        raise SnapshotError(
            "there are no data yet", where=str(data), todo="Import a file: python -m core import orders.csv"
        )
    folder = _folder(data, wanted)
    if not (folder / MANIFEST).is_file():
        known = ", ".join(map(str, versions(data))) or "none"
        raise SnapshotError(f"there is no snapshot {wanted}", where=str(data), expected=f"one of: {known}")
    return folder


def publish(
    data: Path,
    built: Path,
    info: SnapshotInfo,
    finish: Callable[[Path], None] | None = None,
    base: int | None = None,
) -> SnapshotInfo:
    """Make a finished folder the newest snapshot, in one step that either happens or does not.

    Parameters
    ----------
    data : Path
    built : Path
        Folder on the same disk, holding everything but the manifest.
    info : SnapshotInfo
        Its version is replaced by the next free one.
    finish : callable, optional
        Called with the finished folder before it is published; when it raises, nothing is.
    base : int, optional
        The version that must still be the newest.

    Returns
    -------
    SnapshotInfo

    Raises
    ------
    MovedError
        ``base`` is not the newest any more.
    SnapshotError
        The disk is full or can't be written; the snapshots are what they were.
    """
    with disk_errors(data):
        numbered = replace(info, version=_next(data))
        (built / MANIFEST).write_text(numbered.to_json(), encoding="utf-8")
        if finish is not None:
            finish(built)
        sync_tree(built)
        with locked(data):
            if base is not None and current_version(data) != base:
                raise MovedError(f"snapshot {base} is no longer the newest", where=str(data), todo="Import again.")
            if numbered.version != _next(data):
                # Another import took this number in the meantime.
                numbered = replace(info, version=_next(data))
                (built / MANIFEST).write_text(numbered.to_json(), encoding="utf-8")
                sync(built / MANIFEST)
            _put(data, built, numbered.version)
    return numbered


def _next(data: Path) -> int:
    return max((*_numbers(data), current_version(data) or 0)) + 1


def _put(data: Path, built: Path, version: int) -> None:
    """Give a folder its number and make it current; when that fails, it has neither."""
    pointer = prepared_file(data / CURRENT, f"{version}\n")
    folder = _folder(data, version)
    try:
        os.rename(built, folder)
        sync(data / SNAPSHOTS)
        os.replace(pointer, data / CURRENT)
    except BaseException:
        if current_version(data) != version:
            pointer.unlink(missing_ok=True)
            with suppress(OSError):
                os.rename(folder, built)
        raise
    sync(data)


def pinned(data: Path) -> frozenset[int]:
    """The versions that are kept until they are unpinned.

    Raises
    ------
    SnapshotError
        The list of them can't be read.
    """
    try:
        return frozenset(int(version) for version in json.loads((data / PINS).read_text())["pinned"])
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SnapshotError(
            "the list of pinned snapshots can't be read",
            where=str(data / PINS),
            expected='{"pinned": [1, 2]}',
            todo="Mend it, or remove it and pin again.",
        ) from error


def pin(data: Path, version: int) -> None:
    """Keep a version, however many newer ones there come to be.

    Raises
    ------
    SnapshotError
        There is no such version, or the data folder can't be written.
    """
    snapshot_folder(data, version)
    with disk_errors(data), locked(data):
        _write_pins(data, pinned(data) | {version})


def unpin(data: Path, version: int) -> None:
    """Let a version go like any other.

    Raises
    ------
    SnapshotError
        There is no such version, or the data folder can't be written.
    """
    snapshot_folder(data, version)
    with disk_errors(data), locked(data):
        _write_pins(data, pinned(data) - {version})


def _write_pins(data: Path, wanted: frozenset[int]) -> None:
    if wanted != pinned(data):
        # Beside the snapshots: those never change.
        replace_file(data / PINS, json.dumps({"pinned": sorted(wanted)}) + "\n")


def restore(data: Path, version: int) -> SnapshotInfo:
    """Make an older version the newest, as a new version with the same content.

    Parameters
    ----------
    data : Path
    version : int

    Returns
    -------
    SnapshotInfo
        Of the new version; ``restored_from`` names the old one.

    Raises
    ------
    SnapshotError
        There is no such version, it is the newest already, or the data folder can't be written.
    """
    folder = snapshot_folder(data, version)
    if version == current_version(data):
        raise SnapshotError(f"snapshot {version} is the newest already", where=str(data))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    info = replace(read_info(folder), restored_from=version, added_to=None, created=now)
    with disk_errors(data), workspace(data) as work:
        built = work / "built"
        shutil.copytree(folder, built, copy_function=_link, ignore=shutil.ignore_patterns(MANIFEST, ".*"))
        return publish(data, built, info)


def _link(source: str, target: str) -> None:
    """One file under two names where the disk can; its content never changes."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        # A kept result that made room for another.
        return
    except OSError:
        shutil.copyfile(source, target)


def remove(data: Path, version: int) -> None:
    """Remove a version that is neither the newest nor pinned; who has it open keeps what is mapped.

    Raises
    ------
    SnapshotError
        It is the newest, pinned, or not there; or the data folder can't be written.
    """
    snapshot_folder(data, version)
    with disk_errors(data):
        with locked(data):
            folder = snapshot_folder(data, version)
            if version == current_version(data):
                raise SnapshotError(f"snapshot {version} is the newest and stays", where=str(data))
            if version in pinned(data):
                raise SnapshotError(f"snapshot {version} is pinned and stays", where=str(data), todo="Unpin it first.")
            aside = put_aside(data, folder)
        shutil.rmtree(aside, ignore_errors=True)


def prune(data: Path, keep: int = KEEP) -> tuple[int, ...]:
    """Remove all but the newest versions; pinned ones and the current one stay in any case.

    Parameters
    ----------
    data : Path
    keep : int
        How many, at least 1.

    Returns
    -------
    tuple of int
        The versions removed.

    Raises
    ------
    SnapshotError
        The data folder can't be written, or the list of pinned versions not be read: then nothing goes.
    """
    stay = {*versions(data)[-max(keep, 1) :], *pinned(data), current_version(data)}
    gone = [version for version in versions(data) if version not in stay]
    for version in gone:
        remove(data, version)
    return tuple(gone)


def _folder(data: Path, version: int) -> Path:
    return data / SNAPSHOTS / f"{version:06d}"
