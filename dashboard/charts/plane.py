"""Points on a plane, a colour a group, the groups named at their middles."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import plotly.graph_objects as go

from dashboard.charts.marks import HOVER, axis, figure, legible, note
from dashboard.charts.theme import Theme


@dataclass(frozen=True)
class Group:
    """The points of one group; `label` may have line breaks."""

    key: str
    label: str
    x: Sequence[float]
    y: Sequence[float]
    hover: str = ""


def groups(
    theme: Theme,
    drawn: Sequence[Group],
    *,
    alt: str,
    x_title: str,
    y_title: str,
    selected: str | None = None,
    height: int = 420,
) -> go.Figure:
    """Scatter of groups; the others fade when one is selected.

    Parameters
    ----------
    drawn : sequence of Group
    x_title, y_title : str
        What goes along with each axis.
    selected : str, optional
        Key of the chosen group.

    Returns
    -------
    go.Figure
        One scatter trace a group, ``customdata`` = its key.
    """
    colours = [colour for name, colour in theme.categorical.items() if name != "grey"]
    traces, notes = [], []
    for place, group in enumerate(drawn):
        colour = colours[place % len(colours)]
        faint = selected is not None and group.key != selected
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": list(group.x),
                "y": list(group.y),
                "marker": {"size": 5, "color": colour, "opacity": 0.15 if faint else 0.55},
                "customdata": [group.key] * len(group.x),
                "hovertext": [group.hover or group.label] * len(group.x),
                "hovertemplate": HOVER,
                "showlegend": False,
            }
        )
        if len(group.x):
            middle = {"bgcolor": theme.bg, "opacity": 0.5 if faint else 0.92, "borderpad": 2}
            text = f"<b>{group.label}</b>"
            notes.append({**note(theme, fmean(group.x), fmean(group.y), text, colour=legible(theme, colour)), **middle})
    layout = {
        "xaxis": axis([], [], _ends(drawn, "x"), title={"text": x_title}, zeroline=False),
        "yaxis": axis([], [], _ends(drawn, "y"), title={"text": y_title}, zeroline=False),
        "annotations": notes,
    }
    return figure(theme, traces, layout, alt, height)


def _ends(drawn: Sequence[Group], name: str) -> tuple[float, float]:
    values = [value for group in drawn for value in getattr(group, name)] or [0.0]
    low, high = min(values), max(values)
    room = 0.06 * (high - low) or 1.0
    return low - room, high + room
