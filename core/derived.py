"""Results that are computed once a snapshot and kept beside it.

A name carries a hash of everything that decides the result, files appear whole or not at all, and nothing depends on their being
there.
"""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_TEXT = "text"
_SNAPSHOTS = "snapshots"
# Results kept of one kind (say, of so many as-of days); the oldest go first.
KEPT = 6


def file_name(stem: str, deciding: Mapping[str, Any]) -> str:
    """The name of a kept result: its kind, and a hash of what decides it (plain values)."""
    text = json.dumps(deciding, sort_keys=True, default=str)
    return f"{stem}-{hashlib.sha256(text.encode()).hexdigest()[:20]}.npz"


def load(folder: Path | None, name: str) -> tuple[dict[str, NDArray], Any] | None:
    """Read a kept result.

    Parameters
    ----------
    folder : Path or None
        None where nothing is kept.
    name : str
        From :func:`file_name`.

    Returns
    -------
    arrays, document : dict of ndarray, plain values; or None
        None when it isn't there or can't be read.
    """
    if folder is None:
        return None
    try:
        with np.load(folder / name, allow_pickle=False) as kept:
            arrays = {key: kept[key] for key in kept.files}
        return arrays, json.loads(arrays.pop(_TEXT).tobytes())
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def load_earlier(folder: Path | None, version: int, name: str) -> tuple[dict[str, NDArray], Any] | None:
    """Read the result of a name that the newest snapshot before a version kept, if any.

    Parameters
    ----------
    folder : Path or None
        Of the later snapshot, published or about to be.
    version : int
        Its number.
    name : str
        From :func:`file_name`.
    """
    if folder is None:
        return None
    snapshots = next((parent for parent in folder.parents if parent.name == _SNAPSHOTS), None)
    if snapshots is None:
        return None
    numbers = (int(path.name) for path in snapshots.iterdir() if path.name.isdecimal())
    for number in sorted((n for n in numbers if n < version), reverse=True):
        kept = load(snapshots / f"{number:06d}" / folder.name, name)
        if kept is not None:
            return kept
    return None


def save(folder: Path | None, name: str, arrays: Mapping[str, NDArray], document: Any) -> None:
    """Keep a result; where the folder can't be written, nothing happens.

    Parameters
    ----------
    folder : Path or None
    name : str
    arrays : mapping of str to ndarray
        No objects.
    document : plain values
        What JSON can hold.
    """
    if folder is None:
        return
    temporary = ""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=".npz", dir=folder)
        text = np.frombuffer(json.dumps(document).encode(), dtype=np.uint8)
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **{**arrays, _TEXT: text})
        os.replace(temporary, folder / name)
        _drop_oldest(folder, name.rsplit("-", 1)[0])
    except OSError:
        # A full or read-only disk costs time at the next call, no more.
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def _drop_oldest(folder: Path, stem: str) -> None:
    kept = sorted(folder.glob(f"{stem}-*.npz"), key=lambda path: path.stat().st_mtime_ns)
    for path in kept[:-KEPT]:
        path.unlink(missing_ok=True)
