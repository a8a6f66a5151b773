"""Gamma-Gamma: what a customer spends at a purchase.

Fader & Hardie (2013), note 025. A purchase is Gamma(p, nu) and nu differs between customers as Gamma(q, v); v is the gamma of
the note. How often one buys and how much one spends are taken to be unrelated; their correlation is reported.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, gammaln

from core.models.estimation import (
    MIN_REPEAT_BUYERS,
    Estimate,
    LogLikelihood,
    Maximum,
    NoFit,
    dot,
    estimate,
    maximise,
    polish,
)

Floats = NDArray[np.float64]

_START = (2.0, 4.0, 1.5)
_MANY, _ONE_IN = 8_000, 8


@dataclass(frozen=True)
class GammaGamma:
    """The model at given parameters.

    Parameters
    ----------
    p : float
        Shape of a customer's purchases.
    q, v : float
        Shape and rate of what differs between customers; ``v`` is in money.
    """

    NAME: ClassVar[str] = "gamma_gamma"
    NAMES: ClassVar[tuple[str, ...]] = ("p", "q", "gamma")

    p: float
    q: float
    v: float

    def expected_spend(self, x: ArrayLike, mean: ArrayLike) -> Floats:
        """Expected value of a purchase, given the mean of x past ones (equation 5 of the note).

        Parameters
        ----------
        x : array_like
            Repeat purchase days; with 0 the mean is not looked at and the answer is that of all customers.
        mean : array_like, same shape
            Mean value of those days; below 0 it counts as 0.

        Returns
        -------
        ndarray of float64
        """
        return self.p * self.scale(x, mean) / (self.p * np.asarray(x, dtype=np.float64) + self.q - 1)

    def scale(self, x: ArrayLike, mean: ArrayLike) -> Floats:
        """The rate of the posterior of nu, v + x mean: every prediction is proportional to it."""
        x = np.asarray(x, dtype=np.float64)
        return self.v + np.where(x > 0, x * np.maximum(np.asarray(mean, dtype=np.float64), 0.0), 0.0)


@dataclass(frozen=True, eq=False)
class GammaGammaFit:
    """A fitted model, its estimate, and the correlation of frequency and mean value that it takes to be 0."""

    model: GammaGamma
    estimate: Estimate
    correlation: float


def fit(x: NDArray[np.integer], mean: Floats) -> GammaGammaFit | NoFit:
    """Fit by maximum likelihood to customers with ``x > 0`` and ``mean > 0``; others are left out.

    Parameters
    ----------
    x : ndarray of int, shape (customers,)
        Repeat purchase days.
    mean : ndarray of float64, shape (customers,)
        Mean value of those days.

    Returns
    -------
    GammaGammaFit or NoFit
        ``NoFit`` below 50 such customers, without convergence, and where q <= 1, so that no mean exists.
    """
    used = (x > 0) & (mean > 0)
    x, mean = x[used], mean[used]
    customers = len(x)
    if customers < MIN_REPEAT_BUYERS:
        return NoFit(GammaGamma.NAME, "too_few_repeat_buyers", customers)
    # In units of the mean the search does not depend on the currency.
    unit = float(mean.mean())
    top = _maximum(x, mean / unit)
    if top is None:
        return NoFit(GammaGamma.NAME, "no_convergence", customers)
    top = replace(top, log_likelihood=top.log_likelihood - customers * np.log(unit))
    found = estimate(GammaGamma.NAME, GammaGamma.NAMES, top, customers, np.array([1.0, 1.0, unit]))
    model = GammaGamma(*(float(value) for value in found.values))
    if model.q <= 1:
        return NoFit(GammaGamma.NAME, "no_mean", customers)
    varies = np.ptp(x) > 0 and np.ptp(mean) > 0
    return GammaGammaFit(model, found, float(np.corrcoef(x, mean)[0, 1]) if varies else 0.0)


def _maximum(x: NDArray[np.integer], mean: Floats) -> Maximum | None:
    log_likelihood, customers = _log_likelihood(x, mean), len(x)
    if customers > _MANY:
        # The maximum of one in eight is so near that a few Newton steps do the rest.
        near = _maximum(x[::_ONE_IN], mean[::_ONE_IN])
        if near is not None:
            top = polish(log_likelihood, near.log_parameters, customers, near.hessian * _ONE_IN)
            if top is not None:
                return top
    return maximise(log_likelihood, np.log(_START), customers)


def _log_likelihood(x: NDArray[np.integer], mean: Floats) -> LogLikelihood:
    """Log likelihood and gradient in the logarithms of p, q, v (equation 1a of the note)."""
    frequency, customers = np.unique(x, return_counts=True)
    total = x * mean
    n = len(x)
    sum_x_log_total = dot(x, np.log(total))
    sum_log_mean = float(np.log(mean).sum())

    def evaluate(log_parameters: Floats) -> tuple[float, Floats]:
        p, q, v = np.exp(log_parameters)
        log_scale = np.log(v + total)
        x_log_scale, sum_log_scale = dot(x, log_scale), log_scale.sum()
        value = (
            dot(customers, gammaln(p * frequency + q) - gammaln(p * frequency))
            + n * (q * np.log(v) - gammaln(q))
            + p * (sum_x_log_total - x_log_scale)
            - sum_log_mean
            - q * sum_log_scale
        )
        both = digamma(p * frequency + q)
        gradient = np.array(
            [
                dot(customers * frequency, both - digamma(p * frequency)) + sum_x_log_total - x_log_scale,
                dot(customers, both) + n * (np.log(v) - digamma(q)) - sum_log_scale,
                n * q / v - ((p * x + q) / (v + total)).sum(),
            ]
        )
        return float(value), gradient * np.exp(log_parameters)

    return evaluate
