import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models.purchase_days import purchase_days, summarise

fixed = settings(deadline=None, derandomize=True, max_examples=50)

CUSTOMERS, LAST = 8, 60

orders = st.lists(
    st.tuples(st.integers(0, CUSTOMERS - 1), st.integers(0, LAST), st.booleans(), st.integers(-50_000, 90_000)),
    max_size=60,
)


def by_pandas(frame, as_of):
    """x, t_x, T and M as methods are usually written down, one group-by after the other."""
    bought = frame[frame["purchase"] & (frame["day"] <= as_of)]
    days = bought.groupby(["owner", "day"])["value"].sum().reset_index()
    first = days.groupby("owner")["day"].transform("min")
    repeat = days[days["day"] > first].groupby("owner")["value"]
    table = days.groupby("owner")["day"].agg(["min", "max", "size"])
    return pd.DataFrame(
        {
            "x": table["size"] - 1,
            "t_x": table["max"] - table["min"],
            "age": as_of - table["min"],
            "mean": (repeat.mean() / 10_000).reindex(table.index),
        }
    )


@fixed
@given(orders, st.integers(0, LAST))
def test_summary_equals_plain_pandas(rows, as_of):
    frame = pd.DataFrame(sorted(rows), columns=["owner", "day", "purchase", "value"])
    arrays = [frame[name].to_numpy() for name in ("owner", "day", "purchase", "value")]
    arrays = [array.astype(kind) for array, kind in zip(arrays, (np.int32, np.uint16, bool, np.int64), strict=True)]
    days = purchase_days(*arrays, CUSTOMERS, LAST)
    summary = summarise(days, as_of)
    expected = by_pandas(frame.astype({"owner": int, "day": int, "purchase": bool, "value": int}), as_of)
    np.testing.assert_array_equal(summary.customer, expected.index)
    np.testing.assert_array_equal(summary.x, expected["x"])
    np.testing.assert_array_equal(summary.t_x, expected["t_x"])
    np.testing.assert_array_equal(summary.age, expected["age"])
    np.testing.assert_allclose(summary.mean_value, expected["mean"].to_numpy(float), rtol=1e-12, atol=1e-12)

    after = frame[frame["purchase"].astype(bool) & (frame["day"].astype(int) > as_of)]
    expected_after = after.groupby("owner")["value"].sum().reindex(range(CUSTOMERS), fill_value=0)
    np.testing.assert_array_equal(days.value_after(as_of), expected_after.to_numpy(float))


def test_summary_as_of_a_day_equals_one_made_of_that_past_alone():
    rng = np.random.default_rng(3)
    owner = np.sort(rng.integers(0, 50, 500))
    day = rng.integers(0, 100, 500)
    order = np.lexsort((day, owner))
    owner, day = owner[order], day[order]
    always, value = np.ones(500, dtype=bool), rng.integers(1, 1000, 500)
    whole = summarise(purchase_days(owner, day, always, value, 50, 100), 60)
    past = summarise(purchase_days(owner, day, always, value, 50, 60), 60)
    for name in ("customer", "x", "t_x", "age", "repeat_value"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(past, name))


@pytest.mark.parametrize("purchase", [True, False])
def test_one_order_makes_a_summary_of_at_most_one(purchase):
    one = np.array([0])
    days = purchase_days(one, one + 5, np.array([purchase]), one + 7, 1, 9)
    assert len(summarise(days, 9).customer) == int(purchase)
