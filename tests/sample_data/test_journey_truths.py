"""What was planted in the sample's contacts, by plain pandas, and that the journey finds it."""

import numpy as np
import pandas as pd
import pytest

from core.access import AccessScope, open_dataset
from core.analyses.journey import JourneyParams, JourneyResult, run
from core.filters import Filters
from tests.sample_data.conftest import SHIPPED

BEFORE = {
    "Products compared": 2, "Catalogue requested": 2, "Advice in the shop": 2, "Basket filled": 3, "Offer requested": 3,
    "Leaflet sent": 0, "Support call": -1, "Lucky draw": -1,
}  # fmt: skip
END = pd.Timestamp("2026-02-20")


@pytest.fixture(scope="module")
def contacts() -> pd.DataFrame:
    return pd.read_parquet(SHIPPED / "touchpoints.parquet")


@pytest.fixture(scope="module")
def found(sample_data) -> JourneyResult:
    return run(open_dataset(sample_data, AccessScope.everything()), Filters(), JourneyParams())


@pytest.fixture(scope="module")
def people(contacts, purchases):
    """People who were in touch before any purchase: first channel, region, highest step; of those who have had 90 days since."""
    steps = contacts.assign(level=contacts["step"].map(BEFORE).fillna(1)).query("level >= 0")
    bought = purchases.groupby("customer_id")["day"].min()
    first = steps.groupby("person_id").first()
    new = first[~(first["time"].dt.normalize() > first.index.map(bought))]
    day = steps["person_id"].map(bought).fillna(END + pd.Timedelta(days=1))
    before = steps[steps["time"].dt.normalize() <= day].groupby("person_id")["level"].max()
    reached = before.where(~before.index.isin(bought.index), 4).reindex(new.index)
    return new.assign(reached=reached)[new["time"] < END - pd.Timedelta(days=90)]


def test_contacts_are_of_people_who_are_known_or_could_be(contacts, customers, purchases):
    customer = contacts["person_id"].str.startswith("K")
    assert set(contacts.loc[customer, "person_id"]) <= set(customers.index)
    assert contacts.loc[~customer, "person_id"].str.fullmatch(r"L\d{5}").all()
    assert not contacts["step"].str.contains("purchase|order placed", case=False).any()
    assert contacts["time"].between("2025-02-21", "2026-02-21").all()
    assert contacts["person_id"].is_monotonic_increasing
    assert (len(contacts), contacts["person_id"].nunique()) == (
        pytest.approx(43_500, rel=0.03),
        pytest.approx(17_000, rel=0.05),
    )


def test_most_fall_off_between_comparing_and_choosing(people, found):
    at_least = np.array([(people["reached"] >= level).mean() for level in range(5)])
    on = at_least[1:] / at_least[:-1]
    assert on == pytest.approx([0.92, 0.60, 0.44, 0.67], abs=0.04)
    rows = found.funnel.set_index("step")
    assert rows["conversion"].drop("overall").idxmin() == "comparison"
    steps = ["indifference", "awareness", "comparison", "choice"]
    assert rows.loc[steps, "conversion"].tolist() == pytest.approx(on.tolist(), abs=0.04)


def test_baskets_are_left_standing_on_the_coast(people, found):
    chose = people[people["reached"] >= 3]
    bought = (chose["reached"] == 4).groupby(chose["region"]).mean()
    assert bought.idxmin() == "Coast"
    assert bought["Coast"] < 0.5 < 0.65 < bought.drop("Coast").min() + 0.05
    rows = found.by[(found.by["dimension"] == "region") & (found.by["step"] == "choice")].set_index("label")
    assert rows.loc["Coast", "claim"]
    assert rows.loc["Coast", "difference_high"] < -0.2
    assert (rows.loc[rows["claim"].astype(bool)].drop("Coast")["difference"] > 0).all()


def test_friends_send_buyers_and_social_media_those_who_only_look(people, found):
    bought = (people["reached"] == 4).groupby(people["channel"]).mean()
    assert bought.drop("Newsletter", errors="ignore").idxmax() == "Recommendation"
    rows = found.channels.set_index("channel")
    sure = rows[rows["claim"].astype(bool)]
    assert sure["buys"].idxmax() == "Recommendation"
    assert set(sure.index[sure["difference"] < 0]) == {"Social media", "Leaflet"}
    assert rows.loc["Social media", "goes_on"] < 0.42
    for channel in ("Recommendation", "Web", "Social media", "Leaflet"):
        assert rows.loc[channel, "buys"] == pytest.approx(bought[channel], abs=0.03)


def test_buyers_climb_again_and_get_further(found):
    again = found.again.set_index("step").loc["overall"]
    assert again["claim"]
    assert again["conversion"] > 0.5 > 3 * again["others"] - 0.1
    assert found.climbing_again > 1_500


def test_on_the_way_to_a_purchase_late_delivery_worries(found):
    worry = found.voices[found.voices["question"] == "worry"].set_index(["step", "answer"])
    assert worry.loc[("choice", "late delivery"), "claim"]
    assert worry.loc[("comparison", "too many to choose from"), "share"] > 0.5


def test_a_name_that_tells_nothing_is_named(found):
    assert [notice.code for notice in found.notices] == ["unknown_steps"]
    assert found.names.set_index("name").loc[["Lucky draw", "Support call"], "step"].tolist() == ["unknown", "ignored"]
