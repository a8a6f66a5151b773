"""The cards of the page of the journey."""

import streamlit as st

from core.analyses.journey import JourneyResult
from dashboard import layout
from dashboard.controls import setting
from dashboard.topics import journey, journey_charts, journey_steps, journey_tables
from dashboard.view import View
from dashboard.words import _


def ladder(view: View, result: JourneyResult, selected: str | None) -> None:
    """The funnel with what to do, the paths, and how long a step takes."""
    grid = layout.cards(3)
    note = _("People by the highest step that they reached, and what became of them")
    with grid.cell(column_span=2), layout.block(_("The ladder"), note):
        setting(view, "climb", _("On the way to the"), {"first": _("First purchase"), "again": _("Next purchase")})
        layout.chart(view, journey_charts.funnel(view, result, selected), "funnel", select=True, data=result.funnel)
    with grid.cell():
        layout.actions(view, journey.actions(result))
    lower = layout.cards(3)
    note = _("Steps that were really touched; ribbons over a step pass it by")
    with lower.cell(column_span=2), layout.block(_("Paths"), note):
        layout.chart(view, journey_charts.paths(view, result, selected), "paths", select=True, data=result.flows)
    with lower.cell(), layout.block(_("How long a step takes"), _("Share that has gone on; band: 95 % interval")):
        layout.chart(view, journey_charts.time(view, result), "time", data=result.time)


def who(view: View, result: JourneyResult, selected: str | None) -> None:
    """By channel and group, where people stand now, and who climbs again."""
    grid = layout.cards(3)
    note = _("Share that buys, by the channel of the first contact; ▲ ▼ differ from all others beyond chance")
    with grid.cell(), layout.block(_("Who brings people that go on"), note):
        layout.chart(
            view, journey_charts.channels(view, result, selected), "channels", select=True, data=result.channels
        )
    note = _(
        "Share that goes on from each step; ▲ ▼ differ from all others beyond chance, over the whole table; in brackets: below 30"
    )
    with grid.cell(column_span=2), layout.block(_("From step to step"), note):
        journey_tables.groups(view, result)
    lower = layout.cards(3)
    with lower.cell(column_span=2), layout.block(_("Where they stand now"), journey.now_note(result)):
        layout.chart(view, journey_charts.now(view, result, selected), "now", select=True, data=result.now)
    with lower.cell(), layout.block(_("Up the ladder again"), journey_tables.again_words(result)):
        st.table(journey_tables.again(result), border="horizontal")


def said(view: View, result: JourneyResult) -> None:
    """What people say at each step, and how the touchpoints were read."""
    grid = layout.cards(3)
    note = _("Three commonest answers a step; ▲ more than at the other steps")
    with grid.cell(column_span=2), layout.block(_("What they say"), note):
        journey_tables.draw_voices(result)
    with grid.cell(), layout.block(_("How it was read"), _("The rules, and how often they were needed")):
        for sentence in journey_tables.rules(result):
            st.markdown(f"- {layout.plain(sentence)}")
        with st.container(horizontal=True):
            with st.popover(_("Names of steps"), icon=":material/edit:", width="content"):
                journey_steps.draw(view)
            with st.popover(_("Settings"), icon=":material/tune:", width="content"):
                setting(
                    view, "days", _("Days of silence until lost"), help=_("Also the days within which going on counts.")
                )
                journey_tables.breakdown_control(view)
