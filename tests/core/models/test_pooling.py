import numpy as np
import pytest

from core.models.bg_nbd import BgNbd
from core.models.pooling import GroupFits, fit_groups
from core.models.purchase_model import MODELS, parameters
from core.models.states import States, unique_states
from tests.core.models.simulate import TRUTHS, simulated_states

SIZES = [*[150] * 10, *[1_000] * 3, 8_000]
SMALL, LARGE = slice(0, 10), -1


def together(groups):
    """The states of all groups' customers."""
    return unique_states(
        *(
            np.concatenate([np.rint(getattr(each, name) * unit).astype(int)[each.inverse] for each in groups])
            for name, unit in (("x", 1), ("t_x", 7), ("age", 7))
        )
    )


def simulated_groups(seed, sizes=SIZES, spread=0.15):
    """Groups whose parameters differ by some 15 %, and the logarithms of these."""
    rng = np.random.default_rng(seed)
    truth = np.log(TRUTHS["bg_nbd"]) + spread * rng.standard_normal((len(sizes), 4))
    groups = [
        simulated_states(customers=size, days=730, seed=100 * seed + place, buying=tuple(np.exp(at)))
        for place, (size, at) in enumerate(zip(sizes, truth, strict=True))
    ]
    return groups, truth


def a_year_of_a_new_customer(logs):
    return np.log([BgNbd(*np.exp(at)).expected_new([52.0])[0] for at in logs])


@pytest.fixture(scope="module")
def pooled():
    """Several times: what is true, the groups' own fits, the pooled ones, and the overall one."""
    rounds = []
    for seed in range(5):
        groups, truth = simulated_groups(seed)
        overall = MODELS["bg_nbd"].fit(together(groups))
        alone = [MODELS["bg_nbd"].fit(each) for each in groups]
        rounds.append((truth, alone, fit_groups(groups, overall), overall))
    return rounds


def logs(fits):
    return np.log([parameters(each.model) for each in fits])


def test_small_groups_are_shrunk_and_large_ones_are_not(pooled):
    for _, alone, fits, overall in pooled:
        assert fits.own.all()
        assert (fits.weight > 0).all()
        assert (fits.weight < 1).all()
        assert fits.weight[SMALL].max() < 0.75
        assert fits.weight[LARGE] > 0.85
        own, shrunk = logs(alone), logs(fits.fits)
        np.testing.assert_allclose(shrunk[LARGE], own[LARGE], atol=0.1)
        centre = np.log(parameters(overall.model))
        assert np.abs(shrunk - centre)[SMALL].mean() < np.abs(own - centre)[SMALL].mean()


def test_shrunk_fits_forecast_better_than_the_groups_own_and_those_better_than_the_overall_one(pooled):
    errors = {"shrunk": [], "own": [], "overall": []}
    for truth, alone, fits, overall in pooled:
        centre = np.tile(np.log(parameters(overall.model)), (len(truth), 1))
        for name, at in (("shrunk", logs(fits.fits)), ("own", logs(alone)), ("overall", centre)):
            errors[name].append(((a_year_of_a_new_customer(at) - a_year_of_a_new_customer(truth)) ** 2).mean())
    assert np.mean(errors["shrunk"]) < np.mean(errors["own"]) < np.mean(errors["overall"])


def test_shrunk_parameters_are_nearer_the_truth_than_both_others(pooled):
    shrunk, own, overall = (
        np.mean([((at - truth) ** 2).mean() for truth, at in pairs])
        for pairs in zip(
            *(
                (
                    (truth, logs(fits.fits)),
                    (truth, logs(alone)),
                    (truth, np.log(parameters(everybody.model))),
                )
                for truth, alone, fits, everybody in pooled
            ),
            strict=True,
        )
    )
    assert shrunk < own
    assert shrunk < overall


def test_standard_errors_of_the_posterior_hold_the_truth(pooled):
    z = np.concatenate(
        [
            (logs(fits.fits) - truth) / [each.estimate.standard_errors / each.estimate.values for each in fits.fits]
            for truth, _, fits, _ in pooled
        ]
    )
    assert 0.85 < (np.abs(z) < 1.96).mean() <= 1


def test_a_group_that_cannot_be_fitted_has_the_overall_parameters():
    groups, _ = simulated_groups(1, sizes=[3_000, 3_000, 20])
    nobody = np.empty(0, dtype=np.int64)
    groups.append(unique_states(nobody, nobody, nobody))
    overall = MODELS["bg_nbd"].fit(together(groups))
    fits = fit_groups(groups, overall)
    assert fits.own.tolist() == [True, True, False, False]
    for place in (2, 3):
        assert fits.weight[place] == 0.0
        np.testing.assert_allclose(parameters(fits.fits[place].model), parameters(overall.model), rtol=1e-12)
        # Nobody knows how far such a group is from the others.
        np.testing.assert_allclose(fits.fits[place].estimate.log_covariance, fits.between)
    assert fits.fits[2].estimate.customers == 20


def test_equal_groups_come_out_almost_equal():
    whole = simulated_states(customers=8_000, days=730)
    groups = [whole.part(slice(place, None, 8)) for place in range(8)]
    overall = MODELS["bg_nbd"].fit(whole)
    fits = fit_groups(groups, overall)
    own = logs([MODELS["bg_nbd"].fit(each) for each in groups])
    assert logs(fits.fits).std(axis=0).max() < 0.6 * own.std(axis=0).max()


def test_no_groups_and_one_group():
    states = simulated_states(customers=2_000)
    overall = MODELS["bg_nbd"].fit(states)
    nothing = fit_groups([], overall)
    assert isinstance(nothing, GroupFits)
    assert nothing.fits == ()
    alone = fit_groups([states], overall)
    np.testing.assert_allclose(parameters(alone.fits[0].model), parameters(overall.model), rtol=1e-3)


def test_any_of_the_models_can_be_pooled():
    whole = simulated_states("pareto_nbd", customers=4_000)
    for name, module in MODELS.items():
        fits = fit_groups([whole.part(slice(0, None, 2)), whole.part(slice(1, None, 2))], module.fit(whole))
        assert [each.model.NAME for each in fits.fits] == [name, name]


def test_part_of_the_states_are_those_of_its_customers():
    x = np.array([0, 3, 0, 1, 2, 3])
    states = unique_states(x, x * 7, x * 14)
    for members in (np.array([1, 5]), x == 3):
        few = states.part(members)
        assert isinstance(few, States)
        np.testing.assert_array_equal(few.x, [3])
        np.testing.assert_array_equal(few.count, [2])
        assert few.customers == 2
