"""Why a row of an event table may go to quarantine."""

from collections.abc import Iterable, Mapping, Sequence

from core.ingest.sql import Query
from core.ingest.values.faults import IN_RANGE, Fault, error_cell, shortened
from core.ingest.values.fields import is_error
from core.schema import Column

# Whole numbers that are no money.
COUNTS = ("contacts", "changes")


def event_faults(
    query: Query, columns: Mapping[str, Column], headers: Mapping[str, str], rated: bool, foreign: str
) -> list[Fault]:
    """Why a row may go to quarantine; the first that holds counts.

    Parameters
    ----------
    query : Query
    columns : dict of str to Column
        Of the clean table; each is a column of the rows too.
    headers : dict of str to str
        Fields of the file, in the order of their texts ``t0``, ``t1``, ..., and the headers they come from.
    rated : bool
        Money is converted: each row has a line_currency, and needs a rate.
    foreign : str
        SQL: the row is in a currency that is left out.

    Returns
    -------
    list of Fault
    """
    missing: list[Fault] = []
    wrong: list[Fault] = []
    names = list(headers)
    for name, column in columns.items():
        if name in headers:
            header, value = headers[name], f"t{names.index(name)}"
            if column.required:
                missing.append(Fault(f"{value} IS NULL", header, "NULL", "missing"))
            wrong += _wrong(query, column, header, value, foreign)
    return [*missing, *(_unrated(columns, headers, foreign) if rated else ()), *wrong]


def _wrong(query: Query, column: Column, header: str, value: str, foreign: str) -> Iterable[Fault]:
    """Values that stand there and can't be read."""
    name = column.name
    if name.endswith("_id"):
        yield error_cell(header, f"CASE WHEN {is_error(value)} THEN {value} END")
        yield shortened(query, header, value)
    elif column.type != "VARCHAR":
        dated = column.type in ("DATE", "TIMESTAMP")
        elsewhere = f" AND NOT {foreign}" if column.type == "BIGINT" and name not in COUNTS else ""
        unread = f"{value} IS NOT NULL AND {name} IS NULL{elsewhere}"
        yield Fault(unread, header, value, "not_a_date" if dated else "not_a_number")
        if dated:
            yield Fault(f"CAST({name} AS DATE) NOT {IN_RANGE}", header, value, "date_out_of_range")
        if column.type == "DOUBLE":
            low = -1 if name == "discount_share" else 0
            yield Fault(f"{name} NOT BETWEEN {low} AND 1", header, value, "not_a_share")


def _unrated(columns: Mapping[str, Column], headers: Mapping[str, str], foreign: str) -> Iterable[Fault]:
    """Rows whose currency is not given, or has no rate on their day."""
    names = list(headers)
    money = money_of(columns, names)
    header = headers["currency"] if "currency" in headers else headers[names[money[0]]]
    priced = " OR ".join(f"t{at} IS NOT NULL" for at in money)
    yield Fault(f"line_currency IS NULL AND ({priced})", header, "NULL", "missing")
    yield Fault(f"rate IS NULL AND ({priced}) AND NOT {foreign}", header, "line_currency", "no_rate")


def money_of(columns: Mapping[str, Column], names: Sequence[str]) -> list[int]:
    """Positions of the fields that are money."""
    return [
        at for at, name in enumerate(names) if name in columns and columns[name].type == "BIGINT" and name not in COUNTS
    ]
