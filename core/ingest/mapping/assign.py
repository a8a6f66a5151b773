"""Which file is which table, and which of its columns is which field."""

from collections.abc import Sequence
from dataclasses import replace

from core.errors import BadInputError
from core.ingest.mapping.model import Block, Mapping_, Spec, nearest
from core.ingest.mapping.names import ATTRIBUTE_TABLES, match, table_of
from core.ingest.sources import Source, stem
from core.ingest.values.fields import Bound, bound_columns, check_columns
from core.schema import TABLES

# Tables that are worth looking at without order lines.
ALONE = ("deals", "touchpoints")

PRODUCT_TABLES = ("order_lines", "products")


def assign(sources: Sequence[Source], mapping: Mapping_, needs_lines: bool = True) -> list[Bound]:
    """Give each file its table: by the mapping, else by its columns.

    Parameters
    ----------
    sources : sequence of Source
    mapping : Mapping_
    needs_lines : bool
        Whether one of them has to hold order lines, or else what a snapshot can be made of alone.

    Returns
    -------
    list of Bound
        In the order of the mapping's blocks, then of the files. Files that are only looked up are left out.

    Raises
    ------
    BadInputError
        A block without its file, a file that is nothing, a field that is needed and not there.
    """
    looked_up = {stem(name) for name in mapping.lookups}
    named = {stem(name) for block in mapping.blocks for name in block.files}
    bounds: list[Bound] = []
    claimed: set[int] = set()
    for block in mapping.blocks:
        found = _files_of(block, sources, named | looked_up, claimed, mapping.name)
        claimed.update(found)
        bounds += [bind(block, sources[at], mapping.name) for at in found]
    for at, source in enumerate(sources):
        if at not in claimed and source.stem not in looked_up:
            bounds.append(bind(Block(table_of(source.headers, source.name)), source, mapping.name))
    for bound in bounds:
        check_needed(bound)
    if needs_lines and not any(bound.table in ("order_lines", *ALONE) for bound in bounds):
        names = ", ".join(source.name for source in sources)
        raise BadInputError(
            "none of the files holds order lines", where=names, todo="Give the file with the sales too."
        )
    return bounds


def _files_of(
    block: Block, sources: Sequence[Source], reserved: set[str], claimed: set[int], mapping: str
) -> list[int]:
    where = f"{mapping}, [{block.table}]"
    if block.files:
        found = []
        for name in block.files:
            at = [at for at, source in enumerate(sources) if source.stem == stem(name)]
            if not at:
                raise BadInputError(
                    f"no file '{name}' was given", where=where, todo=nearest(name, [source.name for source in sources])
                )
            found += at
        return found
    free = [at for at, source in enumerate(sources) if source.stem not in reserved and at not in claimed]
    wanted = set(block.columns)
    fit = [at for at in free if wanted <= set(sources[at].headers)]
    if not wanted:
        fit = [at for at in free if table_of(sources[at].headers, sources[at].name) == block.table]
    if fit:
        return fit
    if not free:
        raise BadInputError("no file is left for this table", where=where)
    # The file that has most of them tells the reader which name is wrong.
    best = max(free, key=lambda at: len(wanted & set(sources[at].headers)))
    missing = next((column for column in block.columns if column not in sources[best].headers), "")
    raise BadInputError(
        f"column '{missing}' is not in {sources[best].name}", where=where, todo=nearest(missing, sources[best].headers)
    )


def bind(block: Block, source: Source, mapping: str) -> Bound:
    """A file as a block of the mapping has it; what the block doesn't name is matched by name.

    Raises
    ------
    QuestionError
        Two columns for one field.
    BadInputError
        A column that the file doesn't have.
    """
    if not block.table:
        block = replace(block, table=table_of(source.headers, source.name))
    specs = dict(block.specs)
    # A column that the mapping uses is not matched by name a second time.
    free = [header for header in source.headers if header not in bound_columns(specs)]
    by_name = match(free, block.table, source.name, frozenset(specs) | block.absent)
    specs |= {field: Spec(column=column) for field, column in by_name.items()}
    if block.table in PRODUCT_TABLES and "product" in specs and "product_id" not in specs.keys() | block.absent:
        # Products without a number are known by their names.
        specs["product_id"] = specs["product"]
    attributes: tuple[str, ...] = ()
    if block.table in ATTRIBUTE_TABLES:
        used = bound_columns(specs)
        attributes = (
            tuple(header for header in source.headers if header not in used)
            if block.attributes is None
            else block.attributes
        )
    bound = Bound(block.table, source, tuple(specs.items()), attributes, block.leave_out)
    check_columns(bound, mapping)
    return bound


def needed(table: str) -> tuple[str, ...]:
    """The fields that a file of a table has to have; beside these, order lines need an amount."""
    if table == "order_lines":
        return "order_id", "customer_id", "date"
    columns = tuple(column.name for column in TABLES[table].columns if column.required)
    return (*columns, "answer") if table == "survey" else columns


def check_needed(bound: Bound) -> None:
    """Raise :class:`BadInputError` when a field is missing that the table can't do without."""
    fields = set(bound.fields)
    missing = [field for field in needed(bound.table) if field not in fields]
    if bound.table == "order_lines" and "amount" not in fields and not {"quantity", "unit_price"} <= fields:
        missing.append(
            "amount" if not fields & {"quantity", "unit_price"} else ({"quantity", "unit_price"} - fields).pop()
        )
    if missing:
        words = " and ".join(missing)
        raise BadInputError(
            f"has no column for {words}",
            where=bound.source.name,
            found=", ".join(bound.source.headers[:30]),
            todo=f'Say in a mapping which column it is: [{bound.table}] {missing[0]} = "...".',
        )
