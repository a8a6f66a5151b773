"""The products' history against plain pandas, under every scope as on data cut to it, and whatever the order of the lines."""

import hashlib
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core import features
from core.access import AccessScope, Dataset, open_dataset
from core.build import PRODUCTS_FILE
from core.days import to_day
from core.filters import Filters
from core.history import MISSING, OrderHistory
from core.importing.importer import import_files
from core.products import PRODUCTS_FOLDER, Products, write_products
from core.snapshot import restore, snapshot_folder
from tests.helpers import build_lines, cut, make_log, open_lines, publish_lines

SCOPES = [{"region": ("North",)}, {"channel": ("Web",)}, {"region": ("South", MISSING), "channel": ("Shop",)}]


@cache
def some_lines(several_days: bool) -> pd.DataFrame:
    """Lines of which some name no product, or no category; orders of one day, or of two."""
    rng = np.random.default_rng(5)
    lines = make_log(5, customers=30, orders=900, days=300, split=0.4)
    # Many orders of a customer share this id, on many days.
    lines = lines[lines["order_id"] != "o0000"].reset_index(drop=True)
    lines.loc[rng.random(len(lines)) < 0.1, "product_id"] = None
    lines.loc[rng.random(len(lines)) < 0.3, "category"] = None
    lines.loc[lines["product_id"].isin(["p03", "p11"]), "category"] = None
    if several_days:
        lines["date"] += pd.to_timedelta(rng.integers(0, 2, len(lines)) * 40, unit="D")
    return lines


def expected_rows(lines: pd.DataFrame) -> pd.DataFrame:
    """One row a product, order, region and channel, by pandas alone."""
    lines = lines.assign(
        customer_id=lines["customer_id"].fillna("~nobody"),
        region=lines["region"].fillna(MISSING),
        channel=lines["channel"].fillna(MISSING),
        margin=lines["amount"] - lines["cost"],
    )
    lines["day"] = lines.groupby(["customer_id", "order_id"])["date"].transform("min")
    part = ["product_id", "customer_id", "order_id"]
    lines = lines.dropna(subset="product_id")
    lines["purchase"] = lines.groupby(part)["amount"].transform("sum") > 0
    keys = [*part, "region", "channel", "day", "purchase"]
    return lines.groupby(keys, as_index=False)[["amount", "margin"]].sum()


def rows_of(products: Products) -> pd.DataFrame:
    """The rows of a history with labels in place of codes."""
    history = products.history
    assert history.margin is not None
    return pd.DataFrame(
        {
            "product_id": products.table["product_id"].to_numpy()[history.owner],
            "region": np.array(history.labels["region"], dtype=object)[history.codes["region"]],
            "channel": np.array(history.labels["channel"], dtype=object)[history.codes["channel"]],
            "day": pd.Timestamp("1900-01-01") + pd.to_timedelta(history.day.astype(int), unit="D"),
            "purchase": history.purchase,
            "amount": history.revenue,
            "margin": history.margin,
        }
    )


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    names = ["product_id", "day", "region", "channel", "amount", "margin", "purchase"]
    return rows[names].sort_values(names, ignore_index=True)


def found(dataset: Dataset) -> Products:
    assert dataset.products is not None
    return dataset.products


def opened(lines: pd.DataFrame, data: Path) -> Products:
    return found(open_lines(lines, data))


def assert_whole(history: OrderHistory) -> None:
    """What every history promises of its order."""
    assert history.start[0] == 0
    assert (np.diff(history.start) > 0).all()
    assert history.n_identified == len(history.day)
    same = history.owner[1:] == history.owner[:-1]
    step = np.diff(history.order.astype(np.int64), prepend=-1)
    assert set(step.tolist()) <= {0, 1}
    assert (step[1:][~same] == 1).all()
    assert (np.diff(history.day.astype(np.int64))[same] >= 0).all()
    assert (np.diff(history.day.astype(np.int64))[step[1:] == 0] == 0).all()


@pytest.mark.parametrize("several_days", [False, True])
def test_rows_are_those_of_pandas(several_days: bool, tmp_path: Path) -> None:
    lines = some_lines(several_days)
    products = opened(lines, tmp_path)
    expected = expected_rows(lines)
    assert_whole(products.history)
    pd.testing.assert_frame_equal(in_order(rows_of(products)), in_order(expected), check_dtype=False)
    assert products.history.order[-1] + 1 == len(expected.drop_duplicates(["product_id", "customer_id", "order_id"]))
    assert products.without_product == lines.loc[lines["product_id"].isna(), "amount"].sum() != 0


def test_an_order_has_the_day_of_its_first_line_of_any_product(tmp_path: Path) -> None:
    lines = pd.DataFrame(
        {
            "order_id": ["o", "o", "o"],
            "customer_id": ["a", "a", "a"],
            "date": pd.to_datetime(["2021-01-05", "2021-01-02", "2021-01-01"]),
            "amount": [10, 20, 40],
            "product_id": ["x", "y", None],
            "region": ["North", "North", "South"],
        }
    )
    first = [to_day(pd.Timestamp(f"2021-01-0{number}").date()) for number in (1, 2)]
    whole = open_lines(lines, tmp_path)
    assert found(whole).history.day.tolist() == [first[0]] * 2
    # In the North the order begins with y, though x came later and the South earlier.
    scoped = open_dataset(tmp_path, AccessScope.only(region=("North",)))
    assert found(scoped).history.day.tolist() == [first[1]] * 2


def test_products_stand_in_byte_order_with_their_orders_by_day_and_then_as_the_customers(tmp_path: Path) -> None:
    names = ["é", "Z", "a", "10", "9"]
    lines = pd.DataFrame(
        {
            "order_id": ["o2", "o1", "o3", "o4", "o5"] * 5,
            "customer_id": ["b", "b", None, "a", "c"] * 5,
            "date": pd.to_datetime(["2021-01-02", "2021-01-02", "2021-01-02", "2021-01-02", "2021-01-01"] * 5),
            "amount": np.arange(25) + 1,
            "product_id": np.repeat(names, 5),
        }
    )
    products = opened(lines, tmp_path)
    assert products.table["product_id"].tolist() == sorted(names, key=str.encode)
    expected = [place * 5 + step + 1 for place in (3, 4, 1, 2, 0) for step in (4, 3, 1, 0, 2)]
    assert products.history.revenue.tolist() == expected
    assert products.history.labels == {}


def test_money_is_exact_and_costs_may_lack_where_nothing_was_paid(tmp_path: Path) -> None:
    big = 9_007_199_254_740_993
    lines = pd.DataFrame(
        {
            "order_id": "o",
            "customer_id": "a",
            "date": pd.Timestamp("2021-01-01"),
            "amount": [big, 1, 0],
            "cost": pd.array([1, 1, None], dtype="Int64"),
            "product_id": "x",
        }
    )
    history = opened(lines, tmp_path).history
    assert history.revenue.tolist() == [big + 1]
    assert history.margin is not None
    assert history.margin.tolist() == [big - 1]


@pytest.mark.parametrize("zero_orders", ["credit", "purchase"])
def test_a_part_that_brings_nothing_is_no_purchase(zero_orders: str, tmp_path: Path) -> None:
    lines = pd.DataFrame(
        {
            "order_id": ["o", "o", "o"],
            "customer_id": "a",
            "date": pd.Timestamp("2021-01-01"),
            "amount": [5, 0, -2],
            "product_id": ["x", "gift", "back"],
        }
    )
    products = found(open_lines(lines, tmp_path, zero_orders=zero_orders))
    assert dict(zip(products.table["product_id"], products.history.purchase.tolist(), strict=True)) == {
        "x": True,
        "gift": False,
        "back": False,
    }


def test_features_of_products_equal_pandas(tmp_path: Path) -> None:
    lines = some_lines(False)
    products = opened(lines, tmp_path)
    selection = features.select(products.history, Filters(region=("North",)))
    expected = expected_rows(lines)
    bought = expected[expected["purchase"] & (expected["region"] == "North")]
    counts = bought.drop_duplicates(["product_id", "customer_id", "order_id"]).groupby("product_id").size()
    ids = products.table["product_id"]
    assert selection.purchases.tolist() == counts.reindex(ids, fill_value=0).tolist()
    money = features.per_customer(products.history, products.history.revenue, selection.matching)
    north = expected[expected["region"] == "North"].groupby("product_id")["amount"].sum()
    assert money.tolist() == north.reindex(ids, fill_value=0).tolist()


def test_totals_by_category_and_month_are_those_of_the_lines(tmp_path: Path) -> None:
    lines = some_lines(False)
    products = opened(lines, tmp_path)
    category = np.array(products.categories)[products.category]
    rows = rows_of(products)
    totals = rows.groupby([category[products.history.owner], rows["day"].dt.to_period("M")])["amount"].sum()
    of_product = products.table.set_index("product_id")["category"].fillna(MISSING)
    named = lines.dropna(subset="product_id")
    expected = named.groupby([named["product_id"].map(of_product), named["date"].dt.to_period("M")])["amount"].sum()
    assert totals.to_dict() == expected.to_dict()


def test_a_category_is_the_one_of_most_lines_and_of_two_the_first(tmp_path: Path) -> None:
    kinds = {"x": ["b", "b", "a", None, None, None], "tie": ["B", "a", "é", "é", "a", "B"], "none": [None] * 6}
    lines = pd.DataFrame(
        {
            "order_id": [f"o{place}" for place in range(18)],
            "customer_id": "a",
            "date": pd.Timestamp("2021-01-01"),
            "amount": 1,
            "product_id": np.repeat(list(kinds), 6),
            "category": pd.Series([kind for part in kinds.values() for kind in part], dtype=object),
        }
    )
    products = opened(lines, tmp_path)
    assert products.table.set_index("product_id")["category"].fillna("-").to_dict() == {
        "none": "-",
        "tie": "B",
        "x": "b",
    }
    assert products.categories == ("B", "b", MISSING)
    assert products.category.tolist() == [2, 0, 1]
    assert "name" not in products.table


def test_names_and_what_is_missing_come_from_the_table_of_products(tmp_path: Path) -> None:
    lines = some_lines(False)
    data = publish_lines(lines, tmp_path)
    folder = snapshot_folder(data)
    given = pa.table(
        {
            "product_id": ["p03", "p00", "unsold"],
            "product": pa.array(["Cup", None, "Hat"], pa.string()),
            "category": ["Kitchen", "Other", "Clothes"],
        }
    )
    pq.write_table(given, folder / PRODUCTS_FILE)
    before = found(open_dataset(data, AccessScope.everything())).table.set_index("product_id")["category"]
    shutil.rmtree(folder / PRODUCTS_FOLDER)
    write_products(folder, build_lines(lines).history)
    table = found(open_dataset(data, AccessScope.everything())).table.set_index("product_id")
    assert "unsold" not in table.index
    assert table["name"].dropna().to_dict() == {"p03": "Cup"}
    assert table["category"].dropna().to_dict() == {**before.dropna().to_dict(), "p03": "Kitchen"}
    assert table["category"].isna().sum() == 1
    scoped = found(open_dataset(data, AccessScope.only(region=("North",)))).table.set_index("product_id")
    assert scoped["name"].dropna().to_dict() == {"p03": "Cup"}
    assert scoped.loc["p03", "category"] == "Kitchen"


@pytest.mark.parametrize("several_days", [False, True])
@pytest.mark.parametrize("limits", SCOPES, ids=str)
def test_products_of_a_scope_are_those_of_data_cut_to_it(
    limits: dict[str, tuple[str, ...]], several_days: bool, tmp_path: Path
) -> None:
    lines = some_lines(several_days)
    # A product and a category of others alone, and a label that no product bears.
    lines = pd.concat([lines, lines[lines["region"] == "South"].head(1).assign(product_id="q", category="theirs")])
    whole = open_lines(lines, tmp_path / "whole")
    scoped = found(open_dataset(tmp_path / "whole", AccessScope.only(**limits)))
    inside = np.logical_and.reduce([lines[name].fillna(MISSING).isin(labels) for name, labels in limits.items()])
    alone = opened(lines[inside].reset_index(drop=True), tmp_path / "cut")
    assert_whole(scoped.history)
    pd.testing.assert_frame_equal(in_order(rows_of(scoped)), in_order(rows_of(alone)))
    if not several_days:
        for name in ("start", "day", "order", "purchase", "revenue", "margin"):
            assert getattr(scoped.history, name).tolist() == getattr(alone.history, name).tolist(), name
    pd.testing.assert_frame_equal(scoped.table, alone.table)
    assert scoped.categories == alone.categories
    assert scoped.category.tolist() == alone.category.tolist()
    assert scoped.history.labels == alone.history.labels
    assert scoped.without_product == alone.without_product
    assert found(whole).history.n_customers == 13


def test_a_scope_without_products_has_none(tmp_path: Path) -> None:
    lines = some_lines(False).copy()
    lines.loc[lines["region"] == "North", "product_id"] = None
    publish_lines(lines, tmp_path)
    assert open_dataset(tmp_path, AccessScope.only(region=("North",))).products is None
    assert found(open_dataset(tmp_path, AccessScope.only(region=("South",)))).history.n_customers == 12


def test_without_product_ids_or_in_an_older_snapshot_there_are_none(tmp_path: Path) -> None:
    lines = some_lines(False)
    assert open_lines(lines.drop(columns="product_id"), tmp_path / "without").products is None
    data = publish_lines(lines, tmp_path / "older")
    shutil.rmtree(snapshot_folder(data) / PRODUCTS_FOLDER)
    for scope in (AccessScope.everything(), AccessScope.only(region=("North",))):
        older = open_dataset(data, scope)
        assert older.products is None
        assert older.with_ids(pd.DataFrame({"product": [0]})).columns.tolist() == ["product"]


def test_ids_take_the_place_of_codes(tmp_path: Path) -> None:
    lines = some_lines(False)
    publish_lines(lines[~((lines["product_id"] == "p00") & (lines["region"] == "North"))], tmp_path)
    table = pd.DataFrame({"revenue": [1, 2], "product": [0, 3], "customer": [1, 0]})
    named = open_dataset(tmp_path, AccessScope.everything()).with_ids(table)
    assert named.columns.tolist() == ["customer_id", "product_id", "revenue"]
    assert named["product_id"].tolist() == ["p00", "p03"]
    scoped = open_dataset(tmp_path, AccessScope.only(region=("North",))).with_ids(table[["product"]])
    assert scoped["product_id"].tolist() == ["p01", "p04"]


def digest(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.mark.parametrize("several_days", [False, True])
def test_equal_lines_give_equal_files_whatever_their_order(several_days: bool, tmp_path: Path) -> None:
    lines = some_lines(several_days)
    digests = []
    for place, rows in enumerate([lines, lines.sample(frac=1, random_state=1), lines.iloc[::-1]]):
        data = publish_lines(rows, tmp_path / str(place))
        digests.append(digest(snapshot_folder(data) / PRODUCTS_FOLDER))
    assert digests[0] == digests[1] == digests[2]
    assert len(digests[0]) == 3 + several_days


def test_more_products_and_orders_than_sixteen_bits_hold(tmp_path: Path) -> None:
    count = 70_000
    rng = np.random.default_rng(3)
    lines = pd.DataFrame(
        {
            "order_id": pd.Series(np.arange(count) % 66_000).map("{:06d}".format),
            "customer_id": "a",
            "date": pd.Timestamp("2021-01-01") + pd.to_timedelta(rng.integers(0, 60, count), unit="D"),
            "amount": np.arange(count) + 1,
            "product_id": pd.Series(rng.permutation(count) // 1.05).map("{:08.0f}".format),
        }
    )
    products = opened(lines, tmp_path)
    lines["day"] = lines.groupby("order_id")["date"].transform("min")
    expected = lines.sort_values(["product_id", "day", "order_id"])
    assert products.history.revenue.tolist() == expected["amount"].tolist()
    assert products.table["product_id"].tolist() == sorted(set(lines["product_id"]))
    assert len(products.table) > 65_536


def test_an_import_and_an_addition_keep_products(tmp_path: Path) -> None:
    lines = some_lines(False).sort_values("date")
    money = lines[["amount", "cost", "discount"]] / 10_000
    lines[money.columns] = money
    half = len(lines) // 2
    # No order in both files.
    day = lines["date"].iloc[half]
    old, new = lines[lines["date"] < day], lines[lines["date"] >= day]
    for name, part in (("all", lines), ("old", old), ("new", new)):
        part.to_parquet(tmp_path / f"{name}.parquet", index=False)
    pd.DataFrame({"product_id": ["p00"], "product": ["Cup"]}).to_csv(tmp_path / "products.csv", index=False)
    once, twice = tmp_path / "once", tmp_path / "twice"
    import_files([tmp_path / "all.parquet", tmp_path / "products.csv"], once)
    import_files([tmp_path / "old.parquet", tmp_path / "products.csv"], twice)
    import_files([tmp_path / "new.parquet"], twice, add=True)
    restored = restore(twice, 1).version
    at_once, added = (
        found(open_dataset(data, AccessScope.everything(), 2 if data is twice else None)) for data in (once, twice)
    )
    assert at_once.table["name"].dropna().tolist() == ["Cup"]
    pd.testing.assert_frame_equal(added.table, at_once.table)
    pd.testing.assert_frame_equal(in_order(rows_of(added)), in_order(rows_of(at_once)))
    again = found(open_dataset(twice, AccessScope.everything(), restored))
    assert again.history.revenue.sum() == round(old.dropna(subset="product_id")["amount"].sum() * 10_000)


def test_one_product_of_one_order(tmp_path: Path) -> None:
    lines = some_lines(False).dropna(subset="product_id").head(1)
    products = opened(lines, tmp_path)
    assert len(products.table) == len(products.history.day) == 1
    assert products.without_product == 0
    assert cut(lines, region="nowhere").empty
