"""Matrices: cells in rows and columns, each with a few lines of text, a colour by value, and a key for a click."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go

from dashboard.charts.marks import SPACE, Box, axis, boxes, coloured, figure, known
from dashboard.charts.theme import Theme

Scale = Literal["share", "index", "residual"]
GAP_COLUMN = 0.24
BARE = {"showgrid": False, "showline": False, "ticklabelstandoff": 2}


@dataclass(frozen=True)
class Header:
    """Heading of a row or a column: its key, its words, a grey line under (column) or beside (row) them.

    ``gap`` sets a column apart from the one before it.
    """

    key: str
    label: str
    sub: str = ""
    gap: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes
    ----------
    row, column : str
        Keys of its headings.
    lines : tuple of str
        What is written in it; the first is bold when there are more.
    value : float
        What its colour stands for: a share of 1, an index around 100, or a standardised residual.
    key : str
        What a click gives back.
    hover : str
        Text of the hover box, see `marks.hover`.
    unsure : bool
        The interval crosses 100: a small ring follows the number.
    faint : bool
        Too few to lean on (n < 30): greyed.
    """

    row: str
    column: str
    lines: tuple[str, ...]
    value: float
    key: str
    hover: str = ""
    unsure: bool = False
    faint: bool = False


@dataclass(frozen=True)
class Face:
    """One small matrix of `faces`, with the names of its two axes."""

    rows: Sequence[Header]
    columns: Sequence[Header]
    cells: Sequence[Cell]
    row_title: str
    column_title: str


def cells(
    theme: Theme,
    rows: Sequence[Header],
    columns: Sequence[Header],
    drawn: Sequence[Cell],
    *,
    alt: str,
    scale: Scale = "share",
    top: float | None = None,
    selected: str | None = None,
    height: int | None = None,
) -> go.Figure:
    """Matrix with headings above and at the left; the first row is on top.

    Parameters
    ----------
    rows, columns : sequence of Header
    drawn : sequence of Cell
        Those that exist; where there is none, the page shows through.
    scale : "share", "index" or "residual"
        Sequential colours from 0 to `top` (default: the largest value), by the square root, so that small shares differ;
        diverging around 100, by the logarithm; or diverging around what chance would bring, as far as `top` either way.
    selected : str, optional
        Key of the chosen cell.
    height : int, optional
        Pixels; by default from the number of rows and lines.

    Returns
    -------
    go.Figure
        One bar trace, ``customdata`` = keys.
    """
    lines = max((len(cell.lines) for cell in drawn), default=1)
    places, right = _columns(columns)
    trace = boxes(theme, _boxes(theme, rows, places, drawn, scale, top), known([c.key for c in drawn], selected))
    head = 1 + max((column.label.count("<br>") + bool(column.sub) for column in columns), default=0)
    layout = {
        "xaxis": axis(places.values(), [_stacked(theme, c) for c in columns], (-0.5, right), side="top", **BARE),
        "yaxis": axis(range(len(rows)), [_beside(theme, r) for r in rows], (len(rows) - 0.5, -0.5), **BARE),
        "barmode": "overlay",
    }
    return figure(
        theme, [trace], layout, alt, height or 8 + 17 * head + len(rows) * (15 + 17 * lines if lines < 3 else 94)
    )


def faces(
    theme: Theme,
    drawn: Sequence[Face],
    *,
    alt: str,
    top: float | None = None,
    selected: str | None = None,
    height: int | None = None,
) -> go.Figure:
    """Small matrices one under another, with one line of text a cell: the faces of the RFM cube.

    Parameters are those of `cells`; `top` is shared by all faces. Keys must differ between faces (``"rf:3:2"``).
    """
    top = top or max((cell.value for face in drawn for cell in face.cells), default=1.0)
    selected = known([cell.key for face in drawn for cell in face.cells], selected)
    layout: dict[str, Any] = {"barmode": "overlay"}
    traces = []
    share, room = 1 / max(len(drawn), 1), 0.052 * 3 / max(len(drawn), 1)
    for place, face in enumerate(drawn):
        suffix = str(place + 1) if place else ""
        places, right = _columns(face.columns)
        traces.append(
            boxes(
                theme,
                _boxes(theme, face.rows, places, face.cells, "share", top),
                selected,
                (f"x{suffix}", f"y{suffix}"),
            )
        )
        bottom, upper = 1 - (place + 1) * share + room, 1 - place * share - (room if place else 0) * 0.35
        layout[f"xaxis{suffix}"] = axis(
            places.values(), _titled(theme, face.columns, face.column_title), (-0.5, right), anchor=f"y{suffix}", **BARE
        )
        layout[f"yaxis{suffix}"] = axis(
            range(len(face.rows)),
            [row.label for row in face.rows],
            (len(face.rows) - 0.5, -0.5),
            anchor=f"x{suffix}",
            domain=[bottom, upper],
            title={"text": face.row_title, "font": {"color": theme.ink}, "standoff": 2},
            **BARE,
        )
    rows = sum(len(face.rows) for face in drawn)
    return figure(theme, traces, layout, alt, height or rows * 33 + len(drawn) * 44)


def _columns(columns: Sequence[Header]) -> tuple[dict[str, float], float]:
    """Centre of each column by key, and the right end; a column set apart stands a gap further."""
    places, at = {}, 0.0
    for column in columns:
        at += GAP_COLUMN if column.gap else 0.0
        places[column.key] = at
        at += 1.0
    return places, at - 0.5


def _boxes(
    theme: Theme,
    rows: Sequence[Header],
    places: dict[str, float],
    drawn: Sequence[Cell],
    scale: Scale,
    top: float | None,
) -> list[Box]:
    heights = {row.key: place for place, row in enumerate(rows)}
    top = top or max((abs(cell.value) for cell in drawn), default=1.0)
    fills: dict[Scale, Callable[[float], str]] = {
        "share": lambda value: theme.shade(value, top, 0.5),
        "index": theme.index,
        "residual": lambda value: theme.residual(value, top),
    }
    return [
        Box(
            x=places[cell.column],
            y=heights[cell.row],
            width=1,
            height=1,
            fill=fills[scale](cell.value),
            text=_text(cell),
            key=cell.key,
            hover=cell.hover,
            faint=cell.faint,
        )
        for cell in drawn
    ]


def _text(cell: Cell) -> str:
    ring = "°" if cell.unsure else ""
    if len(cell.lines) < 2:
        return "".join(cell.lines) + ring
    return "<br>".join([f"<b>{cell.lines[0]}</b>{ring}", *cell.lines[1:]])


def _stacked(theme: Theme, header: Header) -> str:
    label = coloured(f"<b>{header.label}</b>", theme.ink)
    return f"{label}<br>{header.sub}" if header.sub else label


def _beside(theme: Theme, header: Header) -> str:
    strong = f"<b>{header.label}</b>{SPACE}{SPACE}{header.sub}" if header.sub else header.label
    return coloured(strong, theme.ink)


def _titled(theme: Theme, columns: Sequence[Header], title: str) -> list[str]:
    """Tick texts of a face, with the name of the axis in the place of the middle one: a line of its own has no room."""
    texts = [column.label for column in columns]
    if len(texts) % 2 and title:
        texts[len(texts) // 2] = coloured(title, theme.ink)
    return texts
