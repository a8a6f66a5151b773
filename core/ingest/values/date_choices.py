"""Formats that a date could be written in, each with what it makes of an example."""

import re
from datetime import datetime

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ORDERS = {4: ("%d{0}%m{1}%Y", "%m{0}%d{1}%Y"), 2: ("%d{0}%m{1}%y", "%m{0}%d{1}%y", "%y{0}%m{1}%d")}
_DATE = re.compile(r"\d{1,2}([-/.])\d{1,2}([-/.])(\d{4}|\d{2})")


def formats_of(value: str) -> tuple[str, ...]:
    """The strptime formats that a date of digits could have, with its separators; none for anything else."""
    found = _DATE.match(value)
    if found is None:
        return ()
    return tuple(order.format(*found.groups()) for order in _ORDERS[len(found[3])])


def explained(value: str, format: str) -> str:
    """What a format makes of a date: ``01/02/2011 is 1 February 2011``."""
    found = _DATE.match(value)
    written = found[0] if found else value
    try:
        day = datetime.strptime(written, format)
    except ValueError:
        return f"{written} is not a date"
    return f"{written} is {day.day} {MONTHS[day.month - 1]} {day.year}"
