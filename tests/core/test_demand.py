"""Regularity of demand against sums written out customer by customer."""

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from core import demand as measuring
from core import features
from core.days import period_table
from core.demand import Demand, complete_window, demand, rows_inside, seasonal_error
from core.filters import Filters
from core.history import OrderHistory
from tests.core.analyses.test_invariance import InMemory
from tests.helpers import make_log

SEASONS = {"week": 52, "month": 12, "quarter": 4}


def totals(history: OrderHistory, period: str, first: int, last: int) -> list[list[float]]:
    """Each customer's totals from the period of its first purchase on."""
    index = period_table(period)
    found = []
    for who in range(history.n_customers):
        rows = slice(history.start[who], history.start[who + 1])
        begin = max(int(index[history.first_purchase[who]]), first)
        at = index[history.day[rows]]
        found.append([float(history.revenue[rows][at == one].sum()) for one in range(begin, last + 1)])
    return found


def measure(log: pd.DataFrame, period: str, compared: int, season: int = 0) -> tuple[Demand, list[list[float]]]:
    history = InMemory(log).history
    window = complete_window(features.select(history, Filters()), period, compared + season)
    ways = []
    for index in (rows_inside(history, None, window), None):
        if season:
            ways.append(seasonal_error(history, history.revenue, index, window, season, compared))
        else:
            ways.append(demand(history, history.revenue, index, window))
    found, of_all = ways
    for field in fields(Demand):
        np.testing.assert_array_equal(getattr(found, field.name), getattr(of_all, field.name))
    return found, totals(history, period, window.first, window.last)


@pytest.fixture(scope="module")
def log() -> pd.DataFrame:
    return make_log(9, customers=25, orders=900, days=1300, start="2018-02-11")


@pytest.mark.parametrize("period", SEASONS)
def test_variation_is_that_of_totals_written_out(log: pd.DataFrame, period: str) -> None:
    found, written = measure(log, period, 12)
    for who, values in enumerate(written):
        array = np.array(values)
        assert found.periods[who] == len(array)
        assert found.active[who] == np.count_nonzero(array)
        if len(array) > 1 and array.mean() > 0:
            assert found.cv[who] == pytest.approx(array.std(ddof=1) / array.mean(), abs=1e-11)
            active = array[array != 0]
            uneven = (active.std(ddof=1) / active.mean()) ** 2 if len(active) > 1 else 0
            assert found.cv2_active[who] == pytest.approx(uneven, rel=1e-9, abs=1e-11)
        else:
            assert np.isnan(found.cv[who])


@pytest.mark.parametrize("compared", [3, 4, 9, 30])
@pytest.mark.parametrize("period", SEASONS)
def test_seasonal_error_is_that_of_totals_written_out(log: pd.DataFrame, period: str, compared: int) -> None:
    """Windows shorter than a year, of a year and longer; customers that came later have no error."""
    season = SEASONS[period]
    found, written = measure(log, period, compared, season)
    known = 0
    for who, values in enumerate(written):
        assert found.periods[who] == len(values)
        level = np.mean(values[-compared:]) if values else np.nan
        assert found.mean[who] == pytest.approx(level, nan_ok=True)
        if len(values) == compared + season and level > 0:
            known += 1
            recent, before = np.array(values[season:]), np.array(values[:-season])
            error = np.sqrt(np.mean((recent - before) ** 2)) / recent.mean()
            assert found.cv[who] == pytest.approx(error, abs=1e-11)
        else:
            assert np.isnan(found.cv[who])
    # Three years and a half are shorter than 34 quarters.
    assert known > 5 or (period, compared) == ("quarter", 30)


@pytest.mark.parametrize("period", SEASONS)
def test_a_table_made_in_parts_is_the_table_made_at_once(
    log: pd.DataFrame, period: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, _ = measure(log, period, SEASONS[period], SEASONS[period])
    monkeypatch.setattr(measuring, "CELLS", 5 * SEASONS[period])
    parts, _ = measure(log, period, SEASONS[period], SEASONS[period])
    np.testing.assert_array_equal(parts.cv, whole.cv)


def one(amounts: list[int], start: str = "2019-01-31") -> pd.DataFrame:
    """One order a month of one customer."""
    dates = pd.date_range(start, periods=len(amounts), freq="ME")
    return pd.DataFrame(
        {
            "order_id": [f"o{place}" for place in range(len(amounts))],
            "customer_id": "a",
            "date": dates,
            "amount": amounts,
        }
    )


def test_a_year_that_repeats_the_one_before_has_no_error_however_uneven() -> None:
    year = [10, 10, 10, 10, 10, 500, 700, 10, 10, 10, 10, 900]
    found, _ = measure(one(year * 2), "month", 12, 12)
    assert found.cv.tolist() == [0]
    found, _ = measure(one(year * 2), "month", 12)
    assert found.cv[0] > 1


def test_a_tenth_more_than_last_year_is_an_error_of_an_eleventh() -> None:
    found, _ = measure(one([100] * 12 + [110] * 12), "month", 12, 12)
    assert found.cv[0] == pytest.approx(1 / 11)


def test_two_years_less_a_month_are_too_short() -> None:
    found, _ = measure(one([100] * 23), "month", 12, 12)
    assert found.periods.tolist() == [23]
    assert np.isnan(found.cv).all()


def test_nobody_has_no_demand() -> None:
    """A history of orders without a customer."""
    log = one([100] * 24).assign(customer_id=None)
    for season in (0, 12):
        found, _ = measure(log, "month", 12, season)
        assert len(found.cv) == 0


def test_large_totals_that_hardly_differ_keep_their_difference() -> None:
    """Sums of squares would lose it: a billion, and one unit more in one month."""
    amounts = [10**13] * 24
    amounts[20] += 1
    found, _ = measure(one(amounts), "month", 12, 12)
    assert found.cv[0] == round(np.sqrt(1 / 12) / 1e13, 12)
    found, _ = measure(one([10**13] * 24), "month", 12, 12)
    assert found.cv[0] == 0
