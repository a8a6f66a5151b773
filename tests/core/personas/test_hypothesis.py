"""A portrait without purchases is a hypothesis, equals plain pandas, and gives way to data when there are purchases."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.access import AccessScope, Dataset, open_dataset
from core.analyses.personas import PersonasParams, run
from core.filters import Filters
from core.snapshot import snapshot_folder
from tests.core.personas.planted import make_people
from tests.helpers import publish_lines

WITH = PersonasParams(k="4", potential="with")


def prospects() -> pd.DataFrame:
    """Some as old as the best customers, some much younger."""
    rng = np.random.default_rng(5)
    born = np.r_[rng.integers(1950, 1958, 70), rng.integers(1985, 1990, 40)]
    return pd.DataFrame(
        {"customer_id": [f"new{n:03d}" for n in range(110)], "birth_year": born, "sex": rng.choice(["f", "m"], 110)}
    )


def answers(ids: pd.Series) -> pd.DataFrame:
    """A motive of everybody, which is the prospects' own, and now and then a word."""
    new = ids.str.startswith("new").to_numpy()
    rng = np.random.default_rng(6)
    told = pd.DataFrame({"customer_id": ids.to_numpy(), "date": date(2022, 1, 1), "question": "motive"})
    told["answer"] = np.where(new & (rng.random(len(ids)) < 0.8), "curious", rng.choice(["price", "habit"], len(ids)))
    words = told[new].head(3).assign(question="quote", answer="I only look.")
    return pd.concat([told, words], ignore_index=True)


def opened(folder: Path, lines: pd.DataFrame, scope: AccessScope | None = None) -> Dataset:
    people = pd.concat([make_people()[1].drop(columns=["truth", "email"]), prospects()], ignore_index=True)
    data = publish_lines(lines, folder, customers=people)
    answers(people["customer_id"]).to_parquet(snapshot_folder(data) / "survey.parquet", index=False)
    return open_dataset(data, scope or AccessScope.everything())


def test_those_who_never_ordered_are_a_hypothesis_that_equals_plain_pandas(tmp_path: Path) -> None:
    result = run(opened(tmp_path, make_people()[0]), Filters(), WITH)
    chosen = result.potential[result.potential["likeness"] >= 50]
    (row,) = result.hypotheses.itertuples(index=False)
    assert (row.portrait, row.customers, row.of, row.alike) == ("potential:all", len(chosen), 110, True)
    proofs = result.evidence[result.evidence["persona"] == "potential:all"].set_index("attribute")
    buyers = make_people()[1]["customer_id"]
    told = answers(pd.concat([buyers, prospects()["customer_id"]]))
    motive = told[told["question"] == "motive"].set_index("customer_id")["answer"]
    curious = motive[chosen["customer_id"]] == "curious"
    assert proofs.loc["motive", ["value", "share", "rest_share", "n", "rest_n"]].tolist() == [
        "curious", pytest.approx(curious.mean()), 0.0, len(chosen), len(buyers),
    ]  # fmt: skip
    ages = chosen["age"].value_counts(normalize=True)
    assert proofs.loc["age", "share"] == pytest.approx(ages[proofs.loc["age", "value"]])
    assert not set(proofs["group"]) & {"behaviour", "time"}
    words = result.words[result.words["persona"] == "potential:all"]
    assert words["answer"].tolist() == ["I only look."]
    assert run(opened(tmp_path, make_people()[0]), Filters(), PersonasParams(k="4")).hypotheses.empty


def test_it_gives_way_to_data_when_they_buy_and_a_part_of_the_company_has_none(tmp_path: Path) -> None:
    lines = make_people()[0]
    bought = lines.head(110).assign(
        customer_id=prospects()["customer_id"].to_numpy(), order_id=prospects()["customer_id"]
    )
    dataset = opened(tmp_path, pd.concat([lines, bought], ignore_index=True))
    result = run(dataset, Filters(), WITH)
    assert result.hypotheses.empty
    assert not result.evidence["persona"].str.startswith("potential").any()
    ids = dataset.customer_ids(result.customers["customer"].to_numpy())
    assert set(prospects()["customer_id"]) <= set(ids)
    assert result.circles["customers"].sum() == len(ids)
    narrow = open_dataset(tmp_path, AccessScope.only(region=("North",)))
    assert run(narrow, Filters(), WITH).hypotheses.empty
