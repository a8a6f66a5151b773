"""A brief for one target segment: only what can be claimed, with its numbers; what the data do not tell is said to be missing."""

from typing import Any

import streamlit as st

from core.analyses import load
from core.analyses.profiles import ProfilesResult
from core.analyses.targets import TargetsResult
from core.profiles.axes import QUESTIONS
from dashboard import layout, terms
from dashboard.downloads import file_name
from dashboard.topics import profile_words, profiles_five_w, targets
from dashboard.view import View
from dashboard.words import _, day, money, number, percent, percent_range, signed_percent

# Of what a customer is expected to bring, one part in three may be spent on them.
PART = 3
Section = tuple[str, list[str]]


def draw(view: View, result: TargetsResult, said: targets.Said, key: str) -> None:
    """The brief, and its download."""
    sections = brief(view, result, said[key], key)
    left, right = sections[:2], sections[2:]
    grid = st.grid(2, min_column_width=270, gap=layout.GAP)
    for part in (left, right):
        with grid.cell():
            for heading, lines in part:
                st.markdown(f"**{layout.plain(heading)}**  \n" + "  \n".join(layout.plain(line) for line in lines))
    st.download_button(
        _("Brief as text"),
        data=as_text(view, said[key], sections),
        file_name=file_name("brief", "md"),
        mime="text/markdown",
        icon=":material/download:",
        on_click="ignore",
        key=f"{view.key}/brief/file",
    )


def brief(view: View, result: TargetsResult, name: str, key: str) -> list[Section]:
    """Headings and lines of the brief of one pick."""
    row = result.segments.set_index("key", drop=False).loc[key]
    params = load("profiles").params(classification=row["classification"], segment=row["segment"])
    profile: ProfilesResult = view.result("profiles", params)
    listed = result.customers[result.customers["list"] == key]
    return [
        (_("Who they are"), _size(view, row)),
        (_("The five W, as seen"), _five_w(view, profile)),
        (_("Positioning"), [positioning(view, profile, name)]),
        (_("Message"), [_offer(view, profile, "why")]),
        (_("Offer"), [_offer(view, profile, "what")]),
        (_("Channel"), [_offer(view, profile, "where"), _reach(view, result, row)]),
        (_("Timing"), [_offer(view, profile, "when")]),
        (_("Budget"), budget(view, row, int((~listed["holdout"]).sum()), result.income)),
        (_("List and holdout"), _holdout(len(listed), int(listed["holdout"].sum()), int(row["customers"]))),
    ]


def as_text(view: View, name: str, sections: list[Section]) -> str:
    """The brief as a Markdown file."""
    last = day(view.filters.last or view.info.last_day)
    lines = [f"# {name}", "", _("As of {day}, snapshot {version}").format(day=last, version=view.info.version), ""]
    for heading, found in sections:
        lines += [f"## {heading}", "", *(f"- {line}" for line in found), ""]
    return "\n".join(lines)


def _size(view: View, row: Any) -> list[str]:
    lines = [
        _("{customers}, {share} of those in view; {revenue} of net revenue, {part} of all.").format(
            customers=terms.customers(int(row["customers"])),
            share=percent(row["customer_share"]),
            revenue=money(row["revenue"], view.currency),
            part=percent(row["revenue_share"]),
        )
    ]
    if row["growth"] == row["growth"]:
        told = (
            _("Growth {growth} ({low_high}), beyond chance.")
            if row["growth_claim"]
            else _("No clear growth ({low_high}).")
        )
        lines.append(
            told.format(
                growth=signed_percent(row["growth"]), low_high=percent_range(row["growth_low"], row["growth_high"])
            )
        )
    for column, text in (
        ("margin_share", _("Margin {share} of revenue.")),
        ("stability", _("Of the members of the earlier date {share} are in it still.")),
    ):
        if row[column] == row[column]:
            lines.append(text.format(share=percent(row[column])))
    return lines


def _reach(view: View, result: TargetsResult, row: Any) -> str:
    words = targets.reach_words(result, view.params.months)
    return _("{share} can be reached.").format(share=percent(row["reach"])) + " " + words


def _five_w(view: View, profile: ProfilesResult) -> list[str]:
    return [f"{profile_words.question(code)}: {profiles_five_w.seen(view, profile, code)}" for code in QUESTIONS]


def _short(view: View, profile: ProfilesResult, question: str) -> str:
    rows = profiles_five_w.told(profile, question)
    return "; ".join(profile_words.short(row, view.currency) for row in rows.itertuples(index=False))


def positioning(view: View, profile: ProfilesResult, name: str) -> str:
    """For whom, in which need, and why ours; without a reason that can be claimed it asks for one."""
    who, why = _short(view, profile, "who"), _short(view, profile, "why")
    whom = _("For {segment} ({who})").format(segment=name, who=who) if who else _("For {segment}").format(segment=name)
    if not why:
        return _("{whom}: the data do not tell why they buy. Ask them before you position anything.").format(whom=whom)
    return _("{whom}, who look for: {why}. Say that ours gives them just that.").format(whom=whom, why=why)


def _offer(view: View, profile: ProfilesResult, question: str) -> str:
    return profiles_five_w.offer(view, profile, question) or _("Nothing that can be claimed: test two versions.")


def budget(view: View, row: Any, treated: int, income: str) -> list[str]:
    """What may be spent: a third of what customers are expected to bring."""
    if row["ltv"] != row["ltv"]:
        return [_("No model of lifetime value can be fitted, so no budget can be told.")]
    each = row["ltv"] / PART
    kind = _("margin") if income == "margin" else _("revenue, costs not taken off")
    return [
        _("Expected value {value} a customer over {months} months ({kind}).").format(
            value=money(row["ltv"], view.currency), months=number(targets.horizon()), kind=kind
        ),
        _("At three to one, at most {each} a customer: {total} for {customers}.").format(
            each=money(each, view.currency),
            total=money(each * treated, view.currency),
            customers=terms.customers(treated),
        ),
    ]


def _holdout(listed: int, held: int, members: int) -> list[str]:
    lines = [
        _("{n} on the list, {held} of them held out by chance and not to be written to.").format(
            n=number(listed), held=number(held)
        )
    ]
    if listed < members:
        lines.append(_("{n} more are on the list of a segment picked before it.").format(n=number(members - listed)))
    return [*lines, _("Save the list: the next data show revenue a customer of both groups.")]
