"""The win rate by price, and the price above which deals are won less often."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.money import SCALE
from core.scoring import equal_count_cuts, score
from core.stats import SMALL_N, wilson

Floats = NDArray[np.float64]

BINS = 10
# At least this share of the deals lies on either side of a threshold.
EDGE = 0.05
RESAMPLES = 200
_SEED = 20
LEVEL = 0.05


@dataclass(frozen=True)
class Threshold:
    """A price above which deals are won less often.

    Parameters
    ----------
    price : float
        The highest price of the better side, in money of the currency; NaN when there is none.
    low, high : float
        95 % interval, from resamples of accounts.
    rate_below, rate_above : float
        Win rates up to it and above.
    below, above : int
        Deals on either side.
    p_value : float
        Of no such price, whichever it be.
    """

    price: float
    low: float
    high: float
    rate_below: float
    rate_above: float
    below: int
    above: int
    p_value: float

    @property
    def stands(self) -> bool:
        """Whether more than chance speaks for it."""
        return self.p_value <= LEVEL


NONE = Threshold(*(float("nan"),) * 5, 0, 0, float("nan"))


def price_table(amount: Floats, won: NDArray[np.bool_]) -> pd.DataFrame:
    """Win rate by price.

    Parameters
    ----------
    amount : ndarray of float64
        Of closed deals, in money units, none missing.
    won : ndarray of bool

    Returns
    -------
    pandas.DataFrame
        place, price_low, price_high (ends of each tenth of the deals; equal prices together), deals, won, win_rate, low, high,
        few.
    """
    columns = ["place", "price_low", "price_high", "deals", "won", "win_rate", "low", "high", "few"]
    if not len(amount):
        return pd.DataFrame(columns=columns)
    place = score(amount, equal_count_cuts(amount, BINS))
    frame = pd.DataFrame({"place": place, "amount": amount / SCALE, "won": won})
    table = frame.groupby("place", as_index=False).agg(
        price_low=("amount", "min"), price_high=("amount", "max"), deals=("won", "size"), won=("won", "sum")
    )
    low, high = wilson(table["won"], table["deals"])
    rate = table["won"] / table["deals"]
    return table.assign(win_rate=rate, low=low, high=high, few=table["deals"] < SMALL_N)[columns]


def threshold(amount: Floats, won: NDArray[np.bool_], account: NDArray[np.int64]) -> Threshold:
    """The price that best parts deals won more often from those won less often above it.

    Parameters
    ----------
    amount, won
        As in :func:`price_table`.
    account : ndarray of int64
        From 0.

    Notes
    -----
    The largest standardised difference of two win rates over all prices with a twentieth of the deals on either side; its p-value
    is that of a maximally selected statistic (Miller & Siegmund 1982, Biometrics 38, 1011-1016), one-sided. The interval is that
    of 200 Poisson resamples of accounts.
    """
    order = np.argsort(amount, kind="stable")
    ranked, wins = amount[order], won[order].astype(np.float64)
    n = len(ranked)
    ends = np.flatnonzero(np.r_[ranked[1:] != ranked[:-1], False][:n])
    ends = ends[(ends + 1 >= EDGE * n) & (n - ends - 1 >= EDGE * n)]
    if not len(ends) or wins.all() or not wins.any():
        return NONE
    statistic = _standardised(np.ones((1, n)), wins, ends)[0]
    best = int(statistic.argmax())
    end = ends[best]
    if not statistic[best] > 0:
        return NONE
    drawn = np.random.default_rng(_SEED).poisson(1.0, (RESAMPLES, int(account.max()) + 1)).astype(np.float32)
    found = np.empty(RESAMPLES)
    step = max(1, 2_000_000 // n)
    for first in range(0, RESAMPLES, step):
        weights = drawn[first : first + step][:, account[order]]
        found[first : first + step] = ranked[ends[_standardised(weights, wins, ends).argmax(axis=1)]]
    low, high = np.quantile(found, [0.025, 0.975])
    below = int(end) + 1
    return Threshold(
        float(ranked[end] / SCALE),
        float(low / SCALE),
        float(high / SCALE),
        float(wins[:below].mean()),
        float(wins[below:].mean()),
        below,
        n - below,
        _selected_p(float(statistic[best])),
    )


def _standardised(weights: NDArray[np.floating], wins: Floats, ends: NDArray[np.integer]) -> Floats:
    """The win rate below less that above, over its error without a difference; shape (resamples, ends)."""
    running, counted = np.cumsum(weights * wins, axis=1), np.cumsum(weights, axis=1)
    whole, won = counted[:, -1:], running[:, -1:]
    n, k = counted[:, ends], running[:, ends]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = won / whole
        error = np.sqrt(share * (1 - share) * (1 / n + 1 / (whole - n)))
        found = (k / n - (won - k) / (whole - n)) / error
    return np.asarray(np.where(np.isfinite(found), found, -np.inf), dtype=np.float64)


def _selected_p(largest: float) -> float:
    """Chance that the largest of all differences is so great, one-sided, without any."""
    if largest < 1:
        return 1.0
    density = np.exp(-(largest**2) / 2) / np.sqrt(2 * np.pi)
    span = np.log((1 - EDGE) ** 2 / EDGE**2)
    return float(min(1.0, (4 * density / largest + density * (largest - 1 / largest) * span) / 2))
