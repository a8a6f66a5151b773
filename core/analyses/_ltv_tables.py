"""The result tables of lifetime value; money is in currency, customers are integer codes."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.days import period_code
from core.models.estimation import Estimate, NoFit
from core.models.holdout import Holdout
from core.models.simple_value import SimpleValue
from core.models.tiers import TIERS
from core.models.value_curve import ValueCurve

_STEPS = 100


def model_table(estimates: Iterable[Estimate]) -> pd.DataFrame:
    """Every fitted model: model, parameter, estimate, standard_error, log_likelihood, customers (that it was fitted to)."""
    rows = [
        (fit.model, name, float(value), float(error), fit.log_likelihood, fit.customers)
        for fit in estimates
        for name, value, error in zip(fit.names, fit.values, fit.standard_errors, strict=True)
    ]
    columns = ["model", "parameter", "estimate", "standard_error", "log_likelihood", "customers"]
    return pd.DataFrame(rows, columns=columns)


def tier_table(customers: pd.DataFrame, cuts: tuple[float, float] | None) -> pd.DataFrame:
    """Tiers, best first: tier, customers, customer_share, clv, clv_share, mean_clv, low (where the tier begins).

    Shares and the mean are null where nothing can be divided; without predictions there are no rows.
    """
    columns = ["tier", "customers", "customer_share", "clv", "clv_share", "mean_clv", "low"]
    if cuts is None:
        return pd.DataFrame(columns=columns)
    grouped = customers.groupby("tier", observed=False)["clv"]
    count, total = grouped.size(), grouped.sum()
    table = pd.DataFrame(
        {
            "tier": list(TIERS),
            "customers": count.to_numpy(),
            "customer_share": (count / count.sum()).to_numpy(),
            "clv": total.to_numpy(),
            "clv_share": (total / total.sum()).to_numpy(),
            "mean_clv": grouped.mean().to_numpy(),
            "low": [*cuts, np.nan],
        }
    )
    return table[columns]


def curve_table(curve: ValueCurve) -> pd.DataFrame:
    """Historic value: cohort (YYYY-MM), age (months), customers, cumulative_value (per customer, by the end of that month)."""
    codes = {month: period_code(month, "month") for month in np.unique(curve.cohort)}
    return pd.DataFrame(
        {
            "cohort": [codes[month] for month in curve.cohort],
            "age": curve.age,
            "customers": curve.customers,
            "cumulative_value": curve.value,
        }
    )


def average_curve_table(curve: ValueCurve) -> pd.DataFrame:
    """All cohorts that reached an age together: age, cohorts, customers, cumulative_value (weighted by customers)."""
    customers = np.bincount(curve.age, weights=curve.customers)
    total = np.bincount(curve.age, weights=curve.customers * curve.value)
    return pd.DataFrame(
        {
            "age": np.arange(len(customers)),
            "cohorts": np.bincount(curve.age),
            "customers": customers.astype(np.int64),
            "cumulative_value": total / customers,
        }
    )


def holdout_table(check: Holdout | NoFit | None) -> pd.DataFrame:
    """Cumulative repeat purchases by week: week, held_out, actual, predicted, low, high (95 % band, null before the cut)."""
    columns = ["week", "held_out", "actual", "predicted", "low", "high"]
    if not isinstance(check, Holdout):
        return pd.DataFrame(columns=columns)
    return pd.DataFrame({name: getattr(check.tracking, name) for name in columns})


def holdout_by_x_table(check: Holdout | NoFit | None) -> pd.DataFrame:
    """Held-out purchases a customer: x (7: 7 or more), customers, actual_mean, predicted_mean, low, high (95 %, of actual)."""
    columns = ["x", "customers", "actual_mean", "predicted_mean", "low", "high"]
    if not isinstance(check, Holdout):
        return pd.DataFrame(columns=columns)
    by = check.by_frequency
    return pd.DataFrame(dict(zip(columns, (by.x, by.customers, by.actual, by.predicted, by.low, by.high), strict=True)))


def figures_table(figures: Any, simple: SimpleValue, check: Holdout | None) -> pd.DataFrame:
    """Single numbers: figure, value, low, high."""
    numbers = asdict(figures) | asdict(simple)
    intervals = {"total": (numbers.pop("total_low"), numbers.pop("total_high"))}
    if check is not None:
        numbers |= {
            "holdout_error": check.error,
            "holdout_weeks": check.weeks,
            "holdout_customers": check.customers,
            "holdout_coverage": check.coverage,
            "holdout_top_tenth_share": check.top_tenth_share,
        }
        intervals["holdout_error"] = (check.error_low, check.error_high)
    rows = [(name, float(value), *intervals.get(name, (np.nan, np.nan))) for name, value in numbers.items()]
    return pd.DataFrame(rows, columns=["figure", "value", "low", "high"])


def lorenz_table(values: NDArray[np.float64]) -> pd.DataFrame:
    """How unequal predicted value is: share_customers, lowest value first, and share_value that they hold, in steps of 1 %.

    Between customers the curve is straight (Lorenz 1905). Without predictions, or where they add up to nothing, there are no rows.
    """
    total = values.sum()
    if not total > 0:
        return pd.DataFrame(columns=["share_customers", "share_value"])
    held = np.concatenate([[0.0], np.cumsum(np.sort(values)) / total])
    share = np.arange(_STEPS + 1) / _STEPS
    return pd.DataFrame(
        {"share_customers": share, "share_value": np.interp(share * len(values), np.arange(len(held)), held)}
    )
