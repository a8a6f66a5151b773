"""Crossing: its matrix as a figure, what stands out in words, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.analyses.crossing import CrossingResult
from dashboard import classes, layout, terms
from dashboard.charts import matrix
from dashboard.charts.marks import hover, wrap
from dashboard.view import View
from dashboard.words import NOTHING, _, money, number, percent

FEWEST_EXPECTED = 5
# Columns and rows that a screen can hold.
WIDE, NARROW, TALL = 8, 4, 15
# Strength of the link (Cramér's V) from which it is called some, and strong.
SOME, STRONG = 0.1, 0.3
SURE = 0.05
POINTS = 3


@dataclass(frozen=True)
class Words:
    """What the reader sees for the labels of both sides."""

    rows: dict[str, str]
    columns: dict[str, str]

    def cell(self, row: str, column: str) -> str:
        """A cell's name."""
        return f"{self.rows[row]} · {self.columns[column]}"


def words(view: View, result: CrossingResult) -> Words:
    """The words for the labels of both sides."""
    return Words(
        classes.labels(view, view.params.rows, result.row_labels),
        classes.labels(view, view.params.columns, result.column_labels),
    )


def key(row: str, column: str) -> str:
    """What a cell, or with one side empty a row or a column, is called in the link."""
    return f"{row}|{column}"


def names(result: CrossingResult, said: Words) -> dict[str, str]:
    """Everything that can be selected and holds somebody, by key: rows, columns, cells."""
    rows = {key(label, ""): said.rows[label] for label in _filled(result.rows)}
    columns = {key("", label): said.columns[label] for label in _filled(result.columns)}
    cells = result.cells[result.cells["customers"] > 0]
    return rows | columns | {key(one.row, one.column): said.cell(one.row, one.column) for one in cells.itertuples()}


def members(result: CrossingResult, selected: str | None) -> "pd.Series[bool] | slice":
    """Which customers a key selects."""
    if selected is None:
        return slice(None)
    # A label of the company's own may have a bar in it.
    for row in (*result.row_labels, ""):
        column = selected.removeprefix(f"{row}|")
        if selected.startswith(f"{row}|") and column in (*result.column_labels, ""):
            table = result.customers
            inside = pd.Series(True, index=table.index)
            inside &= (table["row"] == row) | (not row)
            return inside & ((table["column"] == column) | (not column))
    return slice(None)


def _filled(side: pd.DataFrame) -> list[str]:
    return list(side.loc[side["customers"] > 0, "label"])


def claims(result: CrossingResult, more: bool) -> pd.DataFrame:
    """Cells with more, or fewer, customers than chance would bring, the strongest first."""
    found = result.cells[result.cells["claim"] & ((result.cells["residual"] > 0) == more)]
    return found.sort_values("residual", ascending=not more, kind="stable")


def title(view: View, result: CrossingResult, said: Words) -> str:
    """The finding: the two classes that go together most, if any do beyond chance."""
    sides = (classes.name(view.params.rows), classes.name(view.params.columns))
    if view.params.rows == view.params.columns:
        return _("{name} by itself: choose another side").format(name=sides[0])
    found = claims(result, more=True)
    if found.empty or not result.p_value < SURE:
        return _("No clear link between {rows} and {columns}").format(rows=sides[0], columns=sides[1])
    top = found.iloc[0]
    return _("{row} and {column} go together: {n}, {times} times what chance would bring").format(
        row=said.rows[top["row"]],
        column=said.columns[top["column"]],
        n=terms.customers(int(top["customers"])),
        times=_times(top["customers"] / top["expected"]),
    )


def _times(ratio: float) -> str:
    return number(ratio, 1 if ratio < 9.95 else 0)


def strength(result: CrossingResult) -> str:
    """Cramér's V in a word."""
    if not result.p_value < SURE:
        return _("not clear")
    if result.cramers_v < SOME:
        return _("hardly any")
    return _("some") if result.cramers_v < STRONG else _("strong")


def figures(view: View, result: CrossingResult, said: Words) -> list[layout.Figure]:
    """The four figures."""
    largest = result.cells.loc[result.cells["customers"].idxmax()]
    tested = int((result.cells["expected"] >= FEWEST_EXPECTED).sum())
    v = _("V = {v}").format(v=number(result.cramers_v, 2)) if result.cramers_v == result.cramers_v else NOTHING
    chance = _("as if the two had nothing to do with each other")
    more = _("Cells with more customers than expected, {chance}; 95 %, over all cells together.").format(chance=chance)
    fewer = _("Cells with fewer customers than expected, {chance}; 95 %, over all cells together.").format(
        chance=chance
    )
    of = _("of {n} cells tested").format(n=number(tested))
    help_ = _("Cramér’s V: 0 is no link, 1 a complete one. Below {some} hardly any, from {strong} strong.")
    return [
        layout.Figure(
            _("Link"), strength(result), v, help=help_.format(some=number(SOME, 1), strong=number(STRONG, 1))
        ),
        layout.Figure(_("More than chance"), number(len(claims(result, True))), of, help=more),
        layout.Figure(_("Fewer than chance"), number(len(claims(result, False))), of, help=fewer),
        layout.Figure(
            _("Largest cell"),
            number(largest["customers"]),
            percent(largest["customer_share"]),
            said.cell(largest["row"], largest["column"]),
            help=money(largest["revenue"], view.currency),
        ),
    ]


def actions(view: View, result: CrossingResult, said: Words) -> list[layout.Action]:
    """What to do: the two strongest meetings, and the one that is most missing; nothing where the link is not clear."""
    if view.params.rows == view.params.columns or not result.p_value < SURE:
        return []
    more, fewer = claims(result, True), claims(result, False)
    fewest = min(len(fewer), 1)
    points = [
        _action(view, one, said.cell(one.row, one.column) + ".", _advice(view, one))
        for one in more.head(POINTS - fewest).itertuples()
    ]
    rare = _("Find out what keeps them apart, or where there is room to grow.")
    return points + [
        _action(view, one, _("Rare: {cell}.").format(cell=said.cell(one.row, one.column)), rare)
        for one in fewer.head(fewest).itertuples()
    ]


def _action(view: View, one: Any, lead: str, advice: str) -> layout.Action:
    text = _("{n}, {expected} expected; {money}. {advice}").format(
        n=terms.customers(one.customers),
        expected=number(one.expected),
        money=money(one.revenue, view.currency),
        advice=advice,
    )
    label = _("See them") if one.customers else ""
    return layout.Action(lead, text, label, select=key(one.row, one.column) if one.customers else "")


def _advice(view: View, one: Any) -> str:
    for side, label in ((view.params.rows, one.row), (view.params.columns, one.column)):
        if side == "rfm_segment":
            return terms.segment_advice(label, view.data.segment_rules)
    return _("Speak to them as one group.")


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


def matrix_figure(
    view: View, result: CrossingResult, said: Words, drawn: Grid, by: str, selected: str | None
) -> go.Figure:
    """The matrix; ``by`` ("customers" or "revenue") is what is written, the colour is the distance from chance."""
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
            cells.append(_cell(view, result, said, one, (down, across), by))
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


def _cell(view: View, result: CrossingResult, said: Words, one: Any, place: tuple[str, str], by: str) -> matrix.Cell:
    mark = ("▲ " if one.residual > 0 else "▼ ") if one.claim else ""
    across = result.rows.set_index("label")["customers"]
    who = number(one.customers)
    brought = money(one.revenue, view.currency)
    first, second = (who, percent(one.customer_share)) if by == "customers" else (brought, percent(one.revenue_share))
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
            note=told[bool(one.claim)],
        ),
        faint=not tested,
    )


def _total(view: View, side: pd.DataFrame, label: str, by: str) -> str:
    row = side[side["label"] == label].iloc[0]
    return number(row["customers"]) if by == "customers" else money(row["revenue"], view.currency)


def note(drawn: Grid) -> str:
    """How to read the matrix, in a line."""
    read = _("Blue ▲: more than chance would bring, orange ▼: fewer; pale: too few to tell")
    if not drawn.left_out:
        return read
    return read + ". " + _("The largest are drawn, {n} smaller ones are in the download.").format(n=drawn.left_out)


def columns(view: View, result: CrossingResult, said: Words) -> Sequence[layout.Column]:
    """Columns of the customers' table."""
    return [
        layout.Column("row", classes.name(view.params.rows), "text", said.rows),
        layout.Column("column", classes.name(view.params.columns), "text", said.columns),
        layout.Column("revenue", terms.value(result.value).capitalize(), "money"),
    ]
