"""Targets against plain pandas and scipy: segments side by side, holdouts, and the effect of saved lists."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.stats import false_discovery_control

from core import analyses
from core.access import AccessScope, Dataset, open_dataset
from core.analyses.targets import TargetsParams, TargetsResult, run
from core.classifications import classify
from core.errors import AccessError, BadInputError, BadParameterError
from core.filters import Filters
from core.own_segments import FILE as OWN_FILE
from core.targets.effect import welch
from core.targets.growth import change_of
from core.targets.holdout import drawn
from core.targets.lists import FILE, TargetList, lists_in, remove, save
from core.targets.picks import read_picks, write_pick, write_picks
from tests.core.analyses.conftest import GENERATED
from tests.core.analyses.reference import UNIT, order_table
from tests.core.journey.logs import give, make_touchpoints
from tests.helpers import make_log, open_lines, publish_lines

MONTHS = 6
BOUGHT = "days_since_last_order <= 60"
OWN = '"Often, with = and ," = "orders >= 8"\n'


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    return make_log(11, customers=220, orders=2600, days=900)


class Given(Dataset):
    """A dataset whose tables of spending and of the market are made up here."""

    def spend(self) -> pd.DataFrame | None:
        day = np.arange(self.history.newest_day - 400, self.history.newest_day)
        channel = np.where(day % 3 == 0, "Web", np.where(day % 3 == 1, "Shop", None))
        return pd.DataFrame({"day": day, "channel": channel, "amount": np.int64(70 * UNIT)})

    def table(self, name: str) -> pd.DataFrame | None:
        if name != "market":
            return super().table(name)
        rows = [("Sex", "f", 0.6, "Rival"), ("Sex", "m", 0.4, "Rival"), ("Sex", "f", 0.1, "Other")]
        return pd.DataFrame(rows, columns=["attribute", "value", "share", "source"])


@pytest.fixture(scope="module")
def folder(lines: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    people = pd.DataFrame({"customer_id": [f"c{place:03d}" for place in range(220)]})
    people["sex"] = np.resize(["f", "m", "f", None], 220)
    people["newsletter"] = np.resize(["yes", "no", "Yes", None, "perhaps"], 220)
    data = publish_lines(lines, tmp_path_factory.mktemp("targets"), customers=people)
    (data / OWN_FILE).write_text(OWN)
    return data


@pytest.fixture(scope="module")
def given(folder: Path) -> Given:
    whole = open_dataset(folder, AccessScope.everything())
    return Given(whole._folder, whole.scope)


def told(dataset: Dataset, filters: Filters = Filters(), **params: Any) -> TargetsResult:  # noqa: B008
    return run(dataset, filters, TargetsParams(**{"months": MONTHS, **params}))


def labels_of(dataset: Dataset, filters: Filters, name: str) -> pd.Series:
    made = classify(dataset, filters, name)
    codes = pd.Series(made.codes, index=dataset.customer_ids(np.arange(dataset.history.n_customers)))
    return codes[codes >= 0].map(dict(enumerate(made.labels)))


@pytest.mark.parametrize("filters", [Filters(), Filters(region=("North",)), Filters(last=date(2024, 3, 10))])
@pytest.mark.parametrize("name", ["region", "attribute:sex", f"rule:{BOUGHT}"])
def test_size_change_and_stability_are_those_of_pandas(
    given: Given, lines: pd.DataFrame, filters: Filters, name: str
) -> None:
    result = told(given, filters, classification=name)
    table = result.segments[result.segments["classification"] == name].set_index("segment")
    rows = order_table(lines)
    rows = rows[rows["customer"] != ""]
    rows = rows[rows["region"].isin(filters.region)] if filters.region else rows
    end = pd.Timestamp(filters.last) if filters.last else lines["date"].max()
    middle, year = end - pd.DateOffset(months=MONTHS), end - pd.DateOffset(years=1)
    begin = year - pd.DateOffset(months=MONTHS)
    rows = rows[rows["day"] <= end]
    money = rows.groupby("customer")["revenue"].sum()
    last = rows[rows["day"] > middle].groupby("customer")["revenue"].sum()
    before = rows[(rows["day"] > begin) & (rows["day"] <= year)].groupby("customer")["revenue"].sum()
    now = labels_of(given, filters, name)
    # Where most purchases were at a date, and a rule without classes, need no cuts: so it is what a run at that date says.
    moves = not name.startswith("attribute")
    then = labels_of(given, replace(filters, last=year.date()), name) if moves else now
    customers = now.index.union(then.index)
    for label, row in table.iterrows():
        members, earlier = now.index[now == label], then.index[then == label]
        assert row["customers"] == len(members)
        assert row["revenue"] == pytest.approx(money.reindex(members, fill_value=0).sum() / UNIT)
        one = last.reindex(members).reindex(customers).fillna(0) / UNIT
        other = before.reindex(earlier).reindex(customers).fillna(0) / UNIT
        assert row["before"] == pytest.approx(other.sum())
        assert row["last"] == pytest.approx(one.sum())
        assert row["change"] == pytest.approx(one.sum() - other.sum())
        assert row["members_before"] == len(earlier)
        half = stats.norm.ppf(0.975) * np.sqrt(((one - other) ** 2).sum())
        assert row["change_high"] - row["change"] == pytest.approx(half)
        if name.startswith("rule") or (other > 0).sum() < 30:
            # A share of what a class brought that its customers came into says nothing of them; nor one of next to nobody.
            assert np.isnan(row["growth"])
        else:
            assert row["growth"] == pytest.approx(one.sum() / other.sum() - 1)
            assert row["growth_high"] - row["growth"] == pytest.approx(half / other.sum())
        if moves:
            assert row["stability_n"] == len(earlier)
            assert row["stability"] == pytest.approx((now.reindex(earlier) == label).mean())
    if not moves:
        assert table["stability"].isna().all()
    claimed = false_discovery_control(result.segments["change_p"].dropna()) <= 0.05
    big = result.segments["customers"] >= 30
    if big.all():
        assert result.segments["change_claim"].tolist() == claimed.tolist()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("region", "customers"),
        ("attribute:sex", "customers"),
        ("rule:sex = f and region = North", "customers"),
        ("rfm_segment", "class"),
        ("own:" + OWN.split('"')[1], "class"),
        ("rule:sex = f or abc = A", "today"),
        ("rule:margin > 10", "today"),
    ],
)
def test_a_change_is_of_customers_only_where_nobody_comes_in_by_what_they_buy(
    given: Given, name: str, kind: str
) -> None:
    assert change_of(given, name) == kind
    if kind == "today":
        result = told(given, classification=name)
        assert (
            result.segments.loc[result.segments["change_of"] == kind, ["change", "growth", "stability"]]
            .isna()
            .all(axis=None)
        )
        assert result.notices[0].code == "change_not_known"


def test_a_region_that_opened_since_had_nobody_a_year_ago(lines: pd.DataFrame, tmp_path: Path) -> None:
    """Plain pandas: all that its customers brought is more than before, and none of them was in a class then."""
    opened = lines["date"] > lines["date"].max() - pd.DateOffset(months=4)
    fresh = lines.assign(region=lines["region"].mask(opened & (lines["region"] == "North"), "Fresh"))
    # Orders of one number are one order of their first day.
    fresh = fresh[fresh["order_id"] != "o0000"]
    filters = Filters(region=("Fresh",))
    table = told(open_lines(fresh, tmp_path), filters, classification=f"rule:{BOUGHT}").segments
    rows = order_table(fresh)
    money = rows[(rows["region"] == "Fresh") & (rows["customer"] != "")].groupby("customer")["revenue"].sum()
    assert table["members_before"].tolist() == [0]
    assert (table["before"] == 0).all()
    assert table["last"].sum() <= money.sum() / UNIT
    assert table["change"].tolist() == table["last"].tolist()
    assert table["stability_n"].tolist() == [0]


def test_segments_by_a_rule_say_what_a_reader_must_know_of_it(given: Given) -> None:
    codes = {
        params["classification"]: [one.code for one in told(given, **params).notices]
        for params in (
            {"classification": "rule:sex = f", "picks": ""},
            {"classification": "region", "picks": "rule:sex = f=in".replace(" =", " %3D", 1)},
            {"classification": "abc", "picks": "region=North"},
        )
    }
    assert "only_demographics" in codes["rule:sex = f"]
    assert codes["region"].count("only_demographics") == 1
    assert "only_demographics" not in codes["abc"]


def test_value_margin_and_income_per_unit_spent(given: Given, lines: pd.DataFrame) -> None:
    result = told(given)
    model = analyses.load("ltv")
    values = model.run(given, Filters(), model.params()).customers.set_index("customer")["clv"]
    labels = classify(given, Filters(), "rfm_segment")
    segment = pd.Series(np.array(labels.labels)[labels.codes[values.index]], index=values.index)
    table = result.segments[result.segments["classification"] == "rfm_segment"].set_index("segment")
    assert table["ltv"].to_dict() == pytest.approx(values.groupby(segment).mean().to_dict(), abs=1e-4)
    rows = order_table(lines)
    margin = rows[rows["customer"] != ""].groupby("customer")["margin"].sum() / UNIT
    own = pd.Series(given.customer_ids(values.index.to_numpy()), index=values.index).map(margin)
    assert table["margin"].to_dict() == pytest.approx(own.groupby(segment).sum().to_dict())
    # Spending is laid on purchases elsewhere; here, that it is set against margin with Cochran's interval.
    assert table["per_spend"].to_numpy() == pytest.approx((table["margin"] / table["spend"]).to_numpy())
    assert (table["per_spend_low"] < table["per_spend"]).sum() >= len(table) - 1


def test_reach_and_market_are_of_those_known(given: Given) -> None:
    result = told(given, classification="attribute:sex")
    table = result.segments.set_index("segment")
    people = given.attributes()
    sex = people["sex"].fillna("(missing)")
    in_view = labels_of(given, Filters(), "attribute:sex")
    assert (result.reach_basis, result.reach_attribute, result.market_source) == ("consent", "newsletter", "Rival")
    people.index = given.customer_ids(np.arange(len(people)))
    sex.index = people.index
    answer = people.loc[in_view.index, "newsletter"].str.lower()
    for label in ("f", "m", "(missing)"):
        asked = answer[(sex == label)[in_view.index]]
        asked = asked[asked.isin(["yes", "no"])]
        assert table.loc[label, "reach_n"] == len(asked)
        assert table.loc[label, "reach"] == pytest.approx((asked == "yes").mean())
    share = (sex[in_view.index] == "f").sum() / (sex[in_view.index] != "(missing)").sum()
    assert table.loc["f", "market_index"] == pytest.approx(100 * share / 0.6)
    assert np.isnan(table.loc["(missing)", "market_index"])


@pytest.mark.parametrize("filters", [Filters(), Filters(region=("North",))], ids=["all", "north"])
def test_without_an_answer_reach_is_a_contact_or_a_purchase_of_the_last_months(
    tmp_path: Path, filters: Filters
) -> None:
    """Plain pandas, customer by customer: all contacts count, purchases where their channel is known."""
    lines, contacts = make_log(7), make_touchpoints(3)
    lines.loc[lines.index % 5 == 0, "channel"] = None
    given = open_dataset(give(publish_lines(lines, tmp_path), contacts), AccessScope.everything())
    result = told(given, filters, classification="channel")
    end = lines["date"].max()
    begin = end - pd.DateOffset(months=MONTHS)
    orders = order_table(lines)
    orders = orders[orders["purchase"] & (orders["day"] > begin)]
    day = contacts["time"].dt.normalize()
    contacts = contacts[(day > begin) & (day <= end)].assign(channel=contacts["channel"].fillna("(missing)"))
    if filters.region:
        orders, contacts = (rows[rows["region"] == "North"] for rows in (orders, contacts))
    through = {
        channel: {*orders.loc[orders["channel"] == channel, "customer"]}
        | {*contacts.loc[contacts["channel"] == channel, "person_id"]}
        for channel in ("Mail", "Shop", "Web")
    }
    reached = set.union(*through.values(), set(contacts["person_id"]))
    now = labels_of(given, filters, "channel")
    assert result.reach_basis == "contact"
    table = result.segments[result.segments["classification"] == "channel"].set_index("segment")
    for label, row in table.iterrows():
        members = set(now.index[now == label])
        assert row["reach"] == pytest.approx(len(members & reached) / len(members))
        met = result.channels[result.channels["key"] == row["key"]].set_index("channel")["customers"].to_dict()
        assert met == {channel: n for channel, who in through.items() if (n := len(members & who))}
    assert result.channels["share"].between(result.channels["low"], result.channels["high"]).all()


def test_picks_of_several_classifications_have_each_customer_once(given: Given, folder: Path) -> None:
    own = "own:" + OWN.split('"')[1]
    picks = [("rfm_segment", "champions"), (own, "in"), ("region", "North")]
    keys = [write_pick(*pick) for pick in picks]
    assert read_picks(write_picks(keys)) == tuple(picks)
    result = told(given, picks=write_picks(keys), share=0.3, campaign="Spring")
    members = [
        labels_of(given, Filters(), name).loc[lambda one, label=label: one == label].index for name, label in picks
    ]
    for row in result.overlaps.itertuples():
        one, other = (set(members[keys.index(key)]) for key in (row.first, row.second))
        assert row.customers == len(one & other)
        assert row.share_of_first == pytest.approx(len(one & other) / len(one))
    chosen = given.with_ids(result.customers)
    assert chosen["customer_id"].is_unique
    assert set(chosen["customer_id"]) == set().union(*members)
    first = {who: keys[place] for place in reversed(range(3)) for who in members[place]}
    assert dict(zip(chosen["customer_id"], chosen["list"].astype(str), strict=True)) == first
    times = pd.Series(np.concatenate(members)).value_counts() - 1
    assert chosen.set_index("customer_id")["also_in"].sort_index().tolist() == times.sort_index().tolist()
    # Those held out can be told from id and name alone.
    for key, rows in chosen.groupby("list", observed=True):
        again = drawn(rows["customer_id"].to_numpy()[::-1], f"Spring/{key}", 0.3)[::-1]
        assert rows["holdout"].tolist() == again.tolist()
    assert result.segments["picked"].sum() == 3


def test_the_same_list_holds_out_the_same_and_another_name_others() -> None:
    ids = np.array([f"c{place}" for place in range(20_000)], dtype=object)
    held = drawn(ids, "a", 0.1)
    assert (drawn(ids[5000:], "a", 0.1) == held[5000:]).all()
    assert (held <= drawn(ids, "a", 0.2)).all()
    assert stats.binomtest(int(held.sum()), 20_000, 0.1).pvalue > 0.01
    both = int((held & drawn(ids, "b", 0.1)).sum())
    assert stats.binomtest(both, 20_000, 0.01).pvalue > 0.01
    assert not drawn(ids, "a", 0.0).any()
    assert not len(drawn(ids[:0], "a", 0.5))


@pytest.mark.parametrize("picks", ["champions", "=x", "region=North,region=South,abc=A,abc=B,abc=C", "region=Atlantis"])
def test_picks_that_cannot_be_used_are_said(given: Given, picks: str) -> None:
    with pytest.raises(BadParameterError):
        told(given, picks=picks)


def test_a_saved_list_is_measured_as_scipy_does_when_the_next_snapshot_comes(
    lines: pd.DataFrame, tmp_path: Path
) -> None:
    until = pd.Timestamp("2024-01-31")
    data = publish_lines(lines[lines["date"] <= until], tmp_path)
    whole = AccessScope.everything()
    first = open_dataset(data, whole)
    result = told(first, picks="region=North,region=South", share=0.4, campaign="Spring")
    rows = first.with_ids(result.customers[["customer", "list", "holdout"]]).astype({"list": str})
    gone = pd.DataFrame({"customer_id": ["nobody"], "list": ["region=North"], "holdout": [False]})
    made = TargetList("Spring", until.date(), first.info.version, 0.4, result.picks, "")
    save(data, made, pd.concat([rows, gone]))
    waiting = told(open_dataset(data, whole)).effect
    assert waiting["difference"].isna().all()
    assert not waiting["claim"].any()
    # The next snapshot: those written to in the North spend much more.
    treated = rows.loc[(rows["list"] == "region=North") & ~rows["holdout"], "customer_id"]
    lift = pd.DataFrame({"order_id": [f"x{one}" for one in treated], "customer_id": treated.to_numpy()})
    lift = lift.assign(
        date=pd.Timestamp("2024-03-03"), amount=np.int64(900 * UNIT), cost=0, region="South", channel="Web"
    )
    publish_lines(grown := pd.concat([lines, lift], ignore_index=True), data)
    effect = told(open_dataset(data, whole)).effect.set_index("segment")
    orders = order_table(grown)
    since = orders[orders["day"] > until].groupby("customer")["revenue"].sum() / UNIT
    p = {}
    for key, row in effect.iterrows():
        sides = [
            rows.loc[(rows["list"] == key) & (rows["holdout"] == out), "customer_id"].map(since).fillna(0)
            for out in (False, True)
        ]
        test = stats.ttest_ind(*sides, equal_var=False)
        interval = test.confidence_interval(0.95)
        assert (row["treated"], row["holdout"]) == (len(sides[0]), len(sides[1]))
        expected = (sides[0].mean(), sides[1].mean(), sides[0].mean() - sides[1].mean(), interval.low, interval.high)
        assert tuple(row[["treated_mean", "holdout_mean", "difference", "low", "high"]]) == pytest.approx(expected)
        p[key] = test.pvalue
        assert row["p"] == pytest.approx(test.pvalue)
    enough = effect.index[effect[["treated", "holdout"]].min(axis=1) >= 30]
    adjusted = dict(zip(enough, false_discovery_control([p[key] for key in enough]), strict=True))
    assert effect["claim"].to_dict() == {key: adjusted.get(key, 1.0) <= 0.05 for key in effect.index}
    assert effect.loc["region=North", "claim"]
    assert effect.loc["region=North", "unknown"] == 1
    # A narrowed scope sees no list, and can't ask for its customers.
    part = open_dataset(data, AccessScope.only(region=("North",)))
    assert told(part).lists.empty
    with pytest.raises(AccessError):
        part.target_customers(lists_in(data)[0])


def test_lists_are_kept_by_name_and_taken_away(tmp_path: Path) -> None:
    rows = pd.DataFrame({"customer_id": ["c1"], "list": ["region=North"], "holdout": [True]})
    made = TargetList('Say "hi" – весна', date(2024, 1, 31), 3, 0.1, ("region=North", "own:a%2Cb=in"), "")
    save(tmp_path, made, rows)
    (kept,) = lists_in(tmp_path)
    assert replace(kept, file="") == made
    pd.testing.assert_frame_equal(kept.rows(tmp_path), rows, check_dtype=False)
    for wrong in (made, replace(made, name=""), replace(made, name="two\nlines")):
        with pytest.raises(BadParameterError):
            save(tmp_path, wrong, rows)
    with pytest.raises(BadParameterError):
        save(tmp_path, replace(made, name="empty"), rows.head(0))
    remove(tmp_path, made.name)
    assert lists_in(tmp_path) == ()
    assert not list((tmp_path / "targets").iterdir())
    whole = 'name = "x"\nas_of = 2024-01-31\nsnapshot = 3\nshare = 0.1\nfile = "x"\n'
    for broken in ('name = "x"\n', f'{whole}segments = ["North"]\n', f'{whole}segments = ["a=b,c=d"]\n'):
        (tmp_path / FILE).write_text(f"[[list]]\n{broken}")
        with pytest.raises(BadInputError):
            lists_in(tmp_path)


def test_welch_with_little_says_nothing() -> None:
    one, none = np.array([3.0]), np.zeros(0)
    assert np.isnan(welch(one, none)).all()
    assert welch(one, one - 1)[0] == 1
    assert np.isnan(welch(one, one - 1)[1:]).all()
    assert np.isnan(welch(np.full(5, 2.0), np.full(5, 1.0))[1:]).all()


@pytest.mark.parametrize("name", ["one_order", "one_customer", "two_equal_customers", "nobody_known_but_one"])
def test_very_little_data_claim_nothing(name: str, tmp_path: Path) -> None:
    dataset = open_lines(GENERATED[name](), tmp_path)
    result = told(dataset, classification="region", picks="region=North", share=0.5)
    assert not result.segments["change_claim"].any()
    assert len(result.customers) == result.n
    assert {notice.code for notice in result.notices} >= {"no_value_model", "small_pick"}
    if name == "one_order":
        assert result.segments[["growth", "change"]].isna().all(axis=None)
