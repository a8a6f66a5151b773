"""Cells that are written once and meant for the rows below: filled before anything else looks at the file."""

from dataclasses import replace
from pathlib import Path

from core.ingest.mapping.spellings import TOTALS
from core.ingest.sources import LINE, Source, all_text
from core.ingest.sql import Query, text
from core.ingest.values.fields import Bound


def filled(query: Query, bound: Bound, path: Path) -> Bound:
    """A file with its cells filled down as the mapping says.

    Parameters
    ----------
    query : Query
    bound : Bound
    path : Path
        Parquet file to write.

    Returns
    -------
    Bound
        The same when nothing is to be filled. Rows of totals stay as they are.
    """
    source = bound.source
    down = {one.column: one.fill_down for one in bound.leave_out if one.fill_down}
    down |= {column: spec.fill_down for _, spec in bound.specs if spec.fill_down for column in spec.columns}
    if not down:
        return bound
    cells = [text(source, index) for index in range(len(source.headers))]
    texts = ", ".join(cells)
    total = f"regexp_matches(lower(concat_ws(' ', {texts})), {query.bind(TOTALS)})"
    from_above = [
        f"{_above(cell, total) if down.get(header) is True else cell} AS c{at}"
        for at, (header, cell) in enumerate(zip(source.headers, cells, strict=True))
    ]
    within = [_within(source, at, down.get(header)) for at, header in enumerate(source.headers)]
    query.run(
        f"""
        COPY (
            SELECT {", ".join(within)}, {LINE} FROM (SELECT {", ".join(from_above)}, {LINE} FROM {query.relation(source)})
        ) TO {query.bind(str(path))} (FORMAT parquet)
        """
    )
    how = (*source.how, ("filled_down", ", ".join(header for header in source.headers if header in down)))
    kinds = all_text(len(source.headers))
    return replace(bound, source=replace(source, path=path, kinds=kinds, staged=True, how=how))


def _above(cell: str, total: str) -> str:
    above = f"last_value({cell} IGNORE NULLS) OVER (ORDER BY {LINE} ROWS UNBOUNDED PRECEDING)"
    return f"CASE WHEN {total} THEN {cell} ELSE {above} END"


def _within(source: Source, at: int, group: bool | str | None) -> str:
    if not isinstance(group, str):
        return f"c{at}"
    key = f"c{source.headers.index(group)}"
    first = f"arg_min(c{at}, CASE WHEN c{at} IS NOT NULL THEN {LINE} END) OVER (PARTITION BY {key})"
    return f"CASE WHEN {key} IS NULL THEN c{at} ELSE coalesce(c{at}, {first}) END AS c{at}"
