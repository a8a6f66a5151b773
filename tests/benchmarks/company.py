"""The analyses on a large log: core and pandas in turns, the core's memory, the import."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from statistics import geometric_mean
from typing import Any

from core import AccessScope, Dataset, Filters, open_dataset
from core.analyses import load
from core.importing.importer import import_files
from tests.benchmarks import plain
from tests.benchmarks.equality import differences, tables_of
from tests.benchmarks.order_log import CHANNELS, REGIONS, write_log
from tests.benchmarks.results import Goal
from tests.benchmarks.timing import in_turns
from tests.benchmarks.watching import Watched, watch

NARROWED = Filters(region=REGIONS[:2], channel=CHANNELS[1:2])
VIEWS = {"everything": Filters(), "company": NARROWED, "filter": replace(NARROWED, classes="filter")}
ANALYSES = ("overview", "rfm", "abc_xyz", "cohorts")
REPEATS = {"core": 7, "pandas": 3}


@dataclass(frozen=True)
class Answer:
    """One analysis in one view: medians in milliseconds, by the clock and of processor time."""

    lines: int
    analysis: str
    view: str
    core_ms: float
    core_processor_ms: float
    pandas_ms: float
    pandas_processor_ms: float

    @property
    def ratio(self) -> float:
        """How many times faster than pandas by the clock."""
        return self.pandas_ms / self.core_ms


def prepare(folder: Path, lines: int) -> tuple[Path, Path, Watched | None]:
    """Write a log and import it, unless the folder has them; returns the log, the data folder and what the import took."""
    log, data = folder / f"log-{lines}.parquet", folder / f"data-{lines}"
    if not log.exists():
        watch(write_log, log, lines)
    return log, data, None if data.exists() else watch(_import, log, data)


def _import(log: Path, data: Path) -> int:
    return import_files([log], data).info.lines


def check(log: Path, data: Path) -> list[str]:
    """What differs between core and pandas, over all analyses and views."""
    dataset, frames = open_dataset(data, AccessScope.everything()), plain.read(log)
    found = []
    for name in ANALYSES:
        for view, filters in VIEWS.items():
            ours, theirs = _core(dataset, name, filters)(), _pandas(frames, name, filters)()
            found += [f"{name}, {view}: {difference}" for difference in differences(tables_of(ours), theirs)]
    return found


def measure(log: Path, data: Path, lines: int) -> list[Answer]:
    """Time every analysis in every view, core and pandas in turns."""
    dataset, frames = open_dataset(data, AccessScope.everything()), plain.read(log)
    answers = []
    for name in ANALYSES:
        for view, filters in VIEWS.items():
            core, pandas = _core(dataset, name, filters), _pandas(frames, name, filters)
            times = in_turns({"core": core, "pandas": pandas}, REPEATS["pandas"])
            more = in_turns({"core": core}, REPEATS["core"] - REPEATS["pandas"])
            ours, theirs = times["core"] + more["core"], times["pandas"]
            answers.append(
                Answer(lines, name, view, ours.clock_ms, ours.processor_ms, theirs.clock_ms, theirs.processor_ms)
            )
    return answers


def _core(dataset: Dataset, name: str, filters: Filters) -> Callable[[], Any]:
    analysis = load(name)
    return partial(analysis.run, dataset, filters, analysis.params())


def _pandas(frames: plain.Log, name: str, filters: Filters) -> Callable[[], plain.Tables]:
    return partial(getattr(plain, name), frames, filters)


def memory(data: Path) -> Watched:
    """Memory of a process that opens the snapshot and runs every analysis in every view."""
    return watch(_run_all, data)


def _run_all(data: Path) -> None:
    dataset = open_dataset(data, AccessScope.everything())
    for _ in range(2):
        for name in ANALYSES:
            for filters in VIEWS.values():
                _core(dataset, name, filters)()


def speed_goals(answers: list[Answer]) -> list[Goal]:
    """The goals for speed, met or not."""
    ratio = geometric_mean([answer.ratio for answer in answers])
    processor = geometric_mean([answer.pandas_processor_ms / answer.core_processor_ms for answer in answers])
    filtered = [answer for answer in answers if answer.view != "everything"]
    slowest = max(filtered, key=lambda answer: answer.core_ms)
    most = max(answer.core_processor_ms for answer in filtered)
    return [
        Goal("times faster than pandas (geometric mean)", 8, ratio, ratio >= 8, f"by processor time {processor:.1f}"),
        Goal(
            f"slowest filtered answer ({slowest.analysis}, {slowest.view}), ms",
            100,
            slowest.core_ms,
            slowest.core_ms < 100,
            f"most processor time of any {most:.0f}",
        ),
    ]


def memory_goals(taken: Watched) -> list[Goal]:
    """The goal for the core's memory, met or not; it is held against all memory, mapped pages too."""
    return [Goal("peak memory of the core, MB", 1000, taken.resident_mb, taken.resident_mb < 1000)]


def import_goals(taken: Watched) -> list[Goal]:
    """The goals for the import, met or not."""
    return [
        Goal("import, s", 60, taken.seconds, taken.seconds < 60),
        Goal("peak memory of the import, MB", 4000, taken.resident_mb, taken.resident_mb < 4000),
    ]


def as_dicts(answers: list[Answer]) -> list[dict[str, Any]]:
    """For JSON."""
    return [{**asdict(answer), "ratio": answer.ratio} for answer in answers]
