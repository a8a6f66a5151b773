"""One child process reads the files of all imports that ask for no limits of their own: it starts more slowly than it reads."""

import os
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest

from core.importing import importer
from core.worker import Limits, Worker


@pytest.fixture(scope="session", autouse=True)
def shared_worker() -> Iterator[Worker]:
    """The child process; a test that ends it gets another, and one that works elsewhere has its own (paths may be relative)."""
    home = os.getcwd()
    with pytest.MonkeyPatch.context() as patch, Worker() as worker:

        def one_for_all(limits: Limits) -> Any:
            return nullcontext(worker) if limits == Limits() and os.getcwd() == home else Worker(limits)

        patch.setattr(importer, "Worker", one_for_all)
        yield worker
