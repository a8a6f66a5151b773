"""What is known of a customer at the first purchase: region, channel and category; nothing that came later can change it."""

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.build import label_codes
from core.classification import Classification
from core.errors import BadParameterError
from core.history import MISSING, OrderHistory

CATEGORY = "first_category"
NAMES: tuple[str, ...] = ("region", "channel", CATEGORY)


def available(dataset: Dataset) -> tuple[str, ...]:
    """What the data tell of first purchases, of :data:`NAMES`: regions and channels that some order names, categories sold."""
    labels = dataset.history.labels
    found = tuple(name for name in NAMES[:2] if set(labels.get(name, ())) - {MISSING})
    return (*found, CATEGORY) if dataset.has_categories else found


def first_labels(dataset: Dataset, name: str) -> Classification:
    """Class customers by their first purchase ever, whatever the filter.

    Parameters
    ----------
    dataset : Dataset
    name : str
        Of :func:`available`.

    Returns
    -------
    Classification
        Where most of the net revenue of the day of the first purchase was; of equal ones the first by label. -1 for customers without
        a purchase.

    Raises
    ------
    BadParameterError
        The data don't tell it.
    """
    names = available(dataset)
    if name not in names:
        raise BadParameterError(
            f"first purchases can't be told apart by '{name}' here", expected="one of " + ", ".join(names)
        )
    history = dataset.history
    if name == CATEGORY:
        return _by_category(dataset.first_categories(), history.n_customers)
    rows = first_rows(history)
    owner, code = history.owner[rows], history.codes[name][rows]
    codes = _most(owner, code, history.revenue[rows], len(history.labels[name]), history.n_customers)
    return Classification(name, tuple(history.labels[name]), codes)


def first_rows(history: OrderHistory) -> NDArray[np.int64]:
    """The rows of purchases on the day of each customer's first one, rising."""
    bought = features.purchase_rows(history, None)
    first = np.repeat(history.first_purchase, np.diff(history.start))
    return np.flatnonzero(bought & (history.day[: history.n_identified] == first))


def _by_category(lines: pd.DataFrame, n_customers: int) -> Classification:
    """From customer, category (null for none) and revenue of first purchases."""
    codes, labels = label_codes(pa.chunked_array([pa.array(lines["category"].fillna(MISSING), type=pa.string())]))
    owner, revenue = lines["customer"].to_numpy(), lines["revenue"].to_numpy()
    return Classification(CATEGORY, labels, _most(owner, codes, revenue, len(labels), n_customers))


def _most(
    owner: NDArray[np.integer], code: NDArray[np.integer], revenue: NDArray[np.int64], labels: int, n_customers: int
) -> NDArray[np.int16]:
    """The code with the greatest sum of each customer; of equal ones the smallest."""
    found = np.full(n_customers, -1, dtype=np.int16)
    found[owner] = code
    # Few have more than one row, and only those have to be looked at.
    several = np.flatnonzero((np.bincount(owner, minlength=n_customers) > 1)[owner])
    if len(several):
        keys, place = np.unique(owner[several].astype(np.int64) * labels + code[several], return_inverse=True)
        total = np.zeros(len(keys), dtype=np.int64)
        np.add.at(total, place, revenue[several])
        ranked = np.lexsort((-keys, total, keys // labels))
        # The last one of each customer stays.
        found[keys[ranked] // labels] = keys[ranked] % labels
    return found
