"""A button that saves persona cards as one PDF or picture for the wall.

The sheets are drawn here as SVG, with text of any script; the browser, which has the fonts, turns them into pages. So no library for
PDF is needed, and what is on the page is what is on paper.
"""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from dashboard import downloads
from dashboard.poster.sheet import HEIGHT, WIDTH, Block, sheets
from dashboard.topics.personas_cards import Card, advice, role
from dashboard.view import View
from dashboard.words import _

_FOLDER = Path(__file__).parent
_PACKAGE, _COMPONENT = "clientele_poster", "poster"
_NAME = f"{_PACKAGE}.{_COMPONENT}"


def menu(view: View, key: str, title: str, cards: Sequence[Card]) -> None:
    """A popover with the buttons.

    Parameters
    ----------
    view : View
    key : str
        Its own on this page.
    title : str
        Above the cards.
    cards : sequence of Card
    """
    place = st.popover(_("For the wall"), icon=":material/print:", key=key, on_change="rerun")
    if not place.open:
        return
    with place:
        st.markdown(_("All cards, four a sheet of A3."))
        data = {
            "pages": sheets(title, downloads.source(), [block(card) for card in cards]),
            "size": [WIDTH, HEIGHT],
            "file": f"clientele-{view.key}",
            "labels": {"pdf": _("PDF"), "png": _("Picture, PNG")},
            "failed": _("The cards can’t be saved here"),
        }
        _component()(key=f"{key}/save", data=data)


def block(card: Card) -> Block:
    """A card as it stands on paper."""
    warning = (("", card.warning),) if card.warning else ()
    return Block(
        card.title,
        role(card),
        card.note,
        tuple((value, label) for value, label, _definition in card.figures),
        (*warning, *card.alone, *advice(card)),
        card.quote,
    )


@cache
def _component() -> Callable[..., Any]:
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(_NAME) is None:
        manager.register_from_manifest(ComponentManifest(_PACKAGE, "1", [ComponentConfig(_COMPONENT, ".")]), _FOLDER)
    html, css = ((_FOLDER / f"poster.{kind}").read_text(encoding="utf-8") for kind in ("html", "css"))
    return st.components.v2.component(_NAME, html=html, css=css, js="poster.js")
