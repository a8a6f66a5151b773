"""Clusters are found where they were planted, and nowhere else."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from core.clustering import (
    Check,
    adjusted_rand,
    assign,
    choose,
    cluster_verdict,
    find_clusters,
    fit_kmeans,
    jaccard_of_best,
)

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


@pytest.mark.parametrize("seed", [1, 2])
def test_six_planted_groups_are_found_where_silhouette_alone_says_three(seed: int) -> None:
    points, truth = planted(seed)
    found = find_clusters(points, everyone(points), ALL_K)
    assert max(found.checks, key=lambda check: check.silhouette).k == 3
    assert found.chosen.k == 6
    assert adjusted_rand_score(truth, found.labels) > 0.85
    assert found.verdict == "natural"
    assert min(found.chosen.jaccard) >= 0.75


def test_one_round_cloud_is_called_unstable() -> None:
    points = np.random.default_rng(3).normal(size=(2_000, 6))
    found = find_clusters(points, everyone(points), ALL_K)
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
    distance = ((points[:, None, :] - found.centres) ** 2).sum(axis=2)
    np.testing.assert_array_equal(found.labels, distance.argmin(axis=1))


def test_adjusted_rand_equals_scikit_learn() -> None:
    rng = np.random.default_rng(7)
    for k in (2, 5):
        one, other = rng.integers(0, k, 400), rng.integers(0, 4, 400)
        other = np.where(rng.random(400) < 0.5, one % 4, other)
        assert adjusted_rand(one, other) == pytest.approx(adjusted_rand_score(one, other))
    assert adjusted_rand(one, one) == 1.0


def test_jaccard_equals_a_count_by_sets() -> None:
    rng = np.random.default_rng(8)
    labels = rng.integers(0, 3, 60)
    resampled = [rng.integers(0, 4, 60), np.where(rng.random(60) < 0.8, labels, 0)]
    expected = []
    for cluster in range(3):
        own = set(np.flatnonzero(labels == cluster))
        best = []
        for again in resampled:
            others = [set(np.flatnonzero(again == other)) for other in range(again.max() + 1)]
            best.append(max(len(own & other) / len(own | other) for other in others))
        expected.append(np.mean(best))
    np.testing.assert_allclose(jaccard_of_best(labels, resampled, 3), expected)


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


def test_assign_equals_plain_distances_over_several_chunks() -> None:
    rng = np.random.default_rng(9)
    points = rng.normal(size=(70_000, 2))
    centres = fit_kmeans(points[:500], 4, 2)
    np.testing.assert_array_equal(
        assign(points, centres), ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    )
