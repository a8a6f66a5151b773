import lifetimes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import check_grad

from core.models import gamma_gamma
from core.models.estimation import NoFit
from core.models.gamma_gamma import GammaGamma, GammaGammaFit

fixed = settings(deadline=None, derandomize=True, max_examples=50)

TRUTH = (6.0, 4.0, 15.0)


def simulated(customers, truth=TRUTH, seed=11):
    rng = np.random.default_rng(seed)
    p, q, v = truth
    x = rng.geometric(0.3, customers)
    return x, rng.gamma(p * x, 1.0) / x / rng.gamma(q, 1 / v, customers)


@pytest.fixture(scope="module")
def fitted():
    return gamma_gamma.fit(*simulated(20_000))


def test_gradient_equals_finite_differences():
    log_likelihood = gamma_gamma._log_likelihood(*simulated(500))
    at = np.log([3.0, 2.0, 9.0])
    error = check_grad(lambda v: log_likelihood(v)[0], lambda v: log_likelihood(v)[1], at)
    assert error < 1e-2 * np.abs(log_likelihood(at)[1]).max()


def test_parameters_of_simulated_customers_are_recovered_within_their_errors(fitted):
    assert isinstance(fitted, GammaGammaFit)
    assert np.abs((fitted.estimate.values - TRUTH) / fitted.estimate.standard_errors).max() < 3
    assert abs(fitted.correlation) < 0.05


def test_estimate_equals_that_of_lifetimes_on_simulated_customers():
    x, mean = simulated(3_000)
    ours = gamma_gamma.fit(x, mean)
    theirs = lifetimes.GammaGammaFitter().fit(x, mean)
    np.testing.assert_allclose(ours.estimate.values, theirs.params_[["p", "q", "v"]], rtol=1e-3)
    np.testing.assert_allclose(ours.estimate.standard_errors, theirs.standard_errors_[["p", "q", "v"]], rtol=1e-2)
    np.testing.assert_allclose(ours.estimate.log_likelihood, -theirs._negative_log_likelihood_ * 3_000, rtol=1e-9)
    np.testing.assert_allclose(
        ours.model.expected_spend(x, mean), theirs.conditional_expected_average_profit(x, mean), rtol=1e-3
    )


def test_the_currency_only_scales_gamma(fitted):
    x, mean = simulated(20_000)
    dearer = gamma_gamma.fit(x, mean * 1000)
    np.testing.assert_allclose(dearer.estimate.values, fitted.estimate.values * [1, 1, 1000], rtol=1e-6)
    np.testing.assert_allclose(
        dearer.estimate.standard_errors, fitted.estimate.standard_errors * [1, 1, 1000], rtol=1e-4
    )


def test_customers_without_repeat_value_are_left_out(fitted):
    x, mean = simulated(20_000)
    more_x, more_mean = np.r_[x, 0, 3, 2], np.r_[mean, np.nan, 0.0, -5.0]
    again = gamma_gamma.fit(more_x, more_mean)
    np.testing.assert_allclose(again.estimate.values, fitted.estimate.values, rtol=1e-9)
    assert again.estimate.customers == 20_000


def test_fewer_than_50_repeat_buyers_are_not_fitted():
    assert gamma_gamma.fit(*simulated(49)) == NoFit("gamma_gamma", "too_few_repeat_buyers", 49)


def test_spend_without_a_finite_mean_is_not_fitted():
    assert gamma_gamma.fit(*simulated(5_000, (6.0, 0.7, 15.0))) == NoFit("gamma_gamma", "no_mean", 5_000)


def test_equal_spend_of_all_does_not_break_the_search():
    x = np.repeat([1, 2], 50)
    fitted = gamma_gamma.fit(x, np.full(100, 20.0))
    assert isinstance(fitted, NoFit) or fitted.model.expected_spend(3, 20.0) == pytest.approx(20.0, rel=0.01)


@fixed
@given(st.integers(1, 500), st.floats(0.01, 1e6))
def test_expected_spend_lies_between_the_customer_s_mean_and_that_of_all(x, mean):
    model = GammaGamma(*TRUTH)
    low, high = sorted([mean, float(model.expected_spend(0, 0.0))])
    assert low * (1 - 1e-9) <= model.expected_spend(x, mean) <= high * (1 + 1e-9)


def test_a_newcomer_is_expected_to_spend_like_all_and_a_regular_like_before():
    model = GammaGamma(*TRUTH)
    assert model.expected_spend(0, np.nan) == pytest.approx(6.0 * 15.0 / 3.0)
    assert model.expected_spend(100_000, 80.0) == pytest.approx(80.0, rel=1e-3)
    assert model.expected_spend(3, -5.0) == model.expected_spend(3, 0.0)
