"""Two regions or channels side by side: their shares of each cell of ABC-XYZ, and where they differ."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from core.analyses.abc_xyz import AbcXyzResult
from core.filters import DIMENSIONS
from core.stats import Change, benjamini_hochberg, paired_change
from dashboard import layout, share, terms
from dashboard.charts import matrix
from dashboard.charts.marks import hover
from dashboard.controls import choose
from dashboard.topics import abc_xyz
from dashboard.view import View
from dashboard.words import _, percent, signed_number

NONE = "none"


def draw(view: View, by: str) -> None:
    """The row of cards: off until the reader asks for it."""
    with (
        layout.cards(1).cell(),
        layout.block(_("Side by side"), _("Shares of two regions or channels, and how they differ")) as corner,
    ):
        with corner:
            side = ask(view)
        if side == NONE:
            # Turned off and on again, it shows the same two.
            for key in ("left", "right"):
                share.take(key)
            return
        labels = ask_labels(view, side)
        sides = compare(view, side, labels)
        grid = st.grid(3, min_column_width=270, gap=layout.GAP)
        for at, label in enumerate(labels):
            with grid.cell(), layout.block(label, terms.counted(sides.results[at].of, len(sides.results[at].rows))):
                layout.chart(view, side_figure(view, sides, at, by), f"side{at}")
        note = _("{right} less {left}, percentage points; ° no clear difference").format(
            left=labels[0], right=labels[1]
        )
        with grid.cell(), layout.block(_("Difference"), note):
            layout.chart(view, difference_figure(view, sides, by), "difference")


@dataclass(frozen=True, eq=False)
class Sides:
    """Two results with the labels that they are of."""

    labels: tuple[str, str]
    results: tuple[AbcXyzResult, AbcXyzResult]

    def cells(self) -> list[tuple[str, str]]:
        """The cells that hold somebody on either side."""
        filled = [result.matrix["customers"].to_numpy() > 0 for result in self.results]
        table = self.results[0].matrix[filled[0] | filled[1]]
        return list(zip(table["abc"].astype(str), table["xyz"].astype(str), strict=True))


def ask(view: View) -> str:
    """The control that says what is put side by side: a dimension, or ``NONE``."""
    words = {NONE: _("Off"), "region": _("Regions"), "channel": _("Channels")}
    labels = view.data.history.labels
    several = [name for name in DIMENSIONS if len(labels.get(name, ())) > 1]
    return choose(view, "side", _("Side by side"), {key: words[key] for key in (NONE, *several)})


def ask_labels(view: View, side: str) -> tuple[str, str]:
    """The controls for the two labels; by default the two with most orders."""
    history = view.data.history
    count = np.bincount(history.codes[side], minlength=len(history.labels[side]))
    ranked = [history.labels[side][code] for code in np.argsort(-count, kind="stable")]
    with st.container(horizontal=True):
        left = choose(view, "left", _("Left"), {label: label for label in ranked}, form="list")
        others = {label: label for label in ranked if label != left}
        return left, choose(view, "right", _("Right"), others, form="list")


def compare(view: View, side: str, labels: tuple[str, str]) -> Sides:
    """The results of the two; all other filters stay."""
    left, right = (view.result(filters=replace(view.filters, **{side: (label,)})) for label in labels)
    return Sides(labels, (left, right))


def side_figure(view: View, sides: Sides, at: int, by: str) -> go.Figure:
    """The matrix of one side, a share in each cell."""
    result = sides.results[at]
    columns, rows = _headers(sides)
    known = sides.cells()
    top = max((_share(row, by) for one in sides.results for row in one.matrix.itertuples()), default=1.0)
    drawn = [
        matrix.Cell(
            row.abc,
            row.xyz,
            (percent(_share(row, by)),),
            max(_share(row, by), 0.0),
            f"{row.abc}-{row.xyz}",
            hover=hover(
                abc_xyz.name(row.abc, row.xyz),
                (sides.labels[at], percent(_share(row, by))),
                ("", terms.counted(result.of, row.customers)),
            ),
            faint=row.customers < abc_xyz.FEW,
        )
        for row in result.matrix.itertuples()
        if (row.abc, row.xyz) in known
    ]
    alt = _("Shares of the cells in {label}").format(label=sides.labels[at])
    return matrix.cells(view.theme, rows, columns, drawn, alt=alt, top=top)


def difference_figure(view: View, sides: Sides, by: str) -> go.Figure:
    """Right less left, in percentage points; the colour says how many times as much."""
    columns, rows = _headers(sides)
    found = differences(sides, by)
    claims = dict(zip(found, benjamini_hochberg([change.p_value for change in found.values()]), strict=True))
    few = {cell: _fewest(sides, cell) < abc_xyz.FEW for cell in found}
    drawn = [
        matrix.Cell(
            *cell,
            (signed_number(100 * (change.after - change.before), digits=1),),
            _index(change),
            "-".join(cell),
            hover=hover(
                abc_xyz.name(*cell),
                *zip(sides.labels, (percent(change.before), percent(change.after)), strict=True),
                (_("Difference, points"), _interval(change)),
                note="" if claims[cell] else _("The interval of the difference holds zero: no clear difference."),
            ),
            unsure=not claims[cell],
            faint=few[cell],
        )
        for cell, change in found.items()
    ]
    alt = _("Difference of the shares, {right} less {left}, in percentage points").format(
        left=sides.labels[0], right=sides.labels[1]
    )
    return matrix.cells(view.theme, rows, columns, drawn, alt=alt, scale="index")


def differences(sides: Sides, by: str) -> dict[tuple[str, str], Change]:
    """Change of each cell's share from the left to the right; who bought in both counts as one."""
    size = 1 + max(int(result.rows.iloc[:, 0].max()) for result in sides.results)
    whole = [_of_each(result, size, by) for result in sides.results]
    found = {}
    for abc, xyz in sides.cells():
        parts = []
        for result, weight in zip(sides.results, whole, strict=True):
            inside = np.asarray((result.rows["abc"] == abc) & (result.rows["xyz"] == xyz))
            part = np.zeros(size)
            code = result.rows.iloc[:, 0].to_numpy()[inside]
            part[code] = weight[code]
            parts.append((part, weight))
        found[abc, xyz] = paired_change(parts[1], parts[0])
    return found


def _of_each(result: AbcXyzResult, size: int, by: str) -> NDArray[np.float64]:
    """What each customer or product counts: one, or its money; 0 for those out of view."""
    weight = np.zeros(size)
    weight[result.rows.iloc[:, 0].to_numpy()] = 1.0 if by == "customers" else result.rows["revenue"].to_numpy()
    return weight


def _share(row: Any, by: str) -> float:
    return float(row.revenue_share if by == "revenue" else row.customer_share)


def _index(change: Change) -> float:
    """The right share against the left one, 100 for equal ones; at most ten times as much either way."""
    if change.before <= 0 or change.after <= 0:
        return 1000.0 if change.after > change.before else 10.0 if change.after < change.before else 100.0
    return 100 * change.after / change.before


def _interval(change: Change) -> str:
    low, high = (signed_number(100 * end, digits=1) for end in (change.low, change.high))
    difference = signed_number(100 * (change.after - change.before), digits=1)
    return _("{difference} ({low} to {high})").format(difference=difference, low=low, high=high)


def _fewest(sides: Sides, cell: tuple[str, str]) -> int:
    """The larger of the two counts: a difference rests on both sides' customers."""
    return max(
        int(
            result.matrix.loc[(result.matrix["abc"] == cell[0]) & (result.matrix["xyz"] == cell[1]), "customers"].iloc[
                0
            ]
        )
        for result in sides.results
    )


def _headers(sides: Sides) -> tuple[list[matrix.Header], list[matrix.Header]]:
    cells = sides.cells()
    columns = [code for code in sides.results[0].rows["xyz"].cat.categories if any(code == x for _a, x in cells)]
    rows = [code for code in sides.results[0].rows["abc"].cat.categories if any(code == a for a, _x in cells)]
    return (
        [replace(header, sub="") for header in abc_xyz.column_headers(columns)],
        [matrix.Header(code, abc_xyz.class_name(code).replace(" ", "<br>")) for code in rows],
    )
