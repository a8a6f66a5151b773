from dataclasses import astuple

import lifetimes
import mpmath
import numpy as np
import pytest

from core.models import mbg_nbd
from core.models.mbg_nbd import MbgNbd
from core.models.states import unique_states
from tests.core.models.simulate import TRUTHS

TRUTH = TRUTHS["mbg_nbd"]


@pytest.mark.parametrize(("x", "t_x", "age"), [(0, 0, 140), (3, 70, 140), (3, 140, 140)])
def test_likelihood_of_one_customer_equals_that_of_batislam_et_al_in_40_digits(x, t_x, age):
    value, _ = mbg_nbd.log_likelihood(unique_states(*(np.array([v]) for v in (x, t_x, age))))(np.log(TRUTH))
    with mpmath.workdps(40):
        r, alpha, a, b = map(mpmath.mpf, TRUTH)
        rate = mpmath.gamma(r + x) / mpmath.gamma(r) * alpha**r
        stayed = mpmath.beta(a, b + x + 1) / mpmath.beta(a, b) * (alpha + mpmath.mpf(age) / 7) ** -(r + x)
        left = mpmath.beta(a + 1, b + x) / mpmath.beta(a, b) * (alpha + mpmath.mpf(t_x) / 7) ** -(r + x)
        assert value == pytest.approx(float(mpmath.log(rate * (stayed + left))), rel=1e-12)


def in_40_digits(model, x, age, horizon):
    """Expected purchases of somebody alive: the integral of (1 - (1 + p t / (alpha + T))^-(r + x)) / p over Beta(a, b + x + 1)."""
    with mpmath.workdps(40):
        r, alpha, a, b = map(mpmath.mpf, astuple(model))
        z = mpmath.mpf(horizon) / (alpha + age + horizon)
        b = b + 1
        rest = (1 - z) ** (r + x) * mpmath.hyp2f1(r + x, b + x, a + b + x - 1, z)
        return float((a + b + x - 1) / (a - 1) * (1 - rest))


@pytest.mark.parametrize("model", [MbgNbd(0.525, 6.183, 0.891, 1.614), MbgNbd(0.8, 6.0, 0.001, 0.01)], ids=str)
@pytest.mark.parametrize(("x", "age"), [(0, 0.0), (3, 0.5), (1000, 156.0)])
def test_expected_purchases_equal_2f1_in_40_digits_in_extreme_states(model, x, age):
    for horizon in (1.0, 260.0):
        expected = in_40_digits(model, x, age, horizon)
        assert model.purchases_if_alive(x, age, horizon)[0, 0] == pytest.approx(expected, rel=1e-6)


def test_predictions_equal_those_of_lifetimes_where_these_are_sound():
    model = MbgNbd(*TRUTH)
    theirs = lifetimes.ModifiedBetaGeoFitter()
    theirs.params_ = dict(zip(MbgNbd.NAMES, TRUTH, strict=True))
    x, t_x, age = np.array([0, 1, 2, 5, 20]), np.array([0.0, 3.0, 20.0, 30.0, 50.0]), np.array([9, 30, 25, 60, 52.0])
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


def test_who_never_came_back_may_be_gone():
    # At once after the first purchase with probability a / (a + b), and more likely the longer the silence.
    model = MbgNbd(0.5, 6.0, 0.9, 1.6)
    assert model.p_alive(0, 0.0, 0.0) == pytest.approx(1.6 / 2.5)
    assert model.p_alive(0, 0.0, 100.0) < 0.5
