"""Which currency the money is in. Sums over two are refused."""

from collections.abc import Sequence

from core.errors import BadInputError
from core.ingest.sources import Source
from core.ingest.sql import Query, text

# The yen sign is the yuan's too, so it settles nothing.
SYMBOLS = {
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
}
_SIGN = r"\p{Sc}|[A-Z]{1,3}\$|\b[A-Z]{3}\b|руб|р\.|元|円"
_WORDS = {"руб": "RUB", "р.": "RUB", "US$": "USD", "元": "CNY", "円": "JPY"}


def currency_of(
    query: Query, source: Source, money: Sequence[int], column: int | None, given: str | None
) -> str | None:
    """The one currency of a file.

    Parameters
    ----------
    query : Query
    source : Source
    money : sequence of int
        Positions of the columns of money, where signs may stand.
    column : int or None
        Position of a column of currencies.
    given : str or None
        The mapping's.

    Returns
    -------
    str or None
        A code such as GBP, None when nothing says.

    Raises
    ------
    BadInputError
        Two currencies, or another than the mapping's.
    """
    if column is not None:
        value = f"upper({text(source, column)})"
        found = _distinct(query, f"SELECT {value} AS sign FROM {query.relation(source)}")
        where = f"{source.name}, column '{source.headers[column]}'"
    else:
        texts = [index for index in money if source.kinds[index] == "text"]
        sign = query.bind(_SIGN)
        parts = [
            f"SELECT regexp_extract({text(source, index)}, {sign}) AS sign FROM {query.relation(source)}"
            for index in texts
        ]
        found = _distinct(query, " UNION ALL ".join(parts)) if parts else []
        found = [_WORDS.get(sign, SYMBOLS.get(sign, sign)) for sign in found if sign not in ("¥", "￥")]
        where = source.name
    return agree(found, given, where)


def _distinct(query: Query, statement: str) -> list[str]:
    return [sign for (sign,) in query.rows(f"SELECT DISTINCT sign FROM ({statement}) WHERE sign <> '' ORDER BY sign")]


def agree(found: Sequence[str], given: str | None, where: str) -> str | None:
    """The one currency among those found and given; raises :class:`BadInputError` for two."""
    codes = sorted(set(found))
    if len(codes) > 1:
        raise BadInputError(
            f"holds {len(codes)} currencies",
            where=where,
            expected="one, as amounts of two can't be added",
            found=", ".join(codes[:8]),
            todo="Import one currency at a time, or convert the amounts first.",
        )
    if given and codes and codes[0] != given.upper():
        raise BadInputError("is in another currency than the mapping says", where=where, expected=given, found=codes[0])
    return given or (codes[0] if codes else None)
