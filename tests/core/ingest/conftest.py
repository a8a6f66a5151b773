"""Clean tables that several modules look at."""

from pathlib import Path

import pytest

from core.ingest import Clean
from tests.core.ingest.helpers import run


@pytest.fixture(scope="session")
def online_retail(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Clean:
    """Online Retail, read without a mapping."""
    return run(tmp_path_factory.mktemp("retail"), real_data / "online_retail.csv.gz")
