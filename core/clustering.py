"""K-means clusters, how many of them, and whether they come back when the customers are drawn anew.

Nothing here knows what the points are. Every draw has a fixed seed, and points are put in an order of their own first, so that
results don't depend on the order they come in.
"""

import warnings
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import silhouette_score
from threadpoolctl import threadpool_limits

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
ClusterVerdict = Literal["valid", "doubtful", "unstable"]
Verdict = Literal["natural", "constructive", "unstable"]

FIT_SAMPLE = 50_000
_CHECK_SAMPLE = 2_000
_SILHOUETTE_SAMPLE = 1_500
_RESAMPLES = 16
_STARTS = 5
_FINAL_STARTS = 8
_SEED = 20_070_615
_CHUNK = 65_536

# Hennig (2007): clusters whose mean Jaccard similarity is at least 0.75 are valid, below 0.6 they should not be trusted.
VALID, DOUBTFUL = 0.75, 0.60
# Steinley (2004): an adjusted Rand index above 0.8 is good recovery, below 0.65 poor.
GOOD, POOR = 0.80, 0.65
# How much agreement may be given up for a finer answer.
TOLERANCE = 0.05
# Natural groups: a silhouette above 0.25 (Kaufman & Rousseeuw 1990: below it no substantial structure), and by so much above that of
# one cloud of the same spread.
_STRUCTURE = 0.25
_APART = 0.05


@dataclass(frozen=True)
class Check:
    """How well one number of clusters comes back.

    Parameters
    ----------
    k : int
    agreement, low, high : float
        Mean adjusted Rand index over all pairs of resamples, and the middle 95 % of the pairs.
    jaccard : tuple of float, length k
        Per cluster of the answer for all, the mean over resamples of its best match's Jaccard similarity.
    silhouette : float
    """

    k: int
    agreement: float
    low: float
    high: float
    jaccard: tuple[float, ...]
    silhouette: float


@dataclass(frozen=True, eq=False)
class Clusters:
    """Clusters of points.

    Parameters
    ----------
    centres : ndarray, shape (k, axes)
    labels : ndarray of int64, shape (points,)
    checks : tuple of Check
        One for each number of clusters that was tried.
    chosen : Check
    verdict : {"natural", "constructive", "unstable"}
    """

    centres: Floats
    labels: Labels
    checks: tuple[Check, ...]
    chosen: Check
    verdict: Verdict


def find_clusters(points: Floats, sample: NDArray[np.int64], ks: tuple[int, ...]) -> Clusters:
    """Cluster points, choosing how many clusters by how well they come back.

    Parameters
    ----------
    points : ndarray, shape (n, axes)
    sample : ndarray of int64
        Positions of the points to fit on.
    ks : tuple of int
        Numbers of clusters to try.

    Returns
    -------
    Clusters
    """
    # One thread: sums are then in one order, and under load it is ten times faster than many.
    with threadpool_limits(limits=1):
        fitted = points[sample]
        fitted = fitted[np.lexsort(fitted.T[::-1])]
        rng = np.random.default_rng(_SEED)
        subset = fitted
        if len(fitted) > _CHECK_SAMPLE:
            subset = fitted[np.sort(rng.choice(len(fitted), _CHECK_SAMPLE, replace=False))]
        drawn = [rng.integers(0, len(subset), len(subset)) for _ in range(_RESAMPLES)]
        tried = [_check(subset, k, drawn) for k in ks]
        chosen = choose([check for check, _, _ in tried])
        start, again = next((centres, again) for check, centres, again in tried if check is chosen)
        # The answer that was checked, settled on the whole sample.
        centres = _kmeans(KMeans(chosen.k, init=start, n_init=1), fitted)
        final = replace(chosen, jaccard=_jaccard(assign(subset, centres), again, chosen.k))
        checks = tuple(final if check is chosen else check for check, _, _ in tried)
        return Clusters(centres, assign(points, centres), checks, final, _verdict(final, subset))


def choose(checks: list[Check]) -> Check:
    """The finest answer that comes back.

    The largest k whose every cluster is valid (Jaccard at least 0.75) and whose agreement is good (at least 0.8) and within
    0.05 of the best; where there is none, the k of the best agreement, and of equal ones that of the best silhouette.
    """
    best = max(check.agreement for check in checks)
    fine = [check for check in checks if check.agreement >= max(best - TOLERANCE, GOOD) and min(check.jaccard) >= VALID]
    if fine:
        return max(fine, key=lambda check: check.k)
    return max(checks, key=lambda check: (round(check.agreement, 2), check.silhouette))


def cluster_verdict(jaccard: float) -> ClusterVerdict:
    """A cluster's verdict by its mean Jaccard similarity (Hennig 2007)."""
    return "valid" if jaccard >= VALID else "doubtful" if jaccard >= DOUBTFUL else "unstable"


def fit_kmeans(points: Floats, k: int, starts: int, seed: int = _SEED) -> Floats:
    """Centres of the best of several k-means runs, shape (at most k, axes)."""
    return _kmeans(KMeans(k, n_init=starts, random_state=seed), points)


def assign(points: Floats, centres: Floats) -> Labels:
    """The nearest centre of each point."""
    half = (centres**2).sum(axis=1) / 2
    labels = np.empty(len(points), dtype=np.int64)
    for start in range(0, len(points), _CHUNK):
        part = slice(start, start + _CHUNK)
        labels[part] = np.argmin(half - points[part] @ centres.T, axis=1)
    return labels


def adjusted_rand(one: Labels, other: Labels) -> float:
    """Adjusted Rand index of two labelings (Hubert & Arabie 1985, equation 5)."""
    table = _crossed(one, other)
    n = table.sum()
    both, rows, columns = _pairs(table).sum(), _pairs(table.sum(axis=1)).sum(), _pairs(table.sum(axis=0)).sum()
    expected = rows * columns / _pairs(n)
    largest = (rows + columns) / 2
    return float((both - expected) / (largest - expected)) if largest != expected else 1.0


def jaccard_of_best(labels: Labels, resampled: list[Labels], k: int) -> Floats:
    """Per cluster the mean over resamples of the best Jaccard similarity with one of theirs (Hennig 2007, shape (k,))."""
    similar = np.zeros(k)
    for again in resampled:
        table = _crossed(labels, again, k)
        union = table.sum(axis=1, keepdims=True) + table.sum(axis=0, keepdims=True) - table
        similar += (table / np.maximum(union, 1)).max(axis=1)
    return similar / len(resampled)


def _kmeans(model: KMeans, points: Floats) -> Floats:
    with warnings.catch_warnings():
        # Fewer different points than clusters is not worth a warning here.
        warnings.simplefilter("ignore", ConvergenceWarning)
        centres: Floats = model.fit(points).cluster_centers_
    return centres


def _check(points: Floats, k: int, drawn: list[NDArray[np.int64]]) -> tuple[Check, Floats, list[Labels]]:
    again = [assign(points, fit_kmeans(points[rows], k, _STARTS, _SEED + i)) for i, rows in enumerate(drawn)]
    agreements = [adjusted_rand(again[i], again[j]) for i in range(len(again)) for j in range(i)]
    centres = fit_kmeans(points, k, _FINAL_STARTS)
    labels = assign(points, centres)
    low, high = np.quantile(agreements, [0.025, 0.975])
    check = Check(
        k,
        float(np.mean(agreements)),
        float(low),
        float(high),
        _jaccard(labels, again, k),
        _silhouette(points, labels),
    )
    return check, centres, again


def _jaccard(labels: Labels, again: list[Labels], k: int) -> tuple[float, ...]:
    return tuple(float(value) for value in jaccard_of_best(labels, again, k))


def _verdict(check: Check, points: Floats) -> Verdict:
    """Natural, made but stable, or unstable (after Dolnicar, Gruen & Leisch 2018, chapter 7).

    Stable groups are natural when they stand apart more than those that k-means cuts from one cloud of the same covariance.
    """
    if check.agreement < POOR:
        return "unstable"
    if check.agreement < GOOD or min(check.jaccard) < DOUBTFUL:
        return "constructive"
    made = max(_silhouette(cloud, assign(cloud, fit_kmeans(cloud, check.k, _STARTS))) for cloud in _clouds(points))
    return "natural" if check.silhouette >= max(made + _APART, _STRUCTURE) else "constructive"


def _clouds(points: Floats) -> tuple[Floats, Floats]:
    """One Gaussian cloud and one even box with the covariance of the points."""
    rng = np.random.default_rng(_SEED)
    spread, directions = np.linalg.eigh(np.cov(points.T).reshape(points.shape[1], -1))
    axes = directions * np.sqrt(np.maximum(spread, 0.0))
    even = rng.uniform(-np.sqrt(3.0), np.sqrt(3.0), points.shape)
    return rng.normal(size=points.shape) @ axes.T, even @ axes.T


def _silhouette(points: Floats, labels: Labels) -> float:
    step = -(-len(points) // _SILHOUETTE_SAMPLE)
    some, named = points[::step], labels[::step]
    if not 1 < len(np.unique(named)) < len(named):
        return float("nan")
    return float(silhouette_score(some, named))


def _crossed(one: Labels, other: Labels, k: int = 0) -> NDArray[np.int64]:
    rows, columns = max(k, int(one.max()) + 1), int(other.max()) + 1
    return np.bincount(one * columns + other, minlength=rows * columns).reshape(rows, columns)


def _pairs(n: NDArray[np.int64]) -> NDArray[np.float64]:
    return n * (n - 1) / 2.0
