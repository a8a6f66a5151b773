"""Columns over time and over classes: stacked months, histograms."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.marks import (
    HOVER,
    Format,
    axis,
    coloured,
    faded,
    figure,
    known,
    nice_ticks,
    note,
    on_click,
    width_of,
)
from dashboard.charts.theme import Theme


@dataclass(frozen=True)
class Layer:
    """One colour of the stacked columns: its name and a value a column, with hover texts."""

    name: str
    values: Sequence[float]
    colour: str
    hover: Sequence[str] = ()


@dataclass(frozen=True)
class Bin:
    """One bin of a histogram: its ends, its count and the colour of its class."""

    start: float
    end: float
    count: float
    colour: str
    key: str = ""
    hover: str = ""


def stacked(
    theme: Theme,
    labels: Sequence[str],
    layers: Sequence[Layer],
    *,
    alt: str,
    format: Format,
    incomplete: Sequence[bool] = (),
    totals: Sequence[str] = (),
    keys: Sequence[str] = (),
    selected: str | None = None,
    height: int = 300,
) -> go.Figure:
    """Stacked columns, the first layer at the bottom; a period that is not over is hatched.

    Parameters
    ----------
    labels : sequence of str
        Under the columns; an empty one leaves its place free (write every second month).
    layers : sequence of Layer
    format : callable
        Writes a tick of the y-axis.
    incomplete : sequence of bool, optional
    totals : sequence of str, optional
        Written above the columns; empty where nothing should stand.
    keys : sequence of str, optional
        What a click on a column gives back.
    """
    places = list(range(len(labels)))
    open_ = list(incomplete) or [False] * len(labels)
    sums = [sum(max(layer.values[k], 0) for layer in layers) for k in places]
    low = min([0.0, *(sum(min(layer.values[k], 0) for layer in layers) for k in places)])
    high = max(sums, default=1) or 1
    ticks = nice_ticks(low, high)
    traces = [_layer(theme, layer, places, open_, list(keys), selected, last=layer is layers[-1]) for layer in layers]
    layout = {
        "barmode": "relative",
        "bargap": 0.28,
        "xaxis": axis(places, labels, (-0.6, len(labels) - 0.4)),
        "yaxis": axis(ticks, [format(tick) for tick in ticks], (low * 1.05, high * (1.1 if any(totals) else 1.04))),
        "margin": {"l": 4, "r": 4, "b": 4, "t": 26 if len(layers) > 1 else 6},
        "annotations": legend(theme, [(layer.name, layer.colour) for layer in layers] if len(layers) > 1 else [])
        + [note(theme, k, sums[k], text, yanchor="bottom", yshift=1) for k, text in enumerate(totals) if text],
    }
    return figure(theme, traces, layout, alt, height)


def histogram(
    theme: Theme,
    bins: Sequence[Bin],
    *,
    alt: str,
    format: Format,
    x_ticks: Sequence[tuple[float, str]],
    x_title: str = "",
    cuts: Sequence[tuple[float, str]] = (),
    names: Sequence[tuple[float, str]] = (),
    key: Sequence[tuple[str, str]] = (),
    selected: str | None = None,
    small: bool = False,
    height: int | None = None,
) -> go.Figure:
    """Counts by class-coloured bins, from zero.

    Parameters
    ----------
    bins : sequence of Bin
        In the axis' own units: give logarithms of the ends for logarithmic steps, and ticks to match.
    x_ticks : sequence of (place, text)
    cuts : sequence of (place, text), optional
        Broken lines with their value above.
    names : sequence of (place, text), optional
        Names of the classes above the bins.
    key : sequence of (name, colour), optional
        Names with a square of their colour instead, where classes are too narrow for names above.
    small : bool
        For a card of the overview: no y-axis.
    """
    high = max((bin.count for bin in bins), default=1) or 1
    ticks = nice_ticks(0, high * 1.04)
    keys = [bin.key for bin in bins]
    trace = {
        "type": "bar",
        "x": [(bin.start + bin.end) / 2 for bin in bins],
        "y": [bin.count for bin in bins],
        "width": [(bin.end - bin.start) * 0.94 for bin in bins],
        "marker": {"color": faded(theme, [bin.colour for bin in bins], keys, known(keys, selected))},
        "customdata": keys,
        "hovertext": [bin.hover for bin in bins],
        "hovertemplate": HOVER,
        **on_click(theme),
    }
    ends = (min((bin.start for bin in bins), default=0), max((bin.end for bin in bins), default=1))
    above = 20 * bool(cuts) + 20 * bool(names or key)
    layout = {
        "xaxis": axis([at for at, _ in x_ticks], [text for _, text in x_ticks], ends, title={"text": x_title}),
        "yaxis": axis(ticks, [format(tick) for tick in ticks], (0, high * 1.04), visible=not small),
        "margin": {"l": 4, "r": 14, "b": 4, "t": 6 + above},
        "shapes": [_cut(theme, at) for at, _ in cuts],
        "annotations": [_above(theme, at, text, 3, theme.muted) for at, text in cuts]
        + [_above(theme, at, f"<b>{text}</b>", 3 + 20 * bool(cuts), theme.ink) for at, text in names]
        + legend(theme, key),
    }
    return figure(theme, [trace], layout, alt, height or (110 if small else 300))


def legend(theme: Theme, names: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Names with a square of their colour, in a line above the plot."""
    notes, at = [], 0.0
    for name, colour in names:
        text = f"{coloured('■', colour)} {name}"
        place = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "xshift": at, "yshift": 8}
        notes.append(note(theme, 0, 1, text, **place))
        at += width_of(name) + 30
    return notes


def _layer(
    theme: Theme, layer: Layer, places: list[int], open_: list[bool], keys: list[str], selected: str | None, last: bool
) -> dict[str, Any]:
    keys = keys or [str(place) for place in places]
    fills = faded(theme, [layer.colour] * len(places), keys, known(keys, selected))
    hatch = {
        "shape": ["/" if unfinished else "" for unfinished in open_],
        "size": 6,
        "solidity": 0.4,
        "fillmode": "replace",
        "fgcolor": fills,
        "bgcolor": theme.bg,
    }
    return {
        "type": "bar",
        "name": layer.name,
        "x": places,
        "y": list(layer.values),
        "marker": {
            "color": fills,
            "cornerradius": 2 if last else 0,
            **({"pattern": hatch} if any(open_) else {}),
        },
        "customdata": keys,
        "hovertext": list(layer.hover) or [layer.name] * len(places),
        "hovertemplate": HOVER,
        **on_click(theme),
    }


def _cut(theme: Theme, at: float) -> dict[str, Any]:
    line = {"color": theme.muted, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": line}


def _above(theme: Theme, at: float, text: str, shift: int, colour: str) -> dict[str, Any]:
    return note(theme, at, 1, text, yref="paper", yanchor="bottom", yshift=shift, colour=colour)
