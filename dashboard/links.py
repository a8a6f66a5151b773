"""Links from page to page: the filters go along, and a segment can be opened as a profile."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.analyses import load
from core.attribute_labels import OTHER
from core.errors import BadParameterError
from core.history import MISSING
from core.own_segments import IN, OWN, RULE
from core.rules import parse_rule
from core.rules.names import ATTRIBUTE, OWN_FIELD
from core.rules.tree import Test, write_rule
from dashboard import share
from dashboard.view import View
from dashboard.words import _, plain

# Numbers in bands, which a rule asks for by their ends.
_SPAN = re.compile(r"\S+ to \S+")


def go_to(view: View, page: str, label: str, query: Mapping[str, Sequence[str]] | None = None) -> None:
    """A link to another page that takes the filters along; nothing where there is no such page."""
    if page in view.pages:
        along = share.carried() if query is None else query
        st.page_link(
            view.pages[page], label=label, icon=":material/arrow_forward:", icon_position="right", query_params=along
        )


def profile_link(classification: str, label: str, *more: tuple[str, str]) -> dict[str, str]:
    """What a link to the page of profiles says: ``layout.Action(…, page="profiles", query=profile_link("abc", "A"))``.

    Parameters
    ----------
    classification, label : str
    *more : (classification, label)
        Further classes that must hold too: a cell of a crossing.

    Returns
    -------
    dict of str to str
        Empty where no rule can say that all of them hold.
    """
    if not more:
        return {"classification": classification, "segment": label}
    conditions = [condition(*pair) for pair in ((classification, label), *more)]
    rule = " and ".join(conditions)
    # Rules of the link may be as long as a rule can be, and both together longer.
    return {"classification": RULE + rule, "segment": IN} if all(conditions) and _readable(rule) else {}


def _readable(rule: str) -> bool:
    try:
        parse_rule(rule)
    except BadParameterError:
        return False
    return True


def condition(classification: str, label: str) -> str:
    """A class as a condition of a rule; "" for one that no rule can name."""
    by_rule = classification.startswith((OWN, RULE))
    if label == OTHER or (by_rule and label != IN) or (classification.startswith(ATTRIBUTE) and _SPAN.fullmatch(label)):
        return ""
    if classification.startswith(RULE):
        return f"({classification.removeprefix(RULE)})"
    if by_rule:
        return write_rule(Test(OWN_FIELD, "=", (classification.removeprefix(OWN),)))
    return write_rule(Test(classification, "unknown") if label == MISSING else Test(classification, "=", (label,)))


@dataclass(frozen=True)
class Segment:
    """What is selected on a page, as classes that the page of profiles knows too.

    Parameters
    ----------
    name : str
        As the reader sees it.
    classes : tuple of (classification, label)
        All of them hold; none where the page of profiles has no such segment.
    otherwise : str
        How the profile's classes differ from the page's ("by the usual settings"); "" where they are the same.
    """

    name: str
    classes: tuple[tuple[str, str], ...]
    otherwise: str = ""


def usual_settings(view: View, params: Any = None) -> str:
    """What to say of classes by other settings than a profile's; "" where these (by default the link's) are the usual ones."""
    same = (view.params if params is None else params) == load(view.analysis).params()
    return "" if same else _("by the usual settings")


def profile_of(view: View, segment: Segment | None) -> None:
    """A quiet link to the profile of what is selected; nothing where nothing is."""
    query = profile_link(*segment.classes[0], *segment.classes[1:]) if segment and segment.classes else {}
    if segment is None or not query:
        return
    label = _("Profile of {segment}").format(segment=plain(segment.name))
    if segment.otherwise:
        label += f" ({segment.otherwise})"
    go_to(view, "profiles", label, share.carried() | {key: [value] for key, value in query.items()})
