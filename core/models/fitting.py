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

# The search begins with one customer in so many, as long as those are not too few.
_ONE_IN = 8
_FEW = 2_000


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
    top = _maximum(states, np.log(parameters(start)), of_states, near, directions)
    if top is None:
        return NoFit(start.NAME, "no_convergence", states.repeat_buyers)
    found = estimate(start.NAME, start.NAMES, top, states.customers)
    return PurchaseFit(with_parameters(start, found.values), found)


def _maximum(
    states: States, start: Floats, of_states: OfStates, near: Estimate | None, directions: Floats | None
) -> Maximum | None:
    log_likelihood, top = of_states(states), None
    sample = states.thinned(states.customers // _ONE_IN) if states.customers >= _ONE_IN * _FEW else None
    if sample is not None:
        # Its maximum is so near, and its curvature so like, that a few Newton steps do the rest.
        found = _maximum(sample, start, of_states, near, directions)
        if found is not None:
            likely = found.hessian * states.customers / sample.customers
            top = polish(log_likelihood, found.log_parameters, states.customers, likely)
    elif near is not None:
        likely = -near.log_information * states.customers / near.customers
        top = polish(log_likelihood, np.log(near.values), states.customers, likely)
    # From the start: on a ridge, where the sample's maximum is worth nothing, a search must not begin at its far end.
    return top or maximise(log_likelihood, start, states.customers, directions)
