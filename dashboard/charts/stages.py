"""Paths over several stages: ribbons from stage to stage, past those that were left out, and out where people stop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.colour import alpha, mix
from dashboard.charts.marks import FADE, HOVER, coloured, figure, note, on_click, width_of
from dashboard.charts.theme import Theme

NODE, GAP, SLOT, HEAD = 0.03, 10.0, 16.0, 38
BEADS = 7


@dataclass(frozen=True)
class Stop:
    """One node: its column, words and number. Those of a column stand below each other in the order given."""

    key: str
    column: int
    label: str
    value: float
    text: str
    colour: str
    head: bool = False
    hover: str = ""


@dataclass(frozen=True)
class Ribbon:
    """Between two nodes, by their keys."""

    before: str
    after: str
    value: float
    hover: str = ""


@dataclass(frozen=True)
class _Place:
    x: float
    top: float
    height: float


def stages(
    theme: Theme,
    stops: Sequence[Stop],
    ribbons: Sequence[Ribbon],
    *,
    alt: str,
    selected: str | None = None,
    narrow: bool = False,
    height: int = 230,
) -> go.Figure:
    """Columns of nodes from the left; the words of a ``head`` stand over its column, those of others beside them.

    A ribbon past a column runs above its nodes, in room that is kept for it.

    Parameters
    ----------
    selected : str, optional
        Key of a node; ribbons that don't touch it are faded.
    narrow : bool
        Numbers alone beside nodes, for a phone.
    height : int
        Pixels of the fullest column, without gaps.

    Returns
    -------
    go.Figure
        A bar trace (nodes) and a scatter trace (unseen marks on ribbons), ``customdata`` = keys of nodes.
    """
    shown = [stop for stop in stops if stop.value > 0]
    columns = max((stop.column for stop in shown), default=0)
    at = {stop.key: stop.column for stop in shown}
    drawn = [one for one in ribbons if one.before in at and one.after in at and one.value > 0]
    passing = [
        sum(one.value for one in drawn if at[one.before] < column < at[one.after]) for column in range(columns + 1)
    ]
    totals = [sum(stop.value for stop in shown if stop.column == column) for column in range(columns + 1)]
    scale = height / max((above + total for above, total in zip(passing, totals, strict=True)), default=1.0)
    places = _places(shown, passing, scale)
    tall = max((place.top + max(place.height, SLOT) for place in places.values()), default=float(height))
    ends = _ends(drawn, at, places, scale)
    lit = {selected} if selected in at else None
    colours = {stop.key: stop.colour for stop in shown}
    shapes = [
        _shape(
            colours[one.after]
            if at[one.after] - at[one.before] == 1 and not _leads(shown, one.after)
            else colours[one.before],
            (places[one.before].x + NODE / 2, places[one.after].x - NODE / 2),
            ends[place],
            max(one.value * scale, 0.6),
            lit is None or bool(lit & {one.before, one.after}),
        )
        for place, one in enumerate(drawn)
    ]
    room = round(
        max((width_of(_beside(stop, narrow)) for stop in shown if stop.column == columns and not stop.head), default=0)
    )
    layout = {
        "xaxis": {"visible": False, "range": [-NODE, columns + NODE]},
        "yaxis": {"visible": False, "range": [tall, 0]},
        "barmode": "overlay",
        "shapes": shapes,
        "annotations": [_words(theme, stop, places[stop.key], columns, narrow) for stop in shown],
        "margin": {"l": 4, "r": room + 14, "t": HEAD, "b": 4},
        "hoverdistance": 8,
    }
    traces = [_nodes(theme, shown, places, lit), _beads(drawn, places, ends, scale)]
    return figure(theme, traces, layout, alt, round(tall) + HEAD + 8)


def _leads(shown: Sequence[Stop], key: str) -> bool:
    """Whether a node is a step, and not an end."""
    return next(stop.head for stop in shown if stop.key == key)


def _places(shown: Sequence[Stop], passing: Sequence[float], scale: float) -> dict[str, _Place]:
    filled = {column: above * scale + (GAP if above else 0) for column, above in enumerate(passing)}
    places = {}
    for stop in shown:
        tall = max(stop.value * scale, 1.0)
        places[stop.key] = _Place(stop.column, filled[stop.column], tall)
        filled[stop.column] += max(tall, 0 if stop.head else SLOT) + GAP
    return places


def _ends(
    drawn: Sequence[Ribbon], at: Mapping[str, int], places: Mapping[str, _Place], scale: float
) -> list[tuple[float, float]]:
    """Upper edge of each ribbon at both ends: what goes past a column lies on top."""
    ends = [[0.0, 0.0] for _ in drawn]
    filled = {key: [place.top, place.top] for key, place in places.items()}
    order = sorted(
        range(len(drawn)), key=lambda k: (-(at[drawn[k].after] - at[drawn[k].before]), places[drawn[k].after].top)
    )
    for side in (0, 1):
        for k in order:
            key = drawn[k].after if side else drawn[k].before
            ends[k][side] = filled[key][side]
            filled[key][side] += drawn[k].value * scale
    return [(start, end) for start, end in ends]


def _shape(colour: str, x: tuple[float, float], ends: tuple[float, float], width: float, lit: bool) -> dict[str, Any]:
    left, right = x
    middle = (left + right) / 2
    start, end = ends
    path = (
        f"M {left:.3f},{start:.1f} C {middle:.3f},{start:.1f} {middle:.3f},{end:.1f} {right:.3f},{end:.1f} "
        f"L {right:.3f},{end + width:.1f} C {middle:.3f},{end + width:.1f} {middle:.3f},{start + width:.1f} "
        f"{left:.3f},{start + width:.1f} Z"
    )
    return {
        "type": "path",
        "path": path,
        "layer": "below",
        "fillcolor": alpha(colour, 0.36 if lit else 0.07),
        "line": {"width": 0},
    }


def _nodes(theme: Theme, shown: Sequence[Stop], places: Mapping[str, _Place], lit: set[str] | None) -> dict[str, Any]:
    fills = [stop.colour if lit is None or stop.key in lit else mix(stop.colour, theme.bg, FADE) for stop in shown]
    return {
        "type": "bar",
        "x": [places[stop.key].x for stop in shown],
        "base": [places[stop.key].top for stop in shown],
        "y": [places[stop.key].height for stop in shown],
        "width": [NODE] * len(shown),
        "marker": {"color": fills, "cornerradius": 1},
        "customdata": [stop.key for stop in shown],
        "hovertext": [stop.hover or f"{stop.label} {stop.text}" for stop in shown],
        "hovertemplate": HOVER,
        **on_click(theme),
    }


def _beads(
    drawn: Sequence[Ribbon], places: Mapping[str, _Place], ends: Sequence[tuple[float, float]], scale: float
) -> dict[str, Any]:
    """Unseen marks along each ribbon, for hover and clicks; the widest first, as of marks on each other the last answers."""
    x, y, sizes, texts, keys = [], [], [], [], []
    for k in sorted(range(len(drawn)), key=lambda k: -drawn[k].value):
        one, (start, end) = drawn[k], ends[k]
        left, right = places[one.before].x, places[one.after].x
        for step in range(1, BEADS + 1):
            t = step / (BEADS + 1)
            x.append(left + (right - left) * t)
            y.append(start + (end - start) * (3 * t * t - 2 * t**3) + one.value * scale / 2)
            sizes.append(min(max(one.value * scale, 6.0), 40.0))
            texts.append(one.hover)
            keys.append(one.after)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": y,
        "marker": {"size": sizes, "symbol": "square", "opacity": 0, "line": {"width": 0}},
        "customdata": keys,
        "hovertext": texts,
        "hovertemplate": HOVER,
        "selected": {"marker": {"opacity": 0}},
        "unselected": {"marker": {"opacity": 0}},
    }


def _beside(stop: Stop, narrow: bool) -> str:
    return stop.text if narrow else f"{stop.label} {stop.text}"


def _words(theme: Theme, stop: Stop, place: _Place, columns: int, narrow: bool) -> dict[str, Any]:
    if not stop.head:
        text = coloured(_beside(stop, narrow), theme.muted)
        return note(theme, place.x + NODE / 2, place.top + place.height / 2, text, xanchor="left", xshift=5)
    side = {0: "left", columns: "right"}.get(stop.column, "center")
    lines = stop.label if not narrow else stop.label[:6] + ("." if len(stop.label) > 6 else "")
    text = f"<b>{lines}</b><br>{coloured(stop.text, theme.muted)}"
    shift = {"left": -4, "right": 4}.get(side, 0)
    return note(
        theme, place.x, 1, text, yref="paper", yanchor="bottom", yshift=2, xanchor=side, xshift=shift, align=side
    )
