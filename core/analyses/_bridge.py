"""The bridge from one window's revenue to the next one's: each customer in one step, and the steps add up."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.money import to_currency

STEPS: tuple[str, ...] = (
    "new",
    "returned",
    "up",
    "unchanged",
    "down",
    "lost",
    "credits_only",
    "without_customer",
)
_PLACE = {name: np.int8(place) for place, name in enumerate(STEPS)}


@dataclass(frozen=True, eq=False)
class Windows:
    """What customers did in the two windows.

    Parameters
    ----------
    money : ndarray of int64, shape (2, customers)
        Money units.
    purchases : ndarray of int32, shape (2, customers)
    ordered : ndarray of bool, shape (customers,)
        Whether there was any order or credit.
    loose : tuple of int
        Money units of orders without a customer.
    """

    money: NDArray[np.int64]
    purchases: NDArray[np.int32]
    ordered: NDArray[np.bool_]
    loose: tuple[int, int]

    @property
    def totals(self) -> tuple[int, int]:
        """All matching money of each window."""
        before, after = (int(money.sum()) + loose for money, loose in zip(self.money, self.loose, strict=True))
        return before, after


def steps_of(windows: Windows, known: NDArray[np.bool_]) -> NDArray[np.int8]:
    """The step of each customer.

    Parameters
    ----------
    windows : Windows
    known : ndarray of bool, shape (customers,)
        Who had bought anything anywhere before the second window.

    Returns
    -------
    ndarray of int8, shape (customers,)
        Position in :data:`STEPS`; -1 for customers without an order or credit in either window.
    """
    before, after = windows.purchases > 0
    more = np.sign(windows.money[1] - windows.money[0])
    kept = np.select([more > 0, more < 0], [_PLACE["up"], _PLACE["down"]], _PLACE["unchanged"])
    came = np.where(known, _PLACE["returned"], _PLACE["new"])
    step = np.select(
        [before & after, after, before, windows.ordered], [kept, came, _PLACE["lost"], _PLACE["credits_only"]], -1
    )
    return step.astype(np.int8)


def bridge(windows: Windows, step: NDArray[np.int8]) -> pd.DataFrame:
    """Customers and money of each step: step, customers, revenue_before, revenue_after, change; steps of nobody too."""
    who = np.flatnonzero(step >= 0)
    place = step[who]
    money = np.zeros((2, len(STEPS)), dtype=np.int64)
    for window in (0, 1):
        # Whole numbers, so that the steps make the very total.
        np.add.at(money[window], place, windows.money[window][who])
        money[window][_PLACE["without_customer"]] = windows.loose[window]
    return pd.DataFrame(
        {
            "step": pd.Categorical(STEPS, categories=list(STEPS)),
            "customers": np.bincount(place, minlength=len(STEPS)),
            "revenue_before": to_currency(money[0]),
            "revenue_after": to_currency(money[1]),
            "change": to_currency(money[1] - money[0]),
        }
    )
