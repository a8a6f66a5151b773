import numpy as np
import pytest

from core.models.estimation import Maximum, dot, estimate, maximise, polish


def parabola(v):
    """A hill with its top at logs (1, -2) and curvatures 4 and 9."""
    gap = v - np.array([1.0, -2.0])
    weight = np.array([4.0, 9.0])
    return float(-(weight * gap**2).sum() / 2), -weight * gap


def test_the_top_of_a_parabola_is_found_with_its_curvature():
    top = maximise(parabola, np.zeros(2), 10)
    np.testing.assert_allclose(top.log_parameters, [1.0, -2.0], atol=1e-8)
    np.testing.assert_allclose(top.hessian, [[-4.0, 0.0], [0.0, -9.0]], atol=1e-6)


def test_standard_errors_follow_from_the_curvature_by_the_delta_method():
    found = estimate("m", ("u", "w"), maximise(parabola, np.zeros(2), 10), 10, units=np.array([1.0, 100.0]))
    np.testing.assert_allclose(found.values, [np.e, 100 * np.exp(-2.0)], rtol=1e-7)
    np.testing.assert_allclose(found.standard_errors, found.values / [2.0, 3.0], rtol=1e-6)
    assert found.determined


def test_a_flat_direction_has_no_standard_error_and_a_held_covariance():
    flat = Maximum(np.zeros(2), 0.0, np.array([[-100.0, 0.0], [0.0, 0.0]]))
    found = estimate("m", ("u", "w"), flat, 10)
    assert not found.determined
    np.testing.assert_allclose(found.log_covariance, [[0.01, 0.0], [0.0, 1.0]])


def test_a_search_that_finds_no_top_says_so():
    assert maximise(lambda v: (float("nan"), np.full(2, np.nan)), np.zeros(2), 10) is None


def test_polish_refuses_a_place_that_is_not_near_a_top():
    curved = -np.diag([4.0, 9.0])
    assert polish(parabola, np.array([5.0, 5.0]), 10, curved) is None
    assert polish(lambda v: (float(v @ v), 2 * v), np.ones(2), 10, 2 * np.eye(2)) is None
    assert polish(parabola, np.array([1.1, -2.1]), 10, curved).log_likelihood == pytest.approx(0.0, abs=1e-8)


def test_a_flat_ridge_that_runs_aslant_is_climbed_along_its_own_direction():
    def ridge(v):
        across, along = v[1] - v[0] - 1, v[1]
        gradient = np.array([across, -across - 1e-6 * (along - 8)])
        return float(-(across**2 + 1e-6 * (along - 8) ** 2) / 2), gradient

    top = maximise(ridge, np.zeros(2), 1, np.array([[1.0, 1.0], [0.0, 1.0]]))
    np.testing.assert_allclose(top.log_parameters[1] - top.log_parameters[0], 1.0, atol=1e-5)


def test_dot_is_the_sum_of_products():
    assert dot(np.array([1, 2]), np.array([0.5, 4.0])) == 8.5
