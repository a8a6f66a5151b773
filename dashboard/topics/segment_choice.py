"""The two lists from which one segment is chosen: whose segments, and which of them."""

from collections.abc import Mapping

import streamlit as st

from dashboard import share
from dashboard.controls import setting
from dashboard.view import View
from dashboard.words import _


def classification(view: View, offered: Mapping[str, str], emptied: tuple[str, ...] = ("segment",)) -> None:
    """Whose segments; another classification has others, so the settings that name one are emptied.

    Parameters
    ----------
    view : View
    offered : mapping of str to str
        The words for each, the chosen one among them.
    emptied : tuple of str
        Names of these settings.
    """
    key = f"{view.key}/classification"
    bound = share.bound("classification", view.params.classification, tuple, view.key)

    def picked() -> None:
        share.change({"classification": (st.session_state[key],), **dict.fromkeys(emptied, ())})

    st.selectbox(_("Segments of"), list(offered), format_func=offered.__getitem__, **(bound | {"on_change": picked}))


def segment(view: View, chosen: str, said: Mapping[str, str]) -> None:
    """Which of them; ``said`` has the words for those that somebody bears."""
    # The first one needs no word in the link.
    own = dict(said) if view.params.segment else {"": said[chosen], **said}
    own = {code: text for code, text in own.items() if view.params.segment or code != chosen}
    setting(view, "segment", _("Segment"), own)
