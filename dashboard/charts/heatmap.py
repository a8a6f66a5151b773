"""Cohort triangle: one row a cohort, one column a period since its start."""

from collections.abc import Callable, Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.marks import SPACE, Box, axis, boxes, coloured, figure, known, outside
from dashboard.charts.theme import Theme

FEW = 30


def triangle(
    theme: Theme,
    frame: pd.DataFrame,
    *,
    alt: str,
    corner: str,
    x_title: str,
    text: Callable[[float], str] | None = None,
    top: float | None = None,
    selected: str | None = None,
    height: int | None = None,
) -> go.Figure:
    """Heatmap of a cohort table; hatched where a period is not over, empty where it is not observed, grey below n = 30.

    Parameters
    ----------
    frame : DataFrame
        One row an *observed* cell, cohorts in order. Columns: ``cohort`` (key, str), ``label`` (written at the left),
        ``size`` (n as text), ``period`` (int), ``value`` (a share; NaN cells are not drawn), ``n`` (customers the value
        rests on), ``complete`` (bool), ``hover`` (str).
    corner, x_title : str
        Heading over the cohorts' labels; what the periods count.
    text : callable, optional
        Writes a value; by default whole per cent without the sign.
    top : float, optional
        Value of the strongest colour; by default the largest complete one.
    selected : str, optional
        Key of the chosen cell.

    Returns
    -------
    go.Figure
        One bar trace, ``customdata`` = ``"cohort|period"``.
    """
    seen = frame[frame["value"].notna()]
    heads = frame.drop_duplicates("cohort")
    periods = sorted(set(seen["period"]))
    drawn = _cells(theme, seen, list(heads["cohort"]), periods, top, text or _whole_percent)
    keys = [box.key for box in drawn]
    side = {"xanchor": "right", "yanchor": "bottom"}
    layout = {
        "xaxis": axis(
            range(len(periods)),
            _thinned(periods),
            (-0.5, len(periods) - 0.5),
            side="top",
            showline=False,
            ticklabelstandoff=-2,
        ),
        "yaxis": axis(
            range(len(heads)),
            _labels(theme, list(heads["label"]), list(heads["size"])),
            (len(heads) - 0.5, -0.5),
            showgrid=False,
            ticklabelstandoff=2,
        ),
        "barmode": "overlay",
        "annotations": [
            outside(theme, 0, 1, corner + SPACE, yshift=4, **side),
            outside(theme, 1, 0, f"{x_title} →", yshift=6, **side),
        ],
    }
    trace = boxes(theme, drawn, known(keys, selected))
    return figure(theme, [trace], layout, alt, height or 34 + 36 * len(heads))


def cell_key(cohort: str, period: int) -> str:
    """Key of a cell of the triangle."""
    return f"{cohort}|{period}"


def _cells(
    theme: Theme,
    seen: pd.DataFrame,
    cohorts: Sequence[str],
    periods: Sequence[int],
    top: float | None,
    write: Callable[[float], str],
) -> list[Box]:
    sure = seen["value"][seen["complete"].astype(bool) & (seen["n"] >= FEW)]
    top = top or float(sure.max() if len(sure) else seen["value"].max() if len(seen) else 1)
    rows = {cohort: place for place, cohort in enumerate(cohorts)}
    columns = {period: place for place, period in enumerate(periods)}
    return [
        Box(
            x=columns[row.period],
            y=rows[row.cohort],
            width=1,
            height=1,
            fill=theme.shade(row.value, top),
            text=write(row.value),
            key=cell_key(row.cohort, row.period),
            hover=row.hover,
            faint=row.n < FEW,
            incomplete=not row.complete,
        )
        for row in seen.itertuples(index=False)
    ]


def _whole_percent(value: float) -> str:
    return f"{value * 100:.0f}"


def _thinned(periods: Sequence[int]) -> list[str]:
    """Every period's number while they are few, each sixth when there are many."""
    step = 1 if len(periods) <= 15 else 3 if len(periods) <= 30 else 6
    return [str(period) if period % step == 0 or step == 1 else "" for period in periods]


def _labels(theme: Theme, labels: Sequence[str], sizes: Sequence[str]) -> list[str]:
    """Cohort and its n; narrow numbers are led by unseen digits, so that both columns are straight."""
    longest = max((len(size) for size in sizes), default=0)
    texts = []
    for label, size in zip(labels, sizes, strict=True):
        lead = coloured("0" * (longest - len(size)), "rgba(0,0,0,0)")
        texts.append(f"{coloured(label, theme.ink)}{SPACE}{SPACE}{lead}{size}")
    return texts
