import mpmath
import numpy as np
import pytest
from scipy.optimize import check_grad

from core.models import sbg
from core.models.estimation import NoFit
from core.models.sbg import Sbg, SbgFit

# Fader & Hardie (2007): survivors of 1,000 customers after 0 to 7 years.
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]


@pytest.mark.parametrize(
    ("survivors", "published"), [(REGULAR, ["0.704", "1.182"]), (HIGH_END, ["0.668", "3.806"])], ids=["regular", "high"]
)
def test_estimates_equal_those_of_fader_and_hardie_2007(survivors, published):
    fitted = sbg.fit(survivors)
    assert isinstance(fitted, SbgFit)
    assert [f"{value:.3f}" for value in fitted.estimate.values] == published
    assert fitted.estimate.determined


def test_survival_of_the_fitted_model_follows_what_was_observed_and_what_came_later():
    # Table 1 of the paper: years 8 to 12 of "Regular" customers were 22.3, 20.7, 19.4, 18.3 and 17.3 %.
    model = sbg.fit(REGULAR).model
    np.testing.assert_allclose(model.survival(np.arange(8)), np.array(REGULAR) / 1000, atol=0.01)
    np.testing.assert_allclose(model.survival(np.arange(8, 13)), [0.223, 0.207, 0.194, 0.183, 0.173], atol=0.015)


def test_survival_is_the_product_of_retention_rates_and_retention_rises():
    model = Sbg(0.668, 3.806)
    retention = model.retention(np.arange(1, 30))
    np.testing.assert_allclose(model.survival(np.arange(1, 30)), np.cumprod(retention), rtol=1e-12)
    assert model.survival(0) == 1.0
    assert (np.diff(retention) > 0).all()


def test_gradient_equals_finite_differences():
    log_likelihood = sbg._log_likelihood(*sbg._lost_and_left(np.array([REGULAR, HIGH_END], dtype=float)))
    at = np.log([0.4, 2.0])
    assert check_grad(lambda v: log_likelihood(v)[0], lambda v: log_likelihood(v)[1], at) < 0.05


def test_likelihood_equals_the_products_of_the_paper():
    alpha, beta = 0.7, 1.2
    share = [1.0]
    for t in range(1, 8):
        share.append(share[-1] * (beta + t - 1) / (alpha + beta + t - 1))
    expected = sum(-np.diff(REGULAR) * np.log(-np.diff(share))) + REGULAR[-1] * np.log(share[-1])
    value, _ = sbg._log_likelihood(*sbg._lost_and_left(np.array([REGULAR], dtype=float)))(np.log([alpha, beta]))
    assert value == pytest.approx(expected)


def test_cohorts_observed_for_a_shorter_time_count_for_that_time():
    nothing = float("nan")
    later = [500, 320, 230, *[nothing] * 5]
    both = sbg.fit([REGULAR, later])
    assert both.estimate.customers == 1500
    np.testing.assert_allclose(both.estimate.values, sbg.fit(REGULAR).estimate.values, rtol=0.1)
    assert both.estimate.standard_errors[0] < sbg.fit(REGULAR).estimate.standard_errors[0]
    # Nothing seen of a cohort but its size adds nothing.
    alone = sbg.fit([REGULAR, [800, *[nothing] * 7]])
    np.testing.assert_allclose(alone.estimate.values, sbg.fit(REGULAR).estimate.values, rtol=1e-4)


def test_parameters_of_simulated_customers_are_recovered_within_their_errors():
    rng = np.random.default_rng(2)
    left_at = rng.geometric(rng.beta(0.9, 2.5, 20_000))
    survivors = [(left_at > period).sum() for period in range(9)]
    fitted = sbg.fit(survivors)
    assert (np.abs(fitted.estimate.values - [0.9, 2.5]) < 3 * fitted.estimate.standard_errors).all()


@pytest.mark.parametrize("model", [Sbg(0.704, 1.182), Sbg(3.8, 15.2), Sbg(0.067, 0.267), Sbg(1.0, 2.0)], ids=str)
@pytest.mark.parametrize("renewals", [0, 4, 100])
def test_discounted_residual_lifetime_equals_2f1_in_30_digits(model, renewals):
    for rate in (0.1, 0.001):
        with mpmath.workdps(30):
            alpha, beta = mpmath.mpf(model.alpha), mpmath.mpf(model.beta) + renewals
            z = 1 / (1 + mpmath.mpf(rate))
            exact = beta / (alpha + beta) * mpmath.hyp2f1(1, beta + 1, alpha + beta + 1, z)
        assert model.residual_lifetime(renewals, rate)[0] == pytest.approx(float(exact), rel=1e-7)


def test_residual_lifetime_is_the_sum_over_all_periods():
    model = Sbg(3.8, 15.2)
    assert model.residual_lifetime(2)[0] == pytest.approx(model.renewals_within(2, 20_000)[0], rel=1e-5)
    assert model.residual_lifetime(2, 0.1)[0] == pytest.approx(model.renewals_within(2, 400, 0.1)[0], rel=1e-9)
    by_hand = sum(model.survival(2 + i) / model.survival(2) / 1.1 ** (i - 1) for i in range(1, 4))
    assert model.renewals_within([2], 3, 0.1)[0] == pytest.approx(by_hand)
    assert Sbg(0.7, 1.2).residual_lifetime([0, 5]).tolist() == [np.inf, np.inf]


def test_few_or_nothing_observed_is_not_fitted():
    assert sbg.fit([100, 49]) == NoFit("sbg", "too_few_repeat_buyers", 49)
    assert sbg.fit([100]) == NoFit("sbg", "too_few_repeat_buyers", 0)


def test_one_period_alone_determines_no_two_parameters():
    fitted = sbg.fit([1000, 600])
    assert isinstance(fitted, NoFit) or not fitted.estimate.determined


def test_nobody_lost_is_told_apart_from_a_fit():
    fitted = sbg.fit([200, 200, 200])
    assert isinstance(fitted, NoFit) or not fitted.estimate.determined


@pytest.mark.parametrize("survivors", [[100, 90, 95], [100, float("nan"), 80]])
def test_impossible_numbers_are_refused(survivors):
    with pytest.raises(ValueError, match="survivors"):
        sbg.fit(survivors)
