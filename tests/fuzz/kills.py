"""Imports that are killed on their way: what readers see afterwards is the old snapshot or the whole new one.

Half of the kills come after a time, from the start of the interpreter to the end of the process; a quarter right before some operation
on the data folder (opening a file, renaming, removing); and a quarter before those from the moment a snapshot gets its number,
the few milliseconds of publishing.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from random import Random

from core.access import AccessScope, open_dataset, published
from core.errors import ClienteleError
from core.importing.importer import import_files
from core.snapshot import SNAPSHOTS, current_version

ROOT = Path(__file__).parents[2]
# Counts operations on the data folder, all or those from the one that numbers the snapshot, and ends the process before the last.
_COUNTING = """
import os, runpy, signal, sys
folder, since, last, counts = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
events = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "shutil.rmtree", "tempfile.mkdtemp", "fcntl.flock"}
seen = renamed = 0
def hook(event, arguments):
    global seen, renamed
    if event in events and (event == "fcntl.flock" or str(arguments[0]).startswith(folder)):
        seen += 1
        if event == "os.rename" and os.path.basename(str(arguments[1])).isdecimal():
            renamed = seen
        if (since == "operation" and seen == last) or (since == "publishing" and renamed and seen - renamed + 1 == last):
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
sys.argv = ["core", *sys.argv[5:]]
try:
    runpy.run_module("core", run_name="__main__", alter_sys=True)
finally:
    if counts:
        os.write(int(counts), f"{seen} {renamed}".encode())
"""


@dataclass
class Killed:
    """What the kills did.

    Parameters
    ----------
    done : int
    finished : int
        Processes that were quicker than their killer.
    published : int
        Kills after which the new snapshot was there.
    seconds : float
        What an import takes that is left alone.
    operations : int
        Operations on the data folder in one.
    renaming : int
        Which of them gives the snapshot its number.
    problems : list of str
    """

    done: int = 0
    finished: int = 0
    published: int = 0
    seconds: float = 0.0
    operations: int = 0
    renaming: int = 0
    problems: list[str] = field(default_factory=list)

    def and_(self, other: "Killed") -> "Killed":
        """Both together."""
        return Killed(
            self.done + other.done,
            self.finished + other.finished,
            self.published + other.published,
            max(self.seconds, other.seconds),
            max(self.operations, other.operations),
            max(self.renaming, other.renaming),
            self.problems + other.problems,
        )

    def __str__(self) -> str:
        return (
            f"{self.done} kills within {self.seconds:.1f} s or {self.operations} operations, the {self.renaming}th publishes: "
            f"{self.done - self.published} left "
            f"the old snapshot, {self.published} the new one ({self.finished} came too late), {len(self.problems)} problems"
        )


def write_orders(path: Path, lines: int) -> None:
    """A file whose number of lines can be told from any snapshot of it: each is an order of 1."""
    rows = [f"o{number},c{number % 7},2021-{1 + number % 12:02}-{1 + number % 28:02},1" for number in range(lines)]
    path.write_text("\n".join(("order_id,customer_id,date,amount", *rows)) + "\n")


def kill_imports(seed: int, count: int, tell: Callable[[int], None] = lambda _: None) -> Killed:
    """Start imports into two data folders, kill each, and look at what is left.

    Parameters
    ----------
    seed, count : int
    tell : callable
        Called after each kill.

    Returns
    -------
    Killed
    """
    base = Path(tempfile.mkdtemp(prefix="kills-"))
    try:
        moments = _moments(Random(seed), count)
        # Two at a time, as a start is mostly waiting for one processor.
        runs = [_Run(base / name, part) for name, part in (("one", moments[::2]), ("other", moments[1::2]))]
        with ThreadPoolExecutor(len(runs)) as pool:
            return reduce(Killed.and_, pool.map(lambda run: run.all(tell), runs))
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _moments(rng: Random, count: int) -> list[tuple[str, float]]:
    """("time", "operation" or "publishing", share of the way), evenly spread, each at random within its part of the way."""
    early, late = count // 2, count // 4
    kinds = (("time", early), ("operation", count - early - late), ("publishing", late))
    moments = [(kind, (at + rng.random()) / total) for kind, total in kinds for at in range(total)]
    rng.shuffle(moments)
    return moments


class _Run:
    def __init__(self, base: Path, moments: list[tuple[str, float]]) -> None:
        base.mkdir()
        self.data, self.orders = base / "data", base / "orders.csv"
        self.moments, self.result = moments, Killed()
        # Each import has a length of its own; no snapshot may have another.
        self.lines = 40
        self.known = {self.lines}
        self.seen: set[int] = set()
        write_orders(self.orders, self.lines)
        import_files([self.orders], self.data)

    def all(self, tell: Callable[[int], None]) -> Killed:
        self._measure()
        for kind, share in self.moments:
            self._kill(kind, share)
            tell(self.result.done)
        self._next_import_works()
        return self.result

    def _next(self) -> int:
        """Write the file of the next import."""
        before = self._current()
        self.lines += 1
        self.known.add(self.lines)
        write_orders(self.orders, self.lines)
        return before

    def _current(self) -> int:
        return open_dataset(self.data, AccessScope.everything()).info.lines

    def _measure(self) -> None:
        self._next()
        began = time.monotonic()
        process = self._start([])
        process.wait()
        self.result.seconds = time.monotonic() - began
        self._next()
        reading, writing = os.pipe()
        process = self._start(["-c", _COUNTING, str(self.data), "", "0", str(writing)], (writing,))
        os.close(writing)
        with os.fdopen(reading) as counted:
            self.result.operations, self.result.renaming = map(int, (counted.read() or "0 0").split())
        if process.wait() or not self.result.renaming or self._current() != self.lines:
            self.result.problems.append("an import that nobody killed failed")

    def _start(self, wrapped: list[str], files: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
        command = wrapped or ["-m", "core"]
        return subprocess.Popen(
            [sys.executable, *command, "import", str(self.orders), "--data", str(self.data)],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=files,
        )

    def _kill(self, kind: str, share: float) -> None:
        before, seen = self._next(), current_version(self.data)
        if kind == "time":
            process = self._start([])
            try:
                process.wait(share * self.result.seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        else:
            # What earlier ones left behind is swept first, so publishing comes later than it was measured.
            operations = self.result.operations - (self.result.renaming - 1 if kind == "publishing" else 0)
            process = self._start(["-c", _COUNTING, str(self.data), kind, str(1 + int(share * operations)), ""])
        self.result.finished += process.wait() == 0
        self.result.done += 1
        moved = current_version(self.data) != seen
        self.result.published += moved
        new = tuple(version for version in published(self.data) if version not in self.seen)
        wrong = look(self.data, self.known, {self.lines} if moved else {before}, new)
        self.seen.update(new)
        self.result.problems += [f"killed at {share:.3f} of {kind}: {problem}" for problem in wrong]

    def _next_import_works(self) -> None:
        self._next()
        done = subprocess.run(
            [sys.executable, "-m", "core", "import", str(self.orders), "--data", str(self.data)],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            self.result.problems.append(f"the next import failed: {done.stderr}")
        self.result.problems += look(self.data, self.known, {self.lines})
        listed = subprocess.run(
            [sys.executable, "-m", "core", "snapshots", "--data", str(self.data)],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        if listed.returncode or listed.stdout.count("orders.csv") != len(published(self.data)):
            self.result.problems.append(f"the snapshots can't be listed: {listed.stdout}{listed.stderr}")
        left = [path.name for folder in (self.data, self.data / SNAPSHOTS) for path in folder.iterdir() if stale(path)]
        if left:
            self.result.problems.append(f"left behind: {', '.join(left)}")


def stale(path: Path) -> bool:
    """Whether something in a data folder is of an import that is over."""
    return path.name.startswith((".work-", ".removed-", ".CURRENT-"))


def look(data: Path, known: set[int], expected: set[int], versions: tuple[int, ...] | None = None) -> list[str]:
    """What is wrong with a data folder of :func:`write_orders` files; nothing, it is to be hoped.

    Parameters
    ----------
    data : Path
    known : set of int
        Lengths of all files imported so far.
    expected : set of int
        Lengths that the current snapshot may have.
    versions : tuple of int, optional
        The ones to look at beside the current one; by default all that are listed.

    Returns
    -------
    list of str
    """
    problems = []
    try:
        current = open_dataset(data, AccessScope.everything())
        if current.info.lines not in expected:
            problems.append(f"the current snapshot has {current.info.lines} lines and not {sorted(expected)}")
        for version in published(data) if versions is None else versions:
            dataset = open_dataset(data, AccessScope.everything(), version)
            lines, revenue = dataset.info.lines, int(dataset.history.revenue.sum())
            ids = len(set(dataset.customer_ids(dataset.history.owner)))
            if lines not in known or revenue != lines * 10_000 or len(dataset.history.revenue) != lines or ids != 7:
                problems.append(f"snapshot {version} is not whole: {lines} lines, revenue {revenue}, {ids} customers")
            if len(dataset.lines_by_customer()) != 7:
                problems.append(f"snapshot {version} has lost order lines")
    except (ClienteleError, OSError, ValueError, KeyError) as error:
        problems.append(f"{type(error).__name__}: {error}")
    return problems
