"""How far a customer's future value may lie from its expectation: predictive quantiles by simulation on a grid of states.

Given that a customer is alive, the number of purchases depends on (x, T) alone, and what n purchases bring is
(v + x M) Gamma(p n) / Gamma(q + p x). So value divided by its expectation depends on (x, T) alone too. It is simulated, with a fixed
seed, once for each occupied cell of a grid that is fine in log(1 + x) and in log(scale + T), scale being the model's scale of time;
being alive or not is then mixed in exactly.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.models.gamma_gamma import GammaGamma
from core.models.horizon import Horizon
from core.models.purchase_model import PurchaseModel
from core.models.states import distinct_rows

Floats = NDArray[np.float64]

_DRAWS = 800
_SEED = 20_050_101
# Cells a doubling of 1 + x, and a factor e of scale + T. Up to x = 6 each x has its own.
_CELLS_X = 4.0
_CELLS_AGE = 6.0


@dataclass(frozen=True, eq=False)
class Spread:
    """Value relative to its expectation if alive, for each of k states.

    Parameters
    ----------
    low, high : ndarray of float64, shape (k,)
        Ends of the predictive interval.
    variance : ndarray of float64, shape (k,)
    """

    low: Floats
    high: Floats
    variance: Floats


def spread(
    model: PurchaseModel,
    spend: GammaGamma,
    horizon: Horizon,
    x: NDArray[np.integer],
    age: Floats,
    p_alive: Floats,
    confidence: float = 0.9,
) -> Spread:
    """Predictive interval of customers' value, relative to its expectation if alive.

    Parameters
    ----------
    model, spend
        Fitted models.
    horizon : Horizon
    x, age, p_alive : ndarray, shape (k,)
        Repeat purchases, weeks since the first one, and the probability of being alive, state by state.
    confidence : float
        Probability that the interval aims at.

    Returns
    -------
    Spread
        The lower end is 0 for everybody who may well bring nothing.
    """
    cell, draws = _cells(model, spend, horizon, x, age)
    tail = (1 - confidence) / 2
    square = np.mean(draws**2, axis=1)[cell]
    return Spread(
        low=_quantile(draws, cell, p_alive, tail),
        high=_quantile(draws, cell, p_alive, 1 - tail),
        variance=p_alive * square - p_alive**2,
    )


def _cells(
    model: PurchaseModel, spend: GammaGamma, horizon: Horizon, x: NDArray[np.integer], age: Floats
) -> tuple[NDArray[np.int64], Floats]:
    """The cell of each state, and sorted draws of relative value, one row a cell."""
    of_x = np.floor(_CELLS_X * np.log2(1 + x)).astype(np.int64)
    of_age = np.floor(_CELLS_AGE * np.log1p(age / model.time_scale)).astype(np.int64)
    _, cell, size = distinct_rows(of_x, of_age)
    mean_x = np.bincount(cell, weights=x) / size
    mean_age = np.bincount(cell, weights=age) / size
    draws = _simulate(model, spend, horizon, mean_x, mean_age)
    expected = horizon.discounted(model.purchases_if_alive(mean_x, mean_age, horizon.ends))
    expected *= spend.p / (spend.p * mean_x + spend.q - 1)
    return cell, np.sort(draws / expected[:, None], axis=1)


def _simulate(model: PurchaseModel, spend: GammaGamma, horizon: Horizon, x: Floats, age: Floats) -> Floats:
    """Discounted value of customers who are alive, in units of v + x M, shape (cells, draws)."""
    rng = np.random.default_rng(_SEED)
    bought, when = model.simulate(x, age, horizon.ends[-1], rng, _DRAWS)
    shape = np.broadcast_to(spend.p * x[:, None] + spend.q, bought.shape)
    value = rng.standard_gamma(spend.p * bought) / rng.standard_gamma(shape)
    return value * horizon.discount_at(when)


def _quantile(draws: Floats, cell: NDArray[np.int64], p_alive: Floats, level: float) -> Floats:
    """Quantile of a mixture: nothing with probability 1 - p_alive, else one of the cell's draws."""
    within = (level - 1 + p_alive) / p_alive
    place = np.clip(within, 0, 1) * (draws.shape[1] - 1)
    below = place.astype(np.int64)
    above = np.minimum(below + 1, draws.shape[1] - 1)
    low, high = draws[cell, below], draws[cell, above]
    return np.where(within > 0, low + (place - below) * (high - low), 0.0)
