"""Intervals and tests that several analyses share."""

from dataclasses import dataclass
from math import erfc, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

SMALL_N = 30

_ERFC = np.frompyfunc(erfc, 1, 1)


def normal_quantile(confidence: float = 0.95) -> float:
    """How many standard errors a two-sided interval reaches to either side."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(successes: ArrayLike, trials: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Wilson score interval of a share, one trial per customer.

    Parameters
    ----------
    successes, trials : array_like, same shape
    confidence : float

    Returns
    -------
    low, high : ndarray of float64
        NaN where there are no trials.

    Notes
    -----
    Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.
    """
    k = np.asarray(successes, dtype=np.float64)
    n = np.asarray(trials, dtype=np.float64)
    z2 = normal_quantile(confidence) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k / n
        centre = (share + z2 / (2 * n)) / (1 + z2 / n)
        half = np.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
        # At 0 and n the bound is exactly 0 and 1; rounding must not miss it.
        low = np.where(k <= 0, 0.0, np.maximum(centre - half, 0.0))
        high = np.where(k >= n, 1.0, np.minimum(centre + half, 1.0))
    missing = n <= 0
    return np.where(missing, np.nan, low), np.where(missing, np.nan, high)


def two_sided_p(z: ArrayLike) -> Floats:
    """Probability of a standard normal at least as far from 0, same shape; NaN stays."""
    far = np.abs(np.asarray(z, dtype=np.float64)) / sqrt(2)
    return np.asarray(_ERFC(far), dtype=np.float64)


def poisson_change(change: ArrayLike, squares: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats, Floats]:
    """Intervals of changes of totals over customers, paired by customer.

    Parameters
    ----------
    change, squares : array_like, same shape
        Sum over customers of what each adds to the change (after less before), and the sum of its squares.
    confidence : float

    Returns
    -------
    low, high, p_value : ndarray of float64
        The p-value is two-sided and normal; NaN where nobody changed.

    Notes
    -----
    The Poisson bootstrap (Hanley & MacGibbon 2006, Comput. Methods Programs Biomed. 83, 57-62) in closed form: resamples that count
    each customer a Poisson(1) number of times have the mean ``change`` and the variance ``squares``.
    """
    total = np.asarray(change, dtype=np.float64)
    error = np.sqrt(np.asarray(squares, dtype=np.float64))
    half = normal_quantile(confidence) * error
    with np.errstate(divide="ignore", invalid="ignore"):
        return total - half, total + half, two_sided_p(np.where(error > 0, total / error, np.nan))


def ratio_interval(
    numerator: ArrayLike, denominator: ArrayLike, confidence: float = 0.95
) -> tuple[float, float, float]:
    """A ratio of two sums over customers with its linearised interval, clustered by customer.

    Parameters
    ----------
    numerator, denominator : array_like, shape (n,)
        Per customer, for example revenue and orders.

    Returns
    -------
    ratio, low, high : float
        NaN where the denominator is 0.

    Notes
    -----
    Taylor linearisation (Cochran 1977, Sampling Techniques, chapter 6).
    """
    y = np.asarray(numerator, dtype=np.float64)
    x = np.asarray(denominator, dtype=np.float64)
    total = x.sum()
    if total == 0 or len(x) == 0:
        return float("nan"), float("nan"), float("nan")
    ratio = y.sum() / total
    if len(x) < 2:
        return float(ratio), float("nan"), float("nan")
    error = np.sqrt(len(x) * np.var(y - ratio * x, ddof=1)) / abs(total)
    half = normal_quantile(confidence) * error
    return float(ratio), float(ratio - half), float(ratio + half)


@dataclass(frozen=True)
class Change:
    """A ratio of sums over customers in two windows, and what can be claimed of its change.

    Parameters
    ----------
    before, after : float
    low, high : float
        95 % interval of ``after - before``, paired by customer.
    p_value : float
        Two-sided, normal; NaN where no error can be found.
    """

    before: float
    after: float
    low: float
    high: float
    p_value: float


def paired_change(
    after: tuple[ArrayLike, ArrayLike | float], before: tuple[ArrayLike, ArrayLike | float], confidence: float = 0.95
) -> Change:
    """Change of a total or of a ratio between two windows over the same customers.

    Parameters
    ----------
    after, before : tuple of (numerator, denominator)
        Arrays of shape (n,), one number a customer; a denominator of 1.0 means a plain total.
    confidence : float

    Returns
    -------
    Change

    Notes
    -----
    Linearised: each customer's part in the difference is (y - R x) / X in the one window less the same in the other; the parts'
    spread gives the error, so what a customer does in both windows is not counted as independent.
    """
    new_value, new_parts = _parts(*after)
    old_value, old_parts = _parts(*before)
    parts = new_parts - old_parts
    n = len(parts)
    error = float(np.sqrt(n * np.var(parts, ddof=1))) if n > 1 else float("nan")
    difference = new_value - old_value
    half = normal_quantile(confidence) * error
    p_value = 2 * (1 - NormalDist().cdf(abs(difference) / error)) if error > 0 else float("nan")
    return Change(old_value, new_value, difference - half, difference + half, p_value)


def _parts(numerator: ArrayLike, denominator: ArrayLike | float) -> tuple[float, Floats]:
    y = np.asarray(numerator, dtype=np.float64)
    if isinstance(denominator, float):
        return float(y.sum()), y
    x = np.asarray(denominator, dtype=np.float64)
    total = x.sum()
    if total == 0:
        return float("nan"), np.full(len(y), np.nan)
    ratio = y.sum() / total
    return float(ratio), (y - ratio * x) / total


def benjamini_hochberg(p_values: ArrayLike, level: float = 0.05) -> NDArray[np.bool_]:
    """Which of several claims stand when the share of false ones is to stay below ``level``.

    Parameters
    ----------
    p_values : array_like, shape (k,)
        NaN never stands.

    Notes
    -----
    Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57, 289-300.
    """
    p = np.asarray(p_values, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(p))
    stands = np.zeros(len(p), dtype=np.bool_)
    ranked = known[np.argsort(p[known], kind="stable")]
    passed = np.flatnonzero(p[ranked] <= level * np.arange(1, len(ranked) + 1) / max(len(ranked), 1))
    if len(passed):
        stands[ranked[: passed[-1] + 1]] = True
    return stands
