"""ABC-XYZ against plain pandas, row for row, and the worked examples of the method."""

from itertools import product
from typing import Any

import pytest

from core.analyses.abc_xyz import AbcXyzParams, run
from core.errors import EmptyViewError
from core.filters import Filters
from tests.core.analyses.conftest import FILTERS, Case
from tests.core.analyses.reference import abc_xyz, assert_same


def check(case: Case, filters: Filters, **settings: Any) -> None:
    expected = abc_xyz(case.orders, filters, **settings)
    if not len(expected["customers"]):
        with pytest.raises(EmptyViewError):
            run(case.dataset, filters, AbcXyzParams(**settings))
        return
    result = run(case.dataset, filters, AbcXyzParams(**settings))
    customers = case.dataset.with_ids(result.customers)
    assert_same(customers, expected["customers"], ["customer_id"])
    filled = result.matrix[result.matrix["customers"] > 0]
    assert_same(filled, expected["matrix"], ["abc", "xyz"])
    assert not result.matrix.loc[result.matrix["customers"] == 0, ["revenue", "customer_share"]].any(axis=None)
    stability = result.stability.dropna(subset=["cv"])
    assert_same(stability, expected["stability"].dropna(subset=["cv"]), ["group", "label"])
    ranked = customers.sort_values(["value", "customer_id"], ascending=[False, True])
    assert customers["customer_id"].tolist() == ranked["customer_id"].tolist()


# Every setting once with some filter.
SETTINGS = tuple(
    product(("revenue", "margin", "orders"), ("week", "month", "quarter"), ("cuts", "thirds", "syntetos_boylan"))
)


@pytest.mark.parametrize("place", range(len(FILTERS)), ids=FILTERS)
def test_equals_plain_pandas_on_generated_logs(generated: Case, place: int) -> None:
    for value, period, xyz in SETTINGS[place :: len(FILTERS)]:
        wanted = value if generated.dataset.has_margin or value != "margin" else "revenue"
        check(generated, generated.filters()[FILTERS[place]], value=wanted, period=period, xyz=xyz)


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize(
    ("value", "period", "xyz"),
    [("revenue", "month", "cuts"), ("orders", "week", "thirds"), ("revenue", "quarter", "syntetos_boylan")],
)
def test_equals_plain_pandas_on_real_data(real_case: Case, filters: str, value: str, period: str, xyz: str) -> None:
    if real_case.dataset.has_margin and xyz == "cuts":
        value = "margin"
    check(real_case, real_case.filters()[filters], value=value, period=period, xyz=xyz)
