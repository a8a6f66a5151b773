"""What a column could be: the fields of a table that hold such values."""

import re
from collections.abc import Sequence

from core.ingest.mapping.names import FIELDS
from core.ingest.sources import LINE, Source
from core.ingest.sql import Query, text
from core.schema import TABLES

EXAMPLES = 3
_LOOKED_AT = 1_000
_LINE_NUMBERS = ("amount", "quantity", "unit_price", "cost", "unit_cost", "discount")
_LINE_MONEY = ("amount", "unit_price", "cost", "unit_cost", "discount")
_NUMBER = re.compile(r"[^\w\s]?\s*[-+−(]?\s*[^\w\s]?\s*\d[\d.,\s'’]*([eE][-+]?\d+)?\s*(%|\)|-|\W|[A-Z]{3})?")
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})([T ,].*)?"
    r"|\d{1,2}[- .][^\W\d]{3,9}\.?[- ,]+\d{4}.*|[^\W\d]{3,9}\.? \d{1,2},? \d{4}.*"
)
# Numbers that can be dates too: 20110131, 40574, and seconds since 1970.
_DAY_NUMBER = re.compile(r"(19|20)\d{6}|[3-6]\d{4}(\.\d+)?|1\d{9}|1\d{12}|1\d{15}")


def kind_of_field(table: str, field: str) -> str:
    """What a field holds: id, date, time, money, number or text."""
    if field.endswith("_id"):
        return "id"
    if table == "order_lines":
        money = "money" if field in _LINE_MONEY else "number" if field in _LINE_NUMBERS else "text"
        return "date" if field == "date" else money
    if table not in TABLES:
        return "text"
    column = next((column for column in TABLES[table].columns if column.name == field), None)
    if column is None:
        return "text"
    kinds = {"DATE": "date", "TIMESTAMP": "time", "BIGINT": "money", "DOUBLE": "number"}
    return "number" if field in ("contacts", "changes") else kinds.get(column.type, "text")


def samples(query: Query, source: Source) -> list[list[str]]:
    """Values of each column, from its first rows that have any."""
    cells = ", ".join(f"{text(source, at)} AS c{at}" for at in range(len(source.headers)))
    rows = query.rows(f"SELECT {cells} FROM {query.relation(source)} ORDER BY {LINE} LIMIT {_LOOKED_AT}")
    found = [[row[at] for row in rows if row[at] is not None] for at in range(len(source.headers))]
    for at, values in enumerate(found):
        if len(set(values)) < EXAMPLES and source.rows > len(rows):
            some = f"SELECT {text(source, at)} AS value, {LINE} FROM {query.relation(source)} WHERE value IS NOT NULL"
            first = f"SELECT value FROM ({some}) GROUP BY value ORDER BY min({LINE}) LIMIT {EXAMPLES}"
            values += [value for (value,) in query.rows(first) if value not in values]
    return found


def could_be(table: str, values: Sequence[str]) -> tuple[str, ...]:
    """The fields of a table that a column with these values could be."""
    if table not in FIELDS:
        return ()
    half = len(values) / 2
    numbers = sum(bool(_NUMBER.fullmatch(value)) for value in values) > half
    days = sum(bool(_DATE.fullmatch(value)) for value in values) > half
    day_numbers = sum(bool(_DAY_NUMBER.fullmatch(value)) for value in values) > half
    if not values:
        wanted: tuple[tuple[str, ...], ...] = (("id", "date", "time", "money", "number", "text"),)
    elif days:
        wanted = (("date", "time"),)
    elif day_numbers:
        wanted = (("date", "time"), ("money", "number"), ("id",), ("text",))
    elif numbers:
        wanted = (("money", "number"), ("id",), ("text",))
    else:
        wanted = (("id", "text"),)
    return tuple(field for kinds in wanted for field in FIELDS[table] if kind_of_field(table, field) in kinds)
