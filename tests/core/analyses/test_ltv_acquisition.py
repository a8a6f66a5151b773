from datetime import date

import numpy as np
import pandas as pd
import pytest

from core.analyses import ltv
from core.analyses._ltv_acquisition import _verdict
from core.analyses.ltv import LtvParams
from core.filters import Filters
from tests.conftest import SAMPLE
from tests.core.analyses.reference import NOBODY

BG_NBD = LtvParams(model="bg_nbd")


@pytest.fixture(scope="module")
def result(sample):
    return ltv.run(sample.dataset, Filters(), BG_NBD)


def by_channel(result):
    return result.acquisition.dropna(subset="channel").set_index("channel")


def plain(sample, result, first=None, last=None):
    """Channel, first day, value so far and to come of the customers won on days with spending, and the spending, by plain pandas."""
    spend = pd.read_parquet(SAMPLE / "spend.parquet")
    spend = spend[spend["date"].between(first or "1900-01-01", last or "2079-01-01")]
    orders = sample.orders[sample.orders["customer"] != NOBODY]
    orders = orders[orders["day"] <= pd.Timestamp(last or "2079-01-01")]
    bought = orders[orders["purchase"]]
    begin = bought.groupby("customer")["day"].min().rename("first")
    on_first = bought[bought["day"] == bought["customer"].map(begin)]
    by_channel = on_first.groupby(["customer", "channel"])["revenue"].sum().reset_index()
    channel = by_channel.sort_values(["revenue", "channel"], ascending=[False, True]).drop_duplicates("customer")
    customers = sample.dataset.with_ids(result.customers).set_index("customer_id")["clv"]
    so_far = orders.groupby("customer")["margin"].sum() / 10_000
    table = channel.set_index("customer")[["channel"]].join(begin).join(so_far.rename("so_far"))
    table["value"] = table["so_far"] + customers.reindex(table.index)
    won = table[table["first"].between(spend["date"].min(), spend["date"].max())]
    return won, spend.groupby("channel")["spend"].sum(), orders


def test_cost_value_and_ratio_equal_plain_pandas_on_the_sample(sample, result):
    won, spend, _ = plain(sample, result)
    assert result.acquisition["channel"].isna().tolist() == [False] * len(spend) + [True]
    whole, table = result.acquisition.iloc[-1], by_channel(result)
    assert list(table.index) == sorted(spend.index)
    assert whole["spend"] == pytest.approx(spend.sum())
    assert whole["n"] == len(won)
    assert whole["ratio"] == pytest.approx(won["value"].sum() / spend.sum(), rel=1e-6)
    grouped = won.groupby("channel")["value"]
    np.testing.assert_array_equal(table["new_customers"], grouped.size())
    np.testing.assert_allclose(table["spend"], spend)
    np.testing.assert_allclose(table["cac"], spend / grouped.size())
    np.testing.assert_allclose(table["ltv"], grouped.mean(), rtol=1e-6)
    np.testing.assert_allclose(table["ratio"], grouped.sum() / spend, rtol=1e-6)
    np.testing.assert_allclose(table["may_spend"], table["ltv_low"])
    assert (table["n"] == table["new_customers"]).all()
    # Chance and parameters of the forecast widen what the customers' spread alone would leave open.
    alone = 1.96 * grouped.std() / np.sqrt(grouped.size())
    assert (table["ltv_high"] - table["ltv"] > 0.999 * alone).all()
    total = 1.96 * np.sqrt((won["value"] ** 2).groupby(won["channel"]).sum()) / spend
    assert (table["ratio_high"] - table["ratio"] > 0.999 * total).all()
    assert (table["cac_low"] < table["cac"]).all()
    assert (table["cac"] < table["cac_high"]).all()


def test_interval_of_the_ratio_without_the_forecast_equals_a_poisson_bootstrap(sample, result):
    won, spend, _ = plain(sample, result)
    values = won.loc[won["channel"] == "Field sales", "value"].to_numpy()
    count = np.random.default_rng(2).poisson(1.0, (4_000, len(values)))
    low, high = np.quantile(count @ values, [0.025, 0.975]) / spend["Field sales"]
    row = by_channel(result).loc["Field sales"]
    assert row["ratio_low"] == pytest.approx(low, rel=0.05)
    assert row["ratio_high"] == pytest.approx(high, rel=0.05)


def test_payback_month_equals_plain_pandas_on_the_sample(sample, result):
    won, _, orders = plain(sample, result)
    end = pd.Period(result.as_of, "M")
    end = end if end.end_time.date() == result.as_of else end - 1
    for row in result.acquisition.dropna(subset="channel").itertuples():
        cohort = won.loc[won["channel"] == row.channel, "first"].dt.to_period("M")
        rows = orders[orders["customer"].isin(cohort.index)]
        month = rows["day"].dt.to_period("M")
        age = (month.astype("int64") - rows["customer"].map(cohort).astype("int64")).clip(lower=0)
        month_known = month <= end
        reached = []
        for months in range(40):
            there = cohort[cohort.map(lambda first, months=months: first + months <= end)]
            if not len(there):
                break
            seen = rows[rows["customer"].isin(there.index) & (age <= months) & month_known]
            if seen["margin"].sum() / 10_000 / len(there) >= row.cac:
                reached.append(months)
                break
        assert (None if pd.isna(row.payback_month) else row.payback_month) == (reached[0] if reached else None)


def test_dates_limit_both_spending_and_who_was_won(sample):
    first, last = date(2024, 1, 1), date(2025, 6, 30)
    result = ltv.run(sample.dataset, Filters(first=first, last=last), BG_NBD)
    # Customers who came before, and those out of view, do not count; all who were won in these dates are in view.
    won, spend, _ = plain(sample, result, str(first), str(last))
    table = by_channel(result)
    np.testing.assert_array_equal(table["new_customers"], won.groupby("channel").size())
    np.testing.assert_allclose(table["spend"], spend)
    np.testing.assert_allclose(table["ltv"], won.groupby("channel")["value"].mean(), rtol=1e-6)


def test_channels_limit_the_rows_and_regions_leave_none(sample, result):
    web = ltv.run(sample.dataset, Filters(channel=("Web",)), BG_NBD).acquisition
    whole = result.acquisition
    pd.testing.assert_frame_equal(web.iloc[:1], whole[whole["channel"] == "Web"].reset_index(drop=True))
    pd.testing.assert_series_equal(web.iloc[1][1:], web.iloc[0][1:], check_names=False)
    assert not len(ltv.run(sample.dataset, Filters(region=("North",)), BG_NBD).acquisition)


@pytest.mark.parametrize(
    ("n", "low", "high", "verdict"),
    [
        (30, 3.1, 4.0, "scale"),
        (30, 3.0, 4.0, "unclear"),
        (30, 1.0, 3.0, "fix"),
        (30, 0.9, 1.4, "unclear"),
        (30, 0.2, 0.9, "stop"),
        (29, 3.1, 4.0, "unclear"),
        (30, float("nan"), float("nan"), "unclear"),
    ],
)
def test_verdict_needs_the_whole_interval_and_30_customers(n, low, high, verdict):
    assert _verdict(n, low, high) == verdict
