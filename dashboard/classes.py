"""Words and colours of classifications and their labels, whichever analysis made them."""

from collections.abc import Sequence

from core.classifications import ATTRIBUTE, STEP
from core.classifications import NAMES as NAMED
from core.errors import BadParameterError
from core.history import MISSING
from core.own_segments import IN, OWN, RULE
from core.rules import Rule, Test, parse_rule, steps_of
from dashboard import share, terms
from dashboard.charts.theme import Theme
from dashboard.topics import personas, segments
from dashboard.view import View
from dashboard.words import _

OTHER = "(other)"
# In no class.
NONE = "none"
# Of a rule's text, where a name is expected.
MOST_LETTERS = 40
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
        return _("Rule: {rule}").format(rule=_cut(code.removeprefix(RULE)))
    return known.get(code) or code.removeprefix(ATTRIBUTE).replace("_", " ").capitalize()


def offered(view: View, setting: str, codes: Sequence[str]) -> dict[str, str]:
    """What a list of classifications offers, in words: those given, and the rule that the link names; before `View.params`.

    Parameters
    ----------
    view : View
    setting : str
        The setting that holds a classification; what else it names in the link is dropped with a notice.
    codes : sequence of str
    """
    given = share.take_one(setting)
    if given.startswith(RULE):
        return {code: name(code) for code in (given, *codes)}
    view.restrict(setting, codes)
    return {code: name(code) for code in codes}


def labels(view: View, classification: str, codes: Sequence[str]) -> dict[str, str]:
    """What the reader sees for each label of a classification."""
    if classification == "persona":
        return {code: code for code in codes} | personas.names(view.result("personas"))
    if classification.startswith((OWN, RULE)):
        return {code: _inside(view, classification) if code == IN else _("all others") for code in codes}
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


def _inside(view: View, classification: str) -> str:
    """Who is in an own segment: its name, or what the rule in the link asks where that is nothing but classes."""
    if classification.startswith(OWN):
        return classification.removeprefix(OWN)
    text = classification.removeprefix(RULE)
    try:
        words = [_class_asked(view, step) for step in steps_of(parse_rule(text))]
    except BadParameterError:
        words = [""]
    return " · ".join(words) if all(words) else _("“{rule}”").format(rule=_cut(text))


def _class_asked(view: View, rule: Rule) -> str:
    """The words for a condition that asks for one class; "" for any other."""
    known = isinstance(rule, Test) and rule.op == "=" and len(rule.values) == 1
    if not known or rule.field not in NAMED:
        return ""
    return labels(view, rule.field, rule.values)[rule.values[0]]


def _cut(text: str) -> str:
    """A rule where a name is expected: cut, and without marks around its values."""
    text = text.replace('"', "")
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"


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
