"""How unsure a total is because a model's parameters are, by the delta method."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.models.bg_nbd import BgNbd
from core.models.gamma_gamma import GammaGamma

Floats = NDArray[np.float64]
M = TypeVar("M", BgNbd, GammaGamma)

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
    moved = [replace(model, **{name: value * np.exp(_STEP)}) for name, value in _parameters(model)]
    slopes = np.stack([(np.log(total(each)) - now) / _STEP for each in moved], axis=-1)
    return np.einsum("...i,ij,...j->...", slopes, log_covariance, slopes)


def _parameters(model: M) -> list[tuple[str, float]]:
    return [(field.name, getattr(model, field.name)) for field in fields(model)]
