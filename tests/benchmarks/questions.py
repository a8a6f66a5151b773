"""What is asked: an analysis with its settings, the same in plain pandas, and how long an answer may take."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from core import Dataset, Filters
from core.analyses import load
from tests.benchmarks import plain
from tests.benchmarks.order_log import CHANNELS, REGIONS
from tests.benchmarks.plain import Log, Tables

NARROWED = Filters(region=REGIONS[:2], channel=CHANNELS[1:2])
VIEWS = {"everything": Filters(), "company": NARROWED, "filter": replace(NARROWED, classes="filter")}

Plain = Callable[[Log, Filters], Tables]


@dataclass(frozen=True)
class Question:
    """One question to the core and to pandas.

    Parameters
    ----------
    name : str
    analysis : str
    settings : tuple of (name, value)
        Of the analysis; all others are at their defaults.
    plain : callable, optional
        The same in pandas; None where that would be a program of its own.
    read : tuple of str
        Tables that the result makes only when they are read, and that are part of the answer.
    unfiltered_ms, filtered_ms : float
        How long the core may take.
    """

    name: str
    analysis: str
    settings: tuple[tuple[str, Any], ...] = ()
    plain: Plain | None = None
    read: tuple[str, ...] = ()
    unfiltered_ms: float = 200
    filtered_ms: float = 100

    def core(self, dataset: Dataset, filters: Filters) -> Callable[[], Any]:
        """A call that answers with the core's result."""
        analysis = load(self.analysis)
        return partial(self._answer, analysis.run, dataset, filters, analysis.params(**dict(self.settings)))

    def pandas(self, frames: Log, filters: Filters) -> Callable[[], Tables] | None:
        """A call that answers with pandas' tables."""
        return None if self.plain is None else partial(self.plain, frames, filters)

    def _answer(self, run: Callable[..., Any], *asked: object) -> Any:
        result = run(*asked)
        for name in self.read:
            getattr(result, name)
        return result

    def limit_ms(self, view: str) -> float:
        """How long an answer in a view may take."""
        return self.unfiltered_ms if view == "everything" else self.filtered_ms


QUESTIONS = (
    Question("overview", "overview", plain=plain.overview),
    Question("rfm", "rfm", plain=plain.rfm),
    Question(
        "rfm, 5 equally wide groups",
        "rfm",
        (("groups", 5), ("cuts", "width")),
        partial(plain.rfm, groups=5, cuts="width"),
    ),
    Question("abc_xyz", "abc_xyz", plain=plain.abc_xyz),
    Question("abc_xyz, seasonal", "abc_xyz", (("xyz", "seasonal"),), partial(plain.abc_xyz, xyz="seasonal")),
    Question(
        "abc_xyz, what is read later",
        "abc_xyz",
        read=("stability", "sensitivity"),
        unfiltered_ms=1000,
        filtered_ms=1000,
    ),
    Question("abc_xyz of products", "abc_xyz", (("of", "products"),), plain.abc_xyz_of_products),
    Question("cohorts", "cohorts", plain=plain.cohorts),
    Question("abc by rfm_segment", "crossing", plain=plain.crossing),
    # What is known of all customers is found once for a snapshot, and the same whichever segment is described.
    Question("profile of a segment", "profiles", unfiltered_ms=300, filtered_ms=300),
    # The models behind expected value are fitted once for a snapshot and kept.
    Question(
        "targets, three picked",
        "targets",
        (("picks", f"rfm_segment=champions,region={REGIONS[0]},abc=A"),),
        unfiltered_ms=1000,
        filtered_ms=1000,
    ),
    Question("movements, with 24 months", "movements", plain=plain.movements, unfiltered_ms=1000, filtered_ms=1000),
)
