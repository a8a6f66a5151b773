"""Intervals and tests that several analyses share."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

SMALL_N = 30


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


def total_interval(per_customer: ArrayLike, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of a sum over customers, customers being the units that were drawn.

    Parameters
    ----------
    per_customer : array_like, shape (n,)
        One number a customer, for example revenue after less revenue before.

    Returns
    -------
    low, high : float
        NaN for fewer than two customers.
    """
    values = np.asarray(per_customer, dtype=np.float64)
    if len(values) < 2:
        return float("nan"), float("nan")
    half = normal_quantile(confidence) * float(np.sqrt(len(values)) * values.std(ddof=1))
    total = float(values.sum())
    return total - half, total + half


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
