"""Rows worth knowing about: which, and by what rule. They stay where they are."""

from dataclasses import dataclass
from datetime import date

from core.money import SCALE


@dataclass(frozen=True)
class NoteRule:
    """Rows worth knowing about: a code, when, and the value shown."""

    name: str
    when: str
    value: str = "order_id"


def note_rules(known: frozenset[str], priced: bool, today: date) -> list[NoteRule]:
    """What is counted among the kept rows.

    Parameters
    ----------
    known : frozenset of str
    priced : bool
        Some file has unit prices.
    today : date
        Later dates are in the future.
    """
    negative = "quantity < 0" if "quantity" in known else "amount < 0"
    rules = [
        NoteRule("cancellations", rf"CASE WHEN {negative} THEN regexp_full_match(order_id, '[Cc]\d+') ELSE FALSE END"),
        NoteRule(
            "adjustments",
            r"CASE WHEN upper(left(order_id, 1)) = 'A' THEN regexp_full_match(order_id, '[Aa]\d+') ELSE FALSE END",
        ),
        NoteRule("missing_customer", "customer_id IS NULL"),
        NoteRule("negative_amount", "amount < 0", f"amount / {SCALE}"),
        NoteRule("zero_amount", "amount = 0"),
        NoteRule("future_dates", f"date > DATE '{today}'", "date"),
        NoteRule(
            "ids_stripped", "ends_with(customer_text, '.0') AND NOT ends_with(customer_id, '.0')", "customer_text"
        ),
    ]
    if priced:
        rules.insert(3, NoteRule("price_zero_or_less", "price <= 0", "price"))
    return rules
