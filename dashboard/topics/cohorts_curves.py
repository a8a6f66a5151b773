"""Retention's triangle and curves as figures: each measure of what comes back, the average with its forecast and goal."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.analyses.cohorts import CohortsResult
from dashboard import terms
from dashboard.charts import curves, heatmap, small
from dashboard.charts.marks import hover
from dashboard.topics.cohorts import since, unit
from dashboard.view import View
from dashboard.words import _, money, number, percent, percent_range, short_number

RECENT, RECENT_ON_PHONE = 18, 12
MULTIPLES = 8


@dataclass(frozen=True)
class Measure:
    """What is followed: its column, those of its interval, and whether it is a share."""

    key: str
    column: str
    low: str = ""
    high: str = ""
    share: bool = True

    @property
    def first(self) -> int:
        """The first period that tells something: shares are 1 in their own."""
        return 1 if self.share else 0


MEASURES = {
    one.key: one
    for one in (
        Measure("customers", "retention", "low", "high"),
        Measure("revenue", "revenue_retention", "revenue_low", "revenue_high"),
        Measure("gross", "gross_retention"),
        Measure("value", "cumulative_value", share=False),
    )
}


def measures() -> dict[str, str]:
    """What the reader can choose."""
    return {"customers": _("Customers"), "revenue": _("Net"), "gross": _("Gross"), "value": _("Value")}


def explain(measure: str, value: str) -> str:
    """A measure in a sentence."""
    return {
        "customers": _("Per cent of the cohort’s customers."),
        "revenue": _("Net retention (NRR): the cohort’s {value} of a period, per cent of that of its first."),
        "gross": _("Gross retention (GRR): as net, but nobody counts for more than in the first period; at most 100."),
        "value": _("Cumulative {value} a customer, up to and with the period."),
    }[measure].format(value=value)


def write(view: View, measure: Measure, value: float) -> str:
    """A value of the measure."""
    return percent(value) if measure.share else money(value, view.currency)


def triangle(view: View, result: CohortsResult, measure: Measure, span: str, selected: str | None) -> go.Figure:
    """The heatmap; ``span`` is "recent" or "all" cohorts."""
    cohorts = list(result.triangle["cohort"].unique())
    if span == "recent":
        cohorts = cohorts[-(RECENT_ON_PHONE if view.phone else RECENT) :]
    rows = result.triangle[result.triangle["cohort"].isin(cohorts) & (result.triangle["period"] >= measure.first)]
    frame = pd.DataFrame(
        {
            "cohort": rows["cohort"],
            "label": rows["cohort"].map(terms.period),
            "size": rows["size"].map(number),
            "period": rows["period"],
            "value": rows[measure.column],
            "n": rows["size"],
            "complete": rows["complete"] & ~(rows["provisional"] & (measure.key == "customers")),
            "hover": [cell_hover(view, result, row) for row in rows.itertuples()],
        }
    )
    alt = _("{measure}: {cohorts} cohorts by {unit}").format(
        measure=measures()[measure.key], cohorts=len(cohorts), unit=since(result.period)
    )
    return heatmap.triangle(
        view.theme,
        frame,
        alt=alt,
        corner=_("first order, n"),
        x_title=since(result.period),
        text=None if measure.share else lambda v: short_number(v, 2, trim=True),
        selected=selected,
        height=34 + (36 if len(cohorts) <= RECENT else 24) * max(frame["cohort"].nunique(), 1),
    )


def cell_hover(view: View, result: CohortsResult, row: Any) -> str:
    """All that is known of a cell."""
    note = "" if row.complete else _("This period is not over: the number can only rise.")
    if row.provisional:
        note = _("Provisional: some will still come back.")
    return hover(
        f"{terms.period(row.cohort)}, {unit(result.period, row.period)}",
        (_("Came back"), f"{number(row.active)} / {number(row.size)} · {percent(row.retention)}"),
        (_("95 % interval"), percent_range(row.low, row.high) if row.low == row.low else ""),
        (terms.value(view.params.value).capitalize(), money(row.revenue, view.currency)),
        (_("Net retention"), _with_interval(row)),
        (_("Gross retention"), percent(row.gross_retention)),
        (_("Cumulative value a customer"), money(row.cumulative_value, view.currency)),
        note=note,
    )


def _with_interval(row: Any) -> str:
    span = percent_range(row.revenue_low, row.revenue_high) if row.revenue_low == row.revenue_low else ""
    return f"{percent(row.revenue_retention)} ({span})" if span else percent(row.revenue_retention)


def average_of(result: CohortsResult, measure: Measure) -> pd.DataFrame:
    """The average over complete cells, from the first period that tells something."""
    table = result.average
    if not measure.share:
        cells = result.triangle[result.triangle["complete"]]
        sums = (cells["cumulative_value"] * cells["size"]).groupby(cells["period"]).sum()
        table = table.assign(cumulative_value=table["period"].map(sums / cells.groupby("period")["size"].sum()))
    return table[table["period"] >= measure.first]


def average(view: View, result: CohortsResult, measure: Measure, goal: float | None) -> go.Figure:
    """The average with its interval, the first cohort where it is a mixed one, the forecast, and the goal."""
    rows = average_of(result, measure)
    lines = [_line(rows, _("all cohorts"), view.theme.accent, measure, _average_hover(view, result, measure))]
    if any(found.code == "first_cohort_mixed" for found in result.notices):
        first = result.triangle["cohort"].iloc[0]
        cells = result.triangle[(result.triangle["cohort"] == first) & result.triangle["complete"]]
        own = cells[cells["period"] >= measure.first]
        if len(own) > 1:
            lines.append(
                _line(own, terms.period(first), view.theme.other, measure, lambda row: cell_hover(view, result, row))
            )
    if measure.key == "customers":
        lines += _forecast(view, result)
    if goal is not None and measure.share:
        ends = [measure.first, max(max(line.x, default=1) for line in lines)]
        words = _("goal {share}").format(share=goal_written(goal))
        lines.append(curves.Line(words, ends, [goal, goal], view.theme.muted, dash=True))
    alt = _("Average, {measure}, by {unit}").format(measure=measures()[measure.key], unit=since(result.period))
    return curves.lines(
        view.theme, lines, alt=alt, format=lambda v: _tick(view, measure, v), x_title=since(result.period), height=330
    )


def goal_written(goal: float) -> str:
    """A goal with no more digits than it has."""
    return percent(goal, 0 if round(goal * 100, 6).is_integer() else 1)


def _tick(view: View, measure: Measure, value: float) -> str:
    return percent(value, 0) if measure.share else money(value, view.currency, trim=True)


def _line(
    rows: pd.DataFrame, name: str, colour: str, measure: Measure, write: Callable[[Any], str], dash: bool = False
) -> curves.Line:
    return curves.Line(
        name=name,
        x=rows["period"].tolist(),
        y=rows[measure.column].tolist(),
        colour=colour,
        low=_ends(rows, measure.low, measure.column),
        high=_ends(rows, measure.high, measure.column),
        hover=[write(row) for row in rows.itertuples()],
        points=len(rows) <= 24 and not dash,
        dash=dash,
    )


def _ends(rows: pd.DataFrame, end: str, middle: str) -> list[float]:
    """One end of the band; none where there is no interval."""
    return rows[end].fillna(rows[middle]).tolist() if end else []


def _average_hover(view: View, result: CohortsResult, measure: Measure) -> Callable[[Any], str]:
    def words(row: Any) -> str:
        span = percent_range(getattr(row, measure.low), getattr(row, measure.high)) if measure.low else ""
        return hover(
            unit(result.period, row.period),
            (measures()[measure.key], write(view, measure, getattr(row, measure.column))),
            (_("95 % interval"), span),
            (_("Came back"), f"{number(row.retained)} / {number(row.eligible)}" if measure.key == "customers" else ""),
            (_("Customers"), "" if measure.key == "customers" else number(row.eligible)),
        )

    return words


def _forecast(view: View, result: CohortsResult) -> list[curves.Line]:
    table = result.projection.table
    if table.empty:
        return []
    name = terms.model(str(table["model"].iloc[0]))

    def words(row: Any) -> str:
        return hover(
            unit(result.period, row.period),
            (_("By the model"), percent(row.retention)),
            (_("95 % interval"), percent_range(row.low, row.high)),
            note=_("{model}. The interval is that of its parameters alone.").format(model=name),
        )

    return [_line(table, _("forecast"), view.theme.accent, MEASURES["customers"], words, dash=True)]


def forecast_note(result: CohortsResult) -> str:
    """How far the model can be trusted, or why there is no forecast."""
    found = result.projection
    if not found.table.empty:
        name = terms.model(str(found.table["model"].iloc[0]))
        if abs(found.error) < 0.005:
            return _("Dashed: {model}, right on what was observed. It knows no season.").format(model=name)
        words = _("{share} too many") if found.error > 0 else _("{share} too few")
        off = words.format(share=percent(abs(found.error), 0))
        return _("Dashed: {model}. Over what was observed it foresees {off}; it knows no season.").format(
            model=name, off=off
        )
    reasons = {
        "nothing_observed": _("nobody has come back yet"),
        "too_few_repeat_buyers": _("too few have bought again to fit a model"),
        "no_convergence": _("no model could be fitted to these data"),
        "projection_off": _("the model misses what was observed by {share}"),
        "projection_needs_mode_on": _("the model tells who buys in a period, not then or later"),
        "projection_needs_mode_on_or_after": _("with contracts the model tells who is there then or later"),
        "projection_needs_all_orders": _("the model needs the orders of all regions and channels"),
    }
    reason = reasons.get(found.reason, found.reason.replace("_", " "))
    return _("No forecast: {reason}.").format(reason=reason.format(share=percent(abs(found.error), 0)))


def multiples(view: View, result: CohortsResult, measure: Measure) -> go.Figure:
    """The newest cohorts with some history, one in blue each."""
    complete = result.triangle[result.triangle["complete"] & (result.triangle["period"] >= measure.first)]
    counts = complete.groupby("cohort", sort=False).size()
    lines = [
        curves.Line(terms.period(c), part["period"].tolist(), part[measure.column].tolist(), view.theme.accent)
        for c in list(counts[counts >= 2].index[-MULTIPLES:])
        for part in [complete[complete["cohort"] == c]]
    ]
    alt = _("{measure}, cohort by cohort, the newest {n}").format(measure=measures()[measure.key], n=len(lines))
    return small.multiples(view.theme, lines, alt=alt, format=lambda v: _tick(view, measure, v))
