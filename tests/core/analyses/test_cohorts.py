"""Cohorts against plain pandas, row for row, and what must hold of them whatever the data."""

from itertools import product

import pytest

from core.analyses.cohorts import CohortsParams, run
from core.errors import EmptyViewError
from core.filters import Filters
from tests.core.analyses.conftest import Case
from tests.core.analyses.reference import assert_same, cohorts

FILTERS = ("all", "company", "dates", "company_dates")


def check(case: Case, filters: Filters, params: CohortsParams) -> None:
    expected = cohorts(case.orders, filters, params.period, params.mode, params.value)
    if not len(expected["customers"]):
        with pytest.raises(EmptyViewError):
            run(case.dataset, filters, params)
        return
    result = run(case.dataset, filters, params)
    assert_same(result.triangle, expected["triangle"], ["cohort", "period"])
    assert_same(result.average, expected["average"], ["period"])
    assert_same(case.dataset.with_ids(result.customers), expected["customers"], ["customer_id"])


# Every setting once with some filter.
SETTINGS = tuple(product(("week", "month", "quarter"), ("on", "on_or_after"), ("revenue", "margin")))


@pytest.mark.parametrize("place", range(len(FILTERS)), ids=FILTERS)
def test_equals_plain_pandas_on_generated_logs(generated: Case, place: int) -> None:
    for period, mode, value in SETTINGS[place:] + SETTINGS[:place]:
        if SETTINGS.index((period, mode, value)) % len(FILTERS) in (place, (place + 1) % len(FILTERS)):
            wanted = value if generated.dataset.has_margin else "revenue"
            check(generated, generated.filters()[FILTERS[place]], CohortsParams(period, mode, wanted))


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize(("period", "mode"), [("month", "on"), ("week", "on_or_after"), ("quarter", "on_or_after")])
def test_equals_plain_pandas_on_real_data(real_case: Case, filters: str, period: str, mode: str) -> None:
    value = "margin" if real_case.dataset.has_margin and period == "quarter" else "revenue"
    check(real_case, real_case.filters()[filters], CohortsParams(period, mode, value))
