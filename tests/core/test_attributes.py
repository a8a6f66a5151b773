"""Attributes become groups of few values, and nothing that names a person is shown."""

from datetime import date

import numpy as np
import pandas as pd

from core.attributes import group_attributes
from core.days import to_day

AS_OF = to_day(date(2024, 6, 15))


def shown(**columns: object) -> pd.DataFrame:
    return group_attributes(pd.DataFrame(columns), AS_OF)


def test_ages_are_counted_to_the_as_of_day() -> None:
    years = shown(birth_year=pd.array([1999, 2000, 1960, 1850, None], dtype="Int16"))["age"]
    assert years.tolist()[:3] == ["25-34", "under 25", "55-64"]
    assert years.isna().tolist() == [False, False, False, True, True]
    dates = shown(BirthDate=["1999-06-15", "1999-06-16", "not a date", None])["age"]
    assert dates.tolist()[:2] == ["25-34", "under 25"]
    assert dates.isna().tolist() == [False, False, True, True]


def test_words_numbers_and_booleans_of_few_values() -> None:
    frame = shown(sex=["f", None, "m"], children=[10.0, 2.0, np.nan], owner=[True, False, True], same=["x"] * 3)
    assert list(frame) == ["sex", "children", "owner"]
    assert frame["children"].tolist()[:2] == ["10", "2"]
    assert list(frame["children"].cat.categories) == ["2", "10"]
    assert frame["owner"].tolist() == ["True", "False", "True"]
    assert frame.isna().sum().tolist() == [1, 1, 0]


def test_amounts_are_cut_into_bands_of_equal_size() -> None:
    income = shown(income=np.arange(100, dtype=float))["income"]
    assert list(income.cat.categories) == ["0 to 24", "25 to 49", "50 to 74", "75 to 99"]
    assert income.value_counts().tolist() == [25, 25, 25, 25]


def test_what_names_a_person_is_left_out() -> None:
    n = np.arange(100)
    frame = shown(
        email=[f"a{i}@example.com" for i in n],
        AccountKey=n,
        phone_no=n + 7_000_000,
        postcode=n,
        name=[f"n{i}" for i in n],
        seen=pd.Timestamp("2020-01-01") + pd.to_timedelta(n, unit="D"),
    )
    assert frame.shape == (100, 0)


def test_missing_columns_and_no_columns() -> None:
    assert shown(nothing=[None, None], nan=[np.nan, np.nan]).shape == (2, 0)
    assert group_attributes(pd.DataFrame(index=pd.RangeIndex(3)), AS_OF).shape == (3, 0)
