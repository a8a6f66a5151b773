"""The RFM cube: one block a group, its volume the number of customers; in 3-D, or drawn flat for phones and paper."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.colour import BLACK, WHITE, mix
from dashboard.charts.marks import HOVER, figure, note
from dashboard.charts.theme import Theme

EYE = (1.25, 1.85, 1.0)
SMALLEST, LARGEST = 0.15, 0.80
FADED = 0.8
# Corners of a block are numbered 4·x + 2·y + z. Each face: its four corners in turn.
TOP, LEFT, RIGHT = (1, 3, 7, 5), (4, 6, 7, 5), (2, 6, 7, 3)
BOTTOM, BACK_LEFT, BACK_RIGHT = (0, 2, 6, 4), (0, 4, 5, 1), (0, 2, 3, 1)
SHADES = {TOP: (WHITE, 0.30), LEFT: (WHITE, 0.06), RIGHT: (BLACK, 0.24)}
HIDDEN = {BOTTOM: (BLACK, 0.24), BACK_LEFT: (BLACK, 0.24), BACK_RIGHT: (WHITE, 0.06)}


@dataclass(frozen=True)
class Block:
    """One group: its place on the three axes (0 is the worst), how many customers, its colour, key and hover text."""

    recency: int
    frequency: int
    value: int
    n: int
    fill: str
    key: str
    hover: str = ""


@dataclass(frozen=True)
class Axis:
    """Name of an axis and the words at its low and high end."""

    name: str
    low: str
    high: str


Axes = tuple[Axis, Axis, Axis]


def cube(
    theme: Theme,
    blocks: Sequence[Block],
    axes: Axes,
    *,
    groups: int = 3,
    alt: str,
    selected: str | Collection[str] | None = None,
    height: int = 320,
) -> go.Figure:
    """Opaque blocks to turn with the mouse; Plotly gives no clicks for them, so the faces and bars beside it select.

    Parameters
    ----------
    blocks : sequence of Block
        Groups without customers are not drawn.
    axes : (Axis, Axis, Axis)
        Recency, frequency, value.
    groups : int
        Groups on each axis.
    selected : str or collection of str, optional
        Blocks with this key, or one of these, keep their colour; the others fade.
    """
    drawn, largest = _present(blocks)
    fills = _fills(theme, drawn, selected)
    mesh: dict[str, list[Any]] = {name: [] for name in ("x", "y", "z", "i", "j", "k", "facecolor", "hovertext")}
    for place, block in enumerate(drawn):
        for x, y, z in _corners(block, largest):
            mesh["x"].append(x)
            mesh["y"].append(y)
            mesh["z"].append(z)
        mesh["hovertext"] += [block.hover or block.key] * 8
        for face, (towards, part) in (SHADES | HIDDEN).items():
            a, b, c, d = (8 * place + corner for corner in face)
            mesh["i"] += [a, a]
            mesh["j"] += [b, c]
            mesh["k"] += [c, d]
            mesh["facecolor"] += [mix(fills[place], towards, part)] * 2
    trace = {
        "type": "mesh3d",
        **mesh,
        "hovertemplate": HOVER,
        "flatshading": True,
        "lighting": {"ambient": 1, "diffuse": 0, "specular": 0, "fresnel": 0, "roughness": 1},
    }
    scene = {
        "camera": {
            "eye": dict(zip("xyz", EYE, strict=True)),
            "center": {"x": 0, "y": 0, "z": -0.06},
            "projection": {"type": "orthographic"},
        },
        "aspectmode": "manual",
        "aspectratio": {"x": 1, "y": 1, "z": 1},
        "dragmode": "turntable",
        **{f"{letter}axis": _scene_axis(theme, axis, groups) for letter, axis in zip("xyz", axes, strict=True)},
    }
    return figure(theme, [trace], {"scene": scene, "margin": {"l": 0, "r": 0, "t": 0, "b": 0}}, alt, height)


def flat(
    theme: Theme,
    blocks: Sequence[Block],
    axes: Axes,
    *,
    groups: int = 3,
    alt: str,
    selected: str | Collection[str] | None = None,
    height: int = 320,
) -> go.Figure:
    """The same cube from the same side as a drawing: sharp at any width, and a swipe passes over it.

    Parameters are those of `cube`. Unseen points amid the blocks give hover and click (``customdata`` = key).
    """
    drawn, largest = _present(blocks)
    # Far blocks first: blocks of a grid never cross, so the order by axis is the order of painting.
    drawn = sorted(drawn, key=lambda block: (block.recency, block.frequency, block.value))
    shapes = _floor(theme, groups)
    for block, own in zip(drawn, _fills(theme, drawn, selected), strict=True):
        corners = [_project(*corner) for corner in _corners(block, largest)]
        for face, (towards, part) in SHADES.items():
            shapes.append(_polygon([corners[corner] for corner in face], mix(own, towards, part)))
    points = [_project(block.recency, block.frequency, block.value) for block in drawn]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": [x for x, _y in points],
        "y": [y for _x, y in points],
        "marker": {"size": [14 + 30 * _edge(block.n, largest) for block in drawn], "opacity": 0},
        "customdata": [block.key for block in drawn],
        "hovertext": [block.hover or block.key for block in drawn],
        "hovertemplate": HOVER,
        "unselected": {"marker": {"opacity": 0}},
        "selected": {"marker": {"opacity": 0}},
    }
    ends = [_project(*corner) for corner in _grid_corners(groups)]
    # Words beside the grid are as long for five groups as for three.
    room = groups / 3
    hidden = {"visible": False, "fixedrange": True}
    layout = {
        "shapes": shapes,
        "annotations": _labels(theme, axes, groups),
        "xaxis": {**hidden, "range": [min(x for x, _ in ends) - 0.8 * room, max(x for x, _ in ends) + 0.62 * room]},
        "yaxis": {
            **hidden,
            "range": [min(y for _, y in ends) - 0.45 * room, max(y for _, y in ends) + 0.05],
            "scaleanchor": "x",
        },
    }
    return figure(theme, [trace], layout, alt, height)


def _present(blocks: Sequence[Block]) -> tuple[list[Block], int]:
    drawn = [block for block in blocks if block.n > 0]
    return drawn, max((block.n for block in drawn), default=1)


def _edge(n: int, largest: int) -> float:
    """Edge of a block: its volume is the share of customers, but never too small to be seen."""
    return max(SMALLEST, LARGEST * math.cbrt(n / largest))


def _fills(theme: Theme, drawn: Sequence[Block], selected: str | Collection[str] | None) -> list[str]:
    chosen = {selected} if isinstance(selected, str) else set(selected or ())
    if not chosen & {block.key for block in drawn}:
        return [block.fill for block in drawn]
    return [block.fill if block.key in chosen else mix(block.fill, theme.bg, FADED) for block in drawn]


def _corners(block: Block, largest: int) -> list[tuple[float, float, float]]:
    half = _edge(block.n, largest) / 2
    signs = (-half, half)
    return [(block.recency + x, block.frequency + y, block.value + z) for x in signs for y in signs for z in signs]


def _scene_axis(theme: Theme, axis: Axis, groups: int) -> dict[str, Any]:
    return {
        "title": {"text": ""},
        "tickvals": [0, (groups - 1) / 2, groups - 1],
        "ticktext": [axis.low, f"<b>{axis.name}</b>", axis.high],
        "tickfont": {"size": 11, "color": theme.muted},
        "range": [-0.6, groups - 0.4],
        "gridcolor": theme.rule,
        "gridwidth": 1,
        "showbackground": False,
        "zeroline": False,
        "showspikes": False,
    }


def _project(x: float, y: float, z: float) -> tuple[float, float]:
    """Where a point is on the page, seen from `EYE` without perspective."""
    ex, ey, ez = EYE
    ground = math.hypot(ex, ey)
    far = math.hypot(ground, ez)
    right = (-ey * x + ex * y) / ground
    up = (-ex * ez * x - ey * ez * y) / (ground * far) + z * ground / far
    return right, up


def _grid_corners(groups: int) -> list[tuple[float, float, float]]:
    ends = (-0.5, groups - 0.5)
    return [(x, y, z) for x in ends for y in ends for z in ends]


def _polygon(points: Sequence[tuple[float, float]], fill: str) -> dict[str, Any]:
    path = "M" + "L".join(f"{x:.3f},{y:.3f}" for x, y in points) + "Z"
    return {"type": "path", "path": path, "fillcolor": fill, "line": {"width": 0.5, "color": fill}}


def _floor(theme: Theme, groups: int) -> list[dict[str, Any]]:
    """Grid on the floor and on the two walls behind, one line a group."""
    low, high = -0.5, groups - 0.5
    lines = []
    for at in [*range(groups)]:
        lines += [
            ((at, low, low), (at, high, low)),
            ((low, at, low), (high, at, low)),
            ((at, low, low), (at, low, high)),
            ((low, at, low), (low, at, high)),
        ]
    return [_line(theme, _project(*start), _project(*end)) for start, end in lines]


def _line(theme: Theme, start: tuple[float, float], end: tuple[float, float]) -> dict[str, Any]:
    return {
        "type": "line",
        "layer": "below",
        "line": {"color": theme.rule, "width": 1},
        **dict(zip(("x0", "y0", "x1", "y1"), (*start, *end), strict=True)),
    }


def _labels(theme: Theme, axes: Axes, groups: int) -> list[dict[str, Any]]:
    """Words along the three front edges: ends in grey, the name bold in the middle."""
    recency, frequency, value = axes
    middle, far, edge = (groups - 1) / 2, groups - 1, groups - 0.35
    notes = []
    for at, strong in ((0, False), (middle, True), (far, False)):
        spots = (
            (recency, (at, edge, -0.5), "left", "top"),
            (frequency, (edge, at, -0.5), "right", "top"),
            (value, (edge, -0.6, at), "right", "middle"),
        )
        for axis, where, side, upright in spots:
            x, y = _project(*where)
            text = f"<b>{axis.name}</b>" if strong else axis.high if at else axis.low
            colour = theme.ink if strong else theme.muted
            notes.append(note(theme, x, y, text, xanchor=side, yanchor=upright, colour=colour, size=11))
    return notes
