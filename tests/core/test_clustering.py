"""Clusters are found where they were planted, and nowhere else."""

from itertools import combinations

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from core.clustering import Check, choose, cluster_verdict, find_clusters, keep_clusters
from core.partition import METHODS, SEED, Method, fit, nearest

ALL_K = tuple(range(2, 9))


def planted(seed: int, n: int = 3_000) -> tuple[np.ndarray, np.ndarray]:
    """Six groups in three pairs, the pairs far apart: silhouette alone sees three."""
    rng = np.random.default_rng(seed)
    pairs = 11.0 * np.eye(6)[[0, 0, 1, 1, 2, 2]]
    within = 3.0 * np.eye(6)[[3, 4, 4, 5, 5, 3]]
    truth = rng.integers(0, 6, n)
    return (pairs + within)[truth] + rng.normal(size=(n, 6)), truth


def everyone(points: np.ndarray) -> np.ndarray:
    return np.arange(len(points))


@pytest.mark.parametrize(("seed", "method"), [(1, "kmeans"), (2, "mixture")])
def test_six_planted_groups_are_found_where_silhouette_alone_says_three(seed: int, method: Method) -> None:
    points, truth = planted(seed)
    found = find_clusters(points, everyone(points), ALL_K, method)
    assert max(found.checks, key=lambda check: check.silhouette).k == 3
    assert found.chosen.k == 6
    assert adjusted_rand_score(truth, found.labels) > 0.85
    assert found.verdict == "natural"
    assert min(found.chosen.jaccard) >= 0.75


@pytest.mark.parametrize("method", METHODS)
def test_one_round_cloud_is_called_unstable(method: Method) -> None:
    points = np.random.default_rng(3).normal(size=(2_000, 6))
    found = find_clusters(points, everyone(points), (2, 4, 6), method)
    assert found.verdict == "unstable"
    assert found.chosen.agreement < 0.65


def test_an_even_line_is_cut_stably_but_not_called_natural() -> None:
    rng = np.random.default_rng(4)
    points = np.column_stack([rng.uniform(0, 10, 2_000), rng.uniform(size=(2_000, 3))])
    found = find_clusters(points, everyone(points), (2, 3))
    assert found.verdict == "constructive"
    assert found.chosen.agreement > 0.8


def test_row_order_and_repetition_change_nothing() -> None:
    points, _ = planted(5, 1_000)
    shuffled = np.random.default_rng(0).permutation(len(points))
    once = find_clusters(points, everyone(points), (3, 6))
    again = find_clusters(points, everyone(points), (3, 6))
    other = find_clusters(points[shuffled], everyone(points), (3, 6))
    assert once.checks == again.checks == other.checks
    np.testing.assert_array_equal(once.labels, again.labels)
    np.testing.assert_array_equal(once.labels[shuffled], other.labels)


def test_points_outside_the_sample_get_the_nearest_centre() -> None:
    points, truth = planted(6, 2_000)
    found = find_clusters(points, np.arange(0, 2_000, 2), (6,))
    assert adjusted_rand_score(truth[1::2], found.labels[1::2]) > 0.85
    distance = ((points[:, None, :] - found.partition.centres) ** 2).sum(axis=2)
    np.testing.assert_array_equal(found.labels, distance.argmin(axis=1))


@pytest.mark.parametrize("method", METHODS)
def test_stability_is_that_of_a_plain_bootstrap(method: Method) -> None:
    """Adjusted Rand over all pairs of 16 resamples by scikit-learn, Hennig's Jaccard by sets; k-means by scikit-learn alone too."""
    rng = np.random.default_rng(21)
    points = 4.0 * np.array([[0, 0], [1, 0], [0, 0.8]])[rng.integers(0, 3, 300)] + rng.normal(size=(300, 2))
    found = find_clusters(points, everyone(points), (3,), method)
    ordered = points[np.lexsort(points.T[::-1])]
    labels = found.partition.assign(ordered)
    draw, ways = np.random.default_rng(SEED + 1), {"core": [], "scikit-learn": []}
    with threadpool_limits(limits=1):
        for turn in range(16):
            rows = draw.integers(0, 300, 300)
            ways["core"].append(fit(method, ordered[rows], 3, 5, SEED + turn).assign(ordered))
            ways["scikit-learn"].append(KMeans(3, n_init=5, random_state=turn).fit(ordered[rows]).predict(ordered))
    for way, again in ways.items():
        pairs = [adjusted_rand_score(one, other) for one, other in combinations(again, 2)]
        jaccard = [
            np.mean([max(_overlap(labels == own, other == their) for their in range(3)) for other in again])
            for own in range(3)
        ]
        if way == "core":
            ends = (np.mean(pairs), *np.quantile(pairs, [0.025, 0.975]))
            assert (found.chosen.agreement, found.chosen.low, found.chosen.high) == pytest.approx(ends)
            assert found.chosen.jaccard == pytest.approx(jaccard)
        elif method == "kmeans":
            assert found.chosen.agreement == pytest.approx(np.mean(pairs), abs=0.02)
            assert found.chosen.jaccard == pytest.approx(jaccard, abs=0.02)


def _overlap(one: np.ndarray, other: np.ndarray) -> float:
    first, second = set(np.flatnonzero(one)), set(np.flatnonzero(other))
    return len(first & second) / len(first | second)


def check(k: int, agreement: float, weakest: float, silhouette: float = 0.2) -> Check:
    return Check(k, agreement, agreement, agreement, (*[1.0] * (k - 1), weakest), silhouette)


def test_the_finest_answer_that_comes_back_is_chosen() -> None:
    assert choose([check(2, 1.0, 1.0), check(3, 0.97, 0.9), check(4, 0.96, 0.7)]).k == 3
    assert choose([check(2, 1.0, 1.0), check(3, 0.94, 0.9)]).k == 2
    assert choose([check(2, 0.5, 0.5, 0.1), check(3, 0.501, 0.4, 0.3), check(4, 0.4, 0.4)]).k == 3


def test_hennig_thresholds() -> None:
    assert [cluster_verdict(value) for value in (0.75, 0.7499, 0.6, 0.5999)] == [
        "valid",
        "doubtful",
        "doubtful",
        "unstable",
    ]


def test_groups_found_earlier_are_kept_for_points_alike_and_given_up_for_others() -> None:
    points, truth = planted(11, 1_500)
    kept = find_clusters(points, everyone(points), (6,)).partition
    new, truth = planted(12, 1_500)
    found = keep_clusters(new, everyone(new), kept)
    assert found is not None
    assert found.partition is kept
    assert adjusted_rand_score(truth, found.labels) > 0.85
    assert min(found.chosen.jaccard) >= 0.75
    other = 5.0 * np.random.default_rng(13).normal(size=new.shape)
    assert keep_clusters(other, everyone(other), kept) is None
    assert keep_clusters(new, everyone(new), nearest(np.vstack([kept.centres, kept.centres[:1] + 1e6]))) is None
