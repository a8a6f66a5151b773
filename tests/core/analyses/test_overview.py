"""The overview against plain pandas."""

import pandas as pd
import pytest

from core.analyses.overview import OverviewParams, run
from core.errors import EmptyViewError
from core.filters import Filters
from tests.core.analyses.compare import assert_same
from tests.core.analyses.conftest import FILTERS, Case
from tests.core.analyses.reference_periods import overview


def check(case: Case, filters: Filters) -> None:
    expected = overview(case.orders, filters)
    if not expected["figures"]["customers"]:
        with pytest.raises(EmptyViewError):
            run(case.dataset, filters, OverviewParams())
        return
    result = run(case.dataset, filters, OverviewParams())
    for name, value in expected["figures"].items():
        # Figures are rounded to six places.
        assert result.figure(name)["value"] == pytest.approx(value, abs=1e-6), name
    assert_same(result.months, expected["months"], ["month"])
    assert result.unidentified == pytest.approx(expected["unidentified"])
    assert result.unidentified_orders == expected["unidentified_orders"]


@pytest.mark.parametrize("filters", FILTERS)
def test_equals_plain_pandas_on_generated_logs(generated: Case, filters: str) -> None:
    check(generated, generated.filters()[filters])


@pytest.mark.parametrize("filters", FILTERS)
def test_equals_plain_pandas_on_real_data(real_case: Case, filters: str) -> None:
    check(real_case, real_case.filters()[filters])


def test_windows_side_by_side_on_the_sample(sample: Case) -> None:
    """Three years of data: the last 365 days against the 365 before."""
    result = run(sample.dataset, Filters(), OverviewParams())
    end = sample.orders["day"].max()
    middle, start = end - pd.Timedelta(days=365), end - pd.Timedelta(days=730)
    for name, after in (("before", False), ("after", True)):
        inside = (middle, end) if after else (start, middle)
        rows = sample.orders[(sample.orders["day"] > inside[0]) & (sample.orders["day"] <= inside[1])]
        expected = overview(rows, Filters())["figures"]
        assert result.figure("revenue")[name] == pytest.approx(expected["revenue"])
        assert result.figure("customers")[name] == expected["customers"]
        assert result.figure("orders")[name] == expected["orders"]
        assert result.figure("order_value")[name] == pytest.approx(expected["order_value"])
        assert result.figure("repeat_rate")[name] == pytest.approx(expected["repeat_rate"])
