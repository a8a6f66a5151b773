"""The result tables of RFM."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.analyses._rfm_params import AXES, RfmParams
from core.analyses._rfm_ruler import Measured, RfmRuler, Scores, better
from core.money import SCALE, to_currency
from core.scoring import falling_order
from core.segments import SegmentRules


def customers_table(
    measured: Measured,
    ruler: RfmRuler,
    scores: Scores,
    place: NDArray[np.int64],
    revenue: NDArray[np.int64],
    orders: NDArray[np.int32],
) -> pd.DataFrame:
    """The customers at some places of ``measured``, most revenue first; equal ones stand in code order."""
    ranked = falling_order(revenue)
    place = place[ranked]
    picked = Measured(*(column.take(place) for column in vars(measured).values()))
    r, f, m = (axis.take(place) for axis in scores)
    next_r, next_f, next_m = map(better, picked.worth(), ruler.cuts, (r, f, m))
    # Nobody can have bought later than today.
    next_r[next_r > picked.recency] = np.nan
    return pd.DataFrame(
        {
            "customer": picked.customer,
            "recency_days": picked.recency,
            "frequency": picked.frequency,
            "monetary": picked.monetary / SCALE,
            "r": r,
            "f": f,
            "m": m,
            "segment": pd.Categorical.from_codes(ruler.segments((r, f, m)), categories=list(ruler.labels)),
            "revenue": to_currency(revenue[ranked]),
            "orders": orders[ranked],
            "next_r": next_r,
            "next_f": next_f,
            "next_m": next_m / SCALE,
        },
        copy=False,
    )


def cuts_table(measured: Measured, ruler: RfmRuler, params: RfmParams) -> pd.DataFrame:
    """Each group of each axis: the values seen in it, and its borders."""
    rows = (
        (axis, group, *span, params.way(axis))
        for axis, values, cuts in zip(AXES, measured.worth(), ruler.cuts, strict=True)
        for group, span in enumerate(_spans(axis, values, cuts), start=1)
    )
    return pd.DataFrame(rows, columns=["axis", "group", "low", "high", "above", "upto", "by"])


def _spans(axis: str, values: NDArray, cuts: NDArray) -> Iterator[tuple[float, float, float, float]]:
    """Smallest and largest value of each group, and what it lies above and goes up to; NaN for none."""
    values = _distinct(values)
    least, most = values.min(), values.max()
    # Groups are stretches of the values: one begins with the smallest above its cut, and ends with the largest not above the next.
    over = [np.where(values > cut, values, most).min() if most > cut else None for cut in cuts]
    under = [np.where(values > cut, least, values).max() if least <= cut else None for cut in cuts]
    lows, highs = [least, *over], [*under, most]
    scale = SCALE if axis == "monetary" else 1
    for low, high, above, upto in zip(lows, highs, [np.nan, *cuts], [*cuts, np.nan], strict=True):
        seen = (np.nan, np.nan) if low is None or high is None or low > high else (low / scale, high / scale)
        if axis == "recency":
            # In days, and the other way round: above -31 is up to 30. Taken from 0, as -0.0 is no day.
            yield 0 - float(seen[1]), 0 - float(seen[0]), -float(upto) - 1, -float(above) - 1
        else:
            yield float(seen[0]), float(seen[1]), float(above) / scale, float(upto) / scale


def _distinct(values: NDArray) -> NDArray:
    """Each value once if that is quick: days and purchases are few different numbers."""
    least, most = values.min(), values.max()
    if values.dtype.kind != "i" or int(most) - int(least) > len(values):
        return values
    return np.flatnonzero(np.bincount(values - least)) + least


def cube_table(customers: pd.DataFrame, rules: SegmentRules, groups: int) -> pd.DataFrame:
    """Customers and revenue of every cell, empty ones too."""
    r, f, m = (customers[axis].to_numpy().astype(np.int16) - 1 for axis in "rfm")
    cell = (r * groups + f) * groups + m
    count = groups**3
    sides = (axis.ravel() + 1 for axis in np.indices((groups, groups, groups)))
    return pd.DataFrame(
        {
            **dict(zip("rfm", sides, strict=True)),
            "customers": np.bincount(cell, minlength=count),
            "revenue": np.bincount(cell, weights=customers["revenue"], minlength=count).round(4),
            "segment": pd.Categorical.from_codes(rules.table(groups).ravel(), categories=list(rules.names)),
        }
    )


def segments_table(customers: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Every named segment, without customers too, in the order of the rules."""
    codes = customers["segment"].cat.codes.to_numpy()
    count = np.bincount(codes, minlength=len(names))
    revenue = np.bincount(codes, weights=customers["revenue"], minlength=len(names)).round(4)
    orders = np.bincount(codes, weights=customers["orders"], minlength=len(names)).astype(np.int64)
    days = np.bincount(codes, weights=customers["recency_days"], minlength=len(names))
    with np.errstate(divide="ignore", invalid="ignore"):
        return pd.DataFrame(
            {
                "segment": pd.Categorical(names, categories=list(names)),
                "customers": count,
                "customer_share": count / count.sum(),
                "revenue": revenue,
                "revenue_share": revenue / revenue.sum(),
                "orders": orders,
                "mean_order": np.where(orders > 0, revenue / orders, np.nan),
                "recency_days": np.where(count > 0, days / count, np.nan),
            }
        )
