"""Widgets that show what is, and call back with what the reader picked instead."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st


def select(
    label: str,
    options: Sequence[str],
    value: str,
    words: Callable[[str], str],
    key: str,
    picked: Callable[[str], None],
    help: str | None = None,
) -> None:
    """A list to choose from; `picked` is called with another choice than `value`."""
    _set(key, value)
    st.selectbox(label, options, format_func=words, key=key, on_change=partial(_tell, key, value, picked), help=help)


def segments(
    label: str, options: Sequence[str], value: str, words: Callable[[str], str], key: str, picked: Callable[[str], None]
) -> None:
    """A switch of a few positions, without its label drawn."""
    _set(key, value)
    st.segmented_control(
        label,
        options,
        format_func=words,
        key=key,
        required=True,
        on_change=partial(_tell, key, value, picked),
        label_visibility="collapsed",
        width="content",
    )


def _set(key: str, value: Any) -> None:
    # Set only what differs: a value that is set again can overtake the reader's next click.
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _tell(key: str, value: str, picked: Callable[[str], None]) -> None:
    chosen = st.session_state[key]
    if chosen is not None and chosen != value:
        picked(chosen)
