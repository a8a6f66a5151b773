"""The page of deals against what its analysis gives back."""

from pathlib import Path

import pandas as pd
import pytest

from core.access import AccessScope, open_dataset
from core.analyses.deals import DealsParams, DealsResult, run
from core.filters import Filters
from dashboard.charts import quadrants
from dashboard.charts.theme import theme
from dashboard.data_folder import VARIABLE
from dashboard.topics import deals, deals_open, deals_people, deals_words
from dashboard.words import number, percent, set_locale
from tests.core.analyses.test_deals import publish
from tests.core.deals.logs import made
from tests.dashboard.conftest import Opened


@pytest.fixture(scope="module")
def with_deals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("page"), made())


@pytest.fixture
def open_deals(open_page: Opened, with_deals: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    monkeypatch.setenv(VARIABLE, str(with_deals))
    return open_page


def result_of(data: Path, filters: Filters | None = None, **params: object) -> DealsResult:
    dataset = open_dataset(data, AccessScope.everything())
    return run(dataset, filters or Filters(), DealsParams(**params))  # type: ignore[arg-type]


def test_figures_are_those_of_the_analysis(open_deals: Opened, with_deals: Path) -> None:
    app = open_deals("deals", channel=["Web"], much_effort=["40"])
    assert not app.exception
    assert not app.info
    result = result_of(with_deals, Filters(channel=("Web",)), much_effort=40)
    shown = {one.label: one.value for one in app.metric}
    assert shown["A deals"] == number(deals.of(result, "A")["deals"])
    assert shown["Effort on B and C"] == percent(deals.of(result, "B+C")["effort_share"], 0)
    assert shown["Win rate"] == percent(result.conversion["conversion"].iloc[0], 0)
    assert app.title[0].value == deals.title(result)


@pytest.mark.parametrize("key", ["C", "say_no"])
def test_grades_and_lists_can_be_selected(open_deals: Opened, with_deals: Path, key: str) -> None:
    result = result_of(with_deals)
    rows = deals_open.members(result, key)
    assert len(rows)
    app = open_deals("deals", select=[key])
    assert not app.exception
    assert not app.info
    assert app.dataframe[-1].value["deal_id"].tolist() == rows["deal_id"].tolist()


def test_what_a_word_means_can_be_changed_by_the_link(open_deals: Opened, with_deals: Path) -> None:
    app = open_deals("deals", reasons=["price=no_money"], by=["channel"])
    assert not app.exception
    assert not app.info
    shown = next(one for one in app.selectbox if one.key == "deals/reasons/price")
    assert shown.value == "no_money"
    changed = shown.set_value("beyond").run()
    assert not changed.exception
    link = changed.session_state["link"]
    assert link["own"]["deals"]["reasons"] == ("price=beyond",)
    result = result_of(with_deals, reasons="price=beyond")
    assert (result.words.set_index("word").loc["price", "means"]) == "beyond"


def test_an_attribute_that_is_not_there_is_dropped_and_named(open_deals: Opened) -> None:
    app = open_deals("deals", by=["climate"])
    assert not app.exception
    assert "by=climate is not on offer on this page" in app.info[0].value


def test_without_a_table_the_page_says_what_to_give(open_page: Opened) -> None:
    app = open_page("deals")
    assert not app.exception
    assert app.title[0].value == "These data lack something for this page"
    assert "One row a deal" in " ".join(one.value for one in app.markdown)


def test_too_few_closed_deals_are_a_plain_statement(open_deals: Opened) -> None:
    app = open_deals("deals", to=["2022-01-10"])
    assert not app.exception
    assert "too few to grade: 20 are needed" in app.title[0].value.replace("\u00a0", " ").replace("\\", "")
    assert not app.metric


def test_every_key_has_words(with_deals: Path) -> None:
    set_locale("en")
    result = result_of(with_deals)
    told = {key for keys in [*result.deals["why"], *result.open["why"]] for key in keys.split("+") if key}
    assert told <= set(deals_words._why())
    assert set(deals_open.names(result)) <= {*deals_words.grades(), *deals_words.LISTS}
    assert set(result.open["todo"]) <= set(deals_words.TODO)


class _View:
    currency = "GBP"


def test_conditions_are_sentences() -> None:
    set_locale("en")
    rule = "size=10 to 49 & industry!=steel & industry!=food & amount=1000 to 2500 & earlier_wins=some"
    assert deals_words.condition(_View(), rule).replace("\u00a0", " ") == (  # type: ignore[arg-type]
        "Size: 10 to 49; Industry other than steel or food; Amount: £1.00 k – £2.50 k; Earlier wins: one or more"
    )
    none = pd.DataFrame(columns=["claim", "lift"])
    assert deals_people.sentences(_View(), type("R", (), {"criteria": none})()) == []  # type: ignore[arg-type]


def test_a_click_on_a_point_gives_its_grade_and_a_choice_fades_the_others() -> None:
    light = theme("light")
    clouds = [quadrants.Cloud(key, key, "#123456", [0.1, 0.2], [0.3, 0.4]) for key in ("A", "B")]
    words = {"alt": "seen", "x_cut": 0.5, "y_cut": 0.5, "x_title": "x", "y_title": "y", "format": str}
    plain = quadrants.quadrants(light, clouds, **words)  # type: ignore[arg-type]
    chosen = quadrants.quadrants(light, clouds, selected="B", **words)  # type: ignore[arg-type]
    assert [trace.name for trace in plain.data] == ["B", "A"]
    assert list(plain.data[1].customdata) == ["A", "A"]
    assert chosen.data[0].marker.color == plain.data[0].marker.color != chosen.data[1].marker.color
    assert type(plain)(plain.to_dict()).layout.meta["alt"] == "seen"
