"""A folder whose new files are imported when they are written to their end.

A file counts as whole when its size and its time have not changed between two looks. What was imported is kept by content in the data
folder, so neither a restart nor a copy imports it twice. A file that fails is tried again when it changes.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from core.errors import ClienteleError
from core.ingest.readers.kinds import SUFFIXES

STATE = "watched.json"
_UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".download", ".filepart")
Look = tuple[int, int]


class Watch:
    """The looks at one folder.

    Parameters
    ----------
    folder : Path
        What is watched; folders within, hidden files and half-loaded ones are passed over.
    data : Path
        The data folder, where it is kept what was imported.
    publish : callable
        Imports files; called with those that are new, by name.
    report : callable
        Called with a file and the error that it met.
    """

    def __init__(
        self,
        folder: Path,
        data: Path,
        publish: Callable[[Sequence[Path]], None],
        report: Callable[[Path, ClienteleError], None],
    ) -> None:
        self.folder, self.publish, self.report = folder, publish, report
        self.state = data / STATE
        self.done = _read(self.state)
        self.seen: dict[Path, Look] = {}
        self.settled: dict[Path, Look] = {}

    def look(self) -> int:
        """Look once, and import what is whole and new.

        Returns
        -------
        int
            How many files were imported.
        """
        now = {path: look for path in self._files() if (look := _look(path)) is not None}
        # Known by its size and time: imported, or failed. What changes is looked at again.
        whole = [path for path, look in now.items() if self.seen.get(path) == look and self.settled.get(path) != look]
        self.seen = now
        self.settled = {path: look for path, look in self.settled.items() if path in now}
        count = 0
        for path in sorted(whole):
            count += self._take(path, now[path])
        return count

    def _take(self, path: Path, look: Look) -> bool:
        digest = _digest(path)
        if digest is None or _look(path) != look:
            return False
        if digest in self.done:
            self.settled[path] = look
            return False
        try:
            self.publish([path])
        except ClienteleError as error:
            self.settled[path] = look
            self.report(path, error)
            return False
        self.settled[path] = look
        self.done[digest] = path.name
        _write(self.state, self.done)
        return True

    def _files(self) -> list[Path]:
        try:
            with os.scandir(self.folder) as entries:
                names = [entry.name for entry in entries if entry.is_file()]
        except OSError:
            # A share that is away for a while is looked at again.
            return []
        return [self.folder / name for name in names if _is_table(name)]


def watch(
    folder: Path,
    publish: Callable[[Sequence[Path]], None],
    *,
    data: Path,
    report: Callable[[Path, ClienteleError], None],
    seconds: float,
    stop: Callable[[float], bool],
) -> int:
    """Import the new files of a folder until told to stop.

    Parameters
    ----------
    folder : Path
    publish : callable
        Imports files; called with one file at a time, so that one that fails keeps no other back.
    data : Path
        The data folder.
    report : callable
        Called with a file and the error that it met, once until the file changes.
    seconds : float
        Between two looks.
    stop : callable
        Waits so many seconds at most and says whether to stop, as ``threading.Event().wait`` does.

    Returns
    -------
    int
        How many files were imported.

    Raises
    ------
    ClienteleError
        There is no such folder.
    """
    if not folder.is_dir():
        raise ClienteleError("there is no such folder", where=str(folder))
    looks = Watch(folder, data, publish, report)
    count = looks.look()
    while not stop(seconds):
        count += looks.look()
    return count


def _is_table(name: str) -> bool:
    low = name.lower()
    return low.endswith(SUFFIXES) and not low.startswith((".", "~$")) and not low.endswith(_UNFINISHED)


def _look(path: Path) -> Look | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns) if found.st_size else None


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _read(state: Path) -> dict[str, str]:
    try:
        found = json.loads(state.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _write(state: Path, done: dict[str, str]) -> None:
    """Replace the state at once: a kill leaves the old one or the new one."""
    state.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=state.parent, prefix=".watched")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(done, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(state)
