"""How many of those who were in touch bought, and how often customers are in touch."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.access import Dataset
from core.days import to_date, to_day
from core.filters import DIMENSIONS, Filters
from core.history import MISSING


class Contacts(NamedTuple):
    """Who was in touch within a filter.

    Parameters
    ----------
    people : int
        Customers and leads with a touchpoint.
    won : int
        Those of them with a purchase on the day of their first touchpoint or later.
    touchpoints : ndarray of int64, shape (customers,)
    """

    people: int
    won: int
    touchpoints: NDArray[np.int64]


def contacts(dataset: Dataset, filters: Filters, as_of: int, last_purchase: NDArray[np.uint16]) -> Contacts | None:
    """Count touchpoints.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
    as_of : int
        Day number.
    last_purchase : ndarray of uint16, shape (customers,)
        Day of the last matching purchase; 0 for none.

    Returns
    -------
    Contacts or None
        None where no table of touchpoints is given, or not everything may be seen.
    """
    table = dataset.table("touchpoints")
    if table is None:
        return None
    table = _within(table, filters, as_of)
    person, names = pd.factorize(table["person_id"])
    ids = pd.Index(dataset.customer_ids(np.arange(len(last_purchase))), dtype=object)
    customer = ids.get_indexer(pd.Index(names, dtype=object))
    known = customer >= 0
    first = np.full(len(names), np.iinfo(np.int64).max)
    np.minimum.at(first, person, table["day"].to_numpy())
    won = last_purchase[customer[known]] >= first[known]
    touchpoints = np.zeros(len(ids), dtype=np.int64)
    touchpoints[customer[known]] = np.bincount(person, minlength=len(names))[known]
    return Contacts(len(names), int(won.sum()), touchpoints)


def _within(table: pd.DataFrame, filters: Filters, as_of: int) -> pd.DataFrame:
    """The touchpoints that match the filter, with their day numbers."""
    day = (table["time"].dt.normalize() - pd.Timestamp(to_date(0))).dt.days
    kept = day.between(to_day(filters.first) if filters.first else 0, as_of)
    for name in DIMENSIONS:
        if filters.choices(name):
            kept &= table[name].fillna(MISSING).isin(filters.choices(name))
    return table.assign(day=day)[kept]
