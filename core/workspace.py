"""Where an import works, beside the snapshots: locked while it lives, swept away when it was killed.

Locks are the operating system's (``flock``): they go with the process that holds them, however it ends. A folder of work holds one for
as long as it is worked in; short steps that change the list of snapshots hold the data folder's.
"""

import fcntl
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from core.errors import SnapshotError
from core.worker_child import kind_of

CURRENT = "CURRENT"
SNAPSHOTS = "snapshots"
PINS = "pins.json"
_LOCK = ".lock"
_WORK, _REMOVED = ".work-", ".removed-"


class Workspace:
    """A folder on the disk of the snapshots, for one import.

    It is gone after :meth:`close`, when nobody holds this object any more, and at the latest when the next one is made.

    Parameters
    ----------
    data : Path
        Data folder, made when it is not there.

    Attributes
    ----------
    folder : Path

    Raises
    ------
    SnapshotError
        The data folder can't be written.
    """

    def __init__(self, data: Path) -> None:
        with disk_errors(data):
            (data / SNAPSHOTS).mkdir(parents=True, exist_ok=True)
            sweep(data)
            # Within the lock, so that no sweep sees a folder that is not locked yet.
            with locked(data):
                self.folder = Path(tempfile.mkdtemp(prefix=_WORK, dir=data / SNAPSHOTS))
                lock = os.open(self.folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
                _lock(lock)
        self.close = weakref.finalize(self, _end, self.folder, lock)


def _end(folder: Path, lock: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os.close(lock)


@contextmanager
def workspace(data: Path) -> Iterator[Path]:
    """A folder beside the snapshots to work in; it is gone afterwards unless it was published."""
    work = Workspace(data)
    try:
        yield work.folder
    finally:
        work.close()


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Nobody else changes the list of snapshots meanwhile. For short steps; not to be nested."""
    lock = os.open(data / _LOCK, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        # A disk of the network without locks: as before there were any.
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@contextmanager
def disk_errors(data: Path) -> Iterator[None]:
    """A full disk, or one that can't be written, said as a :class:`core.errors.SnapshotError`."""
    try:
        yield
    except (OSError, MemoryError, duckdb.Error) as error:
        kind = kind_of(error)
        if kind == "exception" and not isinstance(error, OSError):
            raise
        what, todo = {
            "disk": ("the disk is full", "Free some space and try again; the data are as they were."),
            "memory": ("there is not enough memory", "Free some memory and try again; the data are as they were."),
        }.get(kind, (f"the data folder can't be written: {_reason(error)}", "Give another one with --data."))
        raise SnapshotError(what, where=str(data), todo=todo) from error


def _reason(error: BaseException) -> str:
    return getattr(error, "strerror", None) or next(iter(str(error).splitlines()), type(error).__name__)


def sweep(data: Path) -> None:
    """Remove what killed imports and removals left behind; nothing of those that still run.

    Parameters
    ----------
    data : Path
    """
    folder = data / SNAPSHOTS
    if not folder.is_dir():
        return
    stale: list[tuple[Path, int | None]] = []
    with locked(data):
        for pointer in (*data.glob(f".{CURRENT}-*"), *data.glob(f".{PINS}-*")):
            pointer.unlink(missing_ok=True)
        for work in folder.glob(f"{_WORK}*"):
            try:
                lock = os.open(work / _LOCK, os.O_RDWR)
            except FileNotFoundError:
                stale.append((work, None))
                continue
            except OSError:
                # Somebody else's.
                continue
            if _lock(lock):
                stale.append((work, lock))
            else:
                os.close(lock)
        stale += [(removed, None) for removed in folder.glob(f"{_REMOVED}*")]
    for path, taken in stale:
        shutil.rmtree(path, ignore_errors=True)
        if taken is not None:
            os.close(taken)


def _lock(handle: int) -> bool:
    """Take a lock if it is free; False when somebody has it, or when there are no locks here."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def put_aside(data: Path, folder: Path) -> Path:
    """Take a folder away from readers in one step; returns what is left to be deleted."""
    aside = Path(tempfile.mkdtemp(prefix=_REMOVED, dir=data / SNAPSHOTS))
    os.rename(folder, aside / folder.name)
    sync(data / SNAPSHOTS)
    return aside


def replace_file(path: Path, text: str) -> None:
    """Write a small file so that readers see the old or the new text, whatever happens."""
    temporary = prepared_file(path, text)
    os.replace(temporary, path)
    sync(path.parent)


def prepared_file(path: Path, text: str) -> Path:
    """The new text of a file, on disk beside it and ready to take its place."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def sync(path: Path) -> None:
    """Have the disk keep a file, or the list of a folder's files."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """The same for everything in a folder, and the folder."""
    for path in (*folder.rglob("*"), folder):
        sync(path)
