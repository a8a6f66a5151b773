"""Dates: which form a column has, decided over all of its rows, and SQL that reads it."""

from dataclasses import dataclass

from core.errors import BadInputError, Question, QuestionError
from core.ingest.sources import LINE, Source
from core.ingest.sql import Query, text
from core.ingest.values.date_choices import explained, formats_of

_ISO = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ].*)?"
_PARTS = r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}([T ,].*)?"
_SHORT_YEAR = r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}([T ,].*)?"
_COMPACT = r"(19|20)\d{6}"
_SERIAL = r"\d{5}(\.\d+)?"
_NAMED = r"(\d{1,2}[- .]\p{L}{3,9}\.?[- ,]+\d{4}|\p{L}{3,9}\.? \d{1,2},? \d{4})([T ,].*)?"
FORMS = {
    "iso": _ISO,
    "parts": _PARTS,
    "short_year": _SHORT_YEAR,
    "compact": _COMPACT,
    "serial": _SERIAL,
    "named": _NAMED,
}
# Most files: dates of ten signs, with or without a time. No pattern is as fast.
_EXACT = "{value} LIKE '____-__-__%' AND substr({value}, 11, 1) IN ('', ' ', 'T')"
# Fractions of a second say nothing more; a time zone does.
_LENGTH = (
    "CASE WHEN substr({value}, 20, 1) = '.' AND TRY_CAST(substr({value}, 21) AS UBIGINT) IS NOT NULL THEN 19 "
    "ELSE length({value}) END"
)
_NAMED_FORMATS = ("%d-%b-%Y", "%d-%B-%Y", "%b-%d-%Y", "%B-%d-%Y")
_CLOCK = r"[T ,]+(\d{1,2}):\d{2}"
# A date with a time behind it, for a format that has none.
_TIMED = r"^(\S+?)[T ,]+\d{1,2}:\d{2}"
_ZONE = r":\d{2}(\.\d+)?\s*(Z|[-+]\d{2}:?\d{2}|UTC|GMT)$"
HOUR_FORMATS = ("%H", "%I", "%X", "%c", "%T", "%R")


@dataclass(frozen=True)
class DateForm:
    """How the dates of a column are written.

    Parameters
    ----------
    forms : tuple of str
        Those that occur: typed, format, exact (yyyy-mm-dd throughout), or keys of :data:`FORMS`.
    day_first : bool or None
        For ``parts``.
    format : str or None
        The mapping's.
    hours : bool
        Some value has a time other than midnight.
    zones : int
        Rows that state a time zone; their date is taken as written.
    alone : bool
        Every value has the one form.
    """

    forms: tuple[str, ...]
    day_first: bool | None = None
    format: str | None = None
    hours: bool = False
    zones: int = 0
    alone: bool = False

    @property
    def words(self) -> str:
        """The form, for the report."""
        order = {True: " (day first)", False: " (month first)", None: ""}[self.day_first]
        return self.format or " and ".join("iso" if form == "exact" else form for form in self.forms) + order


def form_of(query: Query, source: Source, index: int, format: str | None, field: str) -> DateForm:
    """Find out how the dates of a column are written, over all of its rows.

    Parameters
    ----------
    query : Query
    source : Source
    index : int
    format : str or None
        The mapping's; then nothing is found out.
    field : str
        The field in the mapping, for messages, such as ``[order_lines] date``.

    Returns
    -------
    DateForm

    Raises
    ------
    QuestionError
        Dates that can be read in two ways.
    BadInputError
        No dates.
    """
    kind = source.kinds[index]
    if kind in ("date", "timestamp"):
        return DateForm(
            ("typed",),
            hours=kind == "timestamp" and _any(query, source, f"hour(TRY_CAST(c{index} AS TIMESTAMP_NS)) > 0"),
        )
    if format is not None:
        hours = _has_time(format) or _any(query, source, f"contains({text(source, index)}, ':')")
        return DateForm(("format",), format=format, hours=hours)
    value = text(source, index)
    exact = query.row(
        f"""
        SELECT count({value}) AS filled, count(*) FILTER ({_EXACT.format(value=value)}) AS exact,
            count(*) FILTER (substr({value}, 12, 2) NOT IN ('', '00')) AS hours, max({_LENGTH.format(value=value)}) AS longest
        FROM {query.relation(source)}
        """
    )
    if exact["filled"] and exact["filled"] == exact["exact"] and exact["longest"] <= len("2011-12-31 23:59:59"):
        return DateForm(("exact",), hours=exact["hours"] > 0)
    return _read_form(query, source, index, field)


def _read_form(query: Query, source: Source, index: int, field: str) -> DateForm:
    value = text(source, index)
    tests = [
        f"count(*) FILTER (regexp_full_match(value, {query.bind(pattern)})) AS {name}"
        for name, pattern in FORMS.items()
    ]
    seen = query.row(
        f"""
        SELECT count(value) AS filled, {", ".join(tests)},
            count(*) FILTER (regexp_matches(value, {query.bind(_ZONE)})) AS zones,
            count(*) FILTER (TRY_CAST(regexp_extract(value, {query.bind(_CLOCK)}, 1) AS INTEGER) > 0) AS hours
        FROM (SELECT {value} AS value FROM {query.relation(source)})
        """
    )
    forms = tuple(name for name in FORMS if seen[name])
    _refuse(query, source, index, field, seen, forms)
    if "short_year" in forms:
        _ask_years(query, source, index, field)
    day_first = _day_first(query, source, index, field) if seen["parts"] else None
    hours = bool(seen["hours"]) or _serial_hours(query, source, value, forms)
    return DateForm(forms, day_first, None, hours, seen["zones"], len(forms) == 1 and seen[forms[0]] == seen["filled"])


def _any(query: Query, source: Source, condition: str) -> bool:
    return bool(query.rows(f"SELECT count(*) FROM {query.relation(source)} WHERE {condition}")[0][0])


def _serial_hours(query: Query, source: Source, value: str, forms: tuple[str, ...]) -> bool:
    return "serial" in forms and _any(query, source, f"regexp_full_match({value}, '\\d{{5}}\\.\\d*[1-9]\\d*')")


def _refuse(query: Query, source: Source, index: int, field: str, seen: dict[str, int], forms: tuple[str, ...]) -> None:
    column = source.headers[index]
    known = sum(seen[name] for name in forms)
    if seen["filled"] == 0:
        raise BadInputError(f"column '{column}' is empty", where=source.name, expected="dates")
    if 2 * known < seen["filled"]:
        value = text(source, index)
        others = " AND ".join(f"NOT regexp_full_match({value}, {query.bind(FORMS[name])})" for name in FORMS)
        line, first = query.rows(
            f"SELECT {LINE}, {value} FROM {query.relation(source)} WHERE {value} IS NOT NULL AND {others} ORDER BY {LINE} LIMIT 1"
        )[0]
        raise BadInputError(
            f"column '{column}' has {seen['filled'] - known:,} values that are not dates (first: row {line}, {first[:60]!r})",
            where=source.name,
            todo=_todo(field, column),
        )


def _ask_years(query: Query, source: Source, index: int, field: str) -> None:
    """Ask in which order a year of two digits stands: the formats that fit all of these dates, or else most of them."""
    column, value = source.headers[index], text(source, index)
    pattern = query.bind(_SHORT_YEAR)
    first = query.rows(
        f"SELECT {value} FROM {query.relation(source)} WHERE regexp_full_match({value}, {pattern}) ORDER BY {LINE} LIMIT 1"
    )[0][0]
    formats = formats_of(first)
    written = f"regexp_extract({value}, '^[-/.0-9]+')"
    counts = ", ".join(f"count(try_strptime({written}, {query.bind(format)}))" for format in formats)
    fits = query.rows(f"SELECT {counts} FROM {query.relation(source)} WHERE regexp_full_match({value}, {pattern})")[0]
    chosen = tuple(format for format, fit in zip(formats, fits, strict=True) if fit == max(fits))
    what = f"column '{column}' has years of two digits"
    raise _question(what, source, index, field, tuple((format, explained(first, format)) for format in chosen))


def _question(
    what: str, source: Source, index: int, field: str, choices: tuple[tuple[str, str], ...], shown: int = 3
) -> QuestionError:
    column = source.headers[index]
    setting = f"{field.replace('[', '').replace('] ', '.')}.format"
    formats = [format for format, _ in choices[:shown]]
    return QuestionError(
        what, Question(source.name, setting, choices, column), where=source.name, todo=_todo(field, column, *formats)
    )


def _has_time(format: str) -> bool:
    return any(part in format for part in HOUR_FORMATS)


def _todo(field: str, column: str, *formats: str) -> str:
    either = " or ".join(f'"{format}"' for format in formats or ("%d/%m/%Y",))
    return f'Say how they are written in a mapping: {field} = {{ column = "{column}", format = {either} }}.'


def _day_first(query: Query, source: Source, index: int, field: str) -> bool:
    value = text(source, index)
    part = r"^(\d{1,2})[-/.](\d{1,2})"
    first, second = (f"CAST(regexp_extract(value, '{part}', {group}) AS INTEGER)" for group in (1, 2))
    seen = query.row(
        f"""
        SELECT min_by(value, {LINE}) FILTER (a > 12) AS day, min_by(value, {LINE}) FILTER (b > 12) AS month,
            min_by(value, {LINE}) FILTER (a <> b) AS differ
        FROM (SELECT {LINE}, value, {first} AS a, {second} AS b
            FROM (SELECT {LINE}, {value} AS value FROM {query.relation(source)})
            WHERE regexp_full_match(value, {query.bind(_PARTS)}))
        """
    )
    column = source.headers[index]
    if seen["day"] and seen["month"]:
        both = [seen["day"], seen["month"]]
        choices = tuple(
            (formats_of(value)[at], "; ".join(explained(other, formats_of(value)[at]) for other in both))
            for at, value in enumerate(both)
        )
        what = f"column '{column}' has dates that begin with the day ({both[0]!r}) and with the month ({both[1]!r})"
        raise _question(what, source, index, field, choices, shown=1)
    if not seen["day"] and not seen["month"] and seen["differ"]:
        value = seen["differ"]
        what = f"column '{column}' has dates that can begin with the day or the month (such as {value!r})"
        raise _question(
            what, source, index, field, tuple((format, explained(value, format)) for format in formats_of(value))
        )
    return not seen["month"]


def day(query: Query, source: Source, index: int, form: DateForm) -> str:
    """SQL for a column as a DATE; null where it is none."""
    if form.forms == ("typed",):
        return f"CAST(c{index} AS DATE)"
    value = text(source, index)
    if form.format is not None:
        format = query.bind(form.format)
        if _has_time(form.format) or not form.hours:
            return f"CAST(try_strptime({value}, {format}) AS DATE)"
        head = f"regexp_extract({value}, '{_TIMED}', 1)"
        return f"CAST(coalesce(try_strptime({value}, {format}), try_strptime({head}, {format})) AS DATE)"
    if form.forms == ("exact",):
        return f"TRY_CAST(left({value}, 10) AS DATE)"
    if form.alone:
        return _way(query, form.forms[0], value, bool(form.day_first))
    ways = {name: _way(query, name, value, bool(form.day_first)) for name in form.forms}
    cases = "".join(
        f" WHEN regexp_full_match({value}, {query.bind(FORMS[name])}) THEN {way}" for name, way in ways.items()
    )
    return f"CASE{cases} END"


def _way(query: Query, name: str, value: str, day_first: bool) -> str:
    if name == "iso":
        head = rf"regexp_extract({value}, '^[-0-9/.]+')"
        return f"TRY_CAST(replace(replace({head}, '/', '-'), '.', '-') AS DATE)"
    if name == "parts":
        order = r"\3-\2-\1" if day_first else r"\3-\1-\2"
        return rf"TRY_CAST(regexp_replace({value}, '^(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}).*$', '{order}') AS DATE)"
    if name == "compact":
        return f"CAST(try_strptime({value}, '%Y%m%d') AS DATE)"
    if name == "serial":
        # Day 1 of a spreadsheet is 1900-01-01, and it knows a 29 February 1900.
        return f"DATE '1899-12-30' + CAST(floor(CAST({value} AS DOUBLE)) AS INTEGER)"
    head = rf"regexp_replace(regexp_extract({value}, '{_NAMED}', 1), '[- .,]+', '-', 'g')"
    formats = ", ".join(query.bind(format) for format in _NAMED_FORMATS)
    return f"CAST(try_strptime({head}, [{formats}]) AS DATE)"


def hour(query: Query, source: Source, index: int, form: DateForm) -> str:
    """SQL for the hour of a column as a UTINYINT; null where no time stands."""
    if not form.hours:
        return "CAST(NULL AS UTINYINT)"
    if form.forms == ("typed",):
        return f"CAST(hour(TRY_CAST(c{index} AS TIMESTAMP_NS)) AS UTINYINT)"
    value = text(source, index)
    if form.format is not None and _has_time(form.format):
        return f"CAST(hour(try_strptime({value}, {query.bind(form.format)})) AS UTINYINT)"
    if form.forms == ("exact",):
        return f"TRY_CAST(nullif(substr({value}, 12, 2), '') AS UTINYINT)"
    clock = f"TRY_CAST(regexp_extract({value}, {query.bind(_CLOCK)}, 1) AS INTEGER)"
    late, early = f"regexp_matches({value}, '[Pp]\\.?[Mm]\\.?$')", f"regexp_matches({value}, '[Aa]\\.?[Mm]\\.?$')"
    clock = f"CASE WHEN {late} AND {clock} < 12 THEN {clock} + 12 WHEN {early} AND {clock} = 12 THEN 0 ELSE {clock} END"
    if "serial" in form.forms:
        part = f"CAST(floor(24 * (CAST({value} AS DOUBLE) - floor(CAST({value} AS DOUBLE))) + 1e-6) AS INTEGER)"
        clock = f"CASE WHEN regexp_full_match({value}, {query.bind(_SERIAL)}) THEN {part} ELSE {clock} END"
    return f"CAST(CASE WHEN ({clock}) BETWEEN 0 AND 23 THEN {clock} END AS UTINYINT)"


def zoned(value: str, form: DateForm) -> str:
    """SQL of a date's text where it states a time zone; null where it doesn't."""
    if not form.zones:
        return "CAST(NULL AS VARCHAR)"
    return f"CASE WHEN regexp_matches({value}, '{_ZONE}') THEN {value} END"
