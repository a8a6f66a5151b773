"""Cases through one worker that is started anew when one ends it, and what became of each."""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import BadInputError, ClienteleError, QuestionError, UnfinishedError
from core.worker import Limits, Worker
from tests.fuzz.cases import Case, make
from tests.fuzz.job import run_case

OUTCOMES = ("imported", "refused", "question", "crash", "unclassified")
BAD = ("crash", "unclassified")
LIMITS = Limits(seconds=120, memory=1 << 30)
# The history is built of every so many imported cases.
DEEP_EVERY = 10


@dataclass
class Outcome:
    """What became of the cases.

    Parameters
    ----------
    counts : Counter
        By (kind, outcome).
    faults : list of str
        One line for each crash and unclassified error.
    kept : Path or None
        Where their files are.
    """

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    kept: Path | None = None

    def of(self, outcome: str) -> int:
        """How many had an outcome."""
        return sum(count for (_, name), count in self.counts.items() if name == outcome)

    def table(self) -> str:
        """The counts by format, as text."""
        kinds = sorted({kind for kind, _ in self.counts})
        lines = [f"{'format':<10}" + "".join(f"{name:>14}" for name in OUTCOMES)]
        lines += [f"{kind:<10}" + "".join(f"{self.counts[kind, name]:>14,}" for name in OUTCOMES) for kind in kinds]
        lines.append(f"{'all':<10}" + "".join(f"{self.of(name):>14,}" for name in OUTCOMES))
        return "\n".join(lines)


def fuzz(seed: int, numbers: range, tell: Callable[[int], None] = lambda _: None) -> Outcome:
    """Run cases.

    Parameters
    ----------
    seed : int
    numbers : range
        Which cases.
    tell : callable
        Called with each number done.

    Returns
    -------
    Outcome
        Its faults' files stay on disk; everything else is removed.
    """
    outcome = Outcome()
    base = Path(tempfile.mkdtemp(prefix="fuzz-"))
    with Worker(LIMITS) as worker:
        for number in numbers:
            case = make(seed, number)
            outer = base / "cases" / f"{number:06d}"
            name, said = _one(worker, case, outer)
            outcome.counts[case.kind, name] += 1
            if name in BAD:
                outcome.kept = base
                outcome.faults.append(f"case {number} ({outer}): {said}")
            else:
                shutil.rmtree(outer)
            tell(number)
    stray = _stray(base)
    if stray:
        outcome.faults.append(f"written outside of its folder: {', '.join(stray)}")
    if not outcome.faults:
        shutil.rmtree(base)
    return outcome


def _stray(base: Path) -> list[str]:
    """What stands where no case has anything to write."""
    folders = (base, base / "cases")
    return sorted(
        str(path)
        for folder in folders
        for path in folder.iterdir()
        if path.name != "cases" and not path.name.isdecimal()
    )


def _one(worker: Worker, case: Case, outer: Path) -> tuple[str, str]:
    folder = outer / case.folder
    folder.mkdir(parents=True)
    for name, content in case.files:
        with open(os.path.join(os.fsencode(folder), name), "wb") as file:
            file.write(content)
    mapping = outer / "mapping.toml" if case.mapping is not None else None
    if mapping:
        mapping.write_bytes(case.mapping or b"")
    names = [name for name, _ in case.files]
    before = _files(outer)
    try:
        result = worker.run(run_case, folder, names, mapping, case.number % DEEP_EVERY == 0)
    except UnfinishedError as error:
        return ("unclassified" if error.kind == "exception" else "crash"), f"{error}\n{error.detail}"
    except QuestionError as error:
        return "question", str(error)
    except BadInputError as error:
        # A clean table that breaks its contract is no fault of the file.
        return ("unclassified" if "its contract" in str(error) else "refused"), str(error)
    except ClienteleError as error:
        return "unclassified", repr(error)
    if _files(outer) != before:
        return "unclassified", "files changed outside of the work folder"
    return result, ""


def _files(outer: Path) -> dict[str, tuple[int, int]]:
    found = {}
    for path, folders, names in os.walk(os.fsencode(outer)):
        if b".work" in folders:
            folders.remove(b".work")
        for name in names:
            stat = os.stat(os.path.join(path, name))
            found[repr(os.path.join(path, name))] = (stat.st_size, stat.st_mtime_ns)
    return found
