"""Bridge: from one total to another by what was added and lost, one row a step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.colour import mix
from dashboard.charts.marks import HOVER, SPACE, axis, coloured, faded, figure, known, note, on_click, width_of
from dashboard.charts.theme import Theme

ROW = 32


@dataclass(frozen=True)
class Step:
    """One step: what it adds, written with its sign; a `total` stands on zero and says where the rows before it have led.

    ``n`` stands in grey beside the label.
    """

    key: str
    label: str
    change: float
    text: str
    n: str = ""
    hover: str = ""
    total: bool = False


def bridge(
    theme: Theme, steps: Sequence[Step], *, alt: str, selected: str | None = None, height: int | None = None
) -> go.Figure:
    """Horizontal bars from the top, each from where the last one ended; rises and falls differ in sign as well as colour.

    Parameters
    ----------
    steps : sequence of Step
    selected : str, optional
        Key of the chosen step.

    Returns
    -------
    go.Figure
        One bar trace, ``customdata`` = keys.
    """
    spans = _spans(steps)
    low, high = min([0.0, *(min(span) for span in spans)]), max([0.0, *(max(span) for span in spans)])
    reach = (high - low) or 1.0
    keys = [step.key for step in steps]
    fills = faded(theme, [_colour(theme, step) for step in steps], keys, known(keys, selected))
    trace = {
        "type": "bar",
        "orientation": "h",
        "base": [start for start, _ in spans],
        "x": [end - start for start, end in spans],
        "y": list(range(len(steps))),
        "marker": {"color": fills, "cornerradius": 0},
        "customdata": keys,
        "hovertext": [step.hover or f"{step.label} {step.text}" for step in steps],
        "hovertemplate": HOVER,
        **on_click(theme),
    }
    beyond = max((width_of(step.text) for step in steps), default=0) + 10
    layout = {
        "bargap": 0.34,
        "xaxis": {"visible": False, "range": [low - reach * 0.01, high + reach * 0.01]},
        "yaxis": axis(
            range(len(steps)), _labels(theme, steps), (len(steps) - 0.5, -0.5), showgrid=False, ticklabelstandoff=4
        ),
        "margin": {"l": 4, "r": 4 + round(beyond), "t": 4, "b": 4},
        "shapes": [_joint(theme, at, end) for at, (_, end) in enumerate(spans[:-1])]
        + [
            {
                "type": "line",
                "x0": 0,
                "x1": 0,
                "y0": 0,
                "y1": 1,
                "yref": "paper",
                "line": {"color": theme.rule, "width": 1},
            }
        ],
        "annotations": [
            note(theme, max(span), at, step.text, xanchor="left", xshift=4, colour=theme.ink)
            for at, (step, span) in enumerate(zip(steps, spans, strict=True))
        ],
    }
    return figure(theme, [trace], layout, alt, height or 10 + ROW * len(steps))


def _spans(steps: Sequence[Step]) -> list[tuple[float, float]]:
    """Where each bar starts and ends."""
    spans, at = [], 0.0
    for step in steps:
        start = 0.0 if step.total else at
        at = start + step.change
        spans.append((start, at))
    return spans


def _colour(theme: Theme, step: Step) -> str:
    if step.total:
        return theme.accent
    return theme.up if step.change > 0 else theme.down if step.change < 0 else mix(theme.muted, theme.bg, 0.4)


def _labels(theme: Theme, steps: Sequence[Step]) -> list[str]:
    longest = max((len(step.n) for step in steps), default=0)
    texts = []
    for step in steps:
        label = coloured(f"<b>{step.label}</b>" if step.total else step.label, theme.ink)
        lead = coloured("0" * (longest - len(step.n)), "rgba(0,0,0,0)")
        texts.append(label + (f"{SPACE}{SPACE}{lead}{step.n}" if longest else ""))
    return texts


def _joint(theme: Theme, place: int, value: float) -> dict[str, Any]:
    line = {"color": theme.rule, "width": 1}
    return {"type": "line", "x0": value, "x1": value, "y0": place, "y1": place + 1, "line": line, "layer": "below"}
