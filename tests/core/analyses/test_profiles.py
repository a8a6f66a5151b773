"""Profiles against scipy, statsmodels and plain pandas."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.stats.contingency import association
from statsmodels.stats.multitest import multipletests

from core.access import AccessScope, Dataset, open_dataset
from core.analyses.profiles import ProfilesParams, ProfilesResult, run
from core.classifications import classify
from core.errors import BadParameterError
from core.filters import Filters
from core.profiles.axes import axis_of
from tests.core.analyses.conftest import Case
from tests.core.analyses.conftest import generated as generated
from tests.core.analyses.conftest import sample as sample
from tests.core.analyses.reference import View, order_table
from tests.helpers import make_log, publish_lines

FILTERED = Filters(channel=("Web",), first=pd.Timestamp("2022-01-01").date())


def log() -> pd.DataFrame:
    """Enough customers to claim something of."""
    lines = make_log(31, customers=400, orders=3000, days=800)
    return lines.assign(hour=np.random.default_rng(1).integers(0, 24, len(lines)))


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    sex = rng.choice(["female", "male"], 400)
    made = pd.DataFrame(
        {
            "customer_id": [f"c{place:03d}" for place in range(400)],
            "sex": np.where(rng.random(400) < 0.1, None, sex),
            # Women live in towns, mostly.
            "place": np.where(rng.random(400) < np.where(sex == "female", 0.75, 0.3), "town", "village"),
            "shoe": rng.choice(["38", "39", "40", "41"], 400),
            "rare": np.where(np.arange(400) < 4, "yes", "no"),
            # Called as what orders tell.
            "month": np.resize(["early", "late"], 400),
        }
    )
    # Nobody in a town has one.
    return made.assign(family=np.where((made["place"] == "village") & (made.index % 3 > 0), "with a farm", "without"))


@pytest.fixture(scope="module")
def dataset(people: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = publish_lines(log(), tmp_path_factory.mktemp("profiles"), customers=people)
    return open_dataset(folder, AccessScope.everything())


def profile(dataset: Dataset, filters: Filters = Filters(), **params: Any) -> ProfilesResult:  # noqa: B008
    return run(dataset, filters, ProfilesParams(**params))


def in_view(people: pd.DataFrame, filters: Filters) -> tuple[pd.DataFrame, View]:
    """Attributes of the customers in view, by id."""
    view = View(order_table(log()), filters)
    return people.set_index("customer_id").reindex(view.shown), view


@pytest.mark.parametrize("filters", [Filters(), FILTERED], ids=["all", "filtered"])
def test_chi_square_cramers_v_and_adjusted_p_are_those_of_scipy_and_statsmodels(
    dataset: Dataset, people: pd.DataFrame, filters: Filters
) -> None:
    known, _ = in_view(people, filters)
    result = profile(dataset, filters, classification="attribute:sex", segment="female", against="male")
    attributes = result.attributes.set_index("attribute")
    for name in ("place", "shoe"):
        counts = pd.crosstab(known["sex"], known[name]).to_numpy()
        expected = stats.chi2_contingency(counts, correction=False)
        row = attributes.loc[name]
        assert row[["chi2", "freedom", "p"]].tolist() == pytest.approx(
            [expected.statistic, expected.dof, expected.pvalue]
        )
        assert row["effect"] == pytest.approx(association(counts, method="cramer"))
    for table in (result.attributes, result.traits):
        tested = table["p"].notna()
        adjusted = multipletests(table.loc[tested, "p"], method="fdr_bh")[1]
        assert table.loc[tested, "p_adjusted"].to_numpy() == pytest.approx(adjusted)
        assert table.loc[~tested, "p_adjusted"].isna().all()
    effects = result.attributes[~result.attributes["formed"].astype(bool)]["effect"]
    assert effects.is_monotonic_decreasing


def test_shares_of_customers_leave_out_those_of_whom_it_is_not_known(dataset: Dataset, people: pd.DataFrame) -> None:
    known, _ = in_view(people, Filters())
    result = profile(dataset, classification="attribute:place", segment="town")
    rows = result.traits[result.traits["attribute"] == "sex"].set_index("value")
    counts = pd.crosstab(known["place"], known["sex"])
    for value in ("female", "male"):
        n, m = counts.loc["town"].sum(), counts.loc["village"].sum()
        a, b = counts.loc["town", value], counts.loc["village", value]
        row = rows.loc[value]
        assert row[["n", "rest_n", "share", "rest_share", "index"]].tolist() == pytest.approx(
            [n, m, a / n, b / m, 100 * (a / n) / (b / m)]
        )
        # Walter (1975): half a customer more on all sides.
        log_ratio = np.log((a + 0.5) / (n + 0.5) / ((b + 0.5) / (m + 0.5)))
        error = np.sqrt(1 / (a + 0.5) - 1 / (n + 0.5) + 1 / (b + 0.5) - 1 / (m + 0.5))
        assert [row["low"], row["high"]] == pytest.approx(
            list(100 * np.exp(log_ratio + np.array([-1, 1]) * 1.959964 * error))
        )
        assert row["p"] == pytest.approx(2 * stats.norm.sf(abs(log_ratio) / error))
    assert rows.loc["female", "claim"]


def _share(counts: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Shares over customers, and their relative variance: the spread of what each adds to the difference from the share."""
    orders = counts.sum(axis=1)
    share = (counts.sum() / orders.sum()).to_numpy()
    off = counts.to_numpy() - np.outer(orders, share)
    n = len(counts)
    return share, n / (n - 1) * (off**2).sum(axis=0) / orders.sum() ** 2 / share**2


@pytest.mark.parametrize("filters", [Filters(), FILTERED], ids=["all", "filtered"])
@pytest.mark.parametrize("name", ["weekday", "month", "region", "category", "day_part"])
def test_shares_of_orders_have_the_interval_of_a_ratio_clustered_by_customer(
    dataset: Dataset, people: pd.DataFrame, filters: Filters, name: str
) -> None:
    known, view = in_view(people, filters)
    if name in ("category", "day_part"):
        lines = log()
        lines = lines[(lines["amount"] > 0) & lines["customer_id"].isin(known.index)]
        if filters != Filters():
            lines = lines[(lines["channel"] == "Web") & (lines["date"] >= pd.Timestamp("2022-01-01"))]
        key = lines["category"] if name == "category" else lines["hour"] // 6
        counts = pd.crosstab(lines["customer_id"], key)
    else:
        rows = view.matching[view.matching["purchase"]]
        rows = rows.drop_duplicates(["customer", "order", *(["region"] if name == "region" else [])])
        key = {"weekday": rows["day"].dt.day_of_week, "month": rows["day"].dt.month, "region": rows["region"]}[name]
        counts = pd.crosstab(rows["customer"], key)
    sex = known["sex"].reindex(counts.index)
    own, other = (_share(counts[sex == one]) for one in ("female", "male"))
    result = profile(dataset, filters, classification="attribute:sex", segment="female", against="male")
    found = result.traits[result.traits["attribute"] == name].sort_values("value")
    order = np.argsort(found["value"].map(lambda value: _place(name, value)).to_numpy())
    found = found.iloc[order]
    assert found["share"].to_numpy() == pytest.approx(own[0])
    assert found["rest_share"].to_numpy() == pytest.approx(other[0])
    error = np.sqrt(own[1] + other[1])
    assert found["low"].to_numpy() == pytest.approx(100 * own[0] / other[0] * np.exp(-1.959964 * error))
    z = np.log(own[0] / other[0]) / error
    assert found["p"].to_numpy() == pytest.approx(2 * stats.norm.sf(np.abs(z)))
    least = result.attributes.set_index("attribute").loc[name, "p"]
    assert least == pytest.approx(min(len(z) * (2 * stats.norm.sf(np.abs(z))).min(), 1))


def _place(name: str, value: str) -> Any:
    weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    # Those without a region are the last, as "(other)" here and "(missing)" before N in the ASCII order there.
    return weekdays.index(value) if name == "weekday" else value.replace("(other)", "(missing)")


def test_the_rest_is_everybody_else(dataset: Dataset) -> None:
    rest = profile(dataset, classification="attribute:shoe", segment="38")
    made = classify(dataset, Filters(), "attribute:shoe")
    for label in ("39", "40", "41", "(missing)"):
        assert label in made.labels or label == "(missing)"
    assert rest.n + rest.rest_n == rest.segments["customers"].sum() == len(made.codes[made.codes >= 0])
    both = profile(dataset, classification='rule:shoe = "38"', segment="in", against="out")
    columns = ["attribute", "value", "n", "share", "rest_share", "index", "low", "high"]
    ranked = [table.traits[columns].sort_values(["attribute", "value"], ignore_index=True) for table in (rest, both)]
    pd.testing.assert_frame_equal(*ranked)


def test_what_formed_a_segment_is_shown_and_not_claimed(dataset: Dataset) -> None:
    result = profile(dataset, classification="rfm_segment")
    formed = result.traits[result.traits["formed"].astype(bool)]
    assert {"orders", "days_since_last_order", "order_value"} <= set(formed["attribute"])
    assert not formed["claim"].any()
    assert formed["p"].isna().all()
    assert not result.traits[~result.traits["formed"].astype(bool)]["attribute"].isin(formed["attribute"]).any()
    rule = profile(dataset, classification="rule:sex = female and orders > 2", segment="in")
    assert set(rule.traits[rule.traits["formed"].astype(bool)]["attribute"]) >= {"sex", "orders"}


def test_nothing_is_claimed_of_fewer_than_30_or_where_the_interval_holds_100(dataset: Dataset) -> None:
    small = profile(dataset, classification="attribute:rare", segment="yes")
    assert small.n < 30
    assert not small.traits["claim"].any()
    assert not small.five_w["clear"].any()
    assert small.notices[0].code == "small_segment"
    for segment in ("town", "village"):
        traits = profile(dataset, classification="attribute:place", segment=segment).traits
        clear = traits[traits["claim"].astype(bool)]
        assert len(clear)
        assert ((clear["low"] > 100) | (clear["high"] < 100)).all()
        assert (clear[["n", "rest_n"]] >= 30).all(axis=None)
        assert (clear["p_adjusted"] < 0.05).all()


def test_what_nobody_else_has_is_told_though_it_has_no_index(dataset: Dataset, people: pd.DataFrame) -> None:
    result = profile(dataset, classification="attribute:place", segment="village")
    known, _ = in_view(people, Filters())
    farms = known.loc[known["place"] == "village", "family"] == "with a farm"
    row = result.five_w.set_index("value").loc["with a farm"]
    assert row["share"] == pytest.approx(farms.mean())
    assert row["rest_share"] == 0
    assert np.isnan(row["index"])
    assert row["clear"]
    # All of them live in a village, and nobody else does: that is what makes the segment.
    assert "village" not in set(result.five_w["value"])
    other = profile(dataset, classification="attribute:place", segment="town")
    assert "with a farm" not in set(other.five_w["value"])


def test_an_attribute_called_as_what_orders_tell_is_another_one(dataset: Dataset, people: pd.DataFrame) -> None:
    result = profile(dataset, classification="attribute:month", segment="early")
    traits = result.traits.groupby("attribute")
    assert set(traits.get_group("attribute:month")["value"]) == {"early", "late"}
    assert traits.get_group("attribute:month")["formed"].all()
    assert set(traits.get_group("month")["of"]) == {"orders"}
    assert not traits.get_group("month")["formed"].any()
    assert result.attributes["attribute"].is_unique


def test_the_khramatrix_counts_who_stood_where_and_bought_since(dataset: Dataset) -> None:
    days = 120
    result = profile(dataset, classification="region", segment="North", days=days)
    orders = order_table(log())
    begin = orders["day"].max() - pd.Timedelta(days=days)
    now, before = (View(orders, Filters(last=day.date())) for day in (orders["day"].max(), begin))
    steps_now, steps_before = (_steps(view) for view in (now, before))
    home_now, home_before = (_homes(dataset, Filters(last=view.as_of.date())) for view in (now, before))
    later = orders[(orders["day"] > begin) & (orders["customer"] != "")]
    bought = set(later[later["purchase"]]["customer"])
    brought = later.groupby("customer")["revenue"].sum() / 10_000
    for row in result.khramatrix.itertuples():
        there = [who for who, step in steps_before.items() if step == row.step and home_before[who] == row.segment]
        people = [who for who, step in steps_now.items() if step == row.step and home_now[who] == row.segment]
        acted = [who for who in there if who in bought]
        assert (row.people, row.before, row.acted) == (len(people), len(there), len(acted))
        assert row.revenue == pytest.approx(brought.reindex(acted).sum())
    assert result.khramatrix["people"].sum() == len(now.shown)
    assert result.by_orders
    assert not result.by_today


def _steps(view: View) -> dict[str, str]:
    """Thirds of recency and frequency, ties together."""
    bought = view.classed[view.classed["purchase"]]
    last, count = bought.groupby("customer")["day"].max(), bought.groupby("customer")["order"].nunique()
    recency, frequency = (3 * (one.rank(method="min") - 1) // len(one) for one in (last, count))
    names = ["indifference", "awareness", "comparison", "choice", "purchase"]
    grid = [[0, 0, 1], [1, 2, 3], [2, 3, 4]]
    return {who: names[grid[int(recency[who])][int(frequency[who])]] for who in last.index}


def _homes(dataset: Dataset, filters: Filters) -> dict[str, str]:
    made = classify(dataset, filters, "region")
    some = np.flatnonzero(made.codes >= 0)
    return dict(zip(dataset.customer_ids(some), np.array(made.labels)[made.codes[some]], strict=True))


def test_a_history_shorter_than_the_look_back_has_no_conversion(dataset: Dataset) -> None:
    short = profile(dataset, Filters(first=pd.Timestamp("2024-01-01").date()), days=730)
    assert (short.khramatrix["before"] == 0).all()
    assert short.khramatrix["conversion"].isna().all()
    assert short.khramatrix["people"].sum() > 0


def test_small_logs_have_a_profile_too(generated: Case) -> None:
    result = profile(generated.dataset)
    assert result.n + result.rest_n == result.segments["customers"].sum()
    assert len(result.customers) == result.n
    if result.rest_n == 0:
        assert result.traits.empty
        assert result.five_w.empty
    assert (result.traits["share"].between(0, 1)).all()


def test_a_segment_that_nobody_is_in_is_said(dataset: Dataset) -> None:
    with pytest.raises(BadParameterError, match="nobody is in a segment 'Atlantis' here; expected one of"):
        profile(dataset, classification="region", segment="Atlantis")
    with pytest.raises(BadParameterError, match="nobody is in a segment 'in' here"):
        profile(dataset, classification="rule:orders > 100000", segment="in")


@pytest.mark.parametrize(
    ("name", "axis"),
    [
        ("home_town", "geographic"),
        ("Sex", "demographic"),
        ("maritalStatus", "demographic"),
        ("пол", "demographic"),
        ("income_band", "socio_economic"),
        ("年龄", "demographic"),
        ("industry", "firm"),
        ("lifestyle", "psychographic"),
        ("value_social", "value"),
        ("usage", "other"),
        ("tariff", "other"),
    ],
)
def test_the_axis_of_an_attribute_is_told_by_its_name(name: str, axis: str) -> None:
    assert axis_of(name) == axis


def test_planted_firms_buy_office_goods_on_weekdays(sample: Case) -> None:
    result = profile(sample.dataset, classification="attribute:type", segment="firm")
    clear = result.five_w[result.five_w["clear"].astype(bool)].groupby("question")["value"].agg(list)
    assert {"Filing and folders", "Desk accessories", "Pens and markers"} <= set(clear["what"][:4])
    assert set(clear["when"]) & {"mon", "tue", "wed", "thu", "fri"}
    assert not set(clear["when"]) & {"sat", "sun"}
    assert "Field sales" in clear["where"]
    # What was planted for firms is no finding about people.
    assert not result.traits[result.traits["attribute"] == "sex"]["claim"].any()


def test_contents_and_attributes_are_kept_with_the_snapshot(dataset: Dataset, tmp_path: Path) -> None:
    folder = dataset.derived_folder
    assert folder is not None
    first = profile(dataset, FILTERED)
    again = profile(open_dataset(folder.parents[2], AccessScope.everything()), FILTERED)
    for name, table in first.tables().items():
        pd.testing.assert_frame_equal(table, again.tables()[name])
    assert {path.name.split("-")[0] for path in folder.glob("*.npz")} >= {"contents", "attributes"}
