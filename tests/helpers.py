"""Order lines to snapshots without the import, for tests of what comes after it."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core import build as building
from core.access import AccessScope, Dataset, open_dataset
from core.days import NO_DAY, to_date
from core.history import write_history
from core.products import write_products
from core.schema import ORDER_LINES
from core.snapshot import SnapshotInfo, publish, workspace

_ARROW = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "UTINYINT": pa.uint8(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
}


def clean_lines(lines: pd.DataFrame) -> pa.Table:
    """A frame as the clean ``order_lines``: missing columns are null, money is whole units of 0.0001."""
    columns = {
        column.name: pa.Array.from_pandas(lines[column.name], type=_ARROW[column.type])
        if column.name in lines
        else pa.nulls(len(lines), _ARROW[column.type])
        for column in ORDER_LINES.columns
    }
    return pa.table(columns)


def build_lines(lines: pd.DataFrame | Iterable[pd.DataFrame], zero_orders: str = "credit") -> building.Built:
    """The history of order lines, given at once or in parts."""
    with duckdb.connect() as con:
        return _build(con, lines, zero_orders)


def _build(
    con: duckdb.DuckDBPyConnection, lines: pd.DataFrame | Iterable[pd.DataFrame], zero_orders: str
) -> building.Built:
    parts = [lines] if isinstance(lines, pd.DataFrame) else list(lines)
    con.register("lines", pa.concat_tables([clean_lines(part) for part in parts]))
    return building.build(
        nw.from_native(con.table("lines")).lazy(), known(parts[0]), "cost" in parts[0], zero_orders == "purchase"
    )


def known(lines: pd.DataFrame) -> frozenset[str]:
    return frozenset(lines.columns)


def publish_lines(
    lines: pd.DataFrame,
    data: Path,
    zero_orders: str = "credit",
    customers: pd.DataFrame | None = None,
    currency: str = "GBP",
) -> Path:
    """Publish order lines as the newest snapshot of a data folder, and return the folder."""
    with workspace(data) as work, duckdb.connect() as con:
        folder = work / "built"
        folder.mkdir()
        built = _build(con, lines, zero_orders)
        write_history(built.history, folder)
        building.write_ids(built, folder)
        con.register("codes", building.order_codes(built))
        coded = building.coded_lines(
            nw.from_native(con.table("lines")).lazy(), nw.from_native(con.table("codes")).lazy()
        )
        coded.sink_parquet(str(folder / building.LINES_FILE))
        if customers is not None:
            pq.write_table(pa.Table.from_pandas(customers, preserve_index=False), folder / building.CUSTOMERS_FILE)
        write_products(folder, built.history)
        publish(data, folder, replace(describe(built, lines, zero_orders), currency=currency))
    return data


def describe(built: building.Built, lines: pd.DataFrame, zero_orders: str = "credit") -> SnapshotInfo:
    """What the snapshot of a built history says of itself."""
    history = built.history
    return SnapshotInfo(
        version=0,
        created="2024-01-01T00:00:00+00:00",
        first_day=to_date(int(history.day.min())),
        last_day=to_date(int(history.day.max())),
        lines=len(lines),
        orders=len(built.order_ids),
        customers=history.n_customers,
        buyers=int((history.first_purchase < NO_DAY).sum()),
        currency="",
        has_margin=history.margin is not None,
        sample=False,
        zero_orders=zero_orders,
        labels=tuple(history.labels.items()),
        known=tuple(sorted(known(lines))),
        sources=("orders.csv",),
    )


def open_lines(lines: pd.DataFrame, data: Path, scope: AccessScope | None = None, **kwargs: object) -> Dataset:
    """Publish order lines and open them, by default as somebody who sees everything."""
    return open_dataset(publish_lines(lines, data, **kwargs), scope or AccessScope.everything())  # type: ignore[arg-type]


def make_log(
    seed: int, customers: int = 40, orders: int = 400, days: int = 500, start: str = "2021-11-17", split: float = 0.15
) -> pd.DataFrame:
    """Order lines with much that is equal: few amounts, few days; returns, zero orders, split orders, missing customers.

    Parameters
    ----------
    split : float
        Share of orders whose lines lie in several regions and channels.
    """
    rng = np.random.default_rng(seed)
    lines_of = rng.integers(1, 4, orders)
    order = np.repeat(np.arange(orders), lines_of)
    owner = rng.choice(customers + 1, orders, p=_weights(customers))
    # Customers who share an order id are two orders.
    name = np.where(rng.random(orders) < 0.02, 0, np.arange(orders))
    region, channel = rng.integers(0, 3, orders)[order], rng.integers(0, 2, orders)[order]
    loose = (rng.random(orders) < split)[order]
    region = np.where(loose, rng.integers(0, 3, len(order)), region)
    channel = np.where(loose, rng.integers(0, 2, len(order)), channel)
    sign = np.where(rng.random(orders) < 0.12, -1, 1)[order]
    amount = rng.choice([0, 50_000, 100_000, 100_001, 250_000, 1_234_567], len(order)) * sign
    # Some lines of a purchase are credits.
    amount = np.where(rng.random(len(order)) < 0.08, -amount, amount)
    day = pd.Timestamp(start) + pd.to_timedelta(np.sort(rng.integers(0, days, orders)), unit="D")
    return pd.DataFrame(
        {
            "order_id": pd.Series(name[order]).map("o{:04d}".format),
            "customer_id": pd.Series(owner[order]).map(lambda code: None if code == customers else f"c{code:03d}"),
            "date": day[order],
            "amount": amount.astype(np.int64),
            "cost": (amount * rng.choice([3, 6, 9, 12], len(order)) // 10).astype(np.int64),
            "region": pd.Series(region).map({0: "North", 1: "South", 2: None}),
            "channel": pd.Series(channel).map({0: "Web", 1: "Shop"}),
            "product_id": pd.Series(rng.integers(0, 12, len(order))).map("p{:02d}".format),
            "category": pd.Series(rng.integers(0, 4, len(order))).map("g{}".format),
            "discount": (np.abs(amount) // 10).astype(np.int64),
        }
    )


def _weights(customers: int) -> np.ndarray:
    # A few buy often, most seldom, and one place is nobody's.
    weight = 1 / np.arange(1, customers + 2)
    return weight / weight.sum()


def cut(lines: pd.DataFrame, **chosen: str) -> pd.DataFrame:
    """The lines of one region, one channel and so on, as if only they had been given."""
    rows = np.logical_and.reduce([lines[name] == label for name, label in chosen.items()])
    return lines[rows].reset_index(drop=True)
