"""The page of personas, its cards and its sheets, against what the analysis gives back."""

from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from core.access import AccessScope, open_dataset
from core.analyses.personas import PersonasParams, run
from core.filters import Filters
from dashboard.data_folder import VARIABLE
from dashboard.poster.sheet import HEIGHT, WIDTH, Block, sheets, wrap
from dashboard.topics import personas, portraits
from dashboard.words import number, set_locale
from tests.core.personas.planted import make_people
from tests.dashboard.conftest import Opened
from tests.helpers import publish_lines


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines, customers = make_people()
    never = customers.head(50).assign(customer_id=[f"new{place}" for place in range(50)])
    people = pd.concat([customers, never], ignore_index=True).drop(columns="truth")
    return publish_lines(lines, tmp_path_factory.mktemp("planted"), customers=people)


def test_the_page_shows_the_cards_and_the_row_behind_each_sentence(
    planted: Path, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(planted))
    result = run(open_dataset(planted, AccessScope.everything()), Filters(), PersonasParams(potential="with"))
    first = result.personas["persona"].iloc[0]
    app = open_page("personas", select=[first])
    assert not app.exception
    assert not app.info
    set_locale("en")
    assert app.title[0].value == personas.finding(result)
    assert {one.label: one.value for one in app.metric}["Groups"] == number(len(result.personas))
    told = " ".join(one.value for one in app.markdown).replace("\\", "")
    for code in [*result.personas["persona"], *result.circles.loc[result.circles["circle"] != "other", "portrait"]]:
        for sentence in portraits.sentences(result.evidence, code, "GBP"):
            assert sentence.text in told
    # Who never ordered is a hypothesis, and says so.
    assert len(result.hypotheses) == 1
    assert "A hypothesis: no purchase stands behind it." in told
    assert ":orange-badge[hypothesis]" in told
    # What is not given is said, and what it would bring.
    assert "No survey was given" in told
    assert "No market was given" in told
    proofs = app.dataframe[0].value
    shown = result.evidence[~result.evidence["persona"].str.startswith("other:")]
    assert len(proofs) == len(shown)
    own = result.personas.loc[result.personas["persona"] == first, "customers"].iloc[0]
    assert len(app.dataframe[-1].value) == own


def test_a_card_says_few_things_the_strongest_first_and_nothing_twice(planted: Path) -> None:
    set_locale("en")
    result = run(open_dataset(planted, AccessScope.everything()), Filters(), PersonasParams())
    for code in [*result.personas["persona"], *result.circles["portrait"]]:
        drawn = set(personas.strongest(result, code)["code"])
        few, others = portraits.told(result.evidence, code, "GBP", drawn)
        assert len(few) <= portraits.FEW
        assert [one.weight for one in few] == sorted((one.weight for one in few), reverse=True)
        assert not drawn & {one.code for one in few}
        every = portraits.sentences(result.evidence, code, "GBP")
        assert sorted(one.text for one in [*few, *others]) == sorted(one.text for one in every)
        assert len(portraits.offers(result.evidence, code)) <= 2


def test_too_few_customers_and_a_foreign_setting_are_said(open_page: Opened) -> None:
    app = open_page("personas", method=["magic"])
    assert not app.exception
    assert app.title[0].value == "No groups can be told apart"
    assert any("method=magic" in one.value for one in app.info)


def block(text: str) -> Block:
    return Block(
        "A <title>", "core", "60 customers", (("27 %", "Revenue"), ("–", "LTV")), (("Who", text), ("", text)), "“So.”"
    )


@pytest.mark.parametrize("text", ["Short & sweet.", "Long words of a portrait. " * 80, "很长的文字" * 200, "x" * 900])
def test_sheets_hold_every_card_within_its_frame(text: str) -> None:
    found = sheets("The finding", "What is shown", [block(text)] * 5)
    assert len(found) == 2
    for page, cards in zip(found, (4, 1), strict=True):
        svg = ElementTree.fromstring(page)  # noqa: S314 - our own
        assert (svg.get("width"), svg.get("height")) == (str(WIDTH), str(HEIGHT))
        assert len([part for part in svg if part.tag.endswith("rect")]) == 1 + cards
        texts = [part for part in svg if part.tag.endswith("text")]
        assert all(0 < float(part.get("y", "0")) < HEIGHT - 48 for part in texts)


def test_lines_lose_no_word() -> None:
    text = "One order, one recipient, from abroad more often than others."
    assert " ".join(wrap(text, 120, 12)) == text
    assert len(wrap(text, 120, 12)) > 2
    assert "".join(wrap("长" * 50, 120, 12)) == "长" * 50
    assert wrap("", 100, 12) == [""]


def test_advice_rests_on_what_was_told() -> None:
    set_locale("en")
    columns = ["persona", "attribute", "value", "share", "mean", "index", "sentence", "facet"]
    rows = [
        ("p1", "discount_share", None, None, 0.22, 300.0, "price", ""),
        ("p1", "weekday", "tue", 0.3, None, 150.0, "time", ""),
        ("p1", "month", "11", 0.3, None, 250.0, "season", ""),
        ("p1", "benefit", "speed", 0.5, None, 150.0, "why", ""),
    ]
    told = pd.DataFrame(rows, columns=columns)
    assert portraits.contact(told, "p1") == "Tuesdays, ahead of Nov."
    assert portraits.contact(told, "p2") == ""
    rare = told.assign(share=told["share"].where(told["attribute"] != "weekday", 0.03))
    assert portraits.contact(rare, "p1") == "Ahead of Nov."
    assert portraits.offers(told, "p1") == [
        "Lead with speed: it is what they seek.",
        "An offer with an end date: they wait for discounts.",
    ]
    assert portraits.offers(told, "p2") == []
