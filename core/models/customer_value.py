"""Customers' future value: a purchase model for how often, Gamma-Gamma for how much, and how sure that is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.models.delta import a_few, relative_variance
from core.models.gamma_gamma import GammaGamma, GammaGammaFit
from core.models.horizon import Horizon
from core.models.purchase_days import RepeatSummary
from core.models.purchase_model import PurchaseFit, PurchaseModel
from core.models.spread import spread
from core.models.states import States

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PurchaseForecast:
    """Expected purchases over a horizon, one number a state.

    Parameters
    ----------
    p_alive : ndarray of float64, shape (states,)
    if_alive : ndarray of float64, shape (states,)
        Discounted expected purchases, given that the customer is alive.
    expected : ndarray of float64, shape (states,)
        Expected purchases, not discounted.
    """

    p_alive: Floats
    if_alive: Floats
    expected: Floats


@dataclass(frozen=True, eq=False)
class ValueForecast:
    """Value of each customer over a horizon, in currency, shape (customers,).

    Parameters
    ----------
    value : ndarray of float64
        Expected.
    low, high : ndarray of float64
        Predictive interval of that customer's value, parameters taken as known.
    variance : ndarray of float64
    """

    value: Floats
    low: Floats
    high: Floats
    variance: Floats


def forecast_purchases(model: PurchaseModel, states: States, horizon: Horizon) -> PurchaseForecast:
    """Expected purchases of each state; the costly part is done once for each (x, T)."""
    x, age, position = states.frequency_and_age
    cumulative = model.purchases_if_alive(x, age, horizon.ends)
    p_alive = model.p_alive(states.x, states.t_x, states.age)
    return PurchaseForecast(
        p_alive=p_alive,
        if_alive=horizon.discounted(cumulative)[position],
        expected=p_alive * cumulative[position, -1],
    )


def forecast_value(
    model: PurchaseModel,
    spend: GammaGamma,
    summary: RepeatSummary,
    purchases: PurchaseForecast,
    horizon: Horizon,
    factor: float = 1.0,
    confidence: float = 0.9,
) -> ValueForecast:
    """Expected value and predictive interval of each customer.

    Parameters
    ----------
    model, spend
        Fitted models.
    summary : RepeatSummary
    purchases : PurchaseForecast
        Of the states of ``summary``.
    horizon : Horizon
    factor : float
        What remains of purchases after credits; multiplies everything.
    confidence : float

    Returns
    -------
    ValueForecast
    """
    states = summary.states
    around = spread(model, spend, horizon, states.x, states.age, purchases.p_alive, confidence)
    if_alive = factor * spend.expected_spend(summary.x, summary.mean_value) * purchases.if_alive[states.inverse]
    return ValueForecast(
        value=if_alive * purchases.p_alive[states.inverse],
        low=if_alive * around.low[states.inverse],
        high=if_alive * around.high[states.inverse],
        variance=if_alive**2 * around.variance[states.inverse],
    )


def relative_error_of_total(
    fitted: PurchaseFit, spend: GammaGammaFit, summary: RepeatSummary, members: NDArray[np.int64], horizon: Horizon
) -> float:
    """Standard error of a total of values that comes from the parameters alone, as a share of the total.

    Parameters
    ----------
    fitted, spend
        Fitted models.
    summary : RepeatSummary
    members : ndarray of int64
        Positions in ``summary`` of the customers in the total.
    horizon : Horizon

    Returns
    -------
    float
    """
    some = a_few(members)
    states = summary.states
    at = states.inverse[some]
    x, t_x, age, mean = states.x[at], states.t_x[at], states.age[at], summary.mean_value[some]

    def total(model: PurchaseModel, money: GammaGamma) -> Floats:
        return np.asarray(model.expected_purchases(x, t_x, age, horizon.ends[-1]) @ money.expected_spend(x, mean))

    variance = relative_variance(lambda model: total(model, spend.model), fitted.model, fitted.estimate.log_covariance)
    variance += relative_variance(lambda money: total(fitted.model, money), spend.model, spend.estimate.log_covariance)
    return float(np.sqrt(variance))
