"""The page of the path in all its states: nothing kept, half walked, overdue, broken, and for those who may not write."""

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.path.keeping import choose, keep, look_again
from core.path.state import FILE, Choice, Kept, PathState, Picked, path_in
from core.path.steps import STEPS
from core.scope import AccessScope
from core.targets.lists import TargetList, save
from dashboard import session
from dashboard.charts.dumbbell import Pair, dumbbells
from dashboard.charts.theme import theme
from dashboard.topics.path_since import finding
from dashboard.view import View
from dashboard.words import number, set_locale
from tests.dashboard.conftest import Opened
from tests.helpers import make_log, publish_lines

LAST = make_log(7)["date"].max().date()
EARLIER = LAST - timedelta(days=150)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of its own, that a path can be kept in."""
    return publish_lines(make_log(7), tmp_path, currency="USD")


def texts(app: AppTest) -> str:
    return "\n".join(one.value for one in app.markdown).replace("\\", "").replace("\u00a0", " ")


def titled(app: AppTest) -> str:
    return app.title[0].value.replace("\\", "").replace("\u00a0", " ")


def write(app: AppTest, words: str) -> None:
    app.text_area[0].set_value(words)


def test_an_unwalked_path_asks_its_first_question_and_each_step_is_drawn(open_page: Opened) -> None:
    app = open_page("path")
    assert not app.exception
    assert titled(app) == "Nine steps to target segments. The first: By what do customers differ?"
    shown = {one.label: one.value for one in app.metric}
    assert (shown["Steps done"], shown["Target segments"], shown["Look again on"]) == ("0 of 9", "0", "–")
    for step in STEPS[1:]:
        app.button(key=f"path/step/{step}").click().run()
        assert not app.exception, step
        assert not app.info, step
        assert app.query_params["step"] == step
    assert "Nothing is chosen yet" in texts(app)
    assert "Give a table of the market" in texts(open_page("path", step=["competitors"]))


def test_words_and_ticks_are_kept_and_the_next_step_comes_up(open_page: Opened, data: Path) -> None:
    app = open_page("path", step=["criteria"], classification=["channel"])
    write(app, "By **need**, then\nby size")
    app.button(key="path/done").click().run()
    assert not app.exception
    kept = path_in(data).of("criteria")
    assert (kept.words, kept.done, kept.snapshot) == ("By **need**, then\nby size", LAST, 1)
    assert kept.link == "profiles?classification=channel"
    assert kept.figures["attributes"] == 0
    assert titled(app) == "1 of 9 steps done. Next: Who buys from us, and who could?"
    write(app, "Everybody")
    app.button(key="path/save").click().run()
    assert path_in(data).of("customers") == Kept(words="Everybody")
    assert app.query_params["step"] == "customers"
    assert "begun" in texts(app)
    app.button(key="path/step/criteria").click().run()
    app.button(key="path/open").click().run()
    assert path_in(data).of("criteria") == Kept(words="By **need**, then\nby size")


def test_of_two_who_write_at_once_neither_loses_their_words_unseen(open_page: Opened, data: Path) -> None:
    app = open_page("path", step=["size"])
    write(app, "Mine")
    keep(data, "criteria", words="Of another step")
    app.run()
    assert app.text_area[0].value == "Mine"
    keep(data, "size", words="**Theirs**", done=EARLIER)
    app.button(key="path/save").click().run()
    assert not app.exception
    assert path_in(data).of("size") == Kept(words="**Theirs**", done=EARLIER)
    assert app.text_area[0].value == "Mine"
    said = texts(app)
    assert "nothing was kept" in said
    assert "Somebody else has written here meanwhile: “**Theirs**”" in said
    app.button(key="path/save").click().run()
    assert path_in(data).of("size") == Kept(words="Mine", done=EARLIER)
    assert "Somebody else" not in texts(app)
    keep(data, "size", words="Theirs again")
    app.run()
    assert app.text_area[0].value == "Theirs again"


def test_a_segment_that_nobody_is_in_is_no_reason_to_fail(open_page: Opened) -> None:
    for step in ("segments", "size", "choice"):
        app = open_page("path", step=[step], classification=["rule:orders >= 100000"])
        assert not app.exception, step
        assert ("Nobody is in any of these segments." in texts(app)) == (step != "choice")


def test_what_is_shown_may_end_before_the_choice_was_made(open_page: Opened, data: Path) -> None:
    choose(data, Choice(LAST, 1, (Picked("region=North", 9, 1.0),)))
    app = open_page("path", step=["again"], to=[EARLIER.isoformat()])
    assert f"The choice was made on data up to {LAST.day}" in texts(app)
    assert "the choice was made on them" not in texts(app)


def test_a_choice_is_kept_with_its_figures_and_a_date(open_page: Opened, data: Path) -> None:
    app = open_page("path", step=["choice"], classification=["region"])
    assert app.button(key="path/done").disabled
    app.multiselect(key="path/picks").select("region=North").run()
    app.multiselect(key="path/picks").select("region=South").run()
    assert app.query_params["picks"] == "region=North,region=South"
    app.button(key="path/done").click().run()
    assert not app.exception
    choice = path_in(data).choice
    assert choice is not None
    assert (choice.as_of, [one.segment for one in choice.picks]) == (LAST, ["region=North", "region=South"])
    assert "picks" not in app.query_params
    shown = {one.label: one.value for one in app.metric}
    assert shown["Target segments"] == "2"
    assert f"{number(choice.picks[0].customers)} customers" in texts(
        open_page("path", step=["choice"], classification=["region"])
    )
    app = open_page("path", step=["again"])
    assert "there is nothing newer to lay beside it" in texts(app)
    app.date_input[0].set_value(LAST + timedelta(days=90))
    app.button(key="path/keep_date").click().run()
    assert path_in(data).look_again == LAST + timedelta(days=90)
    app.button(key="path/no_date").click().run()
    assert path_in(data).look_again is None


def test_the_brief_says_what_came_of_each_list(open_page: Opened, data: Path) -> None:
    who = pd.DataFrame(
        {"customer_id": ["c000", "c001", "c002"], "list": "region=North", "holdout": [True, False, False]}
    )
    save(data, TargetList("Spring", EARLIER, 1, 0.3, ("region=North",), ""), who)
    told = "2 written to, 1 held out."
    for segment, name in (("North", "North"), ("South", "North (no target any more)")):
        choose(data, Choice(LAST, 1, (Picked(f"region={segment}", 9, 1.0),)))
        assert f"Spring, {name}: {told}" in texts(open_page("path", step=["brief"], classification=["region"]))


def test_an_overdue_path_says_what_changed_on_a_desk_and_on_a_phone(
    open_page: Opened, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(data, Choice(EARLIER, 1, (Picked("region=North", 9, 1.0), Picked("own:Gone=in", 3, 1.0))))
    keep(data, "choice", done=EARLIER, link="targets?picks=region%3DNorth&months=77&x=<b>")
    look_again(data, LAST)
    app = open_page("path")
    assert not app.exception
    assert titled(app).startswith("Time to look again. ")
    said = texts(app)
    assert "Gone is there no more: choose anew." in said
    assert "due" in said
    assert list(app.table[0].value["Segment"]) == ["North (Region)"]
    # Dollars would make a formula of what is between them.
    assert "$" not in app.table[0].value.to_string().replace(r"\$", "")
    assert any(one.key == "path/measure" for one in app.button_group)
    app = open_page("path", step=["choice"])
    assert "A segment that was chosen is there no more." in texts(app)
    # In a part of the company that can't be told.
    app = open_page("path", step=["choice"], region=["South"])
    assert "A segment that was chosen is there no more." not in texts(app)
    assert "Gone is not within this filter." in texts(open_page("path", step=["again"], region=["South"]))
    monkeypatch.setattr(View, "phone", True)
    app = open_page("path", step=["again"], measure=["revenue"])
    assert not app.exception
    assert "9 · Look again · due" in [one.label for one in app.button]
    assert "**North (Region).** Customers" in texts(app)
    # The clock is the data's: seen from before the date nothing is due.
    app = open_page("path", to=[(LAST - timedelta(days=1)).isoformat()])
    assert not titled(app).startswith("Time to look again")


def test_a_broken_file_says_what_to_mend_and_a_filter_keeps_steps_from_being_ticked(
    open_page: Opened, data: Path
) -> None:
    app = open_page("path", step=["size"], region=["North"])
    assert app.button(key="path/done").disabled
    assert "take the filter off first" in texts(app)
    (data / FILE).write_text("[steps.lunch]")
    app = open_page("path")
    assert "path.toml, [steps]" in texts(app).replace("Path", "path")
    # What can't be read is not what is not there.
    (data / FILE).unlink()
    assert titled(open_page("path")).startswith("Nine steps")
    (data / FILE).mkdir()
    assert "path.toml: can't be read" in texts(open_page("path")).replace("Path", "path")
    (data / FILE).rmdir()
    (data / FILE).write_text("[steps.lunch]")
    app = open_page("path")
    assert not app.exception
    assert "path.toml, [steps]: can't be used as it stands" in texts(app).replace("Path", "path")


def test_who_sees_a_part_of_the_company_neither_reads_nor_writes(
    open_page: Opened, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(data, "size", words="secret", done=date(2022, 1, 1))
    monkeypatch.setattr(session, "scope", lambda: AccessScope.only(region=("North",)))
    app = open_page("path", step=["size"])
    assert not app.exception
    assert "secret" not in texts(app) + "".join(one.value for one in app.text_area)
    assert not {"path/done", "path/save"} & {one.key for one in app.button}
    assert titled(app).startswith("Nine steps")


def test_of_what_was_only_written_down_nothing_is_called_clear_or_unclear() -> None:
    set_locale("en")
    row = {"key": "step=purchase", "measure": "customers", "then": 60.0, "change": 9.0, "low": None, "claim": False}
    result: Any = SimpleNamespace(
        changes=pd.DataFrame([row]),
        state=PathState(choice=Choice(date(2022, 3, 1), 1, (Picked("step=purchase", 60, 1.0),))),
    )
    assert finding(result, {}).replace("\u00a0", " ") == "Whether the changes since 1 Mar 2022 are chance can’t be told"
    result.changes["low"] = -3.0
    assert finding(result, {}).startswith("No clear change since")


def test_dumbbells_join_then_and_now_on_a_scale_with_zero() -> None:
    nan = float("nan")
    drawn = [Pair("a", "A", 10.0, 30.0, 15.0, 25.0, "+20", clear=True), Pair("b", "B", 8.0, 8.0, nan, nan, "0")]
    for narrow in (False, True):
        figure = dumbbells(
            theme("dark"), drawn, alt="then and now", words=("then", "now"), format=number, narrow=narrow
        )
        rings, dots = figure.data
        assert (list(rings.x), list(dots.x)) == ([10.0, 8.0], [30.0, 8.0])
        assert list(dots.error_x.array) == [5.0, 0.0]
        assert figure.layout.xaxis.range[0] <= 0
        assert figure.layout.meta["alt"] == "then and now"
    assert not dumbbells(theme("light"), [], alt="", words=("", ""), format=number).data[0].x
