"""What holds of RFM whatever the orders, for every way to cut."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analyses.rfm import RfmParams, run
from core.errors import EmptyViewError
from core.filters import Filters
from tests.core.analyses.test_invariance import InMemory, logs
from tests.core.analyses.test_rfm import WAYS

PARAMS = [RfmParams(**given) for given in WAYS.values()]


def scored(lines: pd.DataFrame) -> list[pd.DataFrame]:
    """The customers by id, one frame a way."""
    dataset = InMemory(lines)
    tables = (dataset.with_ids(run(dataset, Filters(), params).customers) for params in PARAMS)
    return [table.set_index("customer_id").sort_index() for table in tables]


def purchases_of(lines: pd.DataFrame) -> pd.DataFrame:
    """Lines of orders with a net above 0 that somebody made."""
    net = lines.groupby(["customer_id", "order_id"])["amount"].transform("sum")
    return lines[lines["customer_id"].notna() & (net > 0)]


def assert_never_falls(axis: str, who: str, lines: pd.DataFrame, more: pd.DataFrame) -> None:
    for params, before, after in zip(PARAMS, scored(lines), scored(more), strict=True):
        assert after.loc[who, axis] >= before.loc[who, axis], params


bought_logs = logs.filter(lambda lines: len(purchases_of(lines)) > 0)
picks = st.integers(0, 10**6)


@settings(max_examples=6)
@given(lines=logs)
def test_customers_and_money_are_each_in_one_cell_and_one_segment(lines: pd.DataFrame) -> None:
    bought, dataset = purchases_of(lines), InMemory(lines)
    money = lines.loc[lines["customer_id"].isin(bought["customer_id"]), "amount"].sum() / 10_000
    for params in PARAMS:
        if not len(bought):
            with pytest.raises(EmptyViewError):
                run(dataset, Filters(), params)
            continue
        result = run(dataset, Filters(), params)
        people = result.customers
        assert people["customer"].is_unique
        for table in (result.cube, result.segments):
            assert table["customers"].sum() == len(people) == bought["customer_id"].nunique()
            assert table["revenue"].sum() == pytest.approx(money)
        assert result.segments["customer_share"].sum() == pytest.approx(1)
        cells = result.cube.set_index(["r", "f", "m"])["segment"].astype(str)
        expected = [cells.loc[cell] for cell in zip(people["r"], people["f"], people["m"], strict=True)]
        assert people["segment"].astype(str).tolist() == expected


@settings(max_examples=6)
@given(lines=bought_logs, seed=st.integers(0, 1000))
def test_order_of_rows_and_names_of_customers_change_nothing(lines: pd.DataFrame, seed: int) -> None:
    old = sorted(lines["customer_id"].dropna().unique())
    names = dict(zip(old, np.random.default_rng(seed).permutation(old), strict=True))
    back = {new: name for name, new in names.items()}
    shuffled = scored(lines.sample(frac=1, random_state=seed))
    renamed = scored(lines.assign(customer_id=lines["customer_id"].map(names)))
    for before, one, other in zip(scored(lines), shuffled, renamed, strict=True):
        pd.testing.assert_frame_equal(one, before, check_exact=True)
        pd.testing.assert_frame_equal(other.rename(index=back).sort_index(), before, check_exact=True)


@settings(max_examples=8)
@given(lines=bought_logs, extra=st.integers(1, 3_000_000), pick=picks)
def test_spending_more_never_lowers_m(lines: pd.DataFrame, extra: int, pick: int) -> None:
    row = purchases_of(lines).index[pick % len(purchases_of(lines))]
    more = lines.copy()
    more.loc[row, "amount"] += extra
    assert_never_falls("m", lines.loc[row, "customer_id"], lines, more)


@settings(max_examples=8)
@given(lines=bought_logs, days=st.integers(1, 800), pick=picks)
def test_a_later_order_never_lowers_r(lines: pd.DataFrame, days: int, pick: int) -> None:
    """A customer's last purchase comes later, perhaps as the last order of all."""
    bought = purchases_of(lines)
    who = bought["customer_id"].iloc[pick % len(bought)]
    order = bought.groupby(["customer_id", "order_id"])["date"].min()[who].idxmax()
    later = lines.copy()
    of_order = (later["customer_id"] == who) & (later["order_id"] == order)
    later.loc[of_order, "date"] += pd.Timedelta(days=days)
    assert_never_falls("r", who, lines, later)


@settings(max_examples=8)
@given(lines=bought_logs, pick=picks)
def test_one_more_purchase_never_lowers_f(lines: pd.DataFrame, pick: int) -> None:
    bought = purchases_of(lines)
    one = bought.iloc[[pick % len(bought)]]
    more = pd.concat([lines, one.assign(order_id="more", amount=1)], ignore_index=True)
    assert_never_falls("f", one["customer_id"].iloc[0], lines, more)
