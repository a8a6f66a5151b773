"""Fitting a purchase model to states by maximum likelihood."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.models.estimation import (
    MIN_REPEAT_BUYERS,
    Estimate,
    LogLikelihood,
    Maximum,
    NoFit,
    estimate,
    maximise,
    polish,
)
from core.models.purchase_model import PurchaseFit, PurchaseModel, parameters, with_parameters
from core.models.states import States

Floats = NDArray[np.float64]
OfStates = Callable[[States], LogLikelihood]

# Above so many customers the search begins with one in so many of them.
_MANY = 8_000
_ONE_IN = 8


def fit_states(
    states: States,
    start: PurchaseModel,
    of_states: OfStates,
    near: Estimate | None = None,
    directions: Floats | None = None,
) -> PurchaseFit | NoFit:
    """Fit by maximum likelihood.

    Parameters
    ----------
    states : States
    start : PurchaseModel
        Where the search begins.
    of_states : callable
        Makes the log likelihood of states.
    near : Estimate, optional
        Of customers who are much like these, such as a part of them.
    directions : ndarray of float64, shape (k, k), optional
        As for :func:`core.models.estimation.maximise`.

    Returns
    -------
    PurchaseFit or NoFit
        ``NoFit`` below 50 repeat buyers, and where the search does not converge.
    """
    if states.repeat_buyers < MIN_REPEAT_BUYERS:
        return NoFit(start.NAME, "too_few_repeat_buyers", states.repeat_buyers)
    log_likelihood = of_states(states)
    top = None if near is None else _from(near, log_likelihood, states.customers)
    if top is None:
        top = _maximum(states, log_likelihood, np.log(parameters(start)), of_states, directions)
    if top is None:
        return NoFit(start.NAME, "no_convergence", states.repeat_buyers)
    found = estimate(start.NAME, start.NAMES, top, states.customers)
    return PurchaseFit(with_parameters(start, found.values), found)


def _maximum(
    states: States, log_likelihood: LogLikelihood, start: Floats, of_states: OfStates, directions: Floats | None
) -> Maximum | None:
    if states.customers > _MANY:
        # A sample's maximum is so near, and its curvature so like, that a few Newton steps do the rest.
        sample = states.thinned(states.customers // _ONE_IN)
        near = _maximum(sample, of_states(sample), start, of_states, directions)
        if near is not None:
            likely = near.hessian * states.customers / sample.customers
            top = polish(log_likelihood, near.log_parameters, states.customers, likely)
            if top is not None:
                return top
    # From the start: on a ridge, where the sample's maximum is worth nothing, a search must not begin at its far end.
    return maximise(log_likelihood, start, states.customers, directions)


def _from(near: Estimate, log_likelihood: LogLikelihood, customers: int) -> Maximum | None:
    likely = -near.log_information * customers / near.customers
    return polish(log_likelihood, np.log(near.values), customers, likely)
