from dataclasses import astuple

import lifetimes
import mpmath
import numpy as np
import pytest

from core.models import pareto_nbd
from core.models.pareto_nbd import ParetoNbd
from core.models.states import States, unique_states
from tests.core.models.simulate import TRUTHS

TRUTH = TRUTHS["pareto_nbd"]
MODELS = [
    ParetoNbd(0.553, 10.578, 0.606, 11.669),
    ParetoNbd(0.05, 0.3, 0.05, 0.5),
    ParetoNbd(50.0, 30.0, 3.0, 200.0),
    ParetoNbd(2.0, 1.0, 1.0, 15.0),
    ParetoNbd(0.8, 6.0, 500.0, 8000.0),
]
# Somebody new, silent, often and just now, often and long ago, very often.
STATES = [(0, 0, 0), (0, 0, 1000), (1, 7, 7), (3, 2, 4), (40, 30, 1000), (400, 1000, 1050), (1000, 100, 1092)]


def in_40_digits(model, x, t_x, age):
    """Likelihood and P(alive) by the two 2F1 of Fader & Hardie (2005), "A note on deriving the Pareto/NBD model"; times in days."""
    with mpmath.workdps(40):
        r, alpha, s, beta = map(mpmath.mpf, astuple(model))
        t_x, age = mpmath.mpf(t_x) / 7, mpmath.mpf(age) / 7

        def dropped_after(weeks):
            if alpha >= beta:
                z = (alpha - beta) / (alpha + weeks)
                return mpmath.hyp2f1(r + s + x, s + 1, r + s + x + 1, z) / (alpha + weeks) ** (r + s + x)
            z = (beta - alpha) / (beta + weeks)
            return mpmath.hyp2f1(r + s + x, r + x, r + s + x + 1, z) / (beta + weeks) ** (r + s + x)

        alive = (alpha + age) ** -(r + x) * (beta + age) ** -s
        whole = alive + s / (r + s + x) * (dropped_after(t_x) - dropped_after(age))
        constant = mpmath.gamma(r + x) / mpmath.gamma(r) * alpha**r * beta**s
        return float(mpmath.log(constant * whole)), float(alive / whole)


@pytest.mark.parametrize("model", MODELS, ids=str)
@pytest.mark.parametrize(("x", "t_x", "age"), STATES)
def test_likelihood_and_p_alive_equal_the_published_form_in_40_digits_in_extreme_states(model, x, t_x, age):
    log_likelihood, p_alive = in_40_digits(model, x, t_x, age)
    one = unique_states(*(np.array([v]) for v in (x, t_x, age)))
    value, _ = pareto_nbd.log_likelihood(one)(np.log(astuple(model)))
    # Seven digits where two scales differ by a thousand, nine and more elsewhere.
    assert value == pytest.approx(log_likelihood, rel=1e-8, abs=1e-6 if model.beta > 1000 * model.alpha else 1e-8)
    assert model.p_alive(x, t_x / 7, age / 7) == pytest.approx(p_alive, rel=1e-6)


def stay_in_40_digits(model, age, horizon):
    """Mean and mean square of the time that one stays within the horizon, if alive."""
    with mpmath.workdps(40):
        s, scale = mpmath.mpf(model.s), mpmath.mpf(model.beta) + age
        points = [0, mpmath.mpf(horizon) / 100, horizon]
        mean = mpmath.quad(lambda u: (scale / (scale + u)) ** s, points)
        return float(mean), float(mpmath.quad(lambda u: 2 * u * (scale / (scale + u)) ** s, points))


@pytest.mark.parametrize("model", [*MODELS, ParetoNbd(1.0, 5.0, 1.0, 5.0), ParetoNbd(1.0, 5.0, 2.0, 5.0)], ids=str)
@pytest.mark.parametrize(("x", "age", "horizon"), [(0, 0.0, 52.0), (3, 20.0, 1.0), (1000, 156.0, 260.0)])
def test_moments_equal_integrals_over_the_dropout_in_40_digits(model, x, age, horizon):
    stay, square = stay_in_40_digits(model, age, horizon)
    shape, rate = model.r + x, model.alpha + age
    mean, mean_square = (moment[0, 0] for moment in model.moments_if_alive(x, age, horizon))
    assert mean == pytest.approx(shape / rate * stay, rel=1e-9)
    assert model.purchases_if_alive(x, age, horizon)[0, 0] == pytest.approx(mean, rel=1e-12)
    assert mean_square == pytest.approx(mean + shape * (shape + 1) / rate**2 * square, rel=1e-8)


def test_predictions_equal_those_of_lifetimes_where_these_are_sound():
    model = ParetoNbd(*TRUTH)
    theirs = lifetimes.ParetoNBDFitter()
    theirs.params_ = dict(zip(ParetoNbd.NAMES, TRUTH, strict=True))
    x, t_x, age = np.array([0, 1, 2, 5, 20]), np.array([0.0, 3.0, 20.0, 30.0, 50.0]), np.array([9, 30, 25, 60, 52.0])
    np.testing.assert_allclose(model.p_alive(x, t_x, age), theirs.conditional_probability_alive(x, t_x, age), rtol=1e-8)
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


def test_without_dropout_it_is_the_negative_binomial():
    model = ParetoNbd(0.7, 9.4, 1.2e-4, 8103.0)
    mean, square = (moment[0, 0] for moment in model.moments_if_alive(5, 30.0, 13.0))
    ratio = 13.0 / (model.alpha + 30.0)
    exact = (model.r + 5) * ratio
    assert mean == pytest.approx(exact, rel=1e-5)
    assert square == pytest.approx(exact * (1 + ratio) + exact**2, rel=1e-5)
    assert model.p_alive(5, 10.0, 30.0) == pytest.approx(1.0, abs=1e-5)


def test_p_alive_keeps_the_shape_and_order_of_customers():
    model = ParetoNbd(*TRUTH)
    x, t_x, age = (
        np.array([[3, 0], [1, 3]]),
        np.array([[20.0, 0.0], [4.0, 20.0]]),
        np.array([[30.0, 30.0], [9.0, 50.0]]),
    )
    each = [[model.p_alive(*state) for state in zip(*rows, strict=True)] for rows in zip(x, t_x, age, strict=True)]
    np.testing.assert_allclose(model.p_alive(x, t_x, age), each, rtol=1e-12)


def test_counts_weigh_as_many_customers_as_they_say():
    x, t_x, age = np.array([0, 1, 4]), np.array([0, 30, 200]), np.array([300, 200, 210])
    at = np.log(TRUTH)
    states = unique_states(*(np.repeat(values, [5, 2, 3]) for values in (x, t_x, age)))
    singly = [pareto_nbd.log_likelihood(unique_states(*(v[i : i + 1] for v in (x, t_x, age))))(at) for i in range(3)]
    value, gradient = pareto_nbd.log_likelihood(states)(at)
    assert isinstance(states, States)
    assert value == pytest.approx(sum(n * each[0] for n, each in zip((5, 2, 3), singly, strict=True)))
    np.testing.assert_allclose(gradient, sum(n * each[1] for n, each in zip((5, 2, 3), singly, strict=True)))
