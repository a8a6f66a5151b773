"""The page of interviews against its analysis, its words, and the answer sheet there and back through the import."""

import io
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.access import AccessScope, Dataset, open_dataset
from core.analyses.interviews import InterviewsParams, InterviewsResult, run
from core.filters import Filters
from core.importing.importer import import_files
from core.interviews.guide import _ALWAYS, _SPARE, _TELLING
from core.snapshot import snapshot_folder
from core.survey import TOLD, answers
from dashboard import document, session
from dashboard.topics import interviews_guide, notes, respondents
from dashboard.topics import interviews_words as words
from dashboard.words import number, set_locale
from tests.dashboard.conftest import Opened
from tests.helpers import make_log, publish_lines

NOTE = ("attribute:sex=male", None, "Rang *two* of them.", "Ann")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of its own, with attributes and a note."""
    people = pd.DataFrame({"customer_id": [f"c{place:03d}" for place in range(40)]})
    people["sex"] = ["female", "male"] * 20
    folder = publish_lines(make_log(7), tmp_path / "data", customers=people)
    pinned = pd.DataFrame([NOTE], columns=["segment", "step", "note", "author"]).assign(date=pd.Timestamp("2023-01-05"))
    pinned.to_parquet(snapshot_folder(folder) / "notes.parquet", index=False)
    return folder


def prepared(data: Path, **params: Any) -> tuple[Dataset, InterviewsResult]:
    dataset = open_dataset(data, AccessScope.everything())
    return dataset, run(dataset, Filters(), InterviewsParams(**params))


def test_the_page_shows_the_guide_the_strata_and_those_invited(open_page: Opened, data: Path) -> None:
    chosen = {"classification": "attribute:sex", "segment": "male", "strata": "region", "n": 8}
    _, result = prepared(data, **chosen)
    app = open_page("interviews", **{key: [str(value)] for key, value in chosen.items()}, select=["North"])
    assert not app.exception
    assert not app.info
    invited = int(result.strata["invited"].sum())
    assert (
        app.title[0].value.replace("\\", "")
        == f"male: {len(result.guide)} questions for {invited} of {result.n} customers"
    )
    shown = {one.label: one.value for one in app.metric}
    assert shown["Answers needed"] == number(result.needed)
    assert len(app.table[0].value) == len(result.guide)
    assert app.dataframe[-1].value["stratum"].eq("North").all()
    assert len(app.dataframe[-1].value) == (result.customers["stratum"] == "North").sum()
    assert any("“Rang \\*two\\* of them.” Ann, 5" in one.value for one in app.markdown)
    assert any("in proportion; each class is heard" in one.value for one in app.markdown)
    app.number_input(key="interviews/n").set_value(1).run()
    assert any("in proportion; not each class is heard" in one.value for one in app.markdown)
    app.selectbox(key="interviews/segment").select("female").run()
    app.selectbox(key="interviews/strata").select("channel").run()
    assert not app.exception
    assert app.query_params["strata"] == "channel"
    assert not any("Rang" in one.value for one in app.markdown)


def test_what_a_link_names_wrongly_is_said_and_a_part_of_the_company_sees_no_notes(
    open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("interviews", classification=["region"], segment=["Atlantis"])
    assert not app.exception
    assert app.title[0].value == "This can’t be shown"
    monkeypatch.setattr(session, "scope", lambda: AccessScope.only(region=("North",)))
    app = open_page("interviews", classification=["attribute:sex"], segment=["male"], strata=["attribute:shoe"])
    assert not app.exception
    assert "strata=attribute:shoe is not on offer on this page" in app.info[0].value.replace("\\", "")
    assert not any("Rang" in one.value for one in app.markdown)


def test_an_answer_sheet_comes_back_as_a_survey(data: Path, tmp_path: Path) -> None:
    set_locale("en")
    dataset, result = prepared(data, classification="attribute:sex", segment="male", n=6)
    view: Any = SimpleNamespace(data=dataset, with_ids=dataset.with_ids)
    file = interviews_guide.sheet_file(view, result)
    sheet = pd.read_csv(io.BytesIO(file), dtype=str, keep_default_na=False)
    asked = result.guide["question"].tolist()
    assert list(sheet)[:4] == ["customer_id", "date", "question", "answer"]
    assert sheet["question"].tolist() == asked * 6
    assert sheet["ask"].str.len().min() > 20
    # Filled in for all but one person, whose rows stay as they are.
    rng = np.random.default_rng(1)
    talked = sheet["customer_id"] != sheet["customer_id"].iloc[0]
    told = np.where(
        sheet["question"].isin(["recommend", "buy_again"]), "9", rng.choice(["=ours", "“мы”, we"], len(sheet))
    )
    filled = sheet.assign(date="2023-04-02", answer=told).where(talked, sheet)
    (tmp_path / "answers.csv").write_bytes(filled.to_csv(index=False).encode())
    orders = [f"{name},{name},2023-04-0{1 + place % 3},10" for place, name in enumerate(sheet["customer_id"].unique())]
    (tmp_path / "orders.csv").write_text("\n".join(["order_id,customer_id,date,amount", *orders]))
    import_files([tmp_path / "answers.csv", tmp_path / "orders.csv"], tmp_path / "back")
    back = open_dataset(tmp_path / "back", AccessScope.everything())
    table = back.table("survey")
    assert table is not None
    assert len(table) == len(sheet)
    known = table.dropna(subset="answer").sort_values(["customer_id", "question"], ignore_index=True)
    expected = filled[talked].sort_values(["customer_id", "question"], ignore_index=True)
    assert known[["customer_id", "question", "answer"]].equals(expected[["customer_id", "question", "answer"]])
    assert set(known["date"].astype(str)) == {"2023-04-02"}
    survey = answers(back)
    assert survey is not None
    assert survey.respondents.sum() == 5
    assert {survey.kind(question) for question in asked if question.startswith(TOLD)} == {"text"}


def test_the_guide_as_a_document_has_each_question_and_its_key(data: Path) -> None:
    set_locale("en")
    dataset, result = prepared(data, classification="attribute:sex", segment="male")
    view: Any = SimpleNamespace(data=dataset, info=dataset.info, filters=Filters(), currency="GBP")
    blocks = interviews_guide.blocks(view, result)
    text = [block.text for block in blocks if isinstance(block, document.Paragraph) and block.lead]
    assert text == [words.ask(row, "person") for row in result.guide.itertuples(index=False)]
    assert isinstance(blocks[-1], document.Table)
    assert [row[1] for row in blocks[-1].rows] == result.guide["question"].tolist()
    assert document.docx("Guide", blocks).startswith(b"PK")


def test_each_question_is_open_and_says_why_it_is_asked() -> None:
    set_locale("en")
    for audience in ("person", "firm"):
        told = [TOLD + name for name in _TELLING]
        for question in (*_ALWAYS[audience], *_SPARE[audience], *told):
            row: Any = SimpleNamespace(question=question, reason="open" if question.startswith(TOLD) else "few", n=3)
            asked = words.ask(row, audience)
            assert asked.endswith(("?", "."))
            assert not asked.startswith("Tell me more about it")
            # Whoever is asked "do you …?" can only say yes or no.
            begun = {part.split()[0].lower() for part in re.split(r"[.?:]\s", asked) if part}
            assert not begun & {"do", "does", "did", "is", "are", "would", "isn’t", "don’t"}, asked
            assert question in told or words.why(row, "EUR").endswith(".")


def test_reasons_carry_their_numbers() -> None:
    set_locale("en")
    row: Any = SimpleNamespace(
        question="usual_channel", reason="contradiction", value="App", share=0.41, n=95, of="most_orders"
    )
    assert words.why(row, "EUR").replace("\u00a0", " ") == (
        "Said is not done: of 95 who said “App” 41 % did so by their orders (most were there)."
    )
    row = SimpleNamespace(question="income", reason="unknown", attribute="income_band", share=0.4, n=95)
    assert words.why(row, "EUR").replace("\u00a0", " ") == "Not known of 40 % of them."
    assert words.ask(row, "person").endswith("income band?")


def test_what_only_those_are_who_answered_is_said_of_them() -> None:
    set_locale("en")
    row = {"attribute": "sex", "value": "f", "share": 0.3, "rest_share": 0.0, "index": np.nan, "claim": True}
    rows = pd.DataFrame([row, {**row, "value": "m", "share": 0.0, "rest_share": 0.4, "index": 0.0}])
    assert "sex “f”." in respondents.over(rows)
    assert "“m”" not in respondents.over(rows)


def test_a_note_without_author_or_day_is_its_words_alone() -> None:
    set_locale("en")
    assert notes.line(None, None, "Ring them.") == "“Ring them.”"
    assert notes.line(None, None, "Ring\n\n- them") == "“Ring - them”"
    assert notes.line(pd.NaT, "Ann", "Ring them.") == "“Ring them.” Ann"
