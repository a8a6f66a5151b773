"""The app as Streamlit runs it, page by page, on a snapshot of 40 customers."""

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.access import AccessScope, open_dataset
from core.analyses import load
from core.filters import Filters
from core.snapshot import snapshot_folder
from dashboard.registry import PAGES
from tests.core.deals.logs import made
from tests.core.journey.logs import give, make_touchpoints
from tests.dashboard.conftest import Opened
from tests.helpers import make_log, publish_lines

WRITTEN = [spec.key for spec in PAGES if spec.file.is_file()]


def said(app: AppTest) -> str:
    """All notices about the link, as the reader sees them."""
    return "\n".join(one.value.replace("\\", "") for one in app.info)


def link(app: AppTest) -> dict[str, list[str]]:
    """What the link that is copied carries."""
    state = app.session_state["link"]
    return {key: list(values) for key, values in (state["carried"] | state["own"][state["page"]]).items()}


@pytest.mark.parametrize("page", WRITTEN)
def test_each_page_is_drawn_and_says_its_finding(open_page: Opened, page: str) -> None:
    app = open_page(page)
    assert not app.exception
    assert len(app.title) == 1
    assert app.title[0].value


@pytest.mark.parametrize("page", WRITTEN)
def test_each_page_shows_what_its_link_filters(open_page: Opened, page: str) -> None:
    app = open_page(
        page, region=["North"], channel=["Web"], from_=["2022-01-01"], to=["2022-12-31"], classes=["filter"]
    )
    assert not app.exception
    assert not app.info
    assert link(app)["region"] == ["North"]
    assert app.multiselect(key="/region").value == ["North"]
    assert app.radio(key="/classes").value == "filter"


def test_a_page_shows_the_numbers_of_its_analysis(open_page: Opened, data: Path) -> None:
    app = open_page("rfm", region=["North"])
    expected = load("rfm").run(
        open_dataset(data, AccessScope.everything()), Filters(region=("North",)), load("rfm").params()
    )
    assert f"n = {len(expected.customers)} customers" in " ".join(
        one.value.replace("\u00a0", " ") for one in app.markdown
    )


FOREIGN = {
    ("region", "Narnia"): "The link asks for the region “Narnia”, which these data do not have. It was left out.",
    ("channel", "Fax"): "The link asks for the channel “Fax”, which these data do not have. It was left out.",
    ("from_", "soon"): "The link’s from=soon is not a date. It was left out.",
    ("to", "2031-01-01"): "The link’s to=2031-01-01 lies outside these data, which go from ",
    ("classes", "mine"): "The link’s classes=mine is neither “company” nor “filter”. It was left out.",
    ("snapshot", "99"): "The link asks for snapshot 99, which is not there. You see the newest one.",
    ("lang", "xx"): "The link’s lang=xx is not a language of this dashboard. It was left out.",
    ("groups", "7"): "The link’s groups=7 can’t be used here; expected: one of 3, 4, 5. It was left out.",
    ("select", "nobody"): "The link’s select=nobody is not on offer on this page. It was left out.",
    ("colour", "red"): "The link’s colour=red is not on offer on this page. It was left out.",
    ("utm_source", "mail"): "The link’s utm_source=mail means nothing on this page. It was left out.",
    (
        "region",
        "<b>*x*</b>",
    ): "The link asks for the region “<b>*x*</b>”, which these data do not have. It was left out.",
}


@pytest.mark.parametrize(("key", "value"), FOREIGN)
def test_a_foreign_value_is_dropped_and_named_and_the_rest_is_kept(open_page: Opened, key: str, value: str) -> None:
    kept = {"region": ["North"]} if key != "region" else {"channel": ["Web"]}
    app = open_page("rfm", **{key: [value]}, **kept)
    assert not app.exception
    assert FOREIGN[key, value] in said(app).replace("\u00a0", " ")
    assert link(app) == kept


def test_a_good_value_beside_a_foreign_one_stays(open_page: Opened) -> None:
    app = open_page("rfm", region=["North", "Narnia", "South"])
    assert link(app) == {"region": ["North", "South"]}
    assert said(app).count("left out") == 1


def test_dates_the_wrong_way_round_are_both_dropped(open_page: Opened) -> None:
    app = open_page("rfm", from_=["2022-10-01"], to=["2022-02-01"])
    assert link(app) == {}
    assert "from=2022-10-01 was left out" in said(app)
    assert "to=2022-02-01 was left out" in said(app)


def test_filters_go_from_page_to_page_and_settings_stay(open_page: Opened) -> None:
    app = open_page("rfm", region=["North"], groups=["4"])
    app.query_params.clear()
    app.switch_page("../pages/abc_xyz.py").run()
    assert link(app) == {"region": ["North"]}
    app.query_params.clear()
    app.switch_page("../pages/rfm.py").run()
    assert link(app) == {"region": ["North"], "groups": ["4"]}


def test_a_widget_writes_the_link_and_reset_empties_it(open_page: Opened) -> None:
    app = open_page("rfm")
    app.multiselect(key="/region").select("South").run()
    app.radio(key="/classes").set_value("filter").run()
    assert link(app) == {"region": ["South"], "classes": ["filter"]}
    app.button(key="reset").click().run()
    assert link(app) == {}
    assert app.multiselect(key="/region").value == []


def test_a_period_ends_up_as_dates_in_the_link(open_page: Opened) -> None:
    app = open_page("rfm")
    app.selectbox(key="period").select("months_3").run()
    assert list(link(app)) == ["from"]
    app.selectbox(key="period").select("custom").run()
    assert app.date_input(key="/from").value.isoformat() == link(app)["from"][0]
    app.selectbox(key="period").select("all").run()
    assert link(app) == {}


def test_a_filter_that_leaves_nobody_is_a_sentence_with_a_way_out(open_page: Opened, log: pd.DataFrame) -> None:
    quiet = pd.date_range(log["date"].min(), log["date"].max()).difference(log["date"])[0].date().isoformat()
    app = open_page("rfm", from_=[quiet], to=[quiet])
    assert not app.exception
    assert app.title[0].value == "Nothing matches this filter"
    app.button(key="reset_empty").click().run()
    assert app.title[0].value != "Nothing matches this filter"


def test_margin_is_offered_only_where_costs_are_known(
    open_page: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not open_page("rfm", value=["margin"]).info
    publish_lines(make_log(7).drop(columns="cost"), tmp_path)
    monkeypatch.setenv("CLIENTELE_DATA", str(tmp_path))
    app = AppTest.from_file(str(Path(__file__).parents[2] / "dashboard" / "app.py"), default_timeout=60)
    app.run()
    del app.session_state["link"]
    app.query_params["value"] = ["margin"]
    app.switch_page("../pages/rfm.py").run()
    assert said(app) == "The link’s value=margin needs costs, which these data do not have. It was left out."


def test_no_data_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIENTELE_DATA", str(tmp_path))
    monkeypatch.setattr("dashboard.data_folder.SAMPLE_SNAPSHOT", tmp_path / "none")
    app = AppTest.from_file(str(Path(__file__).parents[2] / "dashboard" / "app.py"), default_timeout=60).run()
    assert not app.exception
    assert app.title[0].value == "There are no data yet"


def test_a_page_without_its_table_can_be_seen_on_the_sample_and_left_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, sample = publish_lines(make_log(7), tmp_path / "own"), publish_lines(make_log(8), tmp_path / "sample")
    made().to_parquet(snapshot_folder(sample) / "deals.parquet", index=False)
    monkeypatch.setenv("CLIENTELE_DATA", str(own))
    monkeypatch.setattr("dashboard.data_folder.SAMPLE_SNAPSHOT", sample)
    monkeypatch.setattr("dashboard.data_folder.build_sample", lambda: None)
    app = AppTest.from_file(str(Path(__file__).parents[2] / "dashboard" / "app.py"), default_timeout=60).run()
    app.switch_page("../pages/deals.py").run()
    assert app.title[0].value == "These data lack something for this page"
    app.button(key="sample").click().run()
    assert app.query_params["snapshot"] == "sample"
    assert app.title[0].value != "These data lack something for this page"
    app.button(key="newest").click().run()
    assert "snapshot" not in app.query_params
    assert app.title[0].value == "These data lack something for this page"
    assert not app.toast


def test_a_new_snapshot_is_shown_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_lines(make_log(7), tmp_path)
    monkeypatch.setenv("CLIENTELE_DATA", str(tmp_path))
    app = AppTest.from_file(str(Path(__file__).parents[2] / "dashboard" / "app.py"), default_timeout=60).run()
    publish_lines(make_log(8), tmp_path)
    app.run()
    assert [one.value for one in app.toast] == ["New data: this page now shows snapshot 2."]


def test_a_pinned_link_keeps_its_snapshot_and_says_that_there_is_a_newer_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_lines(make_log(7), tmp_path)
    publish_lines(make_log(8), tmp_path)
    monkeypatch.setenv("CLIENTELE_DATA", str(tmp_path))
    app = AppTest.from_file(str(Path(__file__).parents[2] / "dashboard" / "app.py"), default_timeout=60)
    app.query_params["snapshot"] = ["1"]
    app.run()
    assert [one.value for one in app.caption] == ["Your link shows snapshot 1. Snapshot 2 is newer."]
    app.button(key="newest").click().run()
    assert not app.caption
    assert not app.toast or app.toast[0].value == "New data: this page now shows snapshot 2."


def test_channels_that_only_touchpoints_have_are_on_offer_where_touchpoints_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = give(publish_lines(make_log(7), tmp_path), make_touchpoints(3).assign(channel="Mail"))
    monkeypatch.setenv("CLIENTELE_DATA", str(data))
    app = AppTest.from_file(str(Path(__file__).parents[2] / "dashboard" / "app.py"), default_timeout=60).run()
    (offered,) = (one.options for one in app.multiselect if one.label == "Channel")
    assert "Mail" not in offered
    app.switch_page("../pages/journey.py").run()
    assert not app.exception
    (offered,) = (one.options for one in app.multiselect if one.label == "Channel")
    assert {"Mail", "Web"} <= set(offered)
