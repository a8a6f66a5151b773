"""Lists of customers that were handed on, kept so that what came of them can be measured later.

``targets.toml`` of the data folder names them; the customers of each stand in a Parquet file beside it, as no snapshot need be kept.
"""

import json
import os
import secrets
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.company_files import digest_of_file, read_text, read_toml
from core.errors import BadInputError, BadParameterError, visible
from core.targets.picks import read_picks
from core.workspace import disk_errors, locked, replace_file

FILE, FOLDER = "targets.toml", "targets"
LONGEST_NAME, MOST_LISTS = 60, 100
COLUMNS = ("customer_id", "list", "holdout")
_HEADING = "# Lists of customers that were saved on the page of targets, to be measured later.\n"


@dataclass(frozen=True)
class TargetList:
    """One saved list.

    Parameters
    ----------
    name : str
    as_of : date
        The last day that was known when it was saved; what is bought after it counts.
    snapshot : int
    share : float
        The chance of each customer to be held out.
    segments : tuple of str
        Texts of :func:`core.targets.picks.write_pick`.
    file : str
        In the folder ``targets``.
    """

    name: str
    as_of: date
    snapshot: int
    share: float
    segments: tuple[str, ...]
    file: str

    def rows(self, folder: Path) -> pd.DataFrame:
        """The customers: customer_id, list (segment), holdout.

        Raises
        ------
        BadInputError
            The file is gone, or is not of that kind.
        """
        path = folder / FOLDER / Path(self.file).name
        try:
            table: pd.DataFrame = pq.read_table(path, columns=list(COLUMNS)).to_pandas()
        except (OSError, pa.ArrowInvalid, KeyError):
            raise BadInputError("the customers of a saved list can't be read", where=f"{FOLDER}/{path.name}") from None
        return table


def lists_in(folder: Path) -> tuple[TargetList, ...]:
    """The saved lists of a data folder, in the order of the file.

    Raises
    ------
    BadInputError
        The file can't be read.
    """
    return _parsed(read_text(folder, FILE) or b"")


def digest(folder: Path) -> str:
    """What tells one text of the file from another."""
    return digest_of_file(folder, FILE)


def save(folder: Path, made: TargetList, customers: pd.DataFrame) -> None:
    """Keep a list.

    Parameters
    ----------
    folder : Path
        Data folder. Who may write to it is for the caller to know.
    made : TargetList
        Its ``file`` is given here.
    customers : pandas.DataFrame
        customer_id, list, holdout.

    Raises
    ------
    BadParameterError
        The name can't be used or is taken, or the list is empty.
    BadInputError
        The file as it stands is not right.
    SnapshotError
        The folder can't be written.
    """
    _check_name(made.name)
    if customers.empty:
        raise BadParameterError("the list is empty", todo="Pick segments first.")
    with disk_errors(folder):
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        with locked(folder):
            lists = lists_in(folder)
            if made.name in {one.name for one in lists}:
                raise BadParameterError("there is a list of that name", found=made.name, todo="Choose another name.")
            if len(lists) >= MOST_LISTS:
                raise BadParameterError("there are too many saved lists", expected=f"at most {MOST_LISTS}")
            file = f"{secrets.token_hex(8)}.parquet"
            path = folder / FOLDER / file
            # The name comes into the list of lists only once its customers are there.
            pq.write_table(pa.Table.from_pandas(customers[list(COLUMNS)], preserve_index=False), path)
            os.chmod(path, 0o600)
            entries = [*lists, TargetList(made.name, made.as_of, made.snapshot, made.share, made.segments, file)]
            replace_file(folder / FILE, _HEADING + "".join(map(_entry, entries)))


def remove(folder: Path, name: str) -> None:
    """Take a list and its customers away; nothing happens where there is none of that name.

    Raises
    ------
    BadInputError, SnapshotError
        As :func:`save`.
    """
    with disk_errors(folder):
        if not (folder / FILE).is_file():
            return
        with locked(folder):
            lists = lists_in(folder)
            replace_file(folder / FILE, _HEADING + "".join(_entry(one) for one in lists if one.name != name))
            for gone in (one for one in lists if one.name == name):
                (folder / FOLDER / Path(gone.file).name).unlink(missing_ok=True)


def _check_name(name: str) -> None:
    if not (0 < len(name) <= LONGEST_NAME and name == name.strip() and visible(name) == name):
        raise BadParameterError(
            "a list can't have this name", expected=f"1 to {LONGEST_NAME} characters on one line", found=repr(name)
        )


def _entry(one: TargetList) -> str:
    return (
        f"\n[[list]]\nname = {_quoted(one.name)}\nas_of = {one.as_of.isoformat()}\nsnapshot = {one.snapshot}\n"
        f"share = {one.share}\nsegments = [{', '.join(map(_quoted, one.segments))}]\nfile = {_quoted(one.file)}\n"
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _pick(key: str) -> str:
    """One segment, as the page can read it."""
    if len(read_picks(key)) != 1:
        raise ValueError(key)
    return key


@lru_cache(maxsize=16)
def _parsed(text: bytes) -> tuple[TargetList, ...]:
    entries = read_toml(text, FILE).get("list", [])
    try:
        return tuple(
            TargetList(
                name=str(one["name"]),
                as_of=date.fromisoformat(str(one["as_of"])),
                snapshot=int(one["snapshot"]),
                share=float(one["share"]),
                segments=tuple(_pick(str(key)) for key in one["segments"]),
                file=str(one["file"]),
            )
            for one in entries
        )
    except (KeyError, TypeError, ValueError, AttributeError, BadParameterError) as error:
        expected = "name, as_of, snapshot, share, segments and file of each list"
        raise BadInputError("can't be used as it stands", where=FILE, expected=expected, found=str(error)) from None
