"""Single figures of loyalty against plain pandas and by hand, and why there is none."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from core.access import AccessScope, Dataset, open_dataset
from core.analyses._loyalty_index import loyalty_index
from core.analyses.cohorts import CohortsParams, run
from core.filters import Filters
from core.snapshot import snapshot_folder
from tests.core.analyses.conftest import Case
from tests.core.analyses.reference_cohorts import followed
from tests.core.analyses.test_cohorts import lines_of
from tests.helpers import make_log, open_lines, publish_lines


def figures(dataset: Dataset, filters: Filters = Filters(), **settings: Any) -> pd.DataFrame:  # noqa: B008
    return run(dataset, filters, CohortsParams(**settings)).headline.set_index("figure")


def assert_share(row: pd.Series, n: int, total: int) -> None:
    assert (row["n"], row["n_total"]) == (n, total)
    low, high = proportion_confint(n, total, method="wilson") if total else (np.nan, np.nan)
    value = n / total if total else np.nan
    assert [row["value"], row["low"], row["high"]] == pytest.approx([value, low, high], nan_ok=True)


def test_retention_and_repeat_rate_against_pandas(generated: Case) -> None:
    shown, rows, view = followed(generated.orders, Filters(), "month")
    found = figures(generated.dataset)
    bought = rows[rows["purchase"]]
    month = bought["day"].dt.to_period("M")
    newest = view.as_of.to_period("M")
    over = newest - int(newest.end_time.normalize() > view.as_of)
    before, after = (set(bought.loc[month == over - back, "customer"]) for back in (1, 0))
    assert found.loc["retention_rate", "period"] == str(over)
    assert_share(found.loc["retention_rate"], len(before & after), len(before))
    count = bought.groupby("customer")["order"].nunique()
    assert_share(found.loc["repeat_purchase_rate"], int((count > 1).sum()), len(shown))


@pytest.mark.parametrize("filters", [Filters(), Filters(region=("North",)), Filters(last=date(2022, 8, 1))])
@pytest.mark.parametrize("seed", [1, 2])
def test_bought_again_and_upsell_against_pandas(seed: int, filters: Filters, tmp_path: Path) -> None:
    """Products and categories of lines with positive money; values of purchase days."""
    lines = make_log(seed, customers=50, orders=400, split=0.0)
    dataset = open_lines(lines, tmp_path)
    found = figures(dataset, filters)
    known = lines.dropna(subset="customer_id")
    key = ["customer_id", "order_id"]
    known = known.assign(
        net=known.groupby(key)["amount"].transform("sum"), day=known.groupby(key)["date"].transform("min")
    )
    if filters.region:
        known = known[known["region"].isin(filters.region)]
    if filters.last:
        known = known[known["date"] <= pd.Timestamp(filters.last)]
    bought = known[known["net"] > 0]
    known = known[known["customer_id"].isin(bought["customer_id"]) & (known["amount"] > 0)]
    added: set[str] = set()
    for name, column in (("product", "product_id"), ("category", "category")):
        pairs = known.groupby(["customer_id", column])
        again = pairs["order_id"].agg(lambda ids: len(set(ids)) > 1)
        row = found.loc[f"repurchase_rate_{name}"]
        assert (row["n"], row["n_total"]) == (again.sum(), len(again))
        assert row["value"] == pytest.approx(again.mean())
        by_customer = again.groupby("customer_id").agg(["sum", "size"])
        parts = by_customer["sum"] - again.mean() * by_customer["size"]
        # Customers without a line of positive money count as customers too.
        customers = bought["customer_id"].nunique()
        parts = parts.reindex(bought["customer_id"].unique(), fill_value=0)
        error = parts.std(ddof=1) * np.sqrt(customers) / len(again)
        assert row["high"] - row["value"] == pytest.approx(min(1.959964 * error, 1 - row["value"]), rel=1e-6)
        begun = pairs["date"].min().groupby("customer_id").agg(["min", "max"])
        added = set(begun.index[begun["max"] > begun["min"]])
    by_day = bought.groupby(["customer_id", "day"])["amount"].sum().reset_index()
    returned = by_day[by_day.groupby("customer_id")["day"].transform("size") > 1]
    first = returned.groupby("customer_id")["amount"].first()
    later = returned[returned.duplicated("customer_id")].groupby("customer_id")["amount"].mean()
    dearer = set(first.index[later > first])
    added &= set(first.index)
    assert_share(found.loc["upsell_rate_value"], len(dearer), len(first))
    assert_share(found.loc["upsell_rate_category"], len(added), len(first))
    assert_share(found.loc["upsell_rate"], len(added | dearer), len(first))


def test_what_the_data_lack_has_a_row_and_a_reason(tmp_path: Path) -> None:
    lines = make_log(3).drop(columns=["product_id", "category"])
    found = figures(open_lines(lines, tmp_path))
    lacking = found[found["reason"].notna()]
    assert lacking["reason"].to_dict() == {
        "repurchase_rate_product": "no_products",
        "repurchase_rate_category": "no_categories",
        "upsell_rate_category": "no_categories",
        "conversion_rate": "no_touchpoints",
        "interactions_per_customer": "no_touchpoints",
        "loyalty_index": "no_survey",
    }
    assert lacking[["value", "low", "high"]].isna().all(axis=None)
    assert found["definition"].notna().all()
    assert found.loc["upsell_rate", "value"] == found.loc["upsell_rate_value", "value"]


TOUCHED = lines_of([("a", "2021-01-05", 10), ("b", "2021-01-10", 10), ("b", "2021-02-10", 10), ("c", "2021-02-01", 10)])


def with_touchpoints(folder: Path) -> Path:
    """a was in touch only after buying, b thrice before and after, c never; two leads did not buy."""
    data = publish_lines(TOUCHED, folder)
    rows = [
        ("a", "2021-01-06 09:00", "Web", "South"),
        ("b", "2021-01-10 23:59", "Web", "North"),
        ("b", "2021-01-09 10:00", "Mail", "North"),
        ("b", "2021-02-03 10:00", None, "North"),
        ("lead", "2021-01-01 00:00", "Web", "North"),
        ("other", "2021-02-10 12:00", "Web", "North"),
        ("late", "2021-02-11 12:00", "Web", "North"),
    ]
    table = pd.DataFrame(rows, columns=["person_id", "time", "channel", "region"])
    table["time"] = table["time"].astype("datetime64[us]")
    table.assign(step="visit", cost=None).to_parquet(snapshot_folder(data) / "touchpoints.parquet", index=False)
    return data


@pytest.mark.parametrize(
    ("filters", "won", "touchpoints"),
    [
        (Filters(), (1, 4), (4, 3)),
        (Filters(last=date(2021, 1, 31)), (1, 3), (3, 2)),
        (Filters(first=date(2021, 1, 9)), (1, 2), (3, 3)),
        (Filters(region=("South",)), (0, 1), (0, 2)),
    ],
)
def test_conversion_and_interactions_by_hand(
    filters: Filters, won: tuple[int, int], touchpoints: tuple[int, int], tmp_path: Path
) -> None:
    found = figures(open_dataset(with_touchpoints(tmp_path), AccessScope.everything()), filters)
    assert_share(found.loc["conversion_rate"], *won)
    row = found.loc["interactions_per_customer"]
    assert (row["n"], row["n_total"]) == touchpoints
    assert row["value"] == pytest.approx(touchpoints[0] / touchpoints[1])


def test_who_sees_a_part_sees_its_touchpoints(tmp_path: Path) -> None:
    data = with_touchpoints(tmp_path)
    found = figures(open_dataset(data, AccessScope.only(region=("North",))))
    # b, and two leads; a was in touch in the South.
    assert_share(found.loc["conversion_rate"], 1, 3)


def answers(*rows: tuple[str | None, str, str | None], day: str = "2021-01-05") -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["customer_id", "question", "answer"])
    return table.assign(date=pd.Timestamp(day).date())


# a: 100, 50, 0; b: 100, 100; somebody: 50. Six answers, 400 in all.
SURVEY = answers(
    ("a", "Recommend", "5"),
    ("a", "Buy again", "3"),
    ("a", "try-other", "1"),
    ("b", "recommend", "5"),
    ("b", "buy_again", "5"),
    (None, "try_other", " 3"),
    ("b", "try_other", None),
    ("b", "colour", "9"),
)


def test_loyalty_index_by_hand() -> None:
    found = loyalty_index(SURVEY, None, date(2021, 2, 1))
    assert found["value"] == pytest.approx(400 / 6)
    assert (found["n"], found["n_total"]) == (6, 3)
    assert found["definition"].endswith("scale_1_to_5")
    # The parts of a, b and somebody: 150 - 200, 200 - 133.33, 50 - 66.67.
    half = 1.959964 * np.sqrt(3 * np.var([-50, 200 / 3, -50 / 3], ddof=1)) / 6
    assert (found["low"], found["high"]) == pytest.approx((400 / 6 - half, min(400 / 6 + half, 100)))


def test_another_scale_is_told_by_the_answers() -> None:
    rows = answers(("a", "recommend", "10"), ("a", "buy_again", "0"), ("a", "try_other", "5"))
    found = loyalty_index(rows, None, date(2021, 2, 1))
    assert found["value"] == pytest.approx(50)
    assert found["definition"].endswith("scale_0_to_10")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (None, "no_survey"),
        (SURVEY[~SURVEY["question"].str.contains("try")], "survey_lacks_questions"),
        (SURVEY.assign(answer="yes"), "survey_lacks_questions"),
        (SURVEY.assign(answer="70"), "survey_scale_unknown"),
        (SURVEY.assign(date=date(2021, 3, 1)), "survey_lacks_questions"),
    ],
)
def test_there_is_no_loyalty_index_and_why(rows: pd.DataFrame | None, reason: str) -> None:
    found = loyalty_index(rows, None, date(2021, 2, 1))
    assert found["reason"] == reason
    assert "value" not in found


def test_the_survey_of_a_snapshot_is_read(tmp_path: Path) -> None:
    data = publish_lines(TOUCHED, tmp_path)
    SURVEY.to_parquet(snapshot_folder(data) / "survey.parquet", index=False)
    row = figures(open_dataset(data, AccessScope.everything())).loc["loyalty_index"]
    assert row["value"] == pytest.approx(400 / 6)
    assert row["few"]
