"""Pareto/NBD: how many purchases a customer will make, who may silently drop out at any moment.

Schmittlein, Morrison & Colombo (1987), Management Science 33(1), 1-24. A customer buys at a rate drawn from Gamma(r, alpha) through a
lifetime that is exponential, with a dropout rate drawn from Gamma(s, beta).
"""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, exprel, gammaln

from core.models.estimation import Estimate, LogLikelihood, NoFit, dot
from core.models.fitting import fit_states
from core.models.purchase_model import Forecaster, PurchaseFit
from core.models.states import DAYS_A_WEEK, States, distinct_rows
from core.models.tail_integral import TailIntegral, tail_integral

Floats = NDArray[np.float64]

# log s = log(s / beta) + log beta: where customers hardly differ in their dropout rate, the data tell its mean alone.
_DIRECTIONS = np.array([[1.0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]])


@dataclass(frozen=True)
class ParetoNbd(Forecaster):
    """The model at given parameters; times are in the unit of ``alpha`` and ``beta`` (weeks).

    Parameters
    ----------
    r, alpha : float
        Shape and rate of the purchase rates.
    s, beta : float
        Shape and rate of the dropout rates.
    """

    NAME: ClassVar[str] = "pareto_nbd"
    NAMES: ClassVar[tuple[str, ...]] = ("r", "alpha", "s", "beta")

    r: float
    alpha: float
    s: float
    beta: float

    @property
    def time_scale(self) -> float:
        """Weeks of age beside which a few more or less change a forecast."""
        return min(self.alpha, self.beta)

    def p_alive(self, x: ArrayLike, t_x: ArrayLike, age: ArrayLike) -> Floats:
        """Probability that a customer has not dropped out.

        Parameters
        ----------
        x, t_x, age : array_like, same shape

        Returns
        -------
        ndarray of float64
        """
        x, t_x, age = np.broadcast_arrays(*(np.asarray(values, dtype=np.float64) for values in (x, t_x, age)))
        at_last, last = _pairs(x.ravel(), t_x.ravel())
        at_end, end = _pairs(x.ravel(), age.ravel())
        leaves = _leaves_first(self, *at_last).log[last]
        log_whole = leaves - np.log(_share_of_first(leaves, _buys_first(self, *at_end).log[end]))
        frequency, weeks = at_end
        log_alive = -(self.r + frequency) * np.log(self.alpha + weeks) - self.s * np.log(self.beta + weeks)
        # Where nobody drops out the two are equal but for rounding.
        return np.exp(np.minimum(log_alive[end] - log_whole, 0.0)).reshape(x.shape)

    def purchases_if_alive(self, x: ArrayLike, age: ArrayLike, horizons: ArrayLike) -> Floats:
        """Expected purchases within each horizon of customers who are still customers.

        Parameters
        ----------
        x, age : array_like, shape (k,)
        horizons : array_like, shape (h,)
            Times from now.

        Returns
        -------
        ndarray of float64, shape (k, h)

        Notes
        -----
        Given that a customer is alive, the rate is Gamma(r + x, alpha + T) and the dropout rate Gamma(s, beta + T), so that this is
        the mean rate times the mean time that one stays.
        """
        rate, scale, log_reach = self._ahead(x, age, horizons)
        return rate * scale * log_reach * exprel((1 - self.s) * log_reach)

    def moments_if_alive(self, x: ArrayLike, age: ArrayLike, horizons: ArrayLike) -> tuple[Floats, Floats]:
        """Mean and mean square of the purchases within each horizon of customers who are alive, each of shape (k, h).

        Notes
        -----
        The number is Poisson over the time D that one stays: the mean of its square is E[rate] E[D] + E[rate^2] E[D^2].
        """
        rate, scale, log_reach = self._ahead(x, age, horizons)
        stay = scale * log_reach * exprel((1 - self.s) * log_reach)
        stay_square = 2 * scale**2 * log_reach * (exprel((2 - self.s) * log_reach) - exprel((1 - self.s) * log_reach))
        shape = self.r + np.atleast_1d(np.asarray(x, dtype=np.float64))[:, None]
        return rate * stay, rate * stay + rate**2 * (1 + 1 / shape) * stay_square

    def _ahead(self, x: ArrayLike, age: ArrayLike, horizons: ArrayLike) -> tuple[Floats, Floats, Floats]:
        """Mean rate and beta + T, both (k, 1), and log(1 + horizon / (beta + T)), (k, h)."""
        x, age, horizons = (np.atleast_1d(np.asarray(values, dtype=np.float64)) for values in (x, age, horizons))
        x, age = np.broadcast_arrays(x, age)
        scale = self.beta + age[:, None]
        return (self.r + x[:, None]) / (self.alpha + age[:, None]), scale, np.log1p(horizons / scale)

    def simulate(
        self, x: Floats, age: Floats, horizon: float, rng: np.random.Generator, draws: int
    ) -> tuple[NDArray[np.int64], Floats]:
        """See :class:`core.models.purchase_model.PurchaseModel`."""
        shape, x, age = (len(x), draws), x[:, None], age[:, None]
        rate = rng.standard_gamma(np.broadcast_to(self.r + x, shape)) / (self.alpha + age)
        dropout = rng.standard_gamma(self.s, shape) / (self.beta + age)
        stays = np.minimum(rng.standard_exponential(shape) / np.maximum(dropout, np.finfo(float).tiny), horizon)
        return rng.poisson(rate * stays), stays / horizon / 2


def fit(
    states: States, start: ParetoNbd = ParetoNbd(0.8, 8.0, 0.6, 10.0), near: Estimate | None = None
) -> PurchaseFit | NoFit:
    """Fit by maximum likelihood, see :func:`core.models.fitting.fit_states`."""
    return fit_states(states, start, log_likelihood, near, _DIRECTIONS)


def log_likelihood(states: States) -> LogLikelihood:
    """Log likelihood and gradient in the logarithms of r, alpha, s, beta.

    Parameters
    ----------
    states : States

    Returns
    -------
    LogLikelihood

    Notes
    -----
    What was seen after the last purchase is that the next thing to happen is the dropout, at any time, or else a purchase after T.
    Either is an integral of its own, so that nothing cancels, and each takes two of x, t_x, T: of such pairs there are many times
    fewer than of states. Equal to the published form by integrating its integral over the dropout by parts.
    """
    frequency, at_frequency = np.unique(states.x, return_inverse=True)
    customers = np.bincount(at_frequency, weights=states.count)
    at_last, last = _pairs(states.x, states.t_x)
    at_end, end = _pairs(states.x, states.age)
    count = states.count.astype(np.float64)
    at_each_last = np.bincount(last, count)
    everybody = float(states.customers)

    def evaluate(log_parameters: Floats) -> tuple[float, Floats]:
        r, alpha, s, beta = parameters = np.exp(log_parameters)
        model = ParetoNbd(r, alpha, s, beta)
        leaves, buys = _leaves_first(model, *at_last), _buys_first(model, *at_end)
        share = _share_of_first(leaves.log[last], buys.log[end])
        of_last = np.bincount(last, count * share, len(leaves.log))
        of_end = np.bincount(end, count * (1 - share), len(buys.log))
        value = (
            dot(customers, gammaln(r + frequency) - gammaln(r))
            + everybody * (r * np.log(alpha) + s * np.log(beta))
            + dot(at_each_last, leaves.log)
            - dot(count, np.log(share))
        )
        gradient = np.array(
            [
                dot(customers, digamma(r + frequency) - digamma(r) + np.log(alpha)),
                everybody * r / alpha,
                everybody * np.log(beta),
                everybody * s / beta,
            ]
        )
        for weight, term in ((of_last, leaves), (of_end, buys)):
            gradient += [dot(weight, slope) for slope in (term.of_p, term.of_a, term.of_q, term.of_b)]
        return float(value), gradient * parameters

    return evaluate


def _share_of_first(log_first: Floats, log_second: Floats) -> Floats:
    """What the first of two numbers is of their sum, given their logarithms, the second not e^700 times the first."""
    return 1 / (1 + np.exp(log_second - log_first))


def _pairs(x: NDArray, weeks: Floats) -> tuple[tuple[Floats, Floats], NDArray[np.int64]]:
    """The distinct pairs of frequency and time, and which of them each customer has."""
    days = np.rint(weeks * DAYS_A_WEEK)
    if np.array_equal(days / DAYS_A_WEEK, weeks):
        # Whole days, as data have them.
        (frequency, found), position, _ = distinct_rows(x.astype(np.int64), days.astype(np.int64))
        return (frequency.astype(np.float64), found / DAYS_A_WEEK), position
    # A complex number is a pair that sorts by its first part, then by its second.
    pairs, position = np.unique(x + 1j * weeks, return_inverse=True)
    return (np.ascontiguousarray(pairs.real), np.ascontiguousarray(pairs.imag)), position


def _leaves_first(model: ParetoNbd, x: Floats, weeks: Floats) -> TailIntegral:
    """After ``weeks`` the dropout comes before any purchase."""
    found = tail_integral(model.r + x, np.full(len(x), model.s + 1), model.alpha + weeks, model.beta + weeks)
    return replace(found, log=found.log + np.log(model.s), of_q=found.of_q + 1 / model.s)


def _buys_first(model: ParetoNbd, x: Floats, weeks: Floats) -> TailIntegral:
    """After ``weeks`` a purchase comes before the dropout."""
    found = tail_integral(model.r + x + 1, np.full(len(x), model.s), model.alpha + weeks, model.beta + weeks)
    return replace(found, log=found.log + np.log(model.r + x), of_p=found.of_p + 1 / (model.r + x))
