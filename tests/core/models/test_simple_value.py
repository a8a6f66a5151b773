from datetime import date

import numpy as np
import pytest

from core.days import to_day
from core.features import select
from core.filters import Filters
from core.history import OrderHistory, is_purchase
from core.models.simple_value import simple_value
from core.models.value_curve import value_curve

# customer, day, revenue, region
ORDERS = [
    (0, date(2020, 1, 10), 100, 0),
    (0, date(2020, 1, 20), 300, 0),
    (0, date(2020, 3, 5), 200, 1),
    (0, date(2020, 3, 9), -50, 1),
    (1, date(2020, 2, 1), 400, 1),
    (2, date(2020, 2, 2), -70, 0),
    (3, date(2020, 1, 5), -10, 0),
    (3, date(2020, 2, 28), 60, 0),
]


@pytest.fixture
def history():
    customer, day, revenue, region = zip(*ORDERS, strict=True)
    order = np.arange(len(ORDERS), dtype=np.uint32)
    money = np.array(revenue, dtype=np.int64) * 10_000
    return OrderHistory(
        start=np.r_[0, np.cumsum(np.bincount(customer))],
        day=np.array([to_day(each) for each in day], dtype=np.uint16),
        order=order,
        purchase=is_purchase(order, money),
        revenue=money,
        margin=None,
        codes={"region": np.array(region, dtype=np.uint8)},
        labels={"region": ("North", "South")},
    )


def test_simple_formulas_equal_ones_done_by_hand(history):
    simple = simple_value(select(history, Filters()), history.revenue)
    # Five purchases of 1,060 by three buyers, who stayed 3, 1 and 1 months.
    assert simple.mean_order == 1060 / 5
    assert simple.months_retained == 5 / 3
    assert simple.orders_a_month == 5 / 5
    assert simple.value_by_orders == pytest.approx(212 * 1 * 5 / 3)
    # Credits of buyers count, those of somebody who never bought do not: 550 + 400 + 50.
    assert (simple.period_value, simple.buyers, simple.value_by_buyers) == (1000.0, 3, 1000 / 3)


def test_a_million_over_two_hundred_buyers_is_five_thousand_as_methods_say():
    n = 200
    history = OrderHistory(
        start=np.arange(n + 1),
        day=np.full(n, 40_000, dtype=np.uint16),
        order=np.arange(n, dtype=np.uint32),
        purchase=np.ones(n, dtype=bool),
        revenue=np.full(n, 5_000 * 10_000),
        margin=None,
        codes={},
        labels={},
    )
    simple = simple_value(select(history, Filters()), history.revenue)
    assert (simple.period_value, simple.buyers, simple.value_by_buyers) == (1_000_000.0, 200, 5_000.0)


def test_simple_formulas_follow_the_filter(history):
    simple = simple_value(select(history, Filters(region=("South",))), history.revenue)
    assert simple.buyers == 2
    assert simple.mean_order == 300.0
    assert simple.months_retained == 1.0
    assert simple.period_value == 550.0


def everybody(history):
    return np.ones(history.n_customers, dtype=bool)


def as_rows(curve):
    return [
        (f"{1900 + int(c) // 12}-{int(c) % 12 + 1:02}", int(a), int(n), float(v))
        for c, a, n, v in zip(curve.cohort, curve.age, curve.customers, curve.value, strict=True)
    ]


def test_curve_equals_one_done_by_hand_and_leaves_unreached_ages_out(history):
    curve = value_curve(history, history.revenue, everybody(history), to_day(date(2020, 3, 31)))
    # The credit that came before a first purchase counts at age 0.
    assert as_rows(curve) == [
        ("2020-01", 0, 1, 400.0),
        ("2020-01", 1, 1, 400.0),
        ("2020-01", 2, 1, 550.0),
        ("2020-02", 0, 2, (400 + 50) / 2),
        ("2020-02", 1, 2, 225.0),
    ]


def test_a_month_that_is_not_over_is_left_out(history):
    curve = value_curve(history, history.revenue, everybody(history), to_day(date(2020, 3, 30)))
    assert [row[:2] for row in as_rows(curve)] == [("2020-01", 0), ("2020-01", 1), ("2020-02", 0)]
    assert not as_rows(value_curve(history, history.revenue, everybody(history), to_day(date(2020, 1, 30))))


def test_curve_holds_members_only(history):
    members = np.array([False, True, False, False])
    curve = value_curve(history, history.revenue, members, to_day(date(2020, 3, 31)))
    assert as_rows(curve) == [("2020-02", 0, 1, 400.0), ("2020-02", 1, 1, 400.0)]
