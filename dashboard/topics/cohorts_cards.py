"""Two cards of retention that models may have to be fitted for: the average with its forecast, and the groups."""

import streamlit as st

from core.analyses.cohorts import CohortsResult
from dashboard import layout
from dashboard.topics import breakdown, cohorts_curves, cohorts_findings, cohorts_goal, cohorts_groups
from dashboard.topics.cohorts_curves import Measure
from dashboard.view import View
from dashboard.words import _


def average(view: View, result: CohortsResult, measure: Measure) -> None:
    """The average with its goal and its forecast."""
    goal = cohorts_goal.given()
    note = _("Complete periods only; band: 95 % interval. It can rise, as only the oldest cohorts reach late periods.")
    if not measure.low:
        note = _("Complete periods only. It can rise and fall, as only the oldest cohorts reach late periods.")
    with layout.block(cohorts_findings.average(view, result, measure), note) as corner:
        if measure.share:
            with corner:
                cohorts_goal.draw(view, goal)
        layout.chart(view, cohorts_curves.average(view, result, measure, goal), "average", data=result.average)
        layout.grey(cohorts_goal.words(result, measure, goal))
        if measure.key == "customers":
            layout.grey(cohorts_curves.forecast_note(result))


def groups(view: View, result: CohortsResult) -> None:
    """The averages of groups: their curves, a table, and whether they differ."""
    note = _("Share of customers that came back, on average, while 30 or more are left; band: 95 % interval.")
    with layout.block(cohorts_findings.groups(result), note) as corner:
        with corner:
            breakdown.draw(view)
        order = cohorts_groups.groups(result)
        if result.groups is None or not order:
            return
        names = breakdown.labels(view, result.groups.name, order)
        shown = breakdown.drawn(view, order)
        left, right = st.columns([4, 3])
        with left:
            layout.chart(view, cohorts_groups.figure(view, result, shown, names), "groups", data=result.breakdown)
        with right:
            cohorts_groups.table(view, result, order, names)
        layout.grey(breakdown.note(result.groups.name, len(shown), len(order)))
        layout.grey(cohorts_groups.differences(result, names))
        breakdown.notices(result.groups.notices())
