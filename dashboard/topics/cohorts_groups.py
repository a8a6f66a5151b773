"""Retention by group: the average curve of each, and a table of all."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.analyses.cohorts import CohortsResult
from core.stats import SMALL_N
from dashboard import classes
from dashboard.charts import curves
from dashboard.charts.marks import hover
from dashboard.topics import breakdown
from dashboard.topics.cohorts import since, unit
from dashboard.view import View
from dashboard.words import EN_DASH, _, number, percent, percent_range

# Periods in the table, as far as they have been observed.
SHOWN = (1, 12)


def groups(result: CohortsResult) -> list[str]:
    """The groups, largest first."""
    found = result.groups
    if found is None:
        return []
    order = sorted(range(len(found.labels)), key=lambda place: -int(found.sizes[place]))
    return [found.labels[place] for place in order]


def figure(view: View, result: CohortsResult, shown: list[str], names: dict[str, str]) -> go.Figure:
    """A curve with its interval for each group shown, as far as 30 customers of it have come."""
    # A late period that a handful of customers have reached would set the scale of all.
    table = result.breakdown[(result.breakdown["period"] > 0) & (result.breakdown["eligible"] >= SMALL_N)]
    colours = classes.colours(view.theme, result.groups.name if result.groups else "", shown)
    lines = [_line(result, table[table["group"] == code], names[code], colours[code]) for code in shown]
    alt = _("Average share that came back, by {unit} and group: {groups}").format(
        unit=since(result.period), groups=", ".join(names[code] for code in shown)
    )
    return curves.lines(
        view.theme, lines, alt=alt, format=lambda v: percent(v, 0), x_title=since(result.period), height=330
    )


def _line(result: CohortsResult, rows: pd.DataFrame, name: str, colour: str) -> curves.Line:
    texts = [
        hover(
            f"{name}, {unit(result.period, row.period)}",
            (_("Came back"), f"{number(row.retained)} / {number(row.eligible)} · {percent(row.retention)}"),
            (_("95 % interval"), percent_range(row.low, row.high)),
        )
        for row in rows.itertuples()
    ]
    columns = (rows[column].tolist() for column in ("period", "retention", "low", "high"))
    x, y, low, high = columns
    return curves.Line(name, x, y, colour, low, high, texts)


def differences(result: CohortsResult, names: dict[str, str]) -> str:
    """The log-rank test in a sentence; only of groups known at the first purchase."""
    if result.logrank.empty:
        return ""
    whole = result.logrank[result.logrank["group"].isna()].iloc[0]
    if not whole["stands"]:
        return _("How soon they buy again does not clearly differ between the groups (log-rank test).")
    sure = result.logrank[result.logrank["group"].notna() & result.logrank["stands"].astype(bool)]
    sooner = sure[sure["events"] > sure["expected"]].sort_values("chi2", ascending=False)["group"]
    if sooner.empty:
        return _("How soon they buy again differs between the groups beyond chance (log-rank test).")
    listed = ", ".join(names[code] for code in sooner[: breakdown.MOST_LINES])
    more = len(sooner) - breakdown.MOST_LINES
    listed += _(" and {n} more").format(n=more) if more > 0 else ""
    return _("Beyond chance (log-rank test), sooner back than the others: {groups}.").format(groups=listed)


def table(view: View, result: CohortsResult, order: list[str], names: dict[str, str]) -> None:
    """Draw a row a group: customers, and the average of a few periods with its interval."""
    cells = result.breakdown.set_index(["group", "period"])
    periods = [period for period in SHOWN if (result.breakdown["period"] == period).any()]
    rows: list[dict[str, Any]] = []
    sizes = dict(zip(result.groups.labels, result.groups.sizes, strict=True)) if result.groups else {}
    for code in order:
        row: dict[str, Any] = {"group": names[code], "customers": int(sizes[code])}
        for period in periods:
            at = cells.loc[(code, period)] if (code, period) in cells.index else None
            row[f"at_{period}"] = EN_DASH if at is None else _with_interval(at)
        rows.append(row)
    kinds = st.column_config
    config: dict[str, Any] = {
        "group": kinds.TextColumn(_("Group"), pinned=True),
        "customers": kinds.NumberColumn(_("Customers"), format="localized"),
        **{
            f"at_{period}": kinds.TextColumn(
                unit(result.period, period).capitalize(), help=_("With its 95 % interval.")
            )
            for period in periods
        },
    }
    frame = pd.DataFrame(rows, columns=list(config))
    height = min(300, 35 * (len(frame) + 1) + 3)
    st.dataframe(
        frame, hide_index=True, column_config=config, height=height, key=f"{view.key}/groups", alt=_("Table of groups")
    )


def _with_interval(row: pd.Series) -> str:
    """``35 (33–37 %)``."""
    return f"{number(row['retention'] * 100)} ({percent_range(row['low'], row['high'], 0)})"
