"""Shifted beta-geometric: how long customers under contract go on renewing it.

Fader & Hardie (2007), "How to project customer retention", Journal of Interactive Marketing 21(1), 76-90; (2010), "Customer-base
valuation in a contractual setting", Marketing Science 29(1), 85-93. At the end of each period a customer leaves with a probability of
his own, drawn from Beta(alpha, beta). It is for data where a customer who has left is seen to have left.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln, digamma

from core.models.estimation import MIN_REPEAT_BUYERS, Estimate, LogLikelihood, NoFit, dot, estimate, maximise
from core.models.quadrature import beta_nodes

Floats = NDArray[np.float64]

_NODES = 160


@dataclass(frozen=True)
class Sbg:
    """The model at given parameters.

    Parameters
    ----------
    alpha, beta : float
        Of the probabilities of leaving at the end of a period.
    """

    NAME: ClassVar[str] = "sbg"
    NAMES: ClassVar[tuple[str, ...]] = ("alpha", "beta")

    alpha: float
    beta: float

    def survival(self, periods: ArrayLike) -> Floats:
        """Share of new customers who renew at least so many times."""
        periods = np.asarray(periods, dtype=np.float64)
        return np.exp(betaln(self.alpha, self.beta + periods) - betaln(self.alpha, self.beta))

    def retention(self, periods: ArrayLike) -> Floats:
        """Share of those who renewed once less often that renews for that many-th time, from 1 on."""
        before = np.asarray(periods, dtype=np.float64) - 1
        return (self.beta + before) / (self.alpha + self.beta + before)

    def residual_lifetime(self, renewals: ArrayLike, rate: float = 0.0) -> Floats:
        """Expected renewals still to come of a customer who is about to renew or leave.

        The next one counts in full, the i-th after it is worth ``(1 + rate) ** -i``.

        Parameters
        ----------
        renewals : array_like of int, shape (k,)
            How often the customer has renewed.
        rate : float
            Discount rate of one period.

        Returns
        -------
        ndarray of float64, shape (k,)
            Infinite without discount where ``alpha <= 1``: some then stay for good as far as can be told.

        Notes
        -----
        With the probability of leaving integrated out by quadrature instead of 2F1, for the one who has renewed most often; for the
        others by what the next renewal leads to.
        """
        renewals = np.atleast_1d(np.asarray(renewals, dtype=np.int64))
        if rate == 0:
            return np.full(len(renewals), np.inf) if self.alpha <= 1 else (self.beta + renewals) / (self.alpha - 1)
        most = int(renewals.max(initial=0))
        leaving, weights = beta_nodes(self.alpha, self.beta + np.array([float(most)]), _NODES)
        found = np.empty(most + 1)
        found[most] = weights[0] @ ((1 - leaving[0]) * (1 + rate) / (rate + leaving[0]))
        kept = self.retention(np.arange(1, most + 1))
        for before in range(most - 1, -1, -1):
            found[before] = kept[before] * (1 + found[before + 1] / (1 + rate))
        return found[renewals]

    def going_on(self, renewals: ArrayLike, periods: int) -> Floats:
        """Share of those who renewed so many times that renews at least 1, 2, ... times more.

        Parameters
        ----------
        renewals : array_like, shape (k,)
        periods : int

        Returns
        -------
        ndarray of float64, shape (k, periods)
        """
        renewals = np.atleast_1d(np.asarray(renewals, dtype=np.float64))
        return self.survival(renewals[:, None] + np.arange(1, periods + 1)) / self.survival(renewals)[:, None]

    def renewals_within(self, renewals: ArrayLike, periods: int, rate: float = 0.0) -> Floats:
        """As :meth:`residual_lifetime`, but of the next ``periods`` chances to renew only."""
        return self.going_on(renewals, periods) @ (1 + rate) ** -np.arange(float(periods))


@dataclass(frozen=True, eq=False)
class SbgFit:
    """A fitted model and its estimate."""

    model: Sbg
    estimate: Estimate


def fit(survivors: ArrayLike) -> SbgFit | NoFit:
    """Fit by maximum likelihood to how many customers were left after each period.

    Parameters
    ----------
    survivors : array_like, shape (periods + 1,) or (cohorts, periods + 1)
        Customers at the start, after one period, and so on, never rising; NaN after what has been observed of a cohort.

    Returns
    -------
    SbgFit or NoFit
        ``NoFit`` below 50 customers who renewed, and where the search does not converge.

    Raises
    ------
    ValueError
        Customers come back, or numbers follow an unobserved one.
    """
    table = np.atleast_2d(np.asarray(survivors, dtype=np.float64))
    lost, left = _lost_and_left(table)
    customers = round(np.nansum(table[:, 0]))
    renewed = round(np.nansum(table[:, 1])) if table.shape[1] > 1 else 0
    if renewed < MIN_REPEAT_BUYERS:
        return NoFit(Sbg.NAME, "too_few_repeat_buyers", renewed)
    top = maximise(_log_likelihood(lost, left), np.zeros(2), customers)
    if top is None:
        return NoFit(Sbg.NAME, "no_convergence", renewed)
    found = estimate(Sbg.NAME, Sbg.NAMES, top, customers)
    return SbgFit(Sbg(*(float(value) for value in found.values)), found)


def _lost_and_left(table: Floats) -> tuple[Floats, Floats]:
    """Customers who left at the end of each period, and those last seen alive after each number of periods."""
    known = np.isfinite(table)
    fallen = -np.diff(table, axis=1)
    if (known[:, 1:] & ~known[:, :-1]).any() or (fallen[known[:, 1:]] < 0).any():
        raise ValueError("survivors must not rise, and nothing can follow what was not observed")
    lost = np.where(known[:, 1:], fallen, 0.0).sum(axis=0)
    last = known & ~np.hstack([known[:, 1:], np.zeros((len(table), 1), dtype=np.bool_)])
    return lost, np.where(last, table, 0.0).sum(axis=0)


def _log_likelihood(lost: Floats, left: Floats) -> LogLikelihood:
    """Log likelihood and gradient in the logarithms of alpha and beta: losses in each period, survival of the rest."""
    before, after = np.arange(len(lost), dtype=np.float64), np.arange(len(left), dtype=np.float64)

    def evaluate(log_parameters: Floats) -> tuple[float, Floats]:
        alpha, beta = np.exp(log_parameters)
        value = dot(lost, betaln(alpha + 1, beta + before)) + dot(left, betaln(alpha, beta + after))
        everybody = lost.sum() + left.sum()
        of_sum = dot(lost, digamma(alpha + beta + before + 1)) + dot(left, digamma(alpha + beta + after))
        common = everybody * digamma(alpha + beta) - of_sum
        gradient = np.array(
            [
                common + lost.sum() * digamma(alpha + 1) + left.sum() * digamma(alpha) - everybody * digamma(alpha),
                common
                + dot(lost, digamma(beta + before))
                + dot(left, digamma(beta + after))
                - everybody * digamma(beta),
            ]
        )
        return float(value - everybody * betaln(alpha, beta)), gradient * np.array([alpha, beta])

    return evaluate
