"""Then and now: one row a thing, a ring for what it was, a dot for what it is, and the interval of the change."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts.marks import (
    HOVER,
    SPACE,
    Format,
    axis,
    coloured,
    figure,
    nice_ticks,
    note,
    on_click,
    spread,
    width_of,
)
from dashboard.charts.theme import Theme

ROW, WIDE_ROW, HEAD, FOOT = 40, 56, 26, 26


@dataclass(frozen=True)
class Pair:
    """One row.

    Attributes
    ----------
    then, now : float
    low, high : float
        Ends of the interval of ``now - then``; NaN where there is none.
    text, sub : str
        Strong and grey words at the right end.
    clear : bool
        Whether the change is beyond chance; the others are drawn in grey.
    """

    key: str
    label: str
    then: float
    now: float
    low: float
    high: float
    text: str
    sub: str = ""
    clear: bool = False
    hover: str = ""


def dumbbells(
    theme: Theme,
    drawn: Sequence[Pair],
    *,
    alt: str,
    words: tuple[str, str],
    format: Format,
    narrow: bool = False,
) -> go.Figure:
    """Rows from the top in the order given, in one scale that holds zero.

    Parameters
    ----------
    drawn : sequence of Pair
    words : (str, str)
        What the ring and the dot stand for; they are the legend above.
    format : callable
        Writes the numbers of the axis.
    narrow : bool
        Labels and numbers stand above their row, for a phone.

    Returns
    -------
    go.Figure
        Two scatter traces (then, now), ``customdata`` = keys.
    """
    places = list(range(len(drawn)))
    ends = [0.0, *(end for one in drawn for end in (one.then, one.now, one.then + one.high, one.then + one.low))]
    ends = [end for end in ends if end == end]
    low, high = min(ends), max(ends) or 1.0
    ticks = nice_ticks(low, high, 3 if narrow else 5)
    inks = [theme.accent if one.clear else theme.muted for one in drawn]
    shared = {
        "type": "scatter",
        "mode": "markers",
        "y": places,
        "customdata": [one.key for one in drawn],
        "hovertext": [one.hover or one.label for one in drawn],
        "hovertemplate": HOVER,
        **on_click(theme),
    }
    rings = {
        **shared,
        "x": [one.then for one in drawn],
        "marker": {"size": 11, "color": theme.bg, "line": {"width": 2, "color": theme.muted}},
    }
    dots = {
        **shared,
        "x": [one.now for one in drawn],
        "marker": {"size": 12, "color": inks},
        "error_x": spread(
            theme,
            [_reach(one.then + one.high - one.now) for one in drawn],
            [_reach(one.now - one.then - one.low) for one in drawn],
        ),
    }
    ends_of = [f"<b>{one.text}</b>{SPACE}{SPACE}{coloured(one.sub, theme.muted)}" for one in drawn]
    room = 0 if narrow else round(max((width_of(text) for text in ends_of), default=0)) + 16
    head = f"{coloured(f'○ {words[0]}', theme.muted)}{SPACE * 3}{coloured(f'<b>● {words[1]}</b>', theme.ink)}"
    layout = {
        "xaxis": axis(ticks, [format(tick) for tick in ticks], (low - 0.02 * (high - low), high * 1.04), showgrid=True),
        "yaxis": axis(
            places,
            ["" if narrow else coloured(one.label, theme.ink) for one in drawn],
            (len(drawn) - 0.5, -0.5),
            showgrid=False,
            ticklabelstandoff=8,
        ),
        "margin": {"l": 8 if narrow else 4, "r": 8 + room, "t": HEAD, "b": 4},
        "shapes": [
            {
                "type": "line",
                "x0": one.then,
                "x1": one.now,
                "y0": place,
                "y1": place,
                "layer": "below",
                "line": {"width": 3, "color": ink},
            }
            for place, (one, ink) in enumerate(zip(drawn, inks, strict=True))
            if one.then == one.then
        ],
        "annotations": [
            note(theme, 0, 1, head, xref="paper", yref="paper", xanchor="left", yanchor="bottom", yshift=6),
            *_words(theme, drawn, ends_of, room, narrow),
        ],
    }
    height = HEAD + FOOT + (WIDE_ROW if narrow else ROW) * max(len(drawn), 1)
    return figure(theme, [rings, dots], layout, alt, height)


def _words(theme: Theme, drawn: Sequence[Pair], ends: Sequence[str], room: int, narrow: bool) -> list[dict]:
    if not narrow:
        return [
            note(theme, 1, place, text, xref="paper", xanchor="right", xshift=room) for place, text in enumerate(ends)
        ]
    above = {"xref": "paper", "yanchor": "bottom", "yshift": 9}
    return [
        note(theme, x, place, text, xanchor=side, **above)
        for place, (one, end) in enumerate(zip(drawn, ends, strict=True))
        for x, side, text in ((0, "left", one.label), (1, "right", end))
    ]


def _reach(distance: float) -> float:
    """Length of one half of an interval; 0 where there is none."""
    return max(distance, 0.0) if distance == distance else 0.0
