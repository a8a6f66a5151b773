"""``python -m tests.benchmarks``: measure, print a table, write JSON to ``bench-results/``."""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.benchmarks import company, text_files
from tests.benchmarks.results import Goal, as_table

FOLDER = Path("bench-results")
PARTS = ("analyses", "import", "csv", "models", "coverage", "values", "ltv", "touchpoints", "browser")
JUDGED = 10_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure Clientele.")
    parser.add_argument("--lines", type=int, nargs="+", default=[1_000_000, JUDGED], help="sizes of the generated logs")
    parser.add_argument("--only", choices=PARTS, help="one part; by default all")
    parser.add_argument("--folder", type=Path, help="keep logs and snapshots here and use those that are there")
    options = parser.parse_args(arguments)
    parts = (options.only,) if options.only else PARTS
    found: dict[str, Any] = {"when": datetime.now().astimezone().isoformat(timespec="seconds"), **_machine()}
    print(f"{found['cores']} cores, load {found['load']:.1f}, Python {found['python']}")
    goals: list[Goal] = []
    if set(parts) & {"analyses", "import", "csv"}:
        with tempfile.TemporaryDirectory(prefix="clientele-bench-") as temp:
            folder = options.folder or Path(temp)
            folder.mkdir(parents=True, exist_ok=True)
            if set(parts) & {"analyses", "import"}:
                found["logs"] = [
                    _log(folder, lines, parts, place == 0, goals) for place, lines in enumerate(sorted(options.lines))
                ]
            if "csv" in parts:
                found["csv"] = _text_files(folder, options.lines, goals)
    for name in ("models", "coverage", "values"):
        if name in parts:
            found[name] = _models(name, goals)
    if "ltv" in parts:
        from tests.benchmarks import lifetime_value

        answered = lifetime_value.measure()
        print(f"\nLifetime value\n  {lifetime_value.as_text(answered)}")
        found["ltv"] = asdict(answered)
        goals += lifetime_value.goals(answered)
    if "touchpoints" in parts:
        from tests.benchmarks import touchpoints

        taken = touchpoints.measure()
        print(f"\nJourney\n  {touchpoints.as_text(taken)}")
        found["touchpoints"] = asdict(taken)
        goals += touchpoints.goals(taken)
    if "browser" in parts:
        from tests.benchmarks import browser

        found["browser"] = browser.measure()
        print("\nIn the browser, on the sample")
        goals += browser.goals(found["browser"])
    print("\nGoals")
    for goal in goals:
        print(f"  {goal}")
    found["goals"] = [asdict(goal) for goal in goals]
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{datetime.now():%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(found, indent=1))
    print(f"\n{path}")
    return 0


def _machine() -> dict[str, Any]:
    cores = len(os.sched_getaffinity(0))
    return {
        "cores": cores,
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def _log(folder: Path, lines: int, parts: Sequence[str], first: bool, goals: list[Goal]) -> dict[str, Any]:
    """Everything about one log; the goals are for the large one."""
    print(f"\n{lines:,} lines")
    found: dict[str, Any] = {"lines": lines}
    wanted: list[Goal] = []
    log, data, imported = company.prepare(folder, lines)
    if imported is not None:
        found["import"] = {name: value for name, value in asdict(imported).items() if name != "result"}
        wanted += company.import_goals(imported)
        print(f"  import {imported.seconds:.1f} s, peak {imported.resident_mb:,.0f} MB")
    if "analyses" in parts:
        if first:
            found["differences"] = company.check(log, data)
            print("  pandas' tables equal the core's" if not found["differences"] else "\n".join(found["differences"]))
        answers = company.measure(log, data, lines)
        found["answers"] = company.as_dicts(answers)
        header = ("analysis", "view", "core ms", "(processor)", "pandas ms", "(processor)", "ratio")
        rows = [
            (a.analysis, a.view, a.core_ms, a.core_processor_ms, a.pandas_ms, a.pandas_processor_ms, a.ratio)
            for a in answers
        ]
        print("  " + as_table(header, rows).replace("\n", "\n  "))
        taken = company.memory(data)
        found["memory"] = {"private_mb": taken.private_mb, "resident_mb": taken.resident_mb}
        print(f"  core's peak memory {taken.resident_mb:,.0f} MB, of which its own {taken.private_mb:,.0f} MB")
        wanted += [*company.speed_goals(answers), *company.memory_goals(taken)]
    if lines == JUDGED:
        goals += wanted
    return found


def _text_files(folder: Path, lines: Sequence[int], goals: list[Goal]) -> list[dict[str, Any]]:
    """The import of text, by stage."""
    taken = text_files.all_of_it(folder, lines)
    print("\nText files, seconds by stage\n  " + text_files.as_text(taken).replace("\n", "\n  "))
    goals += text_files.goals(taken, JUDGED)
    return text_files.as_dicts(taken)


def _models(name: str, goals: list[Goal]) -> list[dict[str, Any]]:
    """Models of purchases and of spend: fits beside other programs', or how often intervals hold the truth, or what came."""
    from tests.benchmarks import coverage, models, values

    if name == "models":
        fitted = models.measure()
        print("\nModels\n  " + models.as_text(fitted).replace("\n", "\n  "))
        goals += models.goals(fitted)
        return [asdict(each) for each in fitted]
    if name == "values":
        held = values.study()
        print("\nIntervals of customers' value\n  " + values.as_text(held).replace("\n", "\n  "))
        goals += values.goals(held)
        return [asdict(each) for each in held]
    covered = coverage.study()
    print("\nIntervals of parameters\n  " + coverage.as_text(covered).replace("\n", "\n  "))
    goals += coverage.goals(covered)
    return [asdict(each) for each in covered]


if __name__ == "__main__":
    sys.exit(main())
