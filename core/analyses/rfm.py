"""RFM: recency, frequency and money of each customer, scored into a cube of groups with named segments."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.classification import Classification
from core.filters import Filters
from core.money import SCALE, to_currency
from core.params import choice
from core.results import Notice
from core.scoring import equal_count_cuts, falling_order, score
from core.segments import SEGMENTS, segment_table

AXES = ("recency", "frequency", "monetary")


@dataclass(frozen=True)
class RfmParams:
    """Settings of RFM.

    Parameters
    ----------
    groups : {3, 4, 5}
        Groups on each axis.
    value : {"revenue", "margin"}
    monetary : {"total", "mean"}
        Total money, or money a purchase.
    """

    groups: int = choice(3, 3, 4, 5)
    value: Literal["revenue", "margin"] = choice("revenue", "revenue", "margin")
    monetary: Literal["total", "mean"] = choice("total", "total", "mean")


@dataclass(frozen=True, eq=False)
class RfmResult:
    """The cube, its segments and its customers.

    Parameters
    ----------
    cube : pandas.DataFrame
        r, f, m, customers, revenue, segment; one row a cell, empty ones too.
    cuts : pandas.DataFrame
        axis, group, low, high: the smallest and largest value seen in each group (null where ties left it empty).
    segments : pandas.DataFrame
        segment, customers, customer_share, revenue, revenue_share, orders, mean_order, recency_days; largest revenue first.
    customers : pandas.DataFrame
        customer (code), recency_days, frequency, monetary, r, f, m, segment, revenue, orders; most revenue first. The first
        columns are what the scores are made from; revenue and orders are what matches the filter.
    without_purchase : float
        Revenue of customers that only have credits within the filter.
    notices : tuple of Notice
    """

    cube: pd.DataFrame
    cuts: pd.DataFrame
    segments: pd.DataFrame
    customers: pd.DataFrame
    without_purchase: float
    value: str
    groups: int
    notices: tuple[Notice, ...]

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        return {"cube": self.cube, "cuts": self.cuts, "segments": self.segments, "customers": self.customers}

    def classification(self, n_customers: int) -> Classification:
        """The segments as a classification of all customers."""
        codes = np.full(n_customers, -1, dtype=np.int16)
        codes[self.customers["customer"]] = self.customers["segment"].cat.codes
        return Classification("rfm_segment", SEGMENTS, codes)


def run(dataset: Dataset, filters: Filters, params: RfmParams) -> RfmResult:
    """Score the customers in view.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
    params : RfmParams

    Returns
    -------
    RfmResult

    Raises
    ------
    EmptyViewError
        Nobody bought within the filter.
    BadParameterError
        Margin is asked for and the data have no costs.
    """
    history = dataset.history
    selection = features.select(history, filters)
    value = dataset.value_name(params.value)
    shown = selection.shown
    scored = _measure(selection, value, params.monetary)
    scores, cuts = _score(scored, params.groups)
    money = features.per_customer(history, history.value(value), selection.matching)
    segment = segment_table(params.groups)[tuple(axis - 1 for axis in scores)]
    place = np.searchsorted(scored.customer, shown)
    customers = _customers(scored, scores, segment, place, money[shown], selection.purchases[shown])
    cube = _cube(customers, params.groups)
    return RfmResult(
        cube=cube,
        cuts=cuts,
        segments=_segments(customers),
        customers=customers,
        without_purchase=float(money[~selection.in_view].sum()) / SCALE,
        value=value,
        groups=params.groups,
        notices=_notices(cuts),
    )


@dataclass(frozen=True, eq=False)
class _Measured:
    """Raw values of the customers that classes are made from (whole days, purchases, money units or a mean of them)."""

    customer: NDArray[np.int64]
    recency: NDArray[np.int32]
    frequency: NDArray[np.int32]
    monetary: NDArray[np.float64] | NDArray[np.int64]


def _measure(selection: features.Selection, value: str, monetary: str) -> _Measured:
    history, rows = selection.history, selection.classed
    purchases = selection.purchases if selection.shared else features.count_purchases(history, rows)
    customer = np.flatnonzero(purchases)
    last = features.last_purchase(history, rows)[customer].astype(np.int32)
    frequency = purchases[customer]
    money = features.per_customer(history, history.value(value), rows)[customer]
    return _Measured(
        customer, np.int32(selection.as_of) - last, frequency, money / frequency if monetary == "mean" else money
    )


def _score(measured: _Measured, groups: int) -> tuple[tuple[NDArray[np.int8], ...], pd.DataFrame]:
    """Scores on each axis, 1 worst, and the values that each group spans."""
    scores: list[NDArray[np.int8]] = []
    spans = []
    money = measured.monetary / SCALE
    for axis, values, shown in (
        # Fewer days are better, so recency is scored on its negative.
        ("recency", -measured.recency, measured.recency),
        ("frequency", measured.frequency, measured.frequency),
        ("monetary", measured.monetary, money),
    ):
        axis_scores = score(values, equal_count_cuts(values, groups))
        scores.append(axis_scores)
        for group in range(1, groups + 1):
            inside = shown[axis_scores == group]
            low, high = (float(inside.min()), float(inside.max())) if len(inside) else (np.nan, np.nan)
            spans.append((axis, group, low, high))
    return tuple(scores), pd.DataFrame(spans, columns=["axis", "group", "low", "high"])


def _customers(
    measured: _Measured,
    scores: tuple[NDArray[np.int8], ...],
    segment: NDArray[np.int16],
    place: NDArray[np.int64],
    revenue: NDArray[np.int64],
    orders: NDArray[np.int32],
) -> pd.DataFrame:
    # Equal customers stand in code order.
    ranked = falling_order(revenue)
    place = place[ranked]
    return pd.DataFrame(
        {
            "customer": measured.customer[place],
            "recency_days": measured.recency[place],
            "frequency": measured.frequency[place],
            "monetary": measured.monetary[place] / SCALE,
            "r": scores[0][place],
            "f": scores[1][place],
            "m": scores[2][place],
            "segment": pd.Categorical.from_codes(segment[place], categories=list(SEGMENTS)),
            "revenue": to_currency(revenue[ranked]),
            "orders": orders[ranked],
        },
        copy=False,
    )


def _cube(customers: pd.DataFrame, groups: int) -> pd.DataFrame:
    cell = np.ravel_multi_index(
        tuple(customers[axis].to_numpy().astype(np.int64) - 1 for axis in "rfm"), (groups, groups, groups)
    )
    count = groups**3
    r, f, m = (axis.ravel() + 1 for axis in np.indices((groups, groups, groups)))
    return pd.DataFrame(
        {
            "r": r,
            "f": f,
            "m": m,
            "customers": np.bincount(cell, minlength=count),
            "revenue": np.bincount(cell, weights=customers["revenue"], minlength=count).round(4),
            "segment": pd.Categorical.from_codes(segment_table(groups).ravel(), categories=list(SEGMENTS)),
        }
    )


def _segments(customers: pd.DataFrame) -> pd.DataFrame:
    codes = customers["segment"].cat.codes.to_numpy()
    count = np.bincount(codes, minlength=len(SEGMENTS))
    revenue = np.bincount(codes, weights=customers["revenue"], minlength=len(SEGMENTS)).round(4)
    orders = np.bincount(codes, weights=customers["orders"], minlength=len(SEGMENTS)).astype(np.int64)
    days = np.bincount(codes, weights=customers["recency_days"], minlength=len(SEGMENTS))
    with np.errstate(divide="ignore", invalid="ignore"):
        table = pd.DataFrame(
            {
                "segment": pd.Categorical(SEGMENTS, categories=list(SEGMENTS)),
                "customers": count,
                "customer_share": count / count.sum(),
                "revenue": revenue,
                "revenue_share": revenue / revenue.sum(),
                "orders": orders,
                "mean_order": np.where(orders > 0, revenue / orders, np.nan),
                "recency_days": np.where(count > 0, days / count, np.nan),
            }
        )
    return table.sort_values(["revenue", "customers"], ascending=False, kind="stable", ignore_index=True)


def _notices(cuts: pd.DataFrame) -> tuple[Notice, ...]:
    empty = cuts[cuts["low"].isna()]
    return tuple(Notice.of("empty_group", axis=row.axis, group=int(row.group)) for row in empty.itertuples())
