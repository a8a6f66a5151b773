"""How long one fit of personas at a known number of groups takes for a million customers, once their features are there."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from core.clustering import FIT_SAMPLE
from core.partition import METHODS, fit
from core.personas.behaviour import Behaviour
from core.personas.space import fit_space
from tests.benchmarks.results import Goal

CUSTOMERS = 1_000_000
GROUPS = 6
REPEATS = 5
GOAL = 2.0


@dataclass(frozen=True)
class Taken:
    """Seconds of one way to find groups: the best of several fits, and the worst."""

    method: str
    customers: int
    seconds: float
    worst: float


def made(customers: int) -> Behaviour:
    """Customers of six kinds, with categories and channels."""
    rng = np.random.default_rng(1)
    kind = rng.integers(0, GROUPS, customers)
    frequency = 1.0 + rng.poisson(1 + 3 * kind)
    tastes = rng.dirichlet(np.full(40, 0.3), GROUPS)[kind] + rng.dirichlet(np.ones(40), customers)
    columns = {
        "recency_days": rng.exponential(60 + 20 * kind),
        "tenure_days": rng.uniform(0, 1_000, customers),
        "frequency": frequency,
        "value": frequency * rng.lognormal(3 + kind / 3, 0.6),
        "order_value": rng.lognormal(3 + kind / 3, 0.4),
        "gap_days": rng.exponential(50, customers),
        "regularity": rng.uniform(-1, 1, customers),
        "products": 1.0 + rng.poisson(2 * frequency),
        "discount_share": np.clip(rng.normal(0.04 * kind, 0.05), 0, 1),
        **{f"category=c{place:02d}": tastes[:, place] / 2 for place in range(40)},
    }
    return Behaviour(np.arange(customers), pd.DataFrame(columns, dtype=np.float32), frequency - 1, 3 * frequency)


def seconds(behaviour: Behaviour, method: str) -> float:
    """From what was measured of customers to the group of each."""
    begun = time.perf_counter()
    rows = np.arange(len(behaviour))
    sample = np.sort(np.random.default_rng(50).choice(len(rows), min(FIT_SAMPLE, len(rows)), replace=False))
    space = fit_space(behaviour, sample)
    partition = fit(method, space.place(behaviour, sample), GROUPS, 1)  # type: ignore[arg-type]
    partition.assign(space.place(behaviour, rows))
    return time.perf_counter() - begun


def measure(customers: int = CUSTOMERS) -> list[Taken]:
    """Fit, place everybody, and time it."""
    behaviour = made(customers)
    found = []
    with threadpool_limits(limits=1):
        for method in METHODS:
            times = [seconds(behaviour, method) for _ in range(REPEATS)]
            found.append(Taken(method, customers, min(times), max(times)))
    return found


def as_text(found: Sequence[Taken]) -> str:
    """A line a method."""
    return "\n".join(
        f"{each.method}: {each.seconds:.2f} s for {each.customers:,} customers (at worst {each.worst:.2f})"
        for each in found
    )


def goals(found: Sequence[Taken]) -> list[Goal]:
    """Every method in time."""
    return [
        Goal(
            f"personas of {each.customers:,} customers ({each.method}), s",
            GOAL,
            each.seconds,
            each.seconds < GOAL,
            f"at worst {each.worst:.1f}",
        )
        for each in found
    ]
