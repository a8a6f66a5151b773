"""What BG/NBD and MBG/NBD have in common: a purchase rate from Gamma(r, alpha), and a dropout probability from Beta(a, b).

They differ in one thing: whether a customer may drop out after the first purchase already. With c, the number of times that one could
have dropped out and did not (x or x + 1), every formula is the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, expit, gammaln

from core.models.estimation import LogLikelihood, dot
from core.models.purchase_model import Forecaster
from core.models.quadrature import beta_nodes
from core.models.states import States

Floats = NDArray[np.float64]

# The integrand's nearest singularity is at p = -(alpha + T) / horizon: the longer the horizon beside what was observed, the more
# nodes it takes. Checked against 2F1 in 40 digits: 8 digits hold up to a horizon of 1,000 (alpha + T).
_REACHES = (3.0, 20.0, 150.0)
_NODES = (20, 32, 80, 160)
_BLOCK = 1 << 13
_TINY = 1e-4


@dataclass(frozen=True)
class BetaGeometric(Forecaster):
    """A model at given parameters; times are in the unit of ``alpha`` (weeks).

    Parameters
    ----------
    r, alpha : float
        Shape and rate of the purchase rates.
    a, b : float
        Of the dropout probabilities.
    """

    NAME: ClassVar[str]
    NAMES: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")
    # How often a customer who never came back could have dropped out.
    CHANCES_OF_NEW: ClassVar[int]

    r: float
    alpha: float
    a: float
    b: float

    @property
    def time_scale(self) -> float:
        """Weeks of age beside which a few more or less change a forecast."""
        return self.alpha

    def p_alive(self, x: ArrayLike, t_x: ArrayLike, age: ArrayLike) -> Floats:
        """Probability that a customer has not dropped out.

        Parameters
        ----------
        x, t_x, age : array_like, same shape

        Returns
        -------
        ndarray of float64
        """
        x, t_x, age = (np.asarray(values, dtype=np.float64) for values in (x, t_x, age))
        chances = x + self.CHANCES_OF_NEW
        odds = np.log(self.a) - np.log(self.b + np.maximum(chances, 1) - 1)
        odds = odds + (self.r + x) * np.log((self.alpha + age) / (self.alpha + t_x))
        return np.where(chances > 0, expit(-odds), 1.0)

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
        Given that a customer is alive, the rate is Gamma(r + x, alpha + T) and the dropout probability p is Beta(a, b + c), and with
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
            points, weights = beta_nodes(self.a, self.b + frequency + self.CHANCES_OF_NEW, nodes)
            for begin in range(0, len(members), _BLOCK):
                block = position[begin : begin + _BLOCK]
                yield members[begin : begin + _BLOCK], points[block], weights[block]

    def simulate(
        self, x: Floats, age: Floats, horizon: float, rng: np.random.Generator, draws: int
    ) -> tuple[NDArray[np.int64], Floats]:
        """See :class:`core.models.purchase_model.PurchaseModel`."""
        shape, x, age = (len(x), draws), x[:, None], age[:, None]
        rate = rng.standard_gamma(np.broadcast_to(self.r + x, shape)) / (self.alpha + age)
        dropout = rng.beta(self.a, np.broadcast_to(self.b + x + self.CHANCES_OF_NEW, shape))
        wished = rng.poisson(rate * horizon)
        # The last purchase before dropping out; a dropout probability of almost 0 would overflow.
        lasts = rng.geometric(np.maximum(dropout, 1e-12))
        bought = np.minimum(wished, lasts)
        # Given their number, wished purchases are spread evenly over the horizon; the first of them happen.
        return bought, (bought + 1) / (wished + 1) / 2


def log_likelihood(states: States, chances_of_new: int) -> LogLikelihood:
    """Log likelihood and gradient in the logarithms of r, alpha, a, b; terms that depend on x alone are summed once.

    Parameters
    ----------
    states : States
    chances_of_new : {0, 1}
        As of the model.

    Returns
    -------
    LogLikelihood
    """
    frequency, at_frequency = np.unique(states.x, return_inverse=True)
    customers = np.bincount(at_frequency, weights=states.count)
    chances = frequency + chances_of_new
    count = states.count.astype(np.float64)
    everybody = float(states.customers)
    could_leave = slice(int(np.searchsorted(states.x, 1 - chances_of_new)), None)
    stayed = states.x[could_leave] + chances_of_new - 1.0
    t_x, count_of_them = states.t_x[could_leave], count[could_leave]

    def evaluate(log_parameters: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = np.exp(log_parameters)
        log_age = np.log(alpha + states.age)
        shape = r + states.x
        log_gap = log_age[could_leave] - np.log(alpha + t_x)
        odds = np.log(a) - np.log(b + stayed) + shape[could_leave] * log_gap
        small = np.exp(-np.abs(odds))
        gone = np.where(odds > 0, 1.0, small) / (1 + small)
        weighted = count_of_them * gone
        of_frequency = gammaln(r + frequency) - gammaln(r) + gammaln(b + chances) - gammaln(a + b + chances)
        value = (
            dot(customers, of_frequency)
            + everybody * (r * np.log(alpha) + gammaln(a + b) - gammaln(b))
            - dot(count, shape * log_age)
            + dot(count_of_them, np.maximum(odds, 0) + np.log1p(small))
        )
        of_rate = digamma(r + frequency) - digamma(r) + np.log(alpha)
        of_dropout = digamma(a + b) - digamma(a + b + chances)
        gap = 1 / (alpha + states.age[could_leave]) - 1 / (alpha + t_x)
        gradient = np.array(
            [
                dot(customers, of_rate) - dot(count, log_age) + dot(weighted, log_gap),
                everybody * r / alpha
                - dot(count, shape / (alpha + states.age))
                + dot(weighted, shape[could_leave] * gap),
                dot(customers, of_dropout) + weighted.sum() / a,
                dot(customers, of_dropout + digamma(b + chances) - digamma(b)) - dot(weighted, 1 / (b + stayed)),
            ]
        )
        return float(value), gradient * np.exp(log_parameters)

    return evaluate
