"""Notes that people pinned to a segment or to a step, as quiet text; nothing where there is none."""

import pandas as pd
import streamlit as st

from core.notes import notes_on
from dashboard import layout
from dashboard.view import View
from dashboard.words import _, day, ngettext, number

# Older ones are folded away.
MOST = 3


def pinned(view: View, segment: str = "", step: str = "") -> None:
    """Draw the notes on a segment, on a step, or on both, the newest first.

    Parameters
    ----------
    view : View
    segment : str
        A text of :func:`core.targets.picks.write_pick`; "" for any.
    step : str
        A key of the path's steps; "" for any.
    """
    lines = [line(row.date, row.author, row.note) for row in notes_on(view.data, segment, step).itertuples(index=False)]
    if not lines:
        return
    with st.container(gap="xsmall", key=f"{view.key}/notes/{step or 'segment'}"):
        _draw(lines[:MOST])
        if older := lines[MOST:]:
            label = ngettext("{n} older note", "{n} older notes", len(older)).format(n=number(len(older)))
            with st.popover(label, type="tertiary"):
                _draw(older)


def line(when: object, author: object, text: str) -> str:
    """A note with who wrote it and when, as far as that is known."""
    written = "" if pd.isna(when) else day(pd.Timestamp(when).date())
    by = ", ".join(part for part in ("" if pd.isna(author) else str(author), written) if part)
    # Its lines would be paragraphs and lists of the page.
    return _("“{note}” {by}").format(note=" ".join(text.split()), by=" ".join(by.split())).rstrip()


def _draw(lines: list[str]) -> None:
    for one in lines:
        st.markdown(f":gray[:material/sticky_note_2: :small[{layout.plain(one)}]]")
