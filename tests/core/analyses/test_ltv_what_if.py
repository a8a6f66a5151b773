import numpy as np
import pytest

from core.analyses import ltv
from core.analyses.ltv import LtvParams
from core.errors import BadParameterError
from core.filters import Filters
from core.models.bg_nbd import BgNbd
from core.models.pareto_nbd import ParetoNbd
from tests.core.analyses.ltv_data import simulated

WEEKS = 365.25 / 7


@pytest.fixture(scope="module")
def dataset():
    return simulated(cost_share=0.75)


@pytest.fixture(scope="module", params=["bg_nbd", "mbg_nbd", "pareto_nbd"])
def params(request):
    return LtvParams(model=request.param)


@pytest.fixture(scope="module")
def result(dataset, params):
    return ltv.run(dataset, Filters(), params)


def asked(result, lever, percent, of=None, segment=""):
    return result.what_if(of, segment, lever, percent)


def test_before_is_what_the_page_shows(result):
    found = asked(result, "order_value", 10.0)
    assert found.ltv.before == pytest.approx(result.figures.total)
    assert found.customers == len(result.customers)
    # Costs are three quarters of revenue, and a year's discount is missing.
    assert found.revenue.before > 4 * found.ltv.before


def test_order_value_moves_everything_in_proportion(result):
    found = asked(result, "order_value", 10.0)
    for effect in (found.ltv, found.revenue):
        assert effect.after == pytest.approx(1.1 * effect.before)
        assert effect.change == pytest.approx(effect.after - effect.before)
        assert effect.low < effect.change < effect.high


@pytest.mark.parametrize("lever", ["retention", "frequency"])
def test_more_percent_bring_more_and_less_bring_less(result, lever):
    changes = [asked(result, lever, percent).ltv.change for percent in (-20.0, 0.0, 10.0, 20.0)]
    assert (np.diff(changes) > 0).all()
    assert changes[1] == 0.0
    zero = asked(result, lever, 0.0).ltv
    assert (zero.low, zero.high) == (0.0, 0.0)


def test_tiers_add_up(dataset, result):
    tiers = result.classification(dataset.history.n_customers)
    parts = [asked(result, "retention", 10.0, tiers, label) for label in tiers.labels]
    whole = asked(result, "retention", 10.0)
    assert sum(part.customers for part in parts) == whole.customers
    assert sum(part.ltv.change for part in parts) == pytest.approx(whole.ltv.change)
    assert sum(part.revenue.after for part in parts) == pytest.approx(whole.revenue.after)
    assert [part.segment for part in parts] == list(tiers.labels)


def test_interval_equals_draws_of_the_parameters(params, result):
    found = asked(result, "frequency", 10.0)
    purchases, spend, _ = result.basis.fits
    rng = np.random.default_rng(5)
    logs = rng.multivariate_normal(np.log(purchases.estimate.values), purchases.estimate.log_covariance, 300)
    logs_of_spend = rng.multivariate_normal(np.log(spend.estimate.values), spend.estimate.log_covariance, 300)
    few = result.customers.iloc[::20]
    x, t_x, age = (few[name].to_numpy() for name in ("repeat_frequency", "recency_t_x", "age_T"))
    changes = []
    for log, log_of_spend in zip(logs, logs_of_spend, strict=True):
        model, money = type(purchases.model)(*np.exp(log)), type(spend.model)(*np.exp(log_of_spend))
        # A tenth more purchases in Pareto/NBD; in the others a clock that runs a tenth faster.
        pareto = params.model == "pareto_nbd"
        more = (
            1.1 * model.expected_purchases(x, t_x, age, WEEKS)
            if pareto
            else model.expected_purchases(x, t_x, age, 1.1 * WEEKS)
        )
        gained = more - model.expected_purchases(x, t_x, age, WEEKS)
        changes.append(gained @ money.expected_spend(x, few["monetary_value"].to_numpy()))
    spread = np.std(changes) / np.mean(changes)
    assert (found.revenue.high - found.revenue.change) / 1.96 / found.revenue.change == pytest.approx(spread, rel=0.25)


@pytest.mark.parametrize("model", [BgNbd(0.8, 6.0, 0.8, 2.5), ParetoNbd(0.8, 8.0, 0.7, 12.0)])
def test_retention_equals_a_simulation_of_dropouts_at_lower_rates(model):
    # Of customers with x = 3, T = 40 weeks who are alive: rates and dropouts drawn, the latter a fifth lower.
    rng = np.random.default_rng(6)
    n, x, age, weeks, stays = 400_000, 3, 40.0, 52.0, 0.8
    rate = rng.gamma(model.r + x, 1 / (model.alpha + age), n)
    if isinstance(model, BgNbd):
        dropout = stays * rng.beta(model.a, model.b + x, n)
        bought = np.minimum(rng.poisson(rate * weeks), rng.geometric(dropout))
    else:
        dropout = stays * rng.gamma(model.s, 1 / (model.beta + age), n)
        bought = rng.poisson(rate * np.minimum(rng.exponential(1 / dropout), weeks))
    formula = model.purchases_if_alive(x, age, stays * weeks)[0, 0] / stays
    assert formula == pytest.approx(bought.mean(), abs=4 * bought.std() / np.sqrt(n))


def test_nobody_in_a_segment_and_no_model_give_nothing(dataset, result):
    tiers = result.classification(dataset.history.n_customers)
    codes = np.where(tiers.codes == 0, np.int16(1), tiers.codes)
    empty = type(tiers)(tiers.name, tiers.labels, codes)
    assert asked(result, "retention", 10.0, empty, "vip") is None
    assert asked(ltv.run(dataset, Filters(), LtvParams(model="simple")), "retention", 10.0) is None


@pytest.mark.parametrize(("lever", "percent"), [("luck", 10.0), ("retention", 91.0), ("retention", float("nan"))])
def test_what_cannot_be_asked_is_refused(result, lever, percent):
    with pytest.raises(BadParameterError):
        asked(result, lever, percent)


def test_a_segment_that_is_not_there_is_refused(dataset, result):
    tiers = result.classification(dataset.history.n_customers)
    with pytest.raises(BadParameterError, match="golden"):
        asked(result, "retention", 10.0, tiers, "golden")
