"""A goal for retention: the reader's own, in the link, held against the average."""

import streamlit as st

from core.analyses.cohorts import CohortsResult
from dashboard import share
from dashboard.topics.cohorts import unit
from dashboard.topics.cohorts_curves import Measure, average_of, goal_written
from dashboard.view import View
from dashboard.words import _, percent_range

GOAL = "goal"
# Net revenue can grow.
MOST = 300.0


def given() -> float | None:
    """The goal as a share of 1; None for none. One that can't be is dropped with a notice."""
    text = share.take_one(GOAL)
    if not text:
        return None
    try:
        percent_ = float(text)
    except ValueError:
        percent_ = -1.0
    if 0 < percent_ <= MOST:
        return percent_ / 100
    share.drop(GOAL, [text], _("The link’s {key}={value} is no per cent between 0 and 300. It was left out."))
    return None


def draw(view: View, goal: float | None) -> None:
    """A field for it."""
    value = None if goal is None else round(goal * 100, 6)
    bound = share.bound(GOAL, value, lambda picked: (f"{picked:g}",) if picked else (), view.key)
    st.number_input(
        _("Goal, %"),
        min_value=0.0,
        max_value=MOST,
        value=None,
        step=1.0,
        format="%g",
        placeholder=_("Goal, %"),
        label_visibility="collapsed",
        width=130,
        **bound,
    )


def words(result: CohortsResult, measure: Measure, goal: float | None) -> str:
    """How the first period stands to the goal; "" without one, or without an interval to tell by."""
    if goal is None or not measure.low:
        return ""
    rows = average_of(result, measure)
    rows = rows[rows["period"] == 1]
    if rows.empty:
        return ""
    low, high = float(rows[measure.low].iloc[0]), float(rows[measure.high].iloc[0])
    parts = {
        "at": unit(result.period, 1),
        "goal": goal_written(goal),
        "span": percent_range(low, high),
    }
    if low > goal:
        return _("In {at} above the goal of {goal}: {span}.").format(**parts)
    if high < goal:
        return _("In {at} below the goal of {goal}: {span}.").format(**parts)
    return _("In {at} not clearly off the goal of {goal}: {span}.").format(**parts)
