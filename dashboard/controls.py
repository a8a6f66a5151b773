"""Widgets of a page, bound to the link: settings of the analysis, choices of the page, and what is selected."""

from collections.abc import Callable, Mapping
from dataclasses import Field, fields
from typing import Any, Literal

import streamlit as st

from core.analyses import load
from core.errors import BadParameterError
from core.params import parse_one, write_one
from dashboard import share
from dashboard.charts.marks import clicked
from dashboard.compare import MODES
from dashboard.view import View
from dashboard.words import _, ngettext, plain

Form = Literal["segments", "list", "pills"]
LIST_WIDTH = 220
MOST_PILLS = 16
_CHARTS = "charts"


def setting(
    view: View,
    name: str,
    label: str,
    words: Mapping[Any, str] | None = None,
    help: str | None = None,
    form: Form = "segments",
) -> None:
    """A widget for one setting of the page's analysis.

    Parameters
    ----------
    view : View
    name : str
        The field of the settings, which is its URL name too.
    label : str
    words : mapping of value to str, optional
        What the reader sees for each value; the value itself where there is none.
    help : str, optional
        Shown on hover.
    form : {"segments", "list", "pills"}
        How a choice is drawn; numbers and names have one form each. What a name can be are the keys of ``words``.
    """
    spec = next(one for one in fields(load(view.analysis).params) if one.name == name)
    value = getattr(view.params, name)
    if "most" in spec.metadata:
        _rising_numbers(view, spec, label, value, help)
        return
    bound = share.bound(
        name, value, lambda picked: () if picked in (None, spec.default) else (write_one(picked),), view.key
    )
    if "options" in spec.metadata:
        _choices(label, view.options(name), words or {}, help, form, bound)
        return
    if "name" in spec.metadata:
        known = {value: str(value)} | dict(words or {})
        st.selectbox(label, list(words or known), format_func=known.__getitem__, help=help, **bound)
        return
    kind = type(spec.default)
    st.number_input(
        label, min_value=kind(spec.metadata["low"]), max_value=kind(spec.metadata["high"]), help=help, **bound
    )


def compare_control(view: View) -> None:
    """A small control for what to compare with; nothing where the data reach back to no earlier time."""
    words = {"": _("No comparison"), "previous": _("Period before"), "year": _("A year ago")}
    if view.filters.first is None:
        words["previous"] = _("3 months ago")
    offered = ["", *(mode for mode in MODES if view.comparable(mode))]
    if len(offered) == 1:
        return
    found = view.comparison()
    bound = share.bound(share.COMPARE, found.mode if found else "", lambda picked: (picked,) if picked else ())
    st.segmented_control(
        _("Compare with"),
        offered,
        format_func=words.__getitem__,
        label_visibility="collapsed",
        required=True,
        **bound,
    )


def choose(view: View, key: str, label: str, words: Mapping[str, str], form: Form = "segments") -> str:
    """A widget for a choice that only concerns the page, such as what a chart's colour stands for.

    Parameters
    ----------
    view : View
    key : str
        URL name.
    label : str
        For screen readers; not drawn.
    words : mapping of str to str
        What the reader sees for each option; the first one is the default.
    form : {"segments", "list", "pills"}

    Returns
    -------
    str
        The option chosen, which `View.choice` also gives before the widget is drawn.
    """
    options = tuple(words)
    value = view.choice(key, options)
    bound = share.bound(key, value, lambda picked: () if picked in (None, options[0]) else (picked,), view.key)
    _choices(label, options, words, None, form, bound, label_visibility="collapsed")
    return value


def pick(view: View, words: Mapping[str, str], everything: str) -> None:
    """A list of what can be selected, for readers without a mouse: pills on a phone, while they are few.

    Parameters
    ----------
    view : View
    words : mapping of str to str
        What the reader sees for each key.
    everything : str
        The words for nothing selected.
    """
    label = _("Show the customers of")
    chosen = view.selected(tuple(words))
    if view.phone and len(words) <= MOST_PILLS:
        bound = share.bound(share.SELECT, chosen, _as_selected, view.key)
        said = {key: plain(text) for key, text in words.items()}
        st.pills(label, list(words), format_func=said.__getitem__, label_visibility="collapsed", **bound)
        return
    bound = share.bound(share.SELECT, chosen or "", _as_selected, view.key)
    st.selectbox(
        label,
        ["", *words],
        format_func=lambda key: words[key] if key else everything,
        label_visibility="collapsed",
        width=LIST_WIDTH,
        **bound,
    )


def select(key: str | None) -> None:
    """Select a cell, bar or segment, or nothing. For callbacks of buttons."""
    share.change({share.SELECT: (key,) if key else ()})


def chart_selection(view: View, chart: str) -> dict[str, Any]:
    """Arguments that make a click on a chart select; none on a phone, where the chart would swallow the swipe.

    Parameters
    ----------
    view : View
    chart : str
        The chart's own key.

    Returns
    -------
    dict
        ``key``, ``on_select`` and ``selection_mode`` of ``st.plotly_chart``.
    """
    if view.phone:
        return {"key": f"{view.key}/{chart}"}
    charts = st.session_state.setdefault(_CHARTS, {})
    held = charts.setdefault(f"{view.key}/{chart}", {"turn": 0, "key": None})
    if held["key"] is not None and held["key"] != view.selected():
        # The chart still holds a selection that was since changed elsewhere, and would not report the same click again.
        held.update(turn=held["turn"] + 1, key=None)
    name = f"{view.key}/{chart}/{held['turn']}"

    def on_select() -> None:
        held["key"] = clicked(st.session_state[name])
        select(held["key"])

    return {"key": name, "on_select": on_select, "selection_mode": "points"}


def _rising_numbers(view: View, spec: "Field[Any]", label: str, value: tuple[float, ...], help: str | None) -> None:
    """A line of text for a few rising numbers; what can't be read stays as it was typed, with words under it, and is not applied."""
    name, wrong = f"{view.key}/{spec.name}", f"{view.key}/{spec.name}/wrong"
    shown = write_one(value).replace(",", ", ")
    if name not in st.session_state:
        st.session_state.pop(wrong, None)
    if wrong not in st.session_state and st.session_state.get(name) != shown:
        st.session_state[name] = shown

    def picked() -> None:
        text = st.session_state[name]
        try:
            read = parse_one(spec, text.replace(";", ","))
        except BadParameterError:
            st.session_state[wrong] = text
            return
        st.session_state.pop(wrong, None)
        share.change({spec.name: (write_one(read),) if read else ()})

    st.text_input(label, placeholder="30, 90", help=help, key=name, on_change=picked)
    if wrong in st.session_state:
        most = spec.metadata["most"]
        told = ngettext(
            "Write {n} number, such as 30. This one was not applied.",
            "Write up to {n} numbers, rising, with commas between them, such as 30, 90. These were not applied.",
            most,
        )
        st.markdown(f":red[:small[{told.format(n=most)}]]")


def _as_selected(picked: str | None) -> tuple[str, ...]:
    return (picked,) if picked else ()


def _choices(
    label: str,
    options: tuple[Any, ...],
    words: Mapping[Any, str],
    help: str | None,
    form: Form,
    bound: dict[str, Any],
    **more: Any,
) -> None:
    # A list shows text as it is, the others read Markdown.
    said = {value: text if form == "list" else plain(text) for value, text in words.items()}
    shared: dict[str, Any] = {"format_func": lambda value: said.get(value, str(value)), "help": help, **bound, **more}
    drawn: dict[Form, Callable[..., Any]] = {"segments": st.segmented_control, "pills": st.pills, "list": st.selectbox}
    drawn[form](label, options, **shared, **({} if form == "list" else {"required": True}))
