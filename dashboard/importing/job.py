"""Work that takes longer than a run of the page: a thread of its own, so that a click elsewhere does not lose it."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from core.errors import ClienteleError
from core.progress import Progress

_LOG = logging.getLogger(__name__)


class Stopped(Exception):
    """The reader has had enough."""


class Job:
    """A call in a thread.

    Parameters
    ----------
    name : str
        What it does, for the page.
    work : callable
        Takes a callable for progress.

    Attributes
    ----------
    stage : str
        Key of the stage that runs.
    share : float
        The share of the stage done.
    value : object
        What the call returned.
    error : ClienteleError or None
        What it raised.
    failed : bool
        Whether it raised something else, which is in the log.
    """

    def __init__(self, name: str, work: Callable[[Progress], Any]) -> None:
        self.name, self._work = name, work
        self.stage, self.share = "", 0.0
        self.value: Any = None
        self.error: ClienteleError | None = None
        self.failed = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"import {name}", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether the call is over."""
        return not self._thread.is_alive()

    @property
    def stopped(self) -> bool:
        """Whether it ended because the reader stopped it."""
        return self._stop.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait for the end, for so long at most; whether it has come."""
        self._thread.join(seconds)
        return self.done

    def stop(self) -> None:
        """End the call at its next word of progress."""
        self._stop.set()

    def _say(self, stage: str, share: float) -> None:
        if self._stop.is_set():
            raise Stopped
        self.stage, self.share = stage, share

    def _run(self) -> None:
        try:
            self.value = self._work(self._say)
        except ClienteleError as error:
            self.error = error
        except Stopped:
            pass
        except Exception:
            _LOG.exception("An import failed in a way that nobody foresaw")
            self.failed = True
