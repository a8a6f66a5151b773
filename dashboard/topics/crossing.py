"""Crossing: what stands out in words, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.analyses.crossing import CrossingResult
from dashboard import classes, layout, terms
from dashboard.topics.crossing_changes import CellChanges, strongest
from dashboard.view import View
from dashboard.words import NOTHING, _, money, number, percent, signed_number

FEWEST_EXPECTED = 5
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
    row, column = _labels(result, selected or "")
    if not row and not column:
        return slice(None)
    table = result.customers
    inside = pd.Series(True, index=table.index)
    inside &= (table["row"] == row) | (not row)
    return inside & ((table["column"] == column) | (not column))


def _labels(result: CrossingResult, selected: str) -> tuple[str, str]:
    """The labels that a key names, "" for all of a side."""
    # A label of the company's own may have a bar in it.
    for row in (*result.row_labels, ""):
        column = selected.removeprefix(f"{row}|")
        if selected.startswith(f"{row}|") and column in (*result.column_labels, ""):
            return row, column
    return "", ""


def segment(view: View, result: CrossingResult, selected: str | None, name: str) -> layout.Segment:
    """What is selected, for the page of profiles."""
    row, column = _labels(result, selected or "")
    both = {(view.params.rows, row): row, (view.params.columns, column): column}
    return layout.Segment(name, tuple(pair for pair, label in both.items() if label))


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


def figures(view: View, result: CrossingResult, said: Words, changed: CellChanges | None = None) -> list[layout.Figure]:
    """The four figures; where the reader compares, the last one is the largest change."""
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
        )
        if changed is None
        else _largest_change(said, changed),
    ]


def _largest_change(said: Words, changed: CellChanges) -> layout.Figure:
    found = strongest(changed)
    if found is None:
        return layout.Figure(
            _("Largest change"), _("none"), _("no clear change"), changed.words, help=changed.definition
        )
    cell, row = found
    return layout.Figure(
        _("Largest change"),
        signed_number(row["change"]),
        said.cell(*cell),
        changed.words,
        help=changed.definition,
    )


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


def columns(view: View, result: CrossingResult, said: Words) -> Sequence[layout.Column]:
    """Columns of the customers' table."""
    return [
        layout.Column("row", classes.name(view.params.rows), "text", said.rows),
        layout.Column("column", classes.name(view.params.columns), "text", said.columns),
        layout.Column("revenue", terms.value(result.value).capitalize(), "money"),
    ]
