"""RFM against plain pandas, row for row, and what must hold of it whatever the data."""

from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.access import Dataset
from core.analyses.rfm import RfmParams, run
from core.errors import BadParameterError, EmptyViewError
from core.filters import Filters
from core.segments import SEGMENTS, segment_table
from tests.core.analyses.compare import assert_same
from tests.core.analyses.conftest import FILTERS, Case, every_filter_and_setting
from tests.core.analyses.reference import UNIT, rfm, segments_of
from tests.helpers import open_lines


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


@pytest.mark.parametrize(("filters", "setting"), every_filter_and_setting(FILTERS, 3))
def test_equals_plain_pandas_on_generated_logs(generated: Case, filters: str, setting: int) -> None:
    value = "margin" if generated.dataset.has_margin else "revenue"
    params = (RfmParams(3), RfmParams(4, value, "mean"), RfmParams(5, value))[setting]
    check(generated, generated.filters()[filters], params)


@pytest.mark.parametrize(("filters", "setting"), every_filter_and_setting(FILTERS, 2))
def test_equals_plain_pandas_on_real_data(real_case: Case, filters: str, setting: int) -> None:
    value = "margin" if real_case.dataset.has_margin else "revenue"
    check(real_case, real_case.filters()[filters], (RfmParams(), RfmParams(5, value, "mean"))[setting])


def only(lines: list[tuple[str, str, int]], data: Path, **settings: Any) -> pd.DataFrame:
    """The customers table of orders given as (customer, day, money units)."""
    dataset = open_lines(orders_of(lines), data)
    return dataset.with_ids(run(dataset, Filters(), RfmParams(**settings)).customers).set_index("customer_id")


def orders_of(lines: list[tuple[str, str, int]]) -> pd.DataFrame:
    customer, day, amount = zip(*lines, strict=True)
    order = [f"o{place}" for place in range(len(lines))]
    return pd.DataFrame(
        {"order_id": order, "customer_id": customer, "date": pd.to_datetime(list(day)), "amount": amount}
    )


def test_credits_move_money_and_never_frequency_or_recency(tmp_path: Path) -> None:
    found = only(
        [("a", "2021-01-01", 500_000), ("a", "2021-03-01", -200_000), ("a", "2021-04-01", 0), ("b", "2021-02-01", 1)],
        tmp_path,
    )
    assert found.loc["a", ["recency_days", "frequency", "monetary"]].tolist() == [90, 1, 30.0]


def test_recency_counts_to_the_last_order_in_the_data_and_to_the_end_of_the_window(tmp_path: Path) -> None:
    lines = orders_of([("a", "2021-01-01", 1), ("a", "2021-01-11", 1), ("b", "2021-02-10", 1)])
    dataset = open_lines(lines, tmp_path)
    for filters, days in (
        (Filters(), 30),
        (Filters(last=date(2021, 1, 10)), 9),
        (Filters(last=date(2021, 1, 31)), 20),
        (Filters(last=date(2021, 3, 1)), 49),
    ):
        table = dataset.with_ids(run(dataset, filters, RfmParams()).customers).set_index("customer_id")
        assert table.loc["a", "recency_days"] == days


def test_equal_customers_get_equal_scores(tmp_path: Path) -> None:
    lines = [(f"c{place}", "2021-01-01", 70) for place in range(9)] + [("late", "2021-01-05", 80)]
    found = only(lines, tmp_path)
    assert found.loc[[f"c{place}" for place in range(9)], list("rfm")].drop_duplicates().to_numpy().tolist() == [
        [1, 1, 1]
    ]
    # 9 of 10 are worse: 1 + floor(3 x 0.9).
    assert found.loc["late", list("rfm")].tolist() == [3, 1, 3]


def test_one_customer_is_in_the_first_group_of_each_axis_and_the_empty_groups_are_said(tmp_path: Path) -> None:
    dataset = open_lines(orders_of([("only", "2021-01-01", 70)]), tmp_path)
    result = run(dataset, Filters(), RfmParams())
    assert result.customers[list("rfm")].to_numpy().tolist() == [[1, 1, 1]]
    assert [notice.as_dict() for notice in result.notices] == [
        {"code": "empty_group", "axis": axis, "group": group}
        for axis in ("recency", "frequency", "monetary")
        for group in (2, 3)
    ]


@pytest.mark.parametrize("groups", [3, 4, 5])
def test_every_cell_is_in_one_named_segment(groups: int) -> None:
    cells = pd.DataFrame(list(product(range(1, groups + 1), repeat=3)), columns=list("rfm"))
    expected = segments_of(cells, groups)
    assert expected.notna().all()
    assert set(expected) == set(SEGMENTS)
    table = segment_table(groups)
    assert [SEGMENTS[table[r - 1, f - 1, m - 1]] for r, f, m in cells.itertuples(index=False)] == expected.tolist()


def test_segments_and_cells_partition_customers_and_revenue(generated: Case) -> None:
    result = run(generated.dataset, Filters(), RfmParams(4))
    everyone = result.customers["revenue"].sum()
    for table in (result.cube, result.segments):
        assert table["customers"].sum() == len(result.customers)
        assert table["revenue"].sum() == pytest.approx(everyone)
    named = generated.orders[generated.orders["customer"] != ""]
    assert everyone + result.without_purchase == pytest.approx(named["revenue"].sum() / UNIT)


def test_scores_rise_with_the_value_they_are_made_from(generated: Case) -> None:
    customers = run(generated.dataset, Filters(), RfmParams(5)).customers
    for value, score, better in (("recency_days", "r", False), ("frequency", "f", True), ("monetary", "m", True)):
        ranked = customers.sort_values(value, ascending=better)
        assert (ranked[score].diff().dropna() >= 0).all()


def test_classification_codes_are_the_segments_and_minus_one_out_of_view(dataset: Dataset) -> None:
    result = run(dataset, Filters(region=("North",)), RfmParams())
    made = result.classification(dataset.history.n_customers)
    for segment in SEGMENTS:
        expected = result.customers.loc[result.customers["segment"] == segment, "customer"]
        assert made.members(segment).tolist() == sorted(expected)
    assert made.sizes().sum() == len(result.customers)
    assert (made.codes == -1).sum() == dataset.history.n_customers - len(result.customers)


def test_a_filter_that_leaves_nobody_says_so(dataset: Dataset) -> None:
    with pytest.raises(EmptyViewError) as raised:
        run(dataset, Filters(last=date(1999, 1, 1)), RfmParams())
    assert str(raised.value) == (
        "nobody bought within this filter. Widen the dates, or choose more regions or channels."
    )


def test_margin_without_costs_is_refused(tmp_path: Path) -> None:
    dataset = open_lines(orders_of([("a", "2021-01-01", 1)]), tmp_path)
    with pytest.raises(BadParameterError, match="margin can't be shown: not every line has a cost"):
        run(dataset, Filters(), RfmParams(value="margin"))


def test_online_retail_has_the_figures_of_the_data_and_the_method(online_retail: Case) -> None:
    """The counts that are published with the data, and how many customers credits would have misjudged."""
    dataset, orders = online_retail.dataset, online_retail.orders
    info = dataset.info
    assert (info.lines, info.orders, info.customers, info.buyers) == (541_909, 25_900, 4_372, 4_338)
    assert dataset.history.revenue.sum() == 97_477_479_340
    result = run(dataset, Filters(), RfmParams())
    assert len(result.customers) == 4_338
    frequency = dataset.with_ids(result.customers).set_index("customer_id")["frequency"]
    with_credits = orders[orders["customer"] != ""].groupby("customer")["order"].nunique()
    assert (with_credits != frequency.reindex(with_credits.index, fill_value=0)).sum() == 1_591
