from pathlib import Path

import pandas as pd
import pytest

import sample_data
from sample_data import generate

SHIPPED = Path(sample_data.__file__).parent


@pytest.fixture(scope="session")
def generated(tmp_path_factory):
    """A folder with freshly generated files."""
    folder = tmp_path_factory.mktemp("sample")
    generate.main(["--out", str(folder)])
    return folder


@pytest.fixture(scope="session")
def shipped():
    """The folder with the files in the repository."""
    return SHIPPED


@pytest.fixture(scope="session")
def lines():
    return pd.read_parquet(SHIPPED / "order_lines.parquet")


@pytest.fixture(scope="session")
def customers():
    return pd.read_parquet(SHIPPED / "customers.parquet").set_index("customer_id")


@pytest.fixture(scope="session")
def products():
    return pd.read_parquet(SHIPPED / "products.parquet").set_index("product_id")


@pytest.fixture(scope="session")
def spend():
    return pd.read_parquet(SHIPPED / "spend.parquet")


@pytest.fixture(scope="session")
def truth():
    return pd.read_parquet(SHIPPED / "truth" / "customers.parquet").set_index("customer_id")


@pytest.fixture(scope="session")
def orders(lines):
    """One row an order of a known customer, with its net amount."""
    known = lines.dropna(subset="customer_id")
    grouped = known.groupby(["order_id", "customer_id"], as_index=False)
    return grouped.agg(
        amount=("amount", "sum"),
        discount=("discount", "sum"),
        date=("date", "first"),
        region=("region", "first"),
        channel=("channel", "first"),
    ).assign(day=lambda frame: frame.date.dt.normalize())


@pytest.fixture(scope="session")
def purchases(orders):
    return orders[orders.amount > 0].sort_values("date")


@pytest.fixture(scope="session")
def buyers(orders, purchases, customers, truth):
    """One row a buyer: what the orders say, what the files say, and what was planted."""
    grouped = purchases.groupby("customer_id")
    frame = pd.DataFrame(
        {
            "first": grouped.day.min(),
            "last": grouped.day.max(),
            "purchases": grouped.size(),
            "revenue": orders.groupby("customer_id").amount.sum().reindex(list(grouped.groups)),
            "first_channel": grouped.channel.first(),
            "first_region": grouped.region.first(),
        }
    )
    return frame.join(customers).join(truth[["persona", "group"]])
