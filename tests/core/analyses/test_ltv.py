from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from core.access import Dataset
from core.analyses import ltv
from core.analyses.ltv import LtvParams
from core.days import to_date, to_day
from core.errors import BadParameterError, EmptyViewError
from core.filters import Filters
from core.history import OrderHistory, is_purchase
from core.models import gamma_gamma
from core.models.purchase_days import purchase_days, summarise
from core.models.purchase_model import MODELS
from core.results import Notice, Result
from tests.core.models.simulate import purchase_log

CUSTOMERS, LENGTH = 6_000, 900
FIRST = to_day(date(2020, 1, 1))

CONTRACT = {
    "model": ["model", "parameter", "estimate", "standard_error", "log_likelihood"],
    "customers": [
        "customer",
        "repeat_frequency",
        "recency_t_x",
        "age_T",
        "monetary_value",
        "p_alive",
        "expected_purchases",
        "clv",
        "clv_low",
        "clv_high",
        "tier",
    ],
    "tiers": ["tier", "customers", "customer_share"],
    "curve": ["cohort", "age", "customers", "cumulative_value"],
    "holdout": ["week", "held_out", "actual", "predicted"],
    "holdout_by_x": ["x", "customers", "actual_mean", "predicted_mean", "low", "high"],
    "contest": ["model", "predicted", "actual", "error", "low", "high", "top_tenth_share", "mae", "winner"],
    "contest_weeks": ["model", "week", "predicted"],
    "track_record": ["months_ago", "made_on", "measure", "predicted", "low", "high", "actual", "error", "customers"],
    "lorenz": ["share_customers", "share_value"],
    "groups": [
        "dimension",
        "label",
        "customers",
        "new_customers",
        "ltv_mean",
        "low",
        "high",
        "shrinkage",
        "p_alive_mean",
    ],
    "acquisition": [
        "channel",
        "spend",
        "new_customers",
        "cac",
        "cac_low",
        "cac_high",
        "ltv",
        "ltv_low",
        "ltv_high",
        "ratio",
    ],
    "figures": ["figure", "value", "low", "high"],
}


class Plain(Dataset):
    """A history alone: no spending, no products."""

    has_categories = False

    def spend(self):
        return None


def as_dataset(owner, day, money, region=None, cost_share=None):
    """A data set over orders sorted by customer and day, money in units of 0.0001."""
    order = np.arange(len(owner), dtype=np.uint32)
    dataset = object.__new__(Plain)
    dataset.history = OrderHistory(
        start=np.r_[0, np.cumsum(np.bincount(owner))],
        day=np.asarray(day, dtype=np.uint16),
        order=order,
        purchase=is_purchase(order, money),
        revenue=money,
        margin=None if cost_share is None else (money * (1 - cost_share)).astype(np.int64),
        codes={} if region is None else {"region": region.astype(np.uint8)},
        labels={} if region is None else {"region": ("North", "South")},
    )
    return dataset


def simulated(cost_share=None):
    owner, when, value = purchase_log(9, CUSTOMERS, LENGTH)
    money = np.rint(value * 10_000).astype(np.int64)
    # Every tenth order comes back the same day, at a fifth of its value.
    back = np.flatnonzero(np.arange(len(owner)) % 10 == 0)
    owner, day = np.r_[owner, owner[back]], FIRST + np.r_[when, when[back]].astype(int)
    money = np.r_[money, -money[back] // 5]
    order = np.lexsort((day, owner))
    owner, day, money = owner[order], day[order], money[order]
    return as_dataset(owner, day, money, region=owner % 2, cost_share=cost_share)


@pytest.fixture(scope="module")
def dataset():
    return simulated()


@pytest.fixture(scope="module")
def result(dataset):
    return ltv.run(dataset, Filters(), LtvParams())


def test_tables_have_the_columns_of_the_contract(result):
    assert isinstance(result, Result)
    tables = result.tables()
    for name, columns in CONTRACT.items():
        assert list(tables[name].columns)[: len(columns)] == columns
    assert not result.notices
    assert result.fitted
    assert result.value == "revenue"


def test_customers_equal_plain_pandas(dataset, result):
    history = dataset.history
    frame = pd.DataFrame({"owner": history.owner, "day": history.day.astype(int), "money": history.revenue / 10_000})
    days = frame[history.purchase].groupby(["owner", "day"])["money"].sum().reset_index()
    first, last = days.groupby("owner")["day"].min(), days.groupby("owner")["day"].max()
    mean = days[days["day"] > days["owner"].map(first)].groupby("owner")["money"].mean()
    table = result.customers.set_index("customer").sort_index()
    np.testing.assert_array_equal(table.index, first.index)
    np.testing.assert_array_equal(table["repeat_frequency"], days.groupby("owner").size() - 1)
    np.testing.assert_allclose(table["recency_t_x"], (last - first) / 7)
    np.testing.assert_allclose(table["age_T"], (history.day.max() - first) / 7)
    np.testing.assert_allclose(table["monetary_value"], mean.reindex(first.index), rtol=1e-9)


def test_value_is_spend_by_discounted_purchases_by_what_credits_leave(dataset, result):
    history = dataset.history
    as_of = int(history.day.max())
    days = purchase_days(history.owner, history.day, history.purchase, history.revenue, history.n_customers, as_of)
    summary = summarise(days, as_of)
    model = MODELS[result.purchase_model].fit(summary.states).model
    spend = gamma_gamma.fit(summary.x, summary.mean_value).model
    factor = history.revenue.sum() / history.revenue[history.purchase].sum()
    month = 365.25 / 12 / 7
    states = (summary.x, summary.t_x / 7, summary.age / 7)
    until = np.array([np.zeros(len(summary.x)), *(model.expected_purchases(*states, month * i) for i in range(1, 13))])
    worth = (np.diff(until, axis=0) / (1.1 ** (np.arange(1, 13) / 12))[:, None]).sum(axis=0)
    expected = worth * spend.expected_spend(summary.x, summary.mean_value) * factor
    table = result.customers.sort_values("customer")
    np.testing.assert_allclose(table["clv"], expected, atol=1e-4)
    np.testing.assert_allclose(table["expected_purchases"], until[-1], rtol=1e-9)
    assert result.figures.net_factor == pytest.approx(factor)
    assert result.figures.total == pytest.approx(expected.sum())


def test_figures_agree_with_the_tables(result):
    figures, customers = result.figures, result.customers
    assert figures.total == pytest.approx(customers["clv"].sum(), rel=1e-6)
    assert figures.mean == pytest.approx(customers["clv"].mean(), rel=1e-6)
    assert figures.total_low < figures.total < figures.total_high
    assert customers["clv"].is_monotonic_decreasing
    top = customers["clv"].head(CUSTOMERS // 10).sum() / customers["clv"].sum()
    assert figures.top_tenth_share == pytest.approx(top, rel=1e-3)
    row = result.tables()["figures"].set_index("figure").loc["total"]
    assert (row["value"], row["low"], row["high"]) == (figures.total, figures.total_low, figures.total_high)


def test_tiers_partition_the_customers_and_their_value(result):
    tiers = result.tiers.set_index("tier")
    assert list(tiers.index) == ["vip", "standard", "economy"]
    assert tiers["customers"].sum() == len(result.customers)
    assert tiers["clv"].sum() == pytest.approx(result.figures.total)
    np.testing.assert_allclose(tiers["customer_share"], [0.1, 0.4, 0.5], atol=0.01)
    best = result.customers[result.customers["tier"] == "vip"]["clv"]
    assert best.min() == tiers.loc["vip", "low"]
    codes = result.classification(CUSTOMERS)
    np.testing.assert_array_equal(codes.sizes(), tiers["customers"])


def test_curve_s_last_age_of_a_cohort_equals_plain_pandas(dataset, result):
    history = dataset.history
    day = pd.to_datetime("1900-01-01") + pd.to_timedelta(history.day.astype(int), unit="D")
    frame = pd.DataFrame({"owner": history.owner, "month": day.to_period("M"), "money": history.revenue / 10_000})
    first = frame.groupby("owner")["month"].transform("min")
    end = pd.Period(result.as_of, "M") - 1
    cohort = frame[(first == pd.Period("2020-03", "M")) & (frame["month"] <= end)]
    row = result.curve[result.curve["cohort"] == "2020-03"].iloc[-1]
    assert row["age"] == (end - pd.Period("2020-03", "M")).n
    assert row["customers"] == cohort["owner"].nunique()
    assert row["cumulative_value"] == pytest.approx(cohort["money"].sum() / row["customers"])
    average = result.average_curve.set_index("age").loc[3]
    of_age = result.curve[result.curve["age"] == 3]
    assert average["cumulative_value"] == pytest.approx(
        np.average(of_age["cumulative_value"], weights=of_age["customers"])
    )


def test_a_filter_shows_fewer_customers_and_changes_none(dataset, result):
    north = ltv.run(dataset, Filters(region=("North",)), LtvParams())
    whole = result.customers[result.customers["customer"] % 2 == 0].reset_index(drop=True)
    pd.testing.assert_frame_equal(north.customers, whole)
    pd.testing.assert_frame_equal(north.model, result.model)
    pd.testing.assert_frame_equal(north.holdout, result.holdout)
    south = ltv.run(dataset, Filters(region=("South",)), LtvParams())
    assert north.figures.total + south.figures.total == pytest.approx(result.figures.total)
    assert north.simple.period_value + south.simple.period_value == pytest.approx(result.simple.period_value)


def test_classes_within_the_filter_cut_tiers_anew(dataset):
    within = ltv.run(dataset, Filters(region=("North",), classes="filter"), LtvParams())
    assert within.tiers["customers"].iloc[0] == np.ceil(0.1 * len(within.customers))


def test_from_does_not_cut_the_first_purchase_off(dataset, result):
    late = ltv.run(dataset, Filters(first=date(2021, 6, 1)), LtvParams())
    same = result.customers[result.customers["customer"].isin(late.customers["customer"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(late.customers, same)


def test_to_is_the_same_as_data_that_end_there(dataset):
    history = dataset.history
    last = FIRST + 600
    rows = history.day <= last
    cut = as_dataset(
        np.unique(history.owner[rows], return_inverse=True)[1],
        history.day[rows],
        history.revenue[rows],
        region=history.codes["region"][rows],
    )
    asked = ltv.run(dataset, Filters(last=to_date(last)), LtvParams())
    given = ltv.run(cut, Filters(last=to_date(last)), LtvParams())
    assert asked.as_of == given.as_of == to_date(last)
    for name in ("model", "tiers", "curve", "holdout", "holdout_by_x", "figures"):
        pd.testing.assert_frame_equal(asked.tables()[name], given.tables()[name])


def test_a_longer_horizon_and_a_lower_rate_are_worth_more(dataset, result):
    longer = ltv.run(dataset, Filters(), LtvParams(horizon_months=24))
    dearer = ltv.run(dataset, Filters(), LtvParams(discount_rate=0.5))
    assert dearer.figures.total < result.figures.total < longer.figures.total
    assert dearer.figures.new_customer < result.figures.new_customer < longer.figures.new_customer


def test_margin_is_the_start_where_there_are_costs(result):
    costed = simulated(cost_share=0.75)
    margin = ltv.run(costed, Filters(), LtvParams())
    assert margin.value == "margin"
    assert margin.figures.total == pytest.approx(result.figures.total / 4, rel=1e-3)
    revenue = ltv.run(costed, Filters(), LtvParams(value="revenue"))
    assert revenue.figures.total == pytest.approx(result.figures.total)


def test_margin_without_costs_is_refused(dataset):
    with pytest.raises(BadParameterError, match="margin"):
        ltv.run(dataset, Filters(), LtvParams(value="margin"))


def test_nobody_in_view_is_said(dataset):
    with pytest.raises(EmptyViewError, match="nobody bought"):
        ltv.run(dataset, Filters(region=("East",)), LtvParams())


@pytest.mark.parametrize("orders", [1, 2, 5])
def test_one_customer_has_simple_formulas_and_a_notice(orders):
    day = FIRST + 100 * np.arange(orders)
    lonely = as_dataset(np.zeros(orders, dtype=int), day, np.full(orders, 250_000))
    found = ltv.run(lonely, Filters(), LtvParams())
    assert not found.fitted
    assert found.simple.value_by_buyers == 25.0 * orders
    assert found.customers["clv"].isna().all()
    assert found.customers["tier"].isna().all()
    assert found.customers["repeat_frequency"].tolist() == [orders - 1]
    assert {notice.code for notice in found.notices} >= {"too_few_repeat_buyers"}
    for name, columns in CONTRACT.items():
        assert list(found.tables()[name].columns)[: len(columns)] == columns


def test_spend_that_cannot_be_fitted_leaves_purchases_standing(dataset):
    history = dataset.history
    # Heavy tails: a Pareto with infinite mean between customers.
    scale = 10 ** np.random.default_rng(0).exponential(2.0, history.n_customers)
    money = np.maximum(np.minimum(np.abs(history.revenue) * scale[history.owner], 1e14), 1).astype(np.int64)
    wild = object.__new__(Dataset)
    wild.history = replace(history, revenue=money, purchase=np.ones(len(money), dtype=bool))
    found = ltv.run(wild, Filters(), LtvParams())
    assert not found.fitted
    assert found.customers["p_alive"].notna().all()
    assert found.customers["clv"].isna().all()
    assert "no_mean" in {notice.code for notice in found.notices}


@pytest.mark.parametrize(("days_after", "code"), [(60, "forecast_off"), (120, "holdout_without_purchases")])
def test_a_forecast_that_missed_is_told(days_after, code):
    # Everybody keeps buying and all stop at once: no model of a steady past can know.
    owner, when, value = purchase_log(5, 3_000, 300, buying=(2.0, 4.0, 0.05, 20.0))
    gone = as_dataset(owner, FIRST + when.astype(int), np.rint(value * 10_000).astype(np.int64))
    late = ltv.run(gone, Filters(last=to_date(FIRST + 299 + days_after)), LtvParams())
    assert code in {notice.code for notice in late.notices}


def test_same_customers_in_another_order_have_the_same_values(dataset, result):
    history = dataset.history
    turned = history.n_customers - 1 - history.owner
    rows = np.lexsort((history.day, turned))
    other = ltv.run(as_dataset(turned[rows], history.day[rows], history.revenue[rows]), Filters(), LtvParams())
    one = result.customers.sort_values("customer")["clv"].to_numpy()
    two = other.customers.sort_values("customer")["clv"].to_numpy()[::-1]
    np.testing.assert_allclose(one, two, atol=1e-4)
    pd.testing.assert_frame_equal(other.tiers, result.tiers)


def test_notice_of_correlated_spend():
    owner, when, value = purchase_log(6, 3_000, 700)
    often = np.bincount(owner)[owner]
    tied = as_dataset(owner, FIRST + when.astype(int), np.rint(value * often * 10_000).astype(np.int64))
    codes = [notice for notice in ltv.run(tied, Filters(), LtvParams()).notices if notice.code == "spend_correlated"]
    assert len(codes) == 1
    assert isinstance(codes[0], Notice)


def test_a_model_that_is_asked_for_is_taken(dataset, result):
    for name in MODELS:
        found = ltv.run(dataset, Filters(), LtvParams(model=name))
        assert found.purchase_model == name
        assert name in set(found.model["model"])
        row = found.contest.set_index("model").loc[name]
        assert found.check.error == pytest.approx(row["error"], rel=1e-6)
    assert result.contest.set_index("model").loc[result.purchase_model, "winner"]
    assert result.contest["winner"].sum() == 1


def test_simple_fits_nothing(dataset, result):
    simple = ltv.run(dataset, Filters(), LtvParams(model="simple"))
    assert not simple.fitted
    assert not simple.notices
    assert simple.simple == result.simple
    assert simple.customers["clv"].isna().all()
    for name in ("model", "contest", "contest_weeks", "track_record", "lorenz", "groups", "acquisition", "holdout"):
        assert not len(simple.tables()[name])


def test_actual_weeks_of_the_contest_are_those_of_the_holdout(result):
    held = result.holdout[result.holdout["held_out"]]
    before = result.holdout.loc[~result.holdout["held_out"], "actual"].iloc[-1]
    shown = result.contest_weeks[result.contest_weeks["model"] == result.purchase_model]
    np.testing.assert_array_equal(shown["actual"], held["actual"] - before)
    np.testing.assert_allclose(shown["predicted"], held["predicted"] - before, rtol=1e-4)


def test_track_record_is_what_would_have_been_said_then(dataset, result):
    record = result.track_record.set_index(["months_ago", "measure"])
    assert set(record.index) == {(months, name) for months in (3, 6, 12) for name in ("purchases", "value")}
    history = dataset.history
    frame = pd.DataFrame({"owner": history.owner, "day": history.day.astype(int), "money": history.revenue / 10_000})
    days = frame[history.purchase].groupby(["owner", "day"])["money"].sum().reset_index()
    first = days.groupby("owner")["day"].min()
    for months in (3, 6, 12):
        made = to_day((pd.Timestamp(result.as_of) - pd.DateOffset(months=months)).date())
        known = first[first <= made]
        later = days[(days["day"] > made) & days["owner"].isin(known.index)]
        bought, value = record.loc[(months, "purchases")], record.loc[(months, "value")]
        assert bought["made_on"] == to_date(made)
        assert bought["customers"] == len(known)
        assert bought["actual"] == len(later)
        assert value["actual"] == pytest.approx(later["money"].sum())
        # What was then the whole of the data gives the same forecast.
        then = ltv.run(dataset, Filters(last=to_date(made)), LtvParams(model=result.purchase_model))
        model = then.basis.purchases.model
        states = (then.customers[name].to_numpy() for name in ("repeat_frequency", "recency_t_x", "age_T"))
        expected = model.expected_purchases(*states, (int(history.day.max()) - made) / 7).sum()
        assert bought["predicted"] == pytest.approx(expected, rel=1e-6)
        for row in (bought, value):
            assert row["low"] < row["predicted"] < row["high"]
            assert row["error"] == pytest.approx(row["predicted"] / row["actual"] - 1)
            assert abs(row["error"]) < 0.1


def test_lorenz_curve_equals_sorted_customers(result):
    values = np.sort(result.customers["clv"])
    curve = result.lorenz.set_index("share_customers")["share_value"]
    assert (curve.loc[0.0], curve.loc[1.0]) == (0.0, pytest.approx(1.0))
    assert curve.loc[0.9] == pytest.approx(values[: CUSTOMERS * 9 // 10].sum() / values.sum())
    assert curve.is_monotonic_increasing
    assert 1 - curve.loc[0.9] == pytest.approx(result.figures.top_tenth_share, rel=1e-3)


def test_groups_hold_everybody_in_view_and_lie_near_the_mean_of_all(dataset, result):
    groups = result.groups
    assert groups["label"].tolist() == ["North", "South"]
    assert groups["customers"].sum() == len(result.customers)
    assert groups["shrinkage"].between(0, 1).all()
    # By simulation the two do not differ.
    overlap = (groups["low"] < result.figures.mean) & (groups["high"] > result.figures.mean)
    assert overlap.all()
    late = ltv.run(dataset, Filters(first=date(2021, 1, 1)), LtvParams()).groups
    first = dataset.history.first_purchase
    won = [(first[region::2] >= to_day(date(2021, 1, 1))).sum() for region in (0, 1)]
    assert late["new_customers"].tolist() == won


def test_what_is_asked_for_later_is_the_same_each_time(dataset, result):
    again = ltv.run(dataset, Filters(), LtvParams())
    for name, table in result.tables().items():
        pd.testing.assert_frame_equal(table, again.tables()[name])
