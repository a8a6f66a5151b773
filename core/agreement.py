"""How far two labelings of the same points agree, and which labels of one stand for which of the other."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Labels = NDArray[np.int64]
Floats = NDArray[np.float64]


def adjusted_rand(one: Labels, other: Labels) -> float:
    """Adjusted Rand index of two labelings (Hubert & Arabie 1985, equation 5)."""
    table = crossed(one, other)
    n = table.sum()
    both, rows, columns = _pairs(table).sum(), _pairs(table.sum(axis=1)).sum(), _pairs(table.sum(axis=0)).sum()
    expected = rows * columns / _pairs(n)
    largest = (rows + columns) / 2
    return float((both - expected) / (largest - expected)) if largest != expected else 1.0


def jaccard_of_best(labels: Labels, resampled: list[Labels], k: int) -> Floats:
    """Per cluster the mean over resamples of the best Jaccard similarity with one of theirs (Hennig 2007, shape (k,))."""
    similar = np.zeros(k)
    for again in resampled:
        similar += jaccard(crossed(labels, again, k)).max(axis=1)
    return similar / len(resampled)


def jaccard(table: NDArray[np.int64]) -> Floats:
    """Jaccard similarity of each label of one labeling with each of another, from their cross table."""
    union = table.sum(axis=1, keepdims=True) + table.sum(axis=0, keepdims=True) - table
    similar: Floats = table / np.maximum(union, 1)
    return similar


def match(labels: Labels, earlier: Labels, k: int, k_earlier: int, least: float) -> list[int | None]:
    """Which earlier label each label stands for.

    Parameters
    ----------
    labels, earlier : ndarray of int64, same shape
    k, k_earlier : int
        How many labels there are.
    least : float
        A pair needs such a Jaccard similarity.

    Returns
    -------
    list of int or None, length k
        Each earlier label at most once, so that the similarities add up to the most (Kuhn 1955); None for a new one.
    """
    table = np.zeros((k, k_earlier), dtype=np.int64)
    np.add.at(table, (labels, earlier), 1)
    similar = jaccard(table)
    found: list[int | None] = [None] * k
    for own, other in zip(*linear_sum_assignment(-similar), strict=True):
        if similar[own, other] >= least:
            found[own] = int(other)
    return found


def crossed(one: Labels, other: Labels, k: int = 0) -> NDArray[np.int64]:
    """Cross table of two labelings; at least ``k`` rows."""
    rows, columns = max(k, int(one.max()) + 1), int(other.max()) + 1
    return np.bincount(one * columns + other, minlength=rows * columns).reshape(rows, columns)


def _pairs(n: NDArray[np.int64]) -> NDArray[np.float64]:
    return n * (n - 1) / 2.0
