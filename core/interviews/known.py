"""What a segment's guide is made from: whom it is for, what was answered, and of whom something is not known."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.personas.kinds import FIRM, PERSON, kinds_of
from core.personas.told import PROTECTED
from core.profiles.marks import Marks
from core.survey import Kind, Survey, question_key

Who = NDArray[np.int64]
# An attribute is asked for when it is not known of so many; one that is known of next to nobody is not for such customers.
UNKNOWN, KNOWN = 0.2, 0.05
_MOST_CHOICES = 12


def people_and_firms(attributes: pd.DataFrame, who: Who) -> tuple[Who, Who]:
    """Who of some customers are people and who are firms; all are people where no attribute tells.

    Parameters
    ----------
    attributes : pandas.DataFrame
        One row a customer of the history.
    who : ndarray of int64
        Codes.

    Returns
    -------
    people, firms : ndarray of int64
        Those of unknown kind are with the more numerous ones.
    """
    kinds = kinds_of(attributes, both=False)
    if kinds is None:
        return who, who[:0]
    firm, person = kinds[who] == FIRM, kinds[who] == PERSON
    firm = ~person if firm.sum() > person.sum() else firm
    return who[~firm], who[firm]


def answers_of(survey: Survey | None) -> dict[str, tuple[int, str | None, float]]:
    """How many customers answered each question, the commonest answer to a choice, and its share.

    Parameters
    ----------
    survey : Survey or None
        Of the segment alone.
    """
    found: dict[str, tuple[int, str | None, float]] = {}
    for question in () if survey is None else survey.questions:
        if survey is not None and survey.kind(question) == "choice":
            made = survey.labels(question)
            sizes = made.sizes()
            n = int(sizes.sum())
            if n:
                top = int(sizes.argmax())
                found[question] = n, made.labels[top], sizes[top] / n
        elif survey is not None:
            rows = survey.answers
            known = (rows["question"] == question) & (rows["customer"] >= 0)
            found[question] = int(rows.loc[known, "customer"].nunique()), None, float("nan")
    return found


def choices_of(survey: Survey | None) -> dict[str, str]:
    """What was answered most to each question that has answers to choose from, bars between them."""
    if survey is None:
        return {}
    asked = (question for question in survey.questions if survey.kind(question) == "choice")
    return {question: " | ".join(survey.labels(question).labels[:_MOST_CHOICES]) for question in asked}


def unknown_of(marks: list[Marks], who: Who) -> pd.DataFrame:
    """The attributes that are not known of many of some customers, though of others of them they are.

    Parameters
    ----------
    marks : list of Marks
        Attributes; those of ethnicity and religion are never asked for.
    who : ndarray of int64
        Codes.

    Returns
    -------
    pandas.DataFrame
        attribute, question (the key that answers come back under), share (of those of whom it is not known), n; most first.
    """
    rows = []
    for mark in marks:
        share = float((mark.values[who] < 0).mean()) if len(who) else 0.0
        if UNKNOWN < share <= 1 - KNOWN and not PROTECTED.search(mark.attribute):
            rows.append((mark.attribute, question_key(mark.attribute), share, len(who)))
    found = pd.DataFrame(rows, columns=["attribute", "question", "share", "n"])
    return found.sort_values("share", ascending=False, kind="stable", ignore_index=True)


@dataclass(frozen=True, eq=False)
class Part(Survey):
    """The answers of some customers; what kind a question is, and on what scale, all answers tell.

    Parameters
    ----------
    whole : Survey
    """

    whole: Survey

    def kind(self, question: str) -> Kind:
        """See :meth:`core.survey.Survey.kind`."""
        return self.whole.kind(question)

    def scale(self, questions: tuple[str, ...]) -> tuple[int, int] | None:
        """See :meth:`core.survey.Survey.scale`."""
        return self.whole.scale(questions)


def only(survey: Survey | None, who: Who) -> Part | None:
    """The answers of some customers; None where they gave none."""
    if survey is None:
        return None
    inside = np.zeros(survey.n_customers + 1, dtype=np.bool_)
    inside[who] = True
    # Anonymous ones have code -1: the last entry.
    rows = survey.answers[inside[survey.answers["customer"].to_numpy(dtype=np.int64)]]
    return Part(rows.reset_index(drop=True), survey.n_customers, survey) if len(rows) else None
