"""Which currency the money of a file is in, row by row where there are several. They are never added up as they are."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from core.errors import BadInputError, Question, QuestionError
from core.ingest.mapping.model import Mapping_
from core.ingest.sources import Source
from core.ingest.sql import Query, text
from core.ingest.values.conversion import rate_table
from core.ingest.values.fields import Fields

CODES = {
    "$": "USD",
    "£": "GBP",
    "€": "EUR",
    "₽": "RUB",
    "₴": "UAH",
    "₸": "KZT",
    "₹": "INR",
    "₩": "KRW",
    "₺": "TRY",
    "₪": "ILS",
    "US$": "USD",
    "A$": "AUD",
    "C$": "CAD",
    "CA$": "CAD",
    "HK$": "HKD",
    "NT$": "TWD",
    "NZ$": "NZD",
    "R$": "BRL",
    "S$": "SGD",
    "руб": "RUB",
    "р.": "RUB",
    "元": "CNY",
    "円": "JPY",
    "￥": "¥",
}
# The yen sign is the yuan's too, so alone it settles nothing.
YEN = "¥"
_YENS = {"JPY", "CNY"}
_SIGN = r"\p{Sc}|[A-Z]{1,3}\$|\b[A-Z]{3}\b|руб|р\.|元|円"
_SHOWN = 8
_ADVICE = (
    'Choose one in a mapping ([settings] currency = "{code}" and other_currencies = "leave_out"), '
    "give rates to turn them into one ([rates]), or import one currency at a time."
)


@dataclass(frozen=True)
class Currencies:
    """The currencies of a file.

    Parameters
    ----------
    one : str or None
        What its clean money is in, such as GBP; None when nothing says.
    rows : tuple of (str, int)
        Those that stand in it, with their rows.
    line : str or None
        SQL of a row's currency, when rows have to be converted or left out.
    rates : str or None
        The table of rates that goes with it.
    rated : frozenset of str
        The currencies in it.
    """

    one: str | None
    rows: tuple[tuple[str, int], ...] = ()
    line: str | None = None
    rates: str | None = None
    rated: frozenset[str] = frozenset()


def currencies_of(
    query: Query, fields: Fields, money: Sequence[int], mapping: Mapping_, open_lookup: Callable[[str], Source]
) -> Currencies:
    """Find the currencies of a file of order lines, and what is to be done about them.

    Parameters
    ----------
    query : Query
    fields : Fields
    money : sequence of int
        Positions of the columns of money in which signs may stand.
    mapping : Mapping_
    open_lookup : callable
        File name to its source, for a table of rates.

    Returns
    -------
    Currencies

    Raises
    ------
    QuestionError
        Several currencies, and neither rates nor a choice.
    BadInputError
        Another currency than the mapping's.
    """
    source, settings = fields.bound.source, mapping.settings
    named = "currency" in fields.bound.fields
    base = settings.currency.upper() if settings.currency else None
    line = _code(f"upper({fields.text('currency')})") if named else _signs(query, source, money)
    if line is None:
        return Currencies(base)
    counted = _counted(query, line, fields.relation)
    yen = _yen({code for code, _ in counted}, base, mapping)
    if yen != YEN:
        line = f"replace({line}, {query.bind(YEN)}, {query.bind(yen)})"
    rows = _added((code.replace(YEN, yen), count) for code, count in counted)
    others = [code for code, _ in rows if code != base] if base else []
    if base is not None and others and (mapping.rates is not None or settings.other_currencies == "leave_out"):
        if not named:
            # Amounts without a sign are in the mapping's currency.
            line = f"coalesce({line}, {query.bind(base)})"
        table, rated = rate_table(query, mapping.rates, base, settings, open_lookup)
        return Currencies(base, rows, line, table, rated)
    if [code for code, _ in rows] == [YEN]:
        return Currencies(base)
    where = f"{source.name}, column '{' / '.join(fields.bound.fields['currency'].columns)}'" if named else source.name
    return Currencies(_agreed(rows, base, where, source.name), rows)


def together(files: Sequence[tuple[str, Currencies]], given: str | None) -> str | None:
    """The one currency of several files; raises :class:`QuestionError` for two.

    Parameters
    ----------
    files : sequence of (str, Currencies)
        File names and what was found in each.
    given : str or None
        The mapping's.
    """
    if given:
        return given.upper()
    rows = _added((found.one, sum(count for _, count in found.rows)) for _, found in files if found.one)
    return _agreed(rows, None, "the files together", ", ".join(name for name, _ in files))


def _counted(query: Query, line: str, relation: str) -> list[tuple[str, int]]:
    statement = f"SELECT {line} AS code FROM {relation}"
    return query.rows(f"SELECT code, count(*) FROM ({statement}) WHERE code <> '' GROUP BY code ORDER BY code")


def _added(counts: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    added: dict[str, int] = {}
    for code, count in counts:
        added[code] = added.get(code, 0) + count
    return tuple(sorted(added.items()))


def _code(sign: str) -> str:
    """SQL of the code that a sign stands for."""
    cases = " ".join(f"WHEN '{sign}' THEN '{code}'" for sign, code in CODES.items())
    return f"CASE {sign} {cases} ELSE {sign} END"


def _signs(query: Query, source: Source, money: Sequence[int]) -> str | None:
    """SQL of the currency whose sign stands in the money of a row: two are EUR/GBP, which no rate is for; null without."""
    found = [
        f"nullif(regexp_extract({text(source, index)}, {query.bind(_SIGN)}), '')"
        for index in money
        if source.kinds[index] == "text"
    ]
    if not found:
        return None
    codes = ", ".join(_code(sign) for sign in found)
    if len(found) == 1:
        return codes
    return f"nullif(array_to_string(list_sort(list_distinct([{codes}])), '/'), '')"


def _yen(codes: set[str], base: str | None, mapping: Mapping_) -> str:
    """What the yen sign means: yen or yuan, where just one of them is spoken of."""
    rated = {code for code, _ in mapping.rates.fixed} if mapping.rates else set()
    if base in _YENS:
        return base or YEN
    meant = _YENS & (codes | rated)
    return meant.pop() if len(meant) == 1 else YEN


def _agreed(rows: Sequence[tuple[str, int]], base: str | None, where: str, file: str) -> str | None:
    codes = [code for code, _ in rows]
    if len(codes) > 1:
        raise QuestionError(
            f"holds {len(codes)} currencies",
            _question(file, rows, base),
            where=where,
            expected="one, as amounts of two can't be added",
            found=", ".join(codes[:_SHOWN]),
            todo=_ADVICE.format(code=base or max(rows, key=lambda item: item[1])[0]),
        )
    if base and codes and codes[0] != base:
        raise BadInputError("is in another currency than the mapping says", where=where, expected=base, found=codes[0])
    return base or (codes[0] if codes else None)


def _question(file: str, rows: Sequence[tuple[str, int]], base: str | None) -> Question:
    total = sum(count for _, count in rows)
    if base is not None:
        others = total - dict(rows).get(base, 0)
        return Question(file, "settings.other_currencies", (("leave_out", f"{_rows(others)} not in {base}: left out"),))
    most = sorted(rows, key=lambda item: (-item[1], item[0]))[:_SHOWN]
    return Question(file, "settings.currency", tuple((code, f"{_rows(count)} in {code}") for code, count in most))


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"
