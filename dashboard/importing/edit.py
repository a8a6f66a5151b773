"""Corrections: a mapping and what the reader picked go in, another mapping comes out."""

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path, PurePath

from core.errors import Question
from core.ingest.mapping.files import Kept, find
from core.ingest.mapping.model import Block, Mapping_, Spec
from core.ingest.mapping.names import normal
from core.ingest.mapping.settings import Settings
from core.ingest.mapping.spellings import FIELDS
from core.ingest.recognise import Recognised
from core.ingest.sources import stem


def setting(mapping: Mapping_, name: str, value: str | None) -> Mapping_:
    """Set what holds for the whole import; None lets it be found out."""
    return replace(mapping, settings=replace(mapping.settings, **{name: value}))


def rule(mapping: Mapping_, name: str, value: str) -> Mapping_:
    """Set the switch of a rule."""
    return replace(mapping, rules=(*((key, old) for key, old in mapping.rules if key != name), (name, value)))


def assign(mapping: Mapping_, found: Recognised, header: str, field: str) -> Mapping_:
    """Let a column be a field, or (``""``) none; another column that was that field is none then.

    Parameters
    ----------
    mapping : Mapping_
    found : Recognised
        The file as it is taken now.
    header, field : str

    Returns
    -------
    Mapping_
    """
    block = block_of(found)
    left = {name for name, spec in block.specs if header in spec.columns}
    specs = tuple((name, spec) for name, spec in block.specs if name != field and name not in left)
    if field:
        specs = (*specs, (field, Spec(column=header)))
    return _with(mapping, found.file, replace(block, specs=specs, absent=(block.absent | left) - {field}))


def table(mapping: Mapping_, found: Recognised, name: str) -> Mapping_:
    """Let a file be another table; its columns are matched anew."""
    return _with(mapping, found.file, Block(name, files=(found.file,), sheet=block_of(found).sheet))


def sheet(mapping: Mapping_, found: Recognised, name: str) -> Mapping_:
    """Read another sheet of a workbook; its columns are matched anew."""
    return _with(mapping, found.file, Block(found.table, files=(found.file,), sheet=name))


def answer(mapping: Mapping_, found: Recognised, asked: Question, choice: str) -> Mapping_:
    """Put the answer to a question where its setting says.

    Parameters
    ----------
    mapping : Mapping_
    found : Recognised
        The file that it is about.
    asked : Question
    choice : str

    Returns
    -------
    Mapping_
    """
    first, *path = asked.setting.split(".")
    if first == "settings":
        return setting(mapping, path[0], choice)
    if path == ["sheet"]:
        return sheet(mapping, found, choice)
    if path[-1] != "format":
        return assign(mapping, found, choice, path[0])
    block = block_of(found)
    specs = tuple((name, replace(spec, format=choice) if name == path[0] else spec) for name, spec in block.specs)
    return _with(mapping, found.file, replace(block, specs=specs))


def read_as(mapping: Mapping_, found: Recognised, kept: Kept | None) -> Mapping_:
    """Take a file for one that a kept mapping is for; None goes by the names of its columns."""
    others = replace(mapping, blocks=tuple(block for block in mapping.blocks if not _is_about(block, found.file)))
    if kept is None:
        return _with(others, found.file, Block(found.table, files=(found.file,)))
    there = {normal(guess.header): guess.header for guess in found.columns}
    blocks = [_spelled(block, there, found.file) for block in kept.mapping.blocks]
    best = max(blocks, key=lambda block: len(block.columns), default=None)
    chosen = replace(others, settings=kept.mapping.settings, rules=tuple(dict(kept.mapping.rules).items()))
    return chosen if best is None else _with(chosen, found.file, best)


def _spelled(block: Block, there: dict[str, str], file: str) -> Block:
    """A block in the spelling of a file's headers, without the fields that the file does not have."""
    specs = tuple(
        (field, _in(spec, there)) for field, spec in block.specs if all(normal(name) in there for name in spec.columns)
    )
    attributes = block.attributes
    if attributes is not None:
        attributes = tuple(there[normal(name)] for name in attributes if normal(name) in there)
    return replace(block, specs=specs, attributes=attributes, files=(file,), sheet=None)


def _in(spec: Spec, there: dict[str, str]) -> Spec:
    column = there[normal(spec.column)] if spec.column else None
    first_of, join = (tuple(there[normal(name)] for name in names) for names in (spec.first_of, spec.join))
    return replace(spec, column=column, first_of=first_of, join=join)


def block_of(found: Recognised) -> Block:
    """The part of a mapping that says what a file is taken for."""
    return found.block or Block(found.table, files=(found.file,))


def _with(mapping: Mapping_, file: str, block: Block) -> Mapping_:
    others = tuple(one for one in mapping.blocks if not _is_about(one, file))
    return replace(mapping, blocks=(*others, block))


def _is_about(block: Block, file: str) -> bool:
    return stem(file) in map(stem, block.files)


def whole(mapping: Mapping_, found: Sequence[Recognised], data: Path) -> Mapping_:
    """The mapping with all that files were taken for, also by kept mappings: what is kept and downloaded.

    Parameters
    ----------
    mapping : Mapping_
        What the reader has decided.
    found : sequence of Recognised
    data : Path
        Data folder, where mappings are kept.

    Returns
    -------
    Mapping_
    """
    blocks = tuple(one.block for one in found if one.block is not None and one.table)
    settings, rules, rates = mapping.settings, dict(mapping.rules), mapping.rates
    for one in found:
        kept = find(data, [guess.header for guess in one.columns]) if one.mapping else None
        if kept is not None:
            settings = _filled(settings, kept.settings)
            rules, rates = dict(kept.rules) | rules, rates or kept.rates
    return replace(mapping, blocks=blocks, settings=settings, rules=tuple(rules.items()), rates=rates)


def _filled(settings: Settings, kept: Settings) -> Settings:
    usual = Settings()
    names = [one.name for one in fields(Settings) if getattr(settings, one.name) == getattr(usual, one.name)]
    return replace(settings, **{name: getattr(kept, name) for name in names})


def fields_of(name: str) -> tuple[str, ...]:
    """What the columns of a table can mean."""
    return tuple(FIELDS.get(name, ()))


def default_name(names: list[str]) -> str:
    """A name for the mapping of these files: the first one's, without numbers."""
    first = PurePath(names[0]).name if names else ""
    return first.partition(".")[0].strip(" _-0123456789()") or "orders"
