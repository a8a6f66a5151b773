"""Interviews with a segment: the finding, whom to invite by stratum, and what to do."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.analyses.interviews import InterviewsResult
from core.own_segments import LONGEST_NAME
from core.targets.picks import write_pick
from dashboard import classes, layout, share, terms
from dashboard.charts import bars
from dashboard.charts.marks import escape, hover
from dashboard.controls import setting
from dashboard.links import profile_link
from dashboard.topics import respondents, segment_choice
from dashboard.view import View
from dashboard.words import _, ngettext, number, percent

Said = Mapping[str, str]


def names(view: View, result: InterviewsResult) -> dict[str, str]:
    """What the reader sees for each segment that somebody is in."""
    return classes.labels(view, result.classification, list(result.segments["segment"]))


def strata(view: View, result: InterviewsResult) -> dict[str, str]:
    """What the reader sees for each stratum."""
    return classes.labels(view, view.params.strata, list(result.strata["stratum"]))


def title(result: InterviewsResult, said: Said) -> str:
    """The finding: how much there is to ask, and of whom."""
    asked, invited = len(result.guide), int(result.strata["invited"].sum())
    questions = ngettext("{n} question", "{n} questions", asked).format(n=number(asked))
    if not invited:
        return _("{segment}: {questions}, and nobody to invite").format(
            segment=said[result.segment], questions=questions
        )
    told = _("{segment}: {questions} for {invited} of {customers}")
    return told.format(
        segment=said[result.segment], questions=questions, invited=number(invited), customers=terms.customers(result.n)
    )


def figures(view: View, result: InterviewsResult) -> list[layout.Figure]:
    """The four figures."""
    able = int(result.strata["able"].sum())
    help_ = _("So many answers tell any share of the segment within ± {margin}, 95 times of 100.")
    return [
        layout.Figure(_("Customers"), number(result.n)),
        layout.Figure(
            _("May be invited"),
            number(able),
            percent(able / result.n),
            _("of the segment"),
            help=left_out(result),
        ),
        layout.Figure(
            _("Answered so far"),
            number(result.n_respondents),
            percent(result.n_respondents / result.n),
            _("of the segment"),
        ),
        layout.Figure(
            _("Answers needed"),
            number(result.needed),
            _("± {margin}").format(margin=_points(view.params.margin)),
            help=help_.format(margin=_points(view.params.margin)),
        ),
    ]


def _points(margin: float) -> str:
    """A margin of error: points of per cent."""
    found = round(100 * margin, 1)
    return _("{n} points").format(n=number(found, 0 if found.is_integer() or found >= 10 else 1))


def left_out(result: InterviewsResult) -> str:
    """Who is not invited, and why."""
    words = {
        "refused": _("{n} asked to be left alone"),
        "held_out": _("{n} are held out of a saved list"),
        "asked_lately": _("{n} answered lately"),
    }
    told = [
        words[row.reason].format(n=number(row.customers))
        for row in result.left_out.itertuples(index=False)
        if row.customers
    ]
    return _("Left out: {list}.").format(list=", ".join(told)) if told else _("Nobody is left out.")


# ---- Whom to ask, and how


def horizontal(view: View, offered: Mapping[str, str], result: InterviewsResult | None, said: Said) -> None:
    """The lists to choose from: whose segments, which one, and how to draw."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        code = view.params.classification
        segment_choice.classification(view, offered if code in offered else {code: classes.name(code), **offered})
        if result is None:
            return
        segment_choice.segment(view, result.segment, said)
        with st.popover(_("Settings"), icon=":material/tune:"):
            _settings(view, offered)


def _settings(view: View, offered: Mapping[str, str]) -> None:
    chosen = view.params.strata
    setting(view, "n", _("Invitations"))
    heard = _("Invitations go to its classes in proportion to their sizes.")
    setting(view, "strata", _("From each"), {chosen: classes.name(chosen), **offered}, help=heard)
    setting(view, "least", _("At least, of each"))
    setting(view, "reserve", _("In reserve, for each"))
    setting(view, "months", _("Months before asking again"))
    setting(view, "margin", _("Margin of error"), help=_("As a share of 1: 0.1 is ten points to either side."))
    kinds = {"auto": _("as most of them are"), "person": _("people"), "firm": _("firms")}
    setting(view, "audience", _("Guide for"), kinds)
    campaign = view.params.campaign
    bound = share.bound("campaign", campaign, lambda text: (text.strip(),) if text.strip() else (), view.key)
    st.text_input(_("Name of the round"), max_chars=LONGEST_NAME, help=_("Another name draws others."), **bound)


def drawn(result: InterviewsResult, by: str) -> str:
    """How those invited are drawn; that each class is heard only where somebody of each is invited."""
    heard = (result.strata["invited"] > 0).all()
    told = (
        _("{by}: invited by lot, in proportion; each class is heard")
        if heard
        else _("{by}: invited by lot, in proportion; not each class is heard")
    )
    return told.format(by=by)


def strata_figure(view: View, result: InterviewsResult, selected: str | None) -> go.Figure:
    """How many are invited of each stratum."""
    named = strata(view, result)
    most = 20 if view.phone else 34
    drawn = [_bar(view, row, named[row.stratum], most) for row in result.strata.itertuples(index=False)]
    alt = _("Invitations by {strata}: {list}").format(
        strata=classes.name(view.params.strata), list=", ".join(f"{bar.label} {bar.text}" for bar in drawn)
    )
    return bars.ranked(view.theme, drawn, alt=alt, selected=selected, wide=300 if view.phone else 560)


def _bar(view: View, row: Any, name: str, most: int) -> bars.Bar:
    beside = _("of {n}, {share}").format(n=number(row.customers), share=percent(row.share))
    return bars.Bar(
        row.stratum,
        escape(name if len(name) <= most else name[: most - 1] + "…"),
        row.invited,
        number(row.invited),
        view.theme.accent,
        sub=beside,
        hover=hover(
            escape(name),
            (_("Invited"), f"{number(row.invited)} · {percent(row.expected_share)}"),
            (_("In the segment"), f"{number(row.customers)} · {percent(row.share)}"),
            (_("May be invited"), number(row.able)),
            (_("In reserve"), number(row.reserve)),
        ),
    )


# ---- What to do


def actions(result: InterviewsResult) -> list[layout.Action]:
    """Invite, ask what the data raise, and weigh by who answered."""
    points = [_invite(result), _raised(result)]
    if len(respondents.more(result.respondents)):
        points.append(layout.Action(_("Hear the others."), respondents.over(result.respondents)))
    else:
        told = _("Import the filled sheet as a survey: the answers stand in portraits and profiles then.")
        points.append(layout.Action(_("Bring the answers back."), told, _("Import them"), page="data"))
    return points


def _invite(result: InterviewsResult) -> layout.Action:
    invited = int(result.strata["invited"].sum())
    if not invited:
        return layout.Action(_("Nobody to invite."), left_out(result))
    told = _("{n} by lot, {reserve} more in reserve. If all answer, a share is right within ± {margin}.")
    text = told.format(
        n=number(invited),
        reserve=number(int(result.strata["reserve"].sum())),
        margin=_points(result.margin_of_list),
    )
    return layout.Action(_("Invite."), text)


def _raised(result: InterviewsResult) -> layout.Action:
    counts = (
        (("contradiction",), _("{n} where they do other than they say")),
        (("stands_out",), _("{n} about what sets them apart")),
        (("unknown",), _("{n} about what is not known of them")),
        (("few",), _("{n} that fewer than 30 have answered")),
    )
    sizes = ((int(result.guide["reason"].isin(reasons).sum()), text) for reasons, text in counts)
    parts = [text.format(n=number(size)) for size, text in sizes if size]
    told = (
        _("Among the questions: {list}.").format(list=", ".join(parts))
        if parts
        else _("What answers so far don’t explain.")
    )
    return layout.Action(
        _("Ask."),
        told,
        _("Their profile"),
        page="profiles",
        query=profile_link(result.classification, result.segment),
    )


def guide_note(result: InterviewsResult) -> str:
    """For whom the guide is."""
    if result.audience == "firm":
        return _("For whoever buys for the firm; open questions, none of them suggests an answer")
    return _("For people; open questions, none of them suggests an answer")


def pinned_to(result: InterviewsResult) -> str:
    """The segment as notes name it."""
    return write_pick(result.classification, result.segment)


# ---- Who is invited


def columns(named: Said, by: str) -> list[layout.Column]:
    """Columns of the list."""
    roles = {"invited": _("invited"), "reserve": _("in reserve")}
    return [
        layout.Column("role", _("Role"), "text", roles),
        layout.Column("stratum", by, "text", named),
        layout.Column("place", _("Place"), help=_("Within its stratum: who cannot come is replaced by the next.")),
        layout.Column("revenue", _("Net revenue"), "money"),
        layout.Column("orders", _("Orders")),
        layout.Column("last_order", _("Days since last order")),
    ]
