"""Lifetime value of groups that were settled at the first purchase, each by its own model drawn towards that of all."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import first_orders
from core.analyses._ltv_fits import Basis, error_of_total
from core.days import to_day
from core.models.customer_value import forecast_purchases
from core.models.gamma_gamma import GammaGamma
from core.models.pooling import fit_groups
from core.models.purchase_model import PurchaseFit
from core.stats import SMALL_N, normal_quantile

# A group's model gains nothing from more customers than these.
MOST_CUSTOMERS = 50_000
MOST_GROUPS = 40

COLUMNS = (
    *("dimension", "label", "customers", "new_customers", "ltv_mean", "low", "high"),
    *("shrinkage", "p_alive_mean", "new_customer", "few"),
)


def groups_table(found: Basis, dimension: str) -> pd.DataFrame:
    """Value by region, channel or category of the first purchase ever.

    Columns: dimension, label, customers (in view), new_customers (of them, first bought within the dates), ltv_mean, low and high
    (mean expected value of a customer in view and its 95 % interval, chance and parameters), shrinkage (from 0, the group's own data
    alone, to 1, the parameters of all; 1 where the group could not be fitted), p_alive_mean, new_customer (expected value of one newly
    won, the first purchase not counted), few (fewer than 30 customers). Models are fitted to all customers of a group, in view or not.
    Of more than 40 groups those that are larger than the 41st. Without a forecast of purchases there are no rows.
    """
    return pd.DataFrame(list(_rows(found, dimension)) if found.fits else [], columns=list(COLUMNS))


def joined_groups(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The groups of several dimensions under each other."""
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(COLUMNS))


def _rows(found: Basis, name: str) -> Iterator[dict[str, Any]]:
    made = first_orders.first_labels(found.dataset, name)
    codes = made.codes[found.summary.customer]
    sizes = np.bincount(codes[found.shown][codes[found.shown] >= 0], minlength=len(made.labels))
    falling = np.sort(sizes)[::-1]
    kept = np.flatnonzero(sizes > (falling[MOST_GROUPS] if len(falling) > MOST_GROUPS else 0))
    if found.fits is None or not len(kept):
        return
    overall, spend, forecast = found.fits
    states = [
        found.summary.states.part(members[:: max(1, -(-len(members) // MOST_CUSTOMERS))])
        for members in (np.flatnonzero(codes == code) for code in kept)
    ]
    pooled = fit_groups(states, overall)
    for code, fitted, weight in zip(kept, pooled.fits, pooled.weight, strict=True):
        members = found.shown[codes[found.shown] == code]
        rest = _row(found, spend.model, forecast.value[members], members, fitted)
        yield {"dimension": name, "label": made.labels[code], "shrinkage": 1 - float(weight)} | rest


def _row(
    found: Basis, spend: GammaGamma, by_overall: NDArray[np.float64], members: NDArray[np.int64], fitted: PurchaseFit
) -> dict[str, Any]:
    summary, horizon, n = found.summary, found.horizon, len(members)
    states = summary.states.part(members)
    forecast = forecast_purchases(fitted.model, states, horizon)
    each = found.factor * spend.expected_spend(summary.x[members], summary.mean_value[members])
    value = each * (forecast.p_alive * forecast.if_alive)[states.inverse]
    mean = float(value.mean())
    # The spread of all customers' forecast, scaled to the group's own level.
    half = normal_quantile() * error_of_total(found, members, fitted) / n * mean / float(by_overall.mean())
    first = found.selection.filters.first
    since = np.inf if first is None else found.selection.as_of - to_day(first)
    bought = horizon.discounted(fitted.model.expected_new(horizon.ends)[None])[0]
    return {
        "customers": n,
        "new_customers": int((summary.age[members] <= since).sum()),
        "ltv_mean": mean,
        "low": max(mean - half, 0.0),
        "high": mean + half,
        "p_alive_mean": float(forecast.p_alive[states.inverse].mean()),
        "new_customer": float(found.factor * bought * _spend(spend, summary.x[members], summary.mean_value[members])),
        "few": n < SMALL_N,
    }


def _spend(model: GammaGamma, x: NDArray[np.int64], mean: NDArray[np.float64]) -> float:
    """What a purchase of the group brings: the mean over those who came back, each drawn towards all customers."""
    back = x > 0
    return float(model.expected_spend(x[back], mean[back]).mean() if back.any() else model.expected_spend(0, 0))
