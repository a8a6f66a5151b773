"""Results as a table for a terminal and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """Something wanted, what was measured, and whether that is enough.

    Parameters
    ----------
    note : str
        What helps to judge it: on a busy machine the clock says little.
    """

    name: str
    wanted: float
    measured: float
    met: bool
    note: str = ""

    def __str__(self) -> str:
        mark, note = "met    " if self.met else "NOT MET", f" ({self.note})" if self.note else ""
        return f"{mark} {self.name}: wanted {self.wanted:,.0f}, measured {self.measured:,.1f}{note}"


def as_table(header: Sequence[str], rows: Sequence[Sequence[str | float]]) -> str:
    """Columns aligned, numbers to the right."""
    cells = [list(header), *([cell if isinstance(cell, str) else f"{cell:,.1f}" for cell in row] for row in rows)]
    wide = [max(len(row[place]) for row in cells) for place in range(len(header))]
    right = [not isinstance(cell, str) for cell in rows[0]]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, wide, right, strict=True)
        )
        for row in cells
    )
