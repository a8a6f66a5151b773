"""The analyses find what was planted in the sample, where `truth/customers.parquet` and the README say it is."""

import numpy as np
import pandas as pd
import pytest

from core.access import AccessScope, Dataset, open_dataset
from core.analyses import load
from core.filters import Filters

BEST = ["champions", "loyal"]
GONE = ["at_risk", "cant_lose"]


@pytest.fixture(scope="module")
def dataset(sample_data) -> Dataset:
    return open_dataset(sample_data, AccessScope.everything())


def run(dataset, analysis, filters=None, **settings):
    module = load(analysis)
    return module.run(dataset, filters or Filters(), module.params(**settings))


def by_id(dataset, table):
    return dataset.with_ids(table).set_index("customer_id")


@pytest.fixture(scope="module")
def moved(dataset):
    return run(dataset, "movements")


def moves_of(dataset, moved, truth, group):
    rows = by_id(dataset, moved.customers)
    return rows.reindex(truth.index[truth.group == group])


def test_movements_show_the_lapsing_group_going_down(dataset, moved, truth):
    lapsing = moves_of(dataset, moved, truth, "lapsing")
    assert lapsing["before"].isin(BEST).mean() > 0.6
    assert lapsing["after"].isin(GONE).mean() > 0.9
    fell = by_id(dataset, moved.customers)
    fell = fell[fell["before"].isin(BEST) & fell["after"].isin(GONE)]
    assert (truth["group"].reindex(fell.index) == "lapsing").mean() > 10 * (truth["group"] == "lapsing").mean()
    assert (lapsing["step"].isin(["down", "lost"])).mean() > 0.7


def test_movements_show_the_rising_group_coming_up(dataset, moved, truth):
    rising = moves_of(dataset, moved, truth, "rising")
    assert rising["before"].isin(BEST).mean() < 0.05
    assert rising["after"].isin(BEST).mean() > 0.85
    assert rising["step"].isin(["up", "returned"]).mean() > 0.9
    assert rising["change"].sum() > 200_000


def test_most_who_come_up_from_the_bottom_to_the_champions_are_the_rising(dataset, moved, truth):
    rows = by_id(dataset, moved.customers)
    came = rows[rows["before"].isin(["lost", "hibernating"]) & (rows["after"] == "champions")]
    assert len(came) > 100
    assert (truth["group"].reindex(came.index) == "rising").mean() > 0.5


def test_the_bridge_adds_up_to_the_revenue_of_the_two_years(moved, lines):
    end, day = pd.Timestamp("2026-02-20"), lines["date"].dt.normalize()
    middle, start = end - pd.DateOffset(years=1), end - pd.DateOffset(years=2)
    before = lines.loc[(day > start) & (day <= middle), "amount"].sum()
    after = lines.loc[day > middle, "amount"].sum()
    assert moved.bridge["revenue_before"].sum() == pytest.approx(before, abs=0.005)
    assert moved.bridge["revenue_after"].sum() == pytest.approx(after, abs=0.005)
    assert moved.bridge["change"].sum() == pytest.approx(after - before, abs=0.005)
    assert (moved.total_before, moved.total_after) == (pytest.approx(before), pytest.approx(after))


def test_crossed_with_the_segments_class_a_holds_more_who_cannot_be_lost_than_chance_would(dataset, truth):
    cells = run(dataset, "crossing").cells.set_index(["row", "column"])
    assert cells.loc[("A", "champions"), "claim"]
    assert cells.loc[("A", "cant_lose"), "residual"] > 0
    assert cells.loc[("C", "champions"), "residual"] < 0


def test_the_region_that_loses_customers_holds_more_who_are_gone(dataset):
    cells = run(dataset, "crossing", rows="region").cells.set_index(["row", "column"])
    gone = cells[cells["claim"] & (cells["residual"] > 0)].reset_index()
    gone = gone[gone["column"].isin([*GONE, "hibernating", "lost"])]
    assert set(gone["row"]) == {"East"}


def test_paid_promotion_should_end_for_a_low_class_and_for_no_better_one(dataset):
    matrix = run(dataset, "abc_xyz").matrix
    stopped = matrix[(matrix["advice"] == "stop_promotion") & (matrix["revenue"] > 0)]
    assert set(stopped["abc"]) == {"C"}
    assert (stopped["spend_share"] > 3 * stopped["margin_share"]).all()
    best = matrix[(matrix["abc"] == "A") & (matrix["customers"] > 0)]
    assert (best["spend_share"] < best["margin_share"]).all()


@pytest.mark.parametrize("channel", ["App", "Store", "Field sales"])
def test_nobody_is_bought_too_dearly_in_the_channels_that_cost_what_they_bring(dataset, channel):
    matrix = run(dataset, "abc_xyz", Filters(channel=(channel,))).matrix
    assert not ((matrix["advice"] == "stop_promotion") & (matrix["revenue"] > 0)).any()


def test_spending_reaches_the_matrix_to_the_cent(dataset, spend, lines):
    known = dataset.spend()
    assert known["amount"].sum() * 1e-4 == pytest.approx(spend["spend"].sum())
    cells = run(dataset, "abc_xyz").matrix["spend"].sum()
    guests = lines[lines["customer_id"].isna() & (lines["amount"] > 0)]
    assert guests["channel"].eq("Store").all()
    purchases = lines.groupby("order_id").agg(net=("amount", "sum"), channel=("channel", "first"))
    count = (purchases["net"] > 0).groupby(purchases["channel"]).sum()
    unknown = purchases.loc[guests["order_id"].unique(), "net"].gt(0).sum()
    store = spend.loc[spend["channel"] == "Store", "spend"].sum()
    assert cells == pytest.approx(spend["spend"].sum() - store * unknown / count["Store"], rel=1e-6)


def test_firms_with_yearly_orders_are_steady_once_the_season_is_allowed_for(dataset, truth):
    yearly = truth.index[truth["group"] == "yearly"]
    plain = by_id(dataset, run(dataset, "abc_xyz").rows).loc[yearly, "xyz"]
    seasonal = by_id(dataset, run(dataset, "abc_xyz", xyz="seasonal").rows)["xyz"]
    assert (plain == "Z").all()
    assert seasonal[yearly].isin(["X", "Y"]).sum() >= 22
    steady = seasonal.index[seasonal.isin(["X", "Y"])]
    assert truth["group"][steady].isin(["yearly", "standing"]).mean() > 0.8


def products_by(dataset, products, **settings):
    rows = dataset.with_ids(run(dataset, "abc_xyz", of="products", **settings).rows)
    return rows.set_index("product_id").join(products)


def test_office_goods_are_x_and_garden_goods_z(dataset, products):
    rows = products_by(dataset, products)
    number = rows.index.str[1:4].astype(int)
    assert (rows["xyz"] == "X").sum() >= 10
    assert (number[rows["xyz"] == "X"] >= 132).all()
    assert set(rows["xyz"][(number >= 122) & (number <= 131)]) == {"Z"}
    assert set(rows["xyz"][rows["category"] == "Christmas decorations"]) == {"Z"}


def test_soil_is_steady_once_the_season_is_allowed_for(dataset, products):
    plain, seasonal = products_by(dataset, products), products_by(dataset, products, xyz="seasonal")
    soil = plain.index[plain["category"] == "Soil and plant feed"]
    assert set(plain.loc[soil, "xyz"]) == {"Z"}
    assert set(seasonal.loc[soil, "xyz"]) <= {"X", "Y"}


def test_goods_of_few_months_are_intermittent_or_lumpy(dataset, products):
    kinds = products_by(dataset, products, xyz="syntetos_boylan")
    named = kinds.set_index("product")["xyz"]
    assert named[["Lawn mower, cordless", "Artificial tree"]].isin(["intermittent", "lumpy"]).all()
    office = kinds.index.str[1:4].astype(int) >= 132
    assert np.mean(kinds["xyz"][office] == "smooth") > 0.9
