import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models.states import unique_states

fixed = settings(deadline=None, derandomize=True, max_examples=50)

triples = st.lists(
    st.tuples(st.integers(0, 65_535), st.integers(0, 65_535), st.integers(0, 65_535)), min_size=1, max_size=50
)


@fixed
@given(triples)
def test_states_and_counts_equal_a_pandas_group_by(rows):
    x, t_x, age = np.array(rows).T
    states = unique_states(x, t_x, age)
    expected = pd.DataFrame({"x": x, "t_x": t_x, "age": age}).groupby(["x", "t_x", "age"]).size().reset_index()
    np.testing.assert_array_equal(states.x, expected["x"])
    np.testing.assert_array_equal(states.t_x, expected["t_x"] / 7)
    np.testing.assert_array_equal(states.age, expected["age"] / 7)
    np.testing.assert_array_equal(states.count, expected[0])


@fixed
@given(triples)
def test_inverse_gives_each_customer_back(rows):
    x, t_x, age = np.array(rows).T
    states = unique_states(x, t_x, age)
    np.testing.assert_array_equal(states.x[states.inverse], x)
    np.testing.assert_array_equal(states.t_x[states.inverse], t_x / 7)
    frequency, weeks, position = states.frequency_and_age
    np.testing.assert_array_equal(frequency[position[states.inverse]], x)
    np.testing.assert_array_equal(weeks[position[states.inverse]], age / 7)
    assert len(frequency) == len({(a, c) for a, _, c in rows})


def test_thinned_keeps_every_kth_customer():
    x = np.array([0, 3, 0, 1, 2, 3])
    states = unique_states(x, x * 7, x * 14)
    few = states.thinned(3)
    np.testing.assert_array_equal(few.x[few.inverse], x[::2])
    np.testing.assert_array_equal(few.count, [2, 1])
    assert few.repeat_buyers == 1


def test_no_customers_make_no_states():
    nobody = np.empty(0, dtype=np.int64)
    states = unique_states(nobody, nobody, nobody)
    assert states.customers == 0
    assert states.repeat_buyers == 0
