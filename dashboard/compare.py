"""An earlier time to compare with: the period before, or the same a year ago."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from core.filters import Filters
from dashboard.periods import months_before
from dashboard.words import EN_DASH, _, day

MODES = ("previous", "year")
# How far back "previous" goes where the window has no beginning.
OPEN_MONTHS = 3
_DAY = timedelta(days=1)
_MOST_MONTHS = 120


@dataclass(frozen=True)
class Comparison:
    """What the page is compared with.

    Parameters
    ----------
    mode : {"previous", "year"}
    filters : Filters
        The reader's, at the earlier time.
    words : str
        What a change is against, for beside a figure: ``"on a year ago"``.
    """

    mode: str
    filters: Filters
    words: str

    @property
    def span(self) -> str:
        """The earlier time as dates."""
        last = day(self.filters.last)
        first = self.filters.first
        return f"{day(first)} {EN_DASH} {last}" if first else _("to {day}").format(day=last)


def comparison(filters: Filters, first_day: date, last_day: date, mode: str) -> Comparison | None:
    """What to compare with; None where the data do not reach back that far.

    Parameters
    ----------
    filters : Filters
        The reader's.
    first_day, last_day : date
        Of the data.
    mode : {"previous", "year"}
    """
    first, last = earlier(filters.first, filters.last or last_day, mode)
    if (first or last) < first_day:
        return None
    words = {
        ("previous", True): _("on the period before"),
        ("previous", False): _("in 3 months"),
        ("year", True): _("on a year ago"),
        ("year", False): _("in a year"),
    }
    return Comparison(mode, replace(filters, first=first, last=last), words[mode, filters.first is not None])


def earlier(first: date | None, last: date, mode: str) -> tuple[date | None, date]:
    """The window to compare a window with.

    Parameters
    ----------
    first : date or None
        None for a window without a beginning: then only the as-of date moves.
    last : date
    mode : {"previous", "year"}
        The window of equal length right before (as many months, where it is made of whole months), or both ends a year earlier.
        A window that ends with a month's last day still does, whatever the month's length.

    Returns
    -------
    first, last : date
        Both inside the window.
    """
    if first is None:
        return None, _ends_before(last, 12 if mode == "year" else OPEN_MONTHS)
    if mode == "year":
        return _begins_before(first, 12), _ends_before(last, 12)
    ends = first - _DAY
    if months := _whole_months(first, last):
        return months_before(ends, months), ends
    return ends - (last - first), ends


def _whole_months(first: date, last: date) -> int:
    """How many whole months a window has; 0 where it is not made of whole months."""
    after = last + _DAY
    near = (after.year - first.year) * 12 + after.month - first.month
    fits = (months for months in (near, near + 1) if 0 < months <= _MOST_MONTHS)
    return next((months for months in fits if months_before(last, months) == first), 0)


def _begins_before(first: date, months: int) -> date:
    return months_before(first - _DAY, months)


def _ends_before(last: date, months: int) -> date:
    return months_before(last, months) - _DAY
