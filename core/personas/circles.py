"""The core, the target and the near-target: how close customers are to the best ones."""

import numpy as np
from numpy.typing import NDArray

from core.personas.behaviour import Behaviour

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

CIRCLES = ("core", "target", "near_target", "other")
CORE, TARGET, NEAR_TARGET, OTHER = range(len(CIRCLES))
# A customer of the core who was asked answers at least so well on average (recommend, buy again, try other; 0 to 100).
SATISFIED = 60.0
_BEST = 2 / 3


def circles(behaviour: Behaviour, rows: Codes, loyalty: Floats) -> NDArray[np.int8]:
    """The circle of each customer of one kind, as far as purchases and answers tell.

    Parameters
    ----------
    behaviour : Behaviour
    rows : ndarray of int64, shape (n,)
        Positions of the customers of a kind.
    loyalty : ndarray, shape (n,)
        What they answered, 0 to 100; NaN where they were not asked.

    Returns
    -------
    ndarray of int8, shape (n,)
        Position in :data:`CIRCLES`. ``core``: active (bought within the time that three quarters of customers leave between purchases
        at most), in the best third by value and by purchases, at least two of these, and not dissatisfied where asked. ``target``:
        the other active ones. ``other``: those that are not. (``near_target`` is told by likeness to the core.)
    """
    frame = behaviour.frame.iloc[rows]
    gap = frame["gap_days"].quantile(0.75)
    horizon = frame["recency_days"].median() if np.isnan(gap) else gap
    active = (frame["recency_days"] <= horizon).to_numpy()
    often = (frame["frequency"] >= max(frame["frequency"].quantile(_BEST), 2)).to_numpy()
    much = (frame["value"] >= frame["value"].quantile(_BEST)).to_numpy()
    content = np.isnan(loyalty) | (loyalty >= SATISFIED)
    found = np.where(active, TARGET, OTHER)
    found[active & often & much & content] = CORE
    return found.astype(np.int8)
