"""Rules at work: which rows each finds, which are left out, and what the report says of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from core.ingest.mapping.model import Mapping_
from core.ingest.mapping.rules import LEAVING, Rule, numbered, row_rules
from core.ingest.report import Count, Note
from core.ingest.sources import LINE, SHOWN
from core.ingest.sql import Query
from core.ingest.tables import matching
from core.ingest.tables.duplicates import REPEATS, find_repeats

EXAMPLES = 3


@dataclass(frozen=True)
class Judged:
    """Rows with what the rules say of them.

    Parameters
    ----------
    rows : str
        SQL of the rows, with the status that the rules leave them.
    found : str
        SQL of the same rows, with ``found``: bit n is set where rule n holds.
    rules : tuple of Rule
    leaving : frozenset of str
        Those that leave rows out.
    """

    rows: str
    found: str
    rules: tuple[Rule, ...]
    leaving: frozenset[str]


@dataclass(frozen=True)
class Group:
    """Rows of one file that fared alike.

    Parameters
    ----------
    file : int
    status : str
    fault : int
    found : int
        Bit n is set where rule n holds; 0 for rows that can't be used.
    currency : str or None
    count : Count
    lines : tuple of int
        The first few.
    """

    file: int
    status: str
    fault: int
    found: int
    currency: str | None
    count: Count
    lines: tuple[int, ...]


def judge(query: Query, staged: str, mapping: Mapping_, today: date) -> Judged:
    """Apply the rules.

    Parameters
    ----------
    query : Query
    staged : str
        SQL of the rows as :class:`core.ingest.tables.order_lines.Lines` has them.
    mapping : Mapping_
    today : date
        Later dates are in the future.

    Returns
    -------
    Judged
    """
    leaving = frozenset(name for name in LEAVING if mapping.rule(name) == "leave_out")
    if not any(block.leave_out for block in mapping.blocks):
        leaving -= {"left_out_by_value"}
    usable = f"SELECT * FROM ({staged}) WHERE status = 'kept'"
    repeats = find_repeats(query, usable)
    in_row = row_rules(today, _letters(query, usable))
    rules = (*in_row, *(Rule(name, name) for name in (*REPEATS, *matching.NAMES)))
    rows = _left(staged, repeats, in_row, leaving) if leaving else staged
    tests = {rule.name: rule.when for rule in in_row}
    marks = matching.match(
        query, f"SELECT * FROM ({rows}) WHERE status = 'kept'", tests["cancellations"], tests["returns"]
    )
    bits = {rule.name: 1 << at for at, rule in enumerate(rules)}
    found = " + ".join(f"CASE WHEN {rule.when} THEN {bits[rule.name]} ELSE 0 END" for rule in in_row)
    tables = [(table, names) for table, names in ((repeats, REPEATS), (marks, matching.NAMES)) if table]
    if not tables:
        return Judged(rows, f"SELECT *, {found} AS found FROM ({rows})", rules, leaving)
    parts = [
        f"SELECT file, line, {' + '.join(f'CASE WHEN {name} THEN {bits[name]} ELSE 0 END' for name in names)} AS bits FROM {table}"
        for table, names in tables
    ]
    query.run(
        f"CREATE TEMP TABLE found AS SELECT file, line, bit_or(bits) AS bits FROM ({' UNION ALL '.join(parts)}) GROUP BY file, line"
    )
    both = (
        f"SELECT s.*, ({found}) | coalesce(bits, 0) AS found FROM ({rows}) AS s "
        f"LEFT JOIN found AS f ON f.file = s.file AND f.line = s.{LINE}"
    )
    return Judged(rows, both, rules, leaving)


def _left(staged: str, repeats: str | None, rules: Sequence[Rule], leaving: frozenset[str]) -> str:
    """SQL of the rows, each with the first rule that leaves it out as its status."""
    tests = {rule.name: rule.when for rule in rules} | {name: f"coalesce({name}, FALSE)" for name in REPEATS}
    names = [name for name in LEAVING if name in leaving and (repeats or name not in REPEATS)]
    cases = " ".join(f"WHEN {tests[name]} THEN '{name}'" for name in names)
    if repeats and leaving & set(REPEATS):
        staged = (
            f"SELECT s.*, {', '.join(REPEATS)} FROM ({staged}) AS s "
            f"LEFT JOIN {repeats} AS r ON r.file = s.file AND r.line = s.{LINE}"
        )
    return (
        f"SELECT * REPLACE (CASE WHEN status <> 'kept' THEN status {cases} ELSE 'kept' END AS status) FROM ({staged})"
    )


def _letters(query: Query, usable: str) -> frozenset[str]:
    """Letters before order ids that mean something: where most ids have one, it is how the company numbers its orders."""
    seen = query.row(
        f"""
        SELECT count(*) AS rows, count(*) FILTER (sold) AS sales, count(*) FILTER ({numbered("A")}) AS adjusted,
            count(*) FILTER (sold AND {numbered("C")}) AS cancelled
        FROM (SELECT order_id, coalesce(quantity, amount) >= 0 AS sold FROM ({usable}))
        """
    )
    meant = {"A": 2 * seen["adjusted"] <= seen["rows"], "C": 2 * seen["cancelled"] <= seen["sales"]}
    return frozenset(letter for letter, says in meant.items() if says)


def groups_of(query: Query, judged: Judged) -> list[Group]:
    """The rows by file, status, fault, rules and currency."""
    found = query.rows(
        f"""
        SELECT file, status, fault, CASE WHEN fault = 0 AND status <> 'totals_row' THEN found ELSE 0 END AS rules,
            CASE WHEN status = 'kept' THEN currency END AS code,
            count(*), coalesce(sum(amount), 0), count(*) - count(amount), min({LINE}, {EXAMPLES})
        FROM ({judged.found}) GROUP BY file, status, fault, rules, code ORDER BY file, status, fault, rules, code
        """
    )
    return [
        Group(file, status, fault, rules, code, Count(rows, int(money), unknown), tuple(lines))
        for file, status, fault, rules, code, rows, money, unknown, lines in found
    ]


def values_of(query: Query, staged: str, groups: Sequence[Group]) -> dict[tuple[int, int], dict[str, Any]]:
    """What may be shown of the first rows of each group, by file and line."""
    places = [
        (group.file, line)
        for group in groups
        if group.found or group.status != "kept" or group.currency
        for line in group.lines
    ]
    if not places:
        return {}
    query.con.register("places", pa.table({"f": [file for file, _ in places], "l": [line for _, line in places]}))
    columns = ("order_id", "price", "date", "stripped", "zoned", "by_value", "currency", "value")
    found = query.rows(
        f"SELECT file, {LINE}, {', '.join(columns)} FROM ({staged}) SEMI JOIN places ON file = f AND {LINE} = l"
    )
    return {(file, line): dict(zip(columns, values, strict=True)) for file, line, *values in found}


def notes_of(
    judged: Judged,
    groups: Sequence[Group],
    values: dict[tuple[int, int], dict[str, Any]],
    names: Sequence[str],
    base: str | None,
) -> Iterator[Note]:
    """What each rule found.

    Parameters
    ----------
    judged : Judged
    groups : sequence of Group
    values : dict
        From :func:`values_of`.
    names : sequence of str
        Of the files.
    base : str or None
        The currency of the clean money.
    """

    def note(name: str, chosen: Iterable[Group], value: str, setting: str = "", left_out: bool = False) -> Note:
        own = list(chosen)
        places = sorted((group.file, line) for group in own for line in group.lines)[:EXAMPLES]
        examples = tuple((names[file], line, str(values[file, line][value])[:SHOWN]) for file, line in places)
        total = sum((group.count for group in own), Count())
        return Note(name, total.rows, examples, total.money, total.unknown, setting, left_out)

    for at, rule in enumerate(judged.rules):
        leaves = rule.name in judged.leaving
        status = rule.name if leaves else "kept"
        chosen = [group for group in groups if group.status == status and group.found >> at & 1]
        yield note(rule.name, chosen, rule.value, rule.name if rule.name in LEAVING else "", leaves)
    for code in sorted({group.currency for group in groups if group.currency and group.currency != base}):
        yield note(f"converted_{code}", (group for group in groups if group.currency == code), "currency")
    foreign = [group for group in groups if group.status == "other_currencies"]
    yield note("other_currencies", foreign, "currency", left_out=True)


def several(query: Query, rows: str, name: str, test: str, names: Sequence[str]) -> Note:
    """Lines of the orders that a test over all of their lines holds for."""
    kept = f"SELECT order_id, customer_id, file, {LINE}, amount FROM ({rows}) WHERE status = 'kept'"
    seen = query.row(
        f"""
        SELECT count(*) AS rows, coalesce(sum(amount), 0) AS money,
            min_by({{'f': file, 'l': {LINE}, 'v': order_id}}, (file, {LINE}), {EXAMPLES}) AS examples
        FROM ({kept}) WHERE order_id IN (SELECT order_id FROM ({kept}) GROUP BY order_id HAVING {test})
        """
    )
    examples = tuple((names[one["f"]], one["l"], one["v"][:SHOWN]) for one in seen["examples"] or [])
    return Note(name, seen["rows"], examples, int(seen["money"]))
