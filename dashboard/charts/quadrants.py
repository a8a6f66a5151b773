"""Points by two scores, with a line at the cut of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.colour import mix
from dashboard.charts.columns import legend
from dashboard.charts.marks import FADE, HOVER, Format, axis, figure, known, on_click
from dashboard.charts.theme import Theme

QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Cloud:
    """Points of one colour: a click on one gives back the key."""

    key: str
    name: str
    colour: str
    x: Sequence[float]
    y: Sequence[float]
    hover: Sequence[str] = ()


def quadrants(
    theme: Theme,
    clouds: Sequence[Cloud],
    *,
    alt: str,
    x_cut: float,
    y_cut: float,
    x_title: str,
    y_title: str,
    format: Format,
    selected: str | None = None,
    height: int = 380,
) -> go.Figure:
    """Clouds of points over scores from 0 to 1.

    Parameters
    ----------
    clouds : sequence of Cloud
        The first is named first, and drawn on top.
    x_cut, y_cut : float
        Where the dotted lines are.
    format : callable
        Writes a tick.
    selected : str, optional
        Key of the chosen cloud.

    Returns
    -------
    go.Figure
        One trace a cloud, ``customdata`` = its key.
    """
    chosen = known([cloud.key for cloud in clouds], selected)
    ticks = [format(tick) for tick in QUARTERS]
    layout = {
        "xaxis": axis(QUARTERS, ticks, (-0.02, 1.02), title={"text": x_title}),
        "yaxis": axis(QUARTERS, ticks, (-0.02, 1.02), title={"text": y_title}),
        "margin": {"l": 4, "r": 12, "t": 30, "b": 4},
        "shapes": [
            _cut(theme, x0=x_cut, x1=x_cut, y0=0, y1=1, yref="paper"),
            _cut(theme, y0=y_cut, y1=y_cut, x0=0, x1=1, xref="paper"),
        ],
        "annotations": legend(theme, [(cloud.name, cloud.colour) for cloud in clouds]),
    }
    return figure(theme, [_points(theme, cloud, chosen) for cloud in reversed(clouds)], layout, alt, height)


def _points(theme: Theme, cloud: Cloud, chosen: str | None) -> dict[str, Any]:
    faint = chosen is not None and cloud.key != chosen
    return {
        "type": "scatter",
        "mode": "markers",
        "name": cloud.name,
        "x": list(cloud.x),
        "y": list(cloud.y),
        "marker": {
            "size": 6,
            "color": mix(cloud.colour, theme.bg, FADE) if faint else cloud.colour,
            "opacity": 0.4 if faint else 0.75,
            "line": {"width": 0.5, "color": theme.bg},
        },
        "customdata": [cloud.key] * len(cloud.x),
        "hovertext": list(cloud.hover) or [cloud.name] * len(cloud.x),
        "hovertemplate": HOVER,
        **on_click(theme),
    }


def _cut(theme: Theme, **ends: Any) -> dict[str, Any]:
    return {"type": "line", **ends, "line": {"color": theme.muted, "width": 1, "dash": "dot"}}
