from datetime import date

import numpy as np
import pandas as pd
import pytest

from core.analyses import ltv
from core.analyses.ltv import LtvParams
from core.days import to_date, to_day
from core.filters import Filters
from core.models.sbg import Sbg
from tests.core.analyses.ltv_data import CONTRACT, as_dataset

TRUTH = Sbg(0.7, 3.8)
MONTHS, AHEAD = 36, 12
FIRST = pd.Period("2020-01", "M")
PARAMS = LtvParams(contractual="yes", horizon_months=AHEAD)


def paid(seed=4, customers=4_000):
    """Who pays in which of the months seen and after them, and how much each month: leaving is as the shifted beta-geometric says."""
    rng = np.random.default_rng(seed)
    start = rng.integers(0, MONTHS, customers)
    months = rng.geometric(rng.beta(TRUTH.alpha, TRUTH.beta, customers))
    ahead = np.arange(MONTHS + AHEAD)
    return (ahead >= start[:, None]) & (ahead < (start + months)[:, None]), rng.choice([9.0, 19.0, 49.0], customers)


@pytest.fixture(scope="module")
def log():
    return paid()


@pytest.fixture(scope="module")
def dataset(log):
    there, price = log
    owner, month = np.nonzero(there[:, :MONTHS])
    begins = np.array([to_day((FIRST + int(k)).start_time.date()) for k in range(MONTHS)])
    day = begins[month] + owner % 28
    # All have paid for the last month when it ends.
    return as_dataset(owner, day, np.rint(price[owner] * 10_000).astype(np.int64), region=owner % 2)


@pytest.fixture(scope="module")
def result(dataset):
    return ltv.run(dataset, Filters(last=date(2022, 12, 31)), PARAMS)


def test_parameters_lie_within_their_errors_of_the_truth(result):
    model = result.model.set_index("parameter")
    for name in ("alpha", "beta"):
        assert abs(model.loc[name, "estimate"] - getattr(TRUTH, name)) < 3 * model.loc[name, "standard_error"]
    assert result.purchase_model == "sbg"
    assert not result.notices


def test_value_is_the_price_by_discounted_renewals_and_nothing_for_those_who_left(log, result):
    there, price = log
    table = result.customers.set_index("customer").sort_index()
    running, renewed = there[:, MONTHS - 1], there[:, :MONTHS].sum(axis=1) - 1
    np.testing.assert_array_equal(table["p_alive"], running)
    np.testing.assert_array_equal(table["renewals"], renewed)
    np.testing.assert_allclose(table["value_a_period"], price)
    model = result.basis.contracts.fit.model
    share = model.survival(renewed[:, None] + np.arange(1, AHEAD + 1)) / model.survival(renewed)[:, None]
    expected = running * price * (share * 1.1 ** (-np.arange(AHEAD) / 12)).sum(axis=1)
    np.testing.assert_allclose(table["clv"], expected, atol=1e-4)
    np.testing.assert_allclose(table["expected_purchases"], running * share.sum(axis=1))
    assert result.figures.total == pytest.approx(expected.sum(), rel=1e-6)
    # Without a horizon: the published form of Fader and Hardie (2010) is tested with the model.
    rate = 1.1 ** (1 / 12) - 1
    np.testing.assert_allclose(table["residual_value"], running * price * model.residual_lifetime(renewed, rate))


def test_what_customers_then_paid_lies_within_the_intervals(log, dataset, result):
    there, price = log
    plain = ltv.run(dataset, Filters(last=date(2022, 12, 31)), LtvParams(contractual="yes", discount_rate=0.0))
    actual = price * there[:, MONTHS:].sum(axis=1)
    table = plain.customers.set_index("customer").sort_index()
    running = there[:, MONTHS - 1]
    inside = (actual >= table["clv_low"] - 1e-3) & (actual <= table["clv_high"] + 1e-3)
    # Renewals are few and whole, so that an interval of 90 % often holds more.
    assert inside[running].mean() > 0.9
    figures = plain.figures
    assert figures.total_low < actual.sum() < figures.total_high
    assert figures.new_customer == pytest.approx(price[running].mean() * TRUTH.renewals_within(0, AHEAD)[0], rel=0.05)


def test_observed_and_fitted_shares_follow_the_truth(log, result):
    there, _ = log
    table = result.contracts
    known = table[table["at_risk"] > 200].iloc[1:]
    truth = TRUTH.survival(known["renewals"])
    assert ((known["low"] < truth) & (known["high"] > truth)).mean() > 0.8
    assert ((known["fitted_low"] < truth) & (known["fitted_high"] > truth)).all()
    first = there[:, :MONTHS].argmax(axis=1)
    came_up = first < MONTHS - 1
    assert table.loc[0, "at_risk"] == len(there)
    assert table.loc[1, "at_risk"] == came_up.sum()
    assert table.loc[1, "renewed"] == there[came_up, first[came_up] + 1].sum()


def test_tiers_are_of_those_under_contract_and_regions_add_up(log, dataset, result):
    there, _ = log
    tiers = result.tiers.set_index("tier")["customers"]
    running = there[:, MONTHS - 1].sum()
    # Equal values stay together, so that a tier can be larger.
    assert 0.1 * running <= tiers["vip"] < 0.2 * running
    assert tiers["economy"] >= len(there) - running
    parts = [ltv.run(dataset, Filters(region=(name,), last=date(2022, 12, 31)), PARAMS) for name in ("North", "South")]
    assert sum(part.figures.total for part in parts) == pytest.approx(result.figures.total)
    pd.testing.assert_frame_equal(parts[0].contracts, result.contracts)
    assert result.what_if(None, "", "retention", 10.0) is None
    assert not len(result.groups)
    assert not len(result.track_record)


@pytest.mark.parametrize("renewal", ["quarter", "year"])
def test_longer_periods_have_fewer_chances(dataset, renewal):
    found = ltv.run(dataset, Filters(last=date(2022, 12, 31)), LtvParams(contractual="yes", renewal=renewal))
    assert found.basis.contracts.chances == {"quarter": 4, "year": 1}[renewal]
    assert found.fitted


@pytest.mark.parametrize("months", [1, 3])
def test_one_customer_under_contract_has_simple_formulas_and_a_notice(months):
    day = FIRST_DAY + 31 * np.arange(months)
    lonely = as_dataset(np.zeros(months, dtype=int), day, np.full(months, 250_000))
    found = ltv.run(lonely, Filters(last=to_date(int(day[-1]) + 200)), PARAMS)
    assert not found.fitted
    assert "too_few_repeat_buyers" in {notice.code for notice in found.notices}
    assert found.customers["p_alive"].tolist() == [0.0]
    for name, columns in CONTRACT.items():
        assert list(found.tables()[name].columns)[: len(columns)] == columns


def test_customers_who_come_back_are_told():
    # Each pays every third month: no contract by the month.
    owner = np.repeat(np.arange(200), 8)
    day = FIRST_DAY + np.tile(91 * np.arange(8), 200) + owner % 20
    found = ltv.run(as_dataset(owner, day, np.full(len(owner), 100_000)), Filters(), PARAMS)
    assert "contracts_resumed" in {notice.code for notice in found.notices}
    assert found.basis.contracts.contracts.returned == 1.0


FIRST_DAY = to_day(date(2020, 1, 1))
