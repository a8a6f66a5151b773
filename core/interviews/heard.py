"""Who of a segment answered a survey so far, and what they said."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.access import Dataset
from core.interviews.known import Part
from core.personas.behaviour import Behaviour, measure
from core.personas.evidence import quotes
from core.profiles.marks import Marks
from core.respondents import SAID_COLUMNS, over_represented, said_and_did
from core.traits import COLUMNS as TRAIT_COLUMNS

Who = NDArray[np.int64]
_QUOTES = 5


def beside_the_rest(
    dataset: Dataset, heard: Part | None, group: Who, marks: list[Marks], as_of: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Those who answered against the others of the segment, and what they said beside what they did.

    Parameters
    ----------
    dataset : Dataset
    heard : Part or None
        The answers of the segment.
    group : ndarray of int64
        Codes of its customers, ascending; all of them bought.
    marks : list of Marks
        Their attributes.
    as_of : int
        Day number.

    Returns
    -------
    respondents, said : pandas.DataFrame
        See :func:`core.respondents.over_represented` and :func:`core.respondents.said_and_did`.
    """
    if heard is None:
        respondents = pd.DataFrame(columns=[name for name in TRAIT_COLUMNS if name != "group"])
        return respondents, pd.DataFrame(columns=list(SAID_COLUMNS))
    everybody = measure(dataset, "revenue", as_of)
    at = np.searchsorted(everybody.customer, group)
    own = Behaviour(group, everybody.frame.iloc[at].reset_index(drop=True), everybody.gaps[at], everybody.lines[at])
    attributes = pd.DataFrame(
        {mark.attribute: pd.Categorical.from_codes(mark.values[group], list(mark.labels)) for mark in marks},
        index=pd.RangeIndex(len(group)),
    )
    respondents = over_represented(heard, own, attributes).drop(columns="group", errors="ignore")
    return respondents, said_and_did(heard, dataset, own, as_of)


def in_their_words(heard: Part | None, group: Who) -> pd.DataFrame:
    """What members said in their own words: question, answer, n (who said just that), day (of the newest); five a question."""
    found = []
    if heard is not None:
        inside = np.full(heard.n_customers, -1, dtype=np.int64)
        inside[group] = 0
        texts = (question for question in heard.questions if heard.kind(question) == "text")
        found = [quotes(heard.texts(question), inside, [""], question, _QUOTES) for question in texts]
    columns = ["question", "answer", "n", "day"]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)
