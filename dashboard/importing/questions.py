"""What can be meant in two ways: asked, with examples from the file, and never answered beforehand."""

import streamlit as st

from core.errors import Question
from core.ingest.mapping import correcting
from core.ingest.recognise import Recognised
from dashboard import layout
from dashboard.importing import edit, steps
from dashboard.importing.draft import Draft, key_of
from dashboard.topics import importing
from dashboard.words import _, ngettext

_FEW = 6


def draw(one: Draft) -> None:
    """All questions so far, the open ones first; nothing when there are none."""
    if not one.asked:
        return
    count = len(one.unanswered)
    note = (
        ngettext("{n} answer is needed before the check", "{n} answers are needed before the check", count).format(
            n=count
        )
        if count
        else _("All answered")
    )
    with layout.cards(1).cell(), layout.block(_("Questions"), note):
        for asked in one.asked.values():
            _draw(one, asked)


def _draw(one: Draft, asked: Question) -> None:
    key = "import/question/" + "/".join(key_of(asked))
    choices = [choice for choice, _example in asked.choices]
    answered = one.answers.get(key_of(asked))
    if st.session_state.get(key) != answered:
        st.session_state[key] = answered
    shared = {
        "format_func": lambda choice: importing.answer(asked, choice),
        "index": None,
        "key": key,
        "on_change": _answer,
        "args": (one, asked, key),
    }
    words = importing.question(asked)
    if len(choices) <= _FEW:
        st.radio(
            layout.plain(words),
            choices,
            **{**shared, "format_func": lambda c: layout.plain(importing.answer(asked, c))},
        )
    else:
        st.selectbox(layout.plain(words), choices, placeholder=_("Choose"), **shared)


def _answer(one: Draft, asked: Question, key: str) -> None:
    choice = st.session_state[key]
    if choice is None:
        return
    one.answers[key_of(asked)] = choice
    found = next((found for found in one.found if found.file == asked.file), Recognised(asked.file))
    one.mapping = correcting.answer(one.mapping, edit.block_of(found), asked, choice)
    steps.recognise(one)
