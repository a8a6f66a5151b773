"""Lines with bands and direct labels, and the Pareto curve."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.colour import alpha
from dashboard.charts.marks import HOVER, Format, axis, figure, legible, nice_ticks, note, width_of
from dashboard.charts.theme import Theme

LINE_HEIGHT = 15


@dataclass(frozen=True)
class Line:
    """One line.

    Attributes
    ----------
    name : str
        Its direct label, at its right end.
    x, y : sequences of float
        None in `y` breaks the line.
    colour : str
    low, high : sequences of float
        Band around it; empty for none.
    hover : sequence of str
        One hover text a point.
    dash, points : bool
        Broken; with a dot at each point.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float | None]
    colour: str
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    hover: Sequence[str] = ()
    dash: bool = False
    points: bool = False
    key: str = ""


@dataclass(frozen=True)
class Span:
    """A shaded stretch of the x-axis with its name above (``"held out"``)."""

    start: float
    end: float
    label: str


@dataclass(frozen=True)
class Part:
    """One class under the Pareto curve: it ends at `end` (share of customers), and its name and `lines` stand in it."""

    name: str
    end: float
    colour: str
    lines: tuple[str, ...]


def lines(
    theme: Theme,
    drawn: Sequence[Line],
    *,
    alt: str,
    format: Format,
    x_title: str = "",
    y_title: str = "",
    x_ticks: Sequence[tuple[float, str]] | None = None,
    spans: Sequence[Span] = (),
    top: float | None = None,
    height: int = 300,
) -> go.Figure:
    """Lines with bands, each named at its end; the y-axis starts at zero unless values are below it.

    Parameters
    ----------
    drawn : sequence of Line
    format : callable
        Writes a tick of the y-axis.
    x_ticks : sequence of (value, text), optional
        By default round numbers.
    spans : sequence of Span
        Shaded stretches behind the lines.
    top : float, optional
        Upper end of the y-axis.
    """
    every = [v for line in drawn for v in (*line.y, *line.low, *line.high) if v is not None and v == v]
    high, low = top or max(every, default=1.0) or 1.0, min([0.0, *every])
    xs = [x for line in drawn for x in line.x] or [0, 1]
    ticks = nice_ticks(low, high * 1.02, 6)
    if x_ticks is None:
        x_ticks = [(x, f"{x:g}") for x in nice_ticks(min(xs), max(xs), 6)]
    pad = (max(xs) - min(xs)) * 0.02
    room = max((width_of(f"<b>{line.name}</b>") for line in drawn if line.name), default=0)
    layout = {
        "xaxis": axis(
            [x for x, _ in x_ticks],
            [text for _, text in x_ticks],
            (min(xs) - pad, max(xs) + pad),
            title={"text": x_title},
        ),
        "yaxis": axis(ticks, [format(t) for t in ticks], (low * 1.05, high * 1.06), title={"text": y_title}),
        "margin": {"l": 4, "b": 4, "t": 22 if spans else 6, "r": 4 + (room + 8 if room else 6)},
        "shapes": [_shade(theme, span) for span in spans],
        "annotations": _names(theme, drawn, (high * 1.06 - low * 1.05) / (height - 60))
        + [_over(theme, span) for span in spans],
    }
    bands = [band for line in drawn if len(line.low) for band in _band(line)]
    return figure(theme, bands + [stroke(line) for line in drawn], layout, alt, height)


def pareto(
    theme: Theme,
    x: Sequence[float],
    y: Sequence[float],
    parts: Sequence[Part],
    *,
    alt: str,
    format: Format,
    x_title: str,
    y_title: str,
    y_ticks: Sequence[float] = (0, 0.5, 0.8, 0.95),
    mark: tuple[float, float, str] | None = None,
    hover: Sequence[str] = (),
    height: int = 300,
) -> go.Figure:
    """How value adds up over customers from the best down, with the classes shaded below the curve.

    Parameters
    ----------
    x, y : sequences of float
        Share of customers and share of value, both from 0 to 1; thin them to a few hundred points.
    parts : sequence of Part
        Classes from the left; their ends are x-values.
    mark : (x, y, text), optional
        A point with a label, such as the top 20 %.
    """
    traces, notes, start, first = [], [], 0.0, 0
    for part in parts:
        # Each part begins with the last point of the one before, so that the curve has no gap.
        inside = [k for k in range(first, len(x)) if x[k] <= part.end + 1e-9]
        first = inside[-1] if inside else first
        traces.append(
            _area(part, [x[k] for k in inside], [y[k] for k in inside], [hover[k] for k in inside if len(hover)])
        )
        if part.end - start > 0.06:
            body = "<br>".join([f"<b>{part.name}</b>", *part.lines])
            notes.append(note(theme, (start + part.end) / 2, 0.04, body, yanchor="bottom"))
        start = part.end
    if mark:
        traces.append(_mark(theme, *mark[:2]))
        notes.append(note(theme, *mark, xanchor="left", yanchor="top", xshift=10, yshift=-4))
    fifths = (0, 0.2, 0.4, 0.6, 0.8, 1)
    layout = {
        "xaxis": axis(fifths, [format(v) for v in fifths], (0, 1), title={"text": x_title}),
        "yaxis": axis(y_ticks, [format(v) for v in y_ticks], (0, max([1.03, *y])), title={"text": y_title}),
        "margin": {"l": 4, "r": 18, "t": 6, "b": 4},
        "annotations": notes,
    }
    return figure(theme, traces, layout, alt, height)


def stroke(line: Line) -> dict[str, Any]:
    """Plotly's trace of a line."""
    return {
        "type": "scatter",
        "mode": "lines+markers" if line.points else "lines",
        "x": list(line.x),
        "y": list(line.y),
        "line": {"color": line.colour, "width": 2, "dash": "dash" if line.dash else "solid"},
        "marker": {"size": 6},
        "name": line.name,
        "customdata": [line.key or line.name] * len(line.x),
        **({"hovertext": list(line.hover), "hovertemplate": HOVER} if len(line.hover) else {"hoverinfo": "skip"}),
    }


def _area(part: Part, x: list[float], y: list[float], texts: list[str]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": part.colour, "width": 2},
        "fill": "tozeroy",
        "fillcolor": alpha(part.colour, 0.14),
        "hoveron": "points",
        "customdata": [part.name] * len(x),
        **({"hovertext": texts, "hovertemplate": HOVER} if texts else {"hoverinfo": "skip"}),
    }


def _band(line: Line) -> list[dict[str, Any]]:
    shared = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "x": list(line.x), "hoverinfo": "skip"}
    fill = {"fill": "tonexty", "fillcolor": alpha(line.colour, 0.18)}
    return [{**shared, "y": list(line.low)}, {**shared, "y": list(line.high), **fill}]


def _names(theme: Theme, drawn: Sequence[Line], unit: float) -> list[dict[str, Any]]:
    """Labels at the lines' ends, moved apart where they would touch; `unit` is the value of one pixel."""
    ends: list[tuple[float, float, Line]] = []
    for line in drawn:
        seen = [k for k, y in enumerate(line.y) if y is not None and y == y]
        if seen and line.name:
            ends.append((float(line.y[seen[-1]] or 0), line.x[seen[-1]], line))
    ends.sort(key=lambda end: -end[0])
    notes, at = [], math.inf
    for y, x, line in ends:
        at = min(y, at - LINE_HEIGHT * unit)
        colour = legible(theme, line.colour)
        notes.append(note(theme, x, at, f"<b>{line.name}</b>", xanchor="left", xshift=8, colour=colour))
    return notes


def _shade(theme: Theme, span: Span) -> dict[str, Any]:
    ends = {"x0": span.start, "x1": span.end, "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "rect", **ends, "fillcolor": theme.bg2, "line": {"width": 0}, "layer": "below"}


def _over(theme: Theme, span: Span) -> dict[str, Any]:
    middle = (span.start + span.end) / 2
    return note(theme, middle, 1, span.label, yref="paper", yanchor="bottom", yshift=3, colour=theme.muted)


def _mark(theme: Theme, x: float, y: float) -> dict[str, Any]:
    marker = {"size": 9, "color": theme.bg, "line": {"width": 2, "color": theme.ink}}
    return {"type": "scatter", "mode": "markers", "x": [x], "y": [y], "marker": marker, "hoverinfo": "skip"}
