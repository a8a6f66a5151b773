"""Numbers: which decimal sign a file has, and SQL that reads its numbers exactly."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from core.errors import Question, QuestionError
from core.ingest.mapping.model import Settings
from core.ingest.sources import LINE, Source
from core.ingest.sql import Query, text
from core.money import SCALE

# Digits with 9 decimals: more are rounded away first (a spreadsheet's 2.5499999999999998 is 2.55).
NUMBER = "DECIMAL(28,9)"
_PLAIN = r"[-+]?(\d+\.?\d*|\.\d+)"
_SPACES = r" \x{a0}\x{2007}\x{2009}\x{202f}'’"
_CURRENCY = r"(\p{Sc}|[A-Z]{0,3}\$|[A-Z]{3}|руб\.?|р\.|元|円)?"
_EXPONENT = r"([eE][-+]?\d{1,3})?"
# Sign, currency, sign, digits, currency, sign; the digits are group 4.
_FRAME = rf"^(\(?\s*[-+−]?)\s*{_CURRENCY}\s*([-+−(]?)\s*(\.?,?\d[\d.,{_SPACES}]*?{_EXPONENT})\s*{_CURRENCY}\s*(-?\)?)$"
_DIGITS_GROUP = 4


def _grammar(decimal: str, thousands: str) -> str:
    """Digits with one decimal sign; groups never begin with 0, or 0.255 could be thousands."""
    point, group = rf"\{decimal}", rf"\{thousands}"
    spaced = rf"[1-9]\d{{0,2}}([{_SPACES}]\d{{3}})+"
    grouped = rf"[1-9]\d{{0,2}}({group}\d{{2,3}})*{group}\d{{3}}"
    return rf"(\d+|{grouped}|{spaced})?({point}\d*)?{_EXPONENT}"


_POINT, _COMMA = _grammar(".", ","), _grammar(",", ".")


@dataclass(frozen=True)
class Style:
    """How the numbers of a file are written.

    Parameters
    ----------
    decimal : str
    plain : frozenset of int
        Columns in which nothing needs taking off: sign, digits and point alone.
    """

    decimal: str
    plain: frozenset[int] = frozenset()


def style_of(query: Query, source: Source, columns: Sequence[int], settings: Settings) -> Style:
    """Find out how the numbers of a file are written, over all of its rows.

    Parameters
    ----------
    query : Query
    source : Source
    columns : sequence of int
        Positions of the columns of numbers.
    settings : Settings

    Returns
    -------
    Style

    Raises
    ------
    QuestionError
        Points and commas contradict each other, or could mean either.
    """
    columns = [index for index in columns if source.kinds[index] == "text"]
    if not columns:
        return Style(".")
    plain = _plain(query, source, columns)
    given = settings.decimal or {".": ",", ",": "."}.get(settings.thousands or "")
    if given:
        return Style(given, plain if given == "." else frozenset())
    if len(plain) == len(columns) and _has_point(query, source, columns):
        return Style(".", plain)
    evidence = _evidence(query, source, columns)
    point = next((item for item in evidence if item.point), None)
    comma = next((item for item in evidence if item.comma), None)
    either = next((item for item in evidence if item.either), None)
    if point and comma:
        what = (
            f"has decimal points (column '{point.column}', {_shown(point.point)}) "
            f"and decimal commas (column '{comma.column}', {_shown(comma.comma)})"
        )
        raise _question(what, source, "", _said(point.point, "."), _said(comma.comma, ","))
    if either and not point and not comma:
        what = f"column '{either.column}' can be read with decimal points or decimal commas ({_shown(either.either)})"
        raise _question(what, source, either.column, _said(either.either, "."), _said(either.either, ","))
    return Style("," if comma else ".", frozenset() if comma else plain)


def _plain(query: Query, source: Source, columns: Sequence[int]) -> frozenset[int]:
    pattern = query.bind(_PLAIN)
    tests = ", ".join(f"bool_and(regexp_full_match({text(source, index)}, {pattern}))" for index in columns)
    (row,) = query.rows(f"SELECT {tests} FROM {query.relation(source)}")
    return frozenset(index for index, plain in zip(columns, row, strict=True) if plain in (True, None))


def _has_point(query: Query, source: Source, columns: Sequence[int]) -> bool:
    """Whether a plain number settles it cheaply: a point before other than three digits parts no thousands."""
    values = [text(source, index) for index in columns]
    tests = " OR ".join(f"(contains({value}, '.') AND length({value}) - strpos({value}, '.') <> 3)" for value in values)
    return bool(query.rows(f"SELECT 1 FROM {query.relation(source)} WHERE {tests} LIMIT 1"))


class Place(TypedDict):
    """A value and its line."""

    value: str
    line: int


@dataclass(frozen=True)
class Evidence:
    """The first value of a column that only a point, only a comma, or either explains."""

    column: str
    point: Place | None
    comma: Place | None
    either: Place | None


def _question(what: str, source: Source, column: str, point: str, comma: str) -> QuestionError:
    return QuestionError(
        what,
        Question(source.name, "settings.decimal", ((".", point), (",", comma)), column),
        where=source.name,
        todo='Say which is meant in a mapping: [settings] decimal = "." or decimal = ",".',
    )


def _shown(place: Place | None) -> str:
    return f"row {place['line']}, {place['value']!r}" if place else ""


def _said(place: Place | None, decimal: str) -> str:
    """What a decimal sign makes of a number: ``1,234 is 1.234``."""
    value = place["value"] if place else ""
    digits = value.replace("," if decimal == "." else ".", "").replace(decimal, ".")
    return f"{value} is {re.sub('[^-0-9.]', '', digits)}"


def _evidence(query: Query, source: Source, columns: Sequence[int]) -> list[Evidence]:
    frame, point, comma = (query.bind(pattern) for pattern in (_FRAME, _POINT, _COMMA))
    found: list[Evidence] = []
    for index in columns:
        digits = f"regexp_extract({text(source, index)}, {frame}, {_DIGITS_GROUP})"
        result = query.row(
            f"""
            WITH cells AS (
                SELECT {LINE}, {text(source, index)} AS value, {digits} AS digits
                FROM {query.relation(source)} WHERE contains(c{index}, '.') OR contains(c{index}, ',')
            ), judged AS (
                SELECT *, regexp_full_match(digits, {point}) AS point, regexp_full_match(digits, {comma}) AS comma
                FROM cells WHERE regexp_matches(digits, '[.,]')
            )
            SELECT min_by({{'value': value, 'line': {LINE}}}, {LINE}) FILTER (point AND NOT comma) AS point,
                min_by({{'value': value, 'line': {LINE}}}, {LINE}) FILTER (comma AND NOT point) AS comma,
                min_by({{'value': value, 'line': {LINE}}}, {LINE}) FILTER (comma AND point) AS either
            FROM judged
            """
        )
        found.append(Evidence(source.headers[index], **result))
    return found


def number(query: Query, source: Source, index: int, style: Style) -> str:
    """SQL for a column as an exact number; null where it is none, not finite or too large."""
    column, kind = f"c{index}", source.kinds[index]
    if kind == "int":
        return f"TRY_CAST({column} AS BIGINT)"
    if kind == "decimal":
        return f"TRY_CAST({column} AS {NUMBER})"
    if kind == "float":
        return f"CASE WHEN isfinite({column}) THEN CAST({column} AS DOUBLE) END"
    if kind != "text":
        return f"CAST(NULL AS {NUMBER})"
    value = text(source, index)
    if index in style.plain:
        return f"TRY_CAST({value} AS {NUMBER})"
    digits = f"regexp_extract({value}, {query.bind(_FRAME)}, {_DIGITS_GROUP})"
    fits = query.bind(_POINT if style.decimal == "." else _COMMA)
    grouping = query.bind(rf"[{',' if style.decimal == '.' else '.'}{_SPACES}]")
    cleaned = f"replace(regexp_replace({digits}, {grouping}, '', 'g'), ',', '.')"
    minus = f"CASE WHEN regexp_matches({value}, '^[^0-9]*[-−(]|-$') THEN '-' ELSE '' END"
    right = (
        f"{digits} <> '' AND regexp_full_match({digits}, {fits}) AND contains({value}, '(') = contains({value}, ')')"
    )
    return f"CASE WHEN {right} THEN TRY_CAST({minus} || {cleaned} AS {NUMBER}) END"


def product(quantity: str, price: str, exact: bool) -> str:
    """SQL for quantity times price, exact for decimals up to 1e11 a piece; null beyond."""
    if not exact:
        return f"CAST({quantity} AS DOUBLE) * CAST({price} AS DOUBLE)"
    return f"TRY(TRY_CAST({quantity} AS DECIMAL(18,6)) * TRY_CAST({price} AS DECIMAL(20,9)))"


def money(expression: str, exact: bool) -> str:
    """SQL for an amount of the currency as whole money units, rounded once, half away from zero.

    Parameters
    ----------
    expression : str
    exact : bool
        It is a decimal, not a double.
    """
    if not exact:
        return f"TRY_CAST(round(({expression}) * {SCALE}) AS BIGINT)"
    # A wider type, or the multiplication overflows at 10 billion.
    return f"TRY_CAST(TRY_CAST(({expression}) AS DECIMAL(24,4)) * CAST({SCALE} AS DECIMAL(5,0)) AS BIGINT)"
