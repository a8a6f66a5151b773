"""The journey's page against what its analysis gives back, and the table of names of steps."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.access import AccessScope, open_dataset
from core.analyses.journey import JourneyParams, JourneyResult, run
from core.filters import Filters
from core.journey.steps import FILE
from dashboard.topics import journey
from dashboard.words import number, set_locale
from tests.core.journey.logs import give, make_touchpoints
from tests.dashboard.conftest import APP
from tests.helpers import make_log, publish_lines


@pytest.fixture(scope="module")
def contacted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return give(publish_lines(make_log(7), tmp_path_factory.mktemp("contacted")), make_touchpoints(4, 1500, 300))


def opened(monkeypatch: pytest.MonkeyPatch, folder: Path, **query: str) -> AppTest:
    monkeypatch.setenv("CLIENTELE_DATA", str(folder))
    app = AppTest.from_file(APP, default_timeout=60)
    app.run()
    del app.session_state["link"]
    for key, value in query.items():
        app.query_params[key] = [value]
    return app.switch_page("../pages/journey.py").run()


def result_of(folder: Path, **settings: Any) -> JourneyResult:
    return run(open_dataset(folder, AccessScope.everything()), Filters(), JourneyParams(**settings))


def test_the_page_shows_what_the_analysis_gives(contacted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(monkeypatch, contacted, climb="again", days="60", breakdown="abc", by="abc", period="month")
    assert not app.exception
    assert not app.info
    found = result_of(contacted, climb="again", days=60)
    assert {one.label: one.value for one in app.metric}["People followed"] == number(found.people)
    assert found.by["dimension"].unique().tolist() == ["region", "channel", "period"]


def test_whatever_can_be_selected_shows_its_people(contacted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_locale("en")
    found = result_of(contacted)
    rows = found.funnel.set_index("step")
    expected = {f"lost:{step}": rows.loc[step, "lost"] for step in ("awareness", "comparison", "choice")}
    expected |= {"on:comparison": rows.loc["comparison", "went_on"], "on:purchase": rows.loc["purchase", "people"]}
    expected |= {f"channel:{row.channel}": row.people for row in found.channels.itertuples()}
    expected |= {f"{row.kind}:{row.step}": row.people for row in found.now.itertuples() if row.people}
    known = journey.names(found)
    assert set(expected) <= set(known)
    assert all(len(journey.members(found, key)) for key in known)
    assert {key: len(journey.members(found, key)) for key in expected} == expected
    app = opened(monkeypatch, contacted, select="lost:choice")
    assert len(app.dataframe[-1].value) == min(expected["lost:choice"], 500)


def test_what_names_mean_is_in_the_link_and_can_be_saved(contacted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(monkeypatch, contacted, steps="Refund:choice")
    assert not app.info
    before = result_of(contacted).names.set_index("name")["step"]
    assert before["Refund"] == "ignored"
    app.button(key="journey/steps/save").click().run()
    assert not app.exception
    assert (contacted / FILE).read_text(encoding="utf-8").endswith('choice = ["refund"]\n')
    assert "steps" not in app.session_state["link"]["own"]["journey"]
    assert result_of(contacted).names.set_index("name")["step"]["Refund"] == "choice"
    (contacted / FILE).unlink()
    bad = opened(monkeypatch, contacted, steps="Refund:heaven")
    assert "can’t be used here" in bad.info[0].value


def test_without_touchpoints_the_page_says_what_to_give(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(monkeypatch, data)
    assert not app.exception
    assert app.title[0].value == "These data lack something for this page"
    assert "There is no table of touchpoints" in app.markdown[0].value
    assert app.dataframe[0].value.columns[:3].tolist() == ["person_id", "time", "step"]


def made(conversions: tuple[float, ...], half: float = 0.02) -> Any:
    """A result whose steps have these conversions."""
    from types import SimpleNamespace

    import pandas as pd

    steps = ["awareness", "comparison", "choice", "purchase", "overall"]
    share = np.array([*conversions, np.nan, 0.1])
    funnel = pd.DataFrame({"step": steps, "people": [400, 300, 200, 100, 400], "conversion": share})
    return SimpleNamespace(funnel=funnel.assign(low=share - half, high=share + half), days=90, people=400)


@pytest.mark.parametrize(
    ("result", "title"),
    [
        (made((0.6, 0.4, 0.7)), "Fewest go on from Comparison to Choice: 38–42 % within 90 days"),
        (made((0.6, 0.59, 0.7)), "8–12 % buy within 90 days of the first contact; no step clearly loses most"),
        (made((np.nan, np.nan, np.nan)), "400 people on the ladder; too early to say how many go on"),
    ],
)
def test_the_title_claims_a_step_only_beyond_chance(result: Any, title: str) -> None:
    set_locale("en")
    assert journey.title(result).replace("\u00a0", " ") == title
