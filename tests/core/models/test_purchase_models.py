"""What holds for every model of repeat purchases."""

import lifetimes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import check_grad

from core.models import fitting
from core.models.bg_nbd import BgNbd
from core.models.estimation import NoFit
from core.models.mbg_nbd import MbgNbd
from core.models.pareto_nbd import ParetoNbd
from core.models.purchase_model import MODELS, PurchaseFit, parameters, with_parameters
from core.models.states import unique_states
from tests.core.models.simulate import TRUTHS, purchase_log, simulated_states

fixed = settings(deadline=None, derandomize=True, max_examples=50)

CLASSES = {"pareto_nbd": ParetoNbd, "bg_nbd": BgNbd, "mbg_nbd": MbgNbd}
FITTERS = {
    "pareto_nbd": lifetimes.ParetoNBDFitter,
    "bg_nbd": lifetimes.BetaGeoFitter,
    "mbg_nbd": lifetimes.ModifiedBetaGeoFitter,
}
# Customers of three kinds: as the truth of the model says, few that come often, many that come once.
GENERATED = {
    "pareto_nbd": (TRUTHS["pareto_nbd"], (2.0, 10.0, 0.5, 20.0), (0.4, 6.0, 0.9, 12.0)),
    "bg_nbd": (TRUTHS["bg_nbd"], (2.0, 10.0, 0.5, 6.0), (0.4, 6.0, 1.2, 2.0)),
    "mbg_nbd": (TRUTHS["mbg_nbd"], (2.0, 10.0, 0.5, 6.0), (0.7, 6.0, 0.9, 1.5)),
}

each_model = pytest.mark.parametrize("name", list(MODELS))
parameter = st.floats(0.05, 20.0)
models = st.builds(
    lambda name, r, alpha, one, other: CLASSES[name](r, alpha, one, other),
    st.sampled_from(list(MODELS)),
    parameter,
    st.floats(0.5, 50.0),
    parameter,
    parameter,
)


@pytest.fixture(scope="module")
def states():
    return {name: simulated_states(name) for name in MODELS}


@pytest.fixture(scope="module")
def fitted(states):
    return {name: MODELS[name].fit(states[name]) for name in MODELS}


def test_models_are_found_by_their_names():
    assert set(MODELS) == set(CLASSES)
    for name, each in CLASSES.items():
        assert name == each.NAME
    with pytest.raises(KeyError):
        MODELS["gamma_gamma"]


@each_model
def test_gradient_equals_finite_differences(states, name):
    log_likelihood = MODELS[name].log_likelihood(states[name].thinned(500))
    at = np.log([0.5, 5.0, 0.4, 3.0])
    error = check_grad(lambda v: log_likelihood(v)[0], lambda v: log_likelihood(v)[1], at)
    assert error < 1e-4 * np.abs(log_likelihood(at)[1]).max()


@each_model
def test_parameters_of_simulated_customers_are_recovered_within_their_errors(fitted, name):
    assert isinstance(fitted[name], PurchaseFit)
    z = (fitted[name].estimate.values - TRUTHS[name]) / fitted[name].estimate.standard_errors
    assert np.abs(z).max() < 3


@each_model
@pytest.mark.parametrize("case", range(3))
def test_estimate_equals_that_of_lifetimes_on_three_generated_data_sets(name, case):
    states = simulated_states(name, 1_000, seed=100 + case, buying=GENERATED[name][case])
    ours = MODELS[name].fit(states)
    theirs = FITTERS[name](penalizer_coef=0.0)
    # At its default tolerance the simplex that lifetimes climbs Pareto/NBD with stops short of the maximum.
    tolerance = {"tol": 1e-9} if name == "pareto_nbd" else {}
    theirs.fit(states.x, states.t_x, states.age, weights=states.count, **tolerance)
    names = CLASSES[name].NAMES
    np.testing.assert_allclose(ours.estimate.values, theirs.params_[list(names)], rtol=1e-3)


@each_model
def test_likelihood_equals_that_of_lifetimes_summed_over_customers(states, name):
    few = states[name].thinned(1_000)
    at = np.log([0.7, 7.0, 0.8, 9.0])
    value, _ = MODELS[name].log_likelihood(few)(at)
    theirs = FITTERS[name]()
    if name == "pareto_nbd":
        each = theirs._conditional_log_likelihood(np.exp(at), few.x, few.t_x, few.age)
        assert value == pytest.approx((each * few.count).sum(), rel=1e-9)
    else:
        mean = theirs._negative_log_likelihood(at, few.x, few.t_x, few.age, few.count, 0.0)
        assert value == pytest.approx(-mean * few.customers, rel=1e-9)


@each_model
def test_a_large_fit_that_starts_from_a_sample_equals_one_that_does_not(monkeypatch, states, fitted, name):
    assert states[name].customers >= fitting._ONE_IN * fitting._FEW
    monkeypatch.setattr(fitting, "_FEW", states[name].customers)
    again = MODELS[name].fit(states[name]).estimate
    np.testing.assert_allclose(again.values, fitted[name].estimate.values, rtol=1e-4)
    np.testing.assert_allclose(again.standard_errors, fitted[name].estimate.standard_errors, rtol=1e-3)


@each_model
def test_the_start_of_the_search_does_not_matter(states, fitted, name):
    elsewhere = MODELS[name].fit(states[name], CLASSES[name](0.1, 30.0, 5.0, 0.5))
    np.testing.assert_allclose(elsewhere.estimate.values, fitted[name].estimate.values, rtol=1e-4)


@each_model
def test_fewer_than_50_repeat_buyers_are_not_fitted(name):
    x = np.repeat([0, 1], [500, 49])
    states = unique_states(x, x * 10, np.full(549, 100))
    assert MODELS[name].fit(states) == NoFit(name, "too_few_repeat_buyers", 49)
    nobody = np.empty(0, dtype=np.int64)
    assert MODELS[name].fit(unique_states(nobody, nobody, nobody)) == NoFit(name, "too_few_repeat_buyers", 0)


@each_model
def test_customers_all_alike_give_an_estimate_that_is_called_undetermined(name):
    x = np.full(200, 10)
    fit = MODELS[name].fit(unique_states(x, np.full(200, 100), np.full(200, 110)))
    assert isinstance(fit, PurchaseFit)
    assert not fit.estimate.determined
    assert np.isfinite(fit.estimate.log_covariance).all()
    assert fit.model.expected_purchases(10, 100 / 7, 110 / 7, 11 / 7)[0] == pytest.approx(1.0, rel=0.1)


@each_model
@pytest.mark.parametrize(("x", "age", "horizon"), [(0, 0.0, 52.0), (3, 20.0, 52.0), (40, 38.0, 260.0)])
def test_moments_equal_those_of_drawn_futures(name, x, age, horizon):
    model = CLASSES[name](0.5, 8.0, 0.7, 2.4)
    rng = np.random.default_rng(5)
    n = 400_000
    bought, when = (drawn[0] for drawn in model.simulate(np.array([float(x)]), np.array([age]), horizon, rng, n))
    mean, square = (moment[0, 0] for moment in model.moments_if_alive(x, age, horizon))
    assert abs(bought.mean() - mean) < 4 * bought.std() / np.sqrt(n)
    assert abs((bought**2.0).mean() - square) < 4 * (bought**2.0).std() / np.sqrt(n)
    assert mean == pytest.approx(model.purchases_if_alive(x, age, horizon)[0, 0], rel=1e-12)
    # Drop out, and purchases lie in the first half on average; stay, and they are spread evenly.
    assert (when > 0).all()
    assert (when <= 0.5).all()
    half = model.purchases_if_alive(x, age, horizon / 2)[0, 0] / mean
    assert 0.5 <= half < 1
    assert (bought * when).sum() / bought.sum() < 0.5


@each_model
@pytest.mark.parametrize("horizon", [1.0, 52.0])
def test_new_customers_buy_as_often_as_simulated_ones(name, horizon):
    customers = 100_000
    owner, _, _ = purchase_log(3, customers, round(horizon * 7), TRUTHS[name], won_within=0.0, model=name)
    bought = np.bincount(owner) - 1
    error = bought.std() / np.sqrt(customers)
    assert abs(bought.mean() - CLASSES[name](*TRUTHS[name]).expected_new([horizon])[0]) < 4 * error


@each_model
def test_simulated_customers_buy_on_as_expected_however_they_bought_so_far(name):
    customers, cut = 60_000, 364
    owner, when, _ = purchase_log(4, customers, 2 * cut, TRUTHS[name], won_within=0.4, model=name)
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    x = np.bincount(owner, when < cut).astype(int) - 1
    after = np.bincount(owner, when >= cut)
    t_x, age = (when[first + x] - when[first]) / 7, (cut - when[first]) / 7
    model = CLASSES[name](*TRUTHS[name])
    expected = model.expected_purchases(x, t_x, age, cut / 7)
    alive = np.digitize(model.p_alive(x, t_x, age), [0.1, 0.5, 0.9])
    for frequency in range(4):
        for group in range(4):
            members = (np.minimum(x, 3) == frequency) & (alive == group)
            if members.sum() > 100:
                error = after[members].std() / np.sqrt(members.sum())
                assert abs(after[members].mean() - expected[members].mean()) < 4 * error


@fixed
@given(models, st.integers(1, 200), st.floats(0.0, 100.0), st.floats(0.0, 100.0), st.floats(0.0, 50.0))
def test_p_alive_falls_with_silence(model, x, t_x, silence, more):
    sooner, later = model.p_alive([x, x], [t_x, t_x], [t_x + silence, t_x + silence + more])
    assert 0 <= later <= sooner * (1 + 1e-7)
    assert sooner <= 1


@fixed
@given(models, st.integers(0, 200), st.floats(0.0, 150.0), st.floats(0.1, 100.0), st.floats(0.1, 100.0))
def test_expected_purchases_grow_with_the_horizon_and_stay_below_those_without_dropout(model, x, age, horizon, more):
    short, long = model.purchases_if_alive(x, age, [horizon, horizon + more])[0]
    without_dropout = (model.r + x) / (model.alpha + age) * horizon
    assert 0 < short <= without_dropout * (1 + 1e-9)
    assert short < long * (1 + 1e-12)


@each_model
def test_nobody_and_no_time_give_nothing(name):
    model = CLASSES[name](0.243, 4.414, 0.793, 2.426)
    assert model.purchases_if_alive([], [], [1.0]).shape == (0, 1)
    assert model.p_alive([], [], []).shape == (0,)
    np.testing.assert_array_equal(model.expected_new([0.0]), [0.0])
    np.testing.assert_array_equal(model.moments_if_alive(3, 10.0, [0.0]), np.zeros((2, 1, 1)))


def test_parameters_go_out_and_in():
    model = ParetoNbd(1.0, 2.0, 3.0, 4.0)
    np.testing.assert_array_equal(parameters(model), [1.0, 2.0, 3.0, 4.0])
    assert with_parameters(model, np.array([4.0, 3.0, 2.0, 1.0])) == ParetoNbd(4.0, 3.0, 2.0, 1.0)
