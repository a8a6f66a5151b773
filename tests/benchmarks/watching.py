"""Memory and time of a function in a process of its own, with the processes that it starts."""

import multiprocessing
import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

INTERVAL = 0.005


@dataclass(frozen=True)
class Watched:
    """What a function took.

    Parameters
    ----------
    result : object
    seconds : float
        By the clock.
    processor : float
        Seconds of all processors.
    private_mb : float
        Peak of memory that is the processes' alone (pages of mapped files are shared and can be dropped).
    resident_mb : float
        Peak of all their memory, with mapped pages.
    """

    result: Any
    seconds: float
    processor: float
    private_mb: float
    resident_mb: float


def watch(function: Callable[..., Any], *arguments: Any) -> Watched:
    """Run a function of a module in a fresh process and look at its memory all along (Linux only).

    Raises
    ------
    RuntimeError
        The process ended without a result.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_report, args=(sender, function, arguments))
    process.start()
    sender.close()
    private = resident = 0.0
    while process.is_alive() and not receiver.poll(INTERVAL):
        found = [_status(pid) for pid in _tree(process.pid or 0)]
        private = max(private, sum(_megabytes(status, "RssAnon") for status in found))
        # The system keeps the peak of each process; that of all together is seen only by looking.
        resident = max(
            resident,
            sum(_megabytes(status, "VmRSS") for status in found),
            *(_megabytes(status, "VmHWM") for status in found),
        )
    try:
        result, seconds, processor = receiver.recv()
    except EOFError:
        raise RuntimeError(f"{function.__name__} ended without a result") from None
    finally:
        process.join()
    return Watched(result, seconds, processor, private, resident)


def _report(sender: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    # DuckDB takes a spawned process for a notebook and would draw bars.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    begin = time.perf_counter()
    result = function(*arguments)
    seconds, times = time.perf_counter() - begin, os.times()
    sender.send((result, seconds, times.user + times.system + times.children_user + times.children_system))


def _tree(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found = [pid]
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _tree(int(child))
    return found


def _status(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/status").read_text()
    return ""


def _megabytes(status: str, field: str) -> float:
    found = re.search(rf"{field}:\s+(\d+) kB", status)
    # A process that is ending has no memory any more.
    return int(found[1]) / 1000 if found else 0.0
