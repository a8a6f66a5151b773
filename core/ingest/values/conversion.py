"""Money of several currencies into one: SQL that finds the rate of each line, and multiplies.

Money times rate is exact decimal arithmetic up to 100 billion a value, rounded once, to the scale of money.
"""

from collections.abc import Callable

from core.errors import BadInputError
from core.ingest.mapping.model import Settings
from core.ingest.mapping.rates import Rates
from core.ingest.sources import LINE, SHOWN, Source
from core.ingest.sql import Query, text
from core.ingest.values import amounts, dates

RATE = "DECIMAL(22,12)"


def rate_table(
    query: Query, rates: Rates | None, base: str, settings: Settings, open_lookup: Callable[[str], Source]
) -> tuple[str, frozenset[str]]:
    """Make the rates a table for :func:`joined`.

    Parameters
    ----------
    query : Query
    rates : Rates or None
        None makes a table with the base alone.
    base : str
        The currency that money is turned into; its rate is 1.
    settings : Settings
    open_lookup : callable
        File name to its source.

    Returns
    -------
    name : str
        A table: rate_currency, rate_day (null for every day), rate.
    currencies : frozenset of str
        Those that it has.

    Raises
    ------
    BadInputError
        A rate in the file that can't be read, or two for one day.
    """
    name = f"rates_{len(query.rows('SELECT 1 FROM duckdb_tables()'))}"
    query.run(f"CREATE TEMP TABLE {name} (rate_currency VARCHAR, rate_day DATE, rate {RATE})")
    if rates is not None and rates.file is not None:
        _load(query, rates, settings, open_lookup(rates.file), name)
    for code, rate in rates.fixed if rates is not None else ():
        query.run(f"INSERT INTO {name} VALUES ({query.bind(code)}, DATE '0001-01-01', {query.bind(str(rate))})")
    query.run(f"DELETE FROM {name} WHERE rate_currency = {query.bind(base)}")
    query.run(f"INSERT INTO {name} VALUES ({query.bind(base)}, DATE '0001-01-01', 1)")
    found = query.rows(f"SELECT DISTINCT rate_currency FROM {name}")
    return name, frozenset(code for (code,) in found)


def _load(query: Query, rates: Rates, settings: Settings, source: Source, table: str) -> None:
    columns = []
    for header in (rates.date, rates.currency, rates.rate):
        if header not in source.headers:
            raise BadInputError(
                f"column '{header}' is not in {source.name}",
                where="[rates]",
                todo=f"There are: {', '.join(source.headers[:40])}.",
            )
        columns.append(source.headers.index(header))
    day, code, rate = columns
    form = dates.form_of(query, source, day, None, "[rates] date")
    sign = amounts.style_of(query, source, [rate], settings).decimal
    digits = f"replace({text(source, rate)}, '{',' if sign == '.' else '.'}', '')"
    query.run(
        f"""
        CREATE OR REPLACE TEMP TABLE {table}_read AS
        SELECT {LINE}, {dates.day(query, source, day, form)} AS rate_day, upper({text(source, code)}) AS rate_currency,
            TRY_CAST(replace({digits}, ',', '.') AS {RATE}) AS rate,
            concat_ws(', ', {text(source, day)}, {text(source, code)}, {text(source, rate)}) AS value
        FROM {query.relation(source)}
        """
    )
    wrong = query.rows(
        f"""
        SELECT {LINE}, value FROM {table}_read
        WHERE rate_day IS NULL OR rate_currency IS NULL OR coalesce(rate, 0) <= 0 ORDER BY {LINE} LIMIT 1
        """
    )
    if wrong:
        raise BadInputError(
            f"row {wrong[0][0]} is not a rate",
            where=source.name,
            expected="a date, a currency and a number above 0",
            found=repr((wrong[0][1] or "")[:SHOWN]),
        )
    twice = query.rows(
        f"""
        SELECT rate_currency, rate_day FROM {table}_read
        GROUP BY ALL HAVING min(rate) <> max(rate) ORDER BY ALL LIMIT 1
        """
    )
    if twice:
        raise BadInputError(f"has two rates of {twice[0][0]} for {twice[0][1]}", where=source.name)
    query.run(f"INSERT INTO {table} SELECT DISTINCT rate_currency, rate_day, rate FROM {table}_read")
    query.run(f"DROP TABLE {table}_read")


def joined(rows: str, table: str) -> str:
    """SQL of rows (with line_currency and date) beside their rate; null where there is none."""
    return (
        f"(SELECT r.*, rate FROM ({rows}) AS r "
        f"ASOF LEFT JOIN {table} ON line_currency = rate_currency AND coalesce(date, DATE '0001-01-01') >= rate_day)"
    )


def converted(expression: str, exact: bool) -> str:
    """SQL for money times its rate, neither rounded.

    Parameters
    ----------
    expression : str
        A decimal with at most 15 decimals, or a double.
    exact : bool
        It is a decimal.
    """
    if not exact:
        return f"({expression}) * CAST(rate AS DOUBLE)"
    # The whole and the broken part apart: together they have more digits than a decimal can hold.
    value = f"TRY_CAST(({expression}) AS DECIMAL(38,15))"
    whole = f"TRY_CAST(trunc({value}) AS DECIMAL(15,0))"
    part = f"TRY_CAST({value} - trunc({value}) AS DECIMAL(15,15))"
    return f"TRY(TRY_CAST({whole} * rate AS DECIMAL(38,27)) + TRY_CAST({part} * rate AS DECIMAL(38,27)))"
