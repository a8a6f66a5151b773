"""Widgets for settings that are written, and for the comparison."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.access import AccessScope, open_dataset

PAGE = Path(__file__).with_name("widgets_page.py")
Opened = Callable[..., AppTest]


@pytest.fixture
def widgets(data: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Open the page of widgets by a link."""
    from dashboard import controls, view

    # The page puts its own settings in their place.
    monkeypatch.setattr(controls, "load", controls.load)
    monkeypatch.setattr(view, "load", view.load)

    def open_it(first: date | None = None, **query: str) -> AppTest:
        app = AppTest.from_file(PAGE, default_timeout=30)
        app.session_state["data"] = str(data)
        app.session_state["first"] = first
        for key, value in query.items():
            app.query_params[key] = value
        return app.run()

    return open_it


def link(app: AppTest) -> dict[str, tuple[str, ...]]:
    state = app.session_state["link"]
    return state["carried"] | state["own"]["widgets"]


def test_numbers_come_from_the_link_and_go_into_it(widgets: Opened) -> None:
    app = widgets(r_cuts="30,90")
    assert app.text_input[0].value == "30, 90"
    assert app.text_input[0].placeholder == "30, 90"
    app.text_input[0].set_value("7; 14.5, 60").run()
    assert link(app) == {"r_cuts": ("7,14.5,60",)}
    assert app.text_input[0].value == "7, 14.5, 60"
    assert app.text[0].value.startswith("cuts (7.0, 14.5, 60.0)")
    app.text_input[0].set_value("").run()
    assert link(app) == {}


@pytest.mark.parametrize("bad", ["90, 30", "soon", "1,2,3,4", "1,,2", "nan"])
def test_bad_numbers_are_not_applied_and_said_under_what_was_typed(widgets: Opened, bad: str) -> None:
    app = widgets(r_cuts="30,90")
    app.text_input[0].set_value(bad).run()
    assert app.text_input[0].value == bad
    assert "up to 3 numbers, rising" in app.markdown[0].value
    assert link(app) == {"r_cuts": ("30,90",)}
    assert app.text[0].value.startswith("cuts (30.0, 90.0)")
    app.text_input[0].set_value("40, 80").run()
    assert not app.markdown
    assert link(app) == {"r_cuts": ("40,80",)}


def test_bad_numbers_in_a_link_are_dropped_with_a_notice(widgets: Opened) -> None:
    app = widgets(r_cuts="90,30")
    assert "r_cuts=90,30 can’t be used here" in app.info[0].value
    assert link(app) == {}


def test_a_name_is_picked_by_its_words_and_a_foreign_one_dropped(widgets: Opened) -> None:
    app = widgets(rows="tier")
    assert app.selectbox[0].value == "tier"
    assert app.selectbox[0].options == ["ABC class", "Value tier"]
    app.selectbox[0].select("abc").run()
    assert link(app) == {}
    app = widgets(rows="shoe_size")
    assert app.info[0].value == "The link’s rows=shoe_size is not on offer on this page. It was left out."
    assert app.selectbox[0].value == "abc"


def test_the_comparison_goes_through_the_link(widgets: Opened) -> None:
    app = widgets(compare="previous")
    assert "compared to" in app.text[1].value
    assert link(app) == {"compare": ("previous",)}
    app.button_group[0].set_value("").run()
    assert link(app) == {}
    assert app.text[1].value == "compared None"


def test_a_comparison_with_a_time_before_the_data_is_dropped_and_said(widgets: Opened, data: Path) -> None:
    first = open_dataset(data, AccessScope.everything()).info.first_day
    app = widgets(first=first, compare="year")
    assert app.text[1].value == "compared None"
    assert "There is nothing to compare with" in app.info[0].value
    assert not app.button_group  # nothing to offer


def test_an_unknown_comparison_is_dropped_and_said(widgets: Opened) -> None:
    assert "compare=decade is not on offer" in widgets(compare="decade").info[0].value
