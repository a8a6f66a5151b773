"""Cuts and scores in which equal values always get equal classes, whatever the order of rows."""

import numpy as np
from numpy.typing import NDArray

from core.radix import rising


def equal_count_cuts(values: NDArray, groups: int) -> NDArray:
    """The values above which each next group begins, for groups of equal size.

    A value's score is 1 + floor(groups x share of values strictly below it), so it reaches score ``k + 1`` exactly when it is above
    the ``ceil(k n / groups)``-th smallest value.

    Parameters
    ----------
    values : ndarray, shape (n,), n > 0
    groups : int

    Returns
    -------
    ndarray, shape (groups - 1,)
    """
    n = len(values)
    positions = [-(-k * n // groups) - 1 for k in range(1, groups)]
    return np.partition(values, positions)[positions]


def equal_width_cuts(values: NDArray, groups: int) -> NDArray:
    """The values above which each next group begins, for groups equally wide between the smallest and the largest value.

    Whole numbers have whole cuts: those not above a border are exactly those not above the whole number under it.

    Parameters
    ----------
    values : ndarray, shape (n,), n > 0
    groups : int

    Returns
    -------
    ndarray, shape (groups - 1,)
    """
    low, high = values.min().item(), values.max().item()
    if isinstance(low, int):
        return np.array([low + k * (high - low) // groups for k in range(1, groups)], dtype=values.dtype)
    return np.array([low + k * (high - low) / groups for k in range(1, groups)])


def score(values: NDArray, cuts: NDArray) -> NDArray[np.int8]:
    """Scores from 1: one more than the number of cuts that a value is above.

    Parameters
    ----------
    values : ndarray, shape (n,)
    cuts : ndarray, shape (groups - 1,), not falling

    Returns
    -------
    ndarray of int8, shape (n,)
    """
    scores = np.ones(len(values), dtype=np.int8)
    for cut in cuts:
        scores += values > cut
    return scores


def falling_order(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Positions of whole numbers, largest first; equal ones keep their order.

    Parameters
    ----------
    values : ndarray of int64, shape (n,)

    Returns
    -------
    ndarray of int64, shape (n,)
    """
    if not len(values):
        return np.empty(0, dtype=np.int64)
    # Unsigned, so that the distance of two numbers of either sign fits.
    return rising((values.max() - values).view(np.uint64))


def cumulative_shares(falling: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each value the share of the positive total before it and up to it.

    Parameters
    ----------
    falling : ndarray of int64, shape (n,)
        Largest first, as :func:`falling_order` puts them.

    Returns
    -------
    before, upto : ndarray of float64, shape (n,)
        What strictly larger values hold, and what values at least as large hold; NaN where the value is not positive.
    """
    before, upto = np.full((2, len(falling)), np.nan)
    positive = falling[: np.count_nonzero(falling > 0)]
    if len(positive):
        running = np.cumsum(positive)
        first = np.flatnonzero(np.r_[True, positive[1:] != positive[:-1]])
        size = np.diff(np.r_[first, len(positive)])
        at_end = running[first + size - 1] / running[-1]
        upto[: len(positive)] = np.repeat(at_end, size)
        before[: len(positive)] = np.repeat(np.r_[0.0, at_end[:-1]], size)
    return before, upto


def top_share(values: NDArray[np.float64], share: float = 0.2) -> float:
    """Share of the positive total that the top ``share`` of all values bring; a value on the border counts in part."""
    positive = values[values > 0]
    if not len(positive):
        return float("nan")
    whole, part = divmod(share * len(values), 1.0)
    place = int(whole)
    if place >= len(positive):
        return 1.0
    falling = -np.partition(-positive, place)
    return float((falling[:place].sum() + falling[place] * part) / positive.sum())
