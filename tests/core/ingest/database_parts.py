"""Databases in tests: drivers that are not there, and what a refused query says."""

import traceback
from pathlib import Path
from typing import Any

import pytest

from core.errors import BadInputError
from core.ingest.readers import database as databases
from core.ingest.readers.database import Database, fetch
from tests.core.ingest.postgres import PASSWORD, QUOTED

KEPT = [105_000, 202_500, 50_000]


def without(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """As if these modules were not installed."""
    real = databases.importlib.import_module

    def load(name: str) -> Any:
        if name in names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name)

    monkeypatch.setattr(databases.importlib, "import_module", load)


def failure(url: str, query: str, folder: Path) -> str:
    """The message, once it is clear that nothing of the error tells the password."""
    base = Database(url, query, "sales")
    with pytest.raises(BadInputError) as caught:
        fetch(base, folder / "sales.parquet")
    everything = "".join(traceback.format_exception(caught.value)) + repr(base) + str(base) + repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    for secret in (PASSWORD, QUOTED, "wrong"):
        assert secret not in everything
    return str(caught.value)
