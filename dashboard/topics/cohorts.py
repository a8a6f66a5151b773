"""Cohort retention: its triangle and curves as figures, and what to do."""

import math
from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go

from core.analyses.cohorts import CohortsResult
from dashboard import layout, terms
from dashboard.charts import curves, heatmap, small
from dashboard.charts.heatmap import cell_key
from dashboard.charts.marks import hover
from dashboard.view import View
from dashboard.words import _, money, ngettext, number, percent, percent_range

RECENT, RECENT_ON_PHONE = 18, 12
MULTIPLES = 8


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


def triangle(view: View, result: CohortsResult, measure: str, span: str, selected: str | None) -> go.Figure:
    """The heatmap; ``measure`` is "customers" or "revenue", ``span`` "recent" or "all" cohorts."""
    cohorts = list(result.triangle["cohort"].unique())
    if span == "recent":
        cohorts = cohorts[-(RECENT_ON_PHONE if view.phone else RECENT) :]
    rows = result.triangle[result.triangle["cohort"].isin(cohorts) & (result.triangle["period"] > 0)]
    column = "retention" if measure == "customers" else "revenue_retention"
    frame = pd.DataFrame(
        {
            "cohort": rows["cohort"],
            "label": rows["cohort"].map(terms.period),
            "size": rows["size"].map(number),
            "period": rows["period"],
            "value": rows[column],
            "n": rows["size"],
            "complete": rows["complete"] & ~rows["provisional"],
            "hover": [_hover(view, result, row) for row in rows.itertuples()],
        }
    )
    alt = _("Share of each cohort that came back, {cohorts} cohorts by {unit}").format(
        cohorts=len(cohorts), unit=since(result.period)
    )
    height = 34 + (36 if len(cohorts) <= RECENT else 24) * max(frame["cohort"].nunique(), 1)
    return heatmap.triangle(
        view.theme,
        frame,
        alt=alt,
        corner=_("first order, n"),
        x_title=since(result.period),
        selected=selected,
        height=height,
    )


def _hover(view: View, result: CohortsResult, row: object) -> str:
    note = "" if row.complete else _("This period is not over: the number can only rise.")
    if row.provisional:
        note = _("Provisional: some will still come back.")
    interval = "" if math.isnan(row.low) else percent_range(row.low, row.high)
    return hover(
        f"{terms.period(row.cohort)}, {unit(result.period, row.period)}",
        (_("Came back"), f"{number(row.active)} / {number(row.size)} · {percent(row.retention)}"),
        (_("95 % interval"), interval),
        (_("Revenue"), f"{money(row.revenue, view.currency)} · {percent(row.revenue_retention)}"),
        note=note,
    )


def average(view: View, result: CohortsResult) -> go.Figure:
    """The average over complete cells with its interval, and the first cohort where it is a mixed one."""
    rows = result.average[result.average["period"] > 0]
    lines = [_line(rows, _("all cohorts"), view.theme.accent, "retention", _average_hover(result))]
    if any(found.code == "first_cohort_mixed" for found in result.notices):
        first = result.triangle["cohort"].iloc[0]
        own = result.triangle[
            (result.triangle["cohort"] == first) & (result.triangle["period"] > 0) & result.triangle["complete"]
        ]
        if len(own) > 1:
            lines.append(
                _line(own, terms.period(first), view.theme.other, "retention", lambda row: _hover(view, result, row))
            )
    alt = _("Average share that came back, by {unit}").format(unit=since(result.period))
    return curves.lines(view.theme, lines, alt=alt, format=lambda v: percent(v, 0), x_title=since(result.period))


def _line(rows: pd.DataFrame, name: str, colour: str, column: str, write: Callable[[object], str]) -> curves.Line:
    return curves.Line(
        name=name,
        x=rows["period"].tolist(),
        y=rows[column].tolist(),
        colour=colour,
        low=rows["low"].tolist(),
        high=rows["high"].tolist(),
        hover=[write(row) for row in rows.itertuples()],
        points=len(rows) <= 24,
    )


def _average_hover(result: CohortsResult) -> Callable[[object], str]:
    def write(row: object) -> str:
        return hover(
            unit(result.period, row.period),
            (_("Came back"), f"{number(row.retained)} / {number(row.eligible)} · {percent(row.retention)}"),
            (_("95 % interval"), percent_range(row.low, row.high)),
        )

    return write


def multiples(view: View, result: CohortsResult) -> go.Figure:
    """The newest cohorts with some history, one in blue each."""
    complete = result.triangle[result.triangle["complete"] & (result.triangle["period"] > 0)]
    counts = complete.groupby("cohort", sort=False).size()
    chosen = list(counts[counts >= 2].index[-MULTIPLES:])
    lines = [
        curves.Line(terms.period(c), part["period"].tolist(), part["retention"].tolist(), view.theme.accent)
        for c in chosen
        for part in [complete[complete["cohort"] == c]]
    ]
    alt = _("Share that came back, cohort by cohort, the newest {n}").format(n=len(lines))
    return small.multiples(view.theme, lines, alt=alt, format=lambda v: percent(v, 0))


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
