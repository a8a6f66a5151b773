import ast
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from sample_data.generate import generate
from sample_data.seasons import FIRST_DAY, LAST_DAY

FILES = ("order_lines", "customers", "products", "spend", "survey", "market", "notes", "truth/customers", "touchpoints")


def cents(euros):
    return np.round(euros * 100).astype("int64")


@pytest.mark.parametrize("name", FILES)
def test_the_generator_reproduces_the_shipped_files(generated, shipped, name):
    new, old = (pq.read_table(folder / f"{name}.parquet") for folder in (generated, shipped))
    assert new.schema.equals(old.schema)
    assert new.equals(old)


def test_another_seed_gives_another_sample_of_like_size(lines):
    other = generate(seed=7)["order_lines"]
    assert other["customer_id"].nunique() == lines["customer_id"].nunique()
    assert len(other) == pytest.approx(len(lines), rel=0.03)
    assert not np.array_equal(other["amount"].head(1000), cents(lines["amount"].head(1000)))


def test_files_are_small(shipped):
    sizes = [path.stat().st_size for path in shipped.rglob("*.parquet") if ".snapshot" not in path.parts]
    assert max(sizes) < 3_000_000
    assert sum(sizes) < 4_000_000


def test_the_sample_does_not_import_the_product(shipped):
    trees = [ast.parse(path.read_text()) for path in Path(shipped).glob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    names |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    assert {name.split(".")[0] for name in names}.isdisjoint({"core", "dashboard", "streamlit", "plotly"})


def test_counts(lines, customers, products, purchases):
    assert purchases["customer_id"].nunique() == pytest.approx(20_000, abs=50)
    assert lines["order_id"].nunique() == pytest.approx(150_000, rel=0.03)
    assert len(lines) == pytest.approx(400_000, rel=0.02)
    assert lines["customer_id"].isna().mean() == pytest.approx(0.04, abs=0.01)
    assert (len(products), products["category"].nunique(), products["product"].nunique()) == (300, 40, 300)
    assert (lines["region"].nunique(), lines["channel"].nunique()) == (6, 4)
    assert len(customers) == 20_450


def test_three_years_to_the_day_ending_within_a_month(lines):
    assert (date(2023, 2, 21), date(2026, 2, 20)) == (FIRST_DAY, LAST_DAY)
    assert lines["date"].min().date() == FIRST_DAY
    assert lines["date"].max().date() == LAST_DAY
    assert lines["date"].dt.normalize().nunique() == (LAST_DAY - FIRST_DAY).days + 1
    assert (lines["date"] == lines["date"].dt.floor("h")).all()


def test_only_the_customer_may_be_missing(lines, products):
    assert lines.drop(columns="customer_id").notna().all(axis=None)
    assert products.notna().all(axis=None)


def test_spend_is_one_row_a_day_and_channel(spend, lines):
    assert list(spend.columns) == ["date", "channel", "spend"]
    assert not spend.duplicated(["date", "channel"]).any()
    assert (spend["spend"] > 0).all()
    assert set(spend["channel"]) == set(lines["channel"])
    assert (spend["date"].min().date(), spend["date"].max().date()) == (FIRST_DAY, LAST_DAY)
    assert not spend.loc[spend["channel"] == "Field sales", "date"].dt.day_of_week.gt(4).any()


def test_cash_sales_are_in_stores(lines):
    assert set(lines.loc[lines["customer_id"].isna(), "channel"]) == {"Store"}


def test_keys(lines, customers, products, truth):
    assert customers.index.is_unique
    assert products.index.is_unique
    assert set(lines["product_id"]) == set(products.index)
    assert set(lines["customer_id"].dropna()) == set(truth.index)
    assert set(truth.index) < set(customers.index)
    assert not lines.duplicated().any()


def test_an_order_has_one_customer_day_region_and_channel(lines):
    several = lines.groupby("order_id")[["customer_id", "date", "region", "channel"]].nunique(dropna=False)
    assert (several == 1).all(axis=None)


def test_money_adds_up_to_the_cent(lines, products):
    sold = products.loc[lines["product_id"]].reset_index()
    amount, discount, cost = (cents(lines[name]) for name in ("amount", "discount", "cost"))
    quantity = lines["quantity"].astype("int64")
    assert (amount == quantity * cents(sold["list_price"]) - discount).all()
    assert (cost == quantity * cents(sold["unit_cost"])).all()


def test_lines_are_sold_given_back_or_given_free(lines):
    back, free = lines["quantity"] < 0, lines["amount"] == 0
    assert (lines["quantity"] != 0).all()
    assert (lines.loc[back, "amount"] < 0).all()
    assert (lines.loc[back, "discount"] <= 0).all()
    assert (lines.loc[~back & ~free, "amount"] > 0).all()
    assert (lines.loc[~back, "discount"] >= 0).all()
    assert lines.loc[free, "order_id"].str.startswith("W").all()
    assert back.mean() == pytest.approx(0.024, abs=0.005)


def test_credits_follow_what_was_bought(lines):
    known = lines.assign(of=lines["order_id"].str.lstrip("RCW"), kind=lines["order_id"].str.extract("^([RCW])")[0])
    sold = known[known["kind"].isna() & (known["quantity"] > 0)].set_index(["of", "product_id"])
    credit = known[known["quantity"] < 0]
    bought = sold.loc[pd.MultiIndex.from_frame(credit[["of", "product_id"]])]
    assert (credit["date"].to_numpy() >= bought["date"].to_numpy()).all()
    assert (-credit["quantity"].to_numpy() <= bought["quantity"].to_numpy()).all()
    assert set(credit["kind"].fillna("")) == {"", "R", "C"}


def test_cancelled_orders_come_to_nothing(lines):
    cancelled = lines[lines["order_id"].str.startswith("C")]
    original = lines[lines["order_id"].isin(cancelled["order_id"].str[1:])]
    assert len(cancelled) == len(original) > 0
    assert cents(cancelled["amount"]).sum() == -cents(original["amount"]).sum()


def test_attributes_fit_the_kind_of_customer(customers):
    person = customers["type"] == "person"
    assert set(customers["type"]) == {"person", "firm"}
    of_people = ["birth_year", "sex", "family", "income_band", "occupation"]
    of_firms = ["industry", "size"]
    assert customers.loc[~person, of_people].isna().all(axis=None)
    assert customers.loc[person, of_firms].isna().all(axis=None)
    assert customers.loc[person, ["birth_year", "sex", "family"]].notna().all(axis=None)
    assert customers.loc[~person, of_firms].notna().all(axis=None)
    assert customers[["place", "town"]].notna().all(axis=None)
    assert customers.loc[person, "birth_year"].between(1936, 2006).all()
    assert customers.loc[person, ["income_band", "occupation"]].isna().mean().between(0.04, 0.08).all()
