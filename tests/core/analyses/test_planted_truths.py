"""The analyses find what was planted in the sample, as `sample_data/truth` lists it customer by customer."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from core.access import AccessScope, Dataset, open_dataset
from core.analyses import cohorts, load
from core.filters import Filters
from tests.conftest import SAMPLE

LOSING, BETTER = "East", "App"


@pytest.fixture(scope="module")
def dataset(sample_data) -> Dataset:
    return open_dataset(sample_data, AccessScope.everything())


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    return pd.read_parquet(SAMPLE / "truth" / "customers.parquet").set_index("customer_id")


def run(dataset: Dataset, name: str, **filters: object) -> object:
    analysis = load(name)
    return analysis.run(dataset, Filters(**filters), analysis.params())


def test_rfm_puts_the_planted_lapsing_group_at_risk(dataset, truth):
    customers = dataset.with_ids(run(dataset, "rfm").customers).set_index("customer_id")
    lapsing = customers[customers.index.isin(truth.index[truth["group"] == "lapsing"])]
    assert lapsing["segment"].isin(["cant_lose", "at_risk"]).mean() > 0.9
    others = customers.drop(lapsing.index)
    assert others["segment"].isin(["cant_lose", "at_risk"]).mean() < 0.2


def test_rfm_puts_the_planted_loyal_group_among_champions_and_loyal(dataset, truth):
    customers = dataset.with_ids(run(dataset, "rfm").customers).set_index("customer_id")
    loyal = customers[customers.index.isin(truth.index[truth["group"] == "loyal"])]
    assert loyal["segment"].isin(["champions", "loyal"]).mean() > 0.9


def test_personas_are_the_planted_ones(dataset, truth):
    found = dataset.with_ids(run(dataset, "personas").customers).set_index("customer_id")
    planted = truth["persona"].reindex(found.index)
    for kind, floor in (("person", 0.8), ("firm", 0.8)):
        own = found["kind"] == kind
        assert adjusted_rand_score(planted[own], found.loc[own, "persona"].astype(str)) > floor


def test_overview_claims_the_loss_of_the_region_that_loses_customers_and_of_no_other(dataset):
    falls = {
        region: run(dataset, "overview", region=(region,)).figure("customers")
        for region in dataset.history.labels["region"]
    }
    losing = [region for region, row in falls.items() if row["claim"] and row["change"] < 0]
    assert losing == [LOSING]


def test_retention_is_lowest_in_the_region_that_loses_customers(dataset):
    last = {}
    for region in dataset.history.labels["region"]:
        triangle = cohorts.run(dataset, Filters(region=(region,)), cohorts.CohortsParams()).triangle
        late = triangle[triangle["complete"] & (triangle["period"] > 0) & (triangle["cohort"] >= "2025-01")]
        last[region] = late["active"].sum() / late["eligible"].sum()
    assert min(last, key=last.get) == LOSING


def test_lifetime_value_is_highest_for_customers_won_by_the_better_channel(dataset, sample_data):
    lines = pd.read_parquet(SAMPLE / "order_lines.parquet")
    bought = lines[lines["customer_id"].notna() & (lines["amount"] > 0)].sort_values("date", kind="stable")
    first = bought.drop_duplicates("customer_id").set_index("customer_id")["channel"]
    people = pd.read_parquet(SAMPLE / "customers.parquet").set_index("customer_id")["type"]
    value = dataset.with_ids(run(dataset, "ltv").customers).set_index("customer_id")["clv"]
    value = value[people.reindex(value.index) == "person"]
    mean = value.groupby(first.reindex(value.index)).mean()
    assert mean.idxmax() == BETTER
    assert mean[BETTER] > 1.25 * np.delete(mean.to_numpy(), mean.index.get_loc(BETTER)).max()


def test_the_steady_firms_are_the_only_x_and_y(dataset, truth):
    customers = dataset.with_ids(run(dataset, "abc_xyz").customers).set_index("customer_id")
    steady = customers.index[customers["xyz"].isin(["X", "Y"])]
    assert len(steady) >= 30
    assert (truth.loc[steady, "group"] == "standing").mean() > 0.9


def test_the_top_fifth_brings_more_than_sixty_per_cent(dataset):
    assert run(dataset, "abc_xyz").top_share > 0.6
