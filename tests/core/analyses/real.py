"""The real files and the sample as plain pandas reads them, without our import."""

from pathlib import Path

import numpy as np
import pandas as pd

UNIT = 10_000
ONLINE_RETAIL = ("InvoiceNo", "CustomerID", "Country", "StockCode")


def money(values: pd.Series) -> pd.Series:
    """Amounts with at most four decimals as whole units."""
    return (values * UNIT).round().astype(np.int64)


def online_retail(folder: Path) -> pd.DataFrame:
    raw = pd.read_csv(folder / "online_retail.csv.gz", dtype=dict.fromkeys(ONLINE_RETAIL, str))
    return pd.DataFrame(
        {
            "order_id": raw["InvoiceNo"],
            "customer_id": raw["CustomerID"],
            "date": pd.to_datetime(raw["InvoiceDate"]).dt.normalize(),
            "amount": raw["Quantity"] * money(raw["UnitPrice"]),
            "region": raw["Country"],
            "product_id": raw["StockCode"],
        }
    )


def adventureworks(folder: Path) -> pd.DataFrame:
    raw = pd.read_csv(folder / "adventureworks/Sales.csv.gz")
    regions = pd.read_csv(folder / "adventureworks/Sales_Territories.csv.gz").set_index("SalesTerritoryKey")["Region"]
    internet = raw["ResellerKey"] == -1
    return pd.DataFrame(
        {
            "order_id": (raw["SalesOrderLineKey"] // 1000).astype(str),
            "customer_id": raw["CustomerKey"].where(internet, raw["ResellerKey"]).astype(str),
            "date": pd.to_datetime(raw["OrderDateKey"].astype(str), format="%Y%m%d"),
            "amount": money(raw["Sales Amount"]),
            "cost": money(raw["Total Product Cost"]),
            "region": raw["SalesTerritoryKey"].map(regions),
            "channel": np.where(internet, "Internet", "Reseller"),
        }
    )


def sample(folder: Path) -> pd.DataFrame:
    raw = pd.read_parquet(folder / "order_lines.parquet")
    names = ["order_id", "customer_id", "region", "channel", "product_id"]
    return raw[names].assign(date=raw["date"].dt.normalize(), amount=money(raw["amount"]), cost=money(raw["cost"]))
