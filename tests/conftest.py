"""Snapshots that many tests share, each made once a session."""

import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import Phase, settings

from core.access import AccessScope, Dataset, open_dataset
from core.importing.importer import import_files
from tests.helpers import make_log, publish_lines

# The same examples in each run; no time limit that a busy machine would break, and no long search for the smallest failure.
settings.register_profile(
    "steady", derandomize=True, deadline=None, database=None, max_examples=40, phases=(Phase.explicit, Phase.generate)
)
settings.load_profile("steady")

SAMPLE = Path(__file__).parents[1] / "sample_data"

# Files whose tests take longest begin first, so that no process works alone in the end.
LONGEST = ("test_fuzz.py", "test_kill.py", "test_import.py", "test_journey.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONGEST)


# What an import has to be told about AdventureWorks.
ADVENTUREWORKS = """
[settings]
currency = "USD"

[order_lines]
file = "Sales.csv.gz"
order_id = { column = "SalesOrderLineKey", floor_divide = 1000 }
customer_id = { first_of = ["CustomerKey", "ResellerKey"], missing = ["-1"] }
date = { column = "OrderDateKey", format = "%Y%m%d" }
amount = "Sales Amount"
cost = "Total Product Cost"
channel = { column = "ResellerKey", when = { "-1" = "Internet" }, otherwise = "Reseller" }
region = { lookup = "Sales_Territories.csv.gz", key = "SalesTerritoryKey", value = "Region" }
"""


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with Online Retail and AdventureWorks."""
    folder = os.environ.get("CLIENTELE_REAL_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("CLIENTELE_REAL_DATA does not name a folder with the real files")
    return Path(folder)


@pytest.fixture(scope="session")
def log() -> pd.DataFrame:
    """Order lines of 40 customers in two named regions and one that is missing."""
    return make_log(7)


@pytest.fixture(scope="session")
def data(log: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a snapshot of ``log``."""
    return publish_lines(log, tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def dataset(data: Path) -> Dataset:
    """``log`` as somebody who sees everything."""
    return open_dataset(data, AccessScope.everything())


@pytest.fixture(scope="session")
def online_retail_data(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which Online Retail was imported."""
    folder = tmp_path_factory.mktemp("online_retail")
    import_files([real_data / "online_retail.csv.gz"], folder)
    return folder


@pytest.fixture(scope="session")
def adventureworks_data(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which AdventureWorks was imported."""
    folder = tmp_path_factory.mktemp("adventureworks")
    mapping = folder / "mapping.toml"
    mapping.write_text(ADVENTUREWORKS)
    import_files([real_data / "adventureworks" / "Sales.csv.gz"], folder, mapping)
    return folder


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which the sample was imported."""
    folder = tmp_path_factory.mktemp("sample")
    files = [
        SAMPLE / f"{name}.parquet"
        for name in (
            "order_lines",
            "customers",
            "products",
            "spend",
            "deals",
            "deal_stages",
            "survey",
            "market",
            "notes",
            "touchpoints",
        )
    ]
    import_files(files, folder, SAMPLE / "mapping.toml", sample=True)
    return folder
