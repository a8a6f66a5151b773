"""What marketing cost the cells of the matrix, and where their margin does not pay for it."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import features
from core.days import to_day
from core.history import OrderHistory
from core.money import SCALE
from core.stats import SMALL_N, benjamini_hochberg, poisson_change

LEVEL = 0.05


def spend_a_customer(selection: features.Selection, spend: pd.DataFrame) -> NDArray[np.float64]:
    """What was spent on each customer within the dates, money units.

    The spending of a channel is laid on all its purchases within the dates, each the same; that of no channel, or of one without
    purchases, on all purchases alike. A customer bears what falls on its matching purchases, so under a filter, and where
    buyers are unknown, less is borne than was spent.

    Parameters
    ----------
    selection : Selection
        Of customers.
    spend : pandas.DataFrame
        From :meth:`core.access.Dataset.spend`.

    Returns
    -------
    ndarray of float64, shape (customers,)
    """
    history = selection.history
    labels = history.labels.get("channel", ())
    inside = spend["day"].between(*_days(selection))
    code = pd.Index(labels).get_indexer(spend.loc[inside, "channel"])
    amount = spend.loc[inside, "amount"].to_numpy(dtype=np.float64)
    bought = _purchases(history, selection.window)
    count = np.bincount(_channel(history, bought), minlength=max(len(labels), 1)).astype(np.float64)
    known = (code >= 0) & (count[code] > 0)
    by_channel = np.bincount(code[known], weights=amount[known], minlength=len(count))
    rate = by_channel / np.maximum(count, 1) + amount[~known].sum() / max(count.sum(), 1)
    bought = bought if selection.matching is selection.window else _purchases(history, selection.matching)
    bought = bought[: np.searchsorted(bought, history.n_identified)]
    borne = np.zeros(history.n_customers)
    borne += np.bincount(history.owner[bought], weights=rate[_channel(history, bought)], minlength=len(borne))
    return borne


def _days(selection: features.Selection) -> tuple[int, int]:
    """The dates of the filter; without a first one, from the first order on."""
    day = selection.history.day
    first = selection.filters.first
    return (to_day(first) if first else int(day.min()) if len(day) else 0), selection.as_of


def _purchases(history: OrderHistory, rows: features.Rows) -> NDArray[np.int64]:
    """Rows that count a purchase once in each channel that it went through."""
    index = np.flatnonzero(history.purchase if rows is None else history.purchase & rows)
    if not history.has_split_orders:
        return index
    key = history.order[index].astype(np.int64) * max(len(history.labels.get("channel", ())), 1)
    return index[np.sort(np.unique(key + _channel(history, index), return_index=True)[1])]


def _channel(history: OrderHistory, index: NDArray[np.int64]) -> NDArray[np.integer]:
    codes = history.codes.get("channel")
    return np.zeros(len(index), dtype=np.uint8) if codes is None else codes[index]


def with_spend(
    matrix: pd.DataFrame, cell: NDArray[np.int64], spent: NDArray[np.float64], margin: NDArray[np.int64] | None
) -> pd.DataFrame:
    """The matrix with margin, margin_share, spend and spend_share, and ``stop_promotion`` for advice where margin does not pay spend.

    Parameters
    ----------
    matrix : pandas.DataFrame
    cell : ndarray of int64, shape (customers in view,)
        Each one's row of the matrix.
    spent : ndarray of float64, shape (customers in view,)
        Money units.
    margin : ndarray of int64, shape (customers in view,), or None
        Money units; None where costs are not known, and then nothing is claimed.

    Returns
    -------
    pandas.DataFrame

    Notes
    -----
    Claimed of cells of 30 customers or more where the 95 % interval of margin less spend is below 0, after Benjamini-Hochberg over
    these cells; customers are resampled, and what a purchase in a channel costs is taken as given. Not of the new, whose value is
    still to come, and not where value is not positive, which asks for another look first.
    """
    count = matrix["customers"].to_numpy()
    spend = np.bincount(cell, weights=spent, minlength=len(matrix))
    brought = np.full(len(matrix), np.nan)
    stop = np.zeros(len(matrix), dtype=np.bool_)
    if margin is not None:
        brought = np.bincount(cell, weights=margin, minlength=len(matrix))
        judged = (count >= SMALL_N) & (matrix["abc"] != "nonpositive") & (matrix["xyz"] != "N")
        squares = np.bincount(cell, weights=(margin - spent) ** 2, minlength=len(matrix))
        p_value = np.where(judged, poisson_change(brought - spend, squares)[2], np.nan)
        stop = benjamini_hochberg(p_value, LEVEL) & (brought < spend)
    return matrix.assign(
        advice=matrix["advice"].mask(stop, "stop_promotion"),
        margin=(brought / SCALE).round(4),
        margin_share=_share(brought),
        spend=(spend / SCALE).round(4),
        spend_share=_share(spend),
    )


def _share(part: NDArray) -> NDArray[np.float64]:
    total = part.sum()
    return part / (total if total > 0 else np.nan)
