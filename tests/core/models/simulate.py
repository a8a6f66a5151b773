"""Customers who behave exactly as a purchase model and Gamma-Gamma say."""

import numpy as np
from numpy.typing import NDArray

from core.models.purchase_days import purchase_days, summarise
from core.models.states import States

# r, alpha and the two parameters of dropout, weeks.
TRUTHS = {
    "bg_nbd": (0.8, 6.0, 0.8, 2.5),
    "mbg_nbd": (0.8, 6.0, 0.8, 2.5),
    "pareto_nbd": (0.8, 8.0, 0.7, 12.0),
}


def purchase_log(
    seed: int,
    customers: int,
    days: int,
    buying: tuple[float, float, float, float] = TRUTHS["bg_nbd"],
    spending: tuple[float, float, float] = (6.0, 4.0, 15.0),
    won_within: float = 0.6,
    model: str = "bg_nbd",
) -> tuple[NDArray, NDArray, NDArray]:
    """Owner, day (real numbers from 0) and value of each purchase, sorted by owner and day.

    Parameters
    ----------
    seed, customers, days : int
    buying : tuple of float
        r, alpha (weeks), and a, b or s, beta (weeks).
    spending : tuple of float
        p, q, gamma.
    won_within : float
        First purchases are spread evenly over this share of the days.
    model : {"bg_nbd", "mbg_nbd", "pareto_nbd"}
    """
    rng = np.random.default_rng(seed)
    r, alpha, *dropout = buying
    p, q, v = spending
    rate = rng.gamma(r, 1 / alpha, customers) / 7
    most, stays = np.full(customers, np.inf), np.full(customers, np.inf)
    if model == "pareto_nbd":
        stays = 7 * rng.exponential(1.0, customers) / rng.gamma(dropout[0], 1 / dropout[1], customers)
    else:
        most = rng.geometric(rng.beta(*dropout, customers)) - float(model == "mbg_nbd")
    nu = rng.gamma(q, 1 / v, customers)
    time = rng.integers(0, max(int(days * won_within), 1), customers).astype(float)
    until = np.minimum(time + stays, days)
    owners, times = [np.arange(customers)], [time.copy()]
    alive, made = np.flatnonzero(most > 0), 0
    while len(alive):
        time[alive] += rng.exponential(1.0, len(alive)) / rate[alive]
        alive = alive[time[alive] < until[alive]]
        owners.append(alive)
        times.append(time[alive])
        made += 1
        alive = alive[most[alive] > made]
    owner, when = np.concatenate(owners), np.concatenate(times)
    order = np.lexsort((when, owner))
    owner, when = owner[order], when[order]
    return owner, when, rng.gamma(p, 1, len(owner)) / nu[owner]


def simulated_states(
    model: str = "bg_nbd",
    customers: int = 20_000,
    days: int = 1095,
    seed: int = 7,
    buying: tuple[float, float, float, float] | None = None,
    won_within: float = 0.6,
) -> States:
    """States of such customers at the end; two purchases of one day count as one, as they do in the product."""
    buying = TRUTHS[model] if buying is None else buying
    owner, when, _ = purchase_log(seed, customers, days, buying, won_within=won_within, model=model)
    always = np.ones(len(owner), dtype=bool)
    log = purchase_days(owner, when.astype(int), always, always.astype(np.int64), customers, days)
    return summarise(log, days).states


def exact_states(
    model: str, customers: int, days: int, seed: int, buying: tuple[float, float, float, float] | None = None
) -> States:
    """States in which time is not cut into days and purchases of one day are not put together: the model to the letter."""
    owner, when, _ = purchase_log(
        seed, customers, days, TRUTHS[model] if buying is None else buying, won_within=0.5, model=model
    )
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    x = np.bincount(owner) - 1
    order = np.argsort(x, kind="stable")
    t_x, age = (when[first + x] - when[first])[order] / 7, (days - when[first])[order] / 7
    return States(x[order], t_x, age, np.ones(customers, dtype=np.int64), np.arange(customers))
