"""The page of targets against what its analysis gives back, and its words."""

import html
import io
import zipfile
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from core.access import AccessScope, open_dataset
from core.analyses.targets import TargetsParams, run
from core.filters import Filters
from core.own_segments import FILE as OWN_FILE
from core.targets.lists import lists_in
from core.targets.picks import write_pick
from dashboard import session, share
from dashboard.charts import bubbles
from dashboard.charts.theme import theme
from dashboard.document import Bullets, docx
from dashboard.topics import targets, targets_brief, targets_tables, targets_words
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


def test_a_pick_that_nobody_in_view_is_in_has_a_brief_that_says_so(open_page: Opened) -> None:
    app = open_page("targets", picks=["region=North,region=South"], region=["South"], brief=["region=North"])
    assert not app.exception
    assert not app.info
    assert app.title[0].value.startswith("2 target segments")
    assert any("Nobody in view is in it" in one.value for one in app.markdown)
    assert "targets/save" in {one.key for one in app.button}


def test_who_stays_is_counted_once_though_own_segments_stand_beside(open_page: Opened, data: Path) -> None:
    (data / OWN_FILE).write_text('"Ours" = "orders >= 2"\n')
    app = open_page("targets")
    table = run(open_dataset(data, AccessScope.everything()), Filters(), TargetsParams()).segments
    assert (table["classification"] == "own:Ours").sum() == 1
    table = table[table["classification"] == "rfm_segment"]
    stayed = (table["stability"] * table["stability_n"]).sum() / table["stability_n"].sum()
    assert {one.label: one.value for one in app.metric}["In the same segment"] == percent(stayed)


def test_a_segment_begins_a_rule_where_a_rule_can_say_who_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(share, "carried", dict)
    own = SimpleNamespace(texts={"Ours": "orders >= 2"})
    view: Any = SimpleNamespace(data=SimpleNamespace(own_segments=own))
    rules = {
        ("own:Ours", "in"): "orders >= 2",
        ("rule:orders > 3", "in"): "orders > 3",
        ("attribute:sex", "(missing)"): "attribute:sex is unknown",
        ("attribute:own, mine", 'a "b"'): '"attribute:own, mine" = "a \\"b\\""',
        # Who did not answer meets neither a rule nor its opposite, so that all others are no rule.
        ("rule:recommend > 3", "out"): "",
        ("attribute:income", "18 to 33"): "",
    }
    for pick, rule in rules.items():
        assert targets.as_rule(view, write_pick(*pick)) == ({"rule": [rule]} if rule else {})


def test_a_list_is_saved_by_its_name_and_taken_away(open_page: Opened, data: Path) -> None:
    app = open_page("targets", picks=[PICKS], campaign=["Spring *offer*"], to=["2022-12-31"])
    app.button(key="targets/save").click().run()
    assert not app.exception
    (kept,) = lists_in(data)
    assert kept.as_of == open_dataset(data, AccessScope.everything()).info.last_day
    assert (kept.name, kept.segments) == ("Spring *offer*", tuple(PICKS.split(",")))
    assert "wait for the next data" in str(app.table[0].value)
    assert app.button(key="targets/remove/Spring *offer*").label == r"Spring \*offer\*"
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


def profile(*rows: tuple[str, str, str, float, float, bool]) -> Any:
    """What a profile has of rows of question, attribute, value, share, rest's share, whether it is clear."""
    table = pd.DataFrame(rows, columns=["question", "attribute", "value", "share", "rest_share", "clear"])
    table = table.assign(index=100 * table["share"] / table["rest_share"])
    return SimpleNamespace(five_w=table, traits=table, classification="attribute:place")


def test_a_brief_says_what_is_clear_and_large_and_to_all_what_many_are() -> None:
    set_locale("en")
    view: Any = SimpleNamespace(currency="EUR")
    found = profile(
        ("who", "type", "firm", 0.4, 0.1, True),
        ("who", "age", "35-44", 0.15, 0.1, True),
        ("who", "town", "Ely", 0.5, 0.1, False),
        ("who", "place", "village", 1.0, 0.0, True),
        ("who", "cars", "three", 0.03, 0.015, True),
        ("why", "survey:motive", "celebrate", 0.5, 0.1, True),
        ("why", "survey:benefit", "speed", 0.1, 0.02, True),
        ("why", "survey:occasion", "sale", 0.55, 0.5, True),
        ("why", "bargains", "hardly", 0.8, 0.4, True),
        ("when", "days_between_orders", "0 to 14", 0.5, 0.2, True),
        ("when", "days_between_orders", "15 to 90", 0.1, 0.2, False),
        ("what", "order_value", "100 to 900", 0.5, 0.2, True),
        ("what", "order_value", "1 to 99", 0.2, 0.5, False),
    )
    said = " ".join(targets_words.positioning(view, found, "Ours"))
    assert said.startswith(
        "For Ours. More often than others they are: firms. More than others they name “celebrate” as"
    )
    assert not any(word in said for word in ("35", "Ely", "village", "three", "speed", "sale"))
    who = targets_words.seen(view, found, "who").replace("\u00a0", " ")
    assert who == "More often than others: firms (40 %, others 10 %) and aged 35–44 (15 %, others 10 %)."
    assert targets_words.message(view, found) == [
        "Open with what they say themselves: “celebrate”.",
        "Do not open with a price: they hardly ever buy at a discount.",
    ]
    assert targets_words.timing(view, found)[-1].endswith("rhythm: up to 14 days between two orders.")
    assert targets_words.offer(view, found)[0].endswith("more often €100 or more.")
    empty = profile()
    assert "Interview" in targets_words.positioning(view, empty, "Ours")[1]
    for write in (targets_words.message, targets_words.offer, targets_words.channel, targets_words.timing):
        assert len(write(view, empty)) == 1
    assert targets_words.seen(view, empty, "why") == "Not known: ask them."


def test_the_document_of_a_brief_says_what_the_page_says() -> None:
    set_locale("en")
    view: Any = SimpleNamespace(
        filters=Filters(), info=SimpleNamespace(last_day=date(2026, 2, 20), version=3), currency="EUR"
    )
    sections = [("Budget", ["At most €188 a customer.", "=1+1"]), ("Offer", ["Lead with <b>."])]
    blocks = targets_brief.as_blocks(view, sections)
    lines = [line for block in blocks if isinstance(block, Bullets) for line in block.lines]
    assert lines == [line for _, found in sections for line in found]
    assert "20\u00a0Feb\u00a02026, snapshot 3" in blocks[0].text
    text = targets_brief.as_text(view, "Ours", sections)
    assert all(f"- {line}" in text for line in lines)
    with zipfile.ZipFile(io.BytesIO(docx("Ours", blocks))) as packed:
        body = packed.read("word/document.xml").decode()
    assert all(html.escape(line, quote=False) in body for line in lines)


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
