"""Do 90 % intervals of parameters hold the truth 90 times in 100? Every model is fitted to customers who behave as it says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from core.models import gamma_gamma, sbg
from core.models.estimation import Estimate, NoFit
from core.models.purchase_model import MODELS
from core.stats import normal_quantile
from tests.benchmarks.results import Goal, as_table
from tests.core.models.simulate import TRUTHS, exact_states

REPLICATES = 1_000
CUSTOMERS = 4_000
DAYS = 730
CONFIDENCE = 0.9
LOW, HIGH = 0.87, 0.93

SPENDING = (6.0, 4.0, 15.0)
LEAVING = (0.9, 2.5)


@dataclass(frozen=True)
class Covered:
    """How often the interval of one parameter held the truth.

    Parameters
    ----------
    model, parameter : str
    replicates : int
    undetermined : int
        Replicates in which the data did not determine every parameter, so that there was no interval; they count as misses.
    share : float
    """

    model: str
    parameter: str
    replicates: int
    undetermined: int
    share: float


def study(
    replicates: int = REPLICATES, customers: int = CUSTOMERS, models: Sequence[str] | None = None
) -> list[Covered]:
    """Fit every model many times, and count.

    Parameters
    ----------
    replicates : int
    customers : int
        In each replicate.
    models : sequence of str, optional
        By default all.

    Returns
    -------
    list of Covered
        One a model and parameter; intervals are on the scale of the parameters' logarithms.
    """
    wanted = (*MODELS, "gamma_gamma", "sbg") if models is None else models
    with threadpool_limits(limits=1):
        return [found for name in wanted for found in _of_model(name, replicates, customers)]


def _of_model(name: str, replicates: int, customers: int) -> list[Covered]:
    fit, truth = _fits(name)
    half = normal_quantile(CONFIDENCE)
    inside, undetermined = np.zeros(len(truth)), 0
    for seed in range(replicates):
        found = fit(seed, customers)
        if found is None or not found.determined:
            undetermined += 1
            continue
        gap = np.abs(np.log(found.values) - np.log(truth))
        inside += gap <= half * found.standard_errors / found.values
    names = found.names if found is not None else tuple(str(place) for place in range(len(truth)))
    return [
        Covered(name, parameter, replicates, undetermined, float(share))
        for parameter, share in zip(names, inside / replicates, strict=True)
    ]


def _fits(name: str) -> tuple[Callable[[int, int], Estimate | None], tuple[float, ...]]:
    """What makes and fits a replicate of a model, and the truth."""
    if name == "gamma_gamma":
        return _spending, SPENDING
    if name == "sbg":
        return _leaving, LEAVING
    module = MODELS[name]

    def buying(seed: int, customers: int) -> Estimate | None:
        found = module.fit(exact_states(name, customers, DAYS, seed))
        return None if isinstance(found, NoFit) else found.estimate

    return buying, TRUTHS[name]


def _spending(seed: int, customers: int) -> Estimate | None:
    rng = np.random.default_rng(seed)
    p, q, v = SPENDING
    x = rng.geometric(0.3, customers)
    found = gamma_gamma.fit(x, rng.gamma(p * x) / x / rng.gamma(q, 1 / v, customers))
    return None if isinstance(found, NoFit) else found.estimate


def _leaving(seed: int, customers: int) -> Estimate | None:
    rng = np.random.default_rng(seed)
    left_at = rng.geometric(rng.beta(*LEAVING, customers))
    found = sbg.fit([(left_at > period).sum() for period in range(9)])
    return None if isinstance(found, NoFit) else found.estimate


def as_text(found: Sequence[Covered]) -> str:
    """A table for the terminal."""
    header = ("model", "parameter", "replicates", "undetermined", "covered %")
    return as_table(header, [(c.model, c.parameter, c.replicates, c.undetermined, 100 * c.share) for c in found])


def goals(found: Sequence[Covered]) -> list[Goal]:
    """The worst parameter of each model lies between 87 and 93 %."""
    made = []
    for model in dict.fromkeys(each.model for each in found):
        worst = max((each for each in found if each.model == model), key=lambda each: abs(each.share - CONFIDENCE))
        note = f"{worst.parameter}, the worst; 87 to 93 would do; {worst.replicates:,} replicates"
        name = f"{model}: 90 % intervals hold the truth, %"
        made.append(Goal(name, 100 * CONFIDENCE, 100 * worst.share, LOW <= worst.share <= HIGH, note))
    return made
