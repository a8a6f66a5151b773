"""Money as whole numbers: one unit is 0.0001 of the currency, so sums are exact in every order and engine."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

SCALE = 10_000


def to_currency(units: ArrayLike) -> NDArray[np.float64]:
    """Whole money units as amounts of the currency (float64, same shape)."""
    return np.asarray(units, dtype=np.int64) / SCALE
