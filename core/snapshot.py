"""Versions of a company's data on disk: immutable folders, published at once or not at all."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from core.errors import SnapshotError

CURRENT = "CURRENT"
SNAPSHOTS = "snapshots"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class SnapshotInfo:
    """What a snapshot says of itself.

    Parameters
    ----------
    version : int
        Counts up from 1 within a data folder.
    created : str
        ISO time of the import.
    first_day, last_day : date
        Of its orders and credits; ``last_day`` is the default as-of date.
    lines, orders, customers, buyers : int
        Order lines kept; orders and credits; customers with either; customers with a purchase.
    currency : str
        ISO code, or "" when the files did not say.
    has_margin : bool
        Whether every line had a cost.
    sample : bool
        Whether this is the sample that comes with the product.
    zero_orders : {"credit", "purchase"}
    labels : tuple of (dimension, labels)
    known : tuple of str
        Columns of the order lines that the files had.
    sources : tuple of str
        Names of the files.
    """

    version: int
    created: str
    first_day: date
    last_day: date
    lines: int
    orders: int
    customers: int
    buyers: int
    currency: str
    has_margin: bool
    sample: bool
    zero_orders: str
    labels: tuple[tuple[str, tuple[str, ...]], ...]
    known: tuple[str, ...]
    sources: tuple[str, ...]

    def to_json(self) -> str:
        """The manifest's text."""
        return json.dumps(asdict(self), default=str, indent=1, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "SnapshotInfo":
        """Read a manifest; fields that a later version added are passed over."""
        raw: dict[str, Any] = json.loads(text)
        raw["first_day"] = date.fromisoformat(raw["first_day"])
        raw["last_day"] = date.fromisoformat(raw["last_day"])
        raw["labels"] = tuple((name, tuple(labels)) for name, labels in raw["labels"])
        raw["known"] = tuple(raw["known"])
        raw["sources"] = tuple(raw["sources"])
        return cls(**{f.name: raw[f.name] for f in fields(cls)})


def current_version(data: Path) -> int | None:
    """The newest published version of a data folder, or None."""
    try:
        return int((data / CURRENT).read_text().strip())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def versions(data: Path) -> tuple[int, ...]:
    """All published versions, oldest first."""
    folder = data / SNAPSHOTS
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return tuple(sorted(int(name) for name in names if name.isdecimal() and (folder / name / MANIFEST).is_file()))


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


def read_info(folder: Path) -> SnapshotInfo:
    """The manifest of a snapshot folder.

    Raises
    ------
    SnapshotError
        It can't be read.
    """
    try:
        return SnapshotInfo.from_json((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(folder) from error


def damaged(folder: Path) -> SnapshotError:
    """What to say of a snapshot whose files can't be read."""
    return SnapshotError("this snapshot is damaged", where=str(folder), todo="Import the files again.")


@contextmanager
def workspace(data: Path) -> Iterator[Path]:
    """A folder beside the snapshots to work in; it is gone afterwards unless it was published."""
    try:
        (data / SNAPSHOTS).mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".work-", dir=data / SNAPSHOTS))
    except OSError as error:
        raise SnapshotError(
            f"the data folder can't be written: {error.strerror}", where=str(data), todo="Give another one with --data."
        ) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(data: Path, built: Path, info: SnapshotInfo, finish: Callable[[Path], None] | None = None) -> SnapshotInfo:
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

    Returns
    -------
    SnapshotInfo
    """
    version = max((*versions(data), current_version(data) or 0)) + 1
    while True:
        numbered = replace(info, version=version)
        (built / MANIFEST).write_text(numbered.to_json(), encoding="utf-8")
        if finish is not None:
            finish(built)
            finish = None
        _sync(built)
        try:
            os.rename(built, _folder(data, version))
            break
        except OSError:
            if not _folder(data, version).exists():
                raise
            # Another import took this number in the meantime.
            version += 1
    # The newest of all, lest a slow import put an older one back.
    newest = max(versions(data))
    pointer = data / f".{CURRENT}-{version}"
    pointer.write_text(f"{newest}\n")
    _sync_file(pointer)
    os.replace(pointer, data / CURRENT)
    return numbered


def remove(data: Path, version: int) -> None:
    """Remove a version that is not the newest; who has it open keeps what is mapped.

    Raises
    ------
    SnapshotError
        It is the newest, or not there.
    """
    folder = snapshot_folder(data, version)
    if version == current_version(data):
        raise SnapshotError(f"snapshot {version} is the newest and stays", where=str(data))
    shutil.rmtree(folder)


def _folder(data: Path, version: int) -> Path:
    return data / SNAPSHOTS / f"{version:06d}"


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            _sync_file(path)


def _sync_file(path: Path) -> None:
    with path.open("rb") as handle:
        os.fsync(handle.fileno())
