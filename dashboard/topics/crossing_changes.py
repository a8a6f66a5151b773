"""How the cells of a crossing differ from an earlier time, each time by its own classes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.analyses.crossing import CrossingResult
from core.errors import BadParameterError, EmptyViewError
from dashboard import terms
from dashboard.topics.class_changes import class_changes
from dashboard.view import View
from dashboard.words import NBSP, _, money, number, signed_money, signed_number


@dataclass(frozen=True, eq=False)
class CellChanges:
    """What changed of each cell.

    Parameters
    ----------
    table : pandas.DataFrame
        See :func:`dashboard.topics.class_changes.class_changes`; by row and column, of the cells that are there now.
    total : pandas.Series
        The same of everybody in view.
    words : str
        What a change is against, for beside a figure.
    definition : str
    """

    table: pd.DataFrame
    total: Any
    words: str
    definition: str

    def of(self, row: str, column: str) -> Any:
        """The changes of a cell."""
        return self.table.loc[(row, column)]


def find(view: View, result: CrossingResult) -> CellChanges | None:
    """The changes since the time that the reader compares with; None without one, or when nobody could be classed then."""
    compared = view.comparison()
    if compared is None:
        return None
    try:
        earlier: CrossingResult = view.result(filters=compared.filters)
    except (EmptyViewError, BadParameterError):
        return None
    cells = pd.MultiIndex.from_frame(result.cells[["row", "column"]].astype(object))
    n = view.data.history.n_customers
    codes, held = np.full((2, n), -1), np.zeros((2, n))
    for at, table in enumerate((earlier.customers, result.customers)):
        who = table["customer"].to_numpy()
        # Cells that were there at the earlier time alone are not looked at, but count among all.
        place = cells.get_indexer(pd.MultiIndex.from_frame(table[["row", "column"]].astype(object)))
        codes[at, who] = np.where(place < 0, len(cells), place)
        held[at, who] = table["revenue"]
    changes = class_changes(codes, held, [[place] for place in range(len(cells))]).set_index(cells)
    total = class_changes(codes, held, [range(len(cells) + 1)]).iloc[0]
    text = _(
        "Changes {against}, each time by the classes of that time; only those that are more than chance are written."
    )
    return CellChanges(changes, total, compared.words, text.format(against=terms.against(compared)))


def written(changed: CellChanges, one: Any, by: str, currency: str) -> str:
    """A cell's change in a word: empty where it is within chance."""
    row = changed.of(one.row, one.column)
    if by == "customers":
        return signed_number(row["change"], metric=True) if row["claim"] else ""
    return signed_money(row["revenue_change"], currency, metric=True) if row["revenue_claim"] else ""


def from_to(changed: CellChanges, one: Any, by: str, currency: str) -> str:
    """From what to what a cell changed."""
    row = changed.of(one.row, one.column)
    text = _("{before} → {after}").replace(" ", NBSP)
    if by == "customers":
        return text.format(before=number(row["before"]), after=number(row["after"]))
    return text.format(before=money(row["revenue_before"], currency), after=money(row["revenue_after"], currency))


def strongest(changed: CellChanges) -> Any:
    """The cell whose number of customers changed most beyond chance, as its key and its row; None without any."""
    claimed = changed.table[changed.table["claim"].astype(bool)]
    if claimed.empty:
        return None
    key = claimed["change"].abs().idxmax()
    return key, claimed.loc[key]
