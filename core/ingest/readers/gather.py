"""What a user points at, as files that a reader can open: folders, archives and databases become the tables in them."""

import gzip
import json
import shutil
import zlib
from collections.abc import Sequence
from pathlib import Path

from core.errors import BadInputError
from core.ingest.mapping.model import nearest
from core.ingest.readers.archive import Budget, clean_name, unpack
from core.ingest.readers.database import Database, fetch
from core.ingest.readers.kinds import SUFFIXES, kind_of, packed_kind

GATHERED = "gathered"
_ORIGIN = "origin.json"
_BLOCK = 1 << 20
Pairs = tuple[tuple[str, str], ...]


def gather(given: Sequence[Path | Database], work: Path) -> list[Path]:
    """The files to read.

    Parameters
    ----------
    given : sequence of Path or Database
        Files, folders (their tables by name, without hidden files and folders within), zip archives, queries.
    work : Path
        Folder for what is unpacked and fetched. Ask :func:`origin` where such a file is from.

    Returns
    -------
    list of Path
        Files given as they are stay where they are; the base name of each is the one to show.

    Raises
    ------
    BadInputError
        Nothing is there, or it can't be unpacked or fetched.
    """
    found: list[Path] = []
    for item in given:
        if isinstance(item, Database):
            folder = _room(work)
            path = fetch(item, folder / f"{clean_name(item.name)}.parquet")
            found.append(_with_origin(path, (("database", item.shown), ("query", item.query))))
        elif item.is_dir():
            found += [path for file in tables_in(item) for path in _file(file, work)]
        else:
            found += _file(item, work)
    return found


def tables_in(folder: Path) -> list[Path]:
    """The files of a folder that by their suffix are tables, by name; hidden ones and folders are passed over.

    Raises
    ------
    BadInputError
        There are none.
    """
    try:
        inside = sorted((path for path in folder.iterdir() if path.is_file()), key=lambda path: path.name.lower())
    except OSError as error:
        raise BadInputError("can't be opened", where=folder.name, found=error.strerror or "") from None
    files = [path for path in inside if path.suffix.lower() in SUFFIXES and not path.name.startswith((".", "~$"))]
    if not files:
        raise BadInputError(
            "the folder holds no file that can be read",
            where=folder.name,
            expected=", ".join(SUFFIXES),
            found=", ".join(path.name for path in inside[:5]),
        )
    return files


def origin(path: Path) -> Pairs:
    """Where a gathered file is from, as pairs for the report; empty for a file that was given itself."""
    beside = path.parent / _ORIGIN
    if GATHERED not in {folder.name for folder in path.parents[1:3]} or not beside.is_file():
        return ()
    return tuple((key, value) for key, value in json.loads(beside.read_text(encoding="utf-8")))


def _file(path: Path, work: Path) -> list[Path]:
    if not path.is_file():
        raise BadInputError("there is no such file", where=path.name, todo=_alike(path))
    path = _encodable(path, work)
    kind = kind_of(path)
    if kind == "zip":
        inside = unpack(path, _room(work))
        return [_with_origin(found, (("archive", path.name),)) for file in inside for found in _plain(file, work)]
    return _plain(path, work)


def _encodable(path: Path, work: Path) -> Path:
    """The file, or a copy of it where its name is no text: Arrow opens no other."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        copy = _room(work) / clean_name(path.name)
        shutil.copyfile(path, copy)
        return copy
    return path


def _plain(path: Path, work: Path) -> list[Path]:
    """The file itself; unpacked first when something other than text is in a gzip file."""
    if not path.stat().st_size or kind_of(path) != "gzip":
        return [path]
    kind = packed_kind(path)
    if kind == "text":
        return [path]
    if kind == "zip":
        raise BadInputError("holds an archive", where=path.name, todo="Unpack it and give the file.")
    target = _room(work) / clean_name(path.name.removesuffix(path.suffix))
    budget = Budget(path)
    try:
        with gzip.open(path) as file, target.open("wb") as out:
            while block := file.read(_BLOCK):
                budget.take(len(block))
                out.write(block)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadInputError("can't be read", where=path.name, found=str(error)) from None
    return [_with_origin(target, (("archive", path.name),))]


def _room(work: Path) -> Path:
    """A new numbered folder."""
    inside = work / GATHERED
    inside.mkdir(exist_ok=True)
    folder = inside / f"{len(list(inside.iterdir())):04}"
    folder.mkdir()
    return folder


def _with_origin(path: Path, pairs: Pairs) -> Path:
    (path.parent / _ORIGIN).write_text(json.dumps(pairs), encoding="utf-8")
    return path


def _alike(path: Path) -> str:
    try:
        names = [other.name for other in path.parent.iterdir() if other.is_file()][:200]
    except OSError:
        return ""
    close = nearest(path.name, names).partition("Did you mean")
    return "Did you mean" + close[2] if close[1] else ""
