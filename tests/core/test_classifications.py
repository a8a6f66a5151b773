"""Classifications by name against the analyses they come from, and against pandas where none has them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.access import AccessScope, Dataset, open_dataset
from core.analyses import abc_xyz, load, rfm
from core.classification import Classification
from core.classifications import NAMES, available, classify, movable, ruler_for
from core.errors import BadParameterError, EmptyViewError
from core.features import select
from core.filters import Filters
from core.history import MISSING
from core.timeline import Timeline
from tests.core.analyses.conftest import FILTERS, Case
from tests.core.analyses.conftest import generated as generated
from tests.core.analyses.conftest import sample as sample
from tests.core.analyses.reference import View
from tests.core.analyses.test_invariance import InMemory
from tests.helpers import make_log, open_lines

MADE_BY: dict[str, Callable[[Dataset, Filters], pd.Series]] = {
    "abc": lambda dataset, filters: _abc(dataset, filters)["abc"],
    "xyz": lambda dataset, filters: _abc(dataset, filters)["xyz"],
    "abc_xyz": lambda dataset, filters: _abc(dataset, filters)["abc"] + "_" + _abc(dataset, filters)["xyz"],
    "rfm_segment": lambda dataset, filters: _rfm(dataset, filters)["segment"],
    "recency": lambda dataset, filters: _rfm(dataset, filters)["r"],
    "frequency": lambda dataset, filters: _rfm(dataset, filters)["f"],
    "monetary": lambda dataset, filters: _rfm(dataset, filters)["m"],
}


def _abc(dataset: Dataset, filters: Filters) -> pd.DataFrame:
    table = abc_xyz.run(dataset, filters, abc_xyz.AbcXyzParams()).tables()["customers"]
    return table.set_index("customer").astype({"abc": str, "xyz": str})


def _rfm(dataset: Dataset, filters: Filters) -> pd.DataFrame:
    table = rfm.run(dataset, filters, rfm.RfmParams()).customers
    return table.set_index("customer").astype({"segment": str, "r": str, "f": str, "m": str})


def by_customer(made: Classification) -> pd.Series:
    there = np.flatnonzero(made.codes >= 0)
    return pd.Series(np.array(made.labels, dtype=object)[made.codes[there]], index=there, dtype=object)


@pytest.mark.parametrize("name", MADE_BY)
@pytest.mark.parametrize("filters", FILTERS)
def test_equals_the_analysis_it_comes_from(generated: Case, filters: str, name: str) -> None:
    chosen = generated.filters()[filters]
    try:
        expected = MADE_BY[name](generated.dataset, chosen)
    except EmptyViewError:
        with pytest.raises(EmptyViewError):
            classify(generated.dataset, chosen, name)
        return
    found = by_customer(classify(generated.dataset, chosen, name))
    assert found.to_dict() == expected.to_dict()


def homes(case: Case, filters: Filters, dimension: str) -> dict[str, str]:
    """The label of most purchases; of equal ones of most revenue; then the first, with the missing one last."""
    view = View(case.orders, filters)
    rows = view.matching
    bought = rows[rows["purchase"]].groupby(["customer", dimension])["order"].nunique().rename("purchases")
    table = bought.to_frame().join(rows.groupby(["customer", dimension])["revenue"].sum()).reset_index()
    table["last"] = table[dimension] == MISSING
    table = table.sort_values(["purchases", "revenue", "last", dimension], ascending=[False, False, True, True])
    return dict(table.drop_duplicates("customer")[["customer", dimension]].itertuples(index=False))


@pytest.mark.parametrize("dimension", ["region", "channel"])
@pytest.mark.parametrize("filters", FILTERS)
def test_home_is_where_most_purchases_were(generated: Case, filters: str, dimension: str) -> None:
    chosen = generated.filters()[filters]
    expected = homes(generated, chosen, dimension)
    if not expected:
        return
    found = by_customer(classify(generated.dataset, chosen, dimension))
    found.index = generated.dataset.customer_ids(found.index.to_numpy())
    assert found.to_dict() == expected


def test_ties_of_home_go_by_revenue_then_by_label(tmp_path: Path) -> None:
    rows = [
        ("a", "South", 5),
        ("a", "North", 9),
        ("b", "South", 5),
        ("b", "North", 5),
        ("c", None, 4),
        ("c", "West", 4),
    ]
    customer, region, amount = zip(*rows, strict=True)
    lines = pd.DataFrame(
        {"customer_id": customer, "region": region, "amount": amount, "date": pd.Timestamp("2021-01-01")}
    )
    lines["order_id"] = [f"o{place}" for place in range(len(rows))]
    more = pd.DataFrame(
        {"customer_id": ["b", "c"], "order_id": ["m1", "m2"], "amount": [1, 1], "region": ["South", "North"]}
    ).assign(date=pd.Timestamp("2021-01-02"))
    found = by_customer(classify(open_lines(pd.concat([lines, more]), tmp_path), Filters(), "region"))
    assert found.tolist() == ["North", "South", "West"]


@pytest.mark.parametrize("filters", ["all", "company", "filter"])
def test_tiers_and_personas_are_those_of_their_pages(sample: Case, filters: str) -> None:
    chosen = sample.filters()[filters]
    for page, name in (("ltv", "tier"), ("personas", "persona")):
        analysis = load(page)
        customers = analysis.run(sample.dataset, chosen, analysis.params()).customers
        found = by_customer(classify(sample.dataset, chosen, name))
        assert found.to_dict() == customers.set_index("customer")[name].astype(str).to_dict()


@pytest.mark.parametrize("name", ["tier", "persona"])
def test_too_few_customers_make_no_tiers_and_no_personas(tmp_path: Path, name: str) -> None:
    dataset = open_lines(make_log(5, customers=12), tmp_path)
    assert name in available(dataset)
    with pytest.raises(BadParameterError, match="there are no"):
        classify(dataset, Filters(), name)


def test_a_ruler_of_one_date_gives_what_the_analysis_gives_at_that_date(generated: Case) -> None:
    """Cut and laid on at the same earlier date: the page as it was then."""
    dataset, filters = generated.dataset, generated.filters()["company"]
    selection = select(dataset.history, filters)
    ends = (selection.as_of - 90, selection.as_of - 40, selection.as_of)
    when = Timeline(selection, "revenue", ends)
    if not when.in_view_at(1).any():
        return
    standings = when.standings()
    next(standings)
    at = next(standings)
    for name in movable(dataset):
        if name == "tier":
            continue
        made = ruler_for(dataset, when, 1, name)
        codes = made.codes(at)
        expected = classify(dataset, when.filters_at(1), name)
        assert made.labels == expected.labels
        assert codes.tolist() == expected.codes.tolist(), name


def test_what_the_data_lack_is_left_out(tmp_path: Path) -> None:
    lines = make_log(2)
    plain = ("abc", "xyz", "abc_xyz", "rfm_segment", "recency", "frequency", "monetary")
    without = open_lines(lines.drop(columns=["region"]).assign(channel=None), tmp_path / "a")
    assert available(without) == (*plain, "persona", "tier")
    assert movable(without) == (*plain, "tier")
    with pytest.raises(BadParameterError, match="there is no classification 'region' here; expected one of abc, "):
        classify(without, Filters(), "region")
    known = pd.DataFrame(
        {
            "customer_id": [f"c{place:03d}" for place in range(40)],
            "sex": ["f", "m"] * 20,
            "note": [f"text {place}" for place in range(40)],
            "same": "yes",
            "age": range(20, 60),
        }
    )
    dataset = open_lines(lines, tmp_path / "b", customers=known)
    assert available(dataset) == (*NAMES, "attribute:sex", "attribute:age")
    assert movable(dataset) == (*plain, "region", "channel", "tier")


def test_attributes_class_customers_in_view_and_missing_is_a_class(tmp_path: Path) -> None:
    known = pd.DataFrame(
        {"customer_id": ["c000", "c001", "c003"], "member": [True, False, True], "sex": ["f", None, "m"]}
    )
    dataset = open_lines(make_log(3, customers=6), tmp_path, customers=known)
    shown = select(dataset.history, Filters(region=("North",))).shown
    ids = dataset.customer_ids(shown)
    assert {"c000", "c001", "c002"} <= set(ids)
    for name in ("member", "sex"):
        made = classify(dataset, Filters(region=("North",)), f"attribute:{name}")
        expected = known.set_index("customer_id")[name].map(str, na_action="ignore").reindex(ids).fillna(MISSING)
        found = by_customer(made)
        assert found.index.tolist() == shown.tolist()
        assert found.tolist() == expected.tolist()
        assert made.labels[-1] == MISSING


def test_a_scope_classes_as_if_there_were_nothing_else(data: Path, log: pd.DataFrame, tmp_path: Path) -> None:
    scoped = open_dataset(data, AccessScope.only(region=("North",)))
    alone = open_lines(log[log["region"] == "North"], tmp_path)
    assert available(scoped) == available(alone)
    for name in movable(scoped):
        if name != "tier":
            pd.testing.assert_series_equal(
                by_customer(classify(scoped, Filters(), name)), by_customer(classify(alone, Filters(), name))
            )


def test_the_order_of_rows_changes_no_class() -> None:
    log = make_log(11)
    for name in movable(InMemory(log)):
        if name == "tier":
            continue
        left, right = (
            classify(InMemory(lines), Filters(), name) for lines in (log, log.sample(frac=1, random_state=4))
        )
        assert left.codes.tolist() == right.codes.tolist()
