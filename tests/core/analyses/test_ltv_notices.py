from dataclasses import replace

import numpy as np
import pytest

from core.access import Dataset
from core.analyses import ltv
from core.analyses.ltv import LtvParams
from core.days import to_date
from core.filters import Filters
from core.results import Notice
from tests.core.analyses.ltv_data import CONTRACT, FIRST, as_dataset, simulated, simulated_result
from tests.core.models.simulate import purchase_log


@pytest.fixture(scope="module")
def dataset():
    return simulated()


@pytest.fixture(scope="module")
def result():
    return simulated_result()


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


def test_notice_of_correlated_spend():
    owner, when, value = purchase_log(6, 3_000, 700)
    often = np.bincount(owner)[owner]
    tied = as_dataset(owner, FIRST + when.astype(int), np.rint(value * often * 10_000).astype(np.int64))
    codes = [notice for notice in ltv.run(tied, Filters(), LtvParams()).notices if notice.code == "spend_correlated"]
    assert len(codes) == 1
    assert isinstance(codes[0], Notice)


def test_simple_fits_nothing(dataset, result):
    simple = ltv.run(dataset, Filters(), LtvParams(model="simple"))
    assert not simple.fitted
    assert not simple.notices
    assert simple.simple == result.simple
    assert simple.customers["clv"].isna().all()
    for name in ("model", "contest", "contest_weeks", "track_record", "lorenz", "groups", "acquisition", "holdout"):
        assert not len(simple.tables()[name])
