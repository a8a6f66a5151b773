"""Tiers of customers by predicted value, in which equal values stay together."""

import numpy as np
from numpy.typing import NDArray

from core.money import SCALE
from core.scoring import falling_order

TIERS = ("vip", "standard", "economy")


def tier_cuts(values: NDArray[np.float64], vip_share: float, standard_share: float) -> tuple[float, float]:
    """Smallest value of the first and of the second tier.

    A customer is in a tier when the share of customers with strictly more is below the tier's upper end.

    Parameters
    ----------
    values : ndarray of float64, shape (n,), n > 0
    vip_share, standard_share : float

    Returns
    -------
    tuple of float
    """
    n = len(values)
    # Rounded, so that 0.1 + 0.4 of 10 customers are 5 and not 4.999...
    limits = np.ceil(np.round(np.array([vip_share, vip_share + standard_share]) * n, 6)).astype(int)
    places = n - np.clip(limits, 1, n)
    vip, standard = np.partition(values, places)[places]
    return float(vip), float(standard)


def tier_of(values: NDArray[np.float64], cuts: tuple[float, float]) -> NDArray[np.int8]:
    """Position in :data:`TIERS` of each value."""
    vip, standard = cuts
    return np.where(values >= vip, 0, np.where(values >= standard, 1, 2)).astype(np.int8)


def falling(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Positions from the highest value down, equal ones in their own order.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Rounded to money units, in currency; all NaN where nothing is predicted.
    """
    if np.isnan(values).any():
        return np.argsort(-values, kind="stable")
    return falling_order(np.rint(values * SCALE).astype(np.int64))
