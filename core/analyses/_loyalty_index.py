"""The loyalty index of a survey: how much customers would recommend, buy again and try other things, from 0 to 100."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from core.stats import ratio_interval

QUESTIONS: tuple[str, ...] = ("recommend", "buy_again", "try_other")
# Lowest and highest answer of the scales that are told apart by what was answered, the narrower first.
SCALES: tuple[tuple[int, int], ...] = ((1, 5), (0, 10))

DEFINITION = "mean_of_recommend_buy_again_and_try_other_from_0_to_100"


def loyalty_index(answers: pd.DataFrame | None, first: date | None, last: date) -> dict[str, Any]:
    """The mean of all answers to the three questions, each scale stretched to 0 to 100.

    Parameters
    ----------
    answers : pandas.DataFrame or None
        The table of survey answers by the contract of :mod:`core.schema`. Its questions are recognised by the names ``recommend``,
        ``buy_again`` and ``try_other`` (in any case, with spaces or hyphens too).
    first, last : date
        Answers outside are left out; those without a date are not.

    Returns
    -------
    dict
        value, low, high (clustered by customer; missing where there is no index), n (answers), n_total (customers, and answers without
        one), definition (key, which ends in the scale), reason (key).
    """
    if answers is None:
        return _nothing("no_survey")
    asked = answers["question"].str.strip().str.lower().str.replace(r"[\s-]+", "_", regex=True)
    day = pd.to_datetime(answers["date"])
    inside = ~(day > pd.Timestamp(last)) & ~(day < pd.Timestamp(first or date.min.replace(year=1900)))
    answers = answers.assign(question=asked, value=pd.to_numeric(answers["answer"], errors="coerce"))
    answers = answers[inside & asked.isin(QUESTIONS) & answers["value"].notna()]
    if set(answers["question"]) != set(QUESTIONS):
        return _nothing("survey_lacks_questions")
    lowest, highest = answers["value"].min(), answers["value"].max()
    scale = next((scale for scale in SCALES if scale[0] <= lowest and highest <= scale[1]), None)
    if scale is None:
        return _nothing("survey_scale_unknown")
    value = (answers["value"] - scale[0]) / (scale[1] - scale[0]) * 100
    person, names = pd.factorize(answers["customer_id"])
    # An answer without a customer is somebody's of whom no other is known.
    person = np.where(person < 0, len(names) + np.arange(len(person)), person)
    _, person = np.unique(person, return_inverse=True)
    count = np.bincount(person)
    mean, low, high = ratio_interval(np.bincount(person, weights=value), count)
    return {
        "value": mean,
        "low": np.maximum(low, 0.0),
        "high": np.minimum(high, 100.0),
        "n": len(answers),
        "n_total": len(count),
        "definition": f"{DEFINITION}_scale_{scale[0]}_to_{scale[1]}",
    }


def _nothing(reason: str) -> dict[str, Any]:
    return {"n": 0, "n_total": 0, "definition": DEFINITION, "reason": reason}
