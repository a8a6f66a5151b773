"""The child's side of :mod:`core.worker`: takes jobs from its standard input, one at a time, and answers on its standard output.

A message is its length in eight bytes and a pickle. Answers are tuples: ("progress", stage, share), ("result", value),
("refused", error of ours), ("fault", kind, summary, traceback).
"""

import ctypes
import errno
import faulthandler
import os
import pickle
import queue
import signal
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

from core.errors import ClienteleError

LENGTH = struct.Struct(">Q")
_PR_SET_PDEATHSIG = 1
_TELL_EVERY = 0.05
_FULL = (errno.ENOSPC, errno.EDQUOT)


def send(stream: BinaryIO, message: bytes) -> None:
    """Write one message."""
    stream.write(LENGTH.pack(len(message)))
    stream.write(message)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """Read one message; None when the other side is gone."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    size = LENGTH.unpack(head)[0]
    body = stream.read(size)
    return body if len(body) == size else None


def serve(parent: int, file_size: int, data: int) -> None:
    """Do jobs until the parent closes the pipe or dies.

    Parameters
    ----------
    parent : int
        Its process id.
    file_size, data : int
        Limits in bytes: of any one file written, of memory asked for.
    """
    # What a library prints must not get between the messages.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    faulthandler.enable()
    _limit(file_size, data)
    _die_with(parent)
    jobs: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, jobs), daemon=True).start()
    while True:
        send(answers, _answer(jobs.get(), answers))


def _listen(stream: BinaryIO, jobs: queue.SimpleQueue[bytes]) -> None:
    while (job := receive(stream)) is not None:
        jobs.put(job)
    # Nobody waits for an answer any more.
    os._exit(0)


def _limit(file_size: int, data: int) -> None:
    # Should memory run out all the same, the kernel is to choose this process and not a server.
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as place:
        place.write("1000")
    try:
        import resource
    except ImportError:
        return
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    wanted = ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, file_size), (resource.RLIMIT_DATA, data))
    for limit, value in wanted:
        hard = resource.getrlimit(limit)[1]
        lowest = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with suppress(OSError, ValueError):
            resource.setrlimit(limit, (lowest, lowest))


def _die_with(parent: int) -> None:
    """Elsewhere than on Linux, the closed pipe has to do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)


def _answer(job: bytes, answers: BinaryIO) -> bytes:
    try:
        function, args, telling = pickle.loads(job)  # noqa: S301 (from our own parent)
        value = function(*args, progress=_teller(answers)) if telling else function(*args)
        return pickle.dumps(("result", value))
    except ClienteleError as error:
        return pickle.dumps(("refused", error))
    except BaseException as error:
        summary = f"{type(error).__name__}: {error}".strip(": ")
        return pickle.dumps(("fault", kind_of(error), summary, traceback.format_exc()))


def _teller(answers: BinaryIO) -> Callable[[str, float], None]:
    """Progress to the parent, a few times a second; the first and the last of a stage always."""
    last: tuple[str, float] = ("", 0.0)

    def tell(stage: str, share: float) -> None:
        nonlocal last
        now = time.monotonic()
        if stage != last[0] or share >= 1.0 or now - last[1] >= _TELL_EVERY:
            last = (stage, now)
            send(answers, pickle.dumps(("progress", stage, share)))

    return tell


def kind_of(error: BaseException) -> str:
    """What an error that is none of ours comes to.

    Parameters
    ----------
    error : BaseException
        Python's, Arrow's or DuckDB's.

    Returns
    -------
    str
        memory, disk (full), size (of a file), or exception.
    """
    text, number = str(error), getattr(error, "errno", None)
    # DuckDB and Arrow have the system's words and not always its number. Memory that can't be spilled is a full disk.
    if number in _FULL or any(os.strerror(code) in text for code in _FULL) or "max_temp_directory_size" in text:
        return "disk"
    if number == errno.EFBIG or os.strerror(errno.EFBIG) in text:
        return "size"
    is_memory = (
        isinstance(error, MemoryError) or number == errno.ENOMEM or type(error).__name__ == "OutOfMemoryException"
    )
    return "memory" if is_memory else "exception"


def main(arguments: list[Any]) -> None:
    """Start with what the parent says: its id and the limits."""
    serve(*(int(argument) for argument in arguments))
