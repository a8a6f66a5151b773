"""The page of targets against what its analysis gives back, and its words."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.access import AccessScope, open_dataset
from core.analyses.targets import TargetsParams, run
from core.filters import Filters
from core.targets.lists import lists_in
from dashboard import session
from dashboard.charts import bubbles
from dashboard.charts.theme import theme
from dashboard.topics import targets_tables
from dashboard.words import number, percent, set_locale
from tests.dashboard.conftest import Opened
from tests.helpers import make_log, publish_lines

PICKS = "region=North,channel=Web"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of its own, that lists can be saved in."""
    return publish_lines(make_log(7), tmp_path)


def test_the_picks_of_a_link_get_figures_briefs_and_lists(open_page: Opened, data: Path) -> None:
    result = run(open_dataset(data, AccessScope.everything()), Filters(), TargetsParams(picks=PICKS))
    app = open_page("targets", picks=[PICKS], brief=["channel=Web"], select=["rfm_segment=champions"])
    assert not app.exception
    assert not app.info
    shown = {one.label: one.value for one in app.metric}
    assert shown["Customers"] == number(len(result.customers))
    assert shown["Held out"] == number(int(result.customers["holdout"].sum()))
    assert app.title[0].value.startswith("2 target segments")
    assert len(app.dataframe[0].value) == len(result.segments)
    assert len(app.dataframe[-1].value) == len(result.customers)
    app.button_group(key="targets/list").set_value("channel=Web").run()
    assert len(app.dataframe[-1].value) == (result.customers["list"] == "channel=Web").sum()
    both = int(result.overlaps["customers"].iloc[0])
    assert any(f"share {number(both)} customers" in one.value for one in app.markdown)
    assert any("Positioning" in one.value and "Web" in one.value for one in app.markdown)


def test_segments_are_picked_on_the_page(open_page: Opened) -> None:
    app = open_page("targets", classification=["region"], select=["region=North"])
    assert not app.exception
    app.button(key="targets/pick").click().run()
    assert app.query_params["picks"] == "region=North"
    app.multiselect(key="targets/picks").select("region=South").run()
    assert not app.exception
    assert app.title[0].value.startswith("2 target segments")
    app = open_page("targets", picks=["region=Atlantis"])
    assert not app.exception
    assert app.title[0].value == "This can’t be shown"


def test_a_list_is_saved_by_its_name_and_taken_away(open_page: Opened, data: Path) -> None:
    app = open_page("targets", picks=[PICKS], campaign=["Spring *offer*"])
    app.button(key="targets/save").click().run()
    assert not app.exception
    (kept,) = lists_in(data)
    assert (kept.name, kept.segments) == ("Spring *offer*", tuple(PICKS.split(",")))
    assert "wait for the next data" in str(app.table[0].value)
    app.button(key="targets/save").click().run()
    assert any("there is a list of that name" in one.value for one in app.markdown)
    app.button(key="targets/remove/Spring *offer*").click().run()
    assert lists_in(data) == ()


def test_who_sees_a_part_of_the_company_saves_nothing(open_page: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "scope", lambda: AccessScope.only(region=("North",)))
    app = open_page("targets", picks=["channel=Web"], campaign=["Spring"])
    assert not app.exception
    assert "targets/save" not in {one.key for one in app.button}


def test_a_verdict_is_only_as_strong_as_its_interval() -> None:
    set_locale("en")
    row: Any = SimpleNamespace(treated=90, holdout=40, days=30, claim=True, difference=4.0)
    assert targets_tables.verdict(row).startswith("It worked")
    row.claim = False
    assert targets_tables.verdict(row) == "No clear difference after 30 days."
    row.holdout = 29
    assert targets_tables.verdict(row) == "Too few on one side to tell."
    row.days = 0
    assert "wait for the next data" in targets_tables.verdict(row)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_bubbles_are_as_large_as_their_size_and_no_labels_meet(name: Any) -> None:
    drawn = [
        bubbles.Bubble(f"k{n}", f"Segment {n}", 0.1 * (n % 3), 10.0 + n, 100.0 * n, "#336699") for n in range(1, 9)
    ]
    figure = bubbles.bubbles(
        theme(name), drawn, alt="alt", x_title="x", y_title="y", x_format=percent, y_format=number, selected="k3"
    )
    trace = figure.data[0]
    sizes = dict(zip(trace.customdata, trace.marker.size, strict=True))
    assert sizes["k8"] / sizes["k2"] == pytest.approx(2)
    assert len(figure.layout.annotations) <= len(drawn)
    assert figure.layout.meta["alt"] == "alt"
    empty = bubbles.bubbles(theme(name), [], alt="", x_title="", y_title="", x_format=percent, y_format=number)
    assert not empty.data[0].x
