"""Advice by cell, and promotion that the margin does not pay for, against plain pandas."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.access import AccessScope, Dataset, open_dataset
from core.analyses._abc_advice import advice
from core.analyses.abc_xyz import ABC, AbcXyzParams, AbcXyzResult, run
from core.build import EVENT_FILES
from core.days import to_day
from core.filters import Filters
from tests.core.analyses.reference import UNIT, View, order_table
from tests.core.analyses.reference_abc_xyz import advice as expected_advice
from tests.helpers import make_log, open_lines


@pytest.mark.parametrize("of", ["customers", "products"])
def test_every_cell_has_the_advice_that_the_method_gives(of: str) -> None:
    for xyz in ("X", "Y", "Z", "smooth", "erratic", "intermittent", "lumpy", "N", "undefined"):
        for abc in ABC:
            assert advice(abc, xyz, of) == expected_advice(abc, xyz, of.removesuffix("s"))  # type: ignore[arg-type]


class WithSpend(Dataset):
    """A dataset whose table of spending is made up here."""

    spent: pd.DataFrame

    def spend(self) -> pd.DataFrame | None:
        return self.spent


def opened(lines: pd.DataFrame, data: Path, spent: pd.DataFrame) -> WithSpend:
    dataset = open_lines(lines, data)
    dataset.__class__ = WithSpend
    dataset.spent = spent.assign(day=[to_day(day.date()) for day in spent["date"]])  # type: ignore[attr-defined]
    return dataset  # type: ignore[return-value]


@pytest.fixture(scope="module")
def spent() -> pd.DataFrame:
    """Spending on two channels that sell, one that does not, and none; some of it before and after all orders."""
    rng = np.random.default_rng(8)
    day = pd.Timestamp("2021-10-01") + pd.to_timedelta(rng.integers(0, 600, 200), unit="D")
    channel = pd.Series(rng.choice(["Web", "Shop", "Fair", ""], 200)).replace("", None)
    return pd.DataFrame({"date": day, "channel": channel, "amount": rng.integers(1, 400_000, 200)})


def expected(lines: pd.DataFrame, spent: pd.DataFrame, filters: Filters) -> pd.Series:
    """What was spent on each customer: purchase by purchase."""
    orders = order_table(lines)
    view = View(orders, filters)
    start = pd.Timestamp(filters.first) if filters.first else orders["day"].min()
    spent = spent[spent["date"].between(start, view.as_of)]
    everybody = orders[orders["day"].between(start, view.as_of) & orders["purchase"]]
    everybody = everybody.drop_duplicates(["customer", "order", "channel"])
    of_channel = everybody.groupby("channel").size()
    rate = (spent.groupby("channel")["amount"].sum() / of_channel).reindex(of_channel.index).fillna(0)
    unknown = spent[~spent["channel"].isin(of_channel.index)]["amount"].sum() / len(everybody)
    matching = view.matching[view.matching["purchase"]].drop_duplicates(["customer", "order", "channel"])
    return (matching["channel"].map(rate) + unknown).groupby(matching["customer"]).sum()


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(region=("North",)),
        Filters(channel=("Shop",), classes="filter"),
        Filters(first=pd.Timestamp("2022-03-05").date(), last=pd.Timestamp("2022-11-20").date()),
    ],
    ids=["all", "region", "channel", "dates"],
)
def test_spending_falls_on_the_purchases_of_its_channel(tmp_path: Path, spent: pd.DataFrame, filters: Filters) -> None:
    lines = make_log(5, customers=60)
    dataset = opened(lines, tmp_path, spent)
    result = run(dataset, filters, AbcXyzParams())
    rows = dataset.with_ids(result.rows).astype({"abc": str, "xyz": str})
    margin = View(order_table(lines), filters).matching.groupby("customer")["margin"].sum()
    rows["spend"] = rows["customer_id"].map(expected(lines, spent, filters)) / UNIT
    rows["margin"] = rows["customer_id"].map(margin) / UNIT
    cells = rows.groupby(["abc", "xyz"])[["margin", "spend"]].sum()
    matrix = result.matrix[result.matrix["customers"] > 0].astype({"abc": str, "xyz": str}).set_index(["abc", "xyz"])
    for name in ("margin", "spend"):
        assert matrix[name].to_dict() == pytest.approx(cells[name].to_dict(), abs=1e-3)
        assert matrix[f"{name}_share"].to_dict() == pytest.approx((cells[name] / cells[name].sum()).to_dict(), abs=1e-6)


def test_without_a_filter_and_with_every_buyer_known_all_spending_is_laid_on_somebody(
    tmp_path: Path, spent: pd.DataFrame
) -> None:
    lines = make_log(6).dropna(subset=["customer_id"])
    matrix = run(opened(lines, tmp_path, spent), Filters(), AbcXyzParams()).matrix
    inside = spent["date"].between(lines["date"].min(), lines["date"].max())
    assert matrix["spend"].sum() == pytest.approx(spent.loc[inside, "amount"].sum() / UNIT)


def steady(customers: int, margins: np.ndarray) -> pd.DataFrame:
    """One order a month of each customer, a third of whom buy for much, in one channel; the margin of each is given."""
    months = pd.date_range("2021-01-10", periods=12, freq="MS") + pd.Timedelta(days=9)
    lines = pd.DataFrame(
        [
            (f"c{who:03d}", month, 900_000 if who % 3 == 0 else 20_000, int(margins[who]))
            for who in range(customers)
            for month in months
        ],
        columns=["customer_id", "date", "amount", "margin"],
    )
    end = pd.DataFrame([{"customer_id": None, "date": pd.Timestamp("2021-12-31"), "amount": -1, "margin": -1}])
    lines = pd.concat([lines, end], ignore_index=True)
    return lines.assign(cost=lines["amount"] - lines["margin"], order_id=lines.index.astype(str), channel="Web")


def spending(amount: int) -> pd.DataFrame:
    return pd.DataFrame({"date": [pd.Timestamp("2021-06-01")], "channel": ["Web"], "amount": [amount]})


def stopped(result: AbcXyzResult) -> list[str]:
    cells = result.matrix[result.matrix["advice"] == "stop_promotion"]
    return (cells["abc"].astype(str) + cells["xyz"].astype(str)).tolist()


def test_promotion_is_to_stop_where_margin_is_below_spend(tmp_path: Path) -> None:
    """Each purchase costs 1; 80 small customers bring 0.5 a purchase, 40 large ones 30."""
    rng = np.random.default_rng(3)
    margins = np.where(np.arange(120) % 3 == 0, 300_000, rng.integers(4_000, 6_000, 120))
    result = run(opened(steady(120, margins), tmp_path, spending(120 * 12 * UNIT)), Filters(), AbcXyzParams(a_limit=90))
    matrix = result.matrix[result.matrix["customers"] > 0]
    assert list(zip(matrix["abc"], matrix["xyz"], matrix["customers"], strict=True)) == [("A", "X", 40), ("C", "X", 80)]
    assert matrix["spend"].tolist() == [480, 960]
    assert stopped(result) == ["CX"]


def test_nothing_is_claimed_of_fewer_than_thirty_or_when_it_may_be_chance(tmp_path: Path) -> None:
    few = np.where(np.arange(42) % 3 == 0, 300_000, 5_000)
    result = run(
        opened(steady(42, few), tmp_path / "few", spending(42 * 12 * UNIT)), Filters(), AbcXyzParams(a_limit=90)
    )
    assert stopped(result) == []
    # A margin of 0.98 a purchase on average, and much spread.
    uneven = np.full(120, 300_000)
    uneven[np.arange(120) % 3 != 0] = np.tile([-80_200, 99_800], 40)
    dataset = opened(steady(120, uneven), tmp_path / "chance", spending(120 * 12 * UNIT))
    result = run(dataset, Filters(), AbcXyzParams(a_limit=90))
    cell = result.matrix[(result.matrix["abc"] == "C") & (result.matrix["xyz"] == "X")].iloc[0]
    assert cell["margin"] < cell["spend"]
    assert stopped(result) == []


def test_without_costs_shares_of_spending_are_shown_and_nothing_is_claimed(tmp_path: Path) -> None:
    lines = steady(120, np.full(120, 1)).drop(columns="cost")
    result = run(opened(lines, tmp_path, spending(10**9)), Filters(), AbcXyzParams())
    assert result.matrix["spend_share"].sum() == pytest.approx(1)
    assert result.matrix["margin_share"].isna().all()
    assert stopped(result) == []


def test_the_claim_is_that_of_poisson_resamples(tmp_path: Path) -> None:
    """Margins of a cell so that 2.5 % of resamples pay for the spending: with a little less it is claimed, with more not."""
    rng = np.random.default_rng(12)
    left = rng.normal(-0.5, 2, 80)
    resampled = np.sort((rng.poisson(1, (20_000, 80)) * left).sum(axis=1))
    border = resampled[int(0.975 * len(resampled))] / 80
    for shift, claimed in ((-0.1, True), (0.1, False)):
        margins = np.full(120, 300_000)
        margins[np.arange(120) % 3 != 0] = np.round((left - border + 1 + shift) * UNIT)
        dataset = opened(steady(120, margins), tmp_path / str(shift), spending(120 * 12 * UNIT))
        assert stopped(run(dataset, Filters(), AbcXyzParams(a_limit=90))) == ["CX"] * claimed


def test_spending_of_a_snapshot_is_read(tmp_path: Path, spent: pd.DataFrame) -> None:
    """The table of spending as the import writes it."""
    lines = make_log(5, customers=60)
    dataset = open_lines(lines, tmp_path)
    assert "spend" not in run(dataset, Filters(), AbcXyzParams()).matrix
    (folder,) = (tmp_path / "snapshots").iterdir()
    table = pa.Table.from_pandas(spent.assign(date=spent["date"].dt.date), preserve_index=False)
    pq.write_table(table, folder / EVENT_FILES["spend"])
    matrix = run(open_dataset(tmp_path, AccessScope.everything()), Filters(), AbcXyzParams()).matrix
    known = run(opened(lines, tmp_path / "other", spent), Filters(), AbcXyzParams()).matrix
    pd.testing.assert_frame_equal(matrix, known)
