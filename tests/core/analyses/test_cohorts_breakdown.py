"""Retention by group against plain pandas, and what is known of a customer at the first purchase."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import first_orders
from core.access import AccessScope, Dataset, open_dataset
from core.analyses.cohorts import CohortsParams, run
from core.errors import BadParameterError, EmptyViewError
from core.filters import Filters
from tests.core.analyses.compare import assert_same
from tests.core.analyses.conftest import Case
from tests.core.analyses.reference_cohorts import breakdown, first_label
from tests.core.analyses.test_invariance import InMemory
from tests.helpers import cut, make_log, open_lines, publish_lines


def labels_of(dataset: Dataset, name: str) -> pd.Series:
    made = first_orders.first_labels(dataset, name)
    ids = dataset.customer_ids(np.arange(len(made.codes)))
    found = pd.Series([made.labels[code] if code >= 0 else None for code in made.codes], index=ids, dtype=object)
    return found.dropna()


@pytest.mark.parametrize("name", ["region", "channel"])
def test_first_labels_against_pandas(generated: Case, name: str) -> None:
    expected = first_label(generated.orders, name)
    try:
        found = labels_of(generated.dataset, name)
    except BadParameterError:
        assert set(expected) == {"(missing)"}
        return
    assert found.to_dict() == expected.to_dict()


def first_categories(lines: pd.DataFrame) -> dict[str, str]:
    """In plain pandas: of the lines of purchases on the first purchase day, the category with most revenue."""
    known = lines.dropna(subset="customer_id").assign(category=lines["category"].fillna("(missing)"))
    order = known.groupby(["customer_id", "order_id"])
    known["day"], known["net"] = order["date"].transform("min"), order["amount"].transform("sum")
    bought = known[known["net"] > 0]
    first = bought[bought["day"] == bought.groupby("customer_id")["day"].transform("min")]
    renamed = first.rename(columns={"customer_id": "customer", "amount": "revenue"})
    return first_label(renamed.assign(purchase=True), "category").to_dict()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_first_category_against_pandas(seed: int, tmp_path: Path) -> None:
    lines = make_log(seed, customers=60, orders=300)
    lines.loc[lines.index[::5], "category"] = None
    assert labels_of(open_lines(lines, tmp_path), "first_category").to_dict() == first_categories(lines)


def test_first_category_under_a_scope_is_that_of_the_lines_seen(tmp_path: Path) -> None:
    lines = make_log(4, customers=60, orders=300)
    scoped = open_dataset(publish_lines(lines, tmp_path), AccessScope.only(region=("North",)))
    assert labels_of(scoped, "first_category").to_dict() == first_categories(cut(lines, region="North"))


def test_categories_of_the_table_of_products_stand_in(sample: Case) -> None:
    """The sample's lines name products alone."""
    made = labels_of(sample.dataset, "first_category")
    assert len(made) == len(first_label(sample.orders, "region"))
    assert made.nunique() > 5


def test_what_comes_later_does_not_change_what_was_known_at_first(generated: Case) -> None:
    for filters in generated.filters().values():
        for mode in ("on", "on_or_after"):
            params = CohortsParams(mode=mode, breakdown="region")
            try:
                result = run(generated.dataset, filters, params)
            except EmptyViewError:
                continue
            group = first_label(generated.orders, "region")
            expected = breakdown(generated.orders, filters, "month", mode, group)
            assert_same(result.breakdown, expected, ["group", "period"])
            assert result.breakdown["known_at_start"].all()


@pytest.mark.parametrize("period", ["week", "quarter"])
def test_groups_add_up_to_the_average(generated: Case, period: str) -> None:
    result = run(generated.dataset, Filters(), CohortsParams(period=period, breakdown="region"))
    sums = result.breakdown.groupby("period", as_index=False)[["eligible", "retained"]].sum()
    assert_same(result.average, sums, ["period"])


def test_real_groups_against_pandas(real_case: Case) -> None:
    name = "channel" if "channel" in real_case.dataset.history.labels else "region"
    result = run(real_case.dataset, Filters(), CohortsParams(period="quarter", breakdown=name))
    expected = breakdown(real_case.orders, Filters(), "quarter", "on", first_label(real_case.orders, name))
    assert_same(result.breakdown, expected, ["group", "period"])
    sizes = expected[expected["period"] == 0].set_index("group")["eligible"]
    assert set(result.breakdown.loc[result.breakdown["few"], "group"]) <= set(sizes.index[sizes < 31])


@pytest.mark.parametrize("name", ["persona", "tier"])
def test_outcomes_are_marked_and_never_tested(name: str, sample: Case) -> None:
    result = run(sample.dataset, Filters(), CohortsParams(breakdown=name))
    assert len(result.breakdown)
    assert not result.breakdown["known_at_start"].any()
    assert result.logrank.empty
    assert result.groups is not None
    assert [notice.code for notice in result.groups.notices()] == ["groups_are_outcomes"]


def test_a_breakdown_that_there_is_not_is_refused(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(
        BadParameterError, match="can't be broken down by 'colour' here; expected one of region, channel"
    ):
        run(dataset, Filters(), CohortsParams(breakdown="colour"))
    bare = open_lines(make_log(5).drop(columns=["channel", "category", "product_id"]), tmp_path)
    for name in ("channel", "first_category"):
        with pytest.raises(BadParameterError, match="expected one of region, persona, tier"):
            run(bare, Filters(), CohortsParams(breakdown=name))


def test_of_very_many_groups_the_largest_are_shown(tmp_path: Path) -> None:
    """50 regions of 1 to 50 customers: the 40 largest, which have 11 customers and more."""
    customers = np.repeat(np.arange(50), np.arange(1, 51))
    lines = pd.DataFrame(
        {
            "order_id": [f"o{place}" for place in range(len(customers))],
            "customer_id": [f"c{place}" for place in range(len(customers))],
            "date": pd.Timestamp("2021-01-05"),
            "amount": 10,
            "region": [f"r{place:02d}" for place in customers],
        }
    )
    result = run(open_lines(lines, tmp_path), Filters(), CohortsParams(breakdown="region"))
    assert result.groups is not None
    assert result.groups.labels == tuple(f"r{place:02d}" for place in range(10, 50))
    assert result.groups.sizes.tolist() == list(range(11, 51))
    assert [notice.as_dict() for notice in result.groups.notices()] == [
        {"code": "small_groups_left_out", "shown": 40, "left_out": 10}
    ]


@settings(max_examples=8)
@given(seed=st.integers(0, 10**6), random=st.integers(0, 1000), mode=st.sampled_from(["on", "on_or_after"]))
def test_order_of_rows_and_names_of_customers_and_orders_change_no_group(seed: int, random: int, mode: str) -> None:
    log = make_log(seed, customers=20, orders=80)
    rng = np.random.default_rng(random)
    other = log.sample(frac=1, random_state=random)
    for column in ("customer_id", "order_id"):
        old = sorted(log[column].dropna().unique())
        other[column] = other[column].map(dict(zip(old, rng.permutation(old), strict=True)))
    params = CohortsParams(mode=mode, breakdown="region")  # type: ignore[arg-type]
    found, expected = (run(InMemory(lines), Filters(), params) for lines in (other, log))
    pd.testing.assert_frame_equal(found.breakdown, expected.breakdown)
    pd.testing.assert_frame_equal(found.logrank, expected.logrank)


@settings(max_examples=8)
@given(seed=st.integers(0, 10**6))
def test_on_or_after_never_counts_fewer_than_on(seed: int) -> None:
    log = make_log(seed, customers=20, orders=80)
    on, later = (
        run(InMemory(log), Filters(), CohortsParams(mode=mode, breakdown="channel")).breakdown  # type: ignore[arg-type]
        for mode in ("on", "on_or_after")
    )
    assert (on["eligible"] == later["eligible"]).all()
    assert (on["retained"] <= later["retained"]).all()
