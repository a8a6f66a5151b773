"""Which mapping an import goes by: what was given, and for the other files the saved or ready one of their shape."""

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from core.errors import BadInputError, ClienteleError
from core.ingest.mapping.files import find
from core.ingest.mapping.model import Block, Mapping_
from core.ingest.mapping.names import table_of
from core.ingest.mapping.settings import Settings
from core.ingest.readers.heads import headers_of
from core.ingest.sources import stem


def fitted(
    paths: Sequence[Path], mapping: Mapping_ | None, data: Path | None, work: Path
) -> tuple[Mapping_, dict[str, str]]:
    """The mapping for these files.

    A mapping that was read from a file is taken as it is. One that was not, or none, is filled up: a file that it says nothing about
    has the block, and all files have the settings and rules, of the saved or ready mapping that fits; what was given wins.

    Parameters
    ----------
    paths : sequence of Path
    mapping : Mapping_ or None
    data : Path or None
        Data folder, where mappings are saved.
    work : Path
        Folder for copies.

    Returns
    -------
    mapping : Mapping_
    names : dict
        File to the title of the mapping that was found for it.

    Raises
    ------
    BadInputError
        Two mappings that were found contradict each other.
    """
    given = mapping or Mapping_()
    if given.folder is not None:
        return given, {}
    looked_up = {stem(name) for name in given.lookups}
    found: dict[str, tuple[str, Mapping_]] = {}
    for at, path in enumerate(paths):
        room = work / f"headers_{at:04}"
        room.mkdir(parents=True, exist_ok=True)
        if stem(path.name) not in looked_up and (fit := _find(path, given, data, room)) is not None:
            found[path.name] = fit
    blocks = list(given.blocks)
    for file, (sheet, one) in found.items():
        blocks += [replace(block, files=(file,), sheet=sheet or block.sheet) for block in one.blocks]
    others = [one for _, one in found.values()]
    rules = dict(pair for one in others for pair in one.rules) | dict(given.rules)
    rates = given.rates or next((one.rates for one in others if one.rates is not None), None)
    combined = replace(
        given, blocks=tuple(blocks), settings=_settings(given, others), rules=tuple(rules.items()), rates=rates
    )
    return combined, {file: one.name for file, (_, one) in found.items()}


def _find(path: Path, given: Mapping_, data: Path | None, room: Path) -> tuple[str, Mapping_] | None:
    """The sheet and the mapping that fits; None too where several sheets have one."""
    try:
        sheets = headers_of(path, room, given.settings)
    except ClienteleError:
        # The reader says what is wrong with the file.
        return None
    own = next((block for block in given.blocks if stem(path.name) in map(stem, block.files)), None)
    if own is not None and own.sheet is not None:
        sheets = {sheet: headers for sheet, headers in sheets.items() if sheet == own.sheet}
    fits = [(sheet, one) for sheet, headers in sheets.items() if (one := find(data, headers)) is not None]
    if len(fits) != 1:
        return None
    sheet, one = fits[0]
    if own is not None or any(_claims(block, sheets[sheet]) for block in given.blocks):
        return sheet, replace(one, blocks=())
    return sheet, one


def _claims(block: Block, headers: Sequence[str]) -> bool:
    """Whether a block without files takes a file with these headers."""
    if block.files:
        return False
    if block.columns:
        return set(block.columns) <= set(headers)
    try:
        return table_of(headers, "") == block.table
    except BadInputError:
        return False


def _settings(given: Mapping_, others: Sequence[Mapping_]) -> Settings:
    usual = Settings()
    chosen: dict[str, tuple[Any, str]] = {}
    for one in others:
        for name, value in _set(one.settings, usual).items():
            before = chosen.setdefault(name, (value, one.name))
            if before[0] != value and name not in _set(given.settings, usual):
                raise BadInputError(
                    f"the mappings '{before[1]}' and '{one.name}' contradict each other",
                    where=f"[settings] {name}",
                    found=f"{before[0]!r} and {value!r}",
                    todo="Import these files one after the other, or give one mapping for all.",
                )
    values = {name: value for name, (value, _) in chosen.items()} | _set(given.settings, usual)
    return Settings(**values)


def _set(settings: Settings, usual: Settings) -> dict[str, Any]:
    names = [setting.name for setting in fields(Settings)]
    return {name: getattr(settings, name) for name in names if getattr(settings, name) != getattr(usual, name)}
