"""Interviews against plain pandas: who may be invited, who is drawn, who answered, and what the guide asks for which reason."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.access import AccessScope, Dataset, open_dataset
from core.analyses.interviews import InterviewsParams, InterviewsResult, run
from core.classifications import classify
from core.errors import BadParameterError
from core.filters import Filters
from core.interviews.guide import MOST, Known, guide
from core.snapshot import snapshot_folder
from core.targets.lists import TargetList, save
from tests.helpers import make_log, open_lines, publish_lines

IDS = [f"c{place:03d}" for place in range(220)]
EVERYBODY = {"n": 2000, "months": 6, "classification": "attribute:type", "segment": "person", "strata": "region"}


def people() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"customer_id": IDS, "type": np.resize(["person"] * 4 + ["firm"], 220)})
    person = frame["type"] == "person"
    frame["sex"] = pd.Series(rng.choice(["f", "m"], 220)).where(person)
    frame["income"] = pd.Series(rng.choice(["low", "high"], 220)).where(person & (rng.random(220) < 0.6))
    frame["industry"] = pd.Series(rng.choice(["shops", "schools"], 220)).where(~person)
    frame["religion"] = pd.Series(rng.choice(["a", "b"], 220)).where(rng.random(220) < 0.5)
    frame["newsletter"] = np.resize(["yes", "no", "Yes", None, "perhaps"], 220)
    frame["do_not_contact"] = np.where(np.arange(220) % 11 == 0, "Yes", "no")
    return frame


def answers(lines: pd.DataFrame) -> pd.DataFrame:
    """Two in three customers, long ago or lately, women more than men; all say that they buy where they do not."""
    most = (
        lines[lines["amount"] > 0]
        .drop_duplicates("order_id")
        .groupby("customer_id")["channel"]
        .agg(lambda x: x.mode()[0])
    )
    rows, sex = [], people()["sex"]
    for place, name in enumerate(IDS):
        if place % 3 == 1 or (place % 2 and sex[place] == "m"):
            continue
        when = date(2024, 4, 20) if place % 4 == 0 else date(2023, 1, 5)
        other = "Shop" if most.get(name) == "Web" else "Web"
        rows += [(name, when, "usual_channel", other), (name, when, "motive", ["price", "joy"][place % 5 == 0])]
        rows += [(name, when, "quote", "I wait.")] * (place % 7 == 0)
    rows.append((None, date(2024, 4, 20), "motive", "anonymous"))
    return pd.DataFrame(rows, columns=["customer_id", "date", "question", "answer"])


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    return make_log(11, customers=220, orders=2600, days=900)


@pytest.fixture(scope="module")
def folder(lines: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = publish_lines(lines, tmp_path_factory.mktemp("interviews"), customers=people())
    answers(lines).to_parquet(snapshot_folder(data) / "survey.parquet", index=False)
    kept = pd.DataFrame({"customer_id": IDS[:60], "list": "region=North", "holdout": np.arange(60) % 4 == 1})
    save(data, TargetList("Spring", date(2024, 1, 1), 1, 0.25, ("region=North",), ""), kept)
    return data


@pytest.fixture(scope="module")
def dataset(folder: Path) -> Dataset:
    return open_dataset(folder, AccessScope.everything())


@pytest.fixture(scope="module")
def everybody(dataset: Dataset) -> InterviewsResult:
    return run(dataset, Filters(), InterviewsParams(**EVERYBODY))


def members(dataset: Dataset, name: str, label: str) -> list[str]:
    made = classify(dataset, Filters(), name)
    return dataset.customer_ids(made.members(label)).tolist()


def test_who_may_be_invited_is_what_pandas_says(
    dataset: Dataset, everybody: InterviewsResult, lines: pd.DataFrame
) -> None:
    own = people().set_index("customer_id").loc[members(dataset, "attribute:type", "person")]
    place = np.array([int(name[1:]) for name in own.index])
    refused = (own["newsletter"].str.lower() == "no") | (own["do_not_contact"] == "Yes")
    held = ~refused & (place < 60) & (place % 4 == 1)
    since = lines["date"].max() - pd.DateOffset(months=6)
    rows = answers(lines)
    late = rows.loc[pd.to_datetime(rows["date"]) > since, "customer_id"]
    asked = ~refused & ~held & own.index.isin(late)
    told = everybody.left_out.set_index("reason")["customers"]
    assert told.to_dict() == {"refused": refused.sum(), "held_out": held.sum(), "asked_lately": asked.sum()}
    assert told.min() > 0
    able = own.index[~(refused | held | asked)]
    named = dataset.with_ids(everybody.customers)
    assert sorted(named["customer_id"]) == sorted(able)
    assert set(named["role"]) == {"invited"}
    never = run(dataset, Filters(), InterviewsParams(**{**EVERYBODY, "months": 0}))
    assert never.left_out["customers"].tolist() == [refused.sum(), held.sum(), 0]


def test_strata_are_the_classes_of_the_segment(dataset: Dataset) -> None:
    result = run(dataset, Filters(), InterviewsParams(**{**EVERYBODY, "n": 20, "least": 3, "reserve": 2}))
    own = set(members(dataset, "attribute:type", "person"))
    strata = result.strata.set_index("stratum")
    assert strata["customers"].to_dict() == {
        label: size
        for label in classify(dataset, Filters(), "region").labels
        if (size := len(own & set(members(dataset, "region", label))))
    }
    assert strata["invited"].sum() == 20
    assert strata["invited"].min() >= 3
    assert strata["share"].sum() == pytest.approx(1) == pytest.approx(strata["expected_share"].sum())
    assert (strata["reserve"] == np.minimum(2 * strata["invited"], strata["able"] - strata["invited"])).all()
    counted = pd.crosstab(result.customers["stratum"], result.customers["role"])
    assert counted.loc[strata.index, "invited"].tolist() == strata["invited"].tolist()
    assert counted.loc[strata.index, "reserve"].tolist() == strata["reserve"].tolist()
    for _, rows in result.customers.groupby("stratum", observed=True):
        assert rows["place"].tolist() == list(range(1, len(rows) + 1))


def test_lots_depend_on_the_round_and_on_nobody_else(dataset: Dataset, lines: pd.DataFrame, tmp_path: Path) -> None:
    params = InterviewsParams(classification="attribute:type", segment="firm", strata="attribute:type", n=8, reserve=0)

    def drawn(data: Dataset, **changed: Any) -> list[str]:
        return data.with_ids(run(data, Filters(), replace(params, **changed)).customers)["customer_id"].tolist()

    assert drawn(dataset, n=16)[:8] == drawn(dataset)
    assert drawn(dataset, campaign="autumn") != drawn(dataset)
    # Other customers, other codes, another order of lines; the same lots.
    fewer = lines[lines["customer_id"] != "c000"].sample(frac=1, random_state=1)
    other = open_lines(fewer, tmp_path, customers=people())
    able = set(drawn(dataset, n=2000))
    both = [name for name in drawn(other, n=2000) if name in able]
    assert both == [name for name in drawn(dataset, n=2000) if name in set(both)]


def test_who_answered_and_who_did_as_they_said_are_those_of_pandas(
    dataset: Dataset, everybody: InterviewsResult, lines: pd.DataFrame
) -> None:
    own = people().set_index("customer_id").loc[members(dataset, "attribute:type", "person")]
    rows = answers(lines)
    heard = own.index.isin(rows["customer_id"])
    assert everybody.n_respondents == heard.sum()
    row = everybody.respondents.query("attribute == 'sex' and value == 'f'").iloc[0]
    share, rest = ((own.loc[some, "sex"] == "f").mean() for some in (heard, ~heard))
    assert (row["share"], row["rest_share"], row["n"]) == (pytest.approx(share), pytest.approx(rest), heard.sum())
    said = rows[(rows["question"] == "usual_channel") & rows["customer_id"].isin(own.index)]
    assert len(everybody.said)
    for row in everybody.said.itertuples(index=False):
        assert row.n == (said["answer"] == row.said).sum()
        assert row.did < 0.5
    assert everybody.words["answer"].tolist() == ["I wait."]


def test_the_guide_asks_what_the_data_contradict_and_leave_open(dataset: Dataset, everybody: InterviewsResult) -> None:
    own = people().set_index("customer_id").loc[members(dataset, "attribute:type", "person")]
    rows = everybody.guide.set_index("question")
    assert 12 <= len(rows) <= MOST
    assert rows.index.is_unique
    assert rows["place"].tolist() == list(range(1, len(rows) + 1))
    assert rows["section"].iloc[0] == "opening"
    assert rows["section"].iloc[-1] == "close"
    assert rows.loc["usual_channel", "reason"] == "contradiction"
    assert rows.loc["income", "reason"] == "unknown"
    assert rows.loc["income", "share"] == pytest.approx(own["income"].isna().mean())
    # Known of nobody of them, or nobody's business.
    assert not {"industry", "religion"} & set(rows.index)
    assert rows.loc["motive", "reason"] == "known"
    assert (rows.loc["motive", "choices"], rows.loc["benefit", "reason"]) == ("price | joy", "few")
    firms = run(dataset, Filters(), InterviewsParams(**{**EVERYBODY, "segment": "firm"}))
    assert firms.audience == "firm"
    assert {"told_payment", "told_delivery", "told_reliability", "decider", "adviser"} <= set(firms.guide["question"])
    mixed = run(dataset, Filters(), InterviewsParams(classification="region", segment="North"))
    assert [one.code for one in mixed.notices] == ["mixed_audience"]


NOTHING = Known(
    "person",
    {},
    pd.DataFrame(columns=["question", "said", "n", "did", "low", "high", "of"]),
    pd.DataFrame(columns=["attribute", "value", "share", "rest_share", "of", "n", "claim", "index"]),
    pd.DataFrame(columns=["attribute", "question", "share", "n"]),
    {},
)


def test_without_any_data_there_is_a_guide_and_of_many_reasons_only_so_many_are_asked() -> None:
    for kind in ("person", "firm"):
        found = guide(replace(NOTHING, kind=kind))
        assert 12 <= len(found) <= MOST
        assert set(found["reason"]) == {"few", "open"}
        assert not found["n"].any()
    telling = ("category", "month", "channel", "bargains", "lot")
    traits = pd.DataFrame(
        {"attribute": telling, "value": "x", "share": 0.5, "rest_share": 0.2, "of": "orders", "n": 90}
    )
    unknown = pd.DataFrame({"attribute": list("abc"), "question": list("abc"), "share": 0.5, "n": 90})
    known = replace(NOTHING, kind="firm", traits=traits.assign(claim=True, index=250.0), unknown=unknown)
    found = guide(known)
    assert len(found) == MOST
    assert found["reason"].value_counts()[["stands_out", "unknown"]].tolist() == [2, 1]
    alone = guide(replace(known, traits=traits.assign(claim=True, index=np.nan, rest_share=0.0)))
    assert alone["reason"].eq("stands_out").sum() == 2
    assert guide(replace(known, traits=traits.assign(claim=False, index=250.0)))["reason"].ne("stands_out").all()


def test_who_is_in_two_minds_contradicts_nothing_and_who_says_no_does_so_by_buying() -> None:
    rows = [("buy_again", "low", 60, 0.9, 0.8, 0.95, "x"), ("buy_again", "middle", 60, 0.1, 0.05, 0.2, "x")]
    said = pd.DataFrame(rows, columns=NOTHING.said.columns)
    row = guide(replace(NOTHING, said=said)).set_index("question").loc["buy_again"]
    assert (row["reason"], row["value"], row["share"]) == ("contradiction", "low", pytest.approx(0.1))
    agrees = said.assign(did=[0.1, 0.1], low=[0.05, 0.05], high=[0.2, 0.2])
    assert guide(replace(NOTHING, said=agrees)).set_index("question").loc["buy_again", "reason"] == "few"


def test_one_customer_and_a_segment_of_nobody(tmp_path: Path) -> None:
    one = pd.DataFrame(
        {"order_id": ["o"], "customer_id": ["a"], "date": [pd.Timestamp("2024-01-01")], "amount": [10_000]}
    )
    dataset = open_lines(one, tmp_path)
    result = run(dataset, Filters(), InterviewsParams())
    assert (result.n, result.needed, result.margin_of_list, len(result.customers)) == (1, 1, 0.0, 1)
    assert [notice.code for notice in result.notices] == ["fewer_to_invite"]
    assert result.respondents.empty
    with pytest.raises(BadParameterError, match="nobody is in a segment 'x' here"):
        run(dataset, Filters(), InterviewsParams(segment="x"))
