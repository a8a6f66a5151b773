"""Files of order lines to one clean table: how each is written, and the SQL that reads it.

An amount is what its column says, else quantity times unit price less the discount. Money is rounded once to 0.0001, half away from
zero. A value that stands there and can't be read puts its row in quarantine; only the customer may be missing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.errors import BadInputError
from core.ingest.mapping.model import Mapping_
from core.ingest.mapping.spellings import TOTALS
from core.ingest.sources import LINE, Source
from core.ingest.sql import Query, text
from core.ingest.values import amounts, dates
from core.ingest.values.amounts import Style
from core.ingest.values.conversion import converted, joined
from core.ingest.values.currency import Currencies, currencies_of
from core.ingest.values.dates import DateForm
from core.ingest.values.faults import MONEY, NUMBERS, Fault, faults_of
from core.ingest.values.fields import Bound, Fields, key_of
from core.schema import ORDER_LINES

TEXTS = ("region", "channel")


@dataclass(frozen=True)
class Lines:
    """One file of order lines, understood.

    Parameters
    ----------
    bound : Bound
    select : str
        SQL of its rows: the clean columns, and file, line, price, and

        - stripped, zoned: what stood there, where an id lost a ``.0`` or a date has a time zone
        - by_value: what stands there that leaves the row out
        - currency: of the row, where there are several
        - key: 64 bits of all its cells
        - fault, value: why it can't be used, and what stands there
        - status: kept, quarantined, totals_row, other_currencies
    faults : tuple of Fault
        ``fault`` is the position in it, from 1.
    known : frozenset of str
        Clean columns that the file has.
    currencies : Currencies
    how : tuple of (str, str)
    """

    bound: Bound
    select: str
    faults: tuple[Fault, ...]
    known: frozenset[str]
    currencies: Currencies
    how: tuple[tuple[str, str], ...]


def understand(
    query: Query,
    bound: Bound,
    number: int,
    mapping: Mapping_,
    open_lookup: Callable[[str], Source],
    products: Path | None,
) -> Lines:
    """Find out how a file of order lines is written, and put together the SQL that reads it.

    Parameters
    ----------
    query : Query
    bound : Bound
    number : int
        The file's number, kept in the column ``file``.
    mapping : Mapping_
    open_lookup : callable
        See :class:`core.ingest.values.fields.Fields`.
    products : Path or None
        Clean products, for the category where the lines have none.

    Returns
    -------
    Lines

    Raises
    ------
    QuestionError
        Dates, decimals or currencies that can be meant in two ways.
    BadInputError
        Dates or numbers that are none.
    """
    reader = _Reader(query, bound, mapping, open_lookup, products)
    faults = faults_of(query, bound, bool(reader.currencies.rates), reader.foreign())
    cases = " ".join(f"WHEN {fault.when} THEN {at}" for at, fault in enumerate(faults, 1))
    values = " ".join(f"WHEN {at} THEN {fault.value}" for at, fault in enumerate(faults, 1))
    # Three steps, so that no expression is written, or evaluated, twice.
    select = f"""
        SELECT file, {LINE}, {", ".join(ORDER_LINES.names)}, price, stripped, zoned, by_value, line_currency AS currency, key,
            fault, CASE fault {values} END AS value,
            CASE WHEN totals THEN 'totals_row' WHEN fault > 0 THEN 'quarantined'
                WHEN {reader.foreign()} THEN 'other_currencies' ELSE 'kept' END AS status
        FROM (
            SELECT *, CASE {cases} ELSE 0 END AS fault FROM (
                SELECT *, {reader.money()} FROM {reader.rated(f"SELECT {number} AS file, {reader.columns()} FROM {reader.relation()}")}
            )
        )"""
    how = [*bound.source.how, ("dates", reader.form.words)]
    if any(bound.source.kinds[index] == "text" for index in reader.positions(NUMBERS)):
        how.append(("decimal", reader.style.decimal))
    return Lines(bound, select, tuple(faults), reader.known(), reader.currencies, tuple(how))


class _Reader:
    """The parts of one file's SQL."""

    def __init__(
        self,
        query: Query,
        bound: Bound,
        mapping: Mapping_,
        open_lookup: Callable[[str], Source],
        products: Path | None,
    ) -> None:
        self.query, self.bound, self.source = query, bound, bound.source
        self.fields = Fields(query, bound, open_lookup)
        self.has = set(bound.fields)
        self._leaves_others = mapping.settings.other_currencies == "leave_out"
        self.products = products if "product_id" in self.has else None
        for field in ("date", *NUMBERS):
            if field in self.has and self.fields.column(field) is None:
                raise BadInputError(
                    f"{field} has to be one column", where=f"{bound.source.name}, [order_lines] {field}"
                )
        self.style: Style = amounts.style_of(query, self.source, self.positions(NUMBERS), mapping.settings)
        self.form: DateForm = dates.form_of(
            query, self.source, self._at("date"), bound.fields["date"].format, "[order_lines] date"
        )
        # Where only digits stand, no sign does.
        signed = [index for index in self.positions(MONEY) if index not in self.style.plain]
        self.currencies = currencies_of(query, self.fields, signed, mapping, open_lookup)

    def positions(self, names: tuple[str, ...]) -> list[int]:
        """Columns of those of the fields that the file has."""
        return [self._at(field) for field in names if field in self.has]

    def _at(self, field: str) -> int:
        return self.bound.index(self.bound.fields[field].columns[0])

    def known(self) -> frozenset[str]:
        """The clean columns that the file has."""
        known = self.has & set(ORDER_LINES.names) | {"amount"}
        known |= {"hour"} if self.form.hours else set()
        known |= {"cost"} if {"unit_cost", "quantity"} <= self.has else set()
        known |= {"category"} if self.products is not None else set()
        return frozenset(known)

    def relation(self) -> str:
        """The file, its look-ups, and the products."""
        if self.products is None:
            return self.fields.relation
        path = self.query.bind(str(self.products))
        products = f"(SELECT product_id AS k, category AS v FROM read_parquet({path}, hive_partitioning = false))"
        return f"{self.fields.relation} LEFT JOIN {products} AS p ON p.k = {self.fields.id('product_id')}"

    def columns(self) -> str:
        """Everything read from the file, typed, beside the text it was read from."""
        fields = self.fields
        category = fields.text("category")
        parts = [
            LINE,
            *(f"{fields.id(field)} AS {field}" for field in ("order_id", "customer_id", "product_id")),
            *(f"{fields.error(f'{name}_id')} AS {name}_error" for name in ("order", "customer")),
            f"{fields.raw('customer_id')} AS customer_text",
            f"{self._stripped()} AS stripped",
            f"{text(self.source, self._at('date'))} AS date_text",
            f"{dates.zoned('date_text', self.form)} AS zoned",
            f"{dates.day(self.query, self.source, self._at('date'), self.form)} AS date",
            f"{dates.hour(self.query, self.source, self._at('date'), self.form)} AS hour",
            *(f"{fields.text(field)} AS {field}" for field in TEXTS),
            f"{category if self.products is None else f'coalesce({category}, p.v)'} AS category",
            *(f"{text(self.source, self._at(field))} AS {field}_text" for field in NUMBERS if field in self.has),
            *(f"{self._number(field)} AS {field}_number" for field in NUMBERS if field in self.has),
            f"{fields.left_out()} AS by_value",
            f"{self._totals()} AS totals",
            f"{self.currencies.line or 'CAST(NULL AS VARCHAR)'} AS line_currency",
            f"{key_of(self.source)} AS key",
        ]
        return ", ".join(parts)

    def rated(self, rows: str) -> str:
        """The rows, beside the rate of each where they have to be converted."""
        return joined(rows, self.currencies.rates) if self.currencies.rates else f"({rows})"

    def foreign(self) -> str:
        """SQL: the row is in a currency that is left out."""
        if not self._leaves_others or not self.currencies.rates:
            return "FALSE"
        rated = ", ".join(self.query.bind(code) for code in sorted(self.currencies.rated))
        return f"coalesce(line_currency NOT IN ({rated}), FALSE)"

    def _stripped(self) -> str:
        floated = "ends_with(customer_text, '.0') AND NOT ends_with(customer_id, '.0')"
        return f"CASE WHEN {floated} THEN customer_text END"

    def _number(self, field: str) -> str:
        return amounts.number(self.query, self.source, self._at(field), self.style)

    def _totals(self) -> str:
        cells = ", ".join(text(self.source, index) for index, kind in enumerate(self.source.kinds) if kind == "text")
        if not cells:
            return "FALSE"
        dated = f"{dates.day(self.query, self.source, self._at('date'), self.form)} IS NOT NULL"
        return f"CASE WHEN {dated} THEN FALSE ELSE regexp_matches(lower(concat_ws(' ', {cells})), {self.query.bind(TOTALS)}) END"

    def _exact(self, *names: str) -> bool:
        return all(self.source.kinds[self._at(field)] != "float" for field in names)

    def money(self) -> str:
        """Amount, cost, discount, quantity and price in their clean types."""
        cost = self._times("unit_cost") if {"unit_cost", "quantity"} <= self.has and "cost" not in self.has else None
        quantity = "CAST(quantity_number AS DOUBLE)" if "quantity" in self.has else "CAST(NULL AS DOUBLE)"
        price = "CAST(unit_price_number AS DOUBLE)" if "unit_price" in self.has else "CAST(NULL AS DOUBLE)"
        return (
            f"{self._amount()} AS amount, {cost or self._units('cost')} AS cost, {self._units('discount')} AS discount, "
            f"{quantity} AS quantity, {price} AS price"
        )

    def _amount(self) -> str:
        if "amount" in self.has:
            return self._units("amount")
        gross = self._times("unit_price")
        if "discount" not in self.has:
            return gross
        if not self.currencies.rates:
            return f"({gross}) - coalesce({self._units('discount')}, 0)"
        # Rounded once, after the rate.
        exact = self._exact("quantity", "unit_price")
        product = amounts.product("quantity_number", "unit_price_number", exact)
        return self._money(f"TRY({product} - coalesce(discount_number, 0))", exact and self._exact("discount"))

    def _units(self, field: str) -> str:
        """A field of money in whole units; null where the file has none."""
        if field not in self.has:
            return "CAST(NULL AS BIGINT)"
        return self._money(f"{field}_number", self._exact(field))

    def _times(self, field: str) -> str:
        """Quantity times a field of money, in whole units."""
        exact = self._exact("quantity", field)
        return self._money(amounts.product("quantity_number", f"{field}_number", exact), exact)

    def _money(self, expression: str, exact: bool) -> str:
        return amounts.money(converted(expression, exact) if self.currencies.rates else expression, exact)
