"""Personas of the sample, where it is known what was planted, and of real buyers."""

from pathlib import Path

import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from core.access import AccessScope, Dataset, open_dataset
from core.analyses.personas import PersonasParams, PersonasResult, run
from core.filters import Filters
from dashboard.topics import portraits
from tests.conftest import SAMPLE
from tests.core.analyses.real import online_retail
from tests.core.personas.planted import named
from tests.helpers import open_lines


@pytest.fixture(scope="module")
def sample(sample_data: Path) -> tuple[Dataset, PersonasResult]:
    dataset = open_dataset(sample_data, AccessScope.everything())
    return dataset, run(dataset, Filters(), PersonasParams(potential="with"))


@pytest.fixture(scope="module")
def planted(sample: tuple[Dataset, PersonasResult]) -> pd.Series:
    truth = pd.read_parquet(SAMPLE / "truth" / "customers.parquet").set_index("customer_id")["persona"]
    return truth.reindex(named(*sample).index)


def test_planted_personas_are_recovered_of_all_buyers_and_nearly_to_the_man_of_those_with_two_orders(
    sample: tuple[Dataset, PersonasResult], planted: pd.Series
) -> None:
    customers = sample[0].with_ids(sample[1].customers).set_index("customer_id")
    for kind, of_all, of_two in (("person", 0.8, 0.93), ("firm", 0.9, 0.97)):
        own = customers["kind"] == kind
        persona = customers["persona"].astype(str)
        assert adjusted_rand_score(planted[own], persona[own]) > of_all
        own &= customers["orders"] >= 2
        assert adjusted_rand_score(planted[own], persona[own]) > of_two


def test_the_personas_of_the_sample_hold_what_was_planted(
    sample: tuple[Dataset, PersonasResult], planted: pd.Series
) -> None:
    dataset, result = sample
    persona = named(dataset, result)
    assert set(result.kinds["kind"]) == {"person", "firm"}
    assert result.verdict in ("natural", "constructive")
    assert result.agreement > 0.8
    # The firms that come back like clockwork are a persona of their own, and the core of the firms.
    office = persona[planted == "office_restocker"].mode().iloc[0]
    assert (planted[persona == office] == "office_restocker").mean() > 0.9
    assert result.personas.set_index("persona").loc[office, ["kind", "role"]].tolist() == ["firm", "core"]
    proof = result.evidence[result.evidence["persona"] == office].set_index(["attribute", "value"])
    assert proof.loc[("industry", "office services"), "low"] > 150
    assert proof.loc[("need", "everyday supplies"), "share"] > 0.7
    assert proof.loc[("motive", "keep things running"), "share"] > 0.6
    hunters = persona[planted == "bargain_hunter"].mode().iloc[0]
    said = result.evidence[(result.evidence["persona"] == hunters) & (result.evidence["attribute"] == "criterion")]
    assert said["value"].tolist() == ["price"]
    pains = result.words[(result.words["persona"] == hunters) & (result.words["question"] == "pain")]
    assert pains["answer"].iloc[0] == "Postage eats up the discount"


def test_every_sentence_of_the_sample_rests_on_rows_of_the_evidence_that_stand(
    sample: tuple[Dataset, PersonasResult],
) -> None:
    _, result = sample
    shown = result.evidence
    assert (shown[["n", "rest_n"]] >= 30).all(axis=None)
    assert ((shown["low"] > 100) | (shown["high"] < 100)).all()
    codes = [*result.personas["persona"], *result.circles["portrait"]]
    told = {code: portraits.sentences(shown, code, "EUR") for code in codes}
    assert sum(map(len, told.values())) > 5 * len(codes)
    for code, sentences in told.items():
        for sentence in sentences:
            assert set(sentence.rows.index) <= set(shown.index[shown["persona"] == code])
            # Each row is in the words: its value, or the name of what its number is of.
            assert len(sentence.rows)
            named = sentence.rows["value"].dropna()
            written = sentence.text.lower().replace("–", "-")
            known = sentence.rows.loc[named.index, "meaning"] == ""
            plain = named[
                known & ~sentence.rows["facet"].loc[named.index].isin(("month", "weekday", "day_part", "season"))
            ]
            assert all(str(value).lower().split(" (")[0] in written for value in plain), sentence.text


def test_those_who_never_ordered_are_ranked_by_their_likeness_to_the_core(
    sample: tuple[Dataset, PersonasResult],
) -> None:
    dataset, result = sample
    potential = result.potential
    customers = pd.read_parquet(SAMPLE / "customers.parquet")
    assert len(potential) == 450
    assert not len(dataset.customer_codes(potential["customer_id"].tolist()))
    assert potential["likeness"].is_monotonic_decreasing
    told = result.likeness.set_index(["kind", "of"])
    assert told.loc[("person", "potential"), "low"] > 0.6
    assert told.loc[("firm", "buyers"), "low"] > 0.7
    # The core of the people are city people of means, and so are those who are like it.
    best = customers.set_index("customer_id").loc[potential["customer_id"].head(50)]
    assert (best["place"] == "city").mean() > (customers["place"] == "city").mean() + 0.3
    alike = result.customers.groupby("circle", observed=True)["likeness"].median()
    assert alike["core"] > alike["target"]
    assert alike["near_target"] > alike["other"]


def test_who_answered_and_what_they_did_are_as_planted(sample: tuple[Dataset, PersonasResult]) -> None:
    _, result = sample
    women = result.respondents.query("attribute == 'sex' and value == 'female'").iloc[0]
    assert women["claim"]
    assert women["index"] > 105
    again = result.said[result.said["question"] == "buy_again"].set_index("said")
    assert again.loc["high", "low"] > again.loc["low", "high"]
    assert (result.said["n"] >= 30).all()
    young = result.market.query("attribute == 'age' and value == 'under 25' and source == 'Budgetto'").iloc[0]
    assert young["claim"]
    assert young["index"] < 50


def test_online_retail_gives_stable_personas_that_add_up(real_data: Path, tmp_path: Path) -> None:
    result = run(open_lines(online_retail(real_data), tmp_path), Filters(), PersonasParams())
    # 4,338 buyers: the count of plain pandas.
    assert result.personas["customers"].sum() == 4_338
    assert result.circles["customers"].sum() == 4_338
    assert result.personas["revenue_share"].sum() == pytest.approx(1)
    assert result.agreement > 0.8
    assert (result.personas["stability"] >= 0.75).all()
    assert result.personas["role"].tolist().count("core") == 1
