"""Columns by name: which field a header is, and which table a file is."""

import unicodedata
from collections.abc import Mapping, Sequence

from core.errors import BadInputError, Question, QuestionError
from core.ingest.mapping.spellings import ATTRIBUTE_TABLES, FIELDS, MONEY_FIELDS, SECOND_CHOICE, SPENDING

__all__ = ["ATTRIBUTE_TABLES", "FIELDS", "MONEY_FIELDS", "candidates", "match", "normal", "table_of"]


def normal(header: str) -> str:
    """A header without case, spaces and signs: ``"Invoice No."`` is ``invoiceno``."""
    text = unicodedata.normalize("NFKC", header).casefold()
    return "".join(letter for letter in text if letter.isalnum())


def candidates(headers: Sequence[str], table: str, taken: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    """The columns that could each be a field of a table.

    Parameters
    ----------
    headers : sequence of str
    table : str
    taken : frozenset of str
        Fields that the mapping has settled.

    Returns
    -------
    dict
        Field to headers, at least one.
    """
    names = {header: normal(header) for header in headers}
    found: dict[str, list[str]] = {}
    for choices in (FIELDS[table], SECOND_CHOICE.get(table, {})):
        used = {header for columns in found.values() for header in columns}
        for field, spellings in choices.items():
            if field not in taken and field not in found:
                columns = [header for header, name in names.items() if name in spellings and header not in used]
                if columns:
                    found[field] = columns
    return found


def match(headers: Sequence[str], table: str, file: str, taken: frozenset[str] = frozenset()) -> dict[str, str]:
    """The fields of a table that the headers name.

    Parameters
    ----------
    headers : sequence of str
    table : str
    file : str
        For the message.
    taken : frozenset of str
        Fields that the mapping has settled.

    Returns
    -------
    dict
        Field to header.

    Raises
    ------
    QuestionError
        Two columns for one field.
    """
    found = candidates(headers, table, taken)
    for field, columns in found.items():
        if len(columns) > 1:
            raise which_column(columns, table, field, file)
    return {field: columns[0] for field, columns in found.items()}


def which_column(columns: Sequence[str], table: str, field: str, file: str) -> QuestionError:
    """The error for several columns that could each be a field."""
    return QuestionError(
        f"columns {' and '.join(repr(column) for column in columns)} could each be the {field}",
        Question(file, f"{table}.{field}", tuple((column, column) for column in columns)),
        where=file,
        todo=f'Say which in a mapping: [{table}] {field} = "{columns[0]}".',
    )


def table_of(headers: Sequence[str], file: str) -> str:
    """Which table a file is, by its columns.

    Parameters
    ----------
    headers : sequence of str
    file : str
        For the message.

    Returns
    -------
    str
        A key of :data:`FIELDS`.

    Raises
    ------
    BadInputError
        It is none.
    """
    names = frozenset(normal(header) for header in headers)
    sales = _has(names, "order_lines")
    money = sum(sales[field] for field in MONEY_FIELDS)
    if sales["order_id"] and money:
        return "order_lines"
    if (event := _event_table(names)) is not None:
        return event
    # A list of customers or products may hold a date or a price; only sales have two of these.
    if sales["order_id"] + sales["date"] + bool(money and sales["customer_id"]) >= 2:
        return "order_lines"
    if money == len(MONEY_FIELDS) and sales["customer_id"]:
        return "order_lines"
    for table, key in (("customers", "customer_id"), ("products", "product_id")):
        if _has(names, table)[key]:
            return table
    raise BadInputError(
        "its columns are not recognised as order lines, customers, products, deals, touchpoints, survey, spend, market or notes",
        where=file,
        expected="order id, customer id, date, and amount or quantity and unit price",
        found=", ".join(headers[:20]),
        todo='Say in a mapping which column is what, such as [order_lines] order_id = "Bill no".',
    )


def _has(names: frozenset[str], table: str) -> Mapping[str, bool]:
    return {field: not names.isdisjoint(spellings) for field, spellings in FIELDS[table].items()}


def _event_table(names: frozenset[str]) -> str | None:
    """The table whose marks the columns bear: fields that no other table has."""
    sales, deals, touches = _has(names, "order_lines"), _has(names, "deals"), _has(names, "touchpoints")
    survey, spend, market = _has(names, "survey"), _has(names, "spend"), _has(names, "market")
    notes = _has(names, "notes")
    priced = sales["quantity"] or sales["unit_price"]
    bought = sales["order_id"] or sales["product_id"] or sales["customer_id"] or priced
    progress = sum(deals[field] for field in ("stage", "outcome", "opened", "closed"))
    marks = {
        "survey": survey["question"] and survey["answer"],
        "market": market["attribute"] and market["value"] and market["share"],
        "deals": (progress >= 1 if deals["deal_id"] else progress >= 2 and (deals["stage"] or deals["closed"]))
        and not sales["order_id"]
        and not priced,
        "touchpoints": touches["person_id"]
        and touches["time"]
        and touches["step"]
        and not sales["order_id"]
        and not priced,
        "spend": not names.isdisjoint(SPENDING) and spend["date"] and not bought,
        "notes": notes["note"]
        and (notes["segment"] or notes["step"])
        and not (bought or touches["person_id"] or deals["deal_id"]),
    }
    return next((table for table, fits in marks.items() if fits), None)
