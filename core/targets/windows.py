"""The last months and the same months a year before."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.days import to_day
from core.features import Selection
from core.timeline import Timeline, months_before

_YEAR = 12


@dataclass(frozen=True, eq=False)
class Windows:
    """Two windows, a year apart.

    Parameters
    ----------
    when : Timeline
        Its ends are those of both windows; :attr:`BEFORE` and :attr:`LAST` are their steps.
    seen, whole : int
        Days of the earlier window that the data show, and all of them.
    """

    when: Timeline
    seen: int
    whole: int
    BEFORE, LAST = 1, -1

    @classmethod
    def of(cls, selection: Selection, months: int) -> "Windows":
        """The windows that end with a selection.

        Parameters
        ----------
        selection : Selection
        months : int
            Of each, 12 at most.
        """
        # A window of twelve months begins where the earlier one ends.
        back = dict.fromkeys((_YEAR + months, _YEAR, months, 0))
        ends = tuple(months_before(selection.as_of, one) for one in back)
        first = selection.filters.first
        begin = max(int(selection.history.day.min()), to_day(first) if first else 0)
        whole = ends[cls.BEFORE] - ends[0]
        seen = max(ends[cls.BEFORE] - max(ends[0] + 1, begin) + 1, 0)
        return cls(Timeline(selection, "revenue", ends), seen, whole)

    def revenue(self, step: int) -> NDArray[np.int64]:
        """Matching revenue of each customer in one of the two, in units; shape (customers,)."""
        steps = self.when.matching
        money = np.zeros(self.when.selection.history.n_customers, dtype=np.int64)
        part = steps.of(step % len(steps))
        money[steps.group[part]] = steps.money[part]
        return money
