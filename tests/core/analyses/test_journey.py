"""The journey against plain pandas, statsmodels' and lifelines' Kaplan-Meier, and by hand."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from core.access import AccessScope, Dataset, open_dataset
from core.analyses.journey import JourneyParams, run
from core.errors import BadParameterError, EmptyViewError, MissingTableError
from core.export import to_json
from core.filters import Filters
from core.journey.readiness import readiness
from core.journey.steps import STEPS
from tests.core.journey.logs import NAMES, TOP, climbs, funnel, give, make_touchpoints, purchase_days
from tests.helpers import cut, make_log, publish_lines

LINES = make_log(7, customers=40, orders=400)
CONTACTS = make_touchpoints(8, rows=2500, leads=600)
DAYS = 60
GOLDEN = Path(__file__).parents[2] / "golden" / "lifelines"
EVERYTHING = AccessScope.everything()


@pytest.fixture(scope="module")
def contacted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ages = pd.DataFrame({"customer_id": [f"c{k:03d}" for k in range(40)], "sex": ["f", "m"] * 20})
    return give(publish_lines(LINES, tmp_path_factory.mktemp("contacted"), customers=ages), CONTACTS)


@pytest.fixture(scope="module")
def dataset(contacted: Path) -> Dataset:
    return open_dataset(contacted, EVERYTHING)


VIEWS = {
    "everything": Filters(),
    "narrow": Filters(region=("North",), channel=("Web", "(missing)"), first=date(2022, 2, 1)),
    "earlier": Filters(last=date(2022, 11, 30)),
}


def in_view(filters: Filters, again: bool) -> tuple[pd.DataFrame, pd.Timestamp]:
    """The climbs that are followed, by plain pandas."""
    newest = max(CONTACTS["time"].max().normalize(), LINES["date"].max())
    last = pd.Timestamp(filters.last) if filters.last else newest
    found = climbs(CONTACTS, purchase_days(LINES), last)
    kept = found["again"] == again
    for name in ("region", "channel"):
        if filters.choices(name):
            kept &= found[name].isin(filters.choices(name))
    if filters.first:
        kept &= found["d0"] >= pd.Timestamp(filters.first)
    return found[kept].drop_duplicates("person_id"), last


@pytest.mark.parametrize("climb", ["first", "again"])
@pytest.mark.parametrize("view", VIEWS)
def test_the_funnel_is_that_of_plain_pandas_and_statsmodels(dataset: Dataset, view: str, climb: str) -> None:
    followed, last = in_view(VIEWS[view], climb == "again")
    found = run(dataset, VIEWS[view], JourneyParams(climb=climb, days=DAYS))
    rows = found.funnel.set_index("step")
    expected = funnel(followed, last, DAYS)
    assert rows.loc[list(STEPS), expected.columns].to_numpy().tolist() == expected.to_numpy().tolist()
    assert found.people == len(followed) == rows.loc["overall", "people"]
    ways = {STEPS[at]: (at, at + 1) for at in range(TOP)} | {"overall": (0, TOP)}
    for name, (before, after) in ways.items():
        here = followed[followed[f"d{before}"].notna()]
        event = here[f"d{after}"].notna()
        waited = (here[f"d{after}"].fillna(last) - here[f"d{before}"]).dt.days
        curve = SurvfuncRight(waited.clip(lower=0) + 1e-9, event)
        inside = curve.surv_times <= DAYS + 0.5
        share = 1 - curve.surv_prob[inside][-1] if inside.any() else 0.0
        assert rows.loc[name, "conversion"] == pytest.approx(share, abs=1e-9), name
        assert rows.loc[name, "low"] <= share <= rows.loc[name, "high"]


def test_kaplan_meier_of_a_step_is_that_of_lifelines(tmp_path: Path) -> None:
    counted = pd.read_csv(GOLDEN / "times.csv")
    times = counted.loc[counted.index.repeat(counted["count"])].reset_index(drop=True)
    longest = int(times["days"].max())
    # Those who went on begin with the records, the others so that they end with them.
    begin = np.where(times["event"] == 1, 0, longest - times["days"])
    first, person = pd.Timestamp("2020-01-01"), pd.Series([f"p{place:06d}" for place in range(len(times))])
    visits = pd.DataFrame({"person_id": person, "time": first + pd.to_timedelta(begin, unit="D"), "step": "Site visit"})
    went = times["event"] == 1
    moved = visits[went].assign(
        time=visits["time"] + pd.to_timedelta(times["days"], unit="D"), step="Products compared"
    )
    nothing = pd.Series([None] * (len(visits) + len(moved)), dtype="str")
    rows = pd.concat([visits, moved], ignore_index=True).assign(
        channel=nothing, region=nothing, cost=pd.array([None] * len(nothing), dtype="Int64")
    )
    rows["time"] = rows["time"].astype("datetime64[us]")
    order = {"order_id": ["o"], "customer_id": ["x"], "date": [first + pd.Timedelta(days=longest)], "amount": [1]}
    found = run(
        open_dataset(give(publish_lines(pd.DataFrame(order), tmp_path), rows), EVERYTHING), Filters(), JourneyParams()
    )
    golden = pd.read_csv(GOLDEN / "kaplan_meier.csv", keep_default_na=False).query("channel == ''")
    curve = found.time[(found.time["group"] == "awareness") & (found.time["events"] > 0)]
    for column in ("day", "at_risk", "events", "survival", "low", "high"):
        assert curve[column].tolist() == pytest.approx(golden[column].astype(float).tolist(), rel=1e-9), column


def test_a_group_has_the_figures_of_a_filter_on_it(dataset: Dataset) -> None:
    whole, params = run(dataset, Filters(), JourneyParams(days=DAYS)), JourneyParams(days=DAYS)
    columns = ["people", "went_on", "lost", "still_on_the_way", "conversion", "low", "high", "median_days"]
    for dimension, label in (("channel", "Mail"), ("region", "South"), ("channel", "(missing)")):
        alone = run(dataset, Filters(**{dimension: (label,)}), params).funnel
        rows = whole.by[(whole.by["dimension"] == dimension) & (whole.by["label"] == label)]
        expected = alone[alone["step"] != "purchase"].set_index("step")[columns]
        pd.testing.assert_frame_equal(rows.set_index("step")[columns], expected, check_dtype=False)
    sums = whole.by[whole.by["step"] == "overall"].groupby("dimension")["people"].sum()
    assert set(sums) == {whole.people}
    assert list(sums.index) == ["channel", "period", "region"]


def test_paths_and_flows_hold_everybody(dataset: Dataset) -> None:
    found = run(dataset, Filters(), JourneyParams(days=DAYS))
    assert found.paths["people"].sum() == found.people
    ends = found.paths.groupby("outcome")["people"].sum()
    whole = found.funnel.set_index("step").loc["overall"]
    assert ends.to_dict() == {
        "purchase": whole["went_on"],
        "lost": whole["lost"],
        "on_the_way": whole["still_on_the_way"],
    }
    flows = found.flows.groupby("stage")["people"].sum()
    assert flows["entry"] == found.people
    assert flows["exit"] == ends["lost"] + ends["on_the_way"]
    into = found.flows[found.flows["stage"] != "exit"].groupby("after")["people"].sum()
    out = found.flows[found.flows["stage"] != "entry"].groupby("before")["people"].sum()
    assert into.drop("purchase").to_dict() == out.to_dict()
    rules = found.rules.set_index("rule")["count"]
    assert (rules["ignored"], rules["unknown"]) == tuple((CONTACTS["step"] == name).sum() for name in ("Refund", "??"))
    assert rules["back"] == in_view(Filters(), False)[0]["back"].sum()


def test_readiness_is_where_customers_stand(dataset: Dataset, tmp_path: Path) -> None:
    found = run(dataset, Filters(), JourneyParams())
    made = readiness(dataset, Filters())
    assert made.labels == STEPS
    people = found.everybody.set_index("person_id")["step"]
    ids = pd.Index(dataset.customer_ids(np.arange(dataset.history.n_customers)))
    shown = [place for place, customer in enumerate(ids) if customer in people.index and made.codes[place] >= 0]
    assert len(shown) > 30
    assert [STEPS[made.codes[place]] for place in shown] == people[ids[shown]].tolist()
    assert readiness(open_dataset(publish_lines(LINES, tmp_path), EVERYTHING), Filters()) is None
    target = found.now[found.now["kind"] == "target"]
    assert target["people"].sum() == found.buyers
    assert found.now["people"].sum() == len(people)


def as_json(dataset: Dataset, **filters: Any) -> dict[str, Any]:
    params = JourneyParams(breakdown="attribute:sex")
    return json.loads(to_json("journey", dataset, Filters(**filters), params, run(dataset, Filters(**filters), params)))


@pytest.mark.parametrize(("dimension", "label"), [("region", "North"), ("channel", "Web")])
def test_under_a_scope_it_is_that_of_data_cut_to_it(
    contacted: Path, tmp_path: Path, dimension: str, label: str
) -> None:
    scoped = open_dataset(contacted, AccessScope.only(**{dimension: (label,)}))
    ages = pd.DataFrame({"customer_id": [f"c{k:03d}" for k in range(40)], "sex": ["f", "m"] * 20})
    alone = publish_lines(cut(LINES, **{dimension: label}), tmp_path, customers=ages)
    alone = open_dataset(give(alone, CONTACTS[CONTACTS[dimension] == label]), EVERYTHING)
    found, expected = as_json(scoped), as_json(alone)
    assert found["tables"] == expected["tables"]
    assert ("South" in json.dumps(found["tables"])) == (dimension == "channel")


def test_what_customers_became_is_shown_and_not_claimed(dataset: Dataset) -> None:
    kinds = {}
    for name in ("attribute:sex", "abc"):
        found = run(dataset, Filters(), JourneyParams(breakdown=name, days=DAYS))
        rows = found.by[found.by["dimension"] == name]
        assert set(rows["climb"]) == {"again"}
        kinds[name] = rows["p_value"].notna().any(), [notice.code for notice in found.notices]
    assert not kinds["abc"][0]
    assert "groups_are_outcomes" in kinds["abc"][1]
    assert "groups_are_outcomes" not in kinds["attribute:sex"][1]


def made_of(folder: Path, contacts: list[tuple[str, str, str]], **more: list[Any]) -> Dataset:
    table = pd.DataFrame(contacts, columns=["person_id", "time", "step"])
    table["time"] = pd.to_datetime(table["time"]).astype("datetime64[us]")
    nothing = pd.Series([None] * len(table), dtype="str")
    table = table.assign(channel=nothing, region=nothing, cost=pd.array([None] * len(table), dtype="Int64"), **more)
    order = pd.DataFrame(
        {"order_id": ["o"], "customer_id": ["a"], "date": [pd.Timestamp("2024-03-01")], "amount": [10_000]}
    )
    return open_dataset(give(publish_lines(order, folder), table), EVERYTHING)


def test_who_is_still_on_the_way_is_not_lost(tmp_path: Path) -> None:
    """Two went on after 5 days, one was silent for 40, and one began yesterday: of three known to their end, two."""
    contacts = [
        ("a", "2024-02-01", "Site visit"),
        ("a", "2024-02-06", "Products compared"),
        ("b", "2024-02-01", "Site visit"),
        ("b", "2024-02-06", "Products compared"),
        ("c", "2024-01-20", "Site visit"),
        ("d", "2024-02-29", "Site visit"),
    ]
    row = run(made_of(tmp_path, contacts), Filters(), JourneyParams(days=20)).funnel.iloc[0]
    assert row[["people", "went_on", "lost", "still_on_the_way"]].tolist() == [4, 2, 1, 1]
    # The one who began yesterday is out of sight before anybody goes on.
    assert (row["conversion"], row["median_days"]) == (pytest.approx(2 / 3), 5)
    short = run(made_of(tmp_path, contacts), Filters(), JourneyParams(days=365))
    assert np.isnan(short.funnel["conversion"].iloc[0])
    assert [notice.code for notice in short.notices] == ["journey_too_short"]


def test_what_is_said_is_laid_on_the_step(tmp_path: Path) -> None:
    contacts = [
        ("a", "2024-02-01", "Site visit"),
        ("a", "2024-02-10", "Basket filled"),
        ("b", "2024-02-03", "Basket filled"),
    ]
    dataset = made_of(tmp_path, contacts, worry=[None, "late", "late"])
    survey = pd.DataFrame(
        [("a", date(2024, 2, 5), "Asked", "price?"), ("a", date(2024, 2, 20), "asked", "4"), ("b", date(2024, 2, 1), "asked", "why?"),
         ("a", date(2024, 3, 9), "Asked", "when?")],
        columns=["customer_id", "date", "question", "answer"],
    )  # fmt: skip
    survey.to_parquet(next(tmp_path.glob("snapshots/*")) / "survey.parquet", index=False)
    found = run(dataset, Filters(last=date(2024, 3, 5)), JourneyParams())
    said = found.voices[found.voices["people"] > 0]
    told = list(zip(said["topic"], said["step"], said["answer"], said["people"], strict=True))
    # One answer alone tells no step from another, and so is no row: a trait needs two values.
    assert told == []
    wider = made_of(
        tmp_path / "wider", [*contacts, ("c", "2024-02-04", "Site visit")], worry=[None, "late", "late", "dear"]
    )
    said = run(wider, Filters(), JourneyParams()).voices.query("people > 0")
    told = list(zip(said["topic"], said["step"], said["answer"], said["people"], strict=True))
    assert told == [("pain", "awareness", "dear", 1), ("pain", "choice", "late", 2)]


def test_what_is_missing_is_said(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(MissingTableError, match="there is no table of touchpoints"):
        run(open_dataset(publish_lines(LINES, tmp_path), EVERYTHING), Filters(), JourneyParams())
    with pytest.raises(EmptyViewError):
        run(dataset, Filters(channel=("Fax",)), JourneyParams())
    with pytest.raises(BadParameterError, match="none of the names of steps"):
        run(
            dataset,
            Filters(),
            JourneyParams(steps=",".join(f"{name}:ignored" for name in NAMES if name != "Order placed")),
        )
    left = run(dataset, Filters(), JourneyParams(steps="Refund:choice,??:comparison"))
    assert not (left.names["step"] == "unknown").any()
    assert left.names.set_index("name").loc["Refund", ["step", "by"]].tolist() == ["choice", "own"]
