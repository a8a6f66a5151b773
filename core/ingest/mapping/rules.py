"""What an import looks for in order lines that it can read, and what may become of the rows it finds.

Each rule counts rows and their money and gives examples. Where it has a switch, the mapping's ``[rules]`` can set it to "leave_out":
then the rows that it finds are left out under its name, each row by the first rule in the order of :data:`LEAVING` that holds for it.
A rule that leaves out counts the rows it left out; every other one counts among the rows that are kept. Which rows these are:

left_out_by_value
    Have a value in a column that the mapping leaves out; see :mod:`core.ingest.mapping.leaving`. Left out unless switched off.
exact_duplicates
    Equal in every column to an earlier row of the same file.
repeated_deals, and so on for each event table
    Rows of that table that are equal in every column to an earlier one, of the same file or of another.
overlapping_files
    Stand exactly so in an earlier file of the import: a row that is there twice in both is overlapping twice, and no duplicate.
cancellations
    A negative quantity (without one: amount) in an order whose id is C and digits, unless most sales are like that.
cancellations_matched, returns_netted, returns_without_sale
    See :mod:`core.ingest.tables.matching`.
adjustments, returns
    An order id that is A and digits, unless most are like that; a negative amount that is no cancellation, no adjustment and has no
    negative price.
negative_price, zero_price, zero_amount, missing_customer, future_dates
    As they say; future is later than the day of the import.
ids_stripped
    A customer's id that a spreadsheet had given a ``.0``.
time_zones
    A date with a time zone: the date is taken as written.
orders_with_several_customers, orders_in_several_files
    Lines of an order id that more than one customer, or file, has.
converted_EUR, and so on
    Money turned into the currency of the mapping by its rates.
other_currencies
    Rows in another currency than the mapping's that it says to leave out. Their money is not counted: it can't be added.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.schema import EVENT_TABLES

# Rules that may leave rows out, in their order.
LEAVING = (
    "left_out_by_value",
    "exact_duplicates",
    "overlapping_files",
    "cancellations",
    "adjustments",
    "returns",
    "negative_price",
    "zero_price",
    "missing_customer",
    "future_dates",
)
# Every switch of a mapping's [rules], and the default first. Two are for lines that are added to a snapshot.
SWITCHES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(LEAVING, ("keep", "leave_out")),
    "left_out_by_value": ("leave_out", "keep"),
    "already_imported": ("leave_out", "keep"),
    "changed_orders": ("new", "old"),
    **{f"repeated_{table}": ("keep", "leave_out") for table in EVENT_TABLES},
}
DEFAULTS: Mapping[str, str] = {name: positions[0] for name, positions in SWITCHES.items()}


# The order of the report.
ORDER = (
    "left_out_by_value",
    "exact_duplicates",
    "overlapping_files",
    "cancellations",
    "cancellations_matched",
    "returns",
    "returns_netted",
    "returns_without_sale",
    "adjustments",
    "missing_customer",
    "negative_price",
    "zero_price",
    "zero_amount",
    "future_dates",
    "ids_stripped",
    "orders_with_several_customers",
    "orders_in_several_files",
    "time_zones",
    "other_currencies",
)


@dataclass(frozen=True)
class Rule:
    """Rows worth knowing about.

    Parameters
    ----------
    name : str
    when : str
        SQL over the columns of :class:`core.ingest.tables.order_lines.Lines`, never null.
    value : str
        The column shown in examples.
    """

    name: str
    when: str
    value: str = "order_id"


def row_rules(today: date, letters: frozenset[str]) -> tuple[Rule, ...]:
    """The rules that look at one row alone.

    Parameters
    ----------
    today : date
        Later dates are in the future.
    letters : frozenset of str
        Of C and A: those that mark cancellations and adjustments in these files.
    """
    cancelled = numbered("C") if "C" in letters else "FALSE"
    adjusted = numbered("A") if "A" in letters else "FALSE"
    negative = "coalesce(quantity, amount, 0) < 0"
    return (
        Rule("left_out_by_value", "by_value IS NOT NULL", "by_value"),
        Rule("cancellations", f"CASE WHEN {negative} THEN {cancelled} ELSE FALSE END"),
        Rule(
            "returns",
            f"CASE WHEN amount < 0 AND coalesce(price, 0) >= 0 THEN NOT ({cancelled} OR {adjusted}) ELSE FALSE END",
        ),
        Rule("adjustments", adjusted),
        Rule("missing_customer", "customer_id IS NULL"),
        Rule("negative_price", "coalesce(price < 0, FALSE)", "price"),
        Rule("zero_price", "coalesce(price = 0, FALSE)"),
        Rule("zero_amount", "coalesce(amount = 0, FALSE)"),
        Rule("future_dates", f"coalesce(date > DATE '{today}', FALSE)", "date"),
        Rule("ids_stripped", "stripped IS NOT NULL", "stripped"),
        Rule("time_zones", "zoned IS NOT NULL", "zoned"),
    )


def numbered(letter: str) -> str:
    """SQL: the order id is a letter and digits."""
    return (
        f"CASE WHEN upper(left(order_id, 1)) = '{letter}' "
        rf"THEN regexp_full_match(order_id, '[{letter}{letter.lower()}]\d+') ELSE FALSE END"
    )


def place(name: str) -> tuple[int, str]:
    """Where a rule stands in the report: those of single currencies last."""
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)
