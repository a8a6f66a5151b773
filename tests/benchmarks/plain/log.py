"""Order lines in memory, and what every answer does with them."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from core.filters import Filters
from core.money import SCALE

Tables = dict[str, pd.DataFrame]
COLUMNS = ["order_id", "customer_id", "date", "amount", "region", "channel", "product_id", "category"]


@dataclass(frozen=True, eq=False)
class Log:
    """Order lines.

    Parameters
    ----------
    lines : pandas.DataFrame
        customer, product, category, region, channel (categorical), order (int), day (datetime), month (int, counted from 1900),
        amount (money units), purchase (bool), product_purchase (bool: whether the product's part of the order is one).
    first : pandas.Series
        Day of each customer's first purchase.
    """

    lines: pd.DataFrame
    first: pd.Series

    @cached_property
    def first_month(self) -> pd.Series:
        """Month of each customer's first purchase."""
        return _months(self.first)

    @cached_property
    def first_day(self) -> pd.Timestamp:
        """The first day of the log."""
        return self.lines["day"].min()

    @cached_property
    def last_day(self) -> pd.Timestamp:
        """The last day of the log."""
        return self.lines["day"].max()

    @cached_property
    def by_product(self) -> "Log":
        """The log with products in place of customers, and what each brought within an order in place of the order."""
        lines = self.lines.drop(columns=["customer", "purchase"])
        lines = lines.assign(customer=lines["product"]).rename(columns={"product_purchase": "purchase"})
        return Log(lines, _first(lines))

    @property
    def last_complete(self) -> int:
        """The last month that is over."""
        return month_of(self.last_day + pd.Timedelta(days=1)) - 1


def read(path: Path) -> Log:
    """Read a log that :func:`tests.benchmarks.order_log.write_log` wrote."""
    raw = pd.read_parquet(path, columns=COLUMNS)
    order = pd.factorize(raw["order_id"])[0].astype(np.int32)
    amount = (raw["amount"] * SCALE).round().astype(np.int64)
    day = raw["date"].astype("datetime64[s]")
    product = _numbered(raw["product_id"])
    lines = pd.DataFrame(
        {
            "customer": _numbered(raw["customer_id"]),
            "product": product,
            "category": raw["category"].astype("category"),
            "region": raw["region"].astype("category"),
            "channel": raw["channel"].astype("category"),
            "order": order,
            "day": day,
            "month": _months(day).astype(np.int32),
            "amount": amount,
            "purchase": amount.groupby(order).transform("sum") > 0,
            "product_purchase": amount.groupby([order, product.cat.codes]).transform("sum") > 0,
        }
    )
    return Log(lines, _first(lines))


def _numbered(ids: pd.Series) -> pd.Series:
    """Ids as categories 0, 1, 2 ... in the order of the ids."""
    codes = ids.astype("category")
    return codes.cat.rename_categories(range(len(codes.cat.categories)))


def _first(lines: pd.DataFrame) -> pd.Series:
    return lines[lines["purchase"]].groupby("customer", observed=True)["day"].min()


def narrowed(lines: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """The lines of the chosen regions and channels."""
    for dimension in ("region", "channel"):
        chosen = filters.choices(dimension)
        if chosen:
            lines = lines[lines[dimension].isin(chosen)]
    return lines


def one_line_an_order(lines: pd.DataFrame) -> pd.DataFrame:
    """The first line of each order."""
    return lines.drop_duplicates("order")


def orders_of(lines: pd.DataFrame) -> pd.Series:
    """How many purchases each customer has."""
    return one_line_an_order(lines[lines["purchase"]]).groupby("customer", observed=True).size()


def money_of(lines: pd.DataFrame) -> pd.Series:
    """Money units of each customer."""
    return lines.groupby("customer", observed=True)["amount"].sum()


def month_of(day: pd.Timestamp) -> int:
    """The month of a day, counted from 1900."""
    return (day.year - 1900) * 12 + day.month - 1


def _months(days: pd.Series) -> pd.Series:
    return (days.dt.year - 1900) * 12 + days.dt.month - 1
