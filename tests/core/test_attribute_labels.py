"""Attributes as classes: few labels, equal values together, nothing left out."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.attribute_labels import MOST_LABELS, OTHER, labelled, tells_apart
from core.history import MISSING


def labels_of(column: pd.Series) -> pd.Series:
    codes, labels = labelled(column)
    assert codes.dtype == np.int16
    assert len(set(labels)) == len(labels) <= MOST_LABELS
    return pd.Series(np.array(labels, dtype=object)[codes])


def test_numbers_with_many_values_go_by_quarters_that_keep_ties_together() -> None:
    values = pd.Series([*range(1, 41), 40.0, None])
    found = labels_of(values)
    assert found.tolist()[:3] == ["1 to 11"] * 3
    assert found.iloc[-1] == MISSING
    assert list(dict.fromkeys(found)) == ["1 to 11", "12 to 21", "22 to 31", "32 to 40", MISSING]


def test_numbers_with_few_values_dates_and_truth_values_are_labels_of_their_own() -> None:
    assert labelled(pd.Series([3, 1, 2, 1]))[1] == ("1", "2", "3")
    assert labelled(pd.Series([10.5, 2.0, None]))[1] == ("2", "10.5", MISSING)
    assert labelled(pd.Series([True, False, None], dtype="boolean"))[1] == ("False", "True", MISSING)
    days = pd.Series(pd.date_range("2020-01-01", periods=40))
    assert labelled(days)[1][0] == "2020-01-01 to 2020-01-10"
    assert labelled(days[:2])[1] == ("2020-01-01", "2020-01-02")


def test_of_many_labels_the_largest_stay_and_the_others_are_together() -> None:
    names = [f"town {place:02d}" for place in range(40)]
    column = pd.Series([name for place, name in enumerate(names) for _ in range(40 - place)])
    found = labels_of(column)
    assert set(found) == {*names[:29], OTHER}
    assert (found == OTHER).sum() == sum(range(1, 12))
    # A class for the unknown takes one of the thirty places.
    found = labels_of(pd.concat([column, pd.Series([None])], ignore_index=True))
    assert set(found) == {*names[:28], OTHER, MISSING}
    # What the data call so is no class beside it.
    found = labels_of(pd.concat([column, pd.Series([OTHER] * 99)], ignore_index=True))
    assert set(found) == {*names[:29], OTHER}


@settings(max_examples=30)
@given(
    st.one_of(
        st.lists(st.one_of(st.none(), st.sampled_from("abcdefgh")), min_size=1, max_size=60),
        st.lists(st.one_of(st.none(), st.integers(-50, 50)), min_size=1, max_size=120),
        st.lists(st.text(max_size=2), min_size=1, max_size=60),
        st.lists(st.sampled_from([MISSING, OTHER, *(f"t{place}" for place in range(40))]), min_size=1, max_size=200),
    ),
    st.randoms(use_true_random=False),
)
def test_every_value_has_a_label_equal_values_the_same_whatever_the_order(values: list[object], random: object) -> None:
    column = pd.Series(values)
    if column.isna().all():
        assert set(labels_of(column)) == {MISSING}
        return
    found = labels_of(column)
    assert not found.isna().any()
    assert pd.DataFrame({"value": column, "label": found}).dropna().groupby("value")["label"].nunique().max() == 1
    places = list(range(len(values)))
    random.shuffle(places)  # type: ignore[attr-defined]
    assert labels_of(column.iloc[places]).tolist() == found.iloc[places].tolist()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["f", "m", None], True),
        (["f", "f", None], False),
        ([None, None], False),
        ([f"name {place}" for place in range(40)], False),
        ([f"town {place % 20}" for place in range(40)], True),
        (range(40), True),
        ([True, False], True),
    ],
)
def test_what_is_the_same_or_different_for_everybody_tells_nobody_apart(values: list[object], expected: bool) -> None:
    assert tells_apart(pd.Series(values)) is expected
