"""Named RFM segments: which cells of the cube belong to which."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

SEGMENTS: tuple[str, ...] = (
    "champions",
    "loyal",
    "potential_loyalist",
    "new",
    "promising",
    "need_attention",
    "about_to_sleep",
    "at_risk",
    "cant_lose",
    "hibernating",
    "lost",
)

# (recency, frequency, value levels) -> segment; 1 low, 2 middle, 3 high. Every cell is in exactly one row.
RULES: tuple[tuple[str, str, str, str], ...] = (
    ("champions", "3", "3", "3"),
    ("loyal", "3", "3", "12"),
    ("loyal", "2", "3", "123"),
    ("potential_loyalist", "3", "2", "23"),
    ("promising", "3", "2", "1"),
    ("promising", "3", "1", "23"),
    ("new", "3", "1", "1"),
    ("need_attention", "2", "2", "23"),
    ("about_to_sleep", "2", "2", "1"),
    ("about_to_sleep", "2", "1", "123"),
    ("cant_lose", "1", "3", "3"),
    ("at_risk", "1", "3", "12"),
    ("at_risk", "1", "2", "23"),
    ("hibernating", "1", "2", "1"),
    ("hibernating", "1", "1", "23"),
    ("lost", "1", "1", "1"),
)


def level(group: int, groups: int) -> int:
    """Low (1), middle (2) or high (3) for a score from 1 to ``groups``."""
    place = (group - 1) / (groups - 1)
    return 1 if place < 1 / 3 else 2 if place <= 2 / 3 else 3


@cache
def segment_table(groups: int) -> NDArray[np.int16]:
    """Position in :data:`SEGMENTS` of each cell of the cube.

    Parameters
    ----------
    groups : int
        Groups on each axis.

    Returns
    -------
    ndarray of int16, shape (groups, groups, groups)
        Indexed by recency, frequency and value score less one.
    """
    table = np.full((groups, groups, groups), -1, dtype=np.int16)
    levels = [str(level(group, groups)) for group in range(1, groups + 1)]
    for segment, recency, frequency, value in RULES:
        cells = np.ix_(*([mark in allowed for mark in levels] for allowed in (recency, frequency, value)))
        table[cells] = SEGMENTS.index(segment)
    return table


def rule_of(segment: str) -> tuple[tuple[str, str, str], ...]:
    """The rows of :data:`RULES` that make a segment, as (recency, frequency, value) levels."""
    return tuple((r, f, m) for name, r, f, m in RULES if name == segment)
