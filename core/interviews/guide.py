"""The guide of an interview: what is always asked, and what the data raise by what they show, contradict or leave open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.stats import SMALL_N
from core.survey import QUESTIONS, TOLD

COLUMNS = ("place", "section", "question", "reason", "attribute", "value", "share", "rest_share", "of", "n", "choices")
SECTIONS = ("opening", "motives", "occasion", "value", "decision", "buying", "pains", "loyalty", "about", "close")
MOST, FILLED = 18, 15
_MOST_STANDING_OUT, _MOST_UNKNOWN = 2, 2

_SECTION_OF: dict[str, str] = {
    "told_story": "opening",
    **dict.fromkeys(("motive", "benefit"), "motives"),
    "occasion": "occasion",
    **dict.fromkeys(("told_alternatives", "criterion", "key_value"), "value"),
    **{key: "value" for key in QUESTIONS if QUESTIONS[key].topic == "value"},
    **dict.fromkeys(("decider", "adviser", "payer", "user"), "decision"),
    **dict.fromkeys(("usual_channel", "device", "decision_time", "discount_habit", "asked"), "buying"),
    **dict.fromkeys(("told_payment", "told_delivery"), "buying"),
    **dict.fromkeys(("pain", "told_reliability"), "pains"),
    **dict.fromkeys(("recommend", "buy_again", "try_other"), "loyalty"),
    "told_close": "close",
}
# Always asked, and what comes in for want of answers; of people and of firms.
_ALWAYS: dict[str, tuple[str, ...]] = {
    "person": (
        "told_story", "motive", "benefit", "occasion", "told_alternatives", "criterion", "value_economic", "payer", "usual_channel",
        "pain", "recommend", "buy_again", "told_close",
    ),
    "firm": (
        "told_story", "motive", "benefit", "occasion", "told_alternatives", "criterion", "value_economic", "decider", "adviser",
        "told_payment", "told_delivery", "told_reliability", "recommend", "buy_again", "told_close",
    ),
}  # fmt: skip
_SPARE: dict[str, tuple[str, ...]] = {
    "person": (
        "key_value",
        "user",
        "decision_time",
        "asked",
        "value_emotional",
        "value_functional",
        "device",
        "try_other",
    ),
    "firm": ("payer", "key_value", "decision_time", "asked", "pain", "value_functional", "try_other"),
}
# What sets a segment apart and can be asked about: one more question each, told in their own words.
_TELLING: dict[str, str] = {
    "category": "motives",
    "month": "occasion",
    "weekday": "occasion",
    "channel": "buying",
    "bargains": "buying",
    "lot": "buying",
    "new_products": "loyalty",
}


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of a segment before anybody is asked.

    Parameters
    ----------
    kind : {"person", "firm"}
        Whom the guide is for.
    answers : Mapping of str to (n, answer, share)
        Of each question that somebody in the segment answered: by how many, the commonest answer (None of texts and scores), and its
        share.
    said : pandas.DataFrame
        See :func:`core.respondents.said_and_did`; of the segment.
    traits : pandas.DataFrame
        See :func:`core.profiles.comparison.compare`; what tells most first.
    unknown : pandas.DataFrame
        attribute, question, share (of whom it is not known), n; most first.
    choices : Mapping of str to str
        What anybody answered to each question that has answers to choose from, bars between them.
    """

    kind: str
    answers: Mapping[str, tuple[int, str | None, float]]
    said: pd.DataFrame
    traits: pd.DataFrame
    unknown: pd.DataFrame
    choices: Mapping[str, str]


Row = dict[str, Any]


def guide(known: Known) -> pd.DataFrame:
    """The questions to ask, in the order of the talk.

    Parameters
    ----------
    known : Known

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`; 13 to 18 rows. question: the key under which answers come back as ``survey``. reason:
        ``contradiction`` (who said ``value`` did so in a ``share`` of n cases: the interval lies below one half), ``stands_out``
        (attribute, value, share, rest_share: a difference that can be claimed), ``unknown`` (attribute; not known of a ``share`` of
        n), ``few`` (n answers from the segment, fewer than 30), ``known`` (n answers, the commonest of them and its share: what lies
        behind it?), ``open`` (asked of everybody). choices: what others answered; "" where that is not known or anything goes.
    """
    rows = {key: _plain(known, key) for key in _ALWAYS[known.kind]}
    for row in [*_contradictions(known.said), *_standing_out(known.traits), *_unknown(known.unknown)]:
        if row["question"] in rows or len(rows) < MOST:
            rows[row["question"]] = row
    for key in _SPARE[known.kind]:
        if len(rows) < FILLED and key not in rows and known.answers.get(key, (0,))[0] < SMALL_N:
            rows[key] = _plain(known, key)
    ordered = sorted(rows.values(), key=lambda row: SECTIONS.index(row["section"]))
    found = pd.DataFrame(ordered, columns=list(COLUMNS))
    told = found["question"].map(lambda key: known.choices.get(key, ""))
    numbers = {"share": "float64", "rest_share": "float64", "n": "int64"}
    return found.assign(place=range(1, len(found) + 1), choices=told).fillna({"n": 0}).astype(numbers)


def _row(section: str, question: str, reason: str, **more: object) -> Row:
    return {"section": section, "question": question, "reason": reason, **more}


def _plain(known: Known, key: str) -> Row:
    """A question of the list, with what is known of its answers."""
    section = _SECTION_OF[key]
    n, answer, share = known.answers.get(key, (0, None, float("nan")))
    if key.startswith(TOLD):
        return _row(section, key, "open", n=n)
    if n < SMALL_N:
        return _row(section, key, "few", n=n)
    return _row(section, key, "known", value=answer, share=share, n=n)


def _contradictions(said: pd.DataFrame) -> Iterable[Row]:
    """Where most of those who said something did otherwise; of each question the answer that was kept least."""
    again = said["question"] == "buy_again"
    # Who hardly means to buy again contradicts that by buying; who is in two minds contradicts nothing.
    rows = said.assign(did=said["did"].where(~again | (said["said"] != "low"), 1 - said["did"]))
    rows["high"] = said["high"].where(~again | (said["said"] != "low"), 1 - said["low"])
    rows = rows[(rows["high"] < 0.5) & ~(again & (said["said"] == "middle"))]
    for row in rows.sort_values("did", kind="stable").drop_duplicates("question").itertuples(index=False):
        yield _row(
            _SECTION_OF[row.question], row.question, "contradiction", value=row.said, share=row.did, of=row.of, n=row.n
        )


def _standing_out(traits: pd.DataFrame) -> Iterable[Row]:
    # What none of the others do has no index.
    more = traits["share"] > traits["rest_share"]
    rows = traits[traits["claim"].astype(bool) & more & traits["attribute"].isin(list(_TELLING))]
    for row in rows.drop_duplicates("attribute").head(_MOST_STANDING_OUT).itertuples(index=False):
        yield _row(
            _TELLING[row.attribute],
            TOLD + row.attribute,
            "stands_out",
            attribute=row.attribute,
            value=row.value,
            share=row.share,
            rest_share=row.rest_share,
            of=row.of,
            n=row.n,
        )


def _unknown(unknown: pd.DataFrame) -> Iterable[Row]:
    for row in unknown.head(_MOST_UNKNOWN).itertuples(index=False):
        yield _row("about", row.question, "unknown", attribute=row.attribute, share=row.share, n=row.n)
