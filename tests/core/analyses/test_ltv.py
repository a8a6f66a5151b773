from datetime import date

import numpy as np
import pandas as pd
import pytest

from core.analyses import ltv
from core.analyses.ltv import LtvParams
from core.days import to_day
from core.filters import Filters
from core.models import gamma_gamma
from core.models.purchase_days import purchase_days, summarise
from core.models.purchase_model import MODELS
from core.results import Result
from tests.core.analyses.ltv_data import CONTRACT, CUSTOMERS, simulated, simulated_result


@pytest.fixture(scope="module")
def dataset():
    return simulated()


@pytest.fixture(scope="module")
def result():
    return simulated_result()


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
