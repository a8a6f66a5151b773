"""Files on their way in: a folder of one reader's session, under names that we choose, gone when the session is."""

import re
from pathlib import Path, PurePosixPath, PureWindowsPath

from core.workspace import Workspace

# Names are stored in bytes, and a letter can take three of the 255.
_LONGEST = 70


class Incoming:
    """A folder beside the snapshots that nobody else writes to.

    It goes with :meth:`close`, when nothing holds it any more, and when the server stops.

    Parameters
    ----------
    data : Path
        The company's data folder.

    Raises
    ------
    SnapshotError
        The data folder can't be written.
    """

    def __init__(self, data: Path) -> None:
        self._work = Workspace(data)
        self.folder = self._work.folder
        self._turns = 0

    @property
    def gone(self) -> bool:
        """Whether it was removed."""
        return not self._work.close.alive

    def close(self) -> None:
        """Remove it."""
        self._work.close()

    def take(self, name: str, content: bytes | memoryview) -> Path:
        """Write a file; its path ends in the name that is shown.

        Parameters
        ----------
        name : str
            As the browser gave it.
        content : bytes

        Returns
        -------
        Path
        """
        folder = self.folder / "files"
        folder.mkdir(exist_ok=True)
        path = folder / self._free(safe_name(name))
        path.write_bytes(content)
        return path

    def room(self) -> Path:
        """An empty folder to work in."""
        self._turns += 1
        folder = self.folder / f"work-{self._turns}"
        folder.mkdir()
        return folder

    def _free(self, name: str) -> str:
        stem, suffix = _parts(name)
        taken = {path.name.lower().removesuffix(".gz") for path in (self.folder / "files").iterdir()}
        tried, number = name, 1
        while tried.lower().removesuffix(".gz") in taken:
            number += 1
            tried = f"{stem} ({number}){suffix}"
        return tried


def safe_name(name: str) -> str:
    r"""The base name of a file without what a file system or a page would take for more than a name.

    Parameters
    ----------
    name : str
        Such as ``"../../etc/passwd"`` or ``"C:\sales.csv"``.

    Returns
    -------
    str
        Letters, digits, spaces and ``-_.()``, at most 70 characters, the suffix kept.
    """
    base = PureWindowsPath(PurePosixPath(name).name).name
    base = re.sub(r"[^\w\s.()-]|[\r\n\t\f\v]", "_", base).strip(" .")
    stem, suffix = _parts(base)
    return (stem or "file")[: _LONGEST - len(suffix)] + suffix


def _parts(name: str) -> tuple[str, str]:
    """A name and its suffix: ``orders`` and ``.csv.gz``."""
    found = re.fullmatch(r"(.*?)((\.\w{1,8})?(\.gz)|\.\w{1,8})?", name, re.IGNORECASE)
    return (found[1], found[2] or "") if found else (name, "")
