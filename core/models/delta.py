"""How unsure a total is because a model's parameters are, by the delta method."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.models.purchase_model import M, parameters, with_parameters

Floats = NDArray[np.float64]

_FEW = 2_000
_STEP = 1e-3


def a_few(members: NDArray[np.int64]) -> NDArray[np.int64]:
    """Every k-th of the members, some 2,000: enough to see how a total moves with the parameters."""
    return members[:: max(1, len(members) // _FEW)]


def relative_variance(total: Callable[[M], Floats], model: M, log_covariance: Floats) -> Floats:
    """Variance of a total as a share of its square.

    Parameters
    ----------
    total : callable
        The total, or an array of totals, at given parameters.
    model
        The fitted parameters.
    log_covariance : ndarray of float64, shape (k, k)
        Covariance of their logarithms.

    Returns
    -------
    ndarray of float64, of the shape of the total
    """
    now = np.log(total(model))
    values = parameters(model)
    moved = [with_parameters(model, values * np.exp(step)) for step in _STEP * np.eye(len(values))]
    slopes = np.stack([(np.log(total(each)) - now) / _STEP for each in moved], axis=-1)
    return np.einsum("...i,ij,...j->...", slopes, log_covariance, slopes)
