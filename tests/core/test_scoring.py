"""Scores, shares and cuts against their definitions, in whole numbers."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.scoring import (
    cumulative_shares,
    equal_count_cuts,
    equal_width_cuts,
    falling_order,
    score,
    top_share,
)

VALUES = st.lists(st.integers(-20, 20), min_size=1, max_size=60)


@given(VALUES, st.integers(3, 5))
def test_score_is_one_and_the_groups_times_the_share_strictly_worse(values: list[int], groups: int) -> None:
    array = np.array(values)
    found = score(array, equal_count_cuts(array, groups))
    for value, mark in zip(values, found, strict=True):
        worse = Fraction(sum(other < value for other in values), len(values))
        assert mark == 1 + int(groups * worse)


@given(VALUES, st.integers(3, 5))
def test_groups_of_equal_width_part_the_span_of_the_values(values: list[int], groups: int) -> None:
    low, high = min(values), max(values)
    borders = [low + Fraction(k * (high - low), groups) for k in range(1, groups)]
    expected = [1 + sum(value > border for border in borders) for value in values]
    for array in (np.array(values), np.array(values, dtype=np.int32), np.array(values) / 4):
        found = score(array, equal_width_cuts(array, groups))
        if array.dtype.kind == "i" or groups == 4:
            assert found.tolist() == expected
        else:
            # A third and a fifth of floats are rounded: only a value at the very border may be on the other side.
            at_border = [value in borders for value in values]
            assert all(f == e or edge for f, e, edge in zip(found, expected, at_border, strict=True))


def test_equal_width_of_one_value_and_of_whole_numbers_that_fill_their_type() -> None:
    assert equal_width_cuts(np.array([7, 7]), 3).tolist() == [7, 7]
    wide = np.array([np.iinfo(np.int64).min, np.iinfo(np.int64).max])
    assert score(wide, equal_width_cuts(wide, 5)).tolist() == [1, 5]


@given(VALUES, st.randoms(use_true_random=False))
def test_score_does_not_depend_on_the_order(values: list[int], random: object) -> None:
    shuffled = values.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    cuts, other = (equal_count_cuts(np.array(order), 4) for order in (values, shuffled))
    assert cuts.tolist() == other.tolist()


@given(VALUES)
def test_shares_before_and_up_to_are_those_of_strictly_larger_and_of_no_smaller_values(values: list[int]) -> None:
    array = np.array(values, dtype=np.int64)
    values = array[falling_order(array)].tolist()
    assert values == sorted(values, reverse=True)
    before, upto = cumulative_shares(np.array(values, dtype=np.int64))
    total = sum(value for value in values if value > 0)
    for value, low, high in zip(values, before, upto, strict=True):
        if value <= 0:
            assert np.isnan(low)
            assert np.isnan(high)
        else:
            assert low == pytest.approx(sum(other for other in values if other > value) / total)
            assert high == pytest.approx(sum(other for other in values if other >= value) / total)


def test_top_share_by_hand() -> None:
    assert top_share(np.array([80.0, 5, 5, 5, 5])) == pytest.approx(0.8)
    # One and a half of seven and a half customers: the one on the border counts in part.
    assert top_share(np.array([50.0, 30, 10, 10, 0, 0, -5]), 1.5 / 7) == pytest.approx((50 + 15) / 100)
    assert top_share(np.array([1.0]), 0.2) == pytest.approx(0.2)
    assert np.isnan(top_share(np.array([0.0, -3])))
    assert top_share(np.array([3.0, -1, -1, -1, -1, -1, -1, -1, -1, -1])) == 1.0


@given(VALUES)
def test_top_share_against_a_sorted_sum(values: list[int]) -> None:
    array = np.array(values, dtype=float)
    positive = np.sort(array[array > 0])[::-1]
    if not len(positive):
        assert np.isnan(top_share(array))
        return
    reach = 0.2 * len(array)
    weight = np.clip(reach - np.arange(len(positive)), 0, 1)
    assert top_share(array) == pytest.approx((weight * positive).sum() / positive.sum())
