"""What the README says of the survey, of firms' needs and of the market, with plain pandas."""

import numpy as np
import pandas as pd
import pytest

MOTIVES = {
    "office_restocker": ("keep things running", 0.79),
    "city_loyal": ("a nicer home", 0.64),
    "garden_family": ("time outdoors", 0.60),
    "bargain_hunter": ("save money", 0.65),
    "season_decorator": ("celebrate", 0.54),
    "gift_buyer": ("give a present", 0.70),
}


@pytest.fixture(scope="module")
def survey(shipped, truth):
    table = pd.read_parquet(shipped / "survey.parquet")
    return table.assign(persona=truth["persona"].reindex(table["customer_id"]).to_numpy())


def shares(survey, question):
    own = survey[survey["question"] == question]
    return pd.crosstab(own["persona"], own["answer"], normalize="index")


def test_answers_of_customers_to_the_questions_of_the_questionnaire(survey, shipped, orders):
    questions = pd.read_csv(shipped / "questionnaire.csv")
    assert len(survey) == 17_042
    assert survey["customer_id"].nunique() == 1_500
    assert set(survey["question"]) == set(questions["question"])
    assert len(questions.drop_duplicates("question")) == 25
    assert not survey.duplicated(["customer_id", "question"]).any()
    first = orders.groupby("customer_id")["day"].min().reindex(survey["customer_id"]).to_numpy()
    assert (survey["date"].to_numpy() >= first).all()


def test_each_persona_has_its_motive(survey):
    table = shares(survey, "motive")
    for persona, (motive, share) in MOTIVES.items():
        assert table.loc[persona].idxmax() == motive
        assert table.loc[persona, motive] == pytest.approx(share, abs=0.006)
    assert shares(survey, "benefit").loc["bargain_hunter", "economy"] == pytest.approx(0.77, abs=0.006)
    assert shares(survey, "criterion").loc["bargain_hunter", "price"] == pytest.approx(0.79, abs=0.006)


def test_who_would_recommend_and_buy_again_least(survey):
    for question, least, value in (("recommend", "bargain_hunter", 6.4), ("buy_again", "gift_buyer", 4.6)):
        own = survey[survey["question"] == question]
        mean = pd.to_numeric(own["answer"]).groupby(own["persona"]).mean()
        assert mean.idxmin() == least
        assert mean.min() == pytest.approx(value, abs=0.06)


def test_of_those_who_say_app_or_store_half_order_elsewhere(survey, purchases):
    said = survey[survey["question"] == "usual_channel"].set_index("customer_id")["answer"]
    counts = pd.crosstab(purchases["customer_id"], purchases["channel"])
    most = counts.idxmax(axis=1).reindex(said.index)
    agree = (most == said).groupby(said).mean()
    assert agree[["App", "Store"]].between(0.4, 0.6).all()


def test_women_and_frequent_buyers_answer_more(survey, customers, buyers):
    people = customers[customers["type"] == "person"]
    answered = people.index.isin(survey["customer_id"])
    female = (people["sex"] == "female").groupby(answered).mean()
    assert (female[True], female[False]) == (pytest.approx(0.68, abs=0.006), pytest.approx(0.59, abs=0.006))
    orders = buyers["purchases"].groupby(buyers.index.isin(survey["customer_id"])).mean()
    assert orders[True] > 1.15 * orders[False]


def test_what_firms_need_and_how_they_decide(buyers):
    firms = buyers[buyers["type"] == "firm"]
    need = pd.crosstab(firms["persona"], firms["need"]).idxmax(axis=1)
    assert need["office_restocker"] == "everyday supplies"
    assert need["garden_family"] == "grounds and gardens"
    decision = pd.crosstab(firms["persona"], firms["decision"], normalize="index")
    assert decision.loc["office_restocker", ["one buyer", "committee"]].tolist() == pytest.approx(
        [0.48, 0.38], abs=0.006
    )
    assert decision.loc["garden_family", "owner alone"] == pytest.approx(0.70, abs=0.006)
    people = buyers[buyers["type"] == "person"]
    assert people[["need", "decision", "committee"]].isna().all(axis=None)


def test_the_market_adds_up_and_has_more_of_the_young(shipped, buyers):
    market = pd.read_parquet(shipped / "market.parquet")
    sums = market.groupby(["source", "attribute"])["share"].sum()
    np.testing.assert_allclose(sums, 1.0, atol=1e-9)
    age = 2026 - buyers.loc[buyers["type"] == "person", "birth_year"].astype(float)
    assert (age < 25).mean() == pytest.approx(0.05, abs=0.005)
    young = market[market["value"] == "under 25"].set_index("source")["share"]
    assert young[["Home goods panel 2025", "Budgetto"]].tolist() == [0.09, 0.16]
    assert (buyers["size"].dropna() == "1 to 9").mean() == pytest.approx(0.46, abs=0.006)
