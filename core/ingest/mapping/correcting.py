"""Corrections of a mapping: what somebody picked goes in, another mapping comes out. Nothing is changed in place."""

from dataclasses import replace
from typing import Any

from core.errors import Question
from core.ingest.mapping.model import Block, Mapping_, Spec
from core.ingest.sources import stem


def answer(mapping: Mapping_, question: Question, value: str, block: Block | None = None) -> Mapping_:
    """Put the answer to a question where its setting says.

    Parameters
    ----------
    mapping : Mapping_
    question : Question
    value : str
        One of its choices.
    block : Block, optional
        What the file is taken for (``Recognised.block``), to go on from where the mapping says nothing about it.

    Returns
    -------
    Mapping_
    """
    table, *path = question.setting.split(".")
    if table == "settings":
        return set_setting(mapping, path[0], value)
    if table == "rules":
        return set_rule(mapping, path[0], value)
    own = _block_of(mapping, question.file, block or Block("" if path == ["sheet"] else table, files=(question.file,)))
    if path == ["sheet"]:
        return _with(mapping, question.file, replace(own, sheet=value))
    if path[-1] == "format":
        specs = dict(own.specs)
        spec = specs.get(path[0]) or Spec(column=question.column)
        specs[path[0]] = replace(spec, format=value)
        return _with(mapping, question.file, replace(own, table=own.table or table, specs=tuple(specs.items())))
    return assign_column(mapping, question.file, table, path[0], value, own)


def assign_column(
    mapping: Mapping_, file: str, table: str, field: str, header: str | None, block: Block | None = None
) -> Mapping_:
    """Say which column of a file a field is; None says that the file has none.

    Parameters
    ----------
    mapping : Mapping_
    file, table, field : str
    header : str or None
    block : Block, optional
        See :func:`answer`.

    Returns
    -------
    Mapping_
        A column is one field: another that it was before loses it. What was said of the field's former column is forgotten.
    """
    own = replace(_block_of(mapping, file, block or Block(table, files=(file,))), table=table)
    before = dict(own.specs).get(field)
    specs = [(name, spec) for name, spec in own.specs if name != field and header not in _plain(spec)]
    if header is None:
        return _with(mapping, file, replace(own, specs=tuple(specs), absent=own.absent | {field}))
    same = before is not None and before.column == header
    specs.append((field, before if same and before is not None else Spec(column=header)))
    return _with(mapping, file, replace(own, specs=tuple(specs), absent=own.absent - {field}))


def set_table(mapping: Mapping_, file: str, table: str) -> Mapping_:
    """Say which table a file is; what was said of its columns is forgotten, its sheet stays."""
    own = _block_of(mapping, file, Block(table, files=(file,)))
    return _with(mapping, file, Block(table, files=(file,), sheet=own.sheet))


def set_rule(mapping: Mapping_, name: str, choice: str) -> Mapping_:
    """Set the switch of a rule."""
    return replace(mapping, rules=(*((key, old) for key, old in mapping.rules if key != name), (name, choice)))


def set_setting(mapping: Mapping_, name: str, value: Any) -> Mapping_:
    """Set what holds for the whole import; None lets it be found out."""
    return replace(mapping, settings=replace(mapping.settings, **{name: value}))


def _plain(spec: Spec) -> tuple[str, ...]:
    """The column that a field is; one made of several keeps them."""
    return (spec.column,) if spec.column is not None and spec.lookup is None else ()


def _block_of(mapping: Mapping_, file: str, otherwise: Block) -> Block:
    """The block about a file, for this file alone."""
    for block in mapping.blocks:
        if stem(file) in map(stem, block.files):
            return replace(block, files=(file,))
    return replace(otherwise, files=(file,))


def _with(mapping: Mapping_, file: str, block: Block) -> Mapping_:
    """The mapping in which a file has this block and no other."""
    blocks: list[Block] = []
    placed = False
    for one in mapping.blocks:
        if stem(file) not in map(stem, one.files):
            blocks.append(one)
            continue
        if not placed:
            blocks.append(block)
            placed = True
        if rest := tuple(name for name in one.files if stem(name) != stem(file)):
            blocks.append(replace(one, files=rest))
    return replace(mapping, blocks=tuple(blocks if placed else [*blocks, block]))
