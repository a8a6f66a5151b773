"""Times of calls made in turns, so that whatever else the machine does hits them alike."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Timing:
    """Seconds of several calls: by the clock, and of processor time."""

    clock: tuple[float, ...]
    processor: tuple[float, ...]

    def __add__(self, other: "Timing") -> "Timing":
        return Timing(self.clock + other.clock, self.processor + other.processor)

    @property
    def clock_ms(self) -> float:
        """Median by the clock, in milliseconds."""
        return 1000 * median(self.clock)

    @property
    def processor_ms(self) -> float:
        """Median of processor time, in milliseconds."""
        return 1000 * median(self.processor)


def in_turns(calls: Mapping[str, Callable[[], Any]], repeats: int) -> dict[str, Timing]:
    """Call each once unmeasured, then all of them in turns.

    Parameters
    ----------
    calls : mapping of str to callable
    repeats : int

    Returns
    -------
    dict of str to Timing
    """
    for call in calls.values():
        call()
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
    for _ in range(repeats):
        for name, call in calls.items():
            clock, processor = time.perf_counter(), time.process_time()
            call()
            taken[name].append((time.perf_counter() - clock, time.process_time() - processor))
    return {name: Timing(*zip(*seconds, strict=True)) for name, seconds in taken.items()}
