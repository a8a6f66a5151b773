"""Movements over the months, and each class at the two dates: small charts and a table."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.analyses.movements import MovementsResult
from dashboard import classes, terms
from dashboard.charts import panels
from dashboard.charts.marks import hover
from dashboard.view import View
from dashboard.words import EN_DASH, MINUS, _, day, money, month, number, number_range, signed_number, symbol

MOST_PANELS = 12
ACROSS, ACROSS_PHONE = 3, 2


def panels_figure(view: View, result: MovementsResult, said: dict[str, str], by: str) -> go.Figure:
    """A panel a class, of "customers" or "revenue"; of too many classes the largest."""
    table = result.months
    last = table[table["month"] == table["month"].max()].nlargest(MOST_PANELS, "customers")
    shown = [label for label in result.labels if label in set(last.loc[last["customers"] > 0, "segment"])]
    colours = classes.colours(view.theme, result.classification, result.labels)
    drawn = [_panel(view, result, table[table["segment"] == label], said[label], colours[label], by) for label in shown]
    ends = [date.fromisoformat(text) for text in sorted(table["month"].unique())]
    ticks = [(0, month(ends[0])), (len(ends) - 1, month(ends[-1]))] if len(ends) > 1 else [(0, month(ends[0]))]
    what = _("Customers") if by == "customers" else terms.value(result.value).capitalize()
    alt = _("{what} by month and class: {list}").format(
        what=what, list=", ".join(f"{panel.name} {panel.text}" for panel in drawn)
    )

    def write(value: float) -> str:
        return number(value) if by == "customers" else money(value, view.currency, trim=True)

    across = ACROSS_PHONE if view.phone else ACROSS
    return panels.panels(view.theme, drawn, ticks, alt=alt, format=write, columns=across)


def _panel(view: View, result: MovementsResult, rows: pd.DataFrame, name: str, colour: str, by: str) -> panels.Panel:
    people = by == "customers"
    values = rows[by].tolist()
    nothing: list[float | None] = [None] * len(rows)
    before = rows["customers"].shift().tolist()
    low, high = nothing, nothing
    marks = [0] * len(rows)
    if people:
        # The interval is that of the change on the month before, so it stands around where that month ended.
        low, high = (
            [None if change != change else at + change for at, change in zip(before, rows[side], strict=True)]
            for side in ("low", "high")
        )
        marks = [
            (1 if change > 0 else -1) if sure else 0 for change, sure in zip(rows["change"], rows["claim"], strict=True)
        ]
    texts = [
        hover(
            f"{name}, {day(date.fromisoformat(row.month))}",
            (_("Customers"), number(row.customers)),
            (_("On the month before"), "" if row.change != row.change else signed_number(row.change)),
            (_("95 % interval"), "" if row.change != row.change else number_range(row.low, row.high, 0)),
            (terms.value(result.value).capitalize(), money(row.revenue, view.currency)),
            note=_("More than chance.") if row.claim else "",
        )
        for row in rows.itertuples()
    ]
    latest = number(values[-1]) if people else money(values[-1], view.currency)
    return panels.Panel(name, latest, values, low, high, colour, marks, texts)


def panels_note(by: str) -> str:
    """How to read the panels."""
    scale = _("Each on its own scale, from zero.")
    if by == "revenue":
        return _("Of the month that ends there.") + " " + scale
    return scale + " " + _("Band: 95 % interval of the change on the month before; ▲ ▼: more than chance.")


def left_out(result: MovementsResult) -> str:
    """Words for the classes that have no panel; "" for none."""
    now = result.months[result.months["month"] == result.months["month"].max()]
    count = int((now["customers"] > 0).sum()) - MOST_PANELS
    return _("{n} smaller classes are in the download.").format(n=count) if count > 0 else ""


def table(view: View, result: MovementsResult, said: dict[str, str]) -> None:
    """Draw a row a class with customers: sizes, change and interval, money likewise."""
    rows = result.segments[(result.segments["before"] > 0) | (result.segments["after"] > 0)]
    value = terms.value(result.value).capitalize()
    frame = pd.DataFrame({"segment": [said[label] for label in rows["segment"]]})
    config: dict[str, Any] = {"segment": st.column_config.TextColumn(classes.name(result.classification), pinned=True)}
    for prefix, what, unit in (("", _("Customers"), ""), ("revenue_", value, _unit(view))):
        heads = {"before": _("{what} before"), "after": _("{what} now"), "change": _("Change")}
        for name, head in heads.items():
            frame[prefix + name] = rows[prefix + name].round().to_numpy()
            label = head.format(what=what) + unit
            config[prefix + name] = st.column_config.NumberColumn(label, format="localized", step=1)
        write = (lambda x: money(x, view.currency, digits=2)) if prefix else number
        parts = (rows[prefix + name] for name in ("low", "high", "change", "claim"))
        frame[prefix + "interval"] = [
            f"{_interval(write, low, high)} {_mark(sure, change)}".strip()
            for low, high, change, sure in zip(*parts, strict=True)
        ]
        config[prefix + "interval"] = st.column_config.TextColumn(
            _("95 % interval"), help=_("Of the change, paired by customer. ▲ ▼: more than chance.")
        )
    st.dataframe(
        frame,
        hide_index=True,
        column_config=config,
        height=35 * (len(frame) + 1) + 3,
        key=f"{view.key}/segments",
        alt=_("Table of classes"),
    )


def _unit(view: View) -> str:
    return f", {symbol(view.currency)}" if view.currency else ""


def _mark(sure: bool, change: float) -> str:
    return "" if not sure else "▲" if change > 0 else "▼"


def _interval(write: Callable[[float], str], low: float, high: float) -> str:
    if low != low:
        return EN_DASH
    ends = [write(low), write(high)]
    return _("{low} to {high}").format(low=ends[0], high=ends[1]) if MINUS in "".join(ends) else EN_DASH.join(ends)
