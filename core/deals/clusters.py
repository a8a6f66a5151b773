"""Intervals of shares and means over deals of which several can be of one account."""

import numpy as np
from numpy.typing import NDArray

from core.stats import normal_quantile

Floats = NDArray[np.float64]


def account_codes(accounts: NDArray[np.object_]) -> NDArray[np.int64]:
    """One number an account; a deal without one is an account of its own."""
    names, codes = np.unique(np.where([one is None for one in accounts], "", accounts).astype(str), return_inverse=True)
    codes = codes.astype(np.int64)
    alone = np.flatnonzero([one is None for one in accounts])
    codes[alone] = len(names) + np.arange(len(alone))
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)


def clustered_error(parts: Floats, cluster: NDArray[np.int64]) -> float:
    """Standard error of a sum of linearised parts, one a deal, that sum to about 0; NaN below two accounts.

    Notes
    -----
    Taylor linearisation with clusters (Cochran 1977, Sampling Techniques, chapter 9).
    """
    sums = np.bincount(cluster, weights=parts)
    used = np.bincount(cluster) > 0
    n = int(used.sum())
    return float(np.sqrt(n * np.var(sums[used], ddof=1))) if n > 1 else float("nan")


def ratio(numerator: Floats, denominator: Floats, cluster: NDArray[np.int64]) -> tuple[float, float, float]:
    """A ratio of two sums over deals with its 95 % interval, clustered by account; NaN where the denominator is 0.

    Parameters
    ----------
    numerator, denominator : ndarray of float64, shape (n,)
    cluster : ndarray of int, shape (n,)
    """
    total = denominator.sum()
    if not len(denominator) or total == 0:
        return float("nan"), float("nan"), float("nan")
    value = float(numerator.sum() / total)
    half = normal_quantile() * clustered_error((numerator - value * denominator) / total, cluster)
    return value, value - half, value + half
