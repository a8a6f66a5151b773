"""Answers as classes and scores of customers, and the market, against plain pandas and statsmodels."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from core.access import AccessScope, Dataset, open_dataset
from core.market import beside_market
from core.survey import Survey, answers
from tests.helpers import make_log, publish_lines


def told(*rows: tuple[str | None, str | None, str, str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "date", "question", "answer"])
    frame["date"] = pd.to_datetime(frame["date"]).dt.date
    return frame


ANSWERS = told(
    ("c001", "2022-01-05", "Motive", "price"),
    ("c001", "2022-02-05", "motive", "quality"),
    ("c002", "2022-01-05", "motive", "quality"),
    ("c002", "2022-01-05", "motive", "price"),
    ("c003", None, "motive", "quality"),
    ("c004", "2022-01-05", "motive", None),
    (None, "2022-01-05", "motive", "price"),
    ("nobody", "2022-01-05", "motive", "price"),
    ("c001", "2022-01-05", "Buy again", "9"),
    ("c002", "2022-01-05", "buy-again", "4"),
    ("c002", "2022-03-05", "recommend", "6"),
    ("c002", "2022-01-05", "quote", "I wait."),
)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return open_dataset(publish_lines(make_log(7), tmp_path_factory.mktemp("survey")), AccessScope.everything())


def survey(dataset: Dataset, monkeypatch: pytest.MonkeyPatch, table: Any, last: int | None = None) -> Survey | None:
    monkeypatch.setattr(dataset, "table", lambda name: table if name == "survey" else None)
    return answers(dataset, last)


def test_the_latest_answer_counts_and_of_one_day_the_commonest(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = survey(dataset, monkeypatch, ANSWERS)
    assert found is not None
    assert found.questions == ("motive", "recommend", "buy_again", "quote")
    motive = found.labels("motive")
    assert motive.name == "survey:motive"
    assert motive.labels == ("quality", "price")
    by_id = {name: dataset.customer_codes([name])[0] for name in ("c001", "c002", "c003", "c004")}
    assert [motive.codes[by_id[name]] for name in by_id] == [0, 0, 0, -1]
    assert (motive.codes >= 0).sum() == 3
    assert found.respondents.sum() == 3
    # (9 - 0) / 10 and the mean of 4 and 6.
    assert found.loyalty()[[by_id["c001"], by_id["c002"]]].tolist() == [90.0, 50.0]
    assert np.isnan(found.loyalty()[by_id["c003"]])
    assert found.texts("quote")["answer"].tolist() == ["I wait."]
    early = survey(dataset, monkeypatch, ANSWERS, last=44_570)
    assert early is not None
    assert early.labels("motive").codes[by_id["c001"]] == early.labels("motive").labels.index("price")
    assert "recommend" not in early.questions


def test_no_table_nobody_who_answered_and_unknown_questions(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    assert survey(dataset, monkeypatch, None) is None
    assert survey(dataset, monkeypatch, ANSWERS.head(0)) is None
    assert survey(dataset, monkeypatch, ANSWERS.assign(answer=None)) is None
    own = told(*(("c001", "2022-01-05", "Shoe size", str(n)) for n in (40, 41)), ("c002", None, "Colour", "red"))
    found = survey(dataset, monkeypatch, own)
    assert found is not None
    assert [found.kind(question) for question in found.questions] == ["choice", "score"]
    assert found.scores("shoe_size")[dataset.customer_codes(["c001"])[0]] == 40.5
    assert np.isnan(found.loyalty()).all()
    strange = survey(dataset, monkeypatch, told(("c001", None, "recommend", "99")))
    assert strange is not None
    assert strange.scale(("recommend",)) is None


def test_the_market_equals_statsmodels() -> None:
    rng = np.random.default_rng(1)
    own = pd.DataFrame(
        {
            "Sex": pd.Categorical(rng.choice(["f", "m"], 200, p=[0.7, 0.3])),
            "few": pd.Categorical(["a"] * 10 + [None] * 190),
        }
    )
    table = pd.DataFrame(
        {
            "attribute": ["sex", "sex", "few", "few", "hat"],
            "value": ["f", "m", "a", "b", "x"],
            "share": [0.5, 0.5, 0.1, 0.9, 1.0],
            "source": [None, None, "other", "other", "other"],
        }
    )
    found = beside_market(table, own).set_index("value")
    assert found.index.tolist() == ["f", "m", "a"]
    count = int((own["Sex"] == "f").sum())
    assert tuple(found.loc["f", ["low", "high"]]) == pytest.approx(proportion_confint(count, 200, method="wilson"))
    z = (count / 200 - 0.5) / np.sqrt(0.25 / 200)
    expected = multipletests([2 * norm.sf(abs(z))] * 2, method="fdr_bh")[1]
    assert found["adjusted_p"].to_numpy()[:2] == pytest.approx(expected, rel=1e-6)
    assert found["claim"].tolist() == [True, True, False]
    assert found.loc["f", "index"] == pytest.approx(count / 200 / 0.5 * 100)
    assert beside_market(None, own).empty
    assert beside_market(table.head(0), own).empty


def test_the_questions_of_the_sample_are_those_that_are_known(sample_data: Path) -> None:
    found = answers(open_dataset(sample_data, AccessScope.everything()))
    assert found is not None
    questions = pd.read_csv(Path(__file__).parents[2] / "sample_data" / "questionnaire.csv")["question"]
    assert set(found.questions) == set(questions)
