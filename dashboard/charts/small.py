"""Small curves: multiples that share their scales, and the sparks of the overview's cards."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.colour import alpha
from dashboard.charts.curves import Line, stroke
from dashboard.charts.marks import Format, axis, figure, note
from dashboard.charts.theme import Theme


def multiples(
    theme: Theme,
    drawn: Sequence[Line],
    *,
    alt: str,
    format: Format,
    top: float | None = None,
    columns: int = 2,
    height: int | None = None,
) -> go.Figure:
    """Small multiples: each line once in the accent, all others behind it in grey.

    Parameters are those of `lines`; all panels share both scales.
    """
    rows = -(-len(drawn) // columns)
    every = [v for line in drawn for v in line.y if v is not None and v == v]
    high = top or max(every, default=1.0)
    xs = sorted({x for line in drawn for x in line.x}) or [0]
    behind = {"x": [x for line in drawn for x in (*line.x, None)], "y": [y for line in drawn for y in (*line.y, None)]}
    ends = [xs[0], xs[len(xs) // 2], xs[-1]]
    grey = {
        "type": "scatter",
        "mode": "lines",
        **behind,
        "line": {"color": theme.rule, "width": 1},
        "hoverinfo": "skip",
    }
    layout: dict[str, Any] = {"annotations": [], "margin": {"l": 4, "r": 10, "t": 4, "b": 4}}
    traces = []
    for place, line in enumerate(drawn):
        row, column = divmod(place, columns)
        suffix = str(place + 1) if place else ""
        x, y = f"x{suffix}", f"y{suffix}"
        traces += [
            {**grey, "xaxis": x, "yaxis": y},
            {**stroke(line), "line": {"color": theme.accent, "width": 2}, "xaxis": x, "yaxis": y},
        ]
        layout[f"xaxis{suffix}"] = axis(
            ends,
            [f"{end:g}" for end in ends],
            (xs[0] - 0.2, xs[-1] + 0.2),
            domain=[column / columns + 0.03 * (column > 0), (column + 1) / columns - 0.03 * (column < columns - 1)],
            anchor=y,
            showticklabels=place + columns >= len(drawn),
        )
        layout[f"yaxis{suffix}"] = axis(
            [0, high],
            [format(0), format(high)],
            (0, high * 1.05),
            domain=[1 - (row + 1) / rows + 0.12 / rows, 1 - row / rows - 0.18 / rows],
            anchor=x,
            showticklabels=column == 0,
        )
        corner = {"xref": f"{x} domain", "yref": f"{y} domain", "xanchor": "right", "yanchor": "bottom"}
        layout["annotations"].append(note(theme, 1, 1, line.name, size=11, **corner))
    return figure(theme, traces, layout, alt, height or 34 + 62 * rows)


def spark(
    theme: Theme,
    x: Sequence[float],
    y: Sequence[float],
    *,
    alt: str,
    x_ticks: Sequence[tuple[float, str]] = (),
    filled: bool = False,
    label: tuple[float, float, str] | None = None,
    height: int = 110,
) -> go.Figure:
    """A small curve for a card: no y-axis, one label; `filled` shades what is below.

    Parameters
    ----------
    label : (x, y, text), optional
        What the card wants to say, written at a point of the curve.
    """
    trace = {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": list(y),
        "line": {"color": theme.accent, "width": 2},
        "hoverinfo": "skip",
        **({"fill": "tozeroy", "fillcolor": alpha(theme.accent, 0.12)} if filled else {}),
    }
    layout = {
        "xaxis": axis(
            [value for value, _ in x_ticks],
            [text for _, text in x_ticks],
            (min(x, default=0), max(x, default=1)),
        ),
        "yaxis": {"visible": False, "range": [0, max(y, default=1) * 1.12 or 1]},
        "margin": {"l": 8, "r": 20, "t": 4, "b": 4},
        "annotations": [
            note(
                theme,
                *label,
                xanchor="left",
                yanchor="top" if filled else "bottom",
                xshift=6,
                yshift=0 if filled else 8,
            )
        ]
        if label
        else [],
    }
    return figure(theme, [trace], layout, alt, height)
