"""Segments month by month, and what can be said of the two dates of a movement."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.days import to_date
from core.money import SCALE, to_currency
from core.stats import SMALL_N, benjamini_hochberg, poisson_change

Codes = NDArray[np.int16]


def sizes(codes: Codes, classes: int) -> NDArray[np.int64]:
    """Customers of each class."""
    return np.bincount(codes[codes >= 0], minlength=classes)


def sums(codes: Codes, values: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """Money of each class, exact; customers without one are left out."""
    inside = codes >= 0
    total = np.zeros(classes, dtype=np.int64)
    np.add.at(total, codes[inside], values[inside])
    return total


@dataclass(frozen=True, eq=False)
class MonthEnd:
    """The classes at one month-end, shape (classes,).

    Parameters
    ----------
    day : int
    customers : ndarray of int64
    money : ndarray of int64
        Of the month before it, by the class at its end.
    joined, left : ndarray of int64
        Customers that came into a class and went out of it since the month-end before; of the first one all, and nobody.
    """

    day: int
    customers: NDArray[np.int64]
    money: NDArray[np.int64]
    joined: NDArray[np.int64]
    left: NDArray[np.int64]


def month_end(day: int, codes: Codes, before: Codes | None, money: NDArray[np.int64], classes: int) -> MonthEnd:
    """Count the classes at a month-end, and who changed since the one before."""
    wide = classes + 1
    # None, -1, stands first.
    cell = codes.astype(np.int32) + 1
    if before is not None:
        cell += (before.astype(np.int32) + 1) * wide
    moves = np.bincount(cell, minlength=wide**2).reshape(wide, wide)
    stayed, count = np.diagonal(moves)[1:], moves.sum(axis=0)[1:]
    return MonthEnd(day, count, money, count - stayed, moves.sum(axis=1)[1:] - stayed)


def months_table(ends: list[MonthEnd], labels: tuple[str, ...]) -> pd.DataFrame:
    """month, segment, customers, revenue, change, low, high, claim; the first month has no change."""
    wide = len(labels)
    customers, money, joined, left = (
        np.array([getattr(end, field) for end in ends], dtype=np.int64).reshape(len(ends), wide)
        for field in ("customers", "money", "joined", "left")
    )
    # Whoever came in adds 1, whoever went out takes 1 away; those who stayed add nothing.
    change = (joined - left).astype(np.float64)
    change[:1] = np.nan
    low, high, p_value = poisson_change(change, joined + left)
    p_value[1:][np.maximum(customers[1:], customers[:-1]) < SMALL_N] = np.nan
    return pd.DataFrame(
        {
            "month": np.repeat(np.array([to_date(end.day).isoformat() for end in ends], dtype=object), wide),
            "segment": pd.Categorical.from_codes(np.tile(np.arange(wide), len(ends)), categories=list(labels)),
            "customers": customers.ravel(),
            "revenue": to_currency(money.ravel()),
            "change": change.ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
            "claim": benjamini_hochberg(p_value.ravel()),
        }
    )


def segments_table(
    before: Codes, after: Codes, money: NDArray[np.int64], labels: tuple[str, ...], comparable: bool
) -> pd.DataFrame:
    """Sizes and revenue of each class at both dates, and their changes.

    Parameters
    ----------
    before, after : ndarray of int16, shape (customers,)
        Classes at the two dates, -1 for none.
    money : ndarray of int64, shape (2, customers)
        Of the two windows.
    labels : tuple of str
    comparable : bool
        Whether both windows can be seen whole; if not, nothing is claimed of revenue.
    """
    count = len(labels)
    moved = np.flatnonzero(before != after)
    n_before, n_after = sizes(before, count), sizes(after, count)
    change = n_after - n_before
    low, high, p_value = poisson_change(change, sizes(before[moved], count) + sizes(after[moved], count))
    earned = sums(before, money[0], count), sums(after, money[1], count)
    low_of, high_of, p_of = poisson_change((earned[1] - earned[0]) / SCALE, _squares(before, after, money, count))
    p_value, p_of = (np.where(np.maximum(n_before, n_after) < SMALL_N, np.nan, p) for p in (p_value, p_of))
    if not comparable:
        low_of, high_of, p_of = np.full((3, count), np.nan)
    claims = benjamini_hochberg(np.r_[p_value, p_of])
    return pd.DataFrame(
        {
            "segment": pd.Categorical(labels, categories=list(labels)),
            "before": n_before,
            "after": n_after,
            "change": change,
            "low": low,
            "high": high,
            "claim": claims[:count],
            "revenue_before": to_currency(earned[0]),
            "revenue_after": to_currency(earned[1]),
            "revenue_change": to_currency(earned[1] - earned[0]),
            "revenue_low": low_of,
            "revenue_high": high_of,
            "revenue_claim": claims[count:],
        }
    )


def _squares(before: Codes, after: Codes, money: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    """Sum over customers of the squared change that each brings to the revenue of a class."""
    earlier, later = money / SCALE
    stayed = before == after
    came = np.where(stayed, later - earlier, later) ** 2
    squares: NDArray[np.float64] = np.bincount(after[after >= 0], came[after >= 0], classes).astype(np.float64)
    left = (before >= 0) & ~stayed
    squares += np.bincount(before[left], earlier[left] ** 2, classes)
    return squares
