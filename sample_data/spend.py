"""What Brackenhall paid for advertising, day by day and channel by channel: on the Web far more than it brings."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from sample_data.persona import CHANNELS
from sample_data.seasons import DAYS, YEAR, dates, month_of_year, on_sale, weekday


class Budget(NamedTuple):
    """What one channel costs: euros a day at first, growth a year, weights of the months and of a sale's days."""

    daily: float
    growth: float
    months: tuple[float, ...]
    sale: float


EVEN = (0.9, 0.9, 1, 1, 1, 1, 0.9, 0.9, 1, 1.1, 1.2, 1.1)
AUTUMN = (0.9, 0.8, 0.9, 0.9, 0.9, 0.8, 0.9, 0.8, 0.9, 1.1, 1.8, 1.3)
SPRING = (0.6, 0.9, 1.6, 1.8, 1.5, 1.0, 0.7, 0.6, 0.8, 0.8, 0.9, 0.8)

# The Web's budget grew by more than half a year; the others keep to 6 to 8 % of the margin that their channels bring.
BUDGETS = {
    "Web": Budget(680, 1.55, AUTUMN, 1.7),
    "App": Budget(140, 1.12, EVEN, 1.1),
    "Store": Budget(72, 1.12, SPRING, 1.0),
    "Field sales": Budget(56, 1.10, EVEN, 1.0),
}
WORKDAYS = ("Field sales",)


def draw_spend(rng: np.random.Generator) -> pd.DataFrame:
    """One row a day and channel (reps' visits cost nothing at weekends): ``date``, ``channel``, ``spend`` in cents."""
    year = np.arange(DAYS) / YEAR
    rows = []
    for channel in CHANNELS:
        daily, growth, months, sale = BUDGETS[channel]
        euros = daily * growth**year * np.array(months)[month_of_year()] * np.where(on_sale(), sale, 1.0)
        euros = euros * rng.gamma(40.0, 1 / 40.0, DAYS)
        if channel in WORKDAYS:
            euros = np.where(weekday() < 5, euros * 7 / 5, 0.0)
        cents = np.round(euros * 100).astype(np.int64)
        rows.append(pd.DataFrame({"date": dates().astype("datetime64[s]"), "channel": channel, "spend": cents}))
    table = pd.concat(rows).sort_values(["date", "channel"], ignore_index=True)
    return table[table["spend"] > 0].reset_index(drop=True)
