"""Words and colours of classifications and their labels, whichever analysis made them."""

from collections.abc import Sequence

from core.classifications import ATTRIBUTE, STEP
from core.history import MISSING
from core.own_segments import IN, OWN, RULE
from dashboard import terms
from dashboard.charts.theme import Theme
from dashboard.topics import personas, segments
from dashboard.view import View
from dashboard.words import _

OTHER = "(other)"
# In no class.
NONE = "none"
# Three scores of an axis of RFM, worst first.
_LEVELS = {
    "recency": lambda: (_("long ago"), _("a while ago"), _("recent")),
    "frequency": lambda: (_("seldom"), _("now and then"), _("often")),
    "monetary": lambda: (_("low value"), _("middle value"), _("high value")),
}


def name(code: str) -> str:
    """What a classification is called."""
    known = {
        "abc": _("ABC class"),
        "xyz": _("XYZ class"),
        "abc_xyz": _("ABC-XYZ class"),
        "rfm_segment": _("RFM segment"),
        "recency": _("Recency"),
        "frequency": _("Frequency"),
        "monetary": _("Value"),
        "region": _("Region"),
        "channel": _("Channel"),
        "persona": _("Persona"),
        "tier": _("Value tier"),
        STEP: _("Step of the journey"),
    }
    if code.startswith(OWN):
        return code.removeprefix(OWN)
    if code.startswith(RULE):
        return _("Rule in the link")
    return known.get(code) or code.removeprefix(ATTRIBUTE).replace("_", " ").capitalize()


def labels(view: View, classification: str, codes: Sequence[str]) -> dict[str, str]:
    """What the reader sees for each label of a classification."""
    if classification == "persona":
        return {code: code for code in codes} | personas.names(view.result("personas"))
    if classification.startswith((OWN, RULE)):
        return {code: _inside(classification) if code == IN else _("all others") for code in codes}
    if classification in _LEVELS and len(codes) == 3:
        return dict(zip(codes, _LEVELS[classification](), strict=True))
    return {code: _label(view, classification, code) for code in codes}


def _label(view: View, classification: str, code: str) -> str:
    if code in (MISSING, OTHER):
        return {MISSING: _("unknown"), OTHER: _("others")}[code]
    match classification:
        case "rfm_segment":
            return terms.segment(code, view.data.segment_rules)
        case "tier":
            return terms.tier(code)
        case "step":
            return step(code)
        case "abc" | "xyz":
            return _letter(code)
        case "abc_xyz":
            return " ".join(_letter(part) for part in code.split("_"))
        case "recency" | "frequency" | "monetary":
            return f"{name(classification)} {code}"
    return code


def _inside(classification: str) -> str:
    return classification.removeprefix(OWN) if classification.startswith(OWN) else _("those of the rule")


def step(code: str) -> str:
    """Name of a step of Hunt's ladder."""
    return {
        "indifference": _("Indifference"),
        "awareness": _("Awareness"),
        "comparison": _("Comparison"),
        "choice": _("Choice"),
        "purchase": _("Purchase"),
    }.get(code, code)


def _letter(code: str) -> str:
    return {"nonpositive": _("not positive"), "undefined": _("quiet"), "N": _("new")}.get(code, code)


def colours(theme: Theme, classification: str, codes: Sequence[str]) -> dict[str, str]:
    """A colour for each label, given all of them: a class keeps its own on every page, others take the categorical ones in turn."""
    grey = theme.categorical["grey"]
    turn = [colour for key, colour in theme.categorical.items() if key != "grey"]
    free = iter(range(len(codes)))
    named = [code for code in codes if code not in (MISSING, OTHER, NONE)]
    own = segments.colours(theme, named) if classification == "rfm_segment" else {}
    found = {}
    for code in codes:
        if code in (MISSING, OTHER):
            found[code] = grey
        elif classification == "rfm_segment":
            found[code] = own.get(code, grey)
        elif classification in ("abc", "abc_xyz"):
            found[code] = theme.abc.get(code.split("_")[0], grey)
        elif classification == "xyz":
            found[code] = theme.xyz.get(code, grey)
        elif classification == "tier":
            found[code] = theme.tier.get({"vip": "VIP"}.get(code, code), grey)
        elif classification in _LEVELS:
            place = codes.index(code) / max(len(codes) - 1, 1)
            found[code] = theme.sequential[3 + round(place * 5)]
        else:
            found[code] = turn[next(free) % len(turn)]
    return found
