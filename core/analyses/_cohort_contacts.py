"""How many of those who were in touch bought, and how often customers are in touch; by the rules of the journey."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.days import to_day
from core.filters import DIMENSIONS, Filters
from core.journey.log import DAY, Log, contact_log
from core.journey.steps import IGNORED


class Contacts(NamedTuple):
    """Who was in touch within a filter.

    Parameters
    ----------
    people : int
        Customers and leads with a touchpoint.
    won : int
        Those of them with a purchase, wherever it was, on the day of their first touchpoint or later.
    touchpoints : ndarray of int64, shape (customers,)
    """

    people: int
    won: int
    touchpoints: NDArray[np.int64]


def contacts(dataset: Dataset, filters: Filters, as_of: int) -> Contacts | None:
    """Count touchpoints.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
        Region and channel are the touchpoints' own.
    as_of : int
        Day number.

    Returns
    -------
    Contacts or None
        Of touchpoints of any kind, but for those that are ignored: a return or a call for help wins nobody. None where no table of
        touchpoints is given.
    """
    log = contact_log(dataset)
    if log is None:
        return None
    ignored = [dataset.step_rules.meaning(name)[0] == IGNORED for name in log.names]
    kept = np.flatnonzero(_within(log, filters, as_of) & ~np.array(ignored or [False])[log.name])
    person = log.person[kept]
    # Sorted by person and time: the first row of each is the earliest.
    first = np.flatnonzero(np.r_[True, person[1:] != person[:-1]][: len(person)])
    customer, day = log.customer[person[first]], log.second[kept[first]] // DAY
    known = customer >= 0
    last = features.last_purchase(dataset.history, features.rows_in_window(dataset.history, None, as_of))
    won = last[customer[known]] >= day[known]
    touchpoints = np.zeros(dataset.history.n_customers, dtype=np.int64)
    touchpoints[customer[known]] = np.diff(np.r_[first, len(person)])[known]
    return Contacts(len(first), int(won.sum()), touchpoints)


def _within(log: Log, filters: Filters, as_of: int) -> NDArray[np.bool_]:
    """Touchpoints that match the filter."""
    kept = log.second < (as_of + 1) * DAY
    if filters.first:
        kept &= log.second >= to_day(filters.first) * DAY
    for name in DIMENSIONS:
        if filters.choices(name):
            wanted = np.array([label in filters.choices(name) for label in log.labels[name]] or [False])
            kept &= wanted[log.codes[name]]
    return kept
