"""Bars: ranked with direct labels, shares in one bar, indices around 100."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.colour import text_on
from dashboard.charts.marks import HOVER, SPACE, axis, coloured, faded, figure, known, note, on_click, spread, width_of
from dashboard.charts.theme import GAP, Theme


@dataclass(frozen=True)
class Bar:
    """One ranked bar: label and n at the left, the bar, and at its end a strong text and a grey one."""

    key: str
    label: str
    value: float
    text: str
    colour: str
    n: str = ""
    sub: str = ""
    hover: str = ""


@dataclass(frozen=True)
class Piece:
    """One part of a bar of shares; its text is hidden where it does not fit."""

    key: str
    label: str
    share: float
    colour: str
    hover: str = ""


@dataclass(frozen=True)
class Index:
    """One trait against the rest: 100 is equal; `low` and `high` bound its interval."""

    key: str
    label: str
    index: float
    low: float
    high: float
    text: str
    hover: str = ""


def ranked(
    theme: Theme,
    drawn: Sequence[Bar],
    *,
    alt: str,
    selected: str | None = None,
    wide: int = 300,
    height: int | None = None,
) -> go.Figure:
    """Horizontal bars from the top in the order given, each with its numbers beside it (inside, where it is long).

    Parameters
    ----------
    drawn : sequence of Bar
    selected : str, optional
        Key of the chosen bar.
    wide : int
        Narrowest width in pixels that it must do with; decides which labels go inside.

    Returns
    -------
    go.Figure
        One bar trace, ``customdata`` = keys.
    """
    top = max((bar.value for bar in drawn), default=1) or 1
    places = list(range(len(drawn)))
    left = max((width_of(f"{bar.label}  {bar.n}") for bar in drawn), default=0)
    room = max(wide - left - 24, 60)
    keys = [bar.key for bar in drawn]
    fills = faded(theme, [bar.colour for bar in drawn], keys, known(keys, selected))
    notes = [_end(theme, place, bar, fills[place], top, room) for place, bar in enumerate(drawn)]
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": [bar.value for bar in drawn],
        "y": places,
        "marker": {"color": fills},
        "customdata": keys,
        "hovertext": [bar.hover or bar.label for bar in drawn],
        "hovertemplate": HOVER,
        **on_click(theme),
    }
    lowest = min((bar.value for bar in drawn), default=0)
    layout = {
        "xaxis": {"visible": False, "range": [min(lowest, 0) * 1.02, top * 1.02]},
        "yaxis": _rows(_labels(theme, drawn)),
        "bargap": 0.34,
        "annotations": notes,
    }
    return figure(theme, [trace], layout, alt, height or 10 + 34 * len(drawn))


def shares(
    theme: Theme,
    rows: Sequence[tuple[str, Sequence[Piece]]],
    *,
    alt: str,
    selected: str | None = None,
    x_ticks: Sequence[tuple[float, str]] = (),
    thickness: int = 40,
    height: int | None = None,
) -> go.Figure:
    """One bar a row, each the whole, cut into its pieces.

    Parameters
    ----------
    rows : sequence of (label, pieces)
        From the top.
    x_ticks : sequence of (share, text), optional
        Without them there is no axis.
    thickness : int
        Pixels of a bar.
    """
    drawn = [(place, at, piece) for place, (_, pieces) in enumerate(rows) for at, piece in _stacked(pieces)]
    keys = [piece.key for _, _, piece in drawn]
    fills = faded(theme, [piece.colour for _, _, piece in drawn], keys, known(keys, selected))
    trace = {
        "type": "bar",
        "orientation": "h",
        "base": [at for _, at, _ in drawn],
        "x": [piece.share for _, _, piece in drawn],
        "y": [place for place, _, _ in drawn],
        "width": 1 / 1.5,
        "text": [piece.label for _, _, piece in drawn],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"color": [text_on(fill) for fill in fills]},
        "marker": {
            "color": fills,
            "line": {"width": GAP / 2, "color": theme.bg},
            "cornerradius": 0,
        },
        "customdata": keys,
        "hovertext": [piece.hover or piece.label for _, _, piece in drawn],
        "hovertemplate": HOVER,
        **on_click(theme),
    }
    layout = {
        "xaxis": axis(
            [value for value, _ in x_ticks],
            [text for _, text in x_ticks],
            (0, 1),
            showline=False,
            visible=bool(x_ticks),
        ),
        "yaxis": _rows([coloured(label, theme.ink) for label, _ in rows]),
        "barmode": "overlay",
        "margin": {"l": 8, "r": 20 if x_ticks else 4, "t": 4, "b": 4},
    }
    return figure(theme, [trace], layout, alt, height or round(len(rows) * thickness * 1.5) + (26 if x_ticks else 8))


def indices(
    theme: Theme,
    drawn: Sequence[Index],
    *,
    alt: str,
    ticks: Sequence[float] = (50, 100, 200),
    reach: tuple[float, float] | None = None,
    plain: bool = False,
    height: int | None = None,
) -> go.Figure:
    """Indices around 100, a half as far as the double (logarithmic), with intervals and the numbers at the right.

    Parameters
    ----------
    drawn : sequence of Index
        From the top.
    ticks : sequence of float
        Indices named on the axis.
    reach : (low, high), optional
        Ends of the axis; give the same to cards that stand side by side.
    plain : bool
        Without intervals and numbers, for the overview's card.
    """
    low, high = reach or _reach(drawn, ticks)
    places = list(range(len(drawn)))
    span = [math.log10(max(item.index, low) / 100) for item in drawn]
    hundred = {"x0": 0, "x1": 0, "y0": 0, "y1": 1}
    right = {"xref": "paper", "xanchor": "right", "xshift": 36}
    numbers = [note(theme, 1, place, f"<b>{item.text}</b>", **right) for place, item in enumerate(drawn)]
    trace = {
        "type": "bar",
        "orientation": "h",
        "base": [0] * len(drawn),
        "x": span,
        "y": places,
        "marker": {"color": [theme.index(item.index, seen=True) for item in drawn]},
        "customdata": [item.key for item in drawn],
        "hovertext": [item.hover or f"{item.label} {item.text}" for item in drawn],
        "hovertemplate": HOVER,
        **({} if plain else {"error_x": _bars_of_error(theme, drawn, low, high)}),
    }
    layout = {
        "xaxis": axis(
            [math.log10(tick / 100) for tick in ticks],
            [f"{tick:g}" for tick in ticks],
            (math.log10(low / 100), math.log10(high / 100)),
            showgrid=True,
            showline=False,
        ),
        "yaxis": _rows([coloured(item.label, theme.ink) for item in drawn], 6),
        "bargap": 0.42,
        "margin": {"l": 4, "r": 10 if plain else 40, "t": 4, "b": 4},
        "shapes": [{**hundred, "type": "line", "yref": "paper", "line": {"color": theme.ink, "width": 1}}],
        "annotations": [] if plain else numbers,
    }
    return figure(theme, [trace], layout, alt, height or 30 + 32 * len(drawn))


def _rows(texts: Sequence[str], standoff: int = 4) -> dict[str, Any]:
    """The y-axis of horizontal bars: the first is on top."""
    return axis(range(len(texts)), texts, (len(texts) - 0.5, -0.5), showgrid=False, ticklabelstandoff=standoff)


def _end(theme: Theme, place: int, bar: Bar, fill: str, top: float, room: float) -> dict[str, Any]:
    """The numbers of a bar: after its end, or inside when the bar leaves no room there."""
    plain = f"{bar.text}{SPACE}{SPACE}{bar.sub}"
    length = max(bar.value, 0) / top * room
    if length > width_of(plain) + 12 and length + width_of(plain) > room:
        return note(theme, bar.value, place, plain, xanchor="right", xshift=-4, colour=text_on(fill))
    text = f"{bar.text}{SPACE}{SPACE}{coloured(bar.sub, theme.muted)}"
    return note(theme, max(bar.value, 0), place, text, xanchor="left", xshift=3)


def _labels(theme: Theme, drawn: Sequence[Bar]) -> list[str]:
    longest = max((len(bar.n) for bar in drawn), default=0)
    texts = []
    for bar in drawn:
        lead = coloured("0" * (longest - len(bar.n)), "rgba(0,0,0,0)")
        texts.append(coloured(bar.label, theme.ink) + (f"{SPACE}{SPACE}{lead}{bar.n}" if longest else ""))
    return texts


def _stacked(pieces: Sequence[Piece]) -> list[tuple[float, Piece]]:
    """Each piece with the share where it starts."""
    at, placed = 0.0, []
    for piece in pieces:
        placed.append((at, piece))
        at += piece.share
    return placed


def _reach(drawn: Sequence[Index], ticks: Sequence[float]) -> tuple[float, float]:
    values = [
        value for item in drawn for value in (item.index, item.low, item.high) if value and value == value and value > 0
    ]
    return min([*values, *ticks]) / 1.08, max([*values, *ticks]) * 1.08


def _bars_of_error(theme: Theme, drawn: Sequence[Index], low: float, high: float) -> dict[str, Any]:
    def log(value: float) -> float:
        return math.log10(min(max(value, low), high))

    return spread(
        theme,
        [max(log(item.high) - log(item.index), 0) for item in drawn],
        [max(log(item.index) - log(item.low), 0) for item in drawn],
    )
