"""Maximum likelihood for models with positive parameters: the search, standard errors, and what comes back when it fails."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]
LogLikelihood = Callable[[Floats], tuple[float, Floats]]
Reason = Literal["too_few_repeat_buyers", "no_convergence", "no_mean"]

MIN_REPEAT_BUYERS = 50

# Logarithms of parameters: wide enough for a limit case to be reached in all printed digits, narrow enough for gammaln.
_BOUND = 9.0
# A gradient per customer below this is the top of the hill as far as floating point tells.
_SLOPE = 1e-4
_FLAT = 1e-7
_STEP = 1e-4
_SHORT_STEP = 1e-5
_NEWTON_STEPS = 8
_NEWTON_REACH = 0.3


@dataclass(frozen=True, eq=False)
class Estimate:
    """Parameters at the maximum of the likelihood.

    Parameters
    ----------
    model : str
    names : tuple of str
    values : ndarray of float64, shape (k,)
    standard_errors : ndarray of float64, shape (k,)
        On the scale of ``values``, by the delta method; NaN where the likelihood is flat, so that they are not determined.
    log_covariance : ndarray of float64, shape (k, k)
        Covariance of the logarithms of the parameters. Flat directions are held to a standard error of 1, a factor of e: there the
        likelihood is no parabola, and a parameter that is next to 0 can grow many times without moving a forecast.
    log_information : ndarray of float64, shape (k, k)
        Curvature of the log likelihood in the logarithms of the parameters: what the data tell of them, next to 0 in flat directions.
    log_likelihood : float
    customers : int
        How many customers the model was fitted to.
    """

    model: str
    names: tuple[str, ...]
    values: Floats
    standard_errors: Floats
    log_covariance: Floats
    log_information: Floats
    log_likelihood: float
    customers: int

    @property
    def determined(self) -> bool:
        """Whether the data determine every parameter."""
        return bool(np.isfinite(self.standard_errors).all())


@dataclass(frozen=True)
class NoFit:
    """Why a model has no estimate.

    Parameters
    ----------
    model : str
    reason : {"too_few_repeat_buyers", "no_convergence", "no_mean"}
        ``no_mean``: the fitted distribution of spend has no finite mean.
    repeat_buyers : int
        How many customers the reason was judged by.
    """

    model: str
    reason: Reason
    repeat_buyers: int


@dataclass(frozen=True, eq=False)
class Maximum:
    """A maximum in the logarithms of the parameters: where, how high, and how curved (the Hessian)."""

    log_parameters: Floats
    log_likelihood: float
    hessian: Floats


def dot(a: NDArray, b: NDArray) -> float:
    """Sum of products, on one thread: BLAS starts threads for long vectors, and they wait for each other on a busy machine."""
    return float(np.einsum("i,i->", a, b))


def maximise(
    log_likelihood: LogLikelihood, start: Floats, customers: int, directions: Floats | None = None
) -> Maximum | None:
    """Climb a log likelihood by L-BFGS-B, then polish by Newton's method.

    Parameters
    ----------
    log_likelihood : callable
        Takes the logarithms of the parameters, returns the value and its gradient in them.
    start : ndarray of float64, shape (k,)
        Logarithms of the parameters to start from.
    customers : int
        Scales the tolerances.
    directions : ndarray of float64, shape (k, k), optional
        In its columns the directions to search along, one of them that in which the likelihood may be all but flat: a ridge that runs
        aslant is climbed in ever shorter steps. By default those of the parameters.

    Returns
    -------
    Maximum or None
        None when the search did not converge.
    """
    along = np.eye(len(start)) if directions is None else directions

    def per_customer(at: Floats) -> tuple[float, Floats]:
        value, gradient = log_likelihood(along @ at)
        return -value / customers, -(gradient @ along) / customers

    found = minimize(
        per_customer,
        np.linalg.solve(along, start),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-_BOUND, _BOUND)] * len(start),
        options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-7},
    )
    inside = np.abs(found.x) < _BOUND
    if not np.isfinite(found.fun) or np.abs(found.jac[inside]).max(initial=0.0) > _SLOPE:
        return None
    top = along @ found.x
    hessian = _hessian(log_likelihood, top)
    exact = polish(log_likelihood, top, customers, hessian, of_here=True)
    return exact or Maximum(top, -customers * float(found.fun), hessian)


def polish(
    log_likelihood: LogLikelihood, near: Floats, customers: int, hessian: Floats, *, of_here: bool = False
) -> Maximum | None:
    """Newton's method from a point near a maximum, with one Hessian for all steps.

    Parameters
    ----------
    log_likelihood, customers
        As for :func:`maximise`.
    near : ndarray of float64, shape (k,)
    hessian : ndarray of float64, shape (k, k)
        About what it is at the maximum.
    of_here : bool
        Whether it is that at ``near``.

    Returns
    -------
    Maximum or None
        None where the function is not curved as near a maximum, or the steps don't settle inside the bounds.
    """
    if not np.isfinite(hessian).all() or np.linalg.eigvalsh(hessian).max() >= -1e-7 * customers:
        return None
    at, (value, gradient) = near, log_likelihood(near)
    for _ in range(_NEWTON_STEPS):
        step = -np.linalg.solve(hessian, gradient)
        # Half the squared Newton step, in units of likelihood, is about what is left to gain.
        if gradient @ step < 1e-8:
            valid = of_here and np.abs(at - near).max() <= 1e-3
            return Maximum(at, value, hessian if valid else _hessian(log_likelihood, at, gradient))
        if np.abs(step).max() > _NEWTON_REACH:
            return None
        at = at + step
        value, gradient = log_likelihood(at)
    return None


def _hessian(log_likelihood: LogLikelihood, at: Floats, gradient: Floats | None = None) -> Floats:
    """By central differences of the gradient; by half as many one-sided ones, to four digits, where the gradient is known."""
    if gradient is None:
        moves = _STEP * np.eye(len(at))
        rows = [(log_likelihood(at + move)[1] - log_likelihood(at - move)[1]) / (2 * _STEP) for move in moves]
    else:
        moves = _SHORT_STEP * np.eye(len(at))
        rows = [(log_likelihood(at + move)[1] - gradient) / _SHORT_STEP for move in moves]
    hessian = np.array(rows)
    return (hessian + hessian.T) / 2


def estimate(
    model: str, names: tuple[str, ...], maximum: Maximum, customers: int, units: Floats | None = None
) -> Estimate:
    """Parameters and standard errors from a maximum.

    Parameters
    ----------
    model : str
    names : tuple of str
    maximum : Maximum
    customers : int
    units : ndarray of float64, shape (k,), optional
        What each parameter was measured in while searching.

    Returns
    -------
    Estimate
    """
    values = np.exp(maximum.log_parameters) * (1.0 if units is None else units)
    curvature, directions = np.linalg.eigh(-maximum.hessian)
    held = (directions / np.maximum(curvature, 1.0)) @ directions.T
    information = (directions * np.maximum(curvature, 0.0)) @ directions.T
    errors = np.full(len(values), np.nan)
    if curvature[0] > _FLAT * curvature[-1] and (np.abs(maximum.log_parameters) < _BOUND).all():
        errors = values * np.sqrt(np.diag((directions / curvature) @ directions.T))
    return Estimate(model, names, values, errors, held, information, float(maximum.log_likelihood), customers)
