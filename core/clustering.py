"""How many clusters, and whether they come back when the customers are drawn anew.

Nothing here knows what the points are. Every draw has a fixed seed, and points are put in an order of their own first, so that
results don't depend on the order they come in.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import silhouette_score
from threadpoolctl import threadpool_limits

from core.agreement import adjusted_rand, jaccard_of_best
from core.partition import SEED, Method, Partition, fit, settle

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Rows = NDArray[np.int64]
ClusterVerdict = Literal["valid", "doubtful", "unstable"]
Verdict = Literal["natural", "constructive", "unstable"]

FIT_SAMPLE = 50_000
_CHECK_SAMPLE = 2_000
_SILHOUETTE_SAMPLE = 1_500
_RESAMPLES = 16
_STARTS = 5
_FINAL_STARTS = 8

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
        Where plain distances are those that decide.
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
    partition : Partition
    labels : ndarray of int64, shape (points,)
    checks : tuple of Check
        One for each number of clusters that was tried.
    chosen : Check
    verdict : {"natural", "constructive", "unstable"}
    """

    partition: Partition
    labels: Labels
    checks: tuple[Check, ...]
    chosen: Check
    verdict: Verdict


def find_clusters(points: Floats, sample: Rows, ks: tuple[int, ...], method: Method = "kmeans") -> Clusters:
    """Cluster points, choosing how many clusters by how well they come back.

    Parameters
    ----------
    points : ndarray, shape (n, axes)
    sample : ndarray of int64
        Positions of the points to fit on.
    ks : tuple of int
        Numbers of clusters to try.
    method : {"mixture", "kmeans"}

    Returns
    -------
    Clusters
    """
    # One thread: sums are then in one order, and under load it is ten times faster than many.
    with threadpool_limits(limits=1):
        fitted, subset = _samples(points, sample)
        drawn = _draws(len(subset))
        tried = [_check(method, subset, k, drawn) for k in ks]
        chosen = choose([check for check, _, _ in tried])
        start, again = next((made, again) for check, made, again in tried if check is chosen)
        # The answer that was checked, settled on the whole sample.
        partition = settle(method, fitted, start)
        final = replace(chosen, jaccard=_jaccard(partition.assign(subset), again, chosen.k))
        checks = tuple(final if check is chosen else check for check, _, _ in tried)
        verdict = _verdict(method, final, subset)
        return Clusters(partition, partition.assign(points), checks, final, verdict)


def keep_clusters(points: Floats, sample: Rows, kept: Partition, method: Method = "kmeans") -> Clusters | None:
    """Place points in clusters found earlier, without a new fit, and check that they still come back.

    Parameters
    ----------
    points : ndarray, shape (n, axes)
    sample : ndarray of int64
    kept : Partition
        Of the same space.
    method : {"mixture", "kmeans"}
        That ``kept`` was found by.

    Returns
    -------
    Clusters or None
        None when the same number of clusters, found anew, would divide these points otherwise (mean adjusted Rand index below 0.8), or
        when a cluster has nobody left.
    """
    with threadpool_limits(limits=1):
        _, subset = _samples(points, sample)
        check, _, again = _check(method, subset, len(kept), _draws(len(subset)))
        here, labels = kept.assign(subset), kept.assign(points)
        if len(np.unique(labels)) < len(kept) or np.mean([adjusted_rand(here, other) for other in again]) < GOOD:
            return None
        final = replace(
            check, jaccard=_jaccard(here, again, check.k), silhouette=_silhouette(kept.turned(subset), here)
        )
        return Clusters(kept, labels, (final,), final, _verdict(method, final, subset))


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


def _samples(points: Floats, sample: Rows) -> tuple[Floats, Floats]:
    """The points to fit on, in an order of their own, and some of them to draw from again and again."""
    fitted = points[sample]
    fitted = fitted[np.lexsort(fitted.T[::-1])]
    if len(fitted) <= _CHECK_SAMPLE:
        return fitted, fitted
    rows = np.sort(np.random.default_rng(SEED).choice(len(fitted), _CHECK_SAMPLE, replace=False))
    return fitted, fitted[rows]


def _draws(count: int) -> list[Rows]:
    rng = np.random.default_rng(SEED + 1)
    return [rng.integers(0, count, count) for _ in range(_RESAMPLES)]


def _check(method: Method, points: Floats, k: int, drawn: list[Rows]) -> tuple[Check, Partition, list[Labels]]:
    again = [fit(method, points[rows], k, _STARTS, SEED + i).assign(points) for i, rows in enumerate(drawn)]
    agreements = [adjusted_rand(again[i], again[j]) for i in range(len(again)) for j in range(i)]
    partition = fit(method, points, k, _FINAL_STARTS)
    labels = partition.assign(points)
    low, high = np.quantile(agreements, [0.025, 0.975])
    check = Check(
        k,
        float(np.mean(agreements)),
        float(low),
        float(high),
        _jaccard(labels, again, k),
        _silhouette(partition.turned(points), labels),
    )
    return check, partition, again


def _jaccard(labels: Labels, again: list[Labels], k: int) -> tuple[float, ...]:
    return tuple(float(value) for value in jaccard_of_best(labels, again, k))


def _verdict(method: Method, check: Check, points: Floats) -> Verdict:
    """Natural, made but stable, or unstable (after Dolnicar, Gruen & Leisch 2018, chapter 7).

    Stable groups are natural when they stand apart more than those that the method cuts from one cloud of the same covariance.
    """
    if check.agreement < POOR:
        return "unstable"
    if check.agreement < GOOD or min(check.jaccard) < DOUBTFUL:
        return "constructive"
    made = max(_apart(cloud, fit(method, cloud, check.k, _STARTS)) for cloud in _clouds(points))
    return "natural" if check.silhouette >= max(made + _APART, _STRUCTURE) else "constructive"


def _apart(points: Floats, partition: Partition) -> float:
    return _silhouette(partition.turned(points), partition.assign(points))


def _clouds(points: Floats) -> tuple[Floats, Floats]:
    """One Gaussian cloud and one even box with the covariance of the points."""
    rng = np.random.default_rng(SEED)
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
