"""A fit for each group of customers, drawn towards the fit of all as far as the group's own data leave open (empirical Bayes)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.models.estimation import Estimate, NoFit
from core.models.purchase_model import MODELS, PurchaseFit, parameters, with_parameters
from core.models.states import States

Floats = NDArray[np.float64]

# What is held of the groups before any is seen: as if one more had been, a third away in each logarithm (the square of that).
_BETWEEN = 0.1
_ROUNDS = 500
_SETTLED = 1e-6


@dataclass(frozen=True, eq=False)
class GroupFits:
    """Fits of groups of customers.

    Parameters
    ----------
    overall : PurchaseFit
        Of all customers.
    fits : tuple of PurchaseFit
        One a group; the standard errors are those of the posterior.
    weight : ndarray of float64, shape (groups,)
        How far a group stands on its own data, from 0 (the overall fit) to 1 (its own), over all directions of the parameters.
    own : ndarray of bool, shape (groups,)
        Whether a group could be fitted by itself; the others have the overall parameters.
    between : ndarray of float64, shape (k, k)
        Covariance between groups of the logarithms of the parameters.
    """

    overall: PurchaseFit
    fits: tuple[PurchaseFit, ...]
    weight: Floats
    own: NDArray[np.bool_]
    between: Floats


def fit_groups(groups: Sequence[States], overall: PurchaseFit) -> GroupFits:
    """Fit each group and shrink the fits towards the overall one.

    Parameters
    ----------
    groups : sequence of States
        See :meth:`core.models.states.States.part`.
    overall : PurchaseFit
        Of all customers; its model is the one that is fitted.

    Returns
    -------
    GroupFits

    Notes
    -----
    The logarithms of a group's parameters are taken to be normal around the overall ones with a covariance common to all groups, and
    the group's likelihood around its own maximum as normal too, with the curvature found there: what its data leave open does not
    count, however far off it was put. The covariance is estimated by the EM algorithm (Dempster, Laird & Rubin 1977, JRSS B 39), held
    away from 0 by one group's worth of prior knowledge. Why it pays: Efron & Morris (1975), JASA 70, 311-319.
    """
    module, centre = MODELS[overall.model.NAME], np.log(parameters(overall.model))
    size = len(centre)
    found = [module.fit(states, overall.model) for states in groups]
    own = np.array([isinstance(each, PurchaseFit) for each in found], dtype=np.bool_)
    gap, information = np.zeros((len(groups), size)), np.zeros((len(groups), size, size))
    for place, each in enumerate(found):
        if not isinstance(each, NoFit):
            gap[place] = np.log(parameters(each.model)) - centre
            information[place] = each.estimate.log_information
    between = _between(gap[own], information[own])
    shift, covariance = _posterior(gap, information, between)
    fits = []
    for states, moved, spread in zip(groups, shift, covariance, strict=True):
        at = centre + moved
        value, _ = module.log_likelihood(states)(at)
        fits.append(_as_fit(overall, at, spread, value, states.customers))
    weight = np.einsum("gij,gji->g", covariance, information) / size
    return GroupFits(overall, tuple(fits), weight, own, between)


def _posterior(gap: Floats, information: Floats, between: Floats) -> tuple[Floats, Floats]:
    """Mean and covariance of each group's gap to the overall fit, given its own fit."""
    covariance = np.asarray(np.linalg.inv(np.linalg.inv(between) + information), dtype=np.float64)
    return np.einsum("gij,gjk,gk->gi", covariance, information, gap), covariance


def _between(gap: Floats, information: Floats) -> Floats:
    """Covariance of the groups' gaps, by expectation and maximisation in turns."""
    size = gap.shape[1]
    prior = between = _BETWEEN * np.eye(size)
    for _ in range(_ROUNDS):
        shift, covariance = _posterior(gap, information, between)
        before, between = between, (prior + covariance.sum(axis=0) + shift.T @ shift) / (1 + len(gap))
        if np.abs(between - before).max() < _SETTLED:
            break
    return between


def _as_fit(overall: PurchaseFit, at: Floats, covariance: Floats, log_likelihood: float, customers: int) -> PurchaseFit:
    values = np.exp(at)
    information = np.asarray(np.linalg.inv(covariance), dtype=np.float64)
    estimate = Estimate(
        overall.estimate.model,
        overall.estimate.names,
        values,
        values * np.sqrt(np.diag(covariance)),
        covariance,
        information,
        log_likelihood,
        customers,
    )
    return PurchaseFit(with_parameters(overall.model, values), estimate)
