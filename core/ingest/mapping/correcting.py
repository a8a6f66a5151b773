"""Corrections of a mapping: what somebody picked goes in, another mapping comes out. Nothing is changed in place.

``block`` is what a file is taken for now, for this file alone (``Recognised.block``); a correction goes on from there.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.errors import Question
from core.ingest.mapping.files import Kept, fit_to
from core.ingest.mapping.model import Block, Mapping_, Spec
from core.ingest.sources import stem


def answer(mapping: Mapping_, block: Block, question: Question, choice: str) -> Mapping_:
    """Put the answer to a question where its setting says.

    Parameters
    ----------
    mapping : Mapping_
    block : Block
        Of the question's file.
    question : Question
    choice : str
        One of its choices.

    Returns
    -------
    Mapping_
    """
    first, *path = question.setting.split(".")
    if first == "settings":
        return set_setting(mapping, path[0], choice)
    if first == "rules":
        return set_rule(mapping, path[0], choice)
    if path == ["sheet"]:
        return set_sheet(mapping, block, choice)
    if path[-1] != "format":
        return assign_column(mapping, block, choice, path[0])
    specs = dict(block.specs)
    specs[path[0]] = replace(specs.get(path[0]) or Spec(column=question.column), format=choice)
    return _with(mapping, replace(block, specs=tuple(specs.items())))


def assign_column(mapping: Mapping_, block: Block, header: str, field: str) -> Mapping_:
    """Let a column be a field, or (``""``) none. Another column that was the field is none then.

    Parameters
    ----------
    mapping : Mapping_
    block : Block
    header, field : str

    Returns
    -------
    Mapping_
        A field that has lost its column is none that the file has.
    """
    before = dict(block.specs).get(field)
    if before is not None and before.column == header:
        return _with(mapping, block)
    others = {name: _without(spec, header) for name, spec in block.specs if name != field}
    lost = {name for name, spec in others.items() if spec is None}
    specs = tuple((name, spec) for name, spec in others.items() if spec is not None)
    if field:
        specs = (*specs, (field, Spec(column=header)))
    return _with(mapping, replace(block, specs=specs, absent=(block.absent | lost) - {field}))


def _without(spec: Spec, header: str) -> Spec | None:
    """A field without one of its columns; None where it can't be made without."""
    if header not in spec.columns:
        return spec
    rest = tuple(column for column in spec.first_of if column != header)
    if len(rest) < 2:
        return replace(spec, column=rest[0], first_of=()) if rest else None
    return replace(spec, first_of=rest)


def set_table(mapping: Mapping_, block: Block, table: str) -> Mapping_:
    """Let a file be another table; its columns are matched anew."""
    return _with(mapping, Block(table, files=block.files, sheet=block.sheet))


def set_sheet(mapping: Mapping_, block: Block, sheet: str) -> Mapping_:
    """Read another sheet of a workbook; its columns are matched anew."""
    return _with(mapping, Block(block.table, files=block.files, sheet=sheet))


def take_for(mapping: Mapping_, block: Block, headers: Sequence[str], kept: Kept | None) -> Mapping_:
    """Take a file with these headers for one that a kept mapping is for; None goes by the names of its columns."""
    if kept is None:
        return _with(mapping, Block(block.table, files=block.files))
    fitting = [fit_to(one, headers) for one in kept.mapping.blocks]
    best = max(fitting, key=lambda one: len(one.columns), default=block)
    chosen = replace(mapping, settings=kept.mapping.settings, rules=kept.mapping.rules, rates=kept.mapping.rates)
    return _with(chosen, replace(best, files=block.files, sheet=None))


def set_rule(mapping: Mapping_, name: str, choice: str) -> Mapping_:
    """Set the switch of a rule."""
    return replace(mapping, rules=(*((key, old) for key, old in mapping.rules if key != name), (name, choice)))


def set_setting(mapping: Mapping_, name: str, value: Any) -> Mapping_:
    """Set what holds for the whole import; None lets it be found out."""
    return replace(mapping, settings=replace(mapping.settings, **{name: value}))


def _with(mapping: Mapping_, block: Block) -> Mapping_:
    """The mapping in which the block's file has this block and no other."""
    (file,) = map(stem, block.files)
    others = (
        replace(one, files=tuple(name for name in one.files if stem(name) != file))
        for one in mapping.blocks
        if not one.files or set(map(stem, one.files)) != {file}
    )
    return replace(mapping, blocks=(*others, block))
