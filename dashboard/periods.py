"""Ready-made windows of time for the data at hand."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Window:
    """First and last date, both inside; None leaves an end open, so that new data come in."""

    first: date | None = None
    last: date | None = None


def presets(first_day: date, last_day: date) -> dict[str, Window]:
    """Windows by key, all time first; those that would show everything or the same as one before are left out.

    Parameters
    ----------
    first_day, last_day : date
        Of the data.

    Returns
    -------
    dict of str to Window
        Keys ``all``, ``months_12``, ``months_3``, ``this_year``, ``last_year``.
    """
    this_year = date(last_day.year, 1, 1)
    offered = {
        "months_12": Window(months_before(last_day, 12)),
        "months_3": Window(months_before(last_day, 3)),
        "this_year": Window(this_year),
        "last_year": Window(max(date(last_day.year - 1, 1, 1), first_day), this_year - timedelta(days=1)),
    }
    kept = {"all": Window()}
    for key, window in offered.items():
        begins = window.first or first_day
        ends = window.last or last_day
        if first_day <= begins <= ends and (begins, ends) != (first_day, last_day) and window not in kept.values():
            kept[key] = window
    return kept


def months_before(day: date, months: int) -> date:
    """The first date of the window of whole months that ends with ``day``: 9 December and 12 give 10 December."""
    after = day + timedelta(days=1)
    index = after.year * 12 + after.month - 1 - months
    year, month = index // 12, index % 12 + 1
    last_of_month = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(after.day, last_of_month))
