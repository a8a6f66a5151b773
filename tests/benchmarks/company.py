"""The analyses on a large log: core and pandas in turns, the core's memory, the import."""

from dataclasses import asdict, dataclass
from math import nan
from pathlib import Path
from statistics import geometric_mean
from typing import Any

from core import AccessScope, Dataset, open_dataset
from core.errors import ClienteleError
from core.importing.importer import import_files
from tests.benchmarks import plain
from tests.benchmarks.equality import differences, tables_of
from tests.benchmarks.order_log import write_log
from tests.benchmarks.questions import QUESTIONS, VIEWS, Question
from tests.benchmarks.results import Goal, as_table
from tests.benchmarks.timing import Timing, in_turns
from tests.benchmarks.watching import Watched, watch

REPEATS = {"core": 7, "pandas": 3}
NOT_ASKED = Timing((nan,), (nan,))


@dataclass(frozen=True)
class Answer:
    """One question in one view: medians in milliseconds, by the clock and of processor time; NaN for what pandas was not asked."""

    lines: int
    analysis: str
    view: str
    core_ms: float
    core_processor_ms: float
    pandas_ms: float
    pandas_processor_ms: float
    limit_ms: float

    @property
    def ratio(self) -> float:
        """How many times faster than pandas by the clock."""
        return self.pandas_ms / self.core_ms


def prepare(folder: Path, lines: int) -> tuple[Path, Path, Watched | None]:
    """Write a log and import it, unless the folder has them; returns the log, the data folder and what the import took."""
    log, data = folder / f"log-{lines}.parquet", folder / f"data-{lines}"
    if not log.exists():
        watch(write_log, log, lines)
    return log, data, None if data.exists() and _up_to_date(data) else watch(_import, log, data)


def _up_to_date(data: Path) -> bool:
    """Whether the newest snapshot can be opened and has all that an import makes by now."""
    try:
        return _open(data).products is not None
    except ClienteleError:
        return False


def _import(log: Path, data: Path) -> int:
    return import_files([log], data).info.lines


def _open(data: Path) -> Dataset:
    return open_dataset(data, AccessScope.everything())


def check(log: Path, data: Path) -> list[str]:
    """What differs between core and pandas, over all questions and views."""
    dataset, frames = _open(data), plain.read(log)
    found = []
    for question in QUESTIONS:
        for view, filters in VIEWS.items():
            theirs = question.pandas(frames, filters)
            if theirs is not None:
                ours = tables_of(question.core(dataset, filters)())
                found += [f"{question.name}, {view}: {difference}" for difference in differences(ours, theirs())]
    return found


def measure(log: Path, data: Path, lines: int) -> list[Answer]:
    """Time every question in every view, core and pandas in turns."""
    dataset, frames = _open(data), plain.read(log)
    return [_time(dataset, frames, question, view, lines) for question in QUESTIONS for view in VIEWS]


def _time(dataset: Dataset, frames: plain.Log, question: Question, view: str, lines: int) -> Answer:
    core, pandas = question.core(dataset, VIEWS[view]), question.pandas(frames, VIEWS[view])
    times = in_turns({"core": core} if pandas is None else {"core": core, "pandas": pandas}, REPEATS["pandas"])
    ours = times["core"] + in_turns({"core": core}, REPEATS["core"] - REPEATS["pandas"])["core"]
    theirs = times.get("pandas", NOT_ASKED)
    return Answer(
        lines,
        question.name,
        view,
        ours.clock_ms,
        ours.processor_ms,
        theirs.clock_ms,
        theirs.processor_ms,
        question.limit_ms(view),
    )


def memory(data: Path) -> Watched:
    """Memory of a process that opens the snapshot and answers every question in every view."""
    return watch(_run_all, data)


def _run_all(data: Path) -> None:
    dataset = _open(data)
    for _ in range(2):
        for question in QUESTIONS:
            for filters in VIEWS.values():
                question.core(dataset, filters)()


def speed_goals(answers: list[Answer]) -> list[Goal]:
    """The goals for speed, met or not: against pandas, and of each limit the answer that comes nearest to it."""
    asked = [answer for answer in answers if answer.pandas_ms > 0]
    ratio = geometric_mean([answer.ratio for answer in asked])
    processor = geometric_mean([answer.pandas_processor_ms / answer.core_processor_ms for answer in asked])
    goals = [
        Goal("times faster than pandas (geometric mean)", 8, ratio, ratio >= 8, f"by processor time {processor:.1f}")
    ]
    for limit in sorted({answer.limit_ms for answer in answers}):
        some = [answer for answer in answers if answer.limit_ms == limit]
        slowest = max(some, key=lambda answer: answer.core_ms)
        goals.append(
            Goal(
                f"slowest of the answers that may take so long ({slowest.analysis}; {slowest.view}), ms",
                limit,
                slowest.core_ms,
                slowest.core_ms <= limit,
                f"most processor time of any {max(answer.core_processor_ms for answer in some):.0f}",
            )
        )
    return goals


def memory_goals(taken: Watched) -> list[Goal]:
    """The goal for the core's memory, met or not; it is held against all memory, mapped pages too."""
    return [Goal("peak memory of the core, MB", 1000, taken.resident_mb, taken.resident_mb < 1000)]


def import_goals(taken: Watched) -> list[Goal]:
    """The goals for the import, met or not."""
    return [
        Goal("import, s", 60, taken.seconds, taken.seconds < 60),
        Goal("peak memory of the import, MB", 4000, taken.resident_mb, taken.resident_mb < 4000),
    ]


def as_text(answers: list[Answer]) -> str:
    """A table for the terminal."""
    header = ("analysis", "view", "core ms", "(processor)", "pandas ms", "(processor)", "ratio")
    rows = [
        (a.analysis, a.view, a.core_ms, a.core_processor_ms, a.pandas_ms, a.pandas_processor_ms, a.ratio)
        for a in answers
    ]
    return as_table(header, rows)


def as_dicts(answers: list[Answer]) -> list[dict[str, Any]]:
    """For JSON, which knows no NaN."""
    values = ({**asdict(answer), "ratio": answer.ratio} for answer in answers)
    return [{name: None if value != value else value for name, value in each.items()} for each in values]
