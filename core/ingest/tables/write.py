"""Understood order lines to the clean file, the quarantine and the counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.errors import BadInputError
from core.ingest.mapping.model import Mapping_
from core.ingest.mapping.rules import place
from core.ingest.quarantine import SCHEMA, problems_of, rejected
from core.ingest.report import Count, FileReport, Note, Problem
from core.ingest.sources import LINE, SHOWN
from core.ingest.sql import Query
from core.ingest.tables.judge import Group, groups_of, judge, notes_of, several, values_of
from core.ingest.tables.order_lines import Lines
from core.schema import ORDER_LINES

# Of all lines with one order id.
SEVERAL_CUSTOMERS = "min(hash(customer_id)) <> max(hash(customer_id))"
SEVERAL_FILES = "min(file) <> max(file)"
# Statuses of rows that nothing could be done with.
_UNUSABLE = ("quarantined", "totals_row")


@dataclass(frozen=True)
class Written:
    """What was written of the order lines.

    Parameters
    ----------
    files : tuple of FileReport
    notes : tuple of Note
    problems : tuple of Problem
    quarantine : pyarrow.Table
        file, row, column, value, reason.
    totals : tuple of (str, int or str)
    """

    files: tuple[FileReport, ...]
    notes: tuple[Note, ...]
    problems: tuple[Problem, ...]
    quarantine: pa.Table
    totals: tuple[tuple[str, Any], ...]


def write_lines(
    query: Query,
    lines: Sequence[Lines],
    mapping: Mapping_,
    path: Path,
    today: date,
    step: Callable[[float], None],
    places: bool = False,
) -> Written:
    """Write the clean order lines and account for every row.

    The files are converted once, into a file beside ``path`` that goes again; everything else is asked of that.

    Parameters
    ----------
    query : Query
    lines : sequence of Lines
    mapping : Mapping_
    path : Path
        Parquet file to write.
    today : date
    step : callable
        Called with the share done.
    places : bool
        Also writes where each line is from, ``file`` (position in ``lines``) and ``line``; the contract has no such columns.

    Returns
    -------
    Written

    Raises
    ------
    BadInputError
        More than half of a column's values can't be read.
    """
    staged = path.with_name(f"{path.stem}_staged.parquet")
    try:
        rows = " UNION ALL ".join(f"({item.select})" for item in lines)
        query.run(f"COPY ({rows}) TO {query.bind(str(staged))} (FORMAT parquet, COMPRESSION lz4_raw)")
        step(0.6)
        return _write(query, lines, mapping, staged, path, today, step, places)
    finally:
        staged.unlink(missing_ok=True)


def _write(
    query: Query,
    lines: Sequence[Lines],
    mapping: Mapping_,
    staged: Path,
    path: Path,
    today: date,
    step: Callable[[float], None],
    places: bool,
) -> Written:
    rows = f"SELECT * FROM read_parquet({query.bind(str(staged))}, hive_partitioning = false)"
    judged = judge(query, rows, mapping, today)
    step(0.7)
    groups = groups_of(query, judged)
    values = values_of(query, rows, groups)
    problems = _problems(lines, groups, values)
    step(0.75)
    columns = (*ORDER_LINES.names, *(("file", LINE) if places else ()))
    query.run(
        f"COPY (SELECT {', '.join(columns)} FROM ({judged.rows}) WHERE status = 'kept') "
        f"TO {query.bind(str(path))} (FORMAT parquet)"
    )
    step(0.9)
    files = tuple(_file(item, at, groups) for at, item in enumerate(lines))
    totals = _totals(query, path)
    _reconcile(files, totals)
    names = [item.bound.source.name for item in lines]
    base = next((item.currencies.one for item in lines if item.currencies.one), None)
    notes = list(notes_of(judged, groups, values, names, base))
    tests = {"orders_with_several_customers": SEVERAL_CUSTOMERS} if totals.pop("several") else {}
    tests |= {"orders_in_several_files": SEVERAL_FILES} if len(lines) > 1 else {}
    notes += [several(query, judged.rows, name, test, names) for name, test in tests.items()]
    notes = sorted((note for note in notes if note.rows), key=lambda note: place(note.name))
    quarantine = _quarantine(query, rows if problems else None, lines)
    shown = tuple((name, value) for name, value in totals.items() if name not in ("rows", "money"))
    return Written(files, tuple(notes), problems, quarantine, shown)


def _file(item: Lines, at: int, groups: Sequence[Group]) -> FileReport:
    source = item.bound.source
    by_status: dict[str, Count] = {}
    for group in groups:
        if group.file == at:
            by_status[group.status] = by_status.get(group.status, Count()) + group.count
    rejected = Count(len(source.rejects), 0, len(source.rejects))
    money = sum((count.money for count in by_status.values()), 0)
    unknown = sum((count.unknown for count in by_status.values()), rejected.unknown)
    kept = by_status.pop("kept", Count())
    quarantined = by_status.pop("quarantined", Count()) + rejected
    # The reader counted the rows, not this statement.
    read = Count(source.rows, money, unknown)
    return FileReport(
        source.name, "order_lines", read, kept, quarantined, tuple(by_status.items()), item.how, item.bound.columns
    )


def _problems(
    lines: Sequence[Lines], groups: Sequence[Group], values: dict[tuple[int, int], dict[str, Any]]
) -> tuple[Problem, ...]:
    found: list[Problem] = []
    for at, item in enumerate(lines):
        source = item.bound.source
        own = [group for group in groups if group.file == at]
        for group in own:
            if group.status == "quarantined":
                fault, line = item.faults[group.fault - 1], group.lines[0]
                value = values[at, line]["value"]
                shown = value[:SHOWN] if value is not None else None
                problem = Problem(source.name, fault.column, fault.reason, group.count.rows, line, shown)
                if 2 * problem.rows > source.rows:
                    raise BadInputError(_said(problem), where=source.name, todo=_todo(fault.reason))
                found.append(problem)
        found += problems_of(source)
        # What rules leave out could be used.
        if all(group.status in _UNUSABLE for group in own):
            sentences = "; ".join(_said(problem) for problem in found if problem.file == source.name)
            raise BadInputError(
                f"no row can be used: {sentences}" if sentences else "no row can be used", where=source.name
            )
    return tuple(found)


def _said(problem: Problem) -> str:
    return str(problem).removeprefix(f"{problem.file}: ")


def _todo(reason: str) -> str:
    if reason == "no_rate":
        return "Give its rate in the mapping: [rates]."
    if reason == "missing":
        return "If another column holds it, say so in a mapping."
    return "If another column is meant, or it is written differently, say so in a mapping."


def _totals(query: Query, path: Path) -> dict[str, Any]:
    """Figures of the file that was written, read back from it."""
    clean = f"read_parquet({query.bind(str(path))}, hive_partitioning = false)"
    totals = query.row(
        f"""
        SELECT count(*) AS rows, coalesce(sum(amount), 0) AS money, count(DISTINCT customer_id) AS customers,
            count(DISTINCT region) AS regions, count(DISTINCT channel) AS channels,
            CAST(min(date) AS VARCHAR) AS first_day, CAST(max(date) AS VARCHAR) AS last_day
        FROM {clean}
        """
    )
    orders = query.row(
        f"""
        SELECT count(*) AS orders, count(*) FILTER (several) AS several
        FROM (SELECT {SEVERAL_CUSTOMERS} AS several FROM {clean} GROUP BY order_id)
        """
    )
    return totals | orders


def _reconcile(files: Sequence[FileReport], totals: dict[str, Any]) -> None:
    for file in files:
        file.reconcile()
    rows, money = sum(file.kept.rows for file in files), sum(file.kept.money for file in files)
    if (rows, money) != (totals["rows"], int(totals["money"])):
        raise AssertionError(f"kept {rows} rows and {money}, wrote {totals['rows']} and {totals['money']}")


def _quarantine(query: Query, rows: str | None, lines: Sequence[Lines]) -> pa.Table:
    """Every row in quarantine, those that never became one included, by file and row."""
    tables = [rejected([item.bound.source for item in lines])]
    if rows is not None:
        names = [
            (at, number, item.bound.source.name, fault)
            for at, item in enumerate(lines)
            for number, fault in enumerate(item.faults, 1)
        ]
        query.con.register(
            "reasons",
            pa.table(
                {
                    "f": [at for at, *_ in names],
                    "n": [number for _, number, *_ in names],
                    "name": [name for *_, name, _ in names],
                    "header": [fault.column for *_, fault in names],
                    "reason": [fault.reason for *_, fault in names],
                }
            ),
        )
        found = query.arrow(
            f"""
            SELECT name AS file, {LINE} AS row, header AS "column", left(value, {SHOWN}) AS value, reason
            FROM ({rows}) AS r JOIN reasons ON f = r.file AND n = r.fault WHERE status = 'quarantined'
            """
        )
        tables.append(found.cast(SCHEMA))
    return pa.concat_tables(tables).sort_by([("file", "ascending"), ("row", "ascending")])
