"""The share of customers who buy at least once between two moments after their first purchase, by a purchase model."""

from functools import singledispatch

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import roots_genlaguerre

from core.models.beta_geometric import BetaGeometric
from core.models.pareto_nbd import ParetoNbd
from core.models.purchase_model import PurchaseModel
from core.models.quadrature import beta_nodes

Floats = NDArray[np.float64]

_BETA_NODES, _GAMMA_NODES = 80, 40


@singledispatch
def active_share(model: PurchaseModel, begin: ArrayLike, end: ArrayLike) -> Floats:  # noqa: ARG001
    """Probability that a newly won customer buys again between two moments.

    Parameters
    ----------
    model : PurchaseModel
    begin, end : array_like, same shape
        Weeks since the first purchase.

    Returns
    -------
    ndarray of float64, of the shape of the moments

    Raises
    ------
    TypeError
        There is no formula for this model.

    Notes
    -----
    One who buys at a rate and is alive at ``begin`` buys before ``end`` with probability 1 - exp(-rate (end - begin)), unless the
    dropout comes first, which it only can in Pareto/NBD: there one drops out between purchases, else right after one.
    """
    raise TypeError(f"no share of active customers is known for {type(model).__name__}")


@active_share.register
def _(model: BetaGeometric, begin: ArrayLike, end: ArrayLike) -> Floats:
    # Given rate and dropout probability p, purchases thinned to those that end it are Poisson with rate * p.
    begin, end = _columns(begin, end)
    points, weights = (nodes[0] for nodes in beta_nodes(model.a, model.b, _BETA_NODES))
    stayed = (1 - points) ** model.CHANCES_OF_NEW
    until = model.alpha + points * begin
    missed = (model.alpha / until) ** model.r - (model.alpha / (until + (end - begin))) ** model.r
    share: Floats = missed @ (weights * stayed)
    return share


@active_share.register
def _(model: ParetoNbd, begin: ArrayLike, end: ArrayLike) -> Floats:
    begin, end = _columns(begin, end)
    (rate, of_rate), (dropout, of_dropout) = (
        _gamma_nodes(shape, scale) for shape, scale in ((model.r, model.alpha), (model.s, model.beta))
    )
    both = rate[:, None] + dropout
    weights = (of_rate[:, None] * of_dropout * (rate[:, None] / both)).ravel()
    share: Floats = np.array(
        [
            weights @ (np.exp(-dropout * at)[None, :] * -np.expm1(-both * (until - at))).ravel()
            for at, until in zip(begin.ravel(), end.ravel(), strict=True)
        ]
    )
    return share.reshape(begin.shape[:-1])


def _columns(begin: ArrayLike, end: ArrayLike) -> tuple[Floats, Floats]:
    """Moments with one axis more, for the nodes."""
    begin, end = np.broadcast_arrays(np.asarray(begin, dtype=np.float64), np.asarray(end, dtype=np.float64))
    return begin[..., None], end[..., None]


def _gamma_nodes(shape: float, rate: float) -> tuple[Floats, Floats]:
    """Points and weights with which sums are expectations under a Gamma distribution."""
    points, weights = roots_genlaguerre(_GAMMA_NODES, shape - 1)
    return points / rate, weights / weights.sum()
