import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models.states import distinct_rows
from core.models.tiers import falling
from core.radix import distinct, rising

numbers = st.lists(st.one_of(st.integers(0, 9), st.integers(0, 2**20), st.integers(0, 2**62)), max_size=40)


@settings(deadline=None, derandomize=True, max_examples=100)
@given(numbers)
def test_order_is_that_of_a_stable_sort_and_distinct_numbers_are_those_of_numpy(keys):
    keys = np.array(keys, dtype=np.int64)
    np.testing.assert_array_equal(rising(keys), np.argsort(keys, kind="stable"))
    for found, expected in zip(distinct(keys), np.unique(keys, return_inverse=True, return_counts=True), strict=True):
        np.testing.assert_array_equal(found, expected)


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 65_535)), max_size=40))
def test_distinct_rows_are_those_of_numpy_by_axis(rows):
    table = np.array(rows, dtype=np.int64).reshape(-1, 2)
    columns, position, count = distinct_rows(*table.T)
    values, inverse, counts = np.unique(table, axis=0, return_inverse=True, return_counts=True)
    np.testing.assert_array_equal(np.column_stack(columns), values)
    np.testing.assert_array_equal(position, inverse.ravel())
    np.testing.assert_array_equal(count, counts)


def test_values_fall_and_ties_keep_their_order_as_with_a_stable_sort():
    values = np.round(np.random.default_rng(7).gamma(0.5, 3, 5_000), 2)
    np.testing.assert_array_equal(falling(values), np.argsort(-values, kind="stable"))
    np.testing.assert_array_equal(falling(np.array([-1.5, 2.0, -1.5])), [1, 0, 2])
    assert len(falling(np.array([]))) == 0
    np.testing.assert_array_equal(falling(np.full(3, np.nan)), [0, 1, 2])
