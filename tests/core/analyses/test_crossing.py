"""Crossings against pandas, scipy and statsmodels, and what must hold of them whatever the data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, norm
from statsmodels.stats.contingency_tables import Table
from statsmodels.stats.multitest import multipletests

from core.access import Dataset
from core.analyses import abc_xyz, rfm
from core.analyses.crossing import CrossingParams, CrossingResult, run
from core.errors import BadParameterError, EmptyViewError
from core.filters import Filters
from tests.core.analyses.compare import assert_same, plain
from tests.core.analyses.conftest import FILTERS, Case
from tests.core.analyses.reference import View, money
from tests.core.analyses.test_invariance import InMemory, logs
from tests.helpers import make_log, open_lines

UNIT = 10_000


def expected_tables(case: Case, filters: Filters, value: str) -> dict[str, pd.DataFrame]:
    """ABC classes against RFM segments, from the two analyses' own tables by a plain merge."""
    classed = abc_xyz.run(case.dataset, filters, abc_xyz.AbcXyzParams()).tables()["customers"]
    scored = rfm.run(case.dataset, filters, rfm.RfmParams()).customers
    both = plain(classed)[["customer", "abc"]].merge(plain(scored)[["customer", "segment"]], validate="1:1")
    both = case.dataset.with_ids(both.set_axis(["customer", "row", "column"], axis=1))
    view = View(case.orders, filters)
    both["revenue"] = both["customer_id"].map(money(view.matching, view.shown, value)) / UNIT
    total = both["revenue"].sum()

    def summed(by: list[str]) -> pd.DataFrame:
        table = both.groupby(by)["revenue"].agg(customers="size", revenue="sum").reset_index()
        table["customer_share"] = table["customers"] / len(both)
        return table.assign(revenue_share=table["revenue"] / total if total else np.nan)

    return {
        "cells": summed(["row", "column"]),
        "rows": summed(["row"]).rename(columns={"row": "label"}),
        "columns": summed(["column"]).rename(columns={"column": "label"}),
        "customers": both,
    }


def check(case: Case, filters: Filters, value: str) -> CrossingResult | None:
    try:
        result = run(case.dataset, filters, CrossingParams(value=value))
    except EmptyViewError:
        assert not len(View(case.orders, filters).shown)
        return None
    expected = expected_tables(case, filters, value)
    found = {name: case.dataset.with_ids(table) for name, table in result.tables().items()}
    assert_same(found["customers"], expected["customers"], ["customer_id"])
    for name, keys in (("cells", ["row", "column"]), ("rows", ["label"]), ("columns", ["label"])):
        table = found[name]
        # Empty cells are there too, and hold nothing.
        assert not table.loc[table["customers"] == 0, ["revenue", "customer_share"]].to_numpy().any()
        assert_same(table[table["customers"] > 0], expected[name], keys)
    assert len(found["cells"]) == len(result.row_labels) * len(result.column_labels)
    return result


@pytest.mark.parametrize("filters", FILTERS)
def test_equals_a_plain_merge_on_generated_logs(generated: Case, filters: str) -> None:
    value = "margin" if generated.dataset.has_margin and filters == "company" else "revenue"
    check(generated, generated.filters()[filters], value)


@pytest.mark.parametrize("filters", ["all", "company", "filter_dates"])
def test_equals_a_plain_merge_on_real_data(real_case: Case, filters: str) -> None:
    assert check(real_case, real_case.filters()[filters], "revenue") is not None


def counted(result: CrossingResult) -> np.ndarray:
    shape = len(result.row_labels), len(result.column_labels)
    return result.cells["customers"].to_numpy().reshape(shape)


def assert_tests_equal_scipy_and_statsmodels(result: CrossingResult) -> None:
    counts = counted(result)
    there = np.ix_(counts.sum(axis=1) > 0, counts.sum(axis=0) > 0)
    residual = result.cells["residual"].to_numpy().reshape(counts.shape)
    assert np.isnan(residual[counts.sum(axis=1) == 0]).all()
    assert np.isnan(residual[:, counts.sum(axis=0) == 0]).all()
    if min(counts[there].shape) < 2:
        assert np.isnan([result.cramers_v, result.p_value]).all()
        assert not result.cells["claim"].any()
        return
    test = chi2_contingency(counts[there], correction=False)
    assert result.p_value == pytest.approx(test.pvalue, rel=1e-9, abs=1e-300)
    expected = result.cells["expected"].to_numpy().reshape(counts.shape)
    np.testing.assert_allclose(expected[there], test.expected_freq)
    # statsmodels calls adjusted residuals standardized.
    np.testing.assert_allclose(residual[there], Table(counts[there], shift_zeros=False).standardized_resids, atol=1e-9)
    asked = (expected >= 5) & ~np.isnan(residual)
    claimed = np.zeros(counts.shape, dtype=bool)
    if asked.any():
        claimed[asked] = multipletests(2 * norm.sf(np.abs(residual[asked])), 0.05, method="fdr_bh")[0]
    assert result.cells["claim"].to_numpy().reshape(counts.shape).tolist() == claimed.tolist()
    thin = int(((expected > 0) & (expected < 5)).sum())
    assert [notice.as_dict()["cells"] for notice in result.notices] == ([thin] if thin else [])


@pytest.mark.parametrize(("rows", "columns"), [("abc", "rfm_segment"), ("region", "monetary"), ("channel", "region")])
def test_independence_equals_scipy_and_statsmodels_on_generated_logs(generated: Case, rows: str, columns: str) -> None:
    try:
        result = run(generated.dataset, Filters(), CrossingParams(rows, columns))
    except BadParameterError:
        pytest.skip("these data have no such labels")
    assert_tests_equal_scipy_and_statsmodels(result)


def test_independence_equals_scipy_and_statsmodels_on_the_sample(sample: Case) -> None:
    for names in (("abc", "rfm_segment"), ("channel", "frequency"), ("attribute:sex", "region")):
        assert_tests_equal_scipy_and_statsmodels(run(sample.dataset, Filters(), CrossingParams(*names)))


def test_cramers_v_is_that_of_the_published_correction(sample: Case) -> None:
    """Bergsma (2013), equations 3 to 6, written out again."""
    result = run(sample.dataset, Filters(), CrossingParams("abc", "channel"))
    counts = counted(result)
    counts = counts[np.ix_(counts.sum(axis=1) > 0, counts.sum(axis=0) > 0)]
    n, (r, c) = counts.sum(), counts.shape
    phi2 = chi2_contingency(counts, correction=False).statistic / n
    corrected = max(0, phi2 - (r - 1) * (c - 1) / (n - 1))
    rows, columns = r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)
    assert result.cramers_v == pytest.approx(np.sqrt(corrected / min(rows - 1, columns - 1)))


def test_customers_that_have_nothing_to_do_with_each_other_show_no_link(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    people = [f"c{place:04d}" for place in range(3000)]
    lines = pd.DataFrame({"order_id": people, "customer_id": people, "date": pd.Timestamp("2021-01-01"), "amount": 1})
    known = pd.DataFrame(
        {"customer_id": people, "one": rng.choice(list("abc"), 3000), "two": rng.choice(list("xy"), 3000)}
    )
    result = run(
        open_lines(lines, tmp_path, customers=known), Filters(), CrossingParams("attribute:one", "attribute:two")
    )
    assert result.p_value > 0.01
    assert result.cramers_v < 0.05
    assert not result.cells["claim"].any()


def test_a_classification_against_itself_is_the_diagonal(dataset: Dataset) -> None:
    result = run(dataset, Filters(), CrossingParams("abc", "abc"))
    counts = counted(result)
    assert counts.sum() == np.trace(counts) == result.n
    assert np.diag(counts).tolist() == result.rows["customers"].tolist() == result.columns["customers"].tolist()
    # Up to the correction for chance, the link is perfect.
    assert result.cramers_v == pytest.approx(1.0, abs=1e-9)


def test_one_customer_and_a_class_that_holds_everybody_make_no_test(tmp_path: Path) -> None:
    lines = pd.DataFrame(
        {"order_id": ["o1"], "customer_id": ["only"], "date": pd.to_datetime(["2021-01-01"]), "amount": [9]}
    )
    result = run(open_lines(lines, tmp_path), Filters(), CrossingParams())
    assert result.n == 1
    assert result.cells["residual"].isna().all()
    assert np.isnan([result.cramers_v, result.p_value]).all()
    assert result.cells.loc[result.cells["customers"] > 0, "expected"].tolist() == [1.0]


def test_an_unknown_name_lists_what_there_is(dataset: Dataset) -> None:
    with pytest.raises(BadParameterError) as raised:
        run(dataset, Filters(), CrossingParams("abc", "attribute:shoes"))
    assert str(raised.value) == (
        "there is no classification 'attribute:shoes' here; expected one of abc, xyz, abc_xyz, rfm_segment, recency, frequency, "
        "monetary, region, channel, persona, tier"
    )


def test_margin_without_costs_is_refused(tmp_path: Path) -> None:
    dataset = open_lines(make_log(1).drop(columns="cost"), tmp_path)
    with pytest.raises(BadParameterError, match="margin can't be shown"):
        run(dataset, Filters(), CrossingParams(value="margin"))


def test_a_filter_that_leaves_nobody_says_so(dataset: Dataset) -> None:
    with pytest.raises(EmptyViewError):
        run(dataset, Filters(region=("Nowhere",)), CrossingParams())


@settings(max_examples=10)
@given(log=logs, random=st.integers(0, 1000))
def test_cells_partition_and_neither_row_order_nor_names_matter(log: pd.DataFrame, random: int) -> None:
    datasets = [InMemory(log), InMemory(log.sample(frac=1, random_state=random))]
    renamed = log.assign(customer_id=log["customer_id"].map(lambda name: f"z{999 - int(name[1:])}", na_action="ignore"))
    try:
        results = [run(dataset, Filters(), CrossingParams("channel", "monetary")) for dataset in datasets]
    except EmptyViewError:
        return
    found = results[0]
    who = found.customers
    assert who["customer"].is_unique
    assert (
        found.cells["customers"].sum() == found.rows["customers"].sum() == found.columns["customers"].sum() == len(who)
    )
    units = [(table["revenue"] * UNIT).round().astype("int64").sum() for table in (found.cells, found.rows, who)]
    assert units[0] == units[1] == units[2]
    for name, table in found.tables().items():
        pd.testing.assert_frame_equal(results[1].tables()[name], table)
    pd.testing.assert_frame_equal(
        run(InMemory(renamed), Filters(), CrossingParams("channel", "monetary")).cells, found.cells
    )


def test_online_retail_has_the_published_number_of_buyers(online_retail: Case) -> None:
    result = run(online_retail.dataset, Filters(), CrossingParams("region", "abc"))
    assert result.n == 4338
    assert set(result.rows["label"]) == set(online_retail.dataset.history.labels["region"])
    uk = result.rows.set_index("label").loc["United Kingdom", "customers"]
    # Whoever bought in the United Kingdom is at home there.
    bought = online_retail.orders.query("purchase and customer != ''")
    assert uk == bought.loc[bought["region"] == "United Kingdom", "customer"].nunique() == 3920
