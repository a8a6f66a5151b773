"""What is asked in an interview, as people speak, and why each question is asked."""

from typing import Any

from core.survey import QUESTIONS, TOLD
from dashboard import layout
from dashboard.topics import portrait_words, profile_words, respondents
from dashboard.words import _, number, percent


def section(code: str) -> str:
    """A part of the talk."""
    return {
        "opening": _("Opening"),
        "motives": _("Motives and benefit"),
        "occasion": _("Occasion"),
        "value": _("Alternatives and value"),
        "decision": _("Who decides, pays and uses"),
        "buying": _("Buying"),
        "pains": _("Pains"),
        "loyalty": _("Loyalty"),
        "about": _("About you"),
        "close": _("Close"),
    }[code]


def ask(row: Any, audience: str) -> str:
    """The question as it is spoken.

    Parameters
    ----------
    row : object
        A row of :func:`core.interviews.guide.guide`.
    audience : {"person", "firm"}
    """
    own = _firms() if audience == "firm" else {}
    known = own.get(row.question) or _people().get(row.question)
    if known:
        return known
    if row.reason == "unknown":
        told = _("I would like to know a little about you, only as much as you like to say: {attribute}?")
        return told.format(attribute=portrait_words.attribute(row.attribute).lower())
    return _("Tell me more about it: {attribute}.").format(attribute=portrait_words.attribute(row.question).lower())


def _people() -> dict[str, str]:
    return {
        "told_story": _("Tell me about the last time you bought something from us. How did it come about?"),
        "motive": _("What was going on that made you start looking?"),
        "benefit": _("What did you want it to do for you, first of all?"),
        "told_category": _("Which of the things that you buy from us matter most to you, and what do you do with them?"),
        "occasion": _("When does something like this come up for you?"),
        "told_month": _("How does a year of buying such things look for you, month by month?"),
        "told_weekday": _("What does a day look like on which you order?"),
        "told_alternatives": _("What else could you have bought or done instead? How did you come across it?"),
        "criterion": _("How did you choose between the places where you could have bought?"),
        "key_value": _("What counts for you in a product like this, and what does not?"),
        "value_functional": _("Beside the alternatives that you know: how well does ours do its job?"),
        "value_emotional": _("Beside the alternatives that you know: how does it feel to buy and to use ours?"),
        "value_social": _("What do the people around you say about such things?"),
        "value_economic": _("When you think of what you paid and what you got: how does it compare with the alternatives?"),
        "value_uniqueness": _("What could you get from us only, and what just as well elsewhere?"),
        "value_health": _("How do health and safety come into it when you choose?"),
        "payer": _("Who pays for it, and how do you settle that?"),
        "user": _("Who uses it in the end, and what do they say about it?"),
        "decider": _("Who decides in the end?"),
        "adviser": _("Whose advice do you ask, and whose do you follow?"),
        "usual_channel": _("Think of your last three orders: where did you place each, and why there?"),
        "told_channel": _("Walk me through how you order: where you are, what you use, what comes first."),
        "told_bargains": _("How do prices and offers come into it when you decide?"),
        "told_lot": _("How do you decide how much to order at a time?"),
        "device": _("What do you order on, and where are you when you do?"),
        "decision_time": _("From the first thought to the order: what happened in between, and how long did it take?"),
        "discount_habit": _("Tell me about the last thing that you bought at full price, and the last at a discount."),
        "asked": _("What did you want to know before you bought, and where did you look for it?"),
        "pain": _("What was harder or more annoying than it should have been?"),
        "recommend": _("If somebody asked you about us, what would you tell them? From 0 to 10, how likely are you to recommend us?"),
        "buy_again": _("Next time you need something like this, what will you do? From 0 to 10, how likely are you to come to us?"),
        "try_other": _("What else of this kind do you buy, and where?"),
        "told_new_products": _("Tell me about the last new thing that you tried, from us or from others. What came of it?"),
        "told_close": _("What should I have asked you that I did not?"),
    }  # fmt: skip


def _firms() -> dict[str, str]:
    """What is put otherwise to firms."""
    return {
        "told_story": _("Tell me about the last order that your firm placed with us. How did it come about?"),
        "motive": _("What does your firm need these goods for?"),
        "benefit": _("What does a supplier have to do well for you, first of all?"),
        "told_category": _("Which of the goods that you order matter most to your work, and what depends on them?"),
        "occasion": _("What sets off an order in your firm?"),
        "told_month": _("How does a year of ordering look in your firm, month by month?"),
        "told_alternatives": _("Which other suppliers do you use or look at, and for what?"),
        "criterion": _("How does your firm choose between suppliers?"),
        "value_economic": _("When you think of price, effort and what you got: how do we compare with other suppliers?"),
        "decider": _("Walk me through how such a purchase is decided: who says yes in the end?"),
        "adviser": _("Who else sits at the table: who uses it, who checks it, who can say no?"),
        "payer": _("Whose budget does it come from, and who signs it off?"),
        "told_payment": _("How do invoices and payment go in your firm? What went well with ours, and what did not?"),
        "told_delivery": _("What has to be right about a delivery? Tell me about the last one that was not."),
        "told_reliability": _("Tell me about a time when a supplier let you down. What happened then?"),
        "told_channel": _("Walk me through how an order leaves your firm: who places it, where, and when."),
        "told_close": _("What should I have asked you that I did not?"),
    }  # fmt: skip


def why(row: Any, currency: str) -> str:
    """Why a question is asked, with its numbers."""
    match row.reason:
        case "contradiction":
            told = _("Said is not done: of {n} who said “{answer}” {share} did so by their orders ({what}).")
            answer, what = respondents.answer(row.question, row.value), respondents.did(row.of)
            return told.format(n=number(row.n), answer=answer, share=percent(row.share), what=what)
        case "stands_out":
            told = _("Sets them apart: {trait}, {share} against {rest} {unit}. The data do not say why.")
            trait, unit = profile_words.short(row, currency), profile_words.unit(row.of)
            return told.format(trait=trait, share=percent(row.share), rest=percent(row.rest_share), unit=unit)
        case "unknown":
            return _("Not known of {share} of them.").format(share=percent(row.share))
        case "few":
            return _few(row.n)
        case "known":
            return _answered(row)
    return _opens(row.question)


def _few(n: int) -> str:
    if not n:
        return _("Nobody like them has answered this yet.")
    return _("Answered by {n} so far: 30 are needed to say anything.").format(n=number(n))


def _answered(row: Any) -> str:
    if isinstance(row.value, str):
        told = _("{share} of the {n} who answered said “{answer}”. Why that?")
        return told.format(n=number(row.n), share=percent(row.share), answer=row.value)
    if QUESTIONS[row.question].kind == "score":
        return _("{n} gave a number; a number gives no reason.").format(n=number(row.n))
    return _("{n} wrote a line; a talk goes on from there.").format(n=number(row.n))


def _opens(question: str) -> str:
    """Why a question is asked of everybody."""
    return {
        "told_story": _("A story first: it names motives, people and places before you do."),
        "told_alternatives": _("Value is value against something: the alternatives that they know."),
        "told_payment": _("Payment can lose a firm, and no order shows it."),
        "told_delivery": _("What a late or wrong delivery costs them is in no order."),
        "told_reliability": _("Shows what they fear from a supplier, which no order does."),
        "told_close": _("What you did not think of."),
    }.get(question, "")


def how_to_answer(question: str, choices: str) -> str:
    """What to write into the answer sheet."""
    if question.startswith(TOLD) or not choices:
        return _("their own words")
    return choices


def plain(row: Any, audience: str) -> str:
    """A question as text for a page."""
    return layout.plain(ask(row, audience))
