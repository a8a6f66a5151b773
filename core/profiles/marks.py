"""Marks of customers: what can be said of each one, attribute by attribute, in the forms that can be compared."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core import features
from core.days import NO_DAY, period_table
from core.features import Selection
from core.history import MISSING, OrderHistory
from core.money import SCALE
from core.profiles.axes import Axis, Question
from core.scoring import equal_count_cuts, score

# Regions and channels that are told apart; the orders of all others together.
MOST_PLACES = 20
OTHERS = "(other)"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = tuple(f"{month:02d}" for month in range(1, 13))
_BANDS = 4


@dataclass(frozen=True, eq=False)
class Marks:
    """One attribute of customers.

    Parameters
    ----------
    axis : str
    question : str
        Which of the five W it answers; "" for none.
    attribute : str
    labels : tuple of str
    values : ndarray
        Where customers have one label each, codes of shape (customers,), -1 unknown. Of orders and lines how many of each customer's
        bear each label, shape (customers, labels).
    of : {"customers", "orders", "lines"}
        What the shares are of.
    """

    axis: Axis
    question: Question
    attribute: str
    labels: tuple[str, ...]
    values: NDArray
    of: Literal["customers", "orders", "lines"] = "customers"


def order_marks(selection: Selection) -> list[Marks]:
    """Where and when the orders of customers were: shares of orders.

    Parameters
    ----------
    selection : Selection
        Purchases that match the filter count; one over two channels counts in both.

    Returns
    -------
    list of Marks
        month, weekday, and region and channel where these data have several.
    """
    history = selection.history
    rows = features.purchase_rows(history, selection.matching)
    single = np.flatnonzero(features.one_row_an_order(history, rows))
    owner, day = history.owner[single], history.day[single]
    found = [
        _counted(history, "behavioural", "when", "month", MONTHS, owner, period_table("month")[day] % 12),
        # 1900-01-01 was a Monday.
        _counted(history, "behavioural", "when", "weekday", WEEKDAYS, owner, day % 7),
    ]
    for name in ("region", "channel"):
        if name in history.labels:
            places = _once_a_place(history, np.flatnonzero(rows), name) if history.has_split_orders else single
            labels, codes = _largest(history.labels[name], history.codes[name][places])
            if len(labels) > 1:
                axis: Axis = "geographic" if name == "region" else "behavioural"
                found.append(_counted(history, axis, "where", name, labels, history.owner[places], codes))
    return found


def _once_a_place(history: OrderHistory, rows: NDArray[np.int64], name: str) -> NDArray[np.int64]:
    """Of the rows of each order one a label: an order over two channels of one region counts once in it."""
    order = history.order[rows]
    again = np.r_[False, order[1:] == order[:-1]][: len(order)]
    # Few orders have several rows, and only those have to be looked at.
    split = again | np.r_[again[1:], False][: len(order)]
    some = rows[split]
    key = history.order[some].astype(np.int64) * len(history.labels[name]) + history.codes[name][some]
    first = np.unique(key, return_index=True)[1]
    return np.sort(np.concatenate([rows[~split], some[first]]))


def _counted(
    history: OrderHistory,
    axis: Axis,
    question: Question,
    name: str,
    labels: tuple[str, ...],
    owner: NDArray[np.int32],
    codes: NDArray[np.integer],
) -> Marks:
    cell = owner * np.int32(len(labels)) + codes.astype(np.int32)
    counts = np.bincount(cell, minlength=history.n_customers * len(labels))
    counts = counts.astype(np.uint16 if counts.max(initial=0) <= np.iinfo(np.uint16).max else np.int64)
    return Marks(axis, question, name, labels, counts.reshape(-1, len(labels)), "orders")


def _largest(labels: tuple[str, ...], codes: NDArray[np.integer]) -> tuple[tuple[str, ...], NDArray[np.integer]]:
    """The labels that orders bear, and of many the largest in their order with one for all others."""
    size = np.bincount(codes, minlength=len(labels))
    named = np.array([label != MISSING for label in labels])
    there = np.flatnonzero((size > 0) & named)
    kept = there if len(there) <= MOST_PLACES else np.sort(there[np.argsort(-size[there], kind="stable")[:MOST_PLACES]])
    if len(kept) == len(labels):
        return labels, codes
    place = np.full(len(labels), len(kept), dtype=np.int64)
    place[kept] = np.arange(len(kept))
    rest = int(size.sum() - size[kept].sum())
    return (*(labels[code] for code in kept), *((OTHERS,) if rest else ())), place[codes]


def habit_marks(selection: Selection) -> list[Marks]:
    """How customers buy, in bands of equally many customers: how long ago, how often, for how much, how regularly, since when.

    Parameters
    ----------
    selection : Selection
        Orders that match the filter count; the first purchase is the first ever.
    """
    history, shown = selection.history, selection.shown
    purchases = selection.purchases[shown]
    last = selection.last_purchase[shown].astype(np.int64)
    bought = features.purchase_rows(history, selection.matching)
    begun = _first_days(history, bought)[shown]
    money = features.per_customer(
        history, history.revenue, bought if len(bought) == len(history.day) else _padded(history, bought)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.where(purchases > 1, (last - begun) / np.maximum(purchases - 1, 1), np.nan)
    since = selection.as_of - history.first_purchase[shown].astype(np.float64)
    told: dict[str, tuple[Question, NDArray]] = {
        "days_since_last_order": ("", (selection.as_of - last).astype(np.float64)),
        "orders": ("", purchases.astype(np.float64)),
        "order_value": ("what", np.round(money[shown] / SCALE / np.maximum(purchases, 1), 2)),
        "days_between_orders": ("when", np.round(gap)),
        "days_since_first_order": ("", since),
    }
    made = ((question, name, banded(values, shown, history.n_customers)) for name, (question, values) in told.items())
    return [Marks("behavioural", question, name, *band) for question, name, band in made if len(band[0]) > 1]


def _padded(history: OrderHistory, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    whole = np.zeros(len(history.day), dtype=np.bool_)
    whole[: len(rows)] = rows
    return whole


def _first_days(history: OrderHistory, bought: NDArray[np.bool_]) -> NDArray[np.int64]:
    day = np.where(bought, history.day[: history.n_identified], np.uint16(NO_DAY))
    return np.minimum.reduceat(day, history.start[:-1]).astype(np.int64)


def banded(values: NDArray, who: NDArray[np.int64], count: int) -> tuple[tuple[str, ...], NDArray[np.int16]]:
    """Bands of equally many customers, as far as ties allow.

    Parameters
    ----------
    values : ndarray of float64, shape (k,)
        NaN is unknown.
    who : ndarray of int64, shape (k,)
        Whose they are.
    count : int
        Customers.

    Returns
    -------
    labels : tuple of str
        ``"2 to 4"``, or ``"1"`` where all are alike; rising.
    codes : ndarray of int16, shape (count,)
    """
    known = ~np.isnan(values)
    codes = np.full(count, -1, dtype=np.int16)
    if not known.any():
        return (), codes
    some = values[known]
    groups = score(some, equal_count_cuts(some, _BANDS)) - 1
    labels: list[str] = []
    place = np.full(_BANDS, -1, dtype=np.int16)
    for group in range(_BANDS):
        inside = some[groups == group]
        if len(inside):
            place[group] = len(labels)
            low, high = inside.min(), inside.max()
            labels.append(f"{low:.10g}" if low == high else f"{low:.10g} to {high:.10g}")
    codes[who[known]] = place[groups]
    return tuple(labels), codes
