"""Do predictive intervals of customers' value hold what customers then brought? On the last quarter of three data sets."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from core import features
from core.access import AccessScope, Dataset, open_dataset
from core.filters import Filters
from core.importing.importer import import_files
from core.models import gamma_gamma
from core.models.contest import contest
from core.models.customer_value import forecast_purchases, forecast_value
from core.models.estimation import NoFit
from core.models.holdout import look_back
from core.models.horizon import Horizon
from core.money import SCALE
from core.value_fits import bought_so_far
from tests.benchmarks.results import Goal, as_table
from tests.conftest import ADVENTUREWORKS, SAMPLE

CONFIDENCES = (0.8, 0.9, 0.95)
# Interval that is judged, and how far off its share may be.
JUDGED, MARGIN = 0.9, 0.05


@dataclass(frozen=True)
class Held:
    """How often the interval of a customer's value held what came.

    Parameters
    ----------
    data, model : str
        The model is the one that did best over these weeks.
    weeks, customers : int
    confidence : float
        What the interval aims at.
    inside, above, below : float
        Shares of customers.
    total_error : float
        Forecast of all customers' value by what came, less 1: who misses the sum misses customers too, whatever the spread.
    """

    data: str
    model: str
    weeks: int
    customers: int
    confidence: float
    inside: float
    above: float
    below: float
    total_error: float


def study() -> list[Held]:
    """Hold the last quarter out of the sample, and of Online Retail and AdventureWorks where ``CLIENTELE_REAL_DATA`` has them.

    Returns
    -------
    list of Held
        One a data set and confidence; net revenue, returns left out on both sides.
    """
    with tempfile.TemporaryDirectory(prefix="clientele-values-") as folder, threadpool_limits(limits=1):
        return [held for name, dataset in _datasets(Path(folder)) for held in of_dataset(name, dataset)]


def _datasets(folder: Path) -> Iterator[tuple[str, Dataset]]:
    files = [SAMPLE / f"{name}.parquet" for name in ("order_lines", "customers", "products")]
    wanted = {"sample": (files, SAMPLE / "mapping.toml")}
    real = Path(os.environ.get("CLIENTELE_REAL_DATA") or "nowhere")
    if real.is_dir():
        mapping = folder / "adventureworks.toml"
        mapping.write_text(ADVENTUREWORKS)
        wanted["online_retail"] = ([real / "online_retail.csv.gz"], None)
        wanted["adventureworks"] = ([real / "adventureworks" / "Sales.csv.gz"], mapping)
    for name, (sources, mapping) in wanted.items():
        import_files(sources, folder / name, mapping)
        yield name, open_dataset(folder / name, AccessScope.everything())


def of_dataset(name: str, dataset: Dataset) -> list[Held]:
    """Forecast the last quarter without it, and count by confidence; empty where no forecast can be made."""
    selection = features.select(dataset.history, Filters())
    days = bought_so_far(dataset.history, selection.as_of, "revenue").days
    past = look_back(days, selection.as_of)
    winner = None if past is None else contest(past).winner
    spend = None if past is None else gamma_gamma.fit(past.summary.x, past.summary.mean_value)
    if past is None or winner is None or winner.fitted is None or spend is None or isinstance(spend, NoFit):
        return []
    summary, horizon = past.summary, Horizon.of_weeks(past.weeks)
    end = past.cut + 7 * past.weeks
    came = (days.value_after(past.cut) - days.value_after(end))[summary.customer] / SCALE
    model = winner.fitted.model
    purchases = forecast_purchases(model, summary.states, horizon)
    found = []
    for confidence in CONFIDENCES:
        forecast = forecast_value(model, spend.model, summary, purchases, horizon, confidence=confidence)
        above, below = float(np.mean(came > forecast.high)), float(np.mean(came < forecast.low))
        error = float(forecast.value.sum() / came.sum() - 1)
        size = (past.weeks, len(came))
        found.append(Held(name, winner.model, *size, confidence, 1 - above - below, above, below, error))
    return found


def as_text(found: Sequence[Held]) -> str:
    """A table for the terminal."""
    header = ("data", "model", "weeks", "customers", "interval %", "inside %", "above %", "below %", "sum off by %")
    rows = [
        (
            *(h.data, h.model, f"{h.weeks}", f"{h.customers:,}"),
            *(100 * share for share in (h.confidence, h.inside, h.above, h.below, h.total_error)),
        )
        for h in found
    ]
    return as_table(header, rows) if rows else "nothing could be forecast"


def goals(found: Sequence[Held]) -> list[Goal]:
    """Of each data set, the 90 % interval holds between 85 and 95 %."""
    return [
        Goal(
            f"{held.data}: 90 % intervals of customers' value hold what came, %",
            100 * held.confidence,
            100 * held.inside,
            abs(held.inside - held.confidence) <= MARGIN,
            f"85 to 95 would do; {held.customers:,} customers, {held.weeks} weeks, the sum off by {100 * held.total_error:+.0f} %",
        )
        for held in found
        if held.confidence == JUDGED
    ]
