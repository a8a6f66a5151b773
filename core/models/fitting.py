"""Fitting a purchase model to states by maximum likelihood."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.models.estimation import (
    MIN_REPEAT_BUYERS,
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

_SAMPLE = 25_000


def fit_states(states: States, start: PurchaseModel, of_states: OfStates) -> PurchaseFit | NoFit:
    """Fit by maximum likelihood.

    Parameters
    ----------
    states : States
    start : PurchaseModel
        Where the search begins.
    of_states : callable
        Makes the log likelihood of states.

    Returns
    -------
    PurchaseFit or NoFit
        ``NoFit`` below 50 repeat buyers, and where the search does not converge.
    """
    if states.repeat_buyers < MIN_REPEAT_BUYERS:
        return NoFit(start.NAME, "too_few_repeat_buyers", states.repeat_buyers)
    top = _maximum(states, np.log(parameters(start)), of_states)
    if top is None:
        return NoFit(start.NAME, "no_convergence", states.repeat_buyers)
    found = estimate(start.NAME, start.NAMES, top, states.customers)
    return PurchaseFit(with_parameters(start, found.values), found)


def _maximum(states: States, start: Floats, of_states: OfStates) -> Maximum | None:
    log_likelihood = of_states(states)
    if states.customers > 4 * _SAMPLE:
        # A sample's maximum is so near, and its curvature so like, that a few Newton steps do the rest.
        sample = states.thinned(_SAMPLE)
        near = _maximum(sample, start, of_states)
        if near is not None:
            start = near.log_parameters
            likely = near.hessian * states.customers / sample.customers
            top = polish(log_likelihood, start, states.customers, likely)
            if top is not None:
                return top
    return maximise(log_likelihood, start, states.customers)
