import numpy as np
import pytest

from core.models import gamma_gamma
from core.models.bg_nbd import BgNbd
from core.models.customer_value import forecast_purchases, forecast_value, relative_error_of_total
from core.models.gamma_gamma import GammaGamma
from core.models.horizon import Horizon
from core.models.mbg_nbd import MbgNbd
from core.models.pareto_nbd import ParetoNbd
from core.models.purchase_days import RepeatSummary, purchase_days, summarise
from core.models.purchase_model import MODELS
from core.models.spread import spread
from core.money import SCALE
from tests.core.models.simulate import TRUTHS, purchase_log

BUYING, SPENDING = (0.8, 6.0, 0.8, 2.5), (6.0, 4.0, 15.0)
CUT, END = 700, 1064


@pytest.fixture(scope="module", params=list(MODELS))
def future(request):
    """Summary at the cut, the forecast of a fit to it, and what customers then really brought in 52 weeks."""
    name = request.param
    owner, when, value = purchase_log(21, 20_000, END + 1, TRUTHS[name], SPENDING, won_within=0.6, model=name)
    always = np.ones(len(owner), dtype=bool)
    # Two purchases of one day count as one, as they do in the product.
    days = purchase_days(owner, when.astype(int), always, np.rint(value * SCALE).astype(np.int64), 20_000, END)
    summary = summarise(days, CUT)
    horizon = Horizon.of_weeks((END - CUT) / 7)
    fitted = MODELS[name].fit(summary.states)
    spend = gamma_gamma.fit(summary.x, summary.mean_value)
    purchases = forecast_purchases(fitted.model, summary.states, horizon)
    forecast = forecast_value(fitted.model, spend.model, summary, purchases, horizon)
    actual = days.value_after(CUT)[summary.customer] / SCALE
    return (
        summary,
        forecast,
        actual,
        relative_error_of_total(fitted, spend, summary, np.arange(len(summary.customer)), horizon),
    )


def test_predictive_interval_of_90_per_cent_covers_what_simulated_customers_bring(future):
    summary, forecast, actual, _ = future
    above = actual > forecast.high
    below = actual < forecast.low
    # Most may well bring nothing, so their interval begins at 0 and only the upper 5 % can be missed.
    hopeful = forecast.high > 0
    assert 0.04 < above[hopeful].mean() < 0.06
    assert above[~hopeful].sum() <= 0.05 * (~hopeful).sum()
    assert below.mean() < 0.05
    assert 0.9 < 1 - above.mean() - below.mean() < 0.97
    often = summary.x >= 10
    assert 0.02 < above[often].mean() < 0.07
    newcomers = summary.x == 0
    assert 0.03 < above[newcomers].mean() < 0.07


def test_total_of_simulated_customers_lies_within_its_interval(future):
    _, forecast, actual, of_parameters = future
    error = np.hypot(of_parameters * forecast.value.sum(), np.sqrt(forecast.variance.sum()))
    assert abs(forecast.value.sum() - actual.sum()) < 2.5 * error
    assert error < 0.05 * actual.sum()


def test_the_expected_value_lies_between_the_ends_or_next_to_them(future):
    _, forecast, _, _ = future
    assert (forecast.low <= forecast.high).all()
    assert (forecast.low <= forecast.value).all()


def stays(model, rng, x, age, n):
    """How many purchases more, and for how many weeks, those who are alive may go on."""
    if isinstance(model, ParetoNbd):
        return np.full(n, np.inf), rng.exponential(1 / rng.gamma(model.s, 1 / (model.beta + age), n))
    return rng.geometric(rng.beta(model.a, model.b + x + model.CHANCES_OF_NEW, n)), np.full(n, np.inf)


@pytest.mark.parametrize(
    "model", [BgNbd(*BUYING), MbgNbd(*BUYING), ParetoNbd(0.8, 6.0, 0.7, 40.0)], ids=lambda m: m.NAME
)
def test_interval_equals_the_quantiles_of_one_customer_s_simulated_futures(model):
    spend, horizon = GammaGamma(*SPENDING), Horizon.of_months(12, 0.1)
    x, t_x, age, mean = 6, 500, 520, 42.0
    summary = RepeatSummary(*(np.array([v]) for v in (0, x, t_x, age, int(x * mean * SCALE))))
    purchases = forecast_purchases(model, summary.states, horizon)
    forecast = forecast_value(model, spend, summary, purchases, horizon)

    rng = np.random.default_rng(8)
    n = 50_000
    rate = rng.gamma(model.r + x, 1 / (model.alpha + age / 7), n)
    last, weeks = stays(model, rng, x, age / 7, n)
    nu = rng.gamma(spend.q + spend.p * x, 1 / (spend.v + x * mean), n)
    time, worth = np.zeros(n), np.zeros(n)
    alive = rng.random(n) < model.p_alive(x, t_x / 7, age / 7)
    made = 0
    while alive.any():
        made += 1
        time = time + rng.exponential(1 / rate)
        alive = alive & (made <= last) & (time < np.minimum(weeks, horizon.ends[-1]))
        month = np.ceil(time / horizon.ends[0])
        worth += np.where(alive, rng.gamma(spend.p, 1 / nu) / (1 + horizon.rate) ** month, 0.0)
    assert forecast.value[0] == pytest.approx(worth.mean(), rel=0.03)
    assert forecast.low[0] == pytest.approx(np.quantile(worth, 0.05), abs=0.05 * worth.mean())
    assert forecast.high[0] == pytest.approx(np.quantile(worth, 0.95), rel=0.1)
    assert np.sqrt(forecast.variance[0]) == pytest.approx(worth.std(), rel=0.15)


def test_forecast_is_the_same_every_time_and_scales_with_the_factor(future):
    summary, _, _, _ = future
    model, spend, horizon = BgNbd(*BUYING), GammaGamma(*SPENDING), Horizon.of_months(12, 0.1)
    purchases = forecast_purchases(model, summary.states, horizon)
    one = forecast_value(model, spend, summary, purchases, horizon)
    two = forecast_value(model, spend, summary, purchases, horizon, factor=0.5)
    for name, power in (("value", 1), ("low", 1), ("high", 1), ("variance", 2)):
        np.testing.assert_allclose(getattr(two, name), getattr(one, name) * 0.5**power, rtol=1e-12)


def test_value_is_the_sum_over_months_of_spend_by_discounted_purchases():
    model, spend = BgNbd(*BUYING), GammaGamma(*SPENDING)
    summary = RepeatSummary(*(np.array([v]) for v in (0, 4, 300, 330, 4 * 30 * SCALE)))
    horizon = Horizon.of_months(24, 0.1)
    purchases = forecast_purchases(model, summary.states, horizon)
    month = 365.25 / 12 / 7
    until = [model.expected_purchases(4, 300 / 7, 330 / 7, month * i)[0] for i in range(25)]
    each = float(spend.expected_spend(4, 30.0))
    expected = sum(each * (until[i] - until[i - 1]) / 1.1 ** (i / 12) for i in range(1, 25))
    assert forecast_value(model, spend, summary, purchases, horizon).value[0] == pytest.approx(expected, rel=1e-10)
    assert purchases.expected[0] == pytest.approx(until[-1], rel=1e-12)


@pytest.mark.parametrize("each", [BgNbd, MbgNbd, ParetoNbd])
def test_somebody_certainly_gone_brings_nothing(each):
    model, spend, horizon = each(*BUYING), GammaGamma(*SPENDING), Horizon.of_weeks(52)
    around = spread(model, spend, horizon, np.array([50]), np.array([500.0]), np.array([1e-12]))
    assert around.low[0] == around.high[0] == 0.0
