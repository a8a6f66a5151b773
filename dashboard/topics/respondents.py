"""Who answered a survey beside those who did not, and what they said beside what they did, as words and tables."""

from typing import Any

import pandas as pd

from dashboard.topics import portrait_words
from dashboard.view import View
from dashboard.words import _, percent_range

MOST_ROWS = 12


def more(rows: pd.DataFrame) -> pd.DataFrame:
    """Of what can be claimed, that of which those who answered have more; what none of the others are has no index."""
    return rows[rows["claim"].astype(bool) & ((rows["index"] > 100) | (rows["share"] > rows["rest_share"]))]


def over(rows: pd.DataFrame) -> str:
    """Who is over-represented, as far as that can be claimed.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of :func:`core.respondents.over_represented`.
    """
    own = more(rows)
    if not rows["claim"].any():
        return _("Those who answered differ from the others in nothing that can be claimed.")
    if own.empty:
        return _("Nobody answered more than their share.")
    parts = [_who(row) for row in own.head(4).itertuples()]
    return _("Answered more than their share: {list}. Read shares of answers with that in mind.").format(
        list=", ".join(parts)
    )


def _who(row: Any) -> str:
    name = portrait_words.attribute(row.attribute).lower()
    # A mean is of no group of people.
    return (
        f"{name} “{row.value}”" if isinstance(row.value, str) else _("{measure} above the others’").format(measure=name)
    )


def table(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    """What can be claimed of those who answered, what sets them apart most first."""
    # No facet: means are written as numbers.
    shown = rows[rows["claim"].astype(bool)].assign(facet="").head(MOST_ROWS)
    return pd.DataFrame(
        {
            _("Attribute"): shown["attribute"].map(portrait_words.attribute),
            _("Value"): [portrait_words.value(row) for row in shown.itertuples()],
            _("Answered"): [portrait_words.level(row, False, view.currency) for row in shown.itertuples()],
            _("Others"): [portrait_words.level(row, True, view.currency) for row in shown.itertuples()],
            _("Index"): shown["index"],
            _("95 %: low"): shown["low"],
            _("high"): shown["high"],
        }
    )


def did(code: str) -> str:
    """What orders were asked beside an answer."""
    return {
        "most_orders": _("most were there"),
        "mean_discount": _("discount agrees"),
        "bought_within_180_days": _("in 180 days"),
    }[code]


def answer(question: str, said: str) -> str:
    """An answer as it is shown: those on a scale in bands."""
    bands = {"high": _("9 or 10"), "middle": _("7 or 8"), "low": _("up to 6")}
    return bands.get(said, said) if question == "buy_again" else said


def said(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of :func:`core.respondents.said_and_did`."""
    return pd.DataFrame(
        {
            _("They were asked"): rows["question"].map(portrait_words.attribute),
            _("They said"): [answer(row.question, row.said) for row in rows.itertuples()],
            _("n"): rows["n"],
            _("Their orders"): [f"{percent_range(row.low, row.high)} {did(row.of)}" for row in rows.itertuples()],
        }
    )
