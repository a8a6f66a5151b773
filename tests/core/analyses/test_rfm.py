"""RFM against plain pandas, row for row, and what must hold of it whatever the data."""

import pandas as pd
import pytest

from core.analyses.rfm import RfmParams, run
from core.errors import BadParameterError, EmptyViewError
from core.filters import Filters
from tests.core.analyses.conftest import FILTERS, Case
from tests.core.analyses.reference import assert_same, rfm


def check(case: Case, filters: Filters, params: RfmParams) -> None:
    expected = rfm(case.orders, filters, params.groups, params.value, params.monetary)
    if not len(expected["customers"]):
        with pytest.raises(EmptyViewError):
            run(case.dataset, filters, params)
        return
    result = run(case.dataset, filters, params)
    customers = case.dataset.with_ids(result.customers)
    assert_same(customers, expected["customers"], ["customer_id"])
    assert_same(result.cuts, expected["cuts"], ["axis", "group"])
    assert_same(result.cube, expected["cube"], ["r", "f", "m"])
    assert_same(result.segments, expected["segments"], ["segment"])
    # Most revenue first, equal ones by id.
    ranked = customers.sort_values(["revenue", "customer_id"], ascending=[False, True])
    assert customers["customer_id"].tolist() == ranked["customer_id"].tolist()


@pytest.mark.parametrize("filters", FILTERS)
def test_equals_plain_pandas_on_generated_logs(generated: Case, filters: str) -> None:
    value = "margin" if generated.dataset.has_margin else "revenue"
    for params in (RfmParams(3), RfmParams(4, value, "mean"), RfmParams(5, value)):
        check(generated, generated.filters()[filters], params)


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize(("groups", "monetary"), [(3, "total"), (5, "mean")])
def test_equals_plain_pandas_on_real_data(real_case: Case, filters: str, groups: int, monetary: str) -> None:
    value = "margin" if real_case.dataset.has_margin and groups == 5 else "revenue"
    check(real_case, real_case.filters()[filters], RfmParams(groups, value, monetary))
