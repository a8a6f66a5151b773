from dataclasses import astuple

import lifetimes
import mpmath
import numpy as np
import pytest

from core.models import bg_nbd
from core.models.bg_nbd import BgNbd
from core.models.states import unique_states
from tests.core.models.simulate import TRUTHS

TRUTH = TRUTHS["bg_nbd"]


def test_likelihood_of_one_customer_equals_equation_6_in_40_digits():
    x, t_x, age = 3, 70, 140
    value, _ = bg_nbd.log_likelihood(unique_states(*(np.array([v]) for v in (x, t_x, age))))(np.log(TRUTH))
    with mpmath.workdps(40):
        r, alpha, a, b = map(mpmath.mpf, TRUTH)
        rate = mpmath.gamma(r + x) / mpmath.gamma(r) * alpha**r
        stayed = mpmath.beta(a, b + x) / mpmath.beta(a, b) * (alpha + mpmath.mpf(age) / 7) ** -(r + x)
        left = mpmath.beta(a + 1, b + x - 1) / mpmath.beta(a, b) * (alpha + mpmath.mpf(t_x) / 7) ** -(r + x)
        assert value == pytest.approx(float(mpmath.log(rate * (stayed + left))), rel=1e-12)


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


@pytest.mark.parametrize("x", [0, 5, 50])
def test_moments_without_dropout_are_those_of_the_negative_binomial(x):
    model = BgNbd(0.7, 9.4, 1.2e-4, 8103.0)
    mean, square = (moment[0, 0] for moment in model.moments_if_alive(x, 30.0, 13.0))
    ratio = 13.0 / (model.alpha + 30.0)
    exact = (model.r + x) * ratio
    assert mean == pytest.approx(exact, rel=1e-4)
    assert square == pytest.approx(exact * (1 + ratio) + exact**2, rel=1e-4)


def test_predictions_equal_those_of_lifetimes_where_these_are_sound():
    model = BgNbd(*TRUTH)
    theirs = lifetimes.BetaGeoFitter()
    theirs.params_ = dict(zip(("r", "alpha", "a", "b"), astuple(model), strict=True))
    x, t_x, age = np.array([1, 2, 5, 20]), np.array([3.0, 20.0, 30.0, 50.0]), np.array([30.0, 25.0, 60.0, 52.0])
    np.testing.assert_allclose(model.p_alive(x, t_x, age), theirs.conditional_probability_alive(x, t_x, age), rtol=1e-9)
    np.testing.assert_allclose(
        model.expected_purchases(x, t_x, age, 39.0),
        theirs.conditional_expected_number_of_purchases_up_to_time(39.0, x, t_x, age),
        rtol=1e-6,
    )
    np.testing.assert_allclose(
        model.expected_new([1.0, 39.0, 78.0]),
        [theirs.expected_number_of_purchases_up_to_time(t) for t in (1.0, 39.0, 78.0)],
        rtol=1e-6,
    )


def test_who_never_came_back_is_certainly_alive():
    assert BgNbd(0.243, 4.414, 0.793, 2.426).p_alive(0, 0.0, 500.0) == 1.0
