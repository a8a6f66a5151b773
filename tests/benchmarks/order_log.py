"""A large log of order lines, drawn at random from a fixed seed and written as Parquet."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

REGIONS = tuple(f"Region {number:02d}" for number in range(1, 13))
CHANNELS = ("Store", "Web", "Partner", "Phone")
FIRST, DAYS = date(2022, 1, 1), 3 * 365
PRODUCTS, CATEGORIES = 5_000, 60
CREDIT_SHARE, GUEST_SHARE, TRAVEL_SHARE, LOYAL_SHARE = 0.025, 0.02, 0.04, 0.75
CHUNK = 250_000


@dataclass(frozen=True, eq=False)
class Orders:
    """One row an order, by day.

    Parameters
    ----------
    customer : ndarray of int64
        -1 for none.
    day : ndarray of int64
        Days since ``FIRST``.
    region, channel : ndarray of int8
    credit : ndarray of bool
    lines : ndarray of int64
        How many lines it has.
    """

    customer: NDArray[np.int64]
    day: NDArray[np.int64]
    region: NDArray[np.int8]
    channel: NDArray[np.int8]
    credit: NDArray[np.bool_]
    lines: NDArray[np.int64]


def write_log(path: Path, lines: int, seed: int = 7) -> None:
    """Write a log: a quarter as many orders as lines, 0.03 customers a line.

    Parameters
    ----------
    path : Path
    lines : int
    seed : int
    """
    rng = np.random.default_rng(seed)
    orders = _orders(rng, lines, lines // 4, lines * 3 // 100)
    prices = np.exp(rng.normal(2.5, 0.9, PRODUCTS)).round(2)
    costs = (prices * rng.uniform(0.45, 0.8, PRODUCTS)).round(2)
    popular = rng.zipf(1.3, PRODUCTS).clip(max=2_000).astype(np.float64)
    texts = {
        "product_id": pa.array([f"P{number:05d}" for number in range(PRODUCTS)]),
        "category": pa.array([f"Category {number % CATEGORIES:02d}" for number in range(PRODUCTS)]),
        "region": pa.array(REGIONS),
        "channel": pa.array(CHANNELS),
        "customer_id": pa.array([f"C{number:07d}" for number in range(lines * 3 // 100)]),
    }
    writer: pq.ParquetWriter | None = None
    for begin in range(0, len(orders.day), CHUNK):
        table = _lines(rng, orders, slice(begin, begin + CHUNK), begin, (prices, costs, popular / popular.sum()), texts)
        if writer is None:
            writer = pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()


def _orders(rng: np.random.Generator, lines: int, count: int, customers: int) -> Orders:
    # Customers arrive over the whole time, some were there before, and buy at rates spread by a gamma until they stop.
    arrival = np.where(rng.random(customers) < 0.2, 0, rng.integers(0, DAYS - 1, customers))
    leaving = np.minimum(arrival + 1 + rng.exponential(500, customers), DAYS)
    weight = rng.gamma(0.7, size=customers) * (leaving - arrival)
    bought = 1 + rng.multinomial(count - customers, weight / weight.sum())
    customer = np.repeat(np.arange(customers), bought)
    day = _days(rng, arrival[customer], leaving[customer])
    home = rng.choice(len(REGIONS), customers, p=_falling(len(REGIONS)))[customer]
    usual = rng.choice(len(CHANNELS), customers, p=_falling(len(CHANNELS)))[customer]
    region = np.where(rng.random(count) < TRAVEL_SHARE, rng.integers(0, len(REGIONS), count), home)
    channel = np.where(rng.random(count) < LOYAL_SHARE, usual, rng.integers(0, len(CHANNELS), count))
    many = 1 + rng.multinomial(lines - count, rng.dirichlet(np.full(count, 1.5)))
    by_day = np.argsort(day, kind="stable")
    return Orders(
        customer=np.where(rng.random(count) < GUEST_SHARE, -1, customer)[by_day],
        day=day[by_day],
        region=region[by_day].astype(np.int8),
        channel=channel[by_day].astype(np.int8),
        credit=rng.random(count) < CREDIT_SHARE,
        lines=many[by_day],
    )


def _days(rng: np.random.Generator, first: NDArray, last: NDArray) -> NDArray[np.int64]:
    """A day between two for each order, busier before the turn of the year."""
    calendar = np.arange(DAYS)
    busy = np.cumsum(1 + 0.25 * np.sin(2 * np.pi * calendar / 365) + 0.6 * (calendar % 365 > 310))
    low, high = np.interp(first, calendar, busy), np.interp(last, calendar, busy)
    return np.searchsorted(busy, low + rng.random(len(first)) * (high - low)).clip(max=DAYS - 1)


def _falling(count: int) -> NDArray[np.float64]:
    weights = 1 / np.sqrt(np.arange(1, count + 1))
    return weights / weights.sum()


def _lines(
    rng: np.random.Generator,
    orders: Orders,
    part: slice,
    begin: int,
    goods: tuple[NDArray, NDArray, NDArray],
    texts: dict[str, pa.Array],
) -> pa.Table:
    """The lines of some orders as a table with the canonical column names."""
    many = orders.lines[part]
    order = np.repeat(np.arange(len(many)), many)
    prices, costs, popular = goods
    product = rng.choice(PRODUCTS, len(order), p=popular).astype(np.int32)
    quantity = rng.geometric(0.5, len(order)) * np.where(orders.credit[part], -1, 1)[order]
    discount = (prices[product] * quantity * (0.1 * (rng.random(len(order)) < 0.15))).round(2)
    customer = orders.customer[part][order]
    ids = pa.array([f"{10_000_000 + begin + number}" for number in range(len(many))])
    dates = (np.datetime64(FIRST) + orders.day[part])[order]
    codes = {"region": orders.region[part][order], "channel": orders.channel[part][order]}
    codes |= {"product_id": product, "category": product}
    return pa.table(
        {
            "order_id": ids.take(pa.array(order)),
            "customer_id": texts["customer_id"].take(pa.array(customer, mask=customer < 0)),
            "date": pa.array(dates),
            "amount": pa.array((prices[product] * quantity - discount).round(2)),
            "cost": pa.array((costs[product] * quantity).round(2)),
            "discount": pa.array(discount),
            "quantity": pa.array(quantity.astype(np.int32)),
            **{name: texts[name].take(pa.array(code)) for name, code in codes.items()},
        }
    )
