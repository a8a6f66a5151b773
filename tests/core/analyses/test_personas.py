"""Personas: planted ones come back, traits equal plain pandas, and the answer does not depend on where it is computed."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from core.access import AccessScope, Dataset
from core.analyses.personas import PersonasParams, PersonasResult, run
from core.errors import BadParameterError, EmptyViewError
from core.filters import Filters
from tests.core.personas.planted import START, make_people, named
from tests.helpers import open_lines


@pytest.fixture(scope="module")
def people() -> tuple[pd.DataFrame, pd.DataFrame]:
    return make_people()


@pytest.fixture(scope="module")
def planted(people: tuple[pd.DataFrame, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    lines, customers = people
    return open_lines(lines, tmp_path_factory.mktemp("planted"), customers=customers.drop(columns="truth"))


@pytest.fixture(scope="module")
def found(planted: Dataset) -> PersonasResult:
    return run(planted, Filters(), PersonasParams())


def assert_same_tables(one: PersonasResult, other: PersonasResult) -> None:
    for name, table in one.tables().items():
        pd.testing.assert_frame_equal(table, other.tables()[name], obj=name)


def test_planted_personas_are_found(
    planted: Dataset, found: PersonasResult, people: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    truth = people[1].set_index("customer_id")["truth"].reindex(named(planted, found).index)
    assert len(found.personas) == 4
    assert adjusted_rand_score(truth, named(planted, found)) > 0.95
    assert found.verdict == "natural"
    assert (found.personas["verdict"] == "valid").all()
    by_truth = pd.crosstab(truth, named(planted, found)).idxmax(axis=1)
    role = found.personas.set_index("persona")["role"]
    names = found.personas.set_index("persona")["name"].str.split("+")
    assert by_truth["office"] == "p1"
    assert role[by_truth["office"]] == "core"
    assert role[by_truth["lapsed"]] in ("near_target", "other")
    assert {"bargain", "small_orders"} & set(names[by_truth["bargain"]])
    assert "lapsed" in names[by_truth["lapsed"]]
    assert not names.map(frozenset).duplicated().any()


def test_the_tables_have_the_columns_of_the_contract(found: PersonasResult) -> None:
    tables = found.tables()
    assert list(tables["personas"])[:4] == ["persona", "customers", "revenue_share", "stability"]
    assert list(tables["traits"])[:8] == [
        "persona",
        "attribute",
        "value",
        "share",
        "rest_share",
        "index",
        "low",
        "high",
    ]
    assert list(tables["customers"])[:2] == ["customer", "persona"]
    assert list(tables["diagnostics"])[:3] == ["k", "stability", "silhouette"]
    assert tables["diagnostics"]["chosen"].sum() == 1
    assert tables["personas"]["revenue_share"].sum() == pytest.approx(1)
    assert tables["personas"]["customers"].sum() == len(tables["customers"]) == 240


def test_traits_equal_plain_pandas(
    planted: Dataset, found: PersonasResult, people: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    lines, customers = people
    persona = named(planted, found)
    order = lines.groupby("customer_id").agg(
        value=("amount", "sum"), frequency=("order_id", "nunique"), first=("date", "min"), last=("date", "max"),
        products=("product_id", "nunique"), discount=("discount", "sum"),
    )  # fmt: skip
    as_of = lines["date"].max()
    order["recency_days"] = (as_of - order["last"]).dt.days
    order["tenure_days"] = (as_of - order["first"]).dt.days
    order["order_value"] = order["value"] / order["frequency"] / 10_000
    order["discount_share"] = order["discount"] / (order["value"] + order["discount"])
    order["value"] /= 10_000
    days = lines.drop_duplicates(["customer_id", "date"]).sort_values(["customer_id", "date"])
    gaps = days.groupby("customer_id")["date"].diff().dt.days.groupby(days["customer_id"])
    order["gap_days"], order["gap_variation"] = gaps.mean(), gaps.std() / gaps.mean()
    shares = pd.crosstab(lines["customer_id"], lines["channel"], normalize="index")
    traits = found.traits[found.traits["group"] == "behaviour"]
    compared = 0
    for row in traits.itertuples():
        if row.attribute == "season":
            continue
        values = shares[row.value] if row.attribute == "channel" else order[row.attribute]
        own = persona.reindex(values.index) == row.persona
        shown = (row.share, row.rest_share) if row.attribute == "channel" else (row.mean, row.rest_mean)
        assert shown == pytest.approx((values[own].mean(), values[~own].mean()), rel=1e-5)
        compared += 1
    assert compared == 4 * 12
    about = found.traits[found.traits["group"] == "attribute"]
    assert set(about["attribute"]) == {"age", "sex"}
    female = about[(about["attribute"] == "sex") & (about["value"] == "f")].set_index("persona")["share"]
    sex = customers.set_index("customer_id")["sex"].reindex(persona.index)
    pd.testing.assert_series_equal(female, (sex == "f").groupby(persona).mean(), check_names=False)
    assert about.loc[about["attribute"] == "age", "claim"].any()
    assert not traits["claim"].any()


def test_row_order_and_storage_change_nothing(
    planted: Dataset, found: PersonasResult, people: tuple[pd.DataFrame, pd.DataFrame], tmp_path: Path
) -> None:
    lines, customers = people
    shuffled = lines.sample(frac=1, random_state=3)
    again = open_lines(shuffled, tmp_path, customers=customers.drop(columns="truth").sample(frac=1, random_state=4))
    assert_same_tables(found, run(again, Filters(), PersonasParams()))
    assert planted.derived_folder is not None
    kept = sorted(path.name for path in planted.derived_folder.iterdir())
    assert_same_tables(found, run(planted, Filters(), PersonasParams()))
    assert kept == sorted(path.name for path in planted.derived_folder.iterdir())


def test_filters_choose_who_is_shown_and_not_who_is_what(planted: Dataset, found: PersonasResult) -> None:
    north = run(planted, Filters(region=("North",), first=date(2022, 6, 1)), PersonasParams())
    everybody = named(planted, found)
    assert 0 < len(north.customers) < len(found.customers)
    assert named(planted, north).equals(everybody.reindex(named(planted, north).index))
    pd.testing.assert_frame_equal(north.diagnostics, found.diagnostics)
    columns = ["persona", "stability", "role", "name"]
    pd.testing.assert_frame_equal(north.personas[columns], found.personas[columns])
    assert north.personas["customers"].sum() == len(north.customers)


def test_last_decides_who_is_what(planted: Dataset, found: PersonasResult) -> None:
    earlier = run(planted, Filters(last=date(2022, 6, 1)), PersonasParams())
    assert earlier.as_of < found.as_of
    assert earlier.traits.loc[earlier.traits["attribute"] == "tenure_days", "mean"].max() < 517


def test_a_narrowed_scope_keeps_nothing_and_sees_its_own(
    people: tuple[pd.DataFrame, pd.DataFrame], tmp_path: Path
) -> None:
    lines, _ = people
    scoped = open_lines(lines, tmp_path / "all", AccessScope.only(region=("North",)))
    cut = open_lines(lines[lines["region"] == "North"].reset_index(drop=True), tmp_path / "cut")
    params = PersonasParams(k="3")
    assert_same_tables(run(scoped, Filters(), params), run(cut, Filters(), params))
    assert scoped.derived_folder is None
    assert not list((tmp_path / "all").rglob("personas-*.npz"))


def test_people_and_firms_are_clustered_apart(tmp_path: Path) -> None:
    lines, customers = make_people(per_persona=120, seed=5)
    firms = customers["truth"].isin(["office", "lapsed"])
    customers["type"] = np.where(firms, "firm", "person")
    customers.loc[3, "type"] = None
    dataset = open_lines(lines, tmp_path, customers=customers.drop(columns="truth"))
    apart = run(dataset, Filters(), PersonasParams())
    assert set(apart.kinds["kind"]) == {"person", "firm"}
    assert sorted(apart.personas["persona"]) == [f"p{i + 1}" for i in range(len(apart.personas))]
    assert (apart.personas.groupby("kind")["role"].agg(list).map(lambda roles: roles.count("core")) == 1).all()
    kind = dataset.with_ids(apart.customers).set_index("customer_id")["kind"]
    expected = customers.set_index("customer_id")["type"].fillna("person")
    assert kind.sort_index().tolist() == expected.sort_index().tolist()
    # The rest of a persona are the others of its kind.
    sizes = apart.personas.groupby("kind")["customers"].sum()
    rows = apart.traits[apart.traits["attribute"] == "frequency"].merge(apart.personas[["persona", "kind"]])
    assert (rows["n"] + rows["rest_n"]).tolist() == rows["kind"].map(sizes).tolist()
    together = run(dataset, Filters(), replace(PersonasParams(), kinds="together"))
    assert together.kinds["kind"].tolist() == ["all"]


def test_a_given_k_is_kept(planted: Dataset) -> None:
    result = run(planted, Filters(), PersonasParams(k="2"))
    assert len(result.personas) == 2
    assert result.diagnostics["k"].tolist() == [2]


def test_the_classification_holds_everybody_in_view(planted: Dataset) -> None:
    result = run(planted, Filters(region=("South",)), PersonasParams())
    classification = result.classification()
    assert len(classification.codes) == planted.history.n_customers
    assert classification.labels == tuple(result.personas["persona"])
    assert classification.sizes().tolist() == result.personas["customers"].tolist()
    first = result.customers.iloc[0]
    assert classification.labels[classification.codes[first["customer"]]] == first["persona"]


def test_structureless_buyers_get_a_warning_or_a_made_verdict(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    owner = np.repeat(np.arange(500), rng.integers(3, 12, 500))
    lines = pd.DataFrame(
        {
            "order_id": [f"o{i}" for i in range(len(owner))],
            "customer_id": [f"c{i:03d}" for i in owner],
            "date": START + pd.to_timedelta(rng.integers(0, 400, len(owner)), unit="D"),
            "amount": (rng.lognormal(3, 0.5, len(owner)) * 10_000).astype(np.int64),
        }
    )
    result = run(open_lines(lines, tmp_path), Filters(), PersonasParams())
    assert result.verdict in ("constructive", "unstable")
    assert ("unstable_personas" in {notice.code for notice in result.notices}) == (result.verdict == "unstable")


def test_fewer_than_sixty_buyers_get_a_notice_and_empty_tables(dataset: Dataset) -> None:
    result = run(dataset, Filters(), PersonasParams())
    (notice,) = result.notices
    assert (notice.code, dict(notice.values)["needed"]) == ("too_few_customers", 60)
    assert result.verdict is None
    assert result.personas.empty
    assert result.traits.empty
    assert result.diagnostics.empty
    assert result.customers["persona"].isna().all()
    assert (result.classification().codes == -1).all()


def test_customers_that_are_all_alike_get_a_notice(tmp_path: Path) -> None:
    lines = pd.DataFrame(
        {
            "order_id": [f"o{i}" for i in range(80)],
            "customer_id": [f"c{i}" for i in range(80)],
            "date": START,
            "amount": 100_000,
        }
    )
    result = run(open_lines(lines, tmp_path), Filters(), PersonasParams())
    assert [notice.code for notice in result.notices] == ["nothing_tells_apart"]
    assert result.personas.empty


@pytest.mark.parametrize("orders", [1, 3])
def test_one_customer(tmp_path: Path, orders: int) -> None:
    dates = START + pd.to_timedelta(np.arange(orders) * 30, unit="D")
    lines = pd.DataFrame({"order_id": range(orders), "customer_id": "c", "date": dates, "amount": 10_000})
    lines["order_id"] = lines["order_id"].astype(str)
    result = run(open_lines(lines, tmp_path), Filters(), PersonasParams())
    assert len(result.customers) == 1
    assert [notice.code for notice in result.notices] == ["too_few_customers"]


def test_nobody_in_view_and_no_costs_are_plain_errors(planted: Dataset, tmp_path: Path) -> None:
    with pytest.raises(EmptyViewError):
        run(planted, Filters(region=("West",)), PersonasParams())
    with pytest.raises(EmptyViewError):
        run(planted, Filters(last=date(2001, 1, 1)), PersonasParams())
    lines = pd.DataFrame({"order_id": ["1"], "customer_id": ["c"], "date": [START], "amount": [10_000]})
    with pytest.raises(BadParameterError):
        run(open_lines(lines, tmp_path), Filters(), PersonasParams(value="margin"))


def test_margin_halves_the_value_and_keeps_the_groups(planted: Dataset, found: PersonasResult) -> None:
    margin = run(planted, Filters(), PersonasParams(value="margin"))
    one, half = (
        result.traits[result.traits["attribute"] == "value"].set_index("persona")["mean"] for result in (found, margin)
    )
    np.testing.assert_allclose(half, one / 2, rtol=1e-5)


def test_what_is_bought_tells_groups_apart_that_buy_alike_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(7)
    owner = np.repeat(np.arange(400), 8)
    lines = pd.DataFrame(
        {
            "order_id": [f"o{i}" for i in range(len(owner))],
            "customer_id": [f"c{i:03d}" for i in owner],
            "date": START + pd.to_timedelta(rng.integers(0, 400, len(owner)), unit="D"),
            "amount": 100_000,
        }
    )
    dataset = open_lines(lines, tmp_path)
    told = dataset.lines_by_customer()
    garden = rng.binomial(8, np.where(np.arange(400) < 200, 0.9, 0.1))
    mixed = told.assign(**{"category=Garden": garden, "category=Office": 8 - garden})
    monkeypatch.setattr(dataset, "lines_by_customer", lambda _last=None: mixed)
    result = run(dataset, Filters(), PersonasParams(k="2"))
    assert "category" in result.measures
    assert adjusted_rand_score(np.arange(400) < 200, result.customers.sort_values("customer")["persona"]) > 0.9
    assert set(result.personas["name"].str.split("+").str[0]) == {"category=Garden", "category=Office"}
    shares = result.traits.query("attribute == 'category' and value == 'Garden'").set_index("persona")["share"]
    persona = result.customers.sort_values("customer")["persona"].astype(str).to_numpy()
    pd.testing.assert_series_equal(shares, pd.Series(garden / 8).groupby(persona).mean(), check_names=False, rtol=1e-5)
