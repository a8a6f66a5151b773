"""Files of order lines to one clean table: conversion, faults, what is worth noting.

An amount is what its column says, else quantity times unit price less the discount. Money is rounded once to 0.0001, half away from
zero. A value that stands there and can't be read puts its row in quarantine; only the customer may be missing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.days import EPOCH, LAST_DATE
from core.errors import BadInputError
from core.ingest import amounts, dates
from core.ingest.amounts import Style
from core.ingest.currency import currency_of
from core.ingest.dates import DateForm
from core.ingest.fields import Bound, Fields
from core.ingest.mapping import Settings
from core.ingest.sources import LINE, Source
from core.ingest.sql import Query, text
from core.schema import ORDER_LINES

NUMBERS = ("quantity", "unit_price", "amount", "cost", "unit_cost", "discount")
MONEY = ("unit_price", "amount", "cost", "unit_cost", "discount")
TEXTS = ("region", "channel")
# Rows that a spreadsheet adds under its table.
_TOTALS = r"^(grand |sub)?-?totals?\b|^sum\b|^итог|^всего|^合计|^总计"
_SHORTENED = r"\d([.,]\d+)?[eE]\+\d+"


@dataclass(frozen=True)
class Fault:
    """A reason for quarantine: when, in which column, and what stands there."""

    when: str
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Lines:
    """One file of order lines, understood.

    Parameters
    ----------
    bound : Bound
    select : str
        SQL of its rows: the clean columns, and file, line, status, fault, value, price.
    faults : tuple of Fault
        ``fault`` is the position in it, from 1.
    known : frozenset of str
        Clean columns that the file has.
    currency : str or None
    how : tuple of (str, str)
    zones : int
    """

    bound: Bound
    select: str
    faults: tuple[Fault, ...]
    known: frozenset[str]
    currency: str | None
    how: tuple[tuple[str, str], ...]
    zones: int


def understand(
    query: Query,
    bound: Bound,
    number: int,
    settings: Settings,
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
    settings : Settings
    open_lookup : callable
        See :class:`core.ingest.fields.Fields`.
    products : Path or None
        Clean products, for the category where the lines have none.

    Returns
    -------
    Lines

    Raises
    ------
    BadInputError
        Dates, decimals or currencies that can't be told.
    """
    reader = _Reader(query, bound, settings, open_lookup, products)
    faults = reader.faults()
    cases = " ".join(f"WHEN {fault.when} THEN {at}" for at, fault in enumerate(faults, 1))
    values = " ".join(f"WHEN {at} THEN {fault.value}" for at, fault in enumerate(faults, 1))
    # Three steps, so that no expression is written, or evaluated, twice.
    select = f"""
        SELECT file, {LINE}, {", ".join(ORDER_LINES.names)}, price, customer_text, fault, CASE fault {values} END AS value,
            CASE WHEN totals THEN 'totals_row' WHEN fault > 0 THEN 'quarantined' ELSE 'kept' END AS status
        FROM (
            SELECT *, CASE {cases} ELSE 0 END AS fault FROM (
                SELECT *, {reader.money()} FROM (SELECT {number} AS file, {reader.columns()} FROM {reader.relation()})
            )
        )"""
    currency = currency_of(
        query, bound.source, reader.positions(MONEY), reader.fields.column("currency"), settings.currency
    )
    how = [*bound.source.how, ("dates", reader.form.words)]
    if any(bound.source.kinds[index] == "text" for index in reader.positions(NUMBERS)):
        how.append(("decimal", reader.style.decimal))
    return Lines(bound, select, tuple(faults), reader.known(), currency, tuple(how), reader.form.zones)


class _Reader:
    """The parts of one file's SQL."""

    def __init__(
        self,
        query: Query,
        bound: Bound,
        settings: Settings,
        open_lookup: Callable[[str], Source],
        products: Path | None,
    ) -> None:
        self.query, self.bound, self.source = query, bound, bound.source
        self.fields = Fields(query, bound, open_lookup)
        self.has = set(bound.fields)
        self.products = products if "product_id" in self.has else None
        for field in ("date", *NUMBERS):
            if field in self.has and self.fields.column(field) is None:
                raise BadInputError(
                    f"{field} has to be one column", where=f"{bound.source.name}, [order_lines] {field}"
                )
        self.style: Style = amounts.style_of(query, self.source, self.positions(NUMBERS), settings)
        self.form: DateForm = dates.form_of(
            query, self.source, self._at("date"), bound.fields["date"].format, "[order_lines] date"
        )

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
        products = f"(SELECT product_id AS k, category AS v FROM read_parquet({path}))"
        return f"{self.fields.relation} LEFT JOIN {products} AS p ON p.k = {self.fields.id('product_id')}"

    def columns(self) -> str:
        """Everything read from the file, typed, beside the text it was read from."""
        fields = self.fields
        category = fields.text("category")
        parts = [
            LINE,
            *(f"{fields.id(field)} AS {field}" for field in ("order_id", "customer_id", "product_id")),
            f"{fields.raw('customer_id')} AS customer_text",
            f"{text(self.source, self._at('date'))} AS date_text",
            f"{dates.day(self.query, self.source, self._at('date'), self.form)} AS date",
            f"{dates.hour(self.query, self.source, self._at('date'), self.form)} AS hour",
            *(f"{fields.text(field)} AS {field}" for field in TEXTS),
            f"{category if self.products is None else f'coalesce({category}, p.v)'} AS category",
            *(f"{text(self.source, self._at(field))} AS {field}_text" for field in NUMBERS if field in self.has),
            *(f"{self._number(field)} AS {field}_number" for field in NUMBERS if field in self.has),
            f"{self._totals()} AS totals",
        ]
        return ", ".join(parts)

    def _number(self, field: str) -> str:
        return amounts.number(self.query, self.source, self._at(field), self.style)

    def _totals(self) -> str:
        cells = ", ".join(text(self.source, index) for index, kind in enumerate(self.source.kinds) if kind == "text")
        if not cells:
            return "FALSE"
        dated = f"{dates.day(self.query, self.source, self._at('date'), self.form)} IS NOT NULL"
        return f"CASE WHEN {dated} THEN FALSE ELSE regexp_matches(lower(concat_ws(' ', {cells})), {self.query.bind(_TOTALS)}) END"

    def _exact(self, *names: str) -> bool:
        return all(self.source.kinds[self._at(field)] != "float" for field in names)

    def money(self) -> str:
        """Amount, cost, discount, quantity and price in their clean types."""

        def units(field: str) -> str:
            return amounts.money(f"{field}_number", self._exact(field)) if field in self.has else "CAST(NULL AS BIGINT)"

        def times(field: str) -> str:
            exact = self._exact("quantity", field)
            return amounts.money(amounts.product("quantity_number", f"{field}_number", exact), exact)

        amount = units("amount")
        if "amount" not in self.has:
            amount = times("unit_price")
            if "discount" in self.has:
                amount = f"({amount}) - coalesce({units('discount')}, 0)"
        cost = times("unit_cost") if {"unit_cost", "quantity"} <= self.has and "cost" not in self.has else units("cost")
        quantity = "CAST(quantity_number AS DOUBLE)" if "quantity" in self.has else "CAST(NULL AS DOUBLE)"
        price = "CAST(unit_price_number AS DOUBLE)" if "unit_price" in self.has else "CAST(NULL AS DOUBLE)"
        return f"{amount} AS amount, {cost} AS cost, {units('discount')} AS discount, {quantity} AS quantity, {price} AS price"

    def faults(self) -> list[Fault]:
        """Why a row may go to quarantine; the first that holds counts."""
        order = " / ".join(self.bound.fields["order_id"].columns)
        customer = " / ".join(self.bound.fields["customer_id"].columns)
        day = self.source.headers[self._at("date")]
        shortened = self.query.bind(_SHORTENED)
        faults = [
            Fault("order_id IS NULL", order, "NULL", "missing"),
            Fault(
                f"contains(order_id, '+') AND regexp_full_match(order_id, {shortened})",
                order,
                "order_id",
                "shortened_id",
            ),
            Fault(
                f"contains(customer_id, '+') AND regexp_full_match(customer_id, {shortened})",
                customer,
                "customer_text",
                "shortened_id",
            ),
            Fault("date_text IS NULL", day, "NULL", "missing"),
            Fault("date IS NULL", day, "date_text", "not_a_date"),
            Fault(f"date NOT BETWEEN DATE '{EPOCH}' AND DATE '{LAST_DATE}'", day, "date_text", "date_out_of_range"),
        ]
        needed = ("amount",) if "amount" in self.has else ("quantity", "unit_price")
        for field in NUMBERS:
            if field in self.has:
                header, value = self.source.headers[self._at(field)], f"{field}_text"
                if field in needed:
                    faults.append(Fault(f"{value} IS NULL", header, "NULL", "missing"))
                faults.append(Fault(f"{value} IS NOT NULL AND {field}_number IS NULL", header, value, "not_a_number"))
        first = self.source.headers[self._at(needed[-1])]
        faults.append(Fault("amount IS NULL", first, f"{needed[-1]}_text", "too_large"))
        return faults
