"""Cohorts against plain pandas, row for row, and what must hold of them whatever the data."""

from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from core.access import AccessScope, Dataset, open_dataset
from core.analyses.cohorts import CohortsParams, run
from core.errors import EmptyViewError
from core.filters import Filters
from tests.core.analyses.compare import assert_same
from tests.core.analyses.conftest import Case, every_filter_and_setting
from tests.core.analyses.reference import UNIT
from tests.core.analyses.reference_cohorts import money_kept
from tests.core.analyses.reference_periods import cohorts
from tests.helpers import open_lines

FILTERS = ("all", "company", "dates", "company_dates")


def check(case: Case, filters: Filters, params: CohortsParams) -> None:
    expected = cohorts(case.orders, filters, params.period, params.mode, params.value)
    if not len(expected["customers"]):
        with pytest.raises(EmptyViewError):
            run(case.dataset, filters, params)
        return
    result = run(case.dataset, filters, params)
    assert_same(result.triangle, expected["triangle"], ["cohort", "period"])
    assert_same(result.triangle, money_kept(case.orders, filters, params.period, params.value), ["cohort", "period"])
    assert_same(result.average, expected["average"], ["period"])
    assert_same(case.dataset.with_ids(result.customers), expected["customers"], ["customer_id"])


# Every setting once with some filter.
SETTINGS = (
    *product(("week", "month", "quarter"), ("on",), ("revenue", "margin")),
    *product(("month", "quarter", "week"), ("on_or_after",), ("margin", "revenue")),
)


@pytest.mark.parametrize("place", range(len(FILTERS)), ids=FILTERS)
def test_equals_plain_pandas_on_generated_logs(generated: Case, place: int) -> None:
    for period, mode, value in SETTINGS[place :: len(FILTERS)]:
        wanted = value if generated.dataset.has_margin else "revenue"
        check(generated, generated.filters()[FILTERS[place]], CohortsParams(period, mode, wanted))


@pytest.mark.parametrize(("filters", "setting"), every_filter_and_setting(FILTERS, 3))
def test_equals_plain_pandas_on_real_data(real_case: Case, filters: str, setting: int) -> None:
    value = "margin" if real_case.dataset.has_margin else "revenue"
    settings = (CohortsParams(), CohortsParams("quarter", "on_or_after", value), CohortsParams("week", "on_or_after"))
    check(real_case, real_case.filters()[filters], settings[setting])


def lines_of(orders: list[tuple[str, str, int]]) -> pd.DataFrame:
    """Orders given as (customer, day, amount in the currency)."""
    customer, day, amount = zip(*orders, strict=True)
    return pd.DataFrame(
        {
            "order_id": [f"o{place}" for place in range(len(orders))],
            "customer_id": pd.Series(customer, dtype=object),
            "date": pd.to_datetime(list(day)),
            "amount": [round(value * UNIT) for value in amount],
            "region": ["South" if place % 2 else "North" for place in range(len(orders))],
        }
    )


# Two in January: one comes back in February and April, the other never; one in February, who comes back in April.
FEW = lines_of(
    [
        ("a", "2021-01-05", 10),
        ("b", "2021-01-31", 30),
        ("a", "2021-02-01", 5),
        ("c", "2021-02-28", 20),
        ("a", "2021-04-10", 25),
        ("c", "2021-04-11", 20),
        ("b", "2021-03-01", -30),
    ]
)


def triangle(lines: pd.DataFrame, data: Path, column: str, filters: Filters, **settings: Any) -> dict[str, list[Any]]:
    result = run(open_lines(lines, data), filters, CohortsParams(**settings))
    return {name: cells[column].tolist() for name, cells in result.triangle.groupby("cohort")}


def test_cells_by_hand_that_are_not_observed_are_not_there(tmp_path: Path) -> None:
    assert triangle(FEW, tmp_path, "active", Filters()) == {"2021-01": [2, 1, 0, 1], "2021-02": [1, 0, 1]}


def test_on_or_after_by_hand(tmp_path: Path) -> None:
    assert triangle(FEW, tmp_path, "active", Filters(), mode="on_or_after") == {
        "2021-01": [2, 1, 1, 1],
        "2021-02": [1, 1, 1],
    }


def test_revenue_retention_by_hand_keeps_credits(tmp_path: Path) -> None:
    found = triangle(FEW, tmp_path, "revenue_retention", Filters())
    assert found["2021-01"] == pytest.approx([1, 5 / 40, -30 / 40, 25 / 40])


# Worked by hand. January brings 100 + 50 + 50 = 200, February 80 + 90 + 0 = 170, March -20 + 0 + 60 = 40.
KEPT = lines_of(
    [
        ("a", "2021-01-05", 100),
        ("b", "2021-01-06", 50),
        ("c", "2021-01-07", 50),
        ("a", "2021-02-05", 80),
        ("b", "2021-02-06", 90),
        ("a", "2021-03-05", -20),
        ("c", "2021-03-07", 60),
        ("c", "2021-03-31", 0),
    ]
)


def test_net_and_gross_retention_and_cumulative_value_by_hand(tmp_path: Path) -> None:
    """Net 170/200 and 40/200; gross (80 + 50 + 0)/200 and (0 + 0 + 50)/200; a customer has brought 200/3, 370/3, 410/3."""
    found = {
        column: triangle(KEPT, tmp_path / column, column, Filters())["2021-01"]
        for column in ("revenue_retention", "gross_retention", "cumulative_value")
    }
    assert found["revenue_retention"] == pytest.approx([1, 0.85, 0.2])
    assert found["gross_retention"] == pytest.approx([1, 0.65, 0.25])
    assert found["cumulative_value"] == pytest.approx([200 / 3, 370 / 3, 410 / 3])


def test_interval_of_revenue_retention_by_hand(tmp_path: Path) -> None:
    """February: the parts 80 - 85, 90 - 42.5 and 0 - 42.5 have the squares 25 + 2256.25 + 1806.25 = 4087.5, so the error is
    the root of 3 x 4087.5 / 2, by 200."""
    dataset = open_lines(KEPT, tmp_path)
    row = run(dataset, Filters(), CohortsParams()).triangle.iloc[1]
    half = 1.959964 * (3 * 4087.5 / 2) ** 0.5 / 200
    assert (row["revenue_low"], row["revenue_high"]) == pytest.approx((0.85 - half, 0.85 + half))


def test_gross_retention_is_at_most_1_and_is_1_at_first(generated: Case) -> None:
    for filters in generated.filters().values():
        try:
            table = run(generated.dataset, filters, CohortsParams()).triangle
        except EmptyViewError:
            continue
        assert (table["gross_retention"].dropna() <= 1 + 1e-12).all()
        first = table[table["period"] == 0].dropna(subset="gross_retention")
        assert (first["gross_retention"] == 1).all()


def test_the_average_of_money_is_that_of_the_complete_cells(generated: Case) -> None:
    result = run(generated.dataset, Filters(), CohortsParams())
    cells = result.triangle[result.triangle["complete"]].copy()
    start = result.triangle[result.triangle["period"] == 0].set_index("cohort")["revenue"]
    cells["start"] = cells["cohort"].map(start).astype(float)
    sums = cells.groupby("period")[["revenue", "start"]].sum()
    expected = (sums["revenue"] / sums["start"]).where(sums["start"] > 0)
    assert result.average["revenue_retention"].tolist() == pytest.approx(expected.tolist(), nan_ok=True)


def test_the_period_that_is_not_over_is_incomplete_and_left_out_of_the_average(tmp_path: Path) -> None:
    assert triangle(FEW, tmp_path, "complete", Filters())["2021-01"] == [True, True, True, False]
    result = run(open_dataset(tmp_path, AccessScope.everything()), Filters(), CohortsParams())
    assert result.average[["period", "eligible", "retained"]].to_numpy().tolist() == [[0, 3, 3], [1, 3, 1], [2, 2, 0]]
    assert result.triangle.loc[~result.triangle["complete"], ["low", "high"]].isna().all(axis=None)
    over = run(result_of(tmp_path), Filters(last=date(2021, 4, 30)), CohortsParams()).triangle
    assert over["complete"].all()


def result_of(data: Path) -> Dataset:
    return open_dataset(data, AccessScope.everything())


def test_filters_never_change_the_cohort(tmp_path: Path) -> None:
    """All first orders in January are of North and South; whoever is in view keeps the first purchase."""
    dataset = open_lines(FEW, tmp_path)
    everyone = dataset.with_ids(run(dataset, Filters(), CohortsParams()).customers).set_index("customer_id")["cohort"]
    for filters in (Filters(region=("South",)), Filters(region=("North",)), Filters(last=date(2021, 2, 28))):
        seen = dataset.with_ids(run(dataset, filters, CohortsParams()).customers).set_index("customer_id")["cohort"]
        assert seen.astype(str).to_dict() == everyone[seen.index].astype(str).to_dict()


def test_on_or_after_never_rises(generated: Case) -> None:
    """Whoever is active in k + 1 or later is active in k or later, whatever the filter."""
    for filters in generated.filters().values():
        try:
            table = run(generated.dataset, filters, CohortsParams(mode="on_or_after")).triangle
        except EmptyViewError:
            continue
        steps = table.groupby("cohort")["active"].diff().dropna()
        assert (steps <= 0).all()


def test_sizes_add_up_to_the_customers_and_revenue_to_theirs(generated: Case) -> None:
    result = run(generated.dataset, Filters(), CohortsParams())
    first = result.triangle[result.triangle["period"] == 0]
    assert first["size"].sum() == len(result.customers)
    assert (first["active"] == first["size"]).all()
    assert (result.triangle["active"] <= result.triangle["size"]).all()


@pytest.mark.parametrize("mode", ["on", "on_or_after"])
def test_members_of_a_cell_are_as_many_as_it_says(dataset: Dataset, mode: str) -> None:
    result = run(dataset, Filters(region=("North",)), CohortsParams(mode=mode))
    for cell in result.triangle.itertuples():
        assert len(result.members(cell.cohort, cell.period)) == cell.active
        if cell.period == 0:
            assert len(result.members(cell.cohort)) == cell.size


def test_repeat_rate_and_gap_against_pandas(generated: Case) -> None:
    result = run(generated.dataset, Filters(), CohortsParams())
    bought = generated.orders[generated.orders["purchase"] & (generated.orders["customer"] != "")]
    bought = bought.drop_duplicates(["customer", "order"]).sort_values(["customer", "day"])
    count = bought.groupby("customer").size()
    low, high = proportion_confint((count > 1).sum(), len(count), method="wilson")
    assert result.repeat == pytest.approx(((count > 1).mean(), low, high), abs=1e-12)
    gaps = bought.groupby("customer")["day"].diff().dt.days.dropna()
    assert result.median_gap == pytest.approx(gaps.median(), nan_ok=True)


def test_weeks_start_on_mondays_and_have_their_date_as_code(tmp_path: Path) -> None:
    lines = lines_of([("a", "2021-01-03", 1), ("b", "2021-01-04", 1)])
    found = triangle(lines, tmp_path, "size", Filters(), period="week")
    assert list(found) == ["2020-12-28", "2021-01-04"]


def test_the_first_cohort_may_hold_earlier_customers_and_is_marked(tmp_path: Path) -> None:
    result = run(open_lines(FEW, tmp_path), Filters(), CohortsParams())
    assert [notice.as_dict() for notice in result.notices] == [
        {"code": "first_cohort_mixed", "cohort": "2021-01", "size": 2}
    ]
    assert run(result_of(tmp_path), Filters(first=date(2021, 2, 1)), CohortsParams()).notices == ()
