"""The one component of our own: the address, the copy buttons and the watch over the theme.

Its script is a file served by the dashboard itself, so that the content security policy need not allow any other.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from dashboard import share
from dashboard.words import _

_FOLDER = Path(__file__).parent
_NAME = "clientele.browser"


def draw(version: int | str) -> None:
    """Draw the copy buttons, and let the browser's address follow the link.

    Parameters
    ----------
    version : int or str
        The snapshot that a pinned link names, or ``share.SAMPLE``: then there is no other link.
    """
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(_NAME) is None:
        manifest = ComponentManifest("clientele", "1", [ComponentConfig("browser", ".")])
        manager.register_from_manifest(manifest, _FOLDER)
    said = {"done": _("Copied"), "failed": _("Copy it from the address bar")}
    live = {
        "name": "live",
        "label": _("Copy link"),
        "title": _("Opens this page with the newest data"),
        "query": share.query(snapshot=None),
    }
    pinned = {
        "name": "pinned",
        "label": _("Copy link to the sample")
        if version == share.SAMPLE
        else _("Copy link to snapshot {n}").format(n=version),
        "title": _("Opens this page with just these data, whatever is imported later"),
        "query": share.query(snapshot=str(version)),
    }
    buttons = [pinned] if version == share.SAMPLE else [live, pinned]
    data = {"query": share.query(), "arrival": share.arrivals(), "buttons": [one | said for one in buttons]}
    _component()(key="browser", data=data, on_theme_change=_nothing)


@cache
def _component() -> Callable[..., Any]:
    html, css = ((_FOLDER / f"browser.{kind}").read_text(encoding="utf-8") for kind in ("html", "css"))
    return st.components.v2.component(_NAME, html=html, css=css, js="browser.js")


def _nothing() -> None:
    """A change of theme needs the rerun that comes with it, nothing else."""
