"""A brief for one target segment: only what can be claimed, with its numbers; what the data do not tell is said to be missing."""

from typing import Any

import pandas as pd
import streamlit as st

from core.analyses import load
from core.analyses.profiles import ProfilesResult
from core.analyses.targets import TargetsResult
from core.classifications import ATTRIBUTE
from core.filters import DIMENSIONS
from core.own_segments import IN, OWN, RULE
from core.profiles.axes import QUESTIONS
from core.targets.picks import read_picks
from dashboard import classes, document, layout, terms
from dashboard.downloads import file_name, source
from dashboard.topics import profile_words, targets, targets_words
from dashboard.view import View
from dashboard.words import _, day, money, money_range, number, percent, percent_range, signed_percent

# Of what a customer is expected to bring, one part in three may be spent on them.
PART = 3
Section = tuple[str, list[str]]


def draw(view: View, result: TargetsResult, said: targets.Said, key: str) -> None:
    """The brief, and its downloads."""
    sections = brief(view, result, key)
    left, right = sections[:2], sections[2:]
    grid = st.grid(2, min_column_width=270, gap=layout.GAP)
    for part in (left, right):
        with grid.cell():
            for heading, lines in part:
                st.markdown(f"**{layout.plain(heading)}**  \n" + "  \n".join(layout.plain(line) for line in lines))
    with st.container(horizontal=True):
        name = f"{view.key}/brief/file"
        document.button(_("Brief for Word"), said[key], as_blocks(view, sections), "brief", f"{name}/docx")
        st.download_button(
            _("Brief as text"),
            data=as_text(view, said[key], sections),
            file_name=file_name("brief", "md"),
            mime="text/markdown",
            icon=":material/download:",
            on_click="ignore",
            key=name,
        )


def brief(view: View, result: TargetsResult, key: str) -> list[Section]:
    """Headings and lines of the brief of one pick."""
    row = result.segments.set_index("key", drop=False).loc[key]
    if not row["customers"]:
        nobody = _("Nobody in view is in it: choose other filters, or take it out.")
        return [(_("Who they are"), [definition(view, key), nobody])]
    params = load("profiles").params(classification=row["classification"], segment=row["segment"])
    profile: ProfilesResult = view.result("profiles", params)
    listed = result.customers[result.customers["list"] == key]
    held = int(listed["holdout"].sum())
    return [
        (_("Who they are"), [definition(view, key), *_size(view, row)]),
        (_("The five W, as seen"), _five_w(view, profile)),
        (_("Positioning"), targets_words.positioning(view, profile, _whom(view, key))),
        (_("Message"), targets_words.message(view, profile)),
        (_("Offer"), targets_words.offer(view, profile)),
        (_("Channel"), [*targets_words.channel(view, profile), *_reach(view, result, row)]),
        (_("Timing"), targets_words.timing(view, profile)),
        (_("Budget"), budget(view, row, len(listed) - held, result.income)),
        (_("List and holdout"), _holdout(len(listed), held, int(row["customers"]))),
    ]


def _stands(view: View) -> list[str]:
    """What the numbers are of: the page's line on dates and filter, and the snapshot."""
    last = day(view.filters.last or view.info.last_day)
    as_of = _("As of {day}, snapshot {version}").format(day=last, version=view.info.version)
    return [line for line in (source(), as_of) if line]


def as_text(view: View, name: str, sections: list[Section]) -> str:
    """The brief as a Markdown file."""
    lines = [f"# {name}", ""]
    for line in _stands(view):
        lines += [line, ""]
    for heading, found in sections:
        lines += [f"## {heading}", "", *(f"- {line}" for line in found), ""]
    return "\n".join(lines)


def as_blocks(view: View, sections: list[Section]) -> list[document.Block]:
    """The brief as a document."""
    blocks: list[document.Block] = [document.Paragraph(line, quiet=True) for line in _stands(view)]
    for heading, lines in sections:
        blocks += [document.Heading(heading), document.Bullets(lines)]
    return blocks


# ---- Who they are


def definition(view: View, key: str) -> str:
    """Who belongs to the segment."""
    ((classification, label),) = read_picks(key)
    if classification.startswith((OWN, RULE)):
        rule = (
            view.data.own_segments.texts[classification.removeprefix(OWN)]
            if classification.startswith(OWN)
            else classification.removeprefix(RULE)
        )
        told = (
            _("Customers who meet the rule: {rule}.")
            if label == IN
            else _("Customers who do not meet the rule: {rule}.")
        )
        return told.format(rule=rule)
    shown = classes.labels(view, classification, [label])[label]
    if classification == "rfm_segment":
        rule = terms.segment_rule(label, view.data.segment_rules)
        return _("Customers by three groups on each axis: {rule}.").format(rule=rule)
    if classification in DIMENSIONS:
        return _("Customers who bought mostly in {place}.").format(place=shown)
    if classification.startswith(ATTRIBUTE):
        what = profile_words.attribute(classification.removeprefix(ATTRIBUTE))
        return _("Customers with {what}: {value}.").format(what=what, value=shown)
    if classification == "persona":
        return _("A group found by how customers buy: {name}.").format(name=shown)
    return _("Customers with {what}: {value}.").format(what=classes.name(classification), value=shown)


def _whom(view: View, key: str) -> str:
    """The segment as the one who is spoken to."""
    ((classification, label),) = read_picks(key)
    shown = classes.labels(view, classification, [label])[label]
    if not classification.startswith(ATTRIBUTE):
        return shown
    of = classification.removeprefix(ATTRIBUTE)
    if of.lower() in targets_words.KINDS:
        return targets_words.person(view, pd.Series({"attribute": of, "value": shown}))
    return _("customers with {what} {value}").format(what=profile_words.attribute(of).lower(), value=shown)


def _size(view: View, row: Any) -> list[str]:
    lines = [
        _("{customers}, {share} of those in view, bring {revenue} of net revenue, {part} of all.").format(
            customers=terms.customers(int(row["customers"])),
            share=percent(row["customer_share"]),
            revenue=money(row["revenue"], view.currency),
            part=percent(row["revenue_share"]),
        ),
        *_change(view, row),
    ]
    if row["margin_share"] == row["margin_share"]:
        lines.append(_("{share} of it is margin.").format(share=percent(row["margin_share"])))
    if row["stability"] == row["stability"]:
        told = _("Of the {n} customers of a year ago {share} are in the segment still.")
        lines.append(told.format(n=number(int(row["stability_n"])), share=percent(row["stability"])))
    return lines


def _change(view: View, row: Any) -> list[str]:
    """How the segment's revenue changed, as far as that says something of it."""
    if row["change"] != row["change"]:
        return []
    months = number(view.params.months)
    if row["growth"] == row["growth"]:
        span = percent_range(row["growth_low"], row["growth_high"])
        if not row["change_claim"]:
            told = _("Revenue of the last {months} months: no clear change on a year before ({span}).")
            return [told.format(months=months, span=span)]
        told = _("Revenue of the last {months} months: {growth} on a year before ({span}).")
        return [told.format(months=months, growth=signed_percent(row["growth"]), span=span)]
    low, high, change = row["change_low"], row["change_high"], row["change"]
    if not row["change_claim"]:
        told = _("As a class they brought neither clearly more nor less than a year before ({span}).")
    elif change > 0:
        told = _("As a class they brought {change} more in the last {months} months than a year before ({span}).")
    else:
        told = _("As a class they brought {change} less in the last {months} months than a year before ({span}).")
        low, high = -high, -low
    return [
        told.format(
            change=money(abs(change), view.currency), months=months, span=money_range(low, high, view.currency)
        ),
        _("{now} customers are in it now, {then} were then: a class grows as customers come into it.").format(
            now=number(int(row["customers"])), then=number(int(row["members_before"]))
        ),
    ]


def _five_w(view: View, profile: ProfilesResult) -> list[str]:
    return [
        *(f"{profile_words.question(code)}: {targets_words.seen(view, profile, code)}" for code in QUESTIONS),
        _("In brackets: shares of order lines for goods, of orders for time and channel, of customers for all else."),
    ]


# ---- What to do


def _reach(view: View, result: TargetsResult, row: Any) -> list[str]:
    lines = [
        _("{share} can be reached.").format(share=percent(row["reach"]))
        + " "
        + targets.reach_words(result, view.params.months)
    ]
    if through := targets.met(result, row["key"]):
        told = _("Met in the last {months} months through: {channels}.")
        lines.append(told.format(months=number(view.params.months), channels=through))
    return lines


def budget(view: View, row: Any, treated: int, income: str) -> list[str]:
    """What may be spent: a third of what customers are expected to bring."""
    if row["ltv"] != row["ltv"]:
        return [_("No model of lifetime value can be fitted, so no budget can be told.")]
    each = row["ltv"] / PART
    kind = _("margin") if income == "margin" else _("revenue, costs not taken off")
    told = _("A customer is expected to bring {value} in the next {months} months ({kind}, discounted).")
    lines = [told.format(value=money(row["ltv"], view.currency), months=number(targets.horizon()), kind=kind)]
    if each <= 0:
        return [*lines, _("Nothing may be spent on them.")]
    return [
        *lines,
        _("A third of that is the most to spend: {each} a customer, {total} for the {n} who are written to.").format(
            each=money(each, view.currency), total=money(each * treated, view.currency), n=number(treated)
        ),
        _("Much of it would come anyway: begin with less, and let the holdout show what the offer adds."),
    ]


def _holdout(listed: int, held: int, members: int) -> list[str]:
    lines = [
        _("{n} are on the list; {held} of them, drawn by chance, are not to be written to.").format(
            n=number(listed), held=number(held)
        )
    ]
    if listed < members:
        lines.append(_("{n} more are on the list of a segment picked before it.").format(n=number(members - listed)))
    return [*lines, _("Save the list: the next data show what each group brought.")]
