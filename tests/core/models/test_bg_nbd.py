from dataclasses import astuple

import lifetimes
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import check_grad

from core.models import bg_nbd
from core.models.bg_nbd import BgNbd, BgNbdFit
from core.models.estimation import NoFit
from core.models.purchase_days import purchase_days, summarise
from core.models.states import unique_states
from tests.core.models.simulate import purchase_log

fixed = settings(deadline=None, derandomize=True, max_examples=50)

TRUTH = (0.8, 6.0, 0.8, 2.5)

parameter = st.floats(0.05, 20.0)
models = st.builds(BgNbd, r=parameter, alpha=st.floats(0.5, 50.0), a=parameter, b=parameter)


def simulated_states(customers=20_000, days=1095, seed=7):
    owner, when, _ = purchase_log(seed, customers, days, TRUTH)
    always = np.ones(len(owner), dtype=bool)
    log = purchase_days(owner, when.astype(int), always, always.astype(np.int64), customers, days)
    return summarise(log, days).states


@pytest.fixture(scope="module")
def states():
    return simulated_states()


@pytest.fixture(scope="module")
def fitted(states):
    return bg_nbd.fit(states)


def test_gradient_equals_finite_differences(states):
    log_likelihood = bg_nbd._log_likelihood(states.thinned(500))
    at = np.log([0.5, 5.0, 0.4, 3.0])
    error = check_grad(lambda v: log_likelihood(v)[0], lambda v: log_likelihood(v)[1], at)
    assert error < 1e-2 * np.abs(log_likelihood(at)[1]).max()


def test_likelihood_of_one_customer_equals_equation_6_in_40_digits():
    x, t_x, age = 3, 70, 140
    value, _ = bg_nbd._log_likelihood(unique_states(*(np.array([v]) for v in (x, t_x, age))))(np.log(TRUTH))
    with mpmath.workdps(40):
        r, alpha, a, b = map(mpmath.mpf, TRUTH)
        rate = mpmath.gamma(r + x) / mpmath.gamma(r) * alpha**r
        stayed = mpmath.beta(a, b + x) / mpmath.beta(a, b) * (alpha + mpmath.mpf(age) / 7) ** -(r + x)
        left = mpmath.beta(a + 1, b + x - 1) / mpmath.beta(a, b) * (alpha + mpmath.mpf(t_x) / 7) ** -(r + x)
        assert value == pytest.approx(float(mpmath.log(rate * (stayed + left))), rel=1e-12)


def test_parameters_of_simulated_customers_are_recovered_within_their_errors(fitted):
    assert isinstance(fitted, BgNbdFit)
    z = (fitted.estimate.values - TRUTH) / fitted.estimate.standard_errors
    assert np.abs(z).max() < 3


def test_estimate_equals_that_of_lifetimes_on_simulated_customers(states, fitted):
    few = states.thinned(3_000)
    ours = bg_nbd.fit(few)
    theirs = lifetimes.BetaGeoFitter().fit(few.x, few.t_x, few.age, weights=few.count)
    np.testing.assert_allclose(ours.estimate.values, theirs.params_[["r", "alpha", "a", "b"]], rtol=1e-3)
    mean = theirs._negative_log_likelihood(np.log(ours.estimate.values), few.x, few.t_x, few.age, few.count, 0.0)
    np.testing.assert_allclose(ours.estimate.log_likelihood, -mean * few.customers, rtol=1e-9)
    np.testing.assert_allclose(
        ours.estimate.standard_errors, theirs.standard_errors_[["r", "alpha", "a", "b"]], rtol=1e-2
    )


def test_a_large_fit_that_starts_from_a_sample_equals_one_that_does_not(monkeypatch, fitted):
    states = simulated_states(customers=20_000)
    monkeypatch.setattr(bg_nbd, "_SAMPLE", 2_000)
    np.testing.assert_allclose(bg_nbd.fit(states).estimate.values, fitted.estimate.values, rtol=1e-5)
    np.testing.assert_allclose(bg_nbd.fit(states).estimate.standard_errors, fitted.estimate.standard_errors, rtol=1e-3)


def test_the_start_of_the_search_does_not_matter(states, fitted):
    elsewhere = bg_nbd.fit(states, BgNbd(0.1, 30.0, 5.0, 0.5))
    np.testing.assert_allclose(elsewhere.estimate.values, fitted.estimate.values, rtol=1e-5)


def test_fewer_than_50_repeat_buyers_are_not_fitted():
    x = np.repeat([0, 1], [500, 49])
    assert bg_nbd.fit(unique_states(x, x * 10, np.full(549, 100))) == NoFit("bg_nbd", "too_few_repeat_buyers", 49)


def test_customers_all_alike_give_an_estimate_that_is_called_undetermined():
    x = np.full(200, 10)
    fitted = bg_nbd.fit(unique_states(x, np.full(200, 100), np.full(200, 110)))
    assert isinstance(fitted, BgNbdFit)
    assert not fitted.estimate.determined
    assert np.isfinite(fitted.estimate.log_covariance).all()
    assert fitted.model.expected_purchases(10, 100 / 7, 110 / 7, 11 / 7)[0] == pytest.approx(1.0, rel=0.1)


def in_40_digits(model, x, age, horizon):
    """Equation 10 of Fader, Hardie & Lee (2005) without its denominator, which is 1 / P(alive)."""
    with mpmath.workdps(40):
        r, alpha, a, b = map(mpmath.mpf, astuple(model))
        age, horizon = mpmath.mpf(age), mpmath.mpf(horizon)
        z = horizon / (alpha + age + horizon)
        rest = (1 - z) ** (r + x) * mpmath.hyp2f1(r + x, b + x, a + b + x - 1, z)
        return float((a + b + x - 1) / (a - 1) * (1 - rest))


@pytest.mark.parametrize(
    "model",
    [
        BgNbd(0.243, 4.414, 0.793, 2.426),
        BgNbd(0.05, 0.3, 0.05, 0.5),
        BgNbd(50.0, 30.0, 3.0, 200.0),
        BgNbd(0.8, 6.0, 0.001, 0.01),
        BgNbd(2.0, 5.0, 8000.0, 8000.0),
        BgNbd(1.0, 1.0, 0.5, 8000.0),
    ],
    ids=str,
)
@pytest.mark.parametrize(("x", "age"), [(0, 0.0), (1, 5.0), (3, 0.5), (40, 38.0), (400, 150.0), (1000, 156.0)])
def test_expected_purchases_equal_2f1_in_40_digits_in_extreme_states(model, x, age):
    for horizon in (1.0, 260.0):
        expected = in_40_digits(model, x, age, horizon)
        assert model.purchases_if_alive(x, age, horizon)[0, 0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("x", "age", "horizon"), [(0, 0.0, 52.0), (3, 20.0, 52.0), (40, 38.0, 260.0)])
def test_moments_equal_those_of_simulated_futures(x, age, horizon):
    model = BgNbd(0.243, 4.414, 0.793, 2.426)
    rng = np.random.default_rng(5)
    n = 400_000
    rate = rng.gamma(model.r + x, 1 / (model.alpha + age), n)
    bought = np.minimum(rng.poisson(rate * horizon), rng.geometric(rng.beta(model.a, model.b + x, n)))
    mean, square = (moment[0, 0] for moment in model.moments_if_alive(x, age, horizon))
    assert abs(bought.mean() - mean) < 4 * bought.std() / np.sqrt(n)
    assert abs((bought**2.0).mean() - square) < 4 * (bought**2.0).std() / np.sqrt(n)
    assert mean == pytest.approx(model.purchases_if_alive(x, age, horizon)[0, 0], rel=1e-12)


@pytest.mark.parametrize("x", [0, 5, 50])
def test_moments_without_dropout_are_those_of_the_negative_binomial(x):
    model = BgNbd(0.7, 9.4, 1.2e-4, 8103.0)
    mean, square = (moment[0, 0] for moment in model.moments_if_alive(x, 30.0, 13.0))
    ratio = 13.0 / (model.alpha + 30.0)
    exact = (model.r + x) * ratio
    assert mean == pytest.approx(exact, rel=1e-4)
    assert square == pytest.approx(exact * (1 + ratio) + exact**2, rel=1e-4)


def test_predictions_equal_those_of_lifetimes_where_these_are_sound(fitted):
    theirs = lifetimes.BetaGeoFitter()
    theirs.params_ = dict(zip(("r", "alpha", "a", "b"), astuple(fitted.model), strict=True))
    x, t_x, age = np.array([1, 2, 5, 20]), np.array([3.0, 20.0, 30.0, 50.0]), np.array([30.0, 25.0, 60.0, 52.0])
    np.testing.assert_allclose(
        fitted.model.p_alive(x, t_x, age), theirs.conditional_probability_alive(x, t_x, age), rtol=1e-9
    )
    np.testing.assert_allclose(
        fitted.model.expected_purchases(x, t_x, age, 39.0),
        theirs.conditional_expected_number_of_purchases_up_to_time(39.0, x, t_x, age),
        rtol=1e-6,
    )
    np.testing.assert_allclose(
        fitted.model.expected_new([1.0, 39.0, 78.0]),
        [theirs.expected_number_of_purchases_up_to_time(t) for t in (1.0, 39.0, 78.0)],
        rtol=1e-6,
    )


@fixed
@given(models, st.integers(1, 200), st.floats(0.0, 100.0), st.floats(0.0, 100.0), st.floats(0.0, 50.0))
def test_p_alive_falls_with_silence(model, x, t_x, silence, more):
    sooner, later = model.p_alive([x, x], [t_x, t_x], [t_x + silence, t_x + silence + more])
    assert 0 <= later <= sooner <= 1


@fixed
@given(models, st.integers(0, 200), st.floats(0.0, 150.0), st.floats(0.1, 100.0), st.floats(0.1, 100.0))
def test_expected_purchases_grow_with_the_horizon_and_stay_below_those_without_dropout(model, x, age, horizon, more):
    short, long = model.purchases_if_alive(x, age, [horizon, horizon + more])[0]
    without_dropout = (model.r + x) / (model.alpha + age) * horizon
    assert 0 < short <= without_dropout * (1 + 1e-9)
    assert short < long


def test_nobody_and_no_time_give_nothing():
    model = BgNbd(0.243, 4.414, 0.793, 2.426)
    assert model.purchases_if_alive([], [], [1.0]).shape == (0, 1)
    np.testing.assert_array_equal(model.expected_new([0.0]), [0.0])
    assert model.p_alive(0, 0.0, 500.0) == 1.0
