"""A funnel as rungs: one bar a step, as long as people reached it, cut by what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts.colour import text_on
from dashboard.charts.columns import legend
from dashboard.charts.marks import HOVER, SPACE, axis, coloured, faded, figure, known, note, on_click, width_of
from dashboard.charts.theme import Theme

ROW, HEAD = 64, 30


@dataclass(frozen=True)
class Part:
    """One part of a rung; its text is hidden where it does not fit."""

    key: str
    name: str
    value: float
    text: str
    colour: str
    hover: str = ""


@dataclass(frozen=True)
class Rung:
    """One step: its words, how many reached it, its parts from the left, and a strong and a grey text at its right end."""

    label: str
    n: str
    parts: Sequence[Part]
    text: str = ""
    sub: str = ""


def ladder(
    theme: Theme,
    rungs: Sequence[Rung],
    *,
    alt: str,
    selected: str | None = None,
    narrow: bool = False,
) -> go.Figure:
    """Rungs from the top in the order given, in one scale from zero.

    Parameters
    ----------
    rungs : sequence of Rung
        The names of the first one's parts are the legend.
    selected : str, optional
        Key of a part; all else is faded.
    narrow : bool
        Texts stand above the bars, for a phone.

    Returns
    -------
    go.Figure
        One bar trace, ``customdata`` = keys of the parts.
    """
    top = max((sum(part.value for part in rung.parts) for rung in rungs), default=1) or 1
    drawn = [(place, at, part) for place, rung in enumerate(rungs) for at, part in _stacked(rung.parts)]
    keys = [part.key for _, _, part in drawn]
    fills = faded(theme, [part.colour for _, _, part in drawn], keys, known(keys, selected))
    trace = {
        "type": "bar",
        "orientation": "h",
        "base": [at for _, at, _ in drawn],
        "x": [part.value for _, _, part in drawn],
        "y": [place for place, _, _ in drawn],
        "width": 0.5 if narrow else 0.62,
        "text": [part.text for _, _, part in drawn],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"color": [text_on(fill) for fill in fills]},
        "marker": {"color": fills, "cornerradius": 0, "line": {"width": 1, "color": theme.bg}},
        "customdata": keys,
        "hovertext": [part.hover or part.name for _, _, part in drawn],
        "hovertemplate": HOVER,
        **on_click(theme),
    }
    room = (
        0
        if narrow
        else round(max((width_of(f"{rung.text}{SPACE}{SPACE}{rung.sub}") for rung in rungs), default=0)) + 12
    )
    names = list(dict.fromkeys((part.name, part.colour) for rung in rungs for part in rung.parts))
    ends = [f"<b>{rung.text}</b>{SPACE}{SPACE}{coloured(rung.sub, theme.muted)}" for rung in rungs]
    if narrow:
        heads = [f"{rung.label}{SPACE}{SPACE}{coloured(rung.n, theme.muted)}" for rung in rungs]
        words = [
            note(theme, x, place, text, xref="paper", xanchor=side, yanchor="bottom", yshift=14)
            for x, side, texts in ((0, "left", heads), (1, "right", ends))
            for place, text in enumerate(texts)
        ]
        labels = [""] * len(rungs)
    else:
        words = [
            note(theme, 1, place, text, xref="paper", xanchor="right", xshift=room) for place, text in enumerate(ends)
        ]
        labels = [f"{coloured(rung.label, theme.ink)}{SPACE}{SPACE}{rung.n}" for rung in rungs]
    layout = {
        "xaxis": {"visible": False, "range": [0, top]},
        "yaxis": axis(range(len(rungs)), labels, (len(rungs) - 0.5, -0.6), showgrid=False, ticklabelstandoff=6),
        "barmode": "overlay",
        "margin": {"l": 4, "r": 4 + room, "t": HEAD, "b": 4},
        "annotations": [*words, *legend(theme, names)],
    }
    return figure(theme, [trace], layout, alt, HEAD + ROW * max(len(rungs), 1))


def _stacked(parts: Sequence[Part]) -> list[tuple[float, Part]]:
    at, placed = 0.0, []
    for part in parts:
        if part.value > 0:
            placed.append((at, part))
        at += part.value
    return placed
