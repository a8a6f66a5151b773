"""Buttons that save a chart as a picture: the browser has it drawn already, with its fonts."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from dashboard.charts.theme import Theme
from dashboard.words import _

_FOLDER = Path(__file__).parent
_PACKAGE, _COMPONENT = "clientele_picture", "picture"
_NAME = f"{_PACKAGE}.{_COMPONENT}"


def draw(theme: Theme, key: str, chart: str, file: str, title: str, note: str, source: str) -> None:
    """Draw the buttons PNG and SVG.

    Parameters
    ----------
    theme : Theme
        The picture's background and text.
    key : str
        The buttons' own.
    chart : str
        Key of the chart's element.
    file : str
        Name of the picture without its ending.
    title, note : str
        Written above the chart.
    source : str
        Written below it: what is shown, n, as-of, filter.
    """
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(_NAME) is None:
        manager.register_from_manifest(ComponentManifest(_PACKAGE, "1", [ComponentConfig(_COMPONENT, ".")]), _FOLDER)
    data = {
        "chart": chart,
        "file": file,
        "title": title,
        "note": note,
        "source": source,
        "colours": {"page": theme.bg, "ink": theme.ink, "muted": theme.muted},
        "labels": {"png": _("Picture, PNG"), "svg": _("Picture, SVG")},
        "failed": _("This chart can’t be saved here"),
    }
    _component()(key=key, data=data)


@cache
def _component() -> Callable[..., Any]:
    html, css = ((_FOLDER / f"picture.{kind}").read_text(encoding="utf-8") for kind in ("html", "css"))
    return st.components.v2.component(_NAME, html=html, css=css, js="picture.js")
