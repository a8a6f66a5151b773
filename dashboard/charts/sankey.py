"""Sankey: from which class to which, as ribbons between two columns of nodes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.colour import alpha, mix
from dashboard.charts.marks import FADE, HOVER, coloured, figure, note, on_click, width_of, wrap
from dashboard.charts.theme import SIZE, Theme

TALL = 400
GAP = 6
LINE = 14
NODE = 0.045
BEADS = 9


@dataclass(frozen=True)
class Node:
    """One class on one side: its size, its words, and the text of its number."""

    key: str
    label: str
    value: float
    text: str
    colour: str
    hover: str = ""


@dataclass(frozen=True)
class Flow:
    """One ribbon, by the keys of its nodes; ``key`` is what a click gives back."""

    key: str
    before: str
    after: str
    value: float
    hover: str = ""


@dataclass(frozen=True)
class _Place:
    """Where a node stands, in pixels from the top."""

    top: float
    height: float
    middle: float


def sankey(
    theme: Theme,
    left: Sequence[Node],
    right: Sequence[Node],
    flows: Sequence[Flow],
    *,
    alt: str,
    titles: tuple[str, str],
    selected: str | None = None,
    narrow: bool = False,
    height: int = TALL,
) -> go.Figure:
    """Two columns of nodes from the top in the order given, and the ribbons between them in the colour of their left node.

    Plotly's own Sankey reports no click: here nodes are bars and each ribbon carries a chain of unseen marks, which do.

    Parameters
    ----------
    left, right : sequence of Node
        Nodes of no size are left out.
    flows : sequence of Flow
    titles : (str, str)
        Over the columns.
    selected : str, optional
        Key of a node or of a flow; all else is faded.
    narrow : bool
        Labels break into short lines, for a phone.
    height : int
        Pixels that all flows together take, without gaps and titles.

    Returns
    -------
    go.Figure
        A bar trace (nodes) and a scatter trace (ribbons), ``customdata`` = keys.
    """
    sides = [[node for node in side if node.value > 0] for side in (left, right)]
    scale = height / max((sum(node.value for node in side) for side in sides), default=1.0) if all(sides) else 1.0
    words = [{node.key: _label(theme, node, narrow) for node in side} for side in sides]
    places = [_stack(side, scale, words[at]) for at, side in enumerate(sides)]
    tall = max((place.top + place.height for side in places for place in side.values()), default=float(height))
    lit = _lit(sides, flows, selected)
    drawn = [flow for flow in flows if flow.before in places[0] and flow.after in places[1] and flow.value > 0]
    ends = _ends(drawn, places, scale)
    colours = {node.key: node.colour for node in sides[0]}
    shapes = [
        _ribbon(colours[flow.before], *ends[flow.key], flow.value * scale, lit is None or flow.key in lit)
        for flow in drawn
    ]
    layout = {
        "xaxis": {"visible": False, "range": [-NODE, 1 + NODE]},
        "yaxis": {"visible": False, "range": [tall, 0]},
        "barmode": "overlay",
        "shapes": shapes,
        "annotations": [_words(theme, at, place, words[at][key]) for at in (0, 1) for key, place in places[at].items()]
        + [_title(theme, at, titles[at]) for at in (0, 1)],
        "margin": {"t": 24, "b": 4, **{edge: _room(words[at]) for at, edge in enumerate("lr")}},
        "hoverdistance": 8,
    }
    traces = [_nodes(theme, sides, places, lit), _beads(drawn, ends, scale)]
    return figure(theme, traces, layout, alt, round(tall) + 28)


def _lit(sides: Sequence[Sequence[Node]], flows: Sequence[Flow], selected: str | None) -> set[str] | None:
    """Keys of what stays in full colour; None for all of it, also where nothing has the chosen key."""
    chosen = {flow.key: flow for flow in flows}.get(selected or "")
    if chosen:
        return {chosen.key, chosen.before, chosen.after}
    if selected not in {node.key for side in sides for node in side}:
        return None
    touching = [flow for flow in flows if selected in (flow.before, flow.after)]
    return {selected or ""} | {key for flow in touching for key in (flow.key, flow.before, flow.after)}


def _stack(nodes: Sequence[Node], scale: float, words: dict[str, str]) -> dict[str, _Place]:
    """Nodes one below the other; a small one gets as much room as its label needs."""
    places, at = {}, 0.0
    for node in nodes:
        height = max(node.value * scale, 1.0)
        slot = max(height, LINE * (1 + words[node.key].count("<br>")))
        places[node.key] = _Place(at + (slot - height) / 2, height, at + slot / 2)
        at += slot + GAP
    return places


def _ends(flows: Sequence[Flow], places: Sequence[dict[str, _Place]], scale: float) -> dict[str, tuple[float, float]]:
    """Upper edge of each ribbon at both ends: at a node they lie in the order of the nodes across."""
    ends: dict[str, list[float]] = {flow.key: [0.0, 0.0] for flow in flows}
    for at, own, across in ((0, "before", "after"), (1, "after", "before")):
        filled = {key: place.top for key, place in places[at].items()}
        far = places[1 - at]
        for flow in sorted(flows, key=lambda flow, far=far, across=across: far[getattr(flow, across)].top):
            node = getattr(flow, own)
            ends[flow.key][at] = filled[node]
            filled[node] += flow.value * scale
    return {key: (start, end) for key, (start, end) in ends.items()}


def _ribbon(colour: str, start: float, end: float, width: float, lit: bool) -> dict[str, Any]:
    width = max(width, 0.5)
    path = (
        f"M 0,{start:.1f} C 0.5,{start:.1f} 0.5,{end:.1f} 1,{end:.1f} "
        f"L 1,{end + width:.1f} C 0.5,{end + width:.1f} 0.5,{start + width:.1f} 0,{start + width:.1f} Z"
    )
    look = {"fillcolor": alpha(colour, 0.42 if lit else 0.08), "line": {"width": 0}}
    return {"type": "path", "path": path, "layer": "below", **look}


def _nodes(
    theme: Theme, sides: Sequence[Sequence[Node]], places: Sequence[dict[str, _Place]], lit: set[str] | None
) -> dict[str, Any]:
    drawn = [(at, node, places[at][node.key]) for at, side in enumerate(sides) for node in side]
    return {
        "type": "bar",
        "x": [at + (NODE / 2 if at else -NODE / 2) for at, _, _ in drawn],
        "base": [place.top for _, _, place in drawn],
        "y": [place.height for _, _, place in drawn],
        "width": [NODE] * len(drawn),
        "marker": {
            "color": [
                node.colour if lit is None or node.key in lit else mix(node.colour, theme.bg, FADE)
                for _, node, _ in drawn
            ],
            "cornerradius": 1,
        },
        "customdata": [node.key for _, node, _ in drawn],
        "hovertext": [node.hover or node.label for _, node, _ in drawn],
        "hovertemplate": HOVER,
        **on_click(theme),
    }


def _beads(flows: Sequence[Flow], ends: dict[str, tuple[float, float]], scale: float) -> dict[str, Any]:
    """Unseen marks along each ribbon's middle, so that it can be hovered and clicked."""
    x, y, sizes, keys, texts = [], [], [], [], []
    # The widest first: of marks that lie on each other the last one answers.
    for flow in sorted(flows, key=lambda flow: -flow.value):
        start, end = (edge + flow.value * scale / 2 for edge in ends[flow.key])
        for step in range(1, BEADS + 1):
            t = step / (BEADS + 1)
            bend = 3 * t * t - 2 * t**3
            x.append(1.5 * t * (1 - t) ** 2 + 1.5 * t * t * (1 - t) + t**3)
            y.append(start + (end - start) * bend)
            sizes.append(min(max(flow.value * scale, 5.0), 44.0))
            keys.append(flow.key)
            texts.append(flow.hover)
    unseen = {"size": sizes, "symbol": "square", "opacity": 0, "line": {"width": 0}}
    stay = {name: {"marker": {"opacity": 0}} for name in ("selected", "unselected")}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": y,
        "marker": unseen,
        "customdata": keys,
        "hovertext": texts,
        "hovertemplate": HOVER,
        **stay,
    }


def _label(theme: Theme, node: Node, narrow: bool) -> str:
    lines = wrap(node.label, 12 if narrow else 24)
    number = coloured(node.text, theme.muted)
    return "<br>".join([*lines, number]) if narrow else "<br>".join([*lines[:-1], f"{lines[-1]}\u00a0 {number}"])


def _room(words: dict[str, str]) -> int:
    return round(max((width_of(text) for text in words.values()), default=0)) + 14


def _words(theme: Theme, at: int, place: _Place, text: str) -> dict[str, Any]:
    side = {"xanchor": "left" if at else "right", "xshift": 5 if at else -5, "align": "left" if at else "right"}
    return note(theme, 1 + NODE if at else -NODE, place.middle, text, size=SIZE, **side)


def _title(theme: Theme, at: int, text: str) -> dict[str, Any]:
    bold = coloured(f"<b>{text}</b>", theme.ink)
    side = {"xanchor": "left" if at else "right"}
    return note(theme, 1 if at else 0, 1, bold, yref="paper", yanchor="bottom", yshift=4, **side)
