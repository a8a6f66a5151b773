"""The parts of the measurements by name: each measures, says what it found, and holds it against its goals."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.results import Goal, as_table

JUDGED = 10_000_000


@dataclass(frozen=True)
class Settings:
    """What is asked for.

    Parameters
    ----------
    lines : tuple of int
        Sizes of the generated logs; goals are for the one of 10 million.
    folder : Path
        Where logs and snapshots are made, and used again.
    """

    lines: tuple[int, ...]
    folder: Path


@dataclass(frozen=True)
class Outcome:
    """What a part found.

    Parameters
    ----------
    title : str
    text : str
        For the terminal.
    found : object
        For JSON.
    goals : list of Goal
    """

    title: str
    text: str
    found: Any
    goals: list[Goal]


# What a part needs is loaded only where it is asked for: some of it is large.


def _import(settings: Settings) -> Outcome:
    from tests.benchmarks import company

    found, text, goals = [], [], []
    for lines in settings.lines:
        _, _, taken = company.prepare(settings.folder, lines)
        if taken is None:
            text.append(f"{lines:,} lines: imported before")
            continue
        found.append({"lines": lines, **{key: value for key, value in asdict(taken).items() if key != "result"}})
        text.append(f"{lines:,} lines: {taken.seconds:.1f} s, peak {taken.resident_mb:,.0f} MB")
        goals += company.import_goals(taken) if lines == JUDGED else []
    return Outcome("Import", "\n".join(text), found, goals)


def _analyses(settings: Settings) -> Outcome:
    parts = [_of_log(settings, lines, place == 0) for place, lines in enumerate(settings.lines)]
    text = "\n".join(f"{part.title}\n{part.text}" for part in parts)
    goals = [goal for part in parts for goal in part.goals]
    return Outcome("Analyses", text, [part.found for part in parts], goals)


def _of_log(settings: Settings, lines: int, first: bool) -> Outcome:
    """The questions to one log; on the first one the answers are compared too."""
    from tests.benchmarks import company

    log, data, _ = company.prepare(settings.folder, lines)
    found: dict[str, Any] = {"lines": lines}
    text = []
    if first:
        found["differences"] = company.check(log, data)
        text += found["differences"] or ["pandas' tables equal the core's"]
    answers = company.measure(log, data, lines)
    taken = company.memory(data)
    found["answers"] = company.as_dicts(answers)
    found["memory"] = {"private_mb": taken.private_mb, "resident_mb": taken.resident_mb}
    text.append(company.as_text(answers))
    text.append(f"core's peak memory {taken.resident_mb:,.0f} MB, of which its own {taken.private_mb:,.0f} MB")
    goals = [*company.speed_goals(answers), *company.memory_goals(taken)] if lines == JUDGED else []
    return Outcome(f"{lines:,} lines", "\n".join(text), found, goals)


def _csv(settings: Settings) -> Outcome:
    from tests.benchmarks import text_files

    taken = text_files.all_of_it(settings.folder, settings.lines)
    text, goals = text_files.as_text(taken), text_files.goals(taken, JUDGED)
    return Outcome("Text files, seconds by stage", text, text_files.as_dicts(taken), goals)


def _models(_: Settings) -> Outcome:
    from tests.benchmarks import models

    return _several("Models", models.measure(), models.as_text, models.goals)


def _coverage(_: Settings) -> Outcome:
    from tests.benchmarks import coverage

    return _several("Intervals of parameters", coverage.study(), coverage.as_text, coverage.goals)


def _values(_: Settings) -> Outcome:
    from tests.benchmarks import values

    return _several("Intervals of customers' value", values.study(), values.as_text, values.goals)


def _lifetime_value(_: Settings) -> Outcome:
    from tests.benchmarks import lifetime_value

    taken = lifetime_value.measure()
    return Outcome("Lifetime value", lifetime_value.as_text(taken), asdict(taken), lifetime_value.goals(taken))


def _personas(_: Settings) -> Outcome:
    from tests.benchmarks import personas

    return _several("Personas at a known number of groups", personas.measure(), personas.as_text, personas.goals)


def _touchpoints(_: Settings) -> Outcome:
    from tests.benchmarks import touchpoints

    taken = touchpoints.measure()
    return Outcome("Journey", touchpoints.as_text(taken), asdict(taken), touchpoints.goals(taken))


def _browser(_: Settings) -> Outcome:
    from tests.benchmarks import browser

    found = browser.measure()
    rows = [(name, float(min(times)), float(max(times))) for name, times in found.items() if isinstance(times, list)]
    return Outcome(
        "In the browser, on the sample", as_table(("time", "least", "most"), rows), found, browser.goals(found)
    )


def _several(
    title: str, found: Sequence[Any], as_text: Callable[..., str], goals: Callable[..., list[Goal]]
) -> Outcome:
    return Outcome(title, as_text(found), [asdict(each) for each in found], goals(found))


PARTS: dict[str, Callable[[Settings], Outcome]] = {
    "import": _import,
    "analyses": _analyses,
    "csv": _csv,
    "models": _models,
    "coverage": _coverage,
    "values": _values,
    "ltv": _lifetime_value,
    "personas": _personas,
    "touchpoints": _touchpoints,
    "browser": _browser,
}
