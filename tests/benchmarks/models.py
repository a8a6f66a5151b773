"""How long fits take beside those of lifetimes, and of pymc-marketing where it is installed."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any

import lifetimes
import numpy as np
import pandas as pd
from lifetimes.datasets import load_cdnow_summary
from threadpoolctl import threadpool_limits

from core.models import gamma_gamma
from core.models.purchase_model import MODELS
from core.models.states import unique_states
from tests.benchmarks.results import Goal, as_table
from tests.benchmarks.timing import Timing, in_turns
from tests.core.models.simulate import TRUTHS, purchase_log

CUSTOMERS = 1_000_000
DAYS = 730
FITTERS = {
    "bg_nbd": lifetimes.BetaGeoFitter,
    "mbg_nbd": lifetimes.ModifiedBetaGeoFitter,
    "pareto_nbd": lifetimes.ParetoNBDFitter,
}
# Pareto/NBD takes lifetimes minutes for a million customers.
COMPARED = {"cdnow": ("bg_nbd", "mbg_nbd", "pareto_nbd"), "generated": ("bg_nbd", "mbg_nbd")}
REPEATS = {"cdnow": 7, "generated": 3}
WANTED = {
    ("bg_nbd", "generated", "lifetimes"): 15,
    ("bg_nbd", "generated", "pymc-marketing"): 10,
    ("pareto_nbd", "cdnow", "lifetimes"): 20,
}
PYMC = find_spec("pymc_marketing") is not None

Columns = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Fitted:
    """Milliseconds of one fit, medians of several.

    Parameters
    ----------
    model, data, by : str
        ``by``: core, lifetimes or pymc-marketing.
    customers : int
    clock_ms, processor_ms : float
    """

    model: str
    data: str
    by: str
    customers: int
    clock_ms: float
    processor_ms: float


def measure(customers: int = CUSTOMERS) -> list[Fitted]:
    """Fit each model to the CDNOW sample and to generated customers, by every program in turns.

    Parameters
    ----------
    customers : int
        How many are generated.

    Returns
    -------
    list of Fitted
        The core's times are those from x, t_x and T of each customer on.
    """
    found = []
    with _quiet(), threadpool_limits(limits=1):
        for data, columns in (("cdnow", _cdnow()), ("generated", _generated(customers))):
            for model in MODELS:
                taken = in_turns(_calls(model, data, columns), REPEATS[data])
                found += [_fitted(model, data, by, len(columns[0]), timing) for by, timing in taken.items()]
        spending = _spending(customers)
        taken = in_turns({"core": partial(gamma_gamma.fit, *spending)}, REPEATS["generated"])
        found.append(_fitted("gamma_gamma", "generated", "core", customers, taken["core"]))
    return found


def _fitted(model: str, data: str, by: str, customers: int, taken: Timing) -> Fitted:
    return Fitted(model, data, by, customers, taken.clock_ms, taken.processor_ms)


def _calls(model: str, data: str, columns: Columns) -> dict[str, Callable[[], Any]]:
    calls: dict[str, Callable[[], Any]] = {"core": lambda: MODELS[model].fit(unique_states(*columns))}
    x, t_x, age = columns[0], columns[1] / 7, columns[2] / 7
    if model in COMPARED[data]:
        calls["lifetimes"] = lambda: FITTERS[model]().fit(x, t_x, age)
    if PYMC and model == "bg_nbd":
        calls["pymc-marketing"] = partial(_by_pymc, x, t_x, age)
    return calls


def _by_pymc(x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> Any:
    from pymc_marketing import clv

    frame = pd.DataFrame({"customer_id": np.arange(len(x)), "frequency": x, "recency": t_x, "T": age})
    return clv.BetaGeoModel(data=frame).fit(method="map", progressbar=False)


def _cdnow() -> Columns:
    table = load_cdnow_summary(index_col=[0])
    weeks = (np.rint(7 * table[name].to_numpy()).astype(np.int64) for name in ("recency", "T"))
    return (table["frequency"].to_numpy(), *weeks)


def _generated(customers: int) -> Columns:
    owner, when, _ = purchase_log(1, customers, DAYS, TRUTHS["bg_nbd"])
    day = when.astype(np.int64)
    kept = np.flatnonzero((np.diff(owner, prepend=-1) > 0) | (np.diff(day, prepend=-1) > 0))
    owner, day = owner[kept], day[kept]
    x = np.bincount(owner) - 1
    first = np.concatenate([[0], np.cumsum(x + 1)[:-1]])
    return x, day[first + x] - day[first], DAYS - day[first]


def _spending(customers: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    x = rng.geometric(0.3, customers)
    return x, rng.gamma(6.0 * x) / x / rng.gamma(4.0, 1 / 15.0, customers)


@contextmanager
def _quiet() -> Iterator[None]:
    """Both other packages warn a lot."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def ratio(found: list[Fitted], model: str, data: str, by: str) -> tuple[float, float] | None:
    """How many times longer another program takes than the core, by processor time and by the clock; None if not measured."""
    times = {each.by: each for each in found if (each.model, each.data) == (model, data)}
    if by not in times:
        return None
    other, core = times[by], times["core"]
    return other.processor_ms / core.processor_ms, other.clock_ms / core.clock_ms


def as_text(found: list[Fitted]) -> str:
    """A table for the terminal."""
    header = ("model", "data", "by", "customers", "ms", "(processor)", "times the core's")
    rows = []
    for each in found:
        times = ratio(found, each.model, each.data, each.by)
        row = (
            each.model,
            each.data,
            each.by,
            each.customers,
            each.clock_ms,
            each.processor_ms,
            times[0] if times else 1.0,
        )
        rows.append(row)
    told = "" if PYMC else "\npymc-marketing is not installed here, so nothing is compared with it"
    return as_table(header, rows) + told


def goals(found: list[Fitted]) -> list[Goal]:
    """How many times faster than the others, by processor time; what was not measured is no goal."""
    made = []
    for (model, data, by), wanted in WANTED.items():
        times = ratio(found, model, data, by)
        if times is not None:
            name = f"{model}, {data}: times faster than {by}"
            made.append(Goal(name, wanted, times[0], times[0] >= wanted, f"{times[1]:.1f} by the clock"))
    return made
