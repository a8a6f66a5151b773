from datetime import date

import numpy as np
import pandas as pd
import pytest

from core.analyses import ltv
from core.analyses.ltv import LtvParams
from core.days import to_date
from core.errors import BadParameterError, EmptyViewError
from core.filters import Filters
from tests.core.analyses.ltv_data import FIRST, as_dataset, simulated, simulated_result


@pytest.fixture(scope="module")
def dataset():
    return simulated()


@pytest.fixture(scope="module")
def result():
    return simulated_result()


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


def test_same_customers_in_another_order_have_the_same_values(dataset, result):
    history = dataset.history
    turned = history.n_customers - 1 - history.owner
    rows = np.lexsort((history.day, turned))
    other = ltv.run(as_dataset(turned[rows], history.day[rows], history.revenue[rows]), Filters(), LtvParams())
    one = result.customers.sort_values("customer")["clv"].to_numpy()
    two = other.customers.sort_values("customer")["clv"].to_numpy()[::-1]
    np.testing.assert_allclose(one, two, atol=1e-4)
    pd.testing.assert_frame_equal(other.tiers, result.tiers)
