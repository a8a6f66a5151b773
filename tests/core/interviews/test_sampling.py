"""Allocations against a root found by scipy and a plain largest remainder, sample sizes against statsmodels."""

from math import ceil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from statsmodels.stats.proportion import samplesize_confint_proportion

from core.interviews.sampling import allocate, answers_needed, in_strata, margin_of

STRATA = st.lists(st.tuples(st.integers(0, 400), st.floats(0, 1)), min_size=1, max_size=9)


@given(STRATA, st.integers(0, 300), st.integers(0, 9))
def test_shares_are_those_of_one_factor_within_bounds_found_by_scipy(
    strata: list[tuple[int, float]], n: int, least: int
) -> None:
    sizes = np.array([size for size, _ in strata])
    able = np.array([round(size * part) for size, part in strata])
    found = allocate(sizes, able, n, least)
    n = min(n, int(able.sum()))
    assert found.sum() == n
    assert (found <= able).all()
    # The minimum that n allows, one by one.
    low = next(low for low in range(least, -1, -1) if np.minimum(low, able).sum() <= n)
    assert (found >= np.minimum(low, able)).all()

    def given_at(factor: float) -> np.ndarray:
        return np.clip(factor * sizes, np.minimum(low, able), able)

    if 0 < n < able.sum() and given_at(0).sum() < n:
        factor = brentq(lambda factor: given_at(factor).sum() - n, 0, n + 1000, xtol=1e-13)
        assert (np.abs(found - given_at(factor)) < 1 + 1e-6).all()


@pytest.mark.parametrize("n", [1, 7, 20, 99])
def test_without_bounds_it_is_the_largest_remainder_of_pandas(n: int) -> None:
    sizes = pd.Series([500, 300, 201, 99])
    exact = sizes * n / sizes.sum()
    expected = exact.astype(int)
    most = (exact - expected).sort_values(ascending=False).index[: n - expected.sum()]
    expected[most] += 1
    assert allocate(sizes.to_numpy(), sizes.to_numpy(), n, 0).tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("sizes", "able", "n", "least", "expected"),
    [
        # Equal strata: what is left goes to the first; of equal remainders the larger stratum has it.
        ([10, 10, 10], [10, 10, 10], 4, 0, [2, 1, 1]),
        ([15, 5], [15, 5], 10, 0, [8, 2]),
        # The smallest is lifted to the minimum, and the others share the rest.
        ([900, 90, 10], [900, 90, 10], 20, 2, [16, 2, 2]),
        # Nobody can be asked in the first; the minimum is more than the last one has.
        ([80, 15, 5], [0, 15, 1], 10, 3, [0, 9, 1]),
        # Fewer invitations than strata: no minimum can be held.
        ([50, 30, 20], [50, 30, 20], 2, 5, [1, 1, 0]),
        ([3, 2], [3, 2], 99, 2, [3, 2]),
        ([0, 1], [0, 1], 5, 2, [0, 1]),
        ([0], [0], 5, 2, [0]),
    ],
)
def test_allocations_by_hand(sizes: list[int], able: list[int], n: int, least: int, expected: list[int]) -> None:
    assert allocate(np.array(sizes), np.array(able), n, least).tolist() == expected


def test_the_first_of_each_stratum_are_drawn_by_their_lots() -> None:
    stratum = np.array([1, 0, 1, 0, 1, 2])
    drawn = np.array([5, 9, 5, 1, 2, 0], dtype=np.uint64)
    rows, place = in_strata(stratum, drawn, np.array([1, 2, 0]))
    assert rows.tolist() == [3, 4, 0]
    assert place.tolist() == [1, 1, 2]
    assert in_strata(stratum[:0], drawn[:0], np.array([1, 2, 0]))[0].size == 0


@pytest.mark.parametrize("margin", [0.03, 0.05, 0.1])
@pytest.mark.parametrize("customers", [1, 40, 1_000, 50_000_000])
def test_answers_are_those_of_statsmodels_with_the_correction_for_a_finite_population(
    margin: float, customers: int
) -> None:
    endless = samplesize_confint_proportion(0.5, margin, alpha=0.05)
    expected = min(ceil(endless / (1 + (endless - 1) / customers) - 1e-9), customers)
    found = answers_needed(margin, customers)
    assert found == expected
    assert margin_of(found, customers) <= margin + 1e-9
    assert found == 1 or not margin_of(found - 1, customers) <= margin - 1e-9


def test_a_poll_of_a_thousand_is_right_within_three_points_as_textbooks_say() -> None:
    assert answers_needed(0.05, 10**9) == 385
    assert margin_of(1067, 10**9) == pytest.approx(0.03, abs=1e-4)
    assert margin_of(40, 40) == 0
    assert np.isnan(margin_of(0, 40))
    assert answers_needed(0.1, 0) == 0
