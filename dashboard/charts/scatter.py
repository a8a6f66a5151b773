"""Predicted against actual, group by group."""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.charts.marks import HOVER, Format, axis, figure, nice_ticks, note, spread
from dashboard.charts.theme import Theme


def holdout(
    theme: Theme,
    labels: Sequence[str],
    actual: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    predicted: Sequence[float],
    *,
    alt: str,
    x_title: str,
    words: tuple[str, str],
    format: Format,
    hover: Sequence[str] = (),
    height: int = 300,
) -> go.Figure:
    """Actual as points with intervals, predicted as a dash across each.

    Parameters
    ----------
    labels : sequence of str
        Group names, on the x-axis.
    actual, low, high, predicted : sequences of float
        One value a group; `low` and `high` bound the interval of the actual.
    words : (str, str)
        Words for predicted and actual, written beside the last group that has room.
    format : callable
        Writes a tick of the y-axis.
    """
    places = list(range(len(labels)))
    top = max([*high, *predicted, 0]) or 1.0
    ticks = nice_ticks(0, top * 1.08)
    shared = {"x": places, "hovertext": list(hover) or list(labels), "hovertemplate": HOVER, "customdata": list(labels)}
    points = {
        "type": "scatter",
        "mode": "markers",
        "y": list(actual),
        "marker": {"size": 8, "color": theme.ink},
        "error_y": spread(
            theme,
            [h - a for h, a in zip(high, actual, strict=True)],
            [a - b for a, b in zip(actual, low, strict=True)],
        ),
        **shared,
    }
    dashes = {
        "type": "scatter",
        "mode": "markers",
        "y": list(predicted),
        "marker": {"symbol": "line-ew", "size": 13, "line": {"width": 3, "color": theme.accent}},
        **shared,
    }
    layout = {
        "xaxis": axis(places, labels, (-0.6, len(labels) - 0.4), title={"text": x_title}),
        "yaxis": axis(ticks, [format(tick) for tick in ticks], (0, top * 1.12)),
        "annotations": _names(theme, words, actual, predicted, high, top),
    }
    return figure(theme, [points, dashes], layout, alt, height)


def _names(
    theme: Theme,
    words: tuple[str, str],
    actual: Sequence[float],
    predicted: Sequence[float],
    high: Sequence[float],
    top: float,
) -> list[dict[str, object]]:
    """The two words: predicted beside its mark in the group at the edge, actual over those of the next two."""
    if len(actual) < 2:
        return []
    free = "right" if max(actual[-1], predicted[-1]) > top * 0.4 else "left"
    last = len(actual) - 1
    shift = -12 if free == "right" else 12
    here, there = (last, last - 1) if free == "right" else (0, 1)
    under = [there, max(there - 1, 0)] if free == "right" else [there, min(there + 1, last)]
    clear = max(max(high[place], predicted[place]) for place in under)
    below = predicted[here] <= actual[here]
    return [
        note(
            theme,
            here,
            predicted[here],
            f"<b>{words[0]}</b>",
            xanchor=free,
            xshift=shift,
            yshift=-2 if below else 4,
            colour=theme.accent,
        ),
        note(theme, there, clear, f"<b>{words[1]}</b>", xanchor=free, xshift=-shift / 2, yshift=12),
    ]
