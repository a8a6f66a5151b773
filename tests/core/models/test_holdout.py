import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models.estimation import NoFit
from core.models.holdout import Holdout, judge, look_back, share_of_top, some_customers, top_weight
from core.models.purchase_days import purchase_days
from core.models.purchase_model import MODELS
from core.money import SCALE
from tests.core.models.simulate import purchase_log

FIRST, LENGTH = 30_000, 800
AS_OF = FIRST + LENGTH


def hold_out(days, as_of, model="pareto_nbd"):
    past = look_back(days, as_of)
    if past is None:
        return None
    fitted = MODELS[model].fit(past.summary.states)
    return fitted if isinstance(fitted, NoFit) else judge(past, fitted)


@pytest.fixture(scope="module")
def log():
    owner, when, value = purchase_log(4, 8_000, LENGTH + 1)
    return pd.DataFrame({"owner": owner, "day": FIRST + when.astype(int), "value": np.rint(value * SCALE).astype(int)})


@pytest.fixture(scope="module")
def check(log):
    always = np.ones(len(log), dtype=bool)
    days = purchase_days(log["owner"].to_numpy(), log["day"].to_numpy(), always, log["value"].to_numpy(), 8_000, AS_OF)
    return hold_out(days, AS_OF, model="bg_nbd")


def test_the_last_quarter_is_held_out_in_whole_weeks(check):
    assert isinstance(check, Holdout)
    assert check.weeks == LENGTH // 4 // 7
    assert check.cut == AS_OF - 7 * check.weeks
    assert check.tracking.held_out.sum() == check.weeks


def test_actual_weeks_equal_plain_pandas(log, check):
    days = log[["owner", "day"]].drop_duplicates()
    first = days.groupby("owner")["day"].transform("min")
    repeat = days[(days["day"] > first) & (first <= check.cut)]
    weeks = len(check.tracking.week)
    ends = AS_OF - 7 * np.arange(weeks - 1, -1, -1)
    expected = [(repeat["day"] <= end).sum() for end in ends]
    np.testing.assert_array_equal(check.tracking.actual, expected)
    np.testing.assert_array_equal(check.tracking.held_out, ends > check.cut)


def test_actual_means_by_frequency_equal_plain_pandas(log, check):
    days = log[["owner", "day"]].drop_duplicates()
    before = days[days["day"] <= check.cut].groupby("owner").size() - 1
    after = days[days["day"] > check.cut].groupby("owner").size().reindex(before.index, fill_value=0)
    table = after.groupby(before.clip(upper=7)).agg(["size", "mean", "std"])
    np.testing.assert_array_equal(check.by_frequency.x, table.index)
    np.testing.assert_array_equal(check.by_frequency.customers, table["size"])
    np.testing.assert_allclose(check.by_frequency.actual, table["mean"])
    half = 1.959964 * table["std"] / np.sqrt(table["size"])
    np.testing.assert_allclose(check.by_frequency.low, table["mean"] - half, rtol=1e-6)
    np.testing.assert_allclose(check.by_frequency.high, table["mean"] + half, rtol=1e-6)


def test_forecast_of_customers_who_behave_as_the_model_says_is_right_within_its_interval(check):
    assert check.error_low < 0 < check.error_high
    assert abs(check.error) < 0.05
    assert 0.9 < check.coverage < 0.97
    assert (np.abs(check.by_frequency.predicted / check.by_frequency.actual - 1) < 0.2).all()
    assert 0.3 < check.top_tenth_share < 1


def test_forecast_by_week_adds_up_to_the_forecast_by_frequency(check):
    by = check.by_frequency
    before = check.tracking.actual[~check.tracking.held_out][-1]
    assert check.tracking.predicted[-1] - before == pytest.approx((by.customers * by.predicted).sum(), rel=1e-9)


def test_band_widens_and_holds_the_actual_purchases(check):
    after = check.tracking.held_out
    width = (check.tracking.high - check.tracking.low)[after]
    assert (np.diff(width) > 0).all()
    inside = (check.tracking.actual >= check.tracking.low) & (check.tracking.actual <= check.tracking.high)
    assert inside[after].mean() > 0.8
    assert np.isnan(check.tracking.low[~after]).all()


def few_days(days):
    n = len(days)
    start = np.arange(n)
    always = np.ones(n, dtype=bool)
    return purchase_days(start, np.array(days), always, np.full(n, SCALE), n, max(days, default=0))


def test_a_history_of_less_than_four_weeks_has_nothing_to_hold_out():
    assert hold_out(few_days([FIRST, FIRST + 27]), FIRST + 27) is None
    assert hold_out(few_days([FIRST]), FIRST) is None


def test_too_few_repeat_buyers_before_the_cut_are_told():
    assert hold_out(few_days([FIRST, FIRST + 100]), FIRST + 100) == NoFit("pareto_nbd", "too_few_repeat_buyers", 0)
    assert hold_out(few_days([FIRST, FIRST + 100]), FIRST + 100, model="mbg_nbd").model == "mbg_nbd"


def test_purchases_after_the_end_are_not_looked_at(log, check):
    always = np.ones(len(log), dtype=bool)
    args = (log["owner"].to_numpy(), log["day"].to_numpy(), always, log["value"].to_numpy(), 8_000)
    early, end = purchase_days(*args, AS_OF - 200), AS_OF - 200
    seen, given = (hold_out(days, end, model="bg_nbd") for days in (purchase_days(*args, AS_OF), early))
    assert (seen.error, seen.coverage, seen.top_tenth_share) == (given.error, given.coverage, given.top_tenth_share)
    np.testing.assert_array_equal(seen.tracking.actual, given.tracking.actual)


def test_some_customers_keep_all_their_days_and_the_others_none(log):
    always = np.ones(len(log), dtype=bool)
    days = purchase_days(log["owner"].to_numpy(), log["day"].to_numpy(), always, log["value"].to_numpy(), 8_000, AS_OF)
    assert some_customers(days, 8_000) is days
    few = some_customers(days, 1_000)
    counts = np.diff(few.start)
    assert 850 < (counts > 0).sum() < 1_150
    np.testing.assert_array_equal(counts[counts > 0], np.diff(days.start)[counts > 0])
    np.testing.assert_array_equal(some_customers(days, 1_000).day, few.day)


def test_weights_of_the_top_tenth_split_a_tie_at_its_border():
    np.testing.assert_allclose(top_weight(np.array([5.0, 5, 5, 5, 1, 1, 1, 1, 1, 1])), [0.25] * 4 + [0] * 6)


def test_top_tenth_of_ten_is_one():
    assert share_of_top(np.arange(10.0), np.arange(10.0)) == pytest.approx(9 / 45)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_top_share_does_not_depend_on_the_order_of_customers(values, shuffler):
    before = np.array(values, dtype=float)
    shuffler.shuffle(values)
    after = np.array(values, dtype=float)
    assert share_of_top(before, before + 1) == pytest.approx(share_of_top(after, after + 1))
    assert share_of_top(before, before + 1) >= 0.1 - 1e-12


def test_share_of_nothing_is_not_a_number():
    assert np.isnan(share_of_top(np.zeros(3), np.zeros(3)))
