import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models.tiers import tier_cuts, tier_of

shares = st.floats(0.01, 0.5)


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=60), shares, shares)
def test_tier_follows_from_the_share_of_strictly_larger_values(values, vip, standard):
    values = np.array(values, dtype=float)
    tiers = tier_of(values, tier_cuts(values, vip, standard))
    larger = (values[None, :] > values[:, None]).sum(axis=1)
    # Counts, not shares, so that rounding of 0.1 + 0.4 plays no part.
    limits = np.round(np.array([vip, vip + standard]) * len(values), 6)
    np.testing.assert_array_equal(tiers, (larger >= limits[0]).astype(int) + (larger >= limits[1]))


def test_ten_customers_are_one_four_and_five():
    values = np.arange(10.0)
    tiers = tier_of(values, tier_cuts(values, 0.1, 0.4))
    np.testing.assert_array_equal(np.bincount(tiers), [1, 4, 5])


def test_equal_customers_are_all_in_the_first_tier():
    assert (tier_of(np.ones(7), tier_cuts(np.ones(7), 0.1, 0.4)) == 0).all()
