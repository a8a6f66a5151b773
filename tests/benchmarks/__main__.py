"""``python -m tests.benchmarks``: measure, print tables, write JSON to ``bench-results/``."""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from textwrap import indent
from typing import Any

from tests.benchmarks.parts import JUDGED, PARTS, Settings
from tests.benchmarks.results import Goal

FOLDER = Path("bench-results")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts asked for."""
    options = _options(arguments)
    machine = _machine()
    print(f"{machine['cores']} cores, load {machine['load']:.1f}, Python {machine['python']}")
    with tempfile.TemporaryDirectory(prefix="clientele-bench-") as temp:
        folder = options.folder or Path(temp)
        folder.mkdir(parents=True, exist_ok=True)
        found, goals = _measured(options.only or PARTS, Settings(tuple(sorted(options.lines)), folder))
    print("\nGoals")
    for goal in goals:
        print(f"  {goal}")
    print(f"\n{_written({**machine, **found, 'goals': [asdict(goal) for goal in goals]})}")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure Clientele.")
    parser.add_argument("--lines", type=int, nargs="+", default=[1_000_000, JUDGED], help="sizes of the generated logs")
    parser.add_argument("--only", choices=PARTS, nargs="+", help="some parts; by default all")
    parser.add_argument("--folder", type=Path, help="keep logs and snapshots here and use those that are there")
    return parser.parse_args(arguments)


def _measured(names: Iterable[str], settings: Settings) -> tuple[dict[str, Any], list[Goal]]:
    """What each part found, and the goals of all."""
    found: dict[str, Any] = {}
    goals: list[Goal] = []
    for name in names:
        outcome = PARTS[name](settings)
        print(f"\n{outcome.title}\n{indent(outcome.text, '  ')}", flush=True)
        found[name] = outcome.found
        goals += outcome.goals
    return found, goals


def _machine() -> dict[str, Any]:
    return {
        "when": datetime.now().astimezone().isoformat(timespec="seconds"),
        "cores": len(os.sched_getaffinity(0)),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def _written(found: dict[str, Any]) -> Path:
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{datetime.now():%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(found, indent=1))
    return path


if __name__ == "__main__":
    sys.exit(main())
