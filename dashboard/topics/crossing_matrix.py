"""The matrix of a crossing: what of it is drawn, and its cells."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.analyses.crossing import CrossingResult
from dashboard import classes, terms
from dashboard.charts import matrix
from dashboard.charts.marks import hover, wrap
from dashboard.topics.crossing import FEWEST_EXPECTED, Words, claims, key
from dashboard.topics.crossing_changes import CellChanges, from_to, written
from dashboard.view import View
from dashboard.words import _, money, number, percent

# Columns and rows that a screen can hold.
WIDE, NARROW, TALL = 8, 4, 15


@dataclass(frozen=True)
class Grid:
    """What of the crossing is drawn, and which way round: a screen has more room for rows than for columns."""

    rows: list[str]
    columns: list[str]
    turned: bool
    left_out: int


def grid(result: CrossingResult, narrow: bool) -> Grid:
    """Choose the rows and columns to draw: those with customers, and of too many the largest, the way round that leaves fewer out."""
    sides = [side[side["customers"] > 0] for side in (result.rows, result.columns)]
    widest = NARROW if narrow else WIDE
    ways = []
    for turned in (False, True):
        down, across = sides[::-1] if turned else sides
        rows, columns = _largest(down, TALL), _largest(across, widest)
        seen = _share(down, rows) * _share(across, columns)
        ways.append((seen, Grid(rows, columns, turned, len(down) + len(across) - len(rows) - len(columns))))
    return max(ways, key=lambda way: way[0])[1]


def _largest(side: pd.DataFrame, most: int) -> list[str]:
    kept = side.nlargest(most, "customers") if len(side) > most else side
    return [label for label in side["label"] if label in set(kept["label"])]


def _share(side: pd.DataFrame, labels: list[str]) -> float:
    """Share of the customers that some labels hold."""
    total = side["customers"].sum()
    return float(side.loc[side["label"].isin(labels), "customers"].sum() / total) if total else 1.0


def figure(
    view: View,
    result: CrossingResult,
    said: Words,
    drawn: Grid,
    by: str,
    selected: str | None,
    changed: CellChanges | None = None,
) -> go.Figure:
    """The matrix; ``by`` ("customers" or "revenue") is what is written, the colour is the distance from chance.

    Where the reader compares, the second line of a cell is its change.
    """
    spoken = (said.columns, said.rows) if drawn.turned else (said.rows, said.columns)
    sides = (result.columns, result.rows) if drawn.turned else (result.rows, result.columns)
    rows = [matrix.Header(at, spoken[0][at], _total(view, sides[0], at, by)) for at in drawn.rows]
    width = 9 if view.phone else 11
    columns = [
        matrix.Header(at, "<br>".join(wrap(spoken[1][at], width)), _total(view, sides[1], at, by))
        for at in drawn.columns
    ]
    cells = []
    for one in result.cells.itertuples():
        down, across = (one.column, one.row) if drawn.turned else (one.row, one.column)
        if down in drawn.rows and across in drawn.columns:
            cells.append(_cell(view, result, said, one, (down, across), by, changed))
    alt = _(
        "Customers by {rows} and {columns}: {n} cells, {more} with more and {fewer} with fewer than chance would bring"
    )
    alt = alt.format(
        rows=classes.name(view.params.rows),
        columns=classes.name(view.params.columns),
        n=len(cells),
        more=len(claims(result, True)),
        fewer=len(claims(result, False)),
    )
    chosen = selected if selected and not selected.startswith("|") and not selected.endswith("|") else None
    height = 60 + 17 * max((head.label.count("<br>") for head in columns), default=0) + len(rows) * 46
    return matrix.cells(view.theme, rows, columns, cells, alt=alt, scale="residual", selected=chosen, height=height)


def _cell(
    view: View,
    result: CrossingResult,
    said: Words,
    one: Any,
    place: tuple[str, str],
    by: str,
    changed: CellChanges | None,
) -> matrix.Cell:
    mark = ("▲ " if one.residual > 0 else "▼ ") if one.claim else ""
    across = result.rows.set_index("label")["customers"]
    who = number(one.customers)
    brought = money(one.revenue, view.currency)
    first, second = (who, percent(one.customer_share)) if by == "customers" else (brought, percent(one.revenue_share))
    moved = ""
    if changed is not None:
        second = written(changed, one, by, view.currency)
        moved = f"{from_to(changed, one, by, view.currency)} {changed.words}"
    tested = one.expected >= FEWEST_EXPECTED
    told = {
        True: _("More than chance would bring.") if one.residual > 0 else _("Fewer than chance would bring."),
        False: _("Within what chance would bring.") if tested else _("Too few expected to tell."),
    }
    return matrix.Cell(
        row=place[0],
        column=place[1],
        lines=(f"{mark}{first}", second),
        value=one.residual if tested and one.residual == one.residual else 0.0,
        key=key(one.row, one.column) if one.customers else "",
        hover=hover(
            said.cell(one.row, one.column),
            (_("Customers"), f"{who} · {percent(one.customer_share)}"),
            (_("Of {row}").format(row=said.rows[one.row]), percent(one.customers / max(across[one.row], 1))),
            (_("Expected by chance"), number(one.expected, 1)),
            (_("Standardised difference"), number(one.residual, 1)),
            (terms.value(result.value).capitalize(), brought),
            (_("Change"), moved),
            note=told[bool(one.claim)],
        ),
        faint=not tested,
    )


def _total(view: View, side: pd.DataFrame, label: str, by: str) -> str:
    row = side[side["label"] == label].iloc[0]
    return number(row["customers"]) if by == "customers" else money(row["revenue"], view.currency)


def note(drawn: Grid, changed: CellChanges | None = None) -> str:
    """How to read the matrix, in a line or two."""
    read = _("Blue ▲: more than chance would bring, orange ▼: fewer; pale: too few to tell")
    if changed is not None:
        read = f"{read}. {changed.definition}"
    if not drawn.left_out:
        return read
    return read + ". " + _("The largest are drawn, {n} smaller ones are in the download.").format(n=drawn.left_out)
