"""The words of the path's steps: names, questions, states and what went stale."""

from core.path.steps import BEGUN, DONE, OPEN, STALE
from dashboard.words import _


def name(step: str) -> str:
    """What a step is called."""
    return {
        "criteria": _("Criteria"),
        "customers": _("Customers"),
        "competitors": _("Competitors"),
        "differences": _("Differences"),
        "segments": _("Segments"),
        "size": _("Size"),
        "choice": _("Choice"),
        "brief": _("Brief"),
        "again": _("Look again"),
    }[step]


def question(step: str) -> str:
    """The one question of a step."""
    return {
        "criteria": _("By what do customers differ?"),
        "customers": _("Who buys from us, and who could?"),
        "competitors": _("Who buys from competitors?"),
        "differences": _("In what do the groups differ?"),
        "segments": _("Which segments can we form?"),
        "size": _("How large are they, and what do they bring?"),
        "choice": _("Which ones do we go for?"),
        "brief": _("What do we do for each of them?"),
        "again": _("When do we look again, and what has changed?"),
    }[step]


def hint(step: str) -> str:
    """What to do at a step, in a sentence."""
    return {
        "criteria": _("Write down what could decide a purchase: who they are, where, how they buy, and why."),
        "customers": _("Say whom you count: buyers, those who fell silent, and those who never ordered."),
        "competitors": _("Say whom others win and you don’t."),
        "differences": _("Keep the differences that change an offer; let go of the others."),
        "segments": _("A few segments that can be told apart and reached are enough."),
        "size": _("Leave out what is too small to be worth an offer of its own."),
        "choice": _("Two to four segments; write down why these."),
        "brief": _("One brief and one list for each segment, with some held out to measure by."),
        "again": _("Set a date. When the data reach it, this page says what has changed."),
    }[step]


def state(code: str, step: str = "") -> str:
    """How far a step is."""
    if step == "again" and code in (DONE, STALE):
        return _("date set") if code == DONE else _("due")
    return {OPEN: _("open"), BEGUN: _("begun"), DONE: _("done"), STALE: _("to check")}[code]


def icon(code: str) -> str:
    """A sign for it, different in form."""
    return {
        OPEN: ":material/radio_button_unchecked:",
        BEGUN: ":material/edit:",
        DONE: ":material/check_circle:",
        STALE: ":material/sync_problem:",
    }[code]


def why(code: str) -> str:
    """Why a step is to be looked at again; "" for no reason."""
    told = _("{what} moved by more than a tenth since then.")
    if code in ("", "due", "gone"):
        return {
            "": "",
            "due": _("The date to look again has come."),
            "gone": _("A segment that was chosen is there no more."),
        }[code]
    figures = {
        "attributes": _("The number of attributes"),
        "classifications": _("The number of classifications"),
        "customers": _("The number of customers"),
        "sources": _("The number of sources"),
        "claims": _("The number of clear differences"),
        "own": _("The number of own segments"),
        "revenue": _("Revenue"),
        "lists": _("The number of saved lists"),
    }
    return told.format(what=figures.get(code, code))


def measure(code: str) -> str:
    """What is laid beside what it was."""
    return {
        "customers": _("Customers"),
        "revenue": _("Revenue, 12 months"),
        "share": _("Share of revenue"),
        "ltv": _("Value ahead, each"),
        "growth": _("Growth"),
    }[code]
