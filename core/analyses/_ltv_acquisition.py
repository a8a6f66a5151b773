"""What winning a customer costs in each channel, what such a customer brings, and what that says of the channel."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import first_orders
from core.analyses._ltv_fits import Basis, error_of_total
from core.analyses._ltv_tables import average_curve_table
from core.days import NO_DAY, to_day
from core.features import per_customer, rows_in_window
from core.history import MISSING
from core.models.customer_value import ValueForecast
from core.models.value_curve import value_curve
from core.money import SCALE
from core.stats import SMALL_N, normal_quantile

# Value by cost: above the first a channel is worth more money, below the second it loses money.
SCALE_ABOVE, STOP_BELOW = 3.0, 1.0

COLUMNS = (
    *("channel", "spend", "new_customers", "cac", "cac_low", "cac_high", "ltv", "ltv_low", "ltv_high"),
    *("ratio", "ratio_low", "ratio_high", "payback_month", "may_spend", "verdict", "n"),
)


def acquisition_table(found: Basis) -> pd.DataFrame:
    """Cost and value of the customers won in each channel, over the days within the dates that the table of spending covers.

    Columns
    -------
    channel
        Of the first purchase ever; ``(missing)`` also has the spending of no channel. The last row, null, is of them all.
    spend
    new_customers, n
        Customers who first bought through it on those days.
    cac, cac_low, cac_high
        ``spend`` by ``new_customers``; 95 %, their number taken as Poisson.
    ltv, ltv_low, ltv_high
        Mean of what they brought so far and of what they are expected to bring over the horizon; 95 %, of chance (which customers
        came, and what they will do) and of the parameters.
    ratio, ratio_low, ratio_high
        ``ltv`` by ``cac``, that is the value of all of them by the spending; 95 %, the spending taken as known and which and how many
        customers came as Poisson (Hanley & MacGibbon 2006).
    payback_month
        First age in whole months at which the mean cumulative value of those of them who reached that age is at least ``cac``; null
        where that has not happened yet.
    may_spend
        ``ltv_low``: what may be spent to win one more.
    verdict
        ``scale`` where the interval of the ratio lies above 3, ``stop`` below 1, ``fix`` from 1 to 3, else ``unclear``; with fewer
        than 30 customers always.

    Without spending or forecast, and under a filter of regions (spending is not known by region), there are no rows; under a filter of
    channels only these.
    """
    spend, filters = found.dataset.spend(), found.selection.filters
    if spend is None or found.value_forecast is None or filters.region:
        return pd.DataFrame(columns=list(COLUMNS))
    first = to_day(filters.first) if filters.first else 0
    spend = spend[spend["day"].between(first, found.selection.as_of)]
    if not len(spend):
        return pd.DataFrame(columns=list(COLUMNS))
    paid = spend.groupby(spend["channel"].fillna(MISSING))["amount"].sum() / SCALE
    labels, codes = _first_channels(found)
    won = found.selection.history.first_purchase[found.summary.customer]
    there = (won >= spend["day"].min()) & (won <= spend["day"].max())
    value = _value(found, found.value_forecast)
    channels = [name for name in sorted({*paid.index, *labels}) if not filters.channel or name in filters.channel]
    rows, everybody = [], []
    for channel in channels:
        code = labels.index(channel) if channel in labels else len(labels)
        members = np.flatnonzero(there & (codes == code))
        if len(members) or channel in paid.index:
            rows.append({"channel": channel} | _row(found, members, value[members], float(paid.get(channel, 0.0))))
            everybody.append(members)
    if rows:
        members, spent = np.concatenate(everybody), sum(row["spend"] for row in rows)
        rows.append({"channel": None} | _row(found, members, value[members], spent))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"channel": object, "payback_month": "Int64"})


def _first_channels(found: Basis) -> tuple[tuple[str, ...], NDArray[np.int16]]:
    """Channels, and which of them each buyer's first purchase went through."""
    if "channel" not in first_orders.available(found.dataset):
        return (MISSING,), np.zeros(len(found.summary.customer), dtype=np.int16)
    made = first_orders.first_labels(found.dataset, "channel")
    return made.labels, made.codes[found.summary.customer]


def _value(found: Basis, forecast: ValueForecast) -> NDArray[np.float64]:
    """What each buyer has brought up to the as-of day, and is expected to bring, in currency."""
    history = found.selection.history
    so_far = per_customer(history, found.money, rows_in_window(history, None, found.selection.as_of))
    return so_far[found.summary.customer] / SCALE + forecast.value


def _row(found: Basis, members: NDArray[np.int64], value: NDArray[np.float64], spend: float) -> dict[str, Any]:
    n, z = len(members), normal_quantile()
    row: dict[str, Any] = dict.fromkeys(COLUMNS[1:], float("nan"))
    row |= {"spend": spend, "new_customers": n, "n": n, "payback_month": None, "verdict": "unclear"}
    if not n:
        return row
    cac, ltv, of_forecast = spend / n, float(value.mean()), error_of_total(found, members)
    # Which customers came varies their mean; how many came, the total too.
    half = z * np.hypot(np.sqrt(n * value.var(ddof=1)), of_forecast) / n if n > 1 else float("nan")
    row |= {"ltv": ltv, "ltv_low": ltv - half, "ltv_high": ltv + half, "may_spend": max(ltv - half, 0.0)}
    row |= {"cac": cac, "cac_low": cac * np.exp(-z / np.sqrt(n)), "cac_high": cac * np.exp(z / np.sqrt(n))}
    if not spend:
        return row
    of_total = z * np.hypot(np.sqrt((value**2).sum()), of_forecast) / spend
    ratio = ltv / cac
    low, high = ratio - of_total, ratio + of_total
    row |= {"ratio": ratio, "ratio_low": low, "ratio_high": high, "payback_month": _payback(found, members, cac)}
    return row | {"verdict": _verdict(n, low, high)}


def _verdict(n: int, low: float, high: float) -> str:
    if n < SMALL_N:
        return "unclear"
    if low > SCALE_ABOVE:
        return "scale"
    if high < STOP_BELOW:
        return "stop"
    return "fix" if low >= STOP_BELOW and high <= SCALE_ABOVE else "unclear"


def _payback(found: Basis, members: NDArray[np.int64], cac: float) -> int | None:
    history = found.selection.history
    chosen = np.zeros(history.n_customers, dtype=np.bool_)
    chosen[found.summary.customer[members]] = True
    chosen &= history.first_purchase != NO_DAY
    curve = average_curve_table(value_curve(history, found.money, chosen, found.selection.as_of))
    reached = curve.loc[curve["cumulative_value"] >= cac, "age"]
    return int(reached.iloc[0]) if len(reached) else None
