"""Bubbles: groups by two measures, each as large as a third."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts.colour import mix
from dashboard.charts.marks import (
    HOVER,
    Format,
    axis,
    faded,
    figure,
    known,
    log_ticks,
    nice_ticks,
    note,
    on_click,
    width_of,
)
from dashboard.charts.theme import SIZE, Theme

LARGEST, SMALLEST = 46.0, 7.0
# From this ratio of largest to smallest on the upright axis is logarithmic.
WIDE = 12
_LINE = SIZE * 1.25

_Rect = tuple[float, float, float, float]


@dataclass(frozen=True)
class Bubble:
    """One group; its area stands for ``size``. Faint ones are too small to tell anything of, ringed ones are picked."""

    key: str
    label: str
    x: float
    y: float
    size: float
    colour: str
    hover: str = ""
    faint: bool = False
    ringed: bool = False


def bubbles(
    theme: Theme,
    drawn: Sequence[Bubble],
    *,
    alt: str,
    x_title: str,
    y_title: str,
    x_format: Format,
    y_format: Format,
    zero: bool = False,
    selected: str | None = None,
    wide: int = 560,
    height: int = 400,
) -> go.Figure:
    """Bubbles with direct labels where there is room; hover has all.

    Parameters
    ----------
    x_format, y_format : callable
        Write a tick.
    zero : bool
        Draw a line where the level axis is 0.
    selected : str, optional
        Key of the chosen bubble.
    wide : int
        Pixels that the chart will have at least, for its labels.

    Returns
    -------
    go.Figure
        One trace, ``customdata`` = keys.
    """
    chosen = known([one.key for one in drawn], selected)
    logarithmic = bool(drawn) and min(one.y for one in drawn) > 0
    logarithmic &= bool(drawn) and max(one.y for one in drawn) > WIDE * min(one.y for one in drawn)
    ends_x, ticks_x = _ends([one.x for one in drawn], 0.12)
    ends_y, ticks_y = _log_ends([one.y for one in drawn]) if logarithmic else _ends([one.y for one in drawn], 0.14)
    largest = max((one.size for one in drawn), default=0) or 1.0
    # The largest first, so that small ones lie on top.
    drawn = sorted(drawn, key=lambda one: -one.size)
    across = [max(LARGEST * math.sqrt(max(one.size, 0) / largest), SMALLEST) for one in drawn]
    fills = [mix(one.colour, theme.bg, 0.6) if one.faint else one.colour for one in drawn]
    height_y = [math.log10(one.y) if logarithmic else one.y for one in drawn]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": [one.x for one in drawn],
        "y": [one.y for one in drawn],
        "marker": {
            "size": across,
            "color": faded(theme, fills, [one.key for one in drawn], chosen),
            "opacity": 0.85,
            "line": {
                "width": [2.5 if one.ringed else 1 for one in drawn],
                "color": [theme.ink if one.ringed else theme.bg for one in drawn],
            },
        },
        "customdata": [one.key for one in drawn],
        "hovertext": [one.hover or one.label for one in drawn],
        "hovertemplate": HOVER,
        "cliponaxis": False,
        **on_click(theme),
    }
    place = _Pixels(ends_x, ends_y, wide - 60, height - 56)
    marks = [place.of(one.x, y) for one, y in zip(drawn, height_y, strict=True)]
    layout = {
        "xaxis": axis(ticks_x, [x_format(tick) for tick in ticks_x], ends_x, title={"text": x_title}, zeroline=False),
        "yaxis": axis(
            ticks_y,
            [y_format(tick) for tick in ticks_y],
            ends_y,
            title={"text": y_title},
            zeroline=False,
            **({"type": "log"} if logarithmic else {}),
        ),
        "annotations": [
            note(
                theme,
                one.x,
                y,
                one.label,
                xshift=shift[0],
                yshift=shift[1],
                colour=theme.muted if one.faint or (chosen and one.key != chosen) else theme.ink,
            )
            for one, y, shift in zip(drawn, height_y, _shifts(drawn, marks, across, wide - 60), strict=True)
            if shift is not None
        ],
        "shapes": [_zero(theme)] if zero and ends_x[0] < 0 < ends_x[1] else [],
    }
    return figure(theme, [trace], layout, alt, height)


@dataclass(frozen=True)
class _Pixels:
    """Where a point will be, in pixels from the lower left corner of the plot."""

    x: tuple[float, float]
    y: tuple[float, float]
    width: float
    height: float

    def of(self, x: float, y: float) -> tuple[float, float]:
        return (
            self.width * (x - self.x[0]) / ((self.x[1] - self.x[0]) or 1),
            self.height * (y - self.y[0]) / ((self.y[1] - self.y[0]) or 1),
        )


def _shifts(
    drawn: Sequence[Bubble], marks: Sequence[tuple[float, float]], across: Sequence[float], width: float
) -> list[tuple[float, float] | None]:
    """How far each label stands from its bubble; None where it would lie on another label, or on a bubble."""
    taken: list[_Rect] = [(x - d / 2, y - d / 2, x + d / 2, y + d / 2) for (x, y), d in zip(marks, across, strict=True)]
    found: list[tuple[float, float] | None] = []
    for place, (one, (x, y), size) in enumerate(zip(drawn, marks, across, strict=True)):
        half = width_of(one.label) / 2 + 2
        sides = [(0.0, size / 2 + 9), (0.0, -size / 2 - 9), (size / 2 + half + 2, 0.0), (-size / 2 - half - 2, 0.0)]
        found.append(None)
        for dx, dy in sides:
            rect = (x + dx - half, y + dy - _LINE / 2, x + dx + half, y + dy + _LINE / 2)
            others = [*taken[:place], *taken[place + 1 :]]
            if rect[0] > -30 and rect[2] < width + 4 and not any(_meet(rect, other) for other in others):
                taken.append(rect)
                found[-1] = (dx, dy)
                break
    return found


def _meet(one: _Rect, other: _Rect) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _ends(values: Sequence[float], room: float) -> tuple[tuple[float, float], list[float]]:
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    spare = room * ((high - low) or abs(high) or 1.0)
    ends = (low - spare, high + spare)
    return ends, nice_ticks(*ends)


def _log_ends(values: Sequence[float]) -> tuple[tuple[float, float], list[float]]:
    low, high = math.log10(min(values)), math.log10(max(values))
    spare = 0.14 * (high - low)
    return (low - spare, high + spare), log_ticks(10 ** (low - spare), 10 ** (high + spare))


def _zero(theme: Theme) -> dict[str, object]:
    line = {"color": theme.muted, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper", "layer": "below", "line": line}
