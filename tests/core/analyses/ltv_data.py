"""Customers who buy as BG/NBD and spend as Gamma-Gamma say, as a data set, and its lifetime value."""

from datetime import date
from functools import cache

import numpy as np

from core.access import Dataset
from core.analyses import ltv
from core.analyses.ltv import LtvParams, LtvResult
from core.days import to_day
from core.filters import Filters
from core.history import OrderHistory, is_purchase
from tests.core.models.simulate import purchase_log

CUSTOMERS, LENGTH = 4_000, 900
FIRST = to_day(date(2020, 1, 1))

CONTRACT = {
    "model": ["model", "parameter", "estimate", "standard_error", "log_likelihood"],
    "customers": [
        "customer",
        "repeat_frequency",
        "recency_t_x",
        "age_T",
        "monetary_value",
        "p_alive",
        "expected_purchases",
        "clv",
        "clv_low",
        "clv_high",
        "tier",
    ],
    "tiers": ["tier", "customers", "customer_share"],
    "curve": ["cohort", "age", "customers", "cumulative_value"],
    "holdout": ["week", "held_out", "actual", "predicted"],
    "holdout_by_x": ["x", "customers", "actual_mean", "predicted_mean", "low", "high"],
    "contest": ["model", "predicted", "actual", "error", "low", "high", "top_tenth_share", "mae", "winner"],
    "contest_weeks": ["model", "week", "predicted"],
    "track_record": ["months_ago", "made_on", "measure", "predicted", "low", "high", "actual", "error", "customers"],
    "lorenz": ["share_customers", "share_value"],
    "groups": [
        "dimension",
        "label",
        "customers",
        "new_customers",
        "ltv_mean",
        "low",
        "high",
        "shrinkage",
        "p_alive_mean",
    ],
    "acquisition": [
        "channel",
        "spend",
        "new_customers",
        "cac",
        "cac_low",
        "cac_high",
        "ltv",
        "ltv_low",
        "ltv_high",
        "ratio",
    ],
    "figures": ["figure", "value", "low", "high"],
}


class Plain(Dataset):
    """A history alone: no spending, no products."""

    has_categories = False

    def spend(self):
        return None


def as_dataset(owner, day, money, region=None, cost_share=None):
    """A data set over orders sorted by customer and day, money in units of 0.0001."""
    order = np.arange(len(owner), dtype=np.uint32)
    dataset = object.__new__(Plain)
    dataset.history = OrderHistory(
        start=np.r_[0, np.cumsum(np.bincount(owner))],
        day=np.asarray(day, dtype=np.uint16),
        order=order,
        purchase=is_purchase(order, money),
        revenue=money,
        margin=None if cost_share is None else (money * (1 - cost_share)).astype(np.int64),
        codes={} if region is None else {"region": region.astype(np.uint8)},
        labels={} if region is None else {"region": ("North", "South")},
    )
    return dataset


@cache
def simulated(cost_share=None):
    """Some thousand customers of two regions, some of whose orders come back."""
    owner, when, value = purchase_log(9, CUSTOMERS, LENGTH)
    money = np.rint(value * 10_000).astype(np.int64)
    # Every tenth order comes back the same day, at a fifth of its value.
    back = np.flatnonzero(np.arange(len(owner)) % 10 == 0)
    owner, day = np.r_[owner, owner[back]], FIRST + np.r_[when, when[back]].astype(int)
    money = np.r_[money, -money[back] // 5]
    order = np.lexsort((day, owner))
    owner, day, money = owner[order], day[order], money[order]
    return as_dataset(owner, day, money, region=owner % 2, cost_share=cost_share)


@cache
def simulated_result(cost_share: float | None = None) -> LtvResult:
    """Lifetime value of the simulated customers, with the usual settings."""
    return ltv.run(simulated(cost_share), Filters(), LtvParams())
