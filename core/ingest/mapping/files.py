"""Mappings kept as TOML: written, saved under a name beside the data, and found again by the headers of a file.

A saved mapping has a table ``[shape]`` beside its tables::

    [shape]
    title = "Till export"
    where = "Back office, Reports, Lines"    # where people get such a file
    note = "Refunds are lines of their own"  # what the reader has to know
    headers = ["Receipt", "Article"]         # fits each file that has these, however they are spelled
    files = [["Receipt", "Article", "Sum"]]  # or fits files with exactly these, in any order

The ready ones that come with the product lie in ``ready``, and are of the first kind. They may name columns that only some versions of
an export have: a field whose columns are not there is left to be matched by name.
"""

import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from core.errors import BadInputError, ClienteleError
from core.ingest.mapping.model import Block, LeaveOut, Mapping_, Spec, parse_mapping
from core.ingest.mapping.names import match, normal, table_of
from core.ingest.mapping.settings import expect
from core.ingest.mapping.text import to_toml
from core.schema import TABLES

__all__ = ["Kept", "broken", "find", "fit_to", "read_kept", "ready", "save", "saved", "shape", "to_toml"]

FOLDER = "mappings"
READY = Path(__file__).with_name("ready")
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Kept:
    """A mapping and the files it is for.

    Parameters
    ----------
    title : str
        What people call it.
    mapping : Mapping_
    headers : tuple of str
        Fits a file that has all of these.
    files : tuple of str
        Fits a file of one of these shapes; see :func:`shape`.
    where, note : str
    """

    title: str
    mapping: Mapping_
    headers: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    where: str = ""
    note: str = ""


def shape(headers: Sequence[str]) -> str:
    """What files of one kind have in common: their headers, in whatever order (as a JSON list)."""
    return json.dumps(sorted(headers), ensure_ascii=False)


def save(data: Path, name: str, mapping: Mapping_, shapes: Sequence[str]) -> Path:
    """Keep a mapping for the next files of these shapes.

    Parameters
    ----------
    data : Path
        Data folder.
    name : str
        What people call it; one of the same name is replaced.
    mapping : Mapping_
    shapes : sequence of str
        From :func:`shape`, one a file.

    Returns
    -------
    Path
        The TOML file. It names no files where that is not needed to tell its tables apart, so that it can be given for others too.

    Raises
    ------
    BadInputError
        It can't be written.
    """
    folder = data / FOLDER
    target = folder / f"{_file_name(name)}.toml"
    known = list(dict.fromkeys(shapes))
    about = {"title": name, "files": [json.loads(one) for one in known]}
    text = to_toml(_spelled_out(mapping, [tuple(json.loads(one)) for one in known]), about)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(".part")
        partial.write_text(text, encoding="utf-8")
        os.replace(partial, target)
    except (OSError, UnicodeEncodeError) as error:
        raise BadInputError("the mapping can't be saved", where=name, found=str(error)) from None
    return target


def _file_name(name: str) -> str:
    # Windows takes no file called after a device, and letters of any script are welcome.
    base = re.sub(r"[^\w-]+", "_", name).strip("_")[:_LONGEST_NAME].strip("_")
    return base if base and not re.fullmatch(r"(?i)con|prn|aux|nul|(com|lpt)\d", base) else f"mapping_{base}"


def _spelled_out(mapping: Mapping_, shapes: Sequence[tuple[str, ...]]) -> Mapping_:
    """The mapping with each field named that was matched by name, and no file where its columns tell it apart."""
    blocks = list(mapping.blocks)
    for headers in shapes:
        at = _best(blocks, headers)
        if at is not None:
            blocks[at] = _named(blocks[at], headers)
    blocks = [block for block in blocks if block.table]
    tables = [block.table for block in blocks]
    blocks = [replace(block, files=()) if tables.count(block.table) == 1 else block for block in blocks]
    # A file of sales has all columns that a file of customers needs, so sales choose first.
    return replace(mapping, blocks=tuple(sorted(blocks, key=lambda block: list(TABLES).index(block.table))))


def _best(blocks: Sequence[Block], headers: Sequence[str]) -> int | None:
    """The block for a file: the one that has most of its columns, all of them in it."""
    there = set(headers)
    fits = [at for at, block in enumerate(blocks) if _wanted(block) and _wanted(block) <= there]
    if fits:
        return max(fits, key=lambda at: len(_wanted(blocks[at])))
    table = _table(headers)
    plain = [at for at, block in enumerate(blocks) if not _wanted(block) and block.table in ("", table)]
    return plain[0] if plain else None


def _wanted(block: Block) -> set[str]:
    parts: list[Spec | LeaveOut] = [*(spec for _, spec in block.specs), *block.leave_out]
    down = {part.fill_down for part in parts if isinstance(part.fill_down, str)}
    return set(block.columns) | down


def _table(headers: Sequence[str]) -> str:
    try:
        return table_of(headers, "")
    except BadInputError:
        return ""


def _named(block: Block, headers: Sequence[str]) -> Block:
    table = block.table or _table(headers)
    if not table:
        return block
    free = [header for header in headers if header not in _wanted(block)]
    try:
        found = match(free, table, "", frozenset(field for field, _ in block.specs) | block.absent)
    except BadInputError:
        found = {}
    specs = (*block.specs, *((field, Spec(column=column)) for field, column in found.items()))
    return replace(block, table=table, specs=specs)


def read_kept(path: Path) -> Kept:
    """A mapping file with its ``[shape]``.

    Raises
    ------
    BadInputError
        It can't be read.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInputError("is not a TOML file", where=path.name, found=str(error)) from None
    about = values.get("shape", {})
    where = f"{path.name}, [shape]"
    expect(isinstance(about, dict), where, "a table", about)
    headers, files = about.get("headers", []), about.get("files", [])
    for item in [headers, *(files if isinstance(files, list) else [files])]:
        expect(isinstance(item, list) and all(isinstance(one, str) for one in item), where, "lists of texts", item)
    title, source, note = (str(about.get(key, "")) for key in ("title", "where", "note"))
    mapping = parse_mapping(values, path.name, path.parent)
    return Kept(title or path.stem, mapping, tuple(headers), tuple(map(shape, files)), source, note)


def saved(data: Path) -> tuple[Kept, ...]:
    """The mappings kept beside the data, by file name. Those that somebody broke are passed over; see :func:`broken`."""
    return tuple(one for one in _saved(data) if isinstance(one, Kept))


def broken(data: Path) -> tuple[str, ...]:
    """What is wrong with mappings kept beside the data, a sentence each, by file name."""
    return tuple(str(one) for one in _saved(data) if not isinstance(one, Kept))


def _saved(data: Path) -> Iterator[Kept | ClienteleError]:
    for path in sorted((data / FOLDER).glob("*.toml")):
        try:
            yield read_kept(path)
        except ClienteleError as error:
            yield error


@lru_cache(maxsize=1)
def ready() -> tuple[Kept, ...]:
    """The mappings that come with the product, by file name."""
    return tuple(read_kept(path) for path in sorted(READY.glob("*.toml")))


def find(data: Path | None, headers: Sequence[str]) -> Mapping_ | None:
    """The mapping for a file with these headers: a saved one of this very shape, else a ready one.

    Parameters
    ----------
    data : Path or None
        Data folder; None for none.
    headers : sequence of str

    Returns
    -------
    Mapping_ or None
        Its name is the title; it has the one block that is about the file, which names no file. No block when only settings and
        rules were kept for this shape.
    """
    own = shape(headers)
    kept = next((one for one in (saved(data) if data is not None else ()) if own in one.files), None)
    if kept is not None:
        at = _best(kept.mapping.blocks, headers)
        own_block = () if at is None else (replace(kept.mapping.blocks[at], files=(), sheet=None),)
        return replace(kept.mapping, name=kept.title, blocks=own_block)
    there = set(map(normal, headers))
    fits = [one for one in ready() if one.headers and there.issuperset(map(normal, one.headers))]
    if not fits:
        return None
    best = max(fits, key=lambda one: len(one.headers))
    blocks = tuple(fit_to(block, headers) for block in best.mapping.blocks)
    return replace(best.mapping, name=best.title, folder=None, blocks=blocks)


def fit_to(block: Block, headers: Sequence[str]) -> Block:
    """A block of a kept mapping in the spelling of a file's headers, without what the file does not have."""
    there = {normal(header): header for header in headers}
    specs = ((field, _fitted_spec(spec, there)) for field, spec in block.specs)
    attributes = block.attributes
    if attributes is not None:
        attributes = tuple(there[normal(name)] for name in attributes if normal(name) in there)
    leaving = (
        replace(one, column=there[normal(one.column)], fill_down=_fitted_down(one.fill_down, there))
        for one in block.leave_out
        if normal(one.column) in there
    )
    found = tuple((field, spec) for field, spec in specs if spec is not None)
    return replace(block, specs=found, attributes=attributes, leave_out=tuple(leaving))


def _fitted_down(down: bool | str, there: Mapping[str, str]) -> bool | str:
    return there.get(normal(down), False) if isinstance(down, str) else down


def _fitted_spec(spec: Spec, there: Mapping[str, str]) -> Spec | None:
    if spec.value is not None and spec.lookup is None:
        return spec
    spec = replace(spec, fill_down=_fitted_down(spec.fill_down, there))
    if spec.join:
        found = tuple(there[normal(name)] for name in spec.join if normal(name) in there)
        return replace(spec, join=found) if len(found) == len(spec.join) else None
    known = tuple(there[normal(name)] for name in spec.columns if normal(name) in there)
    if not known:
        return None
    if len(known) == 1:
        return replace(spec, column=known[0], first_of=())
    return replace(spec, first_of=known)
