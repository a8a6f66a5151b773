"""The link: everything a reader has chosen, as URL parameters that another browser can open.

The link is read when a session begins, when a page is opened by a link, and when the reader goes back. In between, the session holds
what was chosen (a second click can come before the browser has heard of the first one's link) and the browser's address follows.
Who needs a value asks for it by :func:`take` and says what is wrong with it by :func:`drop`; what nobody asks for is dropped as well,
and each is named to the reader. Filters, comparison, snapshot and language go from page to page; settings are kept by page.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.filters import FILTERS
from dashboard.words import _

Values = tuple[str, ...]

CLASSES, COMPARE, SNAPSHOT, LANGUAGE, SELECT = "classes", "compare", "snapshot", "lang", "select"
# What the link says in place of a snapshot's number to visit the sample from data of one's own.
SAMPLE = "sample"
CARRIED: tuple[str, ...] = (*(spec.key for spec in FILTERS), CLASSES, COMPARE, SNAPSHOT, LANGUAGE)
_STATE = "link"


def arrive(page: str) -> None:
    """Take over the link when the reader has just come to a page; once a run, before anything is read from it."""
    state = _state()
    given = _given()
    if state["page"] is None or _went_back() or (state["page"] != page and given):
        state["carried"] = {key: values for key, values in given.items() if key in CARRIED}
        state["own"][page] = {key: values for key, values in given.items() if key not in CARRIED}
        state["notices"] = []
    elif state["page"] != page:
        state["own"].get(page, {}).pop(SELECT, None)
        state["notices"] = []
    if state["page"] != page or _went_back():
        state["arrivals"] += 1
    state["page"] = page
    state["asked"] = set()


def language() -> str:
    """The language that the link asks for, before anything else is known of it; "" when it asks for none."""
    state = _state()
    values = state["carried"].get(LANGUAGE, ()) if state["page"] is not None else _given().get(LANGUAGE, ())
    return values[-1] if values else ""


def take(key: str) -> Values:
    """The values of a parameter, none when it is not in the link."""
    _state()["asked"].add(key)
    return tuple(_shelf(key).get(key, ()))


def take_one(key: str) -> str:
    """The one value of a parameter, "" when it is not in the link; of several the last counts."""
    values = take(key)
    return values[-1] if values else ""


def drop(key: str, values: Iterable[str], reason: str) -> None:
    """Leave values out, and say so.

    Parameters
    ----------
    key : str
        URL name.
    values : iterable of str
        Those that can't be used.
    reason : str
        A sentence, translated, with ``{key}`` and ``{value}`` in it.
    """
    bad = tuple(values)
    shelf = _shelf(key)
    left = tuple(value for value in shelf.get(key, ()) if value not in bad)
    shelf.pop(key, None)
    if left:
        shelf[key] = left
    _state()["notices"] += [reason.format(key=key, value=value) for value in bad]


def drop_unasked() -> None:
    """Leave out what no part of the page asked for; at the end of a page that was drawn to its end."""
    state = _state()
    for shelf in (state["carried"], _own()):
        for key in [key for key in shelf if key not in state["asked"]]:
            drop(
                key, [", ".join(shelf[key])], _("The link’s {key}={value} means nothing on this page. It was left out.")
            )


def begin_again() -> None:
    """Run once more, because the page dropped something that the sidebar's links still had."""
    if _went_back():
        # The next run counts as going back, too, and reads the address again.
        st.query_params.from_dict(current())
    st.rerun()


def notices() -> list[str]:
    """What was left out of the link, a sentence each."""
    return list(dict.fromkeys(_state()["notices"]))


def change(values: Mapping[str, Iterable[str]]) -> None:
    """Put the reader's choice into the link; no values take a parameter out of it. For callbacks."""
    for key, chosen in values.items():
        shelf = _shelf(key)
        shelf.pop(key, None)
        if texts := tuple(chosen):
            shelf[key] = texts
    _state()["notices"] = []
    st.query_params.from_dict(current())


def current() -> dict[str, list[str]]:
    """The parameters of this page's link, filters first."""
    state, own = _state(), _own()
    ordered = {key: state["carried"][key] for key in CARRIED[:-2] if key in state["carried"]}
    ordered |= {key: own[key] for key in sorted(own)}
    ordered |= {key: state["carried"][key] for key in CARRIED[-2:] if key in state["carried"]}
    return {key: list(values) for key, values in ordered.items()}


def query(**changed: str | None) -> str:
    """The page's link as a query string, with parameters replaced or (None) left out."""
    values = current() | {key: [value] for key, value in changed.items() if value is not None}
    return urlencode({key: value for key, value in values.items() if changed.get(key, "") is not None}, doseq=True)


def carried() -> dict[str, list[str]]:
    """The parameters that go along to another page."""
    values = _state()["carried"]
    return {key: list(values[key]) for key in CARRIED if key in values}


def arrivals() -> int:
    """How often the reader has come to a page: each time the browser's address may need to be set anew."""
    count: int = _state()["arrivals"]
    return count


def bound(key: str, value: Any, write: Callable[[Any], Iterable[str]], page: str = "") -> dict[str, Any]:
    """Arguments that tie a widget to a parameter: it shows ``value``, and what the reader picks goes into the link.

    Parameters
    ----------
    key : str
        URL name.
    value : object
        What the widget is to show, in the widget's own type.
    write : callable
        Widget value to the texts in the link; none for the default.
    page : str
        The page's key, for widgets that belong to a page.

    Returns
    -------
    dict
        ``key`` and ``on_change`` of the widget.
    """
    name = f"{page}/{key}"
    # Set only what differs: a value that is set again can overtake the reader's next click.
    if name not in st.session_state or st.session_state[name] != value:
        st.session_state[name] = value
    return {"key": name, "on_change": partial(_picked, key, name, write)}


def _picked(key: str, name: str, write: Callable[[Any], Iterable[str]]) -> None:
    change({key: write(st.session_state[name])})


def _state() -> dict[str, Any]:
    empty = {"page": None, "arrivals": 0, "carried": {}, "own": {}, "asked": set(), "notices": []}
    state: dict[str, Any] = st.session_state.setdefault(_STATE, empty)
    return state


def _own() -> dict[str, Values]:
    state = _state()
    own: dict[str, Values] = state["own"].setdefault(state["page"], {})
    return own


def _shelf(key: str) -> dict[str, Values]:
    carried: dict[str, Values] = _state()["carried"]
    return carried if key in CARRIED else _own()


def _given() -> dict[str, Values]:
    return {key: tuple(st.query_params.get_all(key)) for key in st.query_params}


def _went_back() -> bool:
    context = get_script_run_ctx()
    return bool(context is not None and getattr(context, "is_history_navigation", False))
