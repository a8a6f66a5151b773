"""How well a score tells two classes apart: the area under the ROC curve with its interval, and of two scores their difference."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from core.stats import normal_quantile, two_sided_p

Floats = NDArray[np.float64]


class Auc(NamedTuple):
    """An area and its 95 % interval; NaN where a class is empty."""

    value: float
    low: float
    high: float


class _Parts(NamedTuple):
    value: float
    ones: Floats
    zeros: Floats


def _parts(hit: NDArray[np.bool_], score: Floats) -> _Parts:
    """The area and what each deal of either class adds to it."""
    ones, zeros = score[hit], score[~hit]
    ranks = rankdata(np.concatenate([ones, zeros]))
    m, n = len(ones), len(zeros)
    v10 = (ranks[:m] - rankdata(ones)) / n
    v01 = 1 - (ranks[m:] - rankdata(zeros)) / m
    return _Parts(float(v10.mean()), v10, v01)


def auc(hit: NDArray[np.bool_], score: Floats) -> Auc:
    """The chance that a hit has a higher score than another, ties counted half.

    Notes
    -----
    Interval: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837-845.
    """
    if hit.sum() < 2 or (~hit).sum() < 2:
        return Auc(float("nan"), float("nan"), float("nan"))
    parts = _parts(hit, score)
    error = np.sqrt(np.var(parts.ones, ddof=1) / len(parts.ones) + np.var(parts.zeros, ddof=1) / len(parts.zeros))
    half = normal_quantile() * float(error)
    return Auc(parts.value, max(parts.value - half, 0.0), min(parts.value + half, 1.0))


def difference(hit: NDArray[np.bool_], score: Floats, other: Floats) -> tuple[float, float, float, float]:
    """By how much one score's area exceeds another's on the same deals: value, 95 % interval, p; NaN where it can't differ."""
    if hit.sum() < 2 or (~hit).sum() < 2:
        return (float("nan"),) * 4
    a, b = _parts(hit, score), _parts(hit, other)
    error = float(
        np.sqrt(np.var(a.ones - b.ones, ddof=1) / len(a.ones) + np.var(a.zeros - b.zeros, ddof=1) / len(a.zeros))
    )
    value, half = a.value - b.value, normal_quantile() * error
    p = float(two_sided_p(value / error)) if error > 0 else float("nan")
    return value, value - half, value + half, p
