"""Panels: one small chart a class over time, each with its interval and a mark where a change is more than chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.colour import alpha
from dashboard.charts.marks import HOVER, Format, axis, coloured, figure, legible, nice_ticks, note
from dashboard.charts.theme import Theme

ROW = 118
HEAD = 34


@dataclass(frozen=True)
class Panel:
    """One panel.

    Attributes
    ----------
    name, text : str
        Above it: what it shows, and its latest value.
    y, low, high : sequences of float
        A value a place of the shared x-axis and its interval; None where nothing is known.
    marks : sequence of int
        1 where it rose and -1 where it fell by more than chance, else 0.
    """

    name: str
    text: str
    y: Sequence[float | None]
    low: Sequence[float | None]
    high: Sequence[float | None]
    colour: str
    marks: Sequence[int] = ()
    hover: Sequence[str] = ()


def panels(
    theme: Theme,
    drawn: Sequence[Panel],
    labels: Sequence[tuple[int, str]],
    *,
    alt: str,
    format: Format,
    columns: int = 3,
) -> go.Figure:
    """Panels side by side over one x-axis, each on its own scale from zero (or below, where values are).

    Parameters
    ----------
    drawn : sequence of Panel
    labels : sequence of (place, text)
        Ticks of the shared axis.
    format : callable
        Writes the top tick of a y-axis.
    columns : int
        Panels in a row.

    Returns
    -------
    go.Figure
        Per panel two traces for its band, one for its line, one for its marks.
    """
    rows = max(-(-len(drawn) // columns), 1)
    height = rows * (ROW + HEAD) + 8
    layout: dict[str, Any] = {"annotations": [], "margin": {"l": 4, "r": 14, "t": 4, "b": 4}}
    traces: list[dict[str, Any]] = []
    for place, panel in enumerate(drawn):
        suffix = str(place + 1) if place else ""
        traces += [{**trace, "xaxis": f"x{suffix}", "yaxis": f"y{suffix}"} for trace in _traces(theme, panel)]
        layout |= _axes(panel, divmod(place, columns), (rows, columns), suffix)
        corner = {"xref": f"x{suffix} domain", "yref": f"y{suffix} domain", "yanchor": "bottom", "yshift": 3}
        name = coloured(f"<b>{panel.name}</b>", legible(theme, panel.colour))
        layout["annotations"] += [
            note(theme, 0, 1, name, xanchor="left", **corner),
            note(theme, 1, 1, panel.text, xanchor="right", **corner),
            *_ticks(theme, panel, labels, format, suffix),
        ]
    return figure(theme, traces, layout, alt, height)


def _top(panel: Panel) -> tuple[float, float, float]:
    """Lower end, upper end and top tick of a panel's own scale."""
    seen = [value for value in (*panel.y, *panel.low, *panel.high) if value is not None]
    low, high = min([0.0, *seen]), max([0.0, *seen]) or 1.0
    return low * 1.08, high * 1.08, (nice_ticks(0, high, 2) or [high])[-1]


def _axes(panel: Panel, at: tuple[int, int], shape: tuple[int, int], suffix: str) -> dict[str, Any]:
    row, column, rows, columns = *at, *shape
    low, high, tick = _top(panel)
    gap = 0.03
    left, right = column / columns + gap * (column > 0), (column + 1) / columns - gap * (column < columns - 1)
    whole = rows * (ROW + HEAD)
    upper = 1 - row / rows - HEAD * 0.62 / whole
    ends = (-0.4, len(panel.y) - 0.6)
    return {
        f"xaxis{suffix}": axis([], [], ends, domain=[left, right], anchor=f"y{suffix}"),
        f"yaxis{suffix}": axis(
            [0, tick], ["", ""], (low, high), domain=[upper - (ROW - 22) / whole, upper], anchor=f"x{suffix}"
        ),
    }


def _ticks(
    theme: Theme, panel: Panel, labels: Sequence[tuple[int, str]], format: Format, suffix: str
) -> list[dict[str, Any]]:
    """Ticks inside the panel's width: beside it they would take the room of the one next to it."""
    own = {"xref": f"x{suffix}", "yref": f"y{suffix}", "colour": theme.muted, "size": 11}
    tick = _top(panel)[2]
    under = {**own, "yref": f"y{suffix} domain", "yanchor": "top", "yshift": -2}
    sides = {0: "left", len(panel.y) - 1: "right"}
    return [
        note(
            theme,
            0,
            tick,
            format(tick),
            xanchor="left",
            yanchor="bottom",
            xshift=-3,
            bgcolor=alpha(theme.bg, 0.7),
            **own,
        ),
        *(note(theme, at, 0, text, xanchor=sides.get(at, "center"), **under) for at, text in labels),
    ]


def _traces(theme: Theme, panel: Panel) -> list[dict[str, Any]]:
    places = list(range(len(panel.y)))
    known = [k for k in places if panel.low[k] is not None and panel.high[k] is not None]
    edge = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "x": known, "hoverinfo": "skip"}
    marked = [k for k in places if len(panel.marks) and panel.marks[k]]
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": places,
        "y": list(panel.y),
        "line": {"color": panel.colour, "width": 2},
        "hovertext": list(panel.hover),
        "hovertemplate": HOVER,
    }
    marks = {
        "type": "scatter",
        "mode": "markers",
        "x": marked,
        "y": [panel.y[k] for k in marked],
        "marker": {
            "symbol": ["triangle-up" if panel.marks[k] > 0 else "triangle-down" for k in marked],
            "color": [theme.up if panel.marks[k] > 0 else theme.down for k in marked],
            "size": 6,
        },
        "hovertext": [panel.hover[k] for k in marked] if len(panel.hover) else [panel.name] * len(marked),
        "hovertemplate": HOVER,
    }
    band = {"fill": "tonexty", "fillcolor": alpha(panel.colour, 0.18)}
    return [
        {**edge, "y": [panel.low[k] for k in known]},
        {**edge, "y": [panel.high[k] for k in known], **band},
        line,
        marks,
    ]
