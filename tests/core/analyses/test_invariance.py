"""What changes no result: the order of rows, the split of files, what customers and regions are called; and what adds up."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.access import Dataset
from core.analyses import abc_xyz, cohorts, overview, rfm
from core.errors import EmptyViewError
from core.filters import Filters
from core.own_segments import OwnSegments
from core.segments import default_rules
from tests.core.analyses.compare import assert_same
from tests.core.analyses.conftest import Case
from tests.core.analyses.reference import UNIT
from tests.helpers import build_lines, describe, make_log, open_lines

RUNS: dict[str, Callable[[Any, Filters], Any]] = {
    "rfm": lambda dataset, filters: rfm.run(dataset, filters, rfm.RfmParams(4)),
    "abc_xyz": lambda dataset, filters: abc_xyz.run(dataset, filters, abc_xyz.AbcXyzParams(xyz="syntetos_boylan")),
    "cohorts": lambda dataset, filters: cohorts.run(dataset, filters, cohorts.CohortsParams()),
    "overview": lambda dataset, filters: overview.run(dataset, filters, overview.OverviewParams()),
}
KEYS = {
    "cube": ["r", "f", "m"],
    "cuts": ["axis", "group"],
    "segments": ["segment"],
    "matrix": ["abc", "xyz"],
    "stability": ["group", "label"],
    "triangle": ["cohort", "period"],
    "average": ["period"],
    "figures": ["figure"],
    "months": ["month"],
    "customers": ["customer_id"],
}
FILTERS = (
    Filters(),
    Filters(region=("North",)),
    Filters(region=("North", "(missing)"), channel=("Web",), classes="filter"),
)

logs = st.builds(
    make_log,
    seed=st.integers(0, 10**6),
    customers=st.integers(1, 25),
    orders=st.integers(1, 120),
    days=st.integers(1, 800),
)


class InMemory(Dataset):
    """A dataset of order lines that were never written to disk."""

    segment_rules = default_rules()
    own_segments = OwnSegments()
    products = None

    def __init__(self, lines: pd.DataFrame | list[pd.DataFrame]) -> None:
        built = build_lines(lines)
        whole = lines if isinstance(lines, pd.DataFrame) else pd.concat(lines)
        self.history = built.history
        self.info = describe(built, whole)
        self._kept = None
        self.scope = SimpleNamespace(whole=True, limits=())  # type: ignore[assignment]
        self.names = built.customer_ids.to_numpy(zero_copy_only=False)

    def customer_ids(self, codes: Any) -> Any:
        return self.names[np.asarray(codes)]

    def spend(self) -> None:
        return None

    def table(self, _name: str) -> None:
        return None

    def coded_table(self, *_asked: Any) -> None:
        return None

    def bought_again(self, *_asked: Any) -> pd.DataFrame:
        names = ["products", "products_again", "categories", "categories_again", "added"]
        return pd.DataFrame(0, index=range(self.history.n_customers), columns=names)


def tables(dataset: Dataset, filters: Filters) -> dict[str, pd.DataFrame]:
    found = {}
    for name, run in RUNS.items():
        try:
            result = run(dataset, filters)
        except EmptyViewError as error:
            found[name] = pd.DataFrame({"error": [str(error)]})
            continue
        for key, table in result.tables().items():
            found[f"{name}.{key}"] = dataset.with_ids(table)
    return found


def assert_equal_tables(found: dict[str, pd.DataFrame], expected: dict[str, pd.DataFrame]) -> None:
    assert list(found) == list(expected)
    for name, table in expected.items():
        assert_same(found[name], table, KEYS.get(name.rpartition(".")[2], list(table)))


@settings(max_examples=6)
@given(log=logs, random=st.integers(0, 1000), parts=st.integers(1, 4), filters=st.sampled_from(FILTERS))
def test_order_of_rows_and_split_of_files_change_nothing(
    log: pd.DataFrame, random: int, parts: int, filters: Filters
) -> None:
    shuffled = log.sample(frac=1, random_state=random)
    pieces = [shuffled.iloc[place::parts] for place in range(parts)]
    found = tables(InMemory([piece for piece in pieces if len(piece)]), filters)
    expected = tables(InMemory(log), filters)
    for name, table in expected.items():
        # Not even the order of the rows of a table.
        pd.testing.assert_frame_equal(found[name], table, check_exact=True)


@settings(max_examples=6)
@given(log=logs, random=st.integers(0, 1000), filters=st.sampled_from(FILTERS))
def test_names_of_customers_regions_and_orders_change_nothing_else(
    log: pd.DataFrame, random: int, filters: Filters
) -> None:
    rng = np.random.default_rng(random)
    names = {}
    for column in ("customer_id", "order_id", "region", "channel"):
        old = sorted(log[column].dropna().unique())
        names[column] = dict(zip(old, [f"{column}{place:04d}" for place in rng.permutation(len(old))], strict=True))
    other = log.assign(**{column: log[column].map(mapped) for column, mapped in names.items()})
    chosen = {
        name: tuple(names[name].get(label, label) for label in getattr(filters, name)) for name in ("region", "channel")
    }
    found = tables(InMemory(other), Filters(**chosen, classes=filters.classes))
    back = {new: old for name in ("customer_id", "region", "channel") for old, new in names[name].items()}
    for table in found.values():
        for column in ("customer_id", "label"):
            if column in table:
                table[column] = table[column].astype(object).replace(back)
    assert_equal_tables(found, tables(InMemory(log), filters))


@settings(max_examples=6)
@given(log=logs)
def test_segments_and_cells_partition_the_customers_in_view(log: pd.DataFrame) -> None:
    dataset = InMemory(log)
    for filters in FILTERS:
        try:
            scored = RUNS["rfm"](dataset, filters)
        except EmptyViewError:
            continue
        bought = log.assign(region=log["region"].fillna("(missing)")).dropna(subset=["customer_id"])
        net = bought.groupby(["customer_id", "order_id"])["amount"].transform("sum")
        for name in ("region", "channel"):
            if filters.choices(name):
                net = net.where(bought[name].isin(filters.choices(name)), 0)
        in_view = set(bought.loc[net > 0, "customer_id"])
        classed, followed = RUNS["abc_xyz"](dataset, filters), RUNS["cohorts"](dataset, filters)
        for result in (scored, classed, followed):
            ids = dataset.with_ids(result.customers)["customer_id"]
            assert ids.is_unique
            assert set(ids) == in_view
        for cells in (scored.cube, scored.segments, classed.matrix):
            assert cells["customers"].sum() == len(in_view)


def test_revenue_adds_up_over_regions_and_over_channels(generated: Case) -> None:
    dataset = generated.dataset
    whole = overview.run(dataset, Filters(), overview.OverviewParams())
    for dimension in ("region", "channel"):
        revenue, unidentified, months = 0.0, 0.0, 0.0
        for label in dataset.history.labels[dimension]:
            try:
                part = overview.run(dataset, Filters(**{dimension: (label,)}), overview.OverviewParams())  # type: ignore[arg-type]
            except EmptyViewError:
                rows = generated.orders[generated.orders[dimension] == label]
                nobody = rows["customer"] == ""
                revenue += rows.loc[~nobody, "revenue"].sum() / UNIT
                unidentified += rows.loc[nobody, "revenue"].sum() / UNIT
                months += rows["revenue"].sum() / UNIT
                continue
            revenue += part.figure("revenue")["value"]
            unidentified += part.unidentified
            months += part.months[["first_orders", "returning", "unidentified"]].sum().sum()
        assert revenue == pytest.approx(whole.figure("revenue")["value"])
        assert unidentified == pytest.approx(whole.unidentified)
        assert months == pytest.approx(revenue + unidentified)


@pytest.mark.parametrize("analysis", ["rfm", "abc_xyz"])
def test_orders_add_up_over_regions_where_no_order_is_in_two(analysis: str) -> None:
    dataset = InMemory(make_log(31, customers=60, split=0.0).query("order_id != 'o0000'"))
    for dimension in ("region", "channel"):
        parts = [Filters(**{dimension: (label,)}) for label in dataset.history.labels[dimension]]  # type: ignore[arg-type]
        orders = [RUNS["overview"](dataset, part).figure("orders")["value"] for part in [*parts, Filters()]]
        assert sum(orders[:-1]) == orders[-1]
        money = [RUNS[analysis](dataset, part) for part in [*parts, Filters()]]
        totals = [result.customers["revenue"].sum() + result.without_purchase for result in money]
        assert sum(totals[:-1]) == pytest.approx(totals[-1])


def test_an_order_over_two_regions_counts_once_in_the_whole(generated: Case) -> None:
    orders = generated.orders
    bought = orders[orders["purchase"] & (orders["customer"] != "")]
    found = RUNS["overview"](generated.dataset, Filters()).figure("orders")["value"]
    assert found == len(bought.drop_duplicates(["customer", "order"]))


@settings(max_examples=6)
@given(log=logs, factor=st.sampled_from([2, 7, 100]))
def test_another_currency_changes_no_class(log: pd.DataFrame, factor: int) -> None:
    """Money times a factor: the same scores, segments and ABC classes."""
    other = log.assign(amount=log["amount"] * factor, cost=log["cost"] * factor)
    for name, columns in (
        ("rfm", ["customer_id", "r", "f", "m", "segment"]),
        ("abc_xyz", ["customer_id", "abc", "xyz"]),
    ):
        try:
            left, right = (
                dataset.with_ids(RUNS[name](dataset, Filters()).customers)[columns]
                for dataset in (InMemory(log), InMemory(other))
            )
        except EmptyViewError:
            continue
        assert_same(left, right, ["customer_id"])


@settings(max_examples=6)
@given(log=logs)
def test_one_purchase_more_never_lowers_a_customers_frequency_recency_or_value_score(log: pd.DataFrame) -> None:
    """A large purchase on the last day: the customer's scores do not fall, and nobody else's rise."""
    try:
        before = scores(InMemory(log))
    except EmptyViewError:
        return
    lucky = before.index[0]
    more = pd.DataFrame(
        [
            {
                "order_id": "more",
                "customer_id": lucky,
                "date": log["date"].max(),
                "amount": 10**8,
                "cost": 0,
                "region": "North",
                "channel": "Web",
            }
        ]
    )
    after = scores(InMemory(pd.concat([log, more], ignore_index=True)))
    assert (after.loc[lucky] >= before.loc[lucky]).all()
    others = before.index[1:]
    assert (after.loc[others] <= before.loc[others]).all(axis=None)


def scores(dataset: Dataset) -> pd.DataFrame:
    customers = dataset.with_ids(RUNS["rfm"](dataset, Filters()).customers)
    return customers.set_index("customer_id")[["r", "f", "m"]].sort_index()


def test_results_are_the_same_from_disk(tmp_path: Path) -> None:
    log = make_log(17).drop(columns=["product_id", "category"])
    assert_equal_tables(tables(InMemory(log), FILTERS[2]), tables(open_lines(log, tmp_path), FILTERS[2]))
