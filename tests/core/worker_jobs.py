"""What the tests of the worker have it do."""

import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from core.errors import BadInputError, Question, QuestionError

Tell = Callable[[str, float], None]


def add(one: int, other: int) -> int:
    return one + other


def process(*_: Any) -> int:
    return os.getpid()


def shares(count: int, progress: Tell) -> str:
    for number in range(count + 1):
        progress("read", number / count)
    progress("check", 0.0)
    sys.stdout.write("not a message")
    os.write(1, b"nor is this")
    return "done"


def refuse() -> NoReturn:
    raise BadInputError("is empty", where="orders.csv", todo="Give another.")


def ask() -> NoReturn:
    choices = ((".", "1.5 is one and a half"), (",", "1.500 is fifteen hundred"))
    raise QuestionError("can be read in two ways", Question("orders.csv", "settings.decimal", choices, "Total"))


def fail(kind: type[BaseException], *args: Any) -> NoReturn:
    raise kind(*args)


def unpicklable() -> Callable[[], None]:
    return lambda: None


def die(number: int) -> None:
    os.kill(os.getpid(), number)


def abort_without_memory() -> None:
    """As Rust does."""
    os.write(2, b"memory allocation of 48000000000 bytes failed\n")
    os.abort()


def leave(code: int) -> None:
    os._exit(code)


def wait(*_: Any, progress: Tell | None = None) -> None:
    if progress:
        progress("read", 0.0)
    signal.pause()


def forever(progress: Tell) -> None:
    while True:
        progress("read", 0.5)


def fill_memory(step: int) -> None:
    kept = []
    while True:
        kept.append(np.ones(step, dtype=np.uint8))


def ask_for_memory(size: int) -> int:
    return len(np.ones(size, dtype=np.uint8))


def write_file(path: Path, size: int) -> None:
    with path.open("wb", buffering=0) as file:
        while size > 0:
            size -= file.write(bytes(min(size, 1 << 20)))


def no_space() -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "staged.parquet")


def out_of_memory_in_duckdb() -> None:
    import duckdb

    con = duckdb.connect()
    con.execute("SET memory_limit = '20MB'")
    con.execute("SET temp_directory = ''")
    con.execute("SELECT list(range) FROM range(100_000_000)").fetchall()
