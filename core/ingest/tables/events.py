"""Files of deals, touchpoints, survey answers, spending, market shares and notes to clean tables, row by row.

A value that stands there and can't be read puts its row in quarantine, and so does a missing one that the table can't do without.
Further columns of deals and touchpoints are attributes, typed over all files by what they hold. Rows are sorted by what they say, so
that neither their order nor the number of files matters. Rows that repeat another one exactly are counted, and left out where a rule
says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.errors import BadInputError
from core.ingest.mapping.model import Mapping_
from core.ingest.quarantine import SCHEMA, problems_of, rejected
from core.ingest.report import Count, FileReport, Note, Problem
from core.ingest.sources import LINE, SHOWN, Source
from core.ingest.sql import Query, quoted
from core.ingest.tables.attributes import common
from core.ingest.tables.duplicates import find_repeats
from core.ingest.tables.event_file import EventFile
from core.ingest.values.currency import Currencies
from core.ingest.values.fields import Bound
from core.schema import TABLES

# Statuses of rows that nothing could be done with.
UNUSABLE = ("quarantined", "totals_row")
# The column whose sum a report shows.
MONEY: dict[str, str] = {"deals": "amount", "touchpoints": "cost", "spend": "amount"}
_ORDER: dict[str, str] = {
    "deals": "deal_id, stage_time, opened",
    "touchpoints": "person_id, time, step",
    "survey": "customer_id, date, question, answer",
    "spend": "date, channel, region, amount",
    "market": "attribute, value, source",
    "notes": "segment, step, date, author, note",
}


@dataclass(frozen=True)
class Events:
    """What was written of one table.

    Parameters
    ----------
    files : tuple of FileReport
    problems : tuple of Problem
    quarantine : pyarrow.Table
        See :data:`core.ingest.quarantine.SCHEMA`.
    currencies : tuple of (str, Currencies)
        Its files, and what their money is in.
    note : Note or None
        Rows that repeat another one; None without any.
    """

    files: tuple[FileReport, ...]
    problems: tuple[Problem, ...]
    quarantine: pa.Table
    currencies: tuple[tuple[str, Currencies], ...]
    note: Note | None = None


def write_events(
    query: Query, bounds: Sequence[Bound], mapping: Mapping_, open_lookup: Callable[[str], Source], path: Path
) -> Events:
    """Write the clean table of one kind of event and account for every row.

    Parameters
    ----------
    query : Query
    bounds : sequence of Bound
        All of one table of :data:`core.schema.EVENT_TABLES`.
    mapping : Mapping_
    open_lookup : callable
        See :class:`core.ingest.values.fields.Fields`.
    path : Path
        Parquet file to write; others are written beside it.

    Returns
    -------
    Events

    Raises
    ------
    QuestionError
        Dates, decimals or currencies that can be meant in two ways.
    BadInputError
        A file of which no row, or less than half of a column, can be used.
    """
    table = TABLES[bounds[0].table]
    files = [
        EventFile(query, bound, mapping, open_lookup, path.with_name(f"{path.stem}_{at}.parquet"))
        for at, bound in enumerate(bounds)
    ]
    names: dict[str, str] = {}
    for file in files:
        for name in file.attributes:
            names.setdefault(name.lower(), name)
    kinds = {name: common([file.attribute_kind(name) for file in files if file.has(name)], False) for name in names}
    rows = " UNION ALL BY NAME ".join(f"({file.select(at, kinds)})" for at, file in enumerate(files))
    read = path.with_name(f"{path.stem}_read.parquet")
    query.run(f"COPY ({rows}) TO {query.bind(str(read))} (FORMAT parquet)")
    checked = f"read_parquet({query.bind(str(read))}, hive_partitioning = false)"
    rule = f"repeated_{table.name}"
    leaves = mapping.rule(rule) == "leave_out"
    rows, repeated = _without_repeats(query, checked, rule if leaves else "kept")
    columns = [*table.names, *(f"{quoted(f'attribute {name}')} AS {quoted(shown)}" for name, shown in names.items())]
    query.run(
        f"COPY (SELECT {', '.join(columns)} FROM {rows} WHERE status = 'kept' ORDER BY {_ORDER[table.name]}, {LINE}, file) "
        f"TO {query.bind(str(path))} (FORMAT parquet)"
    )
    events = _account(query, table.name, files, rows)
    if not repeated:
        return events
    return replace(events, note=_repeats_noted(query, rows, table.name, files, leaves))


def _without_repeats(query: Query, rows: str, status: str) -> tuple[str, bool]:
    """SQL of the rows with the status that repeats have, and whether there are any."""
    repeats = find_repeats(query, f"SELECT file, {LINE}, key FROM {rows} WHERE status = 'kept'")
    if repeats is None:
        return rows, False
    same = f"r.file = s.file AND r.line = s.{LINE}"
    marked = f"SELECT s.*, r.file IS NOT NULL AS repeated FROM {rows} AS s LEFT JOIN {repeats} AS r ON {same}"
    return f"(SELECT * REPLACE (CASE WHEN repeated THEN '{status}' ELSE status END AS status) FROM ({marked}))", True


def _repeats_noted(query: Query, rows: str, table: str, files: Sequence[EventFile], left_out: bool) -> Note:
    money = MONEY.get(table) if any(MONEY.get(table) in file.values for file in files) else None
    figures = f"coalesce(sum({money}), 0), count(*) - count({money})" if money else "NULL, 0"
    value = f"coalesce(CAST({_ORDER[table].partition(',')[0]} AS VARCHAR), '')"
    place = f"{{'f': file, 'l': {LINE}, 'v': {value}}}"
    (found,) = query.rows(f"SELECT count(*), {figures}, min_by({place}, (file, {LINE}), 3) FROM {rows} WHERE repeated")
    count, total, unknown, examples = found
    shown = tuple((files[one["f"]].bound.source.name, one["l"], one["v"][:SHOWN]) for one in examples)
    rule = f"repeated_{table}"
    return Note(rule, count, shown, None if total is None else int(total), unknown, rule, left_out)


def _account(query: Query, table: str, files: Sequence[EventFile], checked: str) -> Events:
    groups = _groups(query, checked, MONEY.get(table))
    reports, problems = [], []
    for at, file in enumerate(files):
        own = [group for group in groups if group["file"] == at]
        problems += _problems(file, own)
        report = _report(file, own)
        report.reconcile()
        reports.append(report)
    sources = [file.bound.source for file in files]
    faults = {(at, number): fault for at, file in enumerate(files) for number, fault in enumerate(file.faults, 1)}
    found = query.rows(f"SELECT file, {LINE}, fault, left(fault_value, {SHOWN}) FROM {checked} WHERE fault > 0")
    rows = [
        (sources[at].name, line, faults[at, number].column, value, faults[at, number].reason)
        for at, line, number, value in found
    ]
    quarantine = pa.table([[row[at] for row in rows] for at in range(len(SCHEMA))], schema=SCHEMA)
    return Events(
        tuple(reports),
        tuple(problems),
        pa.concat_tables([quarantine, rejected(sources)]).sort_by([("file", "ascending"), ("row", "ascending")]),
        tuple((file.bound.source.name, file.currencies) for file in files),
    )


def _groups(query: Query, checked: str, money: str | None) -> list[dict[str, Any]]:
    """Rows and money by file, status and fault, with the first row of each."""
    figures = f"coalesce(sum({money}), 0)" if money else "0"
    unknown = f"count(*) - count({money})" if money else "0"
    result = query.run(
        f"""
        SELECT file, status, fault, count(*) AS rows, {figures} AS money, {unknown} AS unknown, min({LINE}) AS first,
            min_by(coalesce(fault_value, ''), {LINE}) AS value, min_by(fault_value IS NULL, {LINE}) AS empty
        FROM {checked} GROUP BY file, status, fault ORDER BY file, status, fault
        """
    )
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _problems(file: EventFile, groups: Sequence[dict[str, Any]]) -> list[Problem]:
    source = file.bound.source
    found: list[Problem] = []
    for group in groups:
        if group["status"] == "quarantined":
            fault = file.faults[group["fault"] - 1]
            value = None if group["empty"] else group["value"][:SHOWN]
            problem = Problem(source.name, fault.column, fault.reason, group["rows"], group["first"], value)
            if 2 * problem.rows > source.rows:
                raise BadInputError(
                    str(problem).removeprefix(f"{source.name}: "),
                    where=source.name,
                    todo="If another column is meant, or it is written differently, say so in a mapping.",
                )
            found.append(problem)
    found += problems_of(source)
    # What rules leave out could be used.
    if all(group["status"] in UNUSABLE for group in groups):
        sentences = "; ".join(str(problem).removeprefix(f"{source.name}: ") for problem in found)
        raise BadInputError("no row can be used" + (f": {sentences}" if sentences else ""), where=source.name)
    return found


def _report(file: EventFile, groups: Sequence[dict[str, Any]]) -> FileReport:
    source = file.bound.source
    priced = MONEY.get(file.bound.table) in file.values
    rejects = Count(len(source.rejects), 0, len(source.rejects) if priced else 0)
    counts: dict[str, Count] = {}
    for group in groups:
        count = Count(group["rows"], int(group["money"]), group["unknown"] if priced else 0)
        counts[group["status"]] = counts.get(group["status"], Count()) + count
    money = sum(count.money for count in counts.values())
    unknown = sum((count.unknown for count in counts.values()), rejects.unknown)
    kept, bad = counts.pop("kept", Count()), counts.pop("quarantined", Count())
    return FileReport(
        source.name,
        file.bound.table,
        # The reader counted the rows, not this statement.
        Count(source.rows, money, unknown),
        kept,
        bad + rejects,
        tuple(counts.items()),
        file.how,
        (*file.bound.columns, *((name, name) for name in file.bound.attributes)),
    )
