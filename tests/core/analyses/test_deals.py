"""Deals end to end: scope, filters, as-of, too few, nothing; and the real pipeline against plain pandas, sklearn and statsmodels."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

from core.access import AccessScope, Dataset, open_dataset
from core.analyses.deals import DealsParams, DealsResult, run
from core.errors import EmptyViewError, MissingTableError
from core.export import to_json
from core.filters import Filters
from core.importing.importer import import_files
from core.ingest import ingest, parse_mapping
from core.snapshot import snapshot_folder
from tests.core.deals.logs import made
from tests.core.test_access import assert_close
from tests.helpers import make_log, publish_lines


def publish(folder: Path, deals: pd.DataFrame | None) -> Path:
    data = publish_lines(make_log(7), folder)
    if deals is not None:
        given = deals.assign(closed=pd.to_datetime(deals["closed"]))
        given.to_parquet(snapshot_folder(data) / "deals.parquet", index=False)
    return data


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("deals"), made())


@pytest.fixture(scope="module")
def dataset(data: Path) -> Dataset:
    return open_dataset(data, AccessScope.everything())


@pytest.fixture(scope="module")
def result(dataset: Dataset) -> DealsResult:
    return run(dataset, Filters(), DealsParams())


def test_deals_under_a_scope_are_deals_cut_to_it(data: Path, tmp_path: Path) -> None:
    scoped = open_dataset(data, AccessScope.only(region=("North",)))
    deals = made()
    alone = open_dataset(publish(tmp_path, deals[deals["region"] == "North"]), AccessScope.only(region=("North",)))
    found, expected = (
        json.loads(to_json("deals", one, Filters(), DealsParams(), run(one, Filters(), DealsParams())))["tables"]
        for one in (scoped, alone)
    )
    assert_close(found, expected)
    assert "South" not in json.dumps(found)


def test_the_grades_add_up(result: DealsResult) -> None:
    table = result.grades.set_index("grade").drop("B+C")
    assert table["deals"].sum() == len(result.deals) == 400
    closed = table.drop("open")
    assert closed[["deal_share", "revenue_share", "effort_share"]].sum().tolist() == pytest.approx([1, 1, 1])
    assert result.deals["grade"].value_counts().reindex(table.index, fill_value=0).tolist() == table["deals"].tolist()
    assert result.deals["why"].ne("").all()
    both = result.grades.set_index("grade").loc["B+C", ["deals", "effort_share"]]
    assert both.tolist() == pytest.approx(table.loc[["B", "C"], ["deals", "effort_share"]].sum().tolist())
    assert len(result.open) == table.loc["open", "deals"]
    assert set(result.say_no["deal_id"]) <= set(result.open["deal_id"])


def test_region_and_channel_are_the_deal_s_own_and_dates_those_of_opening(dataset: Dataset) -> None:
    deals = made()
    filters = Filters(region=("South", "(missing)"), channel=("Web",), first=date(2022, 1, 1), last=date(2022, 8, 31))
    inside = deals["opened"].between("2022-01-01", "2022-08-31")
    view = inside & (deals["region"] != "North") & (deals["channel"] == "Web")
    company = run(dataset, filters, DealsParams())
    assert sorted(company.deals["deal_id"]) == sorted(deals.loc[view, "deal_id"])
    assert company.as_of == date(2022, 8, 31)
    later = deals[view & (pd.to_datetime(deals["closed"]) > "2022-08-31")]["deal_id"]
    assert (company.deals.set_index("deal_id").loc[later, "outcome"] == "open").all()
    assert len(later)
    # Measured by all closed deals of the window, a deal keeps its grade whatever region is looked at.
    every = run(dataset, Filters(first=filters.first, last=filters.last), DealsParams()).deals.set_index("deal_id")
    own = company.deals.set_index("deal_id")
    assert own["grade"].astype(str).equals(every.loc[own.index, "grade"].astype(str))
    within = run(dataset, Filters(**{**vars(filters), "classes": "filter"}), DealsParams()).deals.set_index("deal_id")
    assert not within.loc[own.index, "effort"].equals(own["effort"])


def test_too_few_closed_deals_are_not_graded_and_none_is_an_error(dataset: Dataset, tmp_path: Path) -> None:
    few = run(dataset, Filters(last=date(2022, 1, 10)), DealsParams())
    assert 0 < few.closed < 20
    assert not few.enough
    assert few.deals["grade"].isna().all()
    assert few.grades.empty
    assert few.notices[-1].as_dict() == {"code": "too_few_closed", "closed": few.closed, "needed": 20}
    with pytest.raises(EmptyViewError, match="no deal was opened within this filter"):
        run(dataset, Filters(region=("Atlantis",)), DealsParams())
    without = open_dataset(publish(tmp_path / "none", None), AccessScope.everything())
    with pytest.raises(MissingTableError, match="there is no table of deals"):
        run(without, Filters(), DealsParams())
    one = open_dataset(publish(tmp_path / "one", made().head(1)), AccessScope.everything())
    assert run(one, Filters(), DealsParams()).shown == 1


def test_deals_of_which_little_is_told_still_have_every_table(tmp_path: Path) -> None:
    bare = made()[["deal_id", "opened", "closed", "outcome"]].assign(region=None, channel=None)
    found = run(open_dataset(publish(tmp_path, bare), AccessScope.everything()), Filters(), DealsParams())
    counts = found.grades.set_index("grade")["deals"]
    assert counts[["A", "D", "X", "other"]].sum() == 0
    assert found.told == {"opened"}
    assert found.price.empty
    assert found.model.empty
    assert set(found.open["todo"]) <= {"watch", "say_no"}
    assert to_json("deals", open_dataset(tmp_path, AccessScope.everything()), Filters(), DealsParams(), found)


def test_cycles_by_a_label_and_an_attribute_left_out(dataset: Dataset) -> None:
    found = run(dataset, Filters(), DealsParams(by="channel", leave_out="industry|region"))
    assert set(found.time["group"].dropna()) == {"Shop", "Web"}
    assert found.differences["group"].tolist()[1:] == ["Shop", "Web"]
    assert {"industry", "region"}.isdisjoint(found.level_of)
    assert set(found.attributes["attribute"]) == set(found.level_of)


# ---- A real pipeline of 20,000 deals

ACCOUNT = {"lookup": "Accounts.csv.gz", "column": "AccountSeq", "key": "AccountSeq"}
MAPPING = {
    "deals": {
        "file": "Opportunities.csv.gz",
        "account_id": "AccountSeq",
        "region": {**ACCOUNT, "value": "State or Province"},
        "industry": {**ACCOUNT, "value": "IndustrySeq"},
        "attributes": ["Purchase Process", "Decision Maker Identified"],
    }
}


@pytest.fixture(scope="module")
def real(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[DealsResult, pd.DataFrame, Dataset]:
    """The result, and the file as pandas reads it, with the grades by hand."""
    work, folder = tmp_path_factory.mktemp("work"), real_data / "regional_opportunities"
    files = [folder / f"{name}.csv.gz" for name in ("Opportunities", "Accounts")]
    clean = ingest(files, parse_mapping(MAPPING), work, needs_lines=False)
    data = publish_lines(make_log(7), tmp_path_factory.mktemp("real"))
    (snapshot_folder(data) / "deals.parquet").write_bytes(Path(str(clean.deals)).read_bytes())
    dataset = open_dataset(data, AccessScope.everything())
    found = run(dataset, Filters(), DealsParams())
    raw = pd.read_csv(folder / "Opportunities.csv.gz", parse_dates=["Opportunity Created On", "CloseDate"])
    raw["days"] = (raw["CloseDate"] - raw["Opportunity Created On"]).dt.days
    closed = raw["Status"] != "Open"
    last = max(raw["Opportunity Created On"].max(), raw.loc[closed, "CloseDate"].max())
    raw.loc[~closed, "days"] = (last - raw["Opportunity Created On"]).dt.days
    n = closed.sum()
    effort = (raw.loc[closed, "days"].rank() - 0.5) / n
    terms = (raw.loc[closed, "Discount"].rank(ascending=False) - 0.5) / n
    won = raw["Status"] == "Won"
    raw["grade"] = "not_gradable"
    raw.loc[~closed, "grade"] = "open"
    raw.loc[won, "grade"] = "B"
    raw.loc[won & (effort <= 0.5) & (terms >= 0.5), "grade"] = "A"
    raw.loc[closed & ~won & (effort > 0.5), "grade"] = "C"
    return found, raw.assign(id=raw["OpportunitySeq"].astype(str)).set_index("id").sort_index(), dataset


def test_all_20000_have_the_grade_that_pandas_gives_and_d_and_x_are_not_told(real) -> None:
    result, raw, _ = real
    own = result.deals.set_index("deal_id").sort_index()
    assert len(own) == 20_000
    assert own["grade"].astype(str).tolist() == raw["grade"].tolist()
    assert {"kind", "contacts", "changes", "margin"}.isdisjoint(result.told)
    assert result.grades.set_index("grade").loc[["D", "X", "other"], "deals"].sum() == 0


def test_figures_are_those_of_pandas_on_the_real_pipeline(real) -> None:
    result, raw, _ = real
    closed = raw[raw["grade"] != "open"]
    trap = closed["grade"].isin(["B", "C"])
    row = result.grades.set_index("grade").loc["B+C"]
    assert row["effort_share"] == pytest.approx(closed.loc[trap, "days"].sum() / closed["days"].sum())
    won = closed["Status"] == "Won"
    assert row["revenue_share"] == pytest.approx(closed.loc[trap & won, "Value"].sum() / closed.loc[won, "Value"].sum())
    for name, part in (("all", closed), ("without_bc", closed[~trap])):
        mine = result.conversion.set_index("group").loc[name]
        wins = part["Status"] == "Won"
        low, high = proportion_confint(wins.sum(), len(part), method="wilson")
        expected = [wins.mean(), low, high, part["days"].mean(), part["days"].median(), part.loc[wins, "Value"].mean()]
        names = ["conversion", "low", "high", "mean_days", "median_days", "mean_amount"]
        assert mine[names].astype(float).tolist() == pytest.approx(expected)
    stages = raw[raw["grade"] == "open"].groupby("Sales Stage")["Value"].agg(["size", "sum"])
    assert result.stages[["deals", "amount"]].to_numpy().tolist() == stages.to_numpy().tolist()
    assert result.price["deals"].sum() == len(closed)
    for one in result.price.itertuples():
        inside = closed["Value"].between(one.price_low, one.price_high)
        assert (inside.sum(), won[inside].sum()) == (one.deals, one.won)
    by = closed.groupby("Purchase Process")["grade"].agg(lambda grades: (grades == "A").mean())
    table = result.attributes[
        (result.attributes["target"] == "A") & (result.attributes["attribute"] == "Purchase Process")
    ]
    assert dict(zip(table["value"], table["rate"], strict=True)) == pytest.approx(by.to_dict())


def test_rates_and_lifts_by_every_attribute_of_the_files_are_those_of_pandas(real, real_data: Path) -> None:
    result, raw, _ = real
    accounts = pd.read_csv(real_data / "regional_opportunities" / "Accounts.csv.gz").set_index("AccountSeq")
    closed = raw[raw["grade"] != "open"]
    of = {
        "region": closed["AccountSeq"].map(accounts["State or Province"]),
        "industry": closed["AccountSeq"].map(accounts["IndustrySeq"]),
        "Purchase Process": closed["Purchase Process"],
        "Decision Maker Identified": closed["Decision Maker Identified"],
    }
    hits = {"won": closed["Status"] == "Won", "A": closed["grade"] == "A"}
    compared = 0
    for one in result.attributes[result.attributes["attribute"].isin(of)].itertuples():
        hit, values = hits[one.target], of[one.attribute]
        if one.attribute == "industry":
            # Numbers stand in quarters.
            low, high = map(int, one.value.split(" to "))
            inside = values.between(low, high)
        elif one.value == "(other)":
            same = result.attributes["attribute"] == one.attribute
            inside = ~values.isin(result.attributes.loc[same, "value"])
        else:
            inside = values.astype(str) == one.value
        assert (one.deals, one.hits) == (inside.sum(), hit[inside].sum())
        rate, rest = hit[inside].mean(), hit[~inside].mean()
        assert (one.rate, one.rest_rate, one.lift) == pytest.approx((rate, rest, rate / rest))
        compared += 1
    assert compared > 60


def test_the_cycle_is_that_of_statsmodels_survfunc(real) -> None:
    result, raw, _ = real
    expected = SurvfuncRight(raw["days"], (raw["grade"] != "open").astype(int))
    curve = result.time.set_index("day")["survival"]
    assert curve.reindex(expected.surv_times).tolist() == pytest.approx(list(expected.surv_prob))
    half = result.cycle[np.isclose(result.cycle["share"], 0.5)].iloc[0]
    assert half["days"] == expected.quantile(0.5)


def test_the_holdout_area_is_that_of_sklearn_s_logistic_regression(real) -> None:
    result, raw, dataset = real
    left_out = "region|industry|amount|earlier_wins"
    checks = run(dataset, Filters(), DealsParams(leave_out=left_out)).model.set_index("check")
    closed = raw[raw["grade"] != "open"]
    hit, opened = (closed["grade"] == "A").to_numpy(), closed["Opportunity Created On"]
    newest = (opened > opened.quantile(0.8, interpolation="higher")).to_numpy()
    x = pd.get_dummies(closed[["Purchase Process", "Decision Maker Identified"]].astype(str)).to_numpy(dtype=float)
    fitted = LogisticRegression(C=1.0, max_iter=1000, tol=1e-8).fit(x[~newest], hit[~newest])
    expected = roc_auc_score(hit[newest], fitted.decision_function(x[newest]))
    assert checks.loc["holdout", ["deals", "hits"]].tolist() == [newest.sum(), hit[newest].sum()]
    assert checks.loc["holdout", "auc"] == pytest.approx(expected)
    # With more attributes more is told, and the calibration holds every closed deal.
    assert result.model.set_index("check").loc["cross_validated", "low"] > checks.loc["cross_validated", "high"]
    assert result.calibration["deals"].sum() == len(closed)
    assert result.calibration["hits"].sum() == hit.sum()


def test_a_snapshot_can_be_made_of_deals_alone(tmp_path: Path) -> None:
    made().assign(closed=lambda frame: pd.to_datetime(frame["closed"])).to_csv(tmp_path / "deals.csv", index=False)
    data = tmp_path / "data"
    imported = import_files([tmp_path / "deals.csv"], data)
    assert (imported.info.lines, imported.info.buyers) == (0, 0)
    assert str(imported.info.first_day) == str(made()["opened"].min().date())
    dataset = open_dataset(data, AccessScope.everything())
    assert run(dataset, Filters(), DealsParams()).shown == 400
