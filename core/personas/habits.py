"""When a group orders: the days of the week, months and parts of the day of its purchases, against those of the rest."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import features
from core.days import EPOCH
from core.features import Selection
from core.stats import normal_quantile
from core.traits import COLUMNS

Floats = NDArray[np.float64]
Groups = NDArray[np.integer]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = tuple(f"{month:02d}" for month in range(1, 13))
# A month is a habit only when each has come round twice.
_TWO_YEARS = 730


def order_times(selection: Selection, customers: NDArray[np.int64]) -> dict[str, tuple[tuple[str, ...], Floats]]:
    """Purchases by weekday and month.

    Parameters
    ----------
    selection : Selection
        Whose purchases count.
    customers : ndarray of int64, shape (n,)
        Codes, ascending.

    Returns
    -------
    dict of str to (values, ndarray of shape (n, values))
        ``weekday``, and ``month`` where there are two years and more.
    """
    index, owner = _orders(selection, customers)
    day = selection.history.day[index].astype(np.int64)
    # 1900-01-01 was a Monday.
    found: dict[str, tuple[tuple[str, ...], Floats]] = {
        "weekday": (WEEKDAYS, _counts(owner, day % 7, len(customers), 7))
    }
    if len(day) and day.max() - day.min() >= _TWO_YEARS:
        month = (np.datetime64(EPOCH) + np.arange(int(day.max()) + 1)).astype("datetime64[M]").astype(np.int64) % 12
        found["month"] = (MONTHS, _counts(owner, month[day], len(customers), 12))
    return found


def orders_by(selection: Selection, customers: NDArray[np.int64], dimension: str) -> Floats:
    """Purchases by the labels of a dimension, shape (n, labels); one over two labels counts where its first row is."""
    history = selection.history
    index, owner = _orders(selection, customers)
    codes = history.codes[dimension][index].astype(np.int64)
    return _counts(owner, codes, len(customers), len(history.labels[dimension]))


def share_of_events(
    attribute: str, values: tuple[str, ...], counts: Floats, groups: Groups, within: Groups
) -> pd.DataFrame:
    """How a group's events are spread over a few values, against those of the rest.

    Parameters
    ----------
    attribute : str
    values : tuple of str, length k
    counts : ndarray, shape (n, k)
        Events of each customer by value.
    groups, within
        As in :func:`core.traits.share_traits`.

    Returns
    -------
    pandas.DataFrame
        The columns of :mod:`core.traits`; ``n`` counts customers with an event. The index is the ratio of two shares of events; its
        interval that of their log ratio, linearised and clustered by customer (Cochran 1977, chapter 6). No p.
    """
    k, size = len(within), counts.shape[1]
    total = counts.sum(axis=1)
    own = _sums(counts, total, groups, k)
    rest = np.einsum("gh,hvs->gvs", _others(within), own)
    share, variance, n = _share(own)
    rest_share, rest_variance, rest_n = _share(rest)
    with np.errstate(divide="ignore", invalid="ignore"):
        index = 100 * share / rest_share
        reach = normal_quantile() * np.sqrt(variance / share**2 + rest_variance / rest_share**2)
        low, high = index * np.exp(-reach), index * np.exp(reach)
    frame = pd.DataFrame(
        {
            "group": np.repeat(np.arange(k), size),
            "attribute": attribute,
            "value": list(values) * k,
            "share": share.ravel(),
            "rest_share": rest_share.ravel(),
            "index": np.where(np.isfinite(index), index, np.nan).ravel(),
            "low": np.where(np.isfinite(low), low, np.nan).ravel(),
            "high": np.where(np.isfinite(high), high, np.nan).ravel(),
            "mean": np.nan,
            "rest_mean": np.nan,
            "n": n.ravel().astype(np.int64),
            "rest_n": rest_n.ravel().astype(np.int64),
            "adjusted_p": np.nan,
            "claim": False,
        }
    )
    return frame[list(COLUMNS)]


def _orders(selection: Selection, customers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A row of each purchase that counts, and the position of its customer."""
    history = selection.history
    rows = features.one_row_an_order(history, features.purchase_rows(history, selection.matching))
    index = np.flatnonzero(rows)
    place = np.full(history.n_customers, -1, dtype=np.int64)
    place[customers] = np.arange(len(customers))
    owner = place[history.owner[index]]
    return index[owner >= 0], owner[owner >= 0]


def _counts(owner: NDArray[np.int64], what: NDArray[np.int64], customers: int, values: int) -> Floats:
    return (
        np.bincount(owner * values + what, minlength=customers * values).reshape(customers, values).astype(np.float64)
    )


def _others(within: Groups) -> Floats:
    """Which groups make the rest of each, shape (groups, groups)."""
    return ((within[:, None] == within) & ~np.eye(len(within), dtype=bool)).astype(np.float64)


def _sums(counts: Floats, total: Floats, groups: Groups, k: int) -> Floats:
    """Per group and value: events, all events, customers with any, and the sums of x², xn and n²; shape (k, values, 6)."""

    def grouped(weights: Floats) -> Floats:
        summed: Floats = np.bincount(groups, weights=weights, minlength=k).astype(np.float64)
        return summed

    shared = [grouped(total), grouped((total > 0).astype(np.float64)), grouped(total**2)]
    sums = np.empty((k, counts.shape[1], 6))
    for value in range(counts.shape[1]):
        x = counts[:, value]
        sums[:, value] = np.column_stack([grouped(x), *shared[:2], grouped(x**2), grouped(x * total), shared[2]])
    return sums


def _share(sums: Floats) -> tuple[Floats, Floats, Floats]:
    events, all_events, n, squares, products, totals = np.moveaxis(sums, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = events / all_events
        spread = np.maximum(squares - 2 * share * products + share**2 * totals, 0.0)
        variance = spread / all_events**2 * n / np.maximum(n - 1, 1)
    return share, variance, n
