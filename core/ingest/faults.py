"""Why an order line may go to quarantine."""

from dataclasses import dataclass

from core.days import EPOCH, LAST_DATE
from core.ingest.fields import Bound
from core.ingest.sql import Query

NUMBERS = ("quantity", "unit_price", "amount", "cost", "unit_cost", "discount")
MONEY = ("unit_price", "amount", "cost", "unit_cost", "discount")
# What a spreadsheet makes of a long number.
_SHORTENED = r"\d([.,]\d+)?[eE]\+\d+"


@dataclass(frozen=True)
class Fault:
    """A reason for quarantine: when, in which column, and what stands there."""

    when: str
    column: str
    value: str
    reason: str


def faults_of(query: Query, bound: Bound, rated: bool, foreign: str) -> list[Fault]:
    """Why a row of a file may go to quarantine; the first that holds counts.

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
        Fault("order_id IS NULL", _header(bound, "order_id"), "NULL", "missing"),
        _shortened(query, bound, "order_id", "order_id"),
        _shortened(query, bound, "customer_id", "customer_text"),
        Fault("date_text IS NULL", day, "NULL", "missing"),
        Fault("date IS NULL", day, "date_text", "not_a_date"),
        Fault(f"date NOT BETWEEN DATE '{EPOCH}' AND DATE '{LAST_DATE}'", day, "date_text", "date_out_of_range"),
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


def _shortened(query: Query, bound: Bound, field: str, value: str) -> Fault:
    test = f"contains({field}, '+') AND regexp_full_match({field}, {query.bind(_SHORTENED)})"
    return Fault(test, _header(bound, field), value, "shortened_id")
