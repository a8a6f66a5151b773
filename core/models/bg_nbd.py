"""BG/NBD: how many purchases a customer will make, who may silently drop out after any of them.

Fader, Hardie & Lee (2005), Marketing Science 24(2), 275-284. A customer buys at a rate drawn from Gamma(r, alpha), and after
each purchase is gone with a probability drawn from Beta(a, b).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, expit, gammaln

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
from core.models.quadrature import beta_nodes
from core.models.states import States

Floats = NDArray[np.float64]

# The integrand's nearest singularity is at p = -(alpha + T) / horizon: the longer the horizon beside what was observed, the more
# nodes it takes. Checked against 2F1 in 40 digits: 8 digits hold up to a horizon of 1,000 (alpha + T).
_REACHES = (3.0, 20.0, 150.0)
_NODES = (20, 32, 80, 160)
_BLOCK = 1 << 13
_TINY = 1e-4
_SAMPLE = 25_000


@dataclass(frozen=True)
class BgNbd:
    """The model at given parameters; times are in the unit of ``alpha`` (weeks).

    Parameters
    ----------
    r, alpha : float
        Shape and rate of the purchase rates.
    a, b : float
        Of the dropout probabilities.
    """

    NAME: ClassVar[str] = "bg_nbd"
    NAMES: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")

    r: float
    alpha: float
    a: float
    b: float

    def p_alive(self, x: ArrayLike, t_x: ArrayLike, age: ArrayLike) -> Floats:
        """Probability that a customer has not dropped out.

        Parameters
        ----------
        x, t_x, age : array_like, same shape

        Returns
        -------
        ndarray of float64
            Exactly 1 for customers who never came back: in this model one drops out only after a repeat purchase.
        """
        x, t_x, age = (np.asarray(values, dtype=np.float64) for values in (x, t_x, age))
        odds = np.log(self.a) - np.log(self.b + np.maximum(x, 1) - 1)
        odds = odds + (self.r + x) * np.log((self.alpha + age) / (self.alpha + t_x))
        return np.where(x > 0, expit(-odds), 1.0)

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
        Given that a customer is alive, the rate is Gamma(r + x, alpha + T) and the dropout probability p is Beta(a, b + x), and with
        both known the expectation is (1 - exp(-rate p t)) / p. The rate is integrated out exactly and p by quadrature: a smooth
        bounded function, where the closed form with 2F1 cancels and overflows for frequent buyers.
        """
        x, age, horizons = (np.atleast_1d(np.asarray(values, dtype=np.float64)) for values in (x, age, horizons))
        x, age = np.broadcast_arrays(x, age)
        expected = np.zeros((len(x), len(horizons)))
        for members, points, weights in self._nodes(x, age, horizons.max(initial=0.0)):
            scaled = points / (self.alpha + age[members, None])
            shape = self.r + x[members, None]
            for column, horizon in enumerate(horizons):
                bought = -np.expm1(-shape * np.log1p(scaled * horizon))
                expected[members, column] = np.einsum("kn,kn->k", weights / points, bought)
        return expected

    def moments_if_alive(self, x: ArrayLike, age: ArrayLike, horizons: ArrayLike) -> tuple[Floats, Floats]:
        """Mean and mean square of the purchases within each horizon of customers who are alive, each of shape (k, h).

        Notes
        -----
        The number is the smaller of a Poisson and a geometric one. With q = 1 - p the mean of its square is
        G(q) + 2 q G'(q), where G(q) = (1 - exp(-rate p t)) / p sums q^n P(Poisson > n).
        """
        x, age, horizons = (np.atleast_1d(np.asarray(values, dtype=np.float64)) for values in (x, age, horizons))
        x, age = np.broadcast_arrays(x, age)
        mean, square = np.zeros((2, len(x), len(horizons)))
        for members, points, weights in self._nodes(x, age, horizons.max(initial=0.0)):
            scaled = points / (self.alpha + age[members, None])
            shape = self.r + x[members, None]
            for column, horizon in enumerate(horizons):
                reach = scaled * horizon
                left = np.exp(-shape * np.log1p(reach))
                first = -np.expm1(-shape * np.log1p(reach)) / points
                slope = (1 - left * (1 + shape * reach / (1 + reach))) / points**2
                # Where next to nobody drops out the difference has no digits left, but its limit is known.
                limit = shape * (shape + 1) / 2 * (reach / points) ** 2 * (1 - reach * (shape + 2) * 2 / 3)
                slope = np.where(shape * reach < _TINY, limit, slope)
                mean[members, column] = np.einsum("kn,kn->k", weights, first)
                square[members, column] = np.einsum("kn,kn->k", weights, first + 2 * (1 - points) * slope)
        return mean, square

    def _nodes(self, x: Floats, age: Floats, horizon: float) -> Iterator[tuple[NDArray[np.int64], Floats, Floats]]:
        """Customers in blocks of like difficulty, with the points and weights for the dropout probability of each."""
        reach = horizon / (self.alpha + age)
        difficulty = np.searchsorted(_REACHES, reach)
        for level, nodes in enumerate(_NODES):
            members = np.flatnonzero(difficulty == level)
            frequency, position = np.unique(x[members], return_inverse=True)
            points, weights = beta_nodes(self.a, self.b + frequency, nodes)
            for begin in range(0, len(members), _BLOCK):
                block = position[begin : begin + _BLOCK]
                yield members[begin : begin + _BLOCK], points[block], weights[block]

    def expected_purchases(self, x: ArrayLike, t_x: ArrayLike, age: ArrayLike, horizon: float) -> Floats:
        """Expected purchases of customers within a horizon, given what they did (equation 10 of the paper)."""
        return self.p_alive(x, t_x, age) * self.purchases_if_alive(x, age, horizon)[:, 0]

    def expected_new(self, horizons: ArrayLike) -> Floats:
        """Expected repeat purchases of a newly won customer within each horizon (equation 9), shape (h,)."""
        return self.purchases_if_alive(0, 0, horizons)[0]


@dataclass(frozen=True, eq=False)
class BgNbdFit:
    """A fitted model and its estimate."""

    model: BgNbd
    estimate: Estimate


def fit(states: States, start: BgNbd = BgNbd(1.0, 4.0, 1.0, 2.0)) -> BgNbdFit | NoFit:
    """Fit by maximum likelihood.

    Parameters
    ----------
    states : States
    start : BgNbd
        Where the search begins.

    Returns
    -------
    BgNbdFit or NoFit
        ``NoFit`` below 50 repeat buyers, and where the search does not converge.
    """
    if states.repeat_buyers < MIN_REPEAT_BUYERS:
        return NoFit(BgNbd.NAME, "too_few_repeat_buyers", states.repeat_buyers)
    top = _maximum(states, np.log([start.r, start.alpha, start.a, start.b]))
    if top is None:
        return NoFit(BgNbd.NAME, "no_convergence", states.repeat_buyers)
    found = estimate(BgNbd.NAME, BgNbd.NAMES, top, states.customers)
    return BgNbdFit(BgNbd(*(float(value) for value in found.values)), found)


def _maximum(states: States, start: Floats) -> Maximum | None:
    log_likelihood = _log_likelihood(states)
    if states.customers > 4 * _SAMPLE:
        # A sample's maximum is so near that a few Newton steps do the rest.
        near = _maximum(states.thinned(_SAMPLE), start)
        start = start if near is None else near.log_parameters
        top = polish(log_likelihood, start, states.customers)
        if top is not None:
            return top
    return maximise(log_likelihood, start, states.customers)


def _log_likelihood(states: States) -> LogLikelihood:
    """Log likelihood and gradient in the logarithms of r, alpha, a, b (equation 6 with terms that depend on x alone summed once)."""
    frequency, at_frequency = np.unique(states.x, return_inverse=True)
    customers = np.bincount(at_frequency, weights=states.count)
    count = states.count.astype(np.float64)
    everybody = float(states.customers)
    again = slice(int(np.searchsorted(states.x, 1)), None)
    x, t_x, count_again = states.x[again].astype(np.float64), states.t_x[again], count[again]

    def evaluate(log_parameters: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = np.exp(log_parameters)
        log_age = np.log(alpha + states.age)
        shape = r + states.x
        log_gap = log_age[again] - np.log(alpha + t_x)
        odds = np.log(a) - np.log(b + x - 1) + shape[again] * log_gap
        small = np.exp(-np.abs(odds))
        gone = np.where(odds > 0, 1.0, small) / (1 + small)
        weighted = count_again * gone
        of_frequency = gammaln(r + frequency) - gammaln(r) + gammaln(b + frequency) - gammaln(a + b + frequency)
        value = (
            dot(customers, of_frequency)
            + everybody * (r * np.log(alpha) + gammaln(a + b) - gammaln(b))
            - dot(count, shape * log_age)
            + dot(count_again, np.maximum(odds, 0) + np.log1p(small))
        )
        of_rate = digamma(r + frequency) - digamma(r) + np.log(alpha)
        of_dropout = digamma(a + b) - digamma(a + b + frequency)
        gap = 1 / (alpha + states.age[again]) - 1 / (alpha + t_x)
        gradient = np.array(
            [
                dot(customers, of_rate) - dot(count, log_age) + dot(weighted, log_gap),
                everybody * r / alpha - dot(count, shape / (alpha + states.age)) + dot(weighted, shape[again] * gap),
                dot(customers, of_dropout) + weighted.sum() / a,
                dot(customers, of_dropout + digamma(b + frequency) - digamma(b)) - dot(weighted, 1 / (b + x - 1)),
            ]
        )
        return float(value), gradient * np.exp(log_parameters)

    return evaluate
