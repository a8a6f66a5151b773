"""The links of the path: each step's way to the page that does it, and the one that was kept when it was decided."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from core.analyses import load
from core.analyses.path import PathResult
from core.errors import BadParameterError
from core.own_segments import OWN, RULE
from core.params import parse_one
from core.path.state import LONGEST_LINK
from core.targets.picks import write_picks
from dashboard import layout, share
from dashboard.registry import PAGES
from dashboard.view import View
from dashboard.words import _

INTERVIEWS = "interviews"
# What only one of the steps asks of the link.
_OF_A_STEP = ("market", "measure", "list", "sort")


@dataclass(frozen=True)
class Way:
    """A page, what its link says besides the filters, and the words of the link."""

    page: str
    query: Mapping[str, str]
    label: str = ""

    @property
    def text(self) -> str:
        """As it is kept; "" where it is too long for that."""
        text = f"{self.page}?{urlencode(self.query)}" if self.query else self.page
        return text if len(text) <= LONGEST_LINK else ""


def go(step: str, **more: tuple[str, ...]) -> None:
    """Turn to a step, "" for the one to go on with. For callbacks."""
    share.change(dict.fromkeys(_OF_A_STEP, ()) | {"step": (step,) if step else ()} | more)


def ways(view: View, result: PathResult, step: str) -> list[Way]:
    """The pages that do a step, the main one first, with the settings of this page."""
    by = {"classification": view.params.classification}
    picks = write_picks(one.segment for one in result.chosen)
    chosen = by | ({"picks": picks} if picks else {})
    profile = Way("profiles", by, _("Open the profiles"))
    ask = Way(INTERVIEWS, by, _("Ask them: guide and invitations"))
    whose = Way("personas", {}, _("Open the personas"))
    side_by_side = Way("targets", chosen, _("Open the targets"))
    return {
        "criteria": [profile, ask, Way("data", {}, _("Give more data"))],
        "customers": [whose, Way("journey", {}, _("Open the journey"))],
        "competitors": [whose, ask],
        "differences": [profile, Way("crossing", {"rows": by["classification"]}, _("Cross them")), ask],
        "segments": [Way("own_segments", {}, _("Build a segment of your own")), _of_classification(by, whose)],
        "size": [Way("targets", by, _("Open the targets"))],
        "choice": [side_by_side],
        "brief": [Way("targets", chosen, _("Open briefs and lists"))],
        "again": [Way("movements", by, _("Open the movements")), side_by_side],
    }[step]


def _of_classification(by: Mapping[str, str], other: Way) -> Way:
    """The page that makes a classification."""
    code = by["classification"]
    if code in ("abc", "xyz", "abc_xyz"):
        return Way("abc_xyz", {}, _("Open ABC-XYZ"))
    if code in ("rfm_segment", "recency", "frequency", "monetary"):
        return Way("rfm", {}, _("Open RFM"))
    if code == "tier":
        return Way("ltv", {}, _("Open lifetime value"))
    return other if not code.startswith((OWN, RULE)) else Way("profiles", by, _("Open the profiles"))


def draw(view: View, result: PathResult, step: str, kept: str) -> None:
    """The links of a step, and the one that was kept, where it leads elsewhere."""
    found = [way for way in ways(view, result, step) if way.page in view.pages]
    with st.container(horizontal=True):
        for way in found:
            layout.go_to(view, way.page, way.label, _query(way))
        was = read(view, kept)
        if was is not None and was not in [Way(way.page, way.query) for way in found]:
            layout.go_to(view, was.page, _("As it was decided"), _query(was))


def _query(way: Way) -> dict[str, list[str]]:
    return share.carried() | {key: [value] for key, value in way.query.items()}


def read(view: View, text: str) -> Way | None:
    """A link as it was kept: its page and those of its settings that the page takes; None where there is no such page.

    The file may be written by hand, so that nothing of it goes into a link unread.
    """
    page, _mark, rest = text.partition("?")
    spec = next((one for one in PAGES if one.key == page), None)
    if spec is None or page not in view.pages:
        return None
    accepted = {one.name: one for one in fields(load(spec.analysis).params)} if spec.analysis else {}
    query = {}
    for key, value in parse_qsl(rest):
        if key in accepted and value:
            try:
                parse_one(accepted[key], value)
            except BadParameterError:
                continue
            query[key] = value
    return Way(page, query)
