"""Days and periods against pandas' calendar."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import days

DATES = st.dates(date(1900, 1, 1), days.LAST_DATE)
FREQUENCY = {"week": "W-SUN", "month": "M", "quarter": "Q"}


@given(DATES)
def test_days_count_from_1900_and_round_trip(value: date) -> None:
    assert days.to_date(days.to_day(value)) == value
    assert days.to_day(value) == (pd.Timestamp(value) - pd.Timestamp("1900-01-01")).days


def test_the_range_fits_sixteen_bits_and_leaves_one_number_for_no_day() -> None:
    assert days.to_day(date(1900, 1, 1)) == 0
    assert days.to_day(days.LAST_DATE) == days.NO_DAY - 1 == 2**16 - 2


@pytest.mark.parametrize("period", days.PERIODS)
@given(value=DATES)
def test_periods_begin_end_and_are_named_as_in_pandas(period: str, value: date) -> None:
    expected = pd.Timestamp(value).to_period(FREQUENCY[period])
    index = days.period_of(value, period)
    assert days.period_start(index, period) == expected.start_time.date()
    assert days.period_end(index, period) == expected.end_time.date()
    code = days.period_code(index, period)
    if period == "week":
        # ISO weeks start on Mondays.
        assert date.fromisoformat(code).isoweekday() == 1
        assert date.fromisoformat(code).isocalendar()[:2] == value.isocalendar()[:2]
    else:
        assert code == f"{value:%Y}-Q{(value.month + 2) // 3}" if period == "quarter" else f"{value:%Y-%m}"
    assert days.period_index(code) == index


@pytest.mark.parametrize("period", days.PERIODS)
def test_the_table_of_periods_never_skips_one(period: str) -> None:
    table = days.period_table(period)
    assert len(table) == 2**16
    assert table[0] == 0
    assert set(np.diff(table).tolist()) == {0, 1}


@pytest.mark.parametrize(
    "code", ["", "2011", "2011-13-01", "2011-Qx", "abc", "2011-00x", "2011-13", "2011-Q5", "2011-00"]
)
def test_what_is_no_code_of_a_period_is_refused(code: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        days.period_index(code)


def test_dates_of_days_are_what_pandas_keeps_as_dates() -> None:
    found = pd.Series(days.to_dates(np.array([0, 40_000], dtype=np.uint16)))
    assert found.tolist() == [pd.Timestamp(date(1900, 1, 1) + timedelta(days=day)) for day in (0, 40_000)]
