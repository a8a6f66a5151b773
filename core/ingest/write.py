"""Understood order lines to the clean file, the quarantine and the counts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.errors import BadInputError
from core.ingest.mapping import Settings
from core.ingest.notes import NoteRule, note_rules
from core.ingest.order_lines import Lines
from core.ingest.quarantine import SCHEMA, problems_of, rejected
from core.ingest.report import Count, FileReport, Note, Problem
from core.ingest.sources import LINE, SHOWN, Source
from core.ingest.sql import Query
from core.schema import ORDER_LINES

EXAMPLES = 3
DUPLICATES = "exact_duplicates"
# Rows of a file, in one number: file above, line below.
_FILE_BITS = 40


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
    query: Query, lines: Sequence[Lines], settings: Settings, path: Path, today: date, step: Callable[[float], None]
) -> Written:
    """Write the clean order lines and account for every row.

    Parameters
    ----------
    query : Query
    lines : sequence of Lines
    settings : Settings
    path : Path
        Parquet file to write.
    today : date
    step : callable
        Called with the share done.

    Returns
    -------
    Written

    Raises
    ------
    BadInputError
        More than half of a column's values can't be read.
    """
    duplicates = _duplicates(query, [item.bound.source for item in lines])
    step(0.2)
    rows = " UNION ALL ".join(f"({item.select})" for item in lines)
    if settings.duplicates == "drop":
        rows = _without_duplicates(query, rows, duplicates)
    known = frozenset[str]().union(*(item.known for item in lines))
    rules = note_rules(known, any("unit_price" in item.bound.fields for item in lines), today)
    groups = _groups(query, rows, rules)
    problems = _problems(lines, groups)
    step(0.5)
    target = query.bind(str(path))
    query.run(
        f"COPY (SELECT {', '.join(ORDER_LINES.names)} FROM ({rows}) WHERE status = 'kept') TO {target} (FORMAT parquet)"
    )
    step(0.9)
    files = tuple(_file(item, at, groups) for at, item in enumerate(lines))
    totals = _totals(query, path)
    _reconcile(files, totals)
    notes = (
        _duplicate_note(lines, duplicates),
        *_notes(lines, groups, rules, totals["rows"]),
        Note("orders_with_several_customers", totals.pop("orders_with_several_customers")),
        Note("orders_in_several_files", _orders_in_several_files(query, rows) if len(lines) > 1 else 0),
        Note("time_zones", sum(item.zones for item in lines)),
    )
    quarantine = _quarantine(query, rows if problems else None, lines)
    shown = tuple((name, value) for name, value in totals.items() if name not in ("rows", "money"))
    return Written(files, tuple(note for note in notes if note.rows), problems, quarantine, shown)


def _duplicates(query: Query, sources: Sequence[Source]) -> NDArray[np.int64]:
    """Rows that equal an earlier one in every column, as file << 40 | line, ascending.

    Rows are compared by 64 bits: among 10 million, two different ones agree with a probability of 3 in a million.
    """
    rows, keys = [], []
    for at, source in enumerate(sources):
        # Columns by name, as two exports of one system may order them differently.
        order = sorted(range(len(source.headers)), key=lambda index: source.headers[index])
        cells = ", ".join(f"c{index}" for index in order)
        found = query.run(f"SELECT {LINE} AS row, hash({cells}) AS key FROM {query.relation(source)}").fetchnumpy()
        rows.append(found["row"].astype(np.int64) | (at << _FILE_BITS))
        keys.append(found["key"])
    row, key = np.concatenate(rows), np.concatenate(keys)
    ordered = np.sort(key)
    repeated = ordered[1:][ordered[1:] == ordered[:-1]]
    # Most rows are alone; only the others are looked at again.
    candidates = np.flatnonzero(np.isin(key, repeated, kind="sort")) if repeated.size else np.empty(0, dtype=np.int64)
    row, key = row[candidates], key[candidates]
    by_key = np.lexsort((row, key))
    again = key[by_key][1:] == key[by_key][:-1]
    return np.sort(row[by_key[1:][again]])


def _place(packed: Any) -> tuple[Any, Any]:
    """File and line of a packed row, or of an array of them."""
    return packed >> _FILE_BITS, packed & ((1 << _FILE_BITS) - 1)


def _without_duplicates(query: Query, rows: str, duplicates: NDArray[np.int64]) -> str:
    """The rows with the duplicates' status changed."""
    file, line = _place(duplicates)
    query.con.register("dropped", pa.table({"f": file, "l": line}))
    status = f"CASE WHEN status = 'kept' AND f IS NOT NULL THEN '{DUPLICATES}' ELSE status END"
    return f"SELECT * EXCLUDE (f, l) REPLACE ({status} AS status) FROM ({rows}) LEFT JOIN dropped ON f = file AND l = {LINE}"


def _groups(query: Query, rows: str, rules: Sequence[NoteRule]) -> list[dict[str, Any]]:
    """Rows and money by file, status and fault, with the notes of each."""
    marks = "".join(f", {rule.when} AS m{at}" for at, rule in enumerate(rules))
    notes = "".join(
        f", count_if(m{at}) AS n{at}, min_by({{'l': {LINE}, 'v': {rule.value}}}, {LINE}, {EXAMPLES}) FILTER (m{at}) AS e{at}"
        for at, rule in enumerate(rules)
    )
    result = query.run(
        f"""
        SELECT file, status, fault, count(*) AS rows, coalesce(sum(amount), 0) AS money, count(*) - count(amount) AS unknown,
            min_by({{'l': {LINE}, 'v': value}}, {LINE}) AS first{notes}
        FROM (SELECT *{marks} FROM ({rows}))
        GROUP BY file, status, fault ORDER BY file, status, fault
        """
    )
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _count(group: dict[str, Any]) -> Count:
    return Count(group["rows"], int(group["money"]), group["unknown"])


def _file(item: Lines, at: int, groups: Sequence[dict[str, Any]]) -> FileReport:
    source = item.bound.source
    own = [group for group in groups if group["file"] == at]
    by_status: dict[str, Count] = {}
    for group in own:
        by_status[group["status"]] = by_status.get(group["status"], Count()) + _count(group)
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


def _problems(lines: Sequence[Lines], groups: Sequence[dict[str, Any]]) -> tuple[Problem, ...]:
    found: list[Problem] = []
    for at, item in enumerate(lines):
        source = item.bound.source
        for group in groups:
            if group["file"] == at and group["status"] == "quarantined":
                fault, first = item.faults[group["fault"] - 1], group["first"]
                value = first["v"][:SHOWN] if first["v"] is not None else None
                problem = Problem(source.name, fault.column, fault.reason, group["rows"], first["l"], value)
                if 2 * problem.rows > source.rows:
                    raise BadInputError(
                        str(problem).removeprefix(f"{source.name}: "), where=source.name, todo=_todo(fault.reason)
                    )
                found.append(problem)
        found += problems_of(source)
        if not any(group["file"] == at and group["status"] == "kept" for group in groups):
            sentences = "; ".join(
                str(problem).removeprefix(f"{source.name}: ") for problem in found if problem.file == source.name
            )
            raise BadInputError(
                f"no row can be used: {sentences}" if sentences else "no row can be used", where=source.name
            )
    return tuple(found)


def _todo(reason: str) -> str:
    if reason == "missing":
        return "If another column holds it, say so in a mapping."
    return "If another column is meant, or it is written differently, say so in a mapping."


def _notes(
    lines: Sequence[Lines], groups: Sequence[dict[str, Any]], rules: Sequence[NoteRule], kept: int
) -> Iterator[Note]:
    chosen = [group for group in groups if group["status"] == "kept"]
    for at, rule in enumerate(rules):
        rows = sum(group[f"n{at}"] for group in chosen)
        # Where most order ids look like it, the letter is how the company numbers its orders.
        if rule.name == "adjustments" and 2 * rows > kept:
            continue
        examples = [
            (lines[group["file"]].bound.source.name, example["l"], str(example["v"])[:SHOWN])
            for group in chosen
            for example in group[f"e{at}"] or []
        ]
        yield Note(rule.name, rows, tuple(examples[:EXAMPLES]))


def _duplicate_note(lines: Sequence[Lines], duplicates: NDArray[np.int64]) -> Note:
    places = [_place(int(packed)) for packed in duplicates[:EXAMPLES]]
    examples = tuple((lines[file].bound.source.name, line, "") for file, line in places)
    return Note(DUPLICATES, len(duplicates), examples)


def _orders_in_several_files(query: Query, rows: str) -> int:
    """Order ids that two files hold: files that overlap in time, or an order cut in two."""
    statement = f"SELECT order_id FROM ({rows}) WHERE status = 'kept' GROUP BY order_id HAVING min(file) <> max(file)"
    return int(query.rows(f"SELECT count(*) FROM ({statement})")[0][0])


def _totals(query: Query, path: Path) -> dict[str, Any]:
    """Figures of the file that was written, read back from it."""
    clean = f"read_parquet({query.bind(str(path))})"
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
        SELECT count(*) AS orders, count_if(one <> other) AS orders_with_several_customers
        FROM (SELECT min(hash(customer_id)) AS one, max(hash(customer_id)) AS other FROM {clean} GROUP BY order_id)
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
