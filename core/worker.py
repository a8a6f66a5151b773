"""Work on files that nobody vouches for, done in a child process: it has limits, and it dies alone.

The child is a fresh interpreter and not a fork: it shares no memory, threads or files with a server, and runs nobody's main module.
"""

import json
import logging
import os
import pickle
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from core.errors import UnfinishedError
from core.progress import Progress
from core.worker_child import receive, send

T = TypeVar("T")
_LOG = logging.getLogger(__name__)
# Without a handler of its own, Python would print what is meant for a log.
_LOG.addHandler(logging.NullHandler())

_LOOK_EVERY = 0.1
_TAIL = 16_000
# What Rust, C++ and the allocators say before they end a process that got no memory.
_NO_MEMORY = ("memory allocation of", "bad_alloc", "out of memory")
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from core.worker_child import main; main(sys.argv[2:])"
)


@dataclass(frozen=True)
class Limits:
    """What a job may take.

    Parameters
    ----------
    seconds : float
        On the clock.
    memory : int
        Bytes in use (resident and its own).
    file_size : int
        Bytes of any one file it writes.
    """

    seconds: float = 7_200.0
    memory: int = 4 << 30
    file_size: int = 64 << 30

    @property
    def data(self) -> int:
        """Bytes it may ask for; allocators ask for far more than they use, so this is the last resort."""
        return 2 * self.memory + (2 << 30)


class Worker:
    """A child process that does one job after the other, and is started anew when one has ended it.

    Parameters
    ----------
    limits : Limits

    Notes
    -----
    A context manager; one thread at a time may use it. The child dies with this process, however that dies.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._child: _Child | None = None

    def __enter__(self) -> "Worker":
        # It starts while the caller prepares the job.
        self._child = _Child(self.limits)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The child's process id; None when there is none."""
        return self._child.process.pid if self._child else None

    def close(self) -> None:
        """End the child, whatever it is doing."""
        child, self._child = self._child, None
        if child:
            child.end()

    def run(
        self, function: Callable[..., T], *args: Any, progress: Progress | None = None, where: str = "the files"
    ) -> T:
        """Call a function in the child.

        Parameters
        ----------
        function : callable
            Of a module's top level, or a ``functools.partial`` of one. It is given the keyword ``progress`` when that is asked for.
        *args
            What pickle can carry; relative paths count from the folder of this process.
        progress : callable, optional
            Called here with what the function tells: a stage and the share done.
        where : str
            What is being read, for messages.

        Returns
        -------
        object
            What the function returns.

        Raises
        ------
        ClienteleError
            As the function raised it.
        UnfinishedError
            A limit, a crash or any other exception ended the job. The next one has a new child.
        """
        job = pickle.dumps((function, args, progress is not None))
        if self._child is None or self._child.process.poll() is not None:
            self.close()
            self._child = _Child(self.limits)
        try:
            what, value = self._child.do(job, progress, where)
        except BaseException as error:
            # A limit, a fault in the child, Ctrl+C, a fault in ``progress``: what the child would do next is nobody's business.
            self.close()
            if isinstance(error, UnfinishedError):
                _LOG.error("%s\n%s", error, error.detail)
            raise
        if what == "refused":
            raise value
        return value


@cache
def _launcher(_process: int) -> ThreadPoolExecutor:
    """The thread that starts children: Linux ends them with the thread that started them, and those of a server come and go."""
    return ThreadPoolExecutor(1, thread_name_prefix="worker-start")


class _Child:
    """One child process, and the thread that hears it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the child)
        self.process: subprocess.Popen[bytes] = _launcher(os.getpid()).submit(self._start).result()
        self._answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._ears = threading.Thread(target=self._listen, daemon=True)
        self._ears.start()

    def _start(self) -> subprocess.Popen[bytes]:
        places = json.dumps([place or os.getcwd() for place in sys.path])
        numbers = [str(value) for value in (os.getpid(), self.limits.file_size, self.limits.data)]
        # A group of its own: Ctrl+C on the terminal is for us, and we end the child.
        apart: dict[str, Any] = {"process_group": 0} if os.name == "posix" else {}
        return subprocess.Popen(  # noqa: S603 (our own interpreter and code)
            [sys.executable, "-P", "-c", _START, places, *numbers],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            **apart,
        )

    def _listen(self) -> None:
        assert self.process.stdout is not None  # noqa: S101 (a pipe was asked for)
        while (answer := receive(self.process.stdout)) is not None:  # type: ignore[arg-type]
            self._answers.put(answer)
        self._answers.put(None)

    def do(self, job: bytes, progress: Progress | None, where: str) -> tuple[str, Any]:
        """("result", what a job returned) or ("refused", the error of ours that it raised)."""
        assert self.process.stdin is not None  # noqa: S101 (a pipe was asked for)
        # A child that is gone is noticed below.
        with suppress(OSError):
            send(self.process.stdin, job)  # type: ignore[arg-type]
        end = time.monotonic() + self.limits.seconds
        looked = 0.0
        while True:
            with suppress(queue.Empty):
                message = self._answers.get(timeout=_LOOK_EVERY)
                if message is None:
                    raise self._dead(where)
                what, *rest = pickle.loads(message)  # noqa: S301 (from our own child)
                if what == "fault":
                    raise unfinished(rest[0], self.limits, where, rest[1], rest[2])
                if what != "progress":
                    return what, rest[0]
                if progress is not None:
                    progress(*rest)
            now = time.monotonic()
            if now > end:
                raise unfinished("time", self.limits, where)
            if now - looked >= _LOOK_EVERY:
                looked = now
                if memory_of(self.process.pid) > self.limits.memory:
                    raise unfinished("memory", self.limits, where)

    def _dead(self, where: str) -> UnfinishedError:
        code = self.process.wait()
        how = signal.Signals(-code).name if -code in set(signal.Signals) else f"exit code {code}"
        said = self._said()
        kind = "memory" if any(words in said for words in _NO_MEMORY) else "signal"
        return unfinished(kind, self.limits, where, how, said)

    def _said(self) -> str:
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - _TAIL))
        return self._errors.read().decode("utf-8", "replace")

    def end(self) -> None:
        """Kill it, and leave nothing behind."""
        self.process.kill()
        self.process.wait()
        self._ears.join()
        for stream in (self.process.stdin, self.process.stdout, self._errors):
            # What was not sent can't be now.
            with suppress(OSError):
                if stream:
                    stream.close()


def memory_of(process: int) -> int:
    """The bytes that a process has for itself; 0 where the system does not say (then only what it may ask for is limited)."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text().split()
        return (int(pages[1]) - int(pages[2])) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def unfinished(kind: str, limits: Limits, where: str, found: str = "", detail: str = "") -> UnfinishedError:
    """What to say of a job that came to no end.

    Parameters
    ----------
    kind : {"time", "memory", "disk", "size", "signal", "exception"}
    limits : Limits
    where, found, detail : str

    Returns
    -------
    UnfinishedError
    """
    smaller = "Give fewer or smaller files."
    what, todo = {
        "time": (f"reading was stopped after {_duration(limits.seconds)}", smaller),
        "memory": (
            f"reading needs more than {limits.memory / (1 << 30):.2g} GB of memory",
            f"{smaller} A large workbook takes less when it is saved as CSV.",
        ),
        "disk": ("the disk is full", "Free some space and import again."),
        "size": (f"reading would write a file of over {limits.file_size / (1 << 30):.2g} GB", smaller),
        "signal": (
            "could not be read: the process that read it was ended",
            "Save the file anew, as CSV, and try again.",
        ),
        "exception": ("could not be read", "Save the file anew, as CSV, and try again."),
    }[kind]
    shown = found if kind in ("signal", "exception") else ""
    return UnfinishedError(what, kind, detail or found, where=where, found=_short(shown), todo=todo)


def _duration(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:g} seconds"


def _short(text: str) -> str:
    line = next(iter(text.splitlines()), "")
    return line if len(line) <= 200 else f"{line[:200]}…"
