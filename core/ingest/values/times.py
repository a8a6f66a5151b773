"""Moments: SQL that reads a column as a timestamp, to the second."""

from core.ingest.sources import Source
from core.ingest.sql import Query, text
from core.ingest.values import dates
from core.ingest.values.dates import DateForm

# Seconds, thousandths and millionths since 1970, by their number of digits; from 2001 to 2286 these are fixed.
UNIX = {10: "unix seconds", 13: "unix milliseconds", 16: "unix microseconds"}
_CLOCK = r"[T ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?"


def form_of(query: Query, source: Source, index: int, format: str | None, field: str) -> DateForm:
    """How the moments of a column are written; see :func:`core.ingest.values.dates.form_of`.

    Numbers of 10, 13 or 16 digits throughout are counted since 1970.
    """
    if format is None and source.kinds[index] in ("text", "int"):
        value = text(source, index)
        row = query.row(
            f"""
            SELECT count({value}) AS filled, count(*) FILTER (regexp_full_match({value}, '\\d+')) AS digits,
                min(length({value})) AS shortest, max(length({value})) AS longest
            FROM {query.relation(source)}
            """
        )
        if row["filled"] and row["digits"] == row["filled"] and row["shortest"] == row["longest"] in UNIX:
            return DateForm((UNIX[row["longest"]],))
    return dates.form_of(query, source, index, format, field)


def moment(query: Query, source: Source, index: int, form: DateForm) -> str:
    """SQL for a column as a TIMESTAMP; null where it is none, midnight where no time of day stands."""
    if form.forms == ("typed",):
        return f"CAST(c{index} AS TIMESTAMP)"
    value = text(source, index)
    if form.forms[0] in UNIX.values():
        unit = 10 ** (16 - next(digits for digits, words in UNIX.items() if words == form.forms[0]))
        return f"make_timestamp(TRY_CAST({value} AS BIGINT) * {unit})"
    if form.format is not None:
        return f"try_strptime({value}, {query.bind(form.format)})"
    day = dates.day(query, source, index, form)
    parts = [
        f"coalesce(TRY_CAST(regexp_extract({value}, {query.bind(_CLOCK)}, {group}) AS INTEGER), 0)"
        for group in (1, 2, 3)
    ]
    late, early = (f"regexp_matches({value}, '[{letters}]\\.?[Mm]\\.?$')" for letters in ("Pp", "Aa"))
    hour = f"CASE WHEN {late} THEN {parts[0]} % 12 + 12 WHEN {early} THEN {parts[0]} % 12 ELSE {parts[0]} END"
    seconds = f"3600 * ({hour}) + 60 * {parts[1]} + {parts[2]}"
    if "serial" in form.forms:
        serial = f"TRY_CAST({value} AS DOUBLE)"
        share = f"CAST(round(86400 * ({serial} - floor({serial}))) AS BIGINT)"
        seconds = (
            f"CASE WHEN regexp_full_match({value}, {query.bind(dates.FORMS['serial'])}) THEN {share} ELSE {seconds} END"
        )
    return f"CAST({day} AS TIMESTAMP) + to_seconds({seconds})"
