"""Memory and time of a function in a process of its own."""

import multiprocessing
import os
import re
import time
from collections.abc import Callable
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
    private_mb : float
        Peak of memory that is the process's alone (pages of mapped files are shared and can be dropped).
    resident_mb : float
        Peak of all its memory, with mapped pages.
    """

    result: Any
    seconds: float
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
        status = Path(f"/proc/{process.pid}/status").read_text()
        private, resident = max(private, _megabytes(status, "RssAnon")), max(resident, _megabytes(status, "VmHWM"))
    try:
        result, seconds = receiver.recv()
    except EOFError:
        raise RuntimeError(f"{function.__name__} ended without a result") from None
    finally:
        process.join()
    return Watched(result, seconds, private, resident)


def _report(sender: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    # DuckDB takes a spawned process for a notebook and would draw bars.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    begin = time.perf_counter()
    result = function(*arguments)
    sender.send((result, time.perf_counter() - begin))


def _megabytes(status: str, field: str) -> float:
    found = re.search(rf"{field}:\s+(\d+) kB", status)
    # A process that is ending has no memory any more.
    return int(found[1]) / 1000 if found else 0.0
