"""The one list of pages."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page as StreamlitPage

from dashboard.data_folder import ROOT
from dashboard.words import _


@dataclass(frozen=True)
class PageSpec:
    """One page.

    Parameters
    ----------
    key : str
        Its address, and the name of its file in ``pages/``.
    title : callable
        Gives its name in the reader's language.
    group : callable
        Gives the name of its group in the navigation; "" stands by itself.
    analysis : str
        The analysis whose settings its link carries; "" for none.
    """

    key: str
    title: Callable[[], str]
    group: Callable[[], str] = str
    analysis: str = ""

    @property
    def file(self) -> Path:
        """The script that draws it."""
        return ROOT / "pages" / f"{self.key}.py"


PAGES: tuple[PageSpec, ...] = (
    PageSpec("overview", lambda: _("Overview"), analysis="overview"),
    PageSpec("abc_xyz", lambda: _("ABC-XYZ"), lambda: _("Value"), "abc_xyz"),
    PageSpec("rfm", lambda: _("RFM"), lambda: _("Value"), "rfm"),
    PageSpec("crossing", lambda: _("Crossings"), lambda: _("Value"), "crossing"),
    PageSpec("ltv", lambda: _("Lifetime value"), lambda: _("Value"), "ltv"),
    PageSpec("cohorts", lambda: _("Retention"), lambda: _("Time"), "cohorts"),
    PageSpec("survival", lambda: _("Second purchase"), lambda: _("Time"), "survival"),
    PageSpec("movements", lambda: _("Movements"), lambda: _("Time"), "movements"),
    PageSpec("journey", lambda: _("Journey"), lambda: _("Time"), "journey"),
    PageSpec("path", lambda: _("Path"), lambda: _("People"), "path"),
    PageSpec("personas", lambda: _("Personas"), lambda: _("People"), "personas"),
    PageSpec("profiles", lambda: _("Profiles"), lambda: _("People"), "profiles"),
    PageSpec("own_segments", lambda: _("Own segments"), lambda: _("People"), "own_segments"),
    PageSpec("interviews", lambda: _("Interviews"), lambda: _("People"), "interviews"),
    PageSpec("targets", lambda: _("Targets"), lambda: _("People"), "targets"),
    PageSpec("deals", lambda: _("Deals"), lambda: _("Firms"), "deals"),
    PageSpec("methods", lambda: _("Methods"), lambda: _("Help")),
    PageSpec("data", lambda: _("Data"), lambda: _("Help")),
)

# Analyses of deals and of touchpoints, whose regions and channels are their own.
OF_EVENTS = ("deals", "journey")


def built() -> dict[str, StreamlitPage]:
    """Streamlit's page of each key; the first one is the start page."""
    there = [spec for spec in PAGES if spec.file.is_file()]
    return {
        spec.key: st.Page(spec.file, title=spec.title(), url_path=spec.key, default=spec is there[0]) for spec in there
    }


def grouped(pages: dict[str, StreamlitPage]) -> dict[str, list[StreamlitPage]]:
    """The pages under the names of their groups, in the order of the list."""
    groups: dict[str, list[StreamlitPage]] = {}
    for spec in PAGES:
        if spec.key in pages:
            groups.setdefault(spec.group(), []).append(pages[spec.key])
    return groups


def spec_of(chosen: StreamlitPage, pages: dict[str, StreamlitPage]) -> PageSpec:
    """The row of the page that Streamlit opened."""
    return next(spec for spec in PAGES if spec.key in pages and pages[spec.key].url_path == chosen.url_path)
