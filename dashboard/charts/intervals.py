"""Amounts with their intervals: bars side by side by size, and forecasts beside what came."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.colour import mix
from dashboard.charts.marks import (
    HOVER,
    SPACE,
    Format,
    axis,
    coloured,
    faded,
    figure,
    known,
    nice_ticks,
    note,
    on_click,
    spread,
    width_of,
)
from dashboard.charts.theme import Theme

PALE = 0.6
# Names of lines that are nearer to each other than this share of the axis stand together.
NEAR = 0.2


@dataclass(frozen=True)
class Ranged:
    """One bar with its interval: label and n at the left, its numbers at the right edge.

    Attributes
    ----------
    low, high : float
        NaN where there is no interval.
    few : bool
        Drawn pale: too few customers to say much.
    """

    key: str
    label: str
    value: float
    low: float
    high: float
    text: str
    colour: str
    n: str = ""
    hover: str = ""
    few: bool = False


@dataclass(frozen=True)
class Made:
    """One forecast and what then came, with the interval of the forecast."""

    label: str
    predicted: float
    low: float
    high: float
    actual: float
    hover: str = ""


def bars(
    theme: Theme,
    drawn: Sequence[Ranged],
    *,
    alt: str,
    lines: Sequence[tuple[float, str]] = (),
    top: float | None = None,
    selected: str | None = None,
    height: int | None = None,
) -> go.Figure:
    """Horizontal bars from zero, from the top in the order given, each with a thin bar for its interval.

    Parameters
    ----------
    drawn : sequence of Ranged
    lines : sequence of (value, text), optional
        Broken lines across all bars with their names above.
    top : float, optional
        Right end of the axis: intervals beyond it are cut, so that one of few customers does not set the scale of all.

    Returns
    -------
    go.Figure
        One bar trace, ``customdata`` = keys.
    """
    ends = [end for bar in drawn for end in (bar.value, bar.low, bar.high) if end == end]
    high = top or max([0.0, *ends, *(at for at, _ in lines)]) or 1.0
    low = min([0.0, *ends])
    places = list(range(len(drawn)))
    keys = [bar.key for bar in drawn]
    fills = [mix(bar.colour, theme.bg, PALE) if bar.few else bar.colour for bar in drawn]
    room = max((width_of(f"<b>{bar.text}</b>") for bar in drawn), default=0) + 12
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": [min(bar.value, high) for bar in drawn],
        "y": places,
        "marker": {"color": faded(theme, fills, keys, known(keys, selected))},
        "error_x": spread(
            theme,
            [_reach(min(bar.high, high) - min(bar.value, high)) for bar in drawn],
            [_reach(bar.value - bar.low) if bar.value <= high else 0.0 for bar in drawn],
        ),
        "customdata": keys,
        "hovertext": [bar.hover or bar.label for bar in drawn],
        "hovertemplate": HOVER,
        **on_click(theme),
    }
    right = {"xref": "paper", "xanchor": "right", "xshift": room}
    labels = [
        coloured(bar.label, theme.muted if bar.few else theme.ink) + (f"{SPACE}{SPACE}{bar.n}" if bar.n else "")
        for bar in drawn
    ]
    layout = {
        "xaxis": {"visible": False, "range": [low * 1.04, high * 1.04]},
        "yaxis": axis(places, labels, (len(drawn) - 0.5, -0.5), showgrid=False, ticklabelstandoff=4),
        "bargap": 0.42,
        "margin": {"l": 4, "r": room + 4, "t": 22 if lines else 4, "b": 4},
        "shapes": [_across(theme, at) for at, _ in lines],
        "annotations": [note(theme, 1, place, f"<b>{bar.text}</b>", **right) for place, bar in enumerate(drawn)]
        + _above(theme, lines, high),
    }
    return figure(theme, [trace], layout, alt, height or (26 if lines else 8) + 30 * max(len(drawn), 1))


def forecasts(
    theme: Theme,
    drawn: Sequence[Made],
    *,
    alt: str,
    words: tuple[str, str],
    format: Format,
    height: int = 260,
) -> go.Figure:
    """Forecasts as dashes with intervals, what came as dots; the two words stand above in their marks' colours."""
    places = list(range(len(drawn)))
    ends = [end for one in drawn for end in (one.predicted, one.high, one.actual) if end == end]
    top = max(ends, default=1.0) or 1.0
    ticks = nice_ticks(0, top * 1.08)
    shared = {
        "type": "scatter",
        "mode": "markers",
        "x": places,
        "hovertext": [one.hover or one.label for one in drawn],
        "hovertemplate": HOVER,
        "customdata": [one.label for one in drawn],
    }
    dashes = {
        **shared,
        "y": [one.predicted for one in drawn],
        "marker": {"symbol": "line-ew", "size": 22, "line": {"width": 3, "color": theme.accent}},
        "error_y": spread(
            theme,
            [_reach(one.high - one.predicted) for one in drawn],
            [_reach(one.predicted - one.low) for one in drawn],
        ),
    }
    dots = {**shared, "y": [one.actual for one in drawn], "marker": {"size": 9, "color": theme.ink}}
    head = f"{coloured(f'<b>▬ {words[0]}</b>', theme.accent)}{SPACE * 3}{coloured(f'<b>● {words[1]}</b>', theme.ink)}"
    layout = {
        "xaxis": axis(places, [one.label for one in drawn], (-0.5, len(drawn) - 0.5)),
        "yaxis": axis(ticks, [format(tick) for tick in ticks], (0, top * 1.12)),
        "margin": {"l": 4, "r": 4, "t": 24, "b": 4},
        "annotations": [
            note(theme, 0, 1, head, xref="paper", yref="paper", xanchor="left", yanchor="bottom", yshift=6)
        ],
    }
    return figure(theme, [dashes, dots], layout, alt, height)


def _reach(distance: float) -> float:
    """Length of one half of an interval; 0 where there is none."""
    return max(distance, 0.0) if distance == distance else 0.0


def _above(theme: Theme, lines: Sequence[tuple[float, str]], high: float) -> list[dict[str, Any]]:
    """The names of lines; of two that would touch the right one's stands, with both."""
    notes, waiting = [], ""
    for place, (at, text) in enumerate(lines):
        named = f"{waiting}, {text}" if waiting else text
        if place + 1 < len(lines) and lines[place + 1][0] - at < high * NEAR:
            waiting = named
            continue
        notes.append(note(theme, at, 1, named, yref="paper", yanchor="bottom", yshift=3, colour=theme.muted))
        waiting = ""
    return notes


def _across(theme: Theme, at: float) -> dict[str, Any]:
    line = {"color": theme.muted, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": line}
