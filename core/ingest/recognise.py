"""What files seem to be, from their first rows: tables, columns and their meaning, and what has to be asked about them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.errors import ClienteleError
from core.ingest.looking import ColumnGuess, Look, Recognised
from core.ingest.mapping.fitting import fitted
from core.ingest.mapping.model import Mapping_
from core.ingest.readers.database import Database
from core.ingest.readers.gather import gather
from core.ingest.readers.heads import head_of
from core.ingest.sources import stem

__all__ = ["ColumnGuess", "Recognised", "recognise"]


def recognise(
    given: Sequence[Path | Database], mapping: Mapping_ | None, work: Path, data: Path | None = None
) -> tuple[Recognised, ...]:
    """Look at the first rows of files.

    Parameters
    ----------
    given : sequence of Path or Database
    mapping : Mapping_ or None
        What is known already.
    work : Path
        An empty folder for what is written.
    data : Path, optional
        Data folder, where mappings are saved.

    Returns
    -------
    tuple of Recognised
        One a file; a folder or an archive has several. What is wrong with a file stands in its ``problems``.
    """
    work = work.resolve()
    heads, found = _heads(given, work)
    try:
        chosen, names = fitted([path for path, _ in heads], mapping, data, work)
    except ClienteleError as error:
        chosen, names = mapping or Mapping_(), {}
        found.append(Recognised("", problems=(str(error),)))
    looked_up = {stem(name) for name in chosen.lookups}
    seen: set[str] = set()
    for at, (path, whole) in enumerate(heads):
        room = work / f"look_{at:04}"
        room.mkdir()
        looker = Look(path, whole, chosen, room, names.get(path.name, ""))
        if stem(path.name) in seen:
            found.append(
                Recognised(path.name, problems=(f"{path.name}: two files have this name. Rename one of them.",))
            )
        elif stem(path.name) in looked_up:
            found.append(replace(looker.result(), table="", columns=(), questions=(), problems=(), block=None))
        else:
            found.append(looker.result())
        seen.add(stem(path.name))
    return tuple(found)


def _heads(given: Sequence[Path | Database], work: Path) -> tuple[list[tuple[Path, bool]], list[Recognised]]:
    """The beginnings of the files, each with whether it is all of it; and what can't be opened."""
    heads: list[tuple[Path, bool]] = []
    unread: list[Recognised] = []
    for item in given:
        try:
            paths = gather([item], work)
        except ClienteleError as error:
            unread.append(Recognised(item.name, problems=(str(error),)))
            continue
        for path in paths:
            room = work / f"head_{len(heads) + len(unread):04}"
            room.mkdir()
            try:
                heads.append(head_of(path.resolve(), room))
            except ClienteleError as error:
                unread.append(Recognised(path.name, problems=(str(error),)))
    return heads, unread
