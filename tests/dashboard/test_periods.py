"""Ready-made windows of time, by the calendar."""

from datetime import date

import pandas as pd
import pytest

from dashboard.periods import Window, months_before, presets


@pytest.mark.parametrize("months", [1, 3, 12, 14])
def test_windows_begin_where_pandas_has_them(months: int) -> None:
    for day in pd.date_range("2023-01-25", "2024-03-05"):
        expected = (day + pd.Timedelta(days=1) - pd.DateOffset(months=months)).date()
        assert months_before(day.date(), months) == expected


def test_presets_of_online_retail() -> None:
    assert presets(date(2010, 12, 1), date(2011, 12, 9)) == {
        "all": Window(),
        "months_12": Window(date(2010, 12, 10)),
        "months_3": Window(date(2011, 9, 10)),
        "this_year": Window(date(2011, 1, 1)),
        "last_year": Window(date(2010, 12, 1), date(2010, 12, 31)),
    }


def test_presets_that_would_show_everything_are_not_offered() -> None:
    assert list(presets(date(2011, 1, 1), date(2011, 12, 31))) == ["all", "months_3"]
    assert list(presets(date(2011, 11, 1), date(2011, 11, 9))) == ["all"]
