"""Progress bars on a terminal, nothing in a pipe."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

Progress = Callable[[str, float], None]


def no_progress(stage: str, share: float) -> None:
    """Say nothing."""


@contextmanager
def terminal_progress() -> Iterator[Progress]:
    """A callable for :func:`core.importing.importer.import_files` that draws one bar a stage on standard error."""
    bars: dict[str, tqdm[None]] = {}

    def say(stage: str, share: float) -> None:
        if stage not in bars:
            for bar in bars.values():
                bar.close()
            bars[stage] = tqdm(
                total=1.0,
                desc=stage,
                bar_format="{desc:<12} {percentage:3.0f} % |{bar:30}| {elapsed}",
                disable=not sys.stderr.isatty(),
            )
        bar = bars[stage]
        bar.update(max(share - bar.n, 0.0))

    try:
        yield say
    finally:
        for bar in bars.values():
            bar.close()
