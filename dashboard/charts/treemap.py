"""Treemap: classes as tiles whose areas are their sizes."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts.colour import text_on
from dashboard.charts.marks import HOVER, faded, figure, known
from dashboard.charts.theme import GAP, SIZE, Theme


@dataclass(frozen=True)
class Tile:
    """One tile: its size, the lines that are written in it, and what a click gives back."""

    key: str
    label: str
    value: float
    lines: tuple[str, ...]
    colour: str
    hover: str = ""


def treemap(
    theme: Theme, tiles: Sequence[Tile], *, alt: str, selected: str | None = None, height: int = 300
) -> go.Figure:
    """Tiles by size, largest first; a text that does not fit is hidden, a click selects.

    Parameters
    ----------
    tiles : sequence of Tile
        Those without a positive size are left out: an area can't show them.
    selected : str, optional
        Key of the chosen tile.

    Returns
    -------
    go.Figure
        One treemap trace, ``ids`` and ``customdata`` = keys.
    """
    drawn = [tile for tile in tiles if tile.value > 0]
    keys = [tile.key for tile in drawn]
    fills = faded(theme, [tile.colour for tile in drawn], keys, known(keys, selected))
    trace = {
        "type": "treemap",
        "ids": keys,
        "labels": [tile.label for tile in drawn],
        "parents": [""] * len(drawn),
        "values": [tile.value for tile in drawn],
        "text": ["<br>".join([f"<b>{tile.label}</b>", *tile.lines]) for tile in drawn],
        "texttemplate": "%{text}",
        "textposition": "middle center",
        "textfont": {"color": [text_on(fill) for fill in fills], "size": SIZE},
        "marker": {"colors": fills, "cornerradius": 4, "line": {"width": 0}, "pad": {"t": 0, "l": 0, "r": 0, "b": 0}},
        "tiling": {"pad": GAP, "packing": "squarify"},
        "pathbar": {"visible": False},
        "customdata": keys,
        "hovertext": [tile.hover or tile.label for tile in drawn],
        "hovertemplate": HOVER,
    }
    return figure(theme, [trace], {"margin": {"l": 0, "r": 0, "t": 0, "b": 0}}, alt, height)
