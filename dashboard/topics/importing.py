"""The words of an import: tables, fields, questions, rules, stages."""

import re
from collections.abc import Callable

from core.errors import Question
from dashboard.words import _


def table(code: str) -> str:
    """A table's name."""
    words = {
        "order_lines": _("Order lines"),
        "customers": _("Customers"),
        "products": _("Products"),
        "deals": _("Deals"),
        "touchpoints": _("Touchpoints"),
        "survey": _("Survey answers"),
        "spend": _("Marketing spend"),
        "market": _("Market"),
        "notes": _("Notes"),
    }
    return words.get(code) or spelled(code)


def field(code: str) -> str:
    """What a column can mean."""
    words = {
        "order_id": _("Order number"),
        "customer_id": _("Customer"),
        "date": _("Date"),
        "amount": _("Amount"),
        "quantity": _("Quantity"),
        "unit_price": _("Price of one"),
        "cost": _("Cost"),
        "unit_cost": _("Cost of one"),
        "discount": _("Discount"),
        "product_id": _("Product code"),
        "product": _("Product name"),
        "category": _("Category"),
        "region": _("Region"),
        "channel": _("Channel"),
        "currency": _("Currency"),
        "deal_id": _("Deal number"),
        "account_id": _("Customer"),
        "opened": _("Opened on"),
        "closed": _("Closed on"),
        "outcome": _("Won, lost or open"),
        "reason": _("Reason"),
        "stage": _("Stage"),
        "stage_time": _("Stage began on"),
        "margin": _("Margin"),
        "discount_share": _("Discount as a share"),
        "contacts": _("Contacts"),
        "changes": _("Changes asked for"),
        "person_id": _("Person"),
        "time": _("Time"),
        "step": _("Step"),
        "question": _("Question asked"),
        "answer": _("Answer given"),
        "attribute": _("Attribute"),
        "value": _("Value"),
        "share": _("Share"),
        "source": _("Source"),
        "segment": _("Segment"),
        "author": _("Author"),
        "note": _("Note"),
        "hour": _("Hour"),
    }
    return words.get(code) or spelled(code)


def spelled(code: str) -> str:
    """A code that has no words of its own, made readable."""
    return code.replace("_", " ").strip().capitalize()


def question(asked: Question) -> str:
    """A question in words."""
    last = asked.setting.rsplit(".", 1)[-1]
    place = asked.column or asked.file
    if last == "format":
        return _("How are the dates in “{place}” written?").format(place=place)
    if last == "sheet":
        return _("Which sheet of {file} is to be read?").format(file=asked.file)
    words: dict[str, str] = {
        "decimal": _("Which sign stands before the cents in “{place}”?"),
        "thousands": _("Which sign parts the thousands in “{place}”?"),
        "currency": _("Which currency is the money in {file} in?"),
        "encoding": _("Which letters were meant in {file}?"),
        "delimiter": _("Which sign parts the columns of {file}?"),
        "other_currencies": _("What is to happen with lines in another currency?"),
        "table": _("What is in {file}?"),
    }
    if asked.setting.startswith("settings.") and last in words:
        return words[last].format(place=place, file=asked.file)
    return _("Which column of {file} is the {field}?").format(file=asked.file, field=field(last).lower())


def answer(asked: Question, choice: str) -> str:
    """A possible answer with its example."""
    example = dict(asked.choices).get(choice, "")
    if not example or example == choice:
        return choice
    if asked.setting.endswith(".format") or choice in example:
        return example
    return f"{choice}  ·  {example}"


def problem(sentence: str) -> str:
    """A problem without what it says to somebody who writes a mapping: the page has selects for that."""
    if missing := re.search(r"has no column for ([\w ]+)", sentence):
        names = [field(code).lower() for code in missing[1].split(" and ")]
        return _("Say below which column is: {fields}.").format(fields=", ".join(names))
    return re.sub(r"\s*(Say|Name|Set)\b[^.]* mapping\b.*$", "", sentence, flags=re.DOTALL)


def how(code: str) -> str:
    """One of the things that say how a file was read."""
    words = {
        "encoding": _("Encoding"),
        "delimiter": _("Between columns"),
        "decimal": _("Decimal sign"),
        "thousands": _("Thousands sign"),
        "dates": _("Dates"),
        "format": _("Format"),
        "sheet": _("Sheet"),
        "mapping": _("Read as"),
        "header_row": _("Header in row"),
        "encoding_guess": _("Encoding guessed"),
        "currency": _("Currency"),
    }
    return words.get(code) or spelled(code)


_PARTS = {
    "%d": "DD",
    "%m": "MM",
    "%Y": "YYYY",
    "%y": "YY",
    "%H": "hh",
    "%M": "mm",
    "%S": "ss",
    "%b": "MMM",
    "%B": "MMMM",
}


def value(text: str) -> str:
    """How a file was read, as people write it: ``%d.%m.%Y`` is ``DD.MM.YYYY``."""
    for part, shown in _PARTS.items():
        text = text.replace(part, shown)
    words = {
        "comma": _("comma"),
        "semicolon": _("semicolon"),
        "tab": _("tab"),
        "bar": _("bar"),
        "space": _("space"),
        ",": _("comma"),
        ".": _("point"),
        "day first": _("day first"),
        "month first": _("month first"),
        "yes": _("yes"),
        "iso": "YYYY-MM-DD",
    }
    return words.get(text, text)


def sign(value: str) -> str:
    """A delimiter or a decimal sign, so that it can be seen."""
    words = {
        ",": _("comma ,"),
        ";": _("semicolon ;"),
        "\t": _("tab"),
        "|": _("bar |"),
        ".": _("point ."),
        " ": _("space"),
        "'": _("apostrophe '"),
        "": _("none"),
    }
    return words.get(value, value)


def rule(code: str) -> str:
    """What an import does something about, or only says."""
    words: dict[str, Callable[[], str]] = {
        "left_out_by_value": lambda: _("Lines that the mapping leaves out by a value, such as cancelled orders"),
        "exact_duplicates": lambda: _("Lines that repeat another one exactly"),
        "duplicates": lambda: _("Lines that repeat another one exactly"),
        "cancellations": lambda: _("Cancellations; as credits they lower revenue"),
        "cancellations_matched": lambda: _("Cancellations whose order was found"),
        "returns": lambda: _("Returns; as credits they lower revenue"),
        "returns_netted": lambda: _("Returns whose sale was found; together they come to nothing"),
        "returns_without_sale": lambda: _("Returns whose sale is not in the data"),
        "adjustments": lambda: _("Adjustments of accounts, such as bad debt"),
        "missing_customer": lambda: _("Lines without a customer; they count in revenue, not in segments"),
        "negative_price": lambda: _("Prices below zero"),
        "zero_price": lambda: _("Prices of zero"),
        "price_zero_or_less": lambda: _("Prices of zero or less"),
        "negative_amount": lambda: _("Amounts below zero; they count as credits unless their order brings more"),
        "zero_amount": lambda: _("Amounts of zero"),
        "future_dates": lambda: _("Dates in the future"),
        "overlapping_files": lambda: _("Orders that stand in several files"),
        "orders_in_several_files": lambda: _("Orders that stand in several files"),
        "orders_with_several_customers": lambda: _("Orders with several customers; each customer’s part is an order"),
        "already_imported": lambda: _("Orders that the last snapshot has already, all the same"),
        "changed_orders": lambda: _("Orders that the last snapshot has otherwise"),
        "other_currencies": lambda: _("Lines in another currency"),
        "time_zones": lambda: _("Dates with a time zone"),
        "ids_stripped": lambda: _("Customer numbers that lost the .0 which a spreadsheet put there"),
        "blank": lambda: _("Blank rows"),
        "footer": lambda: _("Totals at the end"),
        "totals": lambda: _("Totals at the end"),
        "title_rows": lambda: _("Title rows above the header"),
    }
    if code.startswith("repeated_"):
        return _("{table}: rows that repeat another one exactly").format(table=table(code.removeprefix("repeated_")))
    if code.startswith("converted_"):
        return _("Money converted from {currency}").format(currency=code.removeprefix("converted_"))
    return words[code]() if code in words else spelled(code)


def stage(code: str) -> str:
    """What an import is busy with."""
    words = {
        "": _("Starting …"),
        "read": _("Reading …"),
        "check": _("Checking …"),
        "convert": _("Converting …"),
        "build": _("Building the order history …"),
        "personas": _("Finding personas …"),
        "publish": _("Publishing …"),
        "recognise": _("Looking at the columns …"),
        "gather": _("Fetching …"),
    }
    return words.get(code) or _("Working …")
