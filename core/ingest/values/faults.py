"""Why a row may go to quarantine."""

from dataclasses import dataclass

from core.days import EPOCH, LAST_DATE
from core.ingest.sql import Query
from core.ingest.values.fields import Bound

NUMBERS = ("quantity", "unit_price", "amount", "cost", "unit_cost", "discount")
MONEY = ("unit_price", "amount", "cost", "unit_cost", "discount")
# What a spreadsheet makes of a long number.
_SHORTENED = r"\d([.,]\d+)?[eE]\+\d+"
IN_RANGE = f"BETWEEN DATE '{EPOCH}' AND DATE '{LAST_DATE}'"


@dataclass(frozen=True)
class Fault:
    """A reason for quarantine: when, in which column, and what stands there."""

    when: str
    column: str
    value: str
    reason: str


def faults_of(query: Query, bound: Bound, rated: bool, foreign: str) -> list[Fault]:
    """Why an order line of a file may go to quarantine; the first that holds counts.

    Parameters
    ----------
    query : Query
    bound : Bound
    rated : bool
        Money is converted: each row has a line_currency, and needs a rate.
    foreign : str
        SQL: the row is in a currency that is left out.
    """
    fields = bound.fields
    day = fields["date"].columns[0]
    faults = [
        error_cell(_header(bound, "order_id"), "order_error"),
        error_cell(_header(bound, "customer_id"), "customer_error"),
        Fault("order_id IS NULL", _header(bound, "order_id"), "NULL", "missing"),
        shortened(query, _header(bound, "order_id"), "order_id"),
        shortened(query, _header(bound, "customer_id"), "customer_text", "customer_id"),
        Fault("date_text IS NULL", day, "NULL", "missing"),
        Fault("date IS NULL", day, "date_text", "not_a_date"),
        Fault(f"date NOT {IN_RANGE}", day, "date_text", "date_out_of_range"),
    ]
    if rated:
        # Without a column of currencies, the signs stand in the money.
        header = _header(bound, "currency" if "currency" in fields else next(name for name in MONEY if name in fields))
        faults += [
            Fault("line_currency IS NULL", header, "NULL", "missing"),
            Fault(f"rate IS NULL AND NOT {foreign}", header, "line_currency", "no_rate"),
        ]
    needed = ("amount",) if "amount" in fields else ("quantity", "unit_price")
    for field in NUMBERS:
        if field in fields:
            header, value = _header(bound, field), f"{field}_text"
            if field in needed:
                faults.append(Fault(f"{value} IS NULL", header, "NULL", "missing"))
            faults.append(Fault(f"{value} IS NOT NULL AND {field}_number IS NULL", header, value, "not_a_number"))
    last = needed[-1]
    faults.append(Fault(f"amount IS NULL AND NOT {foreign}", _header(bound, last), f"{last}_text", "too_large"))
    return faults


def _header(bound: Bound, field: str) -> str:
    return " / ".join(bound.fields[field].columns)


def error_cell(header: str, value: str) -> Fault:
    """A formula of a spreadsheet has failed; ``value`` is SQL of :meth:`core.ingest.values.fields.Fields.error`."""
    return Fault(f"{value} IS NOT NULL", header, value, "error_cell")


def shortened(query: Query, header: str, value: str, key: str = "") -> Fault:
    """A spreadsheet made 1.23E+11 of a long number.

    Parameters
    ----------
    query : Query
    header : str
    value : str
        SQL: the text that stands there.
    key : str, optional
        SQL: the id, where that is not the text.
    """
    key = key or value
    test = f"contains({key}, '+') AND regexp_full_match({key}, {query.bind(_SHORTENED)})"
    return Fault(test, header, value, "shortened_id")
