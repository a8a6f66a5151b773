"""What is planted in the sample's deals, seen with plain pandas, and found by the analysis."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.access import AccessScope, open_dataset
from core.analyses.deals import DealsParams, DealsResult, run
from core.filters import Filters
from core.snapshot import snapshot_folder
from sample_data.deals import FIRMS, GOOD_INDUSTRIES, GOOD_SIZES, THRESHOLD
from tests.helpers import make_log, publish_lines


@pytest.fixture(scope="module")
def deals(shipped: Path) -> pd.DataFrame:
    return pd.read_parquet(shipped / "deals.parquet")


@pytest.fixture(scope="module")
def result(shipped: Path, tmp_path_factory: pytest.TempPathFactory) -> DealsResult:
    """The analysis of the sample's deals, beside some order lines."""
    money = ["amount", "margin", "discount"]
    table = pd.concat([pd.read_parquet(shipped / f"{name}.parquet") for name in ("deals", "deal_stages")])
    for name in ("opened", "closed", "stage_time"):
        table[name] = pd.to_datetime(table[name])
    table[money] = (table[money] * 10_000).round()
    data = publish_lines(make_log(7), tmp_path_factory.mktemp("deals"))
    table.to_parquet(snapshot_folder(data) / "deals.parquet", index=False)
    return run(open_dataset(data, AccessScope.everything()), Filters(), DealsParams())


@pytest.mark.parametrize("name", ["deals", "deal_stages"])
def test_the_generator_reproduces_the_shipped_deals(generated: Path, shipped: Path, name: str) -> None:
    new, old = (pq.read_table(folder / f"{name}.parquet") for folder in (generated, shipped))
    assert new.equals(old)


def test_some_firms_are_customers_and_some_not_yet(deals: pd.DataFrame, customers: pd.DataFrame) -> None:
    known = deals.drop_duplicates("account_id")["account_id"]
    firms = known[known.isin(customers.index[customers["type"] == "firm"])]
    assert 0.6 * FIRMS < len(firms) <= FIRMS
    assert known[~known.isin(firms)].str.startswith("P").all()
    assert (deals["outcome"] == "open").sum() > 50
    assert deals.loc[deals["outcome"] == "lost", "reason"].notna().all()


def test_b_and_c_take_most_of_the_effort(result: DealsResult) -> None:
    row = result.grades.set_index("grade").loc["B+C"]
    assert row["effort_low"] > 0.78
    assert row["deal_share"] < 0.5
    every, rest = (result.conversion.iloc[place] for place in (0, 1))
    assert rest["days_high"] < every["days_low"] / 1.8


def test_the_industries_and_sizes_of_the_a_s_are_found(result: DealsResult) -> None:
    rows = result.attributes[(result.attributes["target"] == "A") & result.attributes["claim"]]
    above = rows[rows["lift_low"] > 1.2]
    for attribute, good in (("industry", GOOD_INDUSTRIES), ("size", GOOD_SIZES)):
        assert set(above.loc[above["attribute"] == attribute, "value"]) <= set(good)
    assert set(above.loc[above["attribute"] == "industry", "value"]) == set(GOOD_INDUSTRIES)
    best = result.criteria[result.criteria["claim"]].iloc[0]
    assert any(f"industry={one}" in best["rule"] for one in GOOD_INDUSTRIES)
    assert any(f"size={one}" in best["rule"] for one in GOOD_SIZES)
    assert best["low"] > result.criteria["hits"].sum() / result.criteria["deals"].sum()


def test_the_threshold_price_is_found(result: DealsResult, deals: pd.DataFrame) -> None:
    list_price = (deals["amount"] + deals["discount"])[deals["outcome"] != "open"]
    won = deals.loc[list_price.index, "outcome"] == "won"
    assert won[list_price < THRESHOLD].mean() > 2 * won[list_price >= THRESHOLD].mean()
    assert result.threshold.stands
    # What is paid is the list price less the discount.
    assert THRESHOLD * 0.8 < result.threshold.low < result.threshold.price <= THRESHOLD * 1.05


def test_d_is_the_smallest_and_x_the_largest(result: DealsResult, deals: pd.DataFrame) -> None:
    graded = result.deals.merge(deals[["deal_id", "size"]], on="deal_id")
    assert graded.loc[graded["grade"] == "D", "size"].mode()[0] == "1 to 9"
    assert graded.loc[graded["grade"] == "X", "size"].mode()[0] == "250 and more"
    counts = result.grades.set_index("grade")["deals"]
    assert counts[["D", "X"]].min() > 30
    assert counts["not_gradable"] == 0


def test_what_is_known_at_opening_tells_a_s_from_others(result: DealsResult) -> None:
    checks = result.model.set_index("check")["low"]
    assert checks.min() > 0.6
    table = result.calibration
    inside = (table["predicted"] >= table["low"]) & (table["predicted"] <= table["high"])
    assert inside.mean() >= 0.6
    levels = result.levels.set_index("level")
    assert levels.loc[["firmographic", "purchasing"], "claim"].all()
    assert not levels.loc["situation", "claim"]


def test_with_a_decider_at_the_table_more_is_won(result: DealsResult) -> None:
    roles = result.committee.set_index("role")
    assert roles["claim"].to_dict() == {role: role == "decider" for role in roles.index}
    assert roles.loc["decider", "lift_low"] > 1.5
    assert roles.loc["decider", "work_motive"] == "no risk of a bad choice"


def test_stages_come_in_their_order(result: DealsResult) -> None:
    assert result.stages["stage"].tolist() == ["Enquiry", "Offer", "Negotiation", "Contract"]
    assert np.all(np.diff(result.stages["win_rate"]) > 0)
    assert result.stages["deals"].sum() == len(result.open)
