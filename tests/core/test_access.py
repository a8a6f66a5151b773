"""Who sees what: run under a scope is run on data cut to it, for every analysis there is."""

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core import analyses
from core.access import AccessScope, Dataset, open_dataset
from core.days import to_day
from core.errors import AccessError, ClienteleError, SnapshotError
from core.export import to_json
from core.filters import Filters
from core.snapshot import remove, snapshot_folder
from tests.core.deals.logs import made
from tests.core.journey.logs import make_touchpoints
from tests.helpers import cut, make_log, open_lines, publish_lines

CUTS = {"region": "North", "channel": "Web"}
OTHER_LABELS = {"region": ("South", "(missing)"), "channel": ("Shop",)}


@cache
def big_log() -> pd.DataFrame:
    """Enough customers for the models; each order has one day, and the first and the last are in the South."""
    lines = make_log(21, customers=500, orders=4000, days=900)
    lines = lines[lines["order_id"] != "o0000"]
    edge = ~lines["date"].between(lines["date"].quantile(0.1), lines["date"].quantile(0.9))
    return lines[~edge | (lines["region"] == "South") & (lines["channel"] == "Shop")].reset_index(drop=True)


@cache
def attributes() -> pd.DataFrame:
    rng = np.random.default_rng(9)
    return pd.DataFrame(
        {
            "customer_id": [f"c{place:03d}" for place in range(500)],
            "age": rng.integers(18, 90, 500),
            "sex": rng.choice(["f", "m"], 500),
        }
    )


@cache
def events() -> dict[str, pd.DataFrame]:
    """Deals and touchpoints of every region and channel, and answers of every fifth customer."""
    asked = [f"c{place:03d}" for place in range(0, 500, 5)]
    answers = pd.DataFrame({"customer_id": asked, "date": date(2022, 3, 1), "question": "satisfaction", "answer": "4"})
    return {"deals": made(), "touchpoints": make_touchpoints(3).fillna({"channel": "Shop"}), "survey": answers}


def give_events(data: Path, tables: dict[str, pd.DataFrame]) -> Path:
    for name, table in tables.items():
        table.to_parquet(snapshot_folder(data) / f"{name}.parquet", index=False)
    return data


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = publish_lines(big_log(), tmp_path_factory.mktemp("whole"), customers=attributes())
    return give_events(data, events())


@pytest.fixture(scope="module", params=CUTS)
def pair(
    request: pytest.FixtureRequest, whole: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Dataset, Dataset]:
    """A dimension, the data under a scope of one of its labels, and data that never held another."""
    name = request.param
    scoped = open_dataset(whole, AccessScope.only(**{name: (CUTS[name],)}))
    lines = cut(big_log(), **{name: CUTS[name]})
    data = publish_lines(lines, tmp_path_factory.mktemp(name), customers=attributes())
    tables = {table: rows[rows[name] == CUTS[name]] for table, rows in events().items() if name in rows}
    tables["survey"] = events()["survey"][lambda rows: rows["customer_id"].isin(lines["customer_id"])]
    return name, scoped, open_dataset(give_events(data, tables), AccessScope.everything())


def assert_close(found: Any, expected: Any, where: str = "") -> None:
    """Equal down to the last table cell; numbers to 1e-7."""
    if isinstance(expected, dict):
        assert list(found) == list(expected), where
        for key in expected:
            assert_close(found[key], expected[key], f"{where}.{key}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), where
        for place, (a, b) in enumerate(zip(found, expected, strict=True)):
            assert_close(a, b, f"{where}[{place}]")
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-7, abs=1e-7), where
    else:
        assert found == expected, where


@cache
def run(dataset: Dataset, name: str, filters: Filters) -> Any:
    analysis = analyses.load(name)
    return analysis.run(dataset, filters, analysis.params())


def result_as_json(dataset: Dataset, name: str, filters: Filters = Filters()) -> dict[str, Any]:  # noqa: B008
    analysis, result = analyses.load(name), run(dataset, name, filters)
    whole: dict[str, Any] = json.loads(to_json(name, dataset, filters, analysis.params(), result))
    return {key: whole[key] for key in ("filters", "params", "warnings", "tables")}


@pytest.mark.parametrize("name", analyses.names())
def test_run_under_a_scope_equals_run_on_data_cut_to_it(pair: tuple[str, Dataset, Dataset], name: str) -> None:
    _, scoped, alone = pair
    assert_close(result_as_json(scoped, name), result_as_json(alone, name))


@pytest.mark.parametrize("name", analyses.names())
def test_no_label_of_others_is_anywhere_in_a_result(pair: tuple[str, Dataset, Dataset], name: str) -> None:
    dimension, scoped, _ = pair
    result = run(scoped, name, Filters())
    text = json.dumps(result_as_json(scoped, name))
    text += "".join(repr(getattr(result, field.name)) for field in fields(result))
    for label in OTHER_LABELS[dimension]:
        assert label not in text


def test_a_filter_on_a_hidden_label_sees_nobody(pair: tuple[str, Dataset, Dataset]) -> None:
    dimension, scoped, _ = pair
    hidden = Filters(**{dimension: (OTHER_LABELS[dimension][0],)})  # type: ignore[arg-type]
    for name in analyses.names():
        with pytest.raises(ClienteleError):
            result_as_json(scoped, name, hidden)


def test_as_of_is_the_last_order_of_the_scope(pair: tuple[str, Dataset, Dataset]) -> None:
    analysis = analyses.load("rfm")
    found = []
    for dataset in pair[1:]:
        result = analysis.run(dataset, Filters(), analysis.params())
        found.append(json.loads(to_json("rfm", dataset, Filters(), analysis.params(), result))["as_of"])
    assert found[0] == found[1]


def test_what_a_dataset_says_of_itself_is_of_the_scope(pair: tuple[str, Dataset, Dataset]) -> None:
    dimension, scoped, alone = pair
    assert dict(scoped.history.labels) == dict(alone.history.labels)
    assert dict(scoped.info.labels) == dict(alone.info.labels)
    for name in ("first_day", "last_day", "orders", "customers", "buyers"):
        assert getattr(scoped.info, name) == getattr(alone.info, name), name
    assert not any(label in repr(scoped.info) for label in OTHER_LABELS[dimension])


def test_customers_lines_and_attributes_are_those_of_the_scope(pair: tuple[str, Dataset, Dataset]) -> None:
    _, scoped, alone = pair
    everyone = np.arange(alone.history.n_customers)
    assert scoped.history.n_customers == len(everyone) < 500
    assert scoped.customer_ids(everyone).tolist() == alone.customer_ids(everyone).tolist()
    pd.testing.assert_frame_equal(
        scoped.lines_by_customer(), alone.lines_by_customer(), check_dtype=False, check_names=False
    )
    pd.testing.assert_frame_equal(scoped.attributes(), alone.attributes())


def test_ids_of_others_have_no_code(whole: Path) -> None:
    everything = open_dataset(whole, AccessScope.everything())
    scoped = open_dataset(whole, AccessScope.only(region=("South",)))
    ids = everything.customer_ids(np.arange(everything.history.n_customers)).tolist()
    inside = scoped.customer_ids(np.arange(scoped.history.n_customers)).tolist()
    assert set(inside) < set(ids)
    assert scoped.customer_ids(scoped.customer_codes([*ids, "nobody"])).tolist() == inside
    assert everything.customer_codes(["nobody", ids[3]]).tolist() == [3]


def test_a_scope_of_the_missing_label_sees_the_lines_without_one(whole: Path) -> None:
    scoped = open_dataset(whole, AccessScope.only(region=("(missing)",)))
    lines = big_log()
    loose = lines[lines["region"].isna() & (lines["amount"] > 0)].dropna(subset=["customer_id"])
    found = scoped.lines_by_customer()["lines"].fillna(0)
    expected = loose.groupby("customer_id").size()
    ids = scoped.customer_ids(np.arange(scoped.history.n_customers))
    assert found.tolist() == expected.reindex(ids, fill_value=0).tolist()


def test_two_limits_must_both_hold(whole: Path, tmp_path: Path) -> None:
    scoped = open_dataset(whole, AccessScope.only(region=("North",), channel=("Web",)))
    alone = open_lines(cut(big_log(), region="North", channel="Web"), tmp_path, customers=attributes())
    assert_close(result_as_json(scoped, "rfm"), result_as_json(alone, "rfm"))


def test_an_order_begun_elsewhere_has_the_day_of_its_lines_in_the_scope(tmp_path: Path) -> None:
    lines = pd.DataFrame(
        {
            "order_id": ["o1", "o1"],
            "customer_id": ["a", "a"],
            "date": pd.to_datetime(["2021-01-01", "2021-01-03"]),
            "amount": [10, 20],
            "region": ["South", "North"],
        }
    )
    scoped = open_dataset(publish_lines(lines, tmp_path / "whole"), AccessScope.only(region=("North",)))
    alone = open_lines(cut(lines, region="North"), tmp_path / "cut")
    assert scoped.history.day.tolist() == alone.history.day.tolist()


def test_a_scope_made_of_nothing_sees_nothing(whole: Path) -> None:
    for scope in (AccessScope(), AccessScope.only()):
        with pytest.raises(AccessError) as raised:
            open_dataset(whole, scope)
        assert str(raised.value) == "nothing here is open to you. Ask whoever runs this dashboard for access."


def test_a_dataset_made_past_the_gate_sees_nothing_either(whole: Path) -> None:
    try:
        dataset = Dataset(snapshot_folder(whole), AccessScope())
    except AccessError:
        return
    assert len(dataset.history.day) == 0


def test_a_scope_of_an_unknown_label_or_a_dimension_the_data_lack_sees_nobody(whole: Path, tmp_path: Path) -> None:
    without = publish_lines(big_log().drop(columns="channel"), tmp_path)
    for folder, scope in (
        (whole, AccessScope.only(region=("Atlantis",))),
        (without, AccessScope.only(channel=("Web",))),
    ):
        dataset = open_dataset(folder, scope)
        assert dataset.history.n_customers == 0
        for name in analyses.names():
            with pytest.raises(ClienteleError):
                result_as_json(dataset, name)


@pytest.mark.parametrize("limits", [{"country": ("UK",)}, {"region": ()}, {"first": ("x",)}])
def test_a_limit_that_is_none_is_refused(limits: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(AccessError, match="expected one of region, channel"):
        AccessScope.only(**limits)


def test_results_are_kept_for_the_whole_company_alone(whole: Path) -> None:
    assert open_dataset(whole, AccessScope.everything()).derived_folder is not None
    assert open_dataset(whole, AccessScope.only(region=("North",))).derived_folder is None


def spending() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "date": pd.to_datetime(["2021-01-01", "2021-01-01", "2021-02-03", "2021-02-04"]).date,
            "channel": ["Web", "Shop", None, "Web"],
            "region": ["North", None, None, "South"],
            "amount": [10_000, 20_000, 40_000, 80_000],
            "currency": "GBP",
        }
    )


@pytest.mark.parametrize(
    ("limits", "rows"),
    [
        ({}, [0, 1, 2, 3]),
        ({"channel": ("Web",)}, [0, 3]),
        ({"channel": ("Shop", "(missing)")}, [1, 2]),
        ({"channel": ("Phone",)}, []),
        ({"region": ("North",)}, None),
        ({"region": ("North",), "channel": ("Web",)}, None),
    ],
)
def test_spending_is_that_of_the_channels_of_a_scope(
    limits: dict[str, tuple[str, ...]], rows: list[int] | None, tmp_path: Path
) -> None:
    data = publish_lines(big_log(), tmp_path)
    spending().to_parquet(snapshot_folder(data) / "spend.parquet", index=False)
    scope = AccessScope.only(**limits) if limits else AccessScope.everything()
    found = open_dataset(data, scope).spend()
    if rows is None:
        assert found is None
        return
    assert found is not None
    assert found.columns.tolist() == ["day", "channel", "amount"]
    expected = spending().iloc[rows]
    assert found["amount"].tolist() == expected["amount"].tolist()
    assert found["channel"].fillna("-").tolist() == expected["channel"].fillna("-").tolist()
    assert found["day"].tolist() == [to_day(day) for day in expected["date"]]


def test_without_a_table_of_spending_there_is_none(whole: Path) -> None:
    assert open_dataset(whole, AccessScope.everything()).spend() is None


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (
            "deals",
            pd.DataFrame({"deal_id": list("abcd"), "region": ["North", "South", None, "North"], "channel": "Web"}),
        ),
        (
            "touchpoints",
            pd.DataFrame({"person_id": list("abcd"), "region": ["North", "South", None, "North"], "channel": "Web"}),
        ),
        ("survey", pd.DataFrame({"customer_id": ["c000", "nobody", None, "c001"], "answer": list("abcd")})),
        ("market", pd.DataFrame({"attribute": list("abcd")})),
        ("notes", pd.DataFrame({"segment": list("abcd")})),
    ],
)
def test_events_are_those_of_the_scope(table: str, rows: pd.DataFrame, tmp_path: Path) -> None:
    data = publish_lines(big_log(), tmp_path)
    rows.to_parquet(snapshot_folder(data) / f"{table}.parquet", index=False)
    north = open_dataset(data, AccessScope.only(region=("North",)))
    assert len(open_dataset(data, AccessScope.everything()).table(table)) == 4
    seen = north.table(table)
    if table in ("market", "notes"):
        assert seen is None
    elif table == "survey":
        inside = set(north.customer_ids(np.arange(north.history.n_customers)))
        assert set(seen["customer_id"]) == {"c000", "c001"} & inside
    else:
        assert seen.iloc[:, 0].tolist() == ["a", "d"]
        missing = open_dataset(data, AccessScope.only(region=("(missing)",))).table(table)
        assert missing.iloc[:, 0].tolist() == ["c"]


QUESTIONS: dict[str, Callable[[Dataset], object]] = {
    "customer_ids": lambda dataset: dataset.customer_ids(np.array([0])),
    "customer_codes": lambda dataset: dataset.customer_codes(["c001"]),
    "attributes": Dataset.attributes,
    "lines_by_customer": Dataset.lines_by_customer,
    "first_categories": Dataset.first_categories,
    "bought_again": lambda dataset: dataset.bought_again(60_000),
    "products": lambda dataset: dataset.products,
    "spend": Dataset.spend,
}
OF_THE_COMPANY: dict[str, Callable[[Dataset], object]] = {
    "report": Dataset.report,
    "earlier_reports": Dataset.earlier_reports,
    "mapping": Dataset.mapping,
    "quarantine": Dataset.quarantine,
    "table": lambda dataset: dataset.table("market"),
}


@pytest.mark.parametrize(
    "scope", [AccessScope.everything(), AccessScope.only(region=("North",))], ids=["whole", "part"]
)
def test_what_was_removed_while_it_was_open_says_so(scope: AccessScope, tmp_path: Path) -> None:
    data = publish_lines(big_log(), tmp_path, customers=attributes())
    dataset = open_dataset(data, scope)
    revenue = int(dataset.history.revenue.sum())
    publish_lines(big_log().head(9), data)
    remove(data, 1)
    for name, ask in (QUESTIONS | (OF_THE_COMPANY if scope.whole else {})).items():
        with pytest.raises(SnapshotError) as raised:
            ask(dataset)
        assert str(raised.value) == "snapshot 1 was removed in the meantime. Open the newest one.", name
    assert int(dataset.history.revenue.sum()) == revenue
    with pytest.raises(SnapshotError, match="was removed in the meantime"):
        Dataset(data / "snapshots" / "000001", scope)


@pytest.mark.parametrize("name", ["ids.arrow", "lines.parquet", "customers.parquet", "products/orders.arrow"])
def test_a_file_that_is_damaged_while_the_snapshot_is_open_says_so(name: str, tmp_path: Path) -> None:
    data = publish_lines(big_log(), tmp_path, customers=attributes())
    dataset = open_dataset(data, AccessScope.everything())
    path = snapshot_folder(data) / name
    path.unlink()
    path.write_bytes(b"PAR1 no more")
    asked = {"ids.arrow": "customer_ids", "lines.parquet": "lines_by_customer", "customers.parquet": "attributes"}
    with pytest.raises(SnapshotError, match="this snapshot is damaged"):
        QUESTIONS[asked.get(name, "products")](dataset)
