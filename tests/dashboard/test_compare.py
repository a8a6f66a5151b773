"""Dates of the earlier time, each written out by hand from the calendar."""

from datetime import date

import pytest

from core.filters import Filters
from dashboard.compare import comparison, earlier

# Window; the period before; a year ago. Days as MMDD with the year.
WINDOWS = {
    # Whole months stay whole months, whatever their length.
    "January": ("2011-01-01 2011-01-31", "2010-12-01 2010-12-31", "2010-01-01 2010-01-31"),
    "February": ("2011-02-01 2011-02-28", "2011-01-01 2011-01-31", "2010-02-01 2010-02-28"),
    "leap February": ("2012-02-01 2012-02-29", "2012-01-01 2012-01-31", "2011-02-01 2011-02-28"),
    "February after a leap year": ("2013-02-01 2013-02-28", "2013-01-01 2013-01-31", "2012-02-01 2012-02-29"),
    "March": ("2012-03-01 2012-03-31", "2012-02-01 2012-02-29", "2011-03-01 2011-03-31"),
    "a quarter": ("2011-04-01 2011-06-30", "2011-01-01 2011-03-31", "2010-04-01 2010-06-30"),
    "a year": ("2012-01-01 2012-12-31", "2011-01-01 2011-12-31", "2011-01-01 2011-12-31"),
    "three months to the 9th": ("2011-09-10 2011-12-09", "2011-06-10 2011-09-09", "2010-09-10 2010-12-09"),
    "twelve months to the 9th": ("2010-12-10 2011-12-09", "2009-12-10 2010-12-09", "2009-12-10 2010-12-09"),
    # Others by days.
    "a week": ("2011-05-03 2011-05-09", "2011-04-26 2011-05-02", "2010-05-03 2010-05-09"),
    "one day": ("2011-03-01 2011-03-01", "2011-02-28 2011-02-28", "2010-03-01 2010-03-01"),
    "a leap day": ("2012-02-29 2012-02-29", "2012-02-28 2012-02-28", "2011-02-28 2011-02-28"),
    "29 days over a leap day": ("2012-02-15 2012-03-14", "2012-01-15 2012-02-14", "2011-02-15 2011-03-14"),
    "without a month's last day": ("2011-01-01 2011-01-30", "2010-12-02 2010-12-31", "2010-01-01 2010-01-30"),
}


def days(text: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(part) for part in text.split())


@pytest.mark.parametrize("name", WINDOWS)
def test_a_window_moves_by_the_calendar(name: str) -> None:
    window, before, year = map(days, WINDOWS[name])
    assert earlier(*window, "previous") == before
    assert earlier(*window, "year") == year


OPEN = {
    "2011-12-09": ("2011-09-09", "2010-12-09"),
    "2011-05-31": ("2011-02-28", "2010-05-31"),
    "2012-05-31": ("2012-02-29", "2011-05-31"),
    "2012-02-29": ("2011-11-30", "2011-02-28"),
    "2013-02-28": ("2012-11-30", "2012-02-29"),
    "2011-03-31": ("2010-12-31", "2010-03-31"),
}


@pytest.mark.parametrize("last", OPEN)
def test_without_a_beginning_only_the_as_of_date_moves(last: str) -> None:
    before, year = (date.fromisoformat(text) for text in OPEN[last])
    assert earlier(None, date.fromisoformat(last), "previous") == (None, before)
    assert earlier(None, date.fromisoformat(last), "year") == (None, year)


def test_windows_that_touch_still_touch_a_year_earlier() -> None:
    for day in (date(2012, 2, 28), date(2012, 2, 29), date(2013, 2, 28), date(2011, 12, 31)):
        _, ends = earlier(None, day, "year")
        begins, _ = earlier(date.fromordinal(day.toordinal() + 1), date(2014, 1, 1), "year")
        assert begins is not None
        assert begins.toordinal() == ends.toordinal() + 1


def test_the_rest_of_the_filter_stays() -> None:
    filters = Filters(region=("North",), last=date(2011, 12, 9), classes="filter")
    found = comparison(filters, date(2009, 12, 1), date(2012, 1, 1), "year")
    assert found is not None
    assert found.filters == Filters(region=("North",), last=date(2010, 12, 9), classes="filter")
    assert (found.words, found.span.replace("\u00a0", " ")) == ("in a year", "to 9 Dec 2010")


def test_nothing_to_compare_with_before_the_data_begin() -> None:
    window = Filters(first=date(2011, 1, 1), last=date(2011, 3, 31))
    assert comparison(window, date(2010, 10, 1), date(2011, 12, 9), "previous") is not None
    assert comparison(window, date(2010, 10, 2), date(2011, 12, 9), "previous") is None
    assert comparison(Filters(), date(2010, 12, 9), date(2011, 12, 9), "year") is not None
    assert comparison(Filters(), date(2010, 12, 10), date(2011, 12, 9), "year") is None
