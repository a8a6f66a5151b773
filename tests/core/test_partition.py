"""Partitions against plain distances and scikit-learn's mixtures."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

from core.partition import METHODS, Method, fit, nearest


def long_clouds(seed: int, n: int = 2_000) -> tuple[np.ndarray, np.ndarray]:
    """Three clouds of one shape, drawn out along a direction that tells nothing."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    middles = np.array([[0.0, 0.0, 0.0], [0.0, 5.0, 0.0], [0.0, 0.0, 5.0]])
    return middles[truth] + rng.normal(size=(n, 3)) * [4.0, 1.0, 1.0], truth


def test_a_mixture_equals_that_of_scikit_learn_and_sees_through_noise_along_one_axis() -> None:
    points, truth = long_clouds(1)
    found = fit("mixture", points, 3, 5)
    plain = GaussianMixture(3, covariance_type="tied", random_state=0, n_init=5, tol=1e-4, reg_covar=1e-9).fit(points)
    assert adjusted_rand_score(plain.predict(points), found.assign(points)) > 0.99
    order, same = np.argsort(found.weights), np.argsort(plain.weights_)
    np.testing.assert_allclose(found.weights[order], plain.weights_[same], atol=0.01)
    np.testing.assert_allclose(found.centres[order], plain.means_[same], atol=0.25)
    covariance = np.linalg.inv(found.shape @ found.shape.T)
    np.testing.assert_allclose(covariance, plain.covariances_, rtol=0.05, atol=0.1)
    assert adjusted_rand_score(truth, found.assign(points)) > 0.95
    assert adjusted_rand_score(truth, fit("kmeans", points, 3, 5).assign(points)) < 0.8


def test_the_nearest_centre_equals_plain_distances_over_several_chunks() -> None:
    rng = np.random.default_rng(9)
    points, centres = rng.normal(size=(70_000, 2)), rng.normal(size=(4, 2))
    np.testing.assert_array_equal(
        nearest(centres).assign(points), ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    )


@pytest.mark.parametrize("method", METHODS)
def test_equal_points_stay_together_and_fewer_points_than_clusters_are_no_matter(method: Method) -> None:
    points = np.repeat(np.eye(3), [5, 4, 3], axis=0)
    found = fit(method, points, 3, 2)
    labels = found.assign(points)
    assert [len(set(labels[points[:, axis] == 1])) for axis in range(3)] == [1, 1, 1]
    assert len(set(labels)) == 3
    assert np.isfinite(fit(method, np.zeros((4, 2)), 2, 1).centres).all()
