"""Customers who behave exactly as BG/NBD and Gamma-Gamma say."""

import numpy as np
from numpy.typing import NDArray


def purchase_log(
    seed: int,
    customers: int,
    days: int,
    buying: tuple[float, float, float, float] = (0.8, 6.0, 0.8, 2.5),
    spending: tuple[float, float, float] = (6.0, 4.0, 15.0),
    won_within: float = 0.6,
) -> tuple[NDArray, NDArray, NDArray]:
    """Owner, day (real numbers from 0) and value of each purchase, sorted by owner and day.

    Parameters
    ----------
    seed, customers, days : int
    buying : tuple of float
        r, alpha (weeks), a, b.
    spending : tuple of float
        p, q, gamma.
    won_within : float
        First purchases are spread evenly over this share of the days.
    """
    rng = np.random.default_rng(seed)
    r, alpha, a, b = buying
    p, q, v = spending
    rate = rng.gamma(r, 1 / alpha, customers) / 7
    lasts = rng.geometric(rng.beta(a, b, customers))
    nu = rng.gamma(q, 1 / v, customers)
    time = rng.integers(0, max(int(days * won_within), 1), customers).astype(float)
    owners, times = [np.arange(customers)], [time.copy()]
    alive, made = np.arange(customers), 0
    while len(alive):
        time[alive] += rng.exponential(1.0, len(alive)) / rate[alive]
        alive = alive[time[alive] < days]
        owners.append(alive)
        times.append(time[alive])
        made += 1
        alive = alive[lasts[alive] > made]
    owner, when = np.concatenate(owners), np.concatenate(times)
    order = np.lexsort((when, owner))
    owner, when = owner[order], when[order]
    return owner, when, rng.gamma(p, 1, len(owner)) / nu[owner]
