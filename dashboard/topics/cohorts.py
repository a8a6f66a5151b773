"""Cohort retention in words: the finding, its figures, what can be selected, and what to do."""

import math

import pandas as pd

from core.analyses.cohorts import CohortsResult
from dashboard import layout, terms
from dashboard.charts.heatmap import cell_key
from dashboard.words import _, ngettext, number, percent, percent_range


def unit(period: str, n: int) -> str:
    """``month 3``: how a period after the first is called."""
    return {"week": _("week {n}"), "month": _("month {n}"), "quarter": _("quarter {n}")}[period].format(n=n)


def since(period: str) -> str:
    """What the columns count."""
    return {
        "week": _("weeks since the first order"),
        "month": _("months since the first order"),
        "quarter": _("quarters since the first order"),
    }[period]


def keys(result: CohortsResult) -> list[str]:
    """Everything that can be selected: cells, and whole cohorts (``2011-03|``)."""
    cells = [cell_key(row.cohort, row.period) for row in result.triangle.itertuples()]
    return cells + [f"{cohort}|" for cohort in result.triangle["cohort"].unique()]


def names(result: CohortsResult) -> dict[str, str]:
    """The words for whole cohorts."""
    return {f"{cohort}|": terms.period(cohort) for cohort in result.triangle["cohort"].unique()[::-1]}


def describe(result: CohortsResult, selected: str | None) -> str:
    """The words for a key."""
    if selected is None:
        return _("all cohorts")
    cohort, period = selected.split("|")
    words = _("first order in {period}").format(period=terms.period(cohort))
    return words + (", " + _("active in {unit}").format(unit=unit(result.period, int(period))) if period else "")


def members(result: CohortsResult, selected: str | None) -> "pd.Series[bool] | slice":
    """Which customers a key selects."""
    if selected is None:
        return slice(None)
    cohort, period = selected.split("|")
    return result.customers["customer"].isin(result.members(cohort, int(period) if period else None))


def _average(result: CohortsResult, period: int) -> "pd.Series | None":
    rows = result.average[result.average["period"] == period]
    return None if rows.empty else rows.iloc[0]


def title(result: CohortsResult) -> str:
    """The finding: how many come back in the next period."""
    first = _average(result, 1)
    if first is None:
        return _("No cohort has completed a second period yet")
    span = percent_range(first["low"], first["high"], 0)
    if result.mode == "on_or_after":
        return _("{span} of customers come back at all after their first {period}").format(
            span=span, period={"week": _("week"), "month": _("month"), "quarter": _("quarter")}[result.period]
        )
    words = {
        "week": _("{span} of customers come back in the week after their first"),
        "month": _("{span} of customers come back in the month after their first"),
        "quarter": _("{span} of customers come back in the quarter after their first"),
    }
    return words[result.period].format(span=span)


def figures(result: CohortsResult) -> list[layout.Figure]:
    """The four figures."""
    shown = []
    late = max((p for p in result.average["period"] if p in (3, 6, 12, 24)), default=None)
    for period in (1, late):
        row = _average(result, period) if period else None
        value, span = (
            ("–", "") if row is None else (percent(row["retention"]), percent_range(row["low"], row["high"], 0))
        )
        label = _("Return in {unit}").format(unit=unit(result.period, period or 1))
        count = "" if row is None else terms.customers(int(row["eligible"]))
        help_ = _("Of {customers} in cohorts that have completed that period.").format(customers=count) if count else ""
        shown.append(layout.Figure(label, value, _("95 %: {span}").format(span=span) if span else "", help=help_))
    rate, low, high = result.repeat
    repeat = layout.Figure(
        _("Repeat purchase rate"),
        percent(rate),
        _("95 %: {span}").format(span=percent_range(low, high, 0)),
        help=_("Customers with two or more purchases ÷ buyers."),
    )
    days = (
        "–"
        if math.isnan(result.median_gap)
        else ngettext("{n} day", "{n} days", round(result.median_gap)).format(n=number(result.median_gap))
    )
    gap = layout.Figure(_("Median gap"), days, help=_("Between one purchase and the next of the same customer."))
    return [shown[0], repeat, gap, shown[1]]


def actions(result: CohortsResult) -> list[layout.Action]:
    """What to do: the mixed cohort, those who did not return, the unfinished period."""
    points = []
    mixed = next((dict(found.values) for found in result.notices if found.code == "first_cohort_mixed"), None)
    if mixed:
        cohort = str(mixed["cohort"])
        points.append(
            layout.Action(
                f"{terms.period(cohort)}.",
                _("{customers} bought when the records begin, so many of them are old customers.").format(
                    customers=terms.customers(int(mixed["size"]))
                ),
                _("Open them"),
                select=f"{cohort}|",
            )
        )
    first = _average(result, 1)
    if first is not None:
        words = _("{share} do not come back in {unit}: a second-order offer belongs in the first weeks.")
        lost = words.format(share=percent(1 - first["retention"]), unit=unit(result.period, 1))
        newest = result.triangle[result.triangle["complete"] & (result.triangle["period"] == 1)]["cohort"].iloc[-1]
        points.append(
            layout.Action(
                _("The second order."),
                lost,
                _("Open {period}").format(period=terms.period(newest)),
                select=f"{newest}|",
            )
        )
    open_ = result.triangle[~result.triangle["complete"] & (result.triangle["period"] == 1)]
    if len(open_):
        row = open_.iloc[-1]
        sofar = _("{share} so far; the period is not over.").format(share=percent(row["retention"]))
        points.append(
            layout.Action(f"{terms.period(row['cohort'])}.", sofar, _("Open them"), select=cell_key(row["cohort"], 1))
        )
    return points
