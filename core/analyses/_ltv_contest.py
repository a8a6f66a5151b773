"""Forecasts of the past against what then came: of every model over the last quarter, and of the chosen one at earlier dates."""

from typing import Any

import numpy as np
import pandas as pd

from core.analyses._ltv_fits import Basis
from core.days import to_date, to_day
from core.models import gamma_gamma
from core.models.contest import Contest
from core.models.customer_value import forecast_purchases, forecast_value, relative_error_of_total
from core.models.estimation import NoFit
from core.models.holdout import some_customers
from core.models.horizon import Horizon
from core.models.purchase_days import PurchaseDays, RepeatSummary, summarise
from core.models.purchase_model import MODELS, PurchaseFit
from core.models.states import DAYS_A_WEEK
from core.models.tracking import expected_ahead
from core.money import SCALE
from core.stats import normal_quantile

MONTHS_AGO = (3, 6, 12)

_CONTEST = (
    *("model", "predicted", "actual", "error", "low", "high", "top_tenth_share", "mae", "winner"),
    *("rmse", "log_likelihood", "ranks_worse", "customers", "weeks"),
)
_WEEKS = ("model", "week", "predicted", "actual")
_RECORD = ("months_ago", "made_on", "measure", "predicted", "low", "high", "actual", "error", "customers")


def contest_table(found: Contest | None) -> pd.DataFrame:
    """Every model over the weeks held out, fitted without them.

    Columns: model (``naive``: each goes on at the rate so far), predicted and actual purchases, error (predicted by actual, less 1),
    low and high (95 %, clustered by customer; they rest on no model, so for the model shown they differ a little from the band of
    ``holdout``), top_tenth_share (of the purchases, made by the tenth predicted to buy most), mae and rmse (purchases a customer),
    winner, log_likelihood (of what was fitted), ranks_worse (than the naive rate, beyond chance), customers, weeks.
    """
    if found is None:
        return pd.DataFrame(columns=list(_CONTEST))
    winner = found.winner
    rows = [
        (
            *(entry.model, entry.predicted, found.actual, entry.error, entry.low, entry.high, entry.top_tenth_share),
            *(entry.mean_absolute_error, entry is winner, entry.root_mean_square_error),
            float("nan") if entry.fitted is None else entry.fitted.estimate.log_likelihood,
            *(entry.ranks_worse, len(found.past.bought), found.past.weeks),
        )
        for entry in found.entries
    ]
    return pd.DataFrame(rows, columns=list(_CONTEST))


def contest_weeks_table(found: Contest | None) -> pd.DataFrame:
    """Purchases after the cut, cumulative: model, week (from 1, the first one held out), predicted, actual."""
    if found is None:
        return pd.DataFrame(columns=list(_WEEKS))
    past, week = found.past, np.arange(1, found.past.weeks + 1)
    days = past.days
    known = np.zeros(len(days.start) - 1, dtype=np.bool_)
    known[past.summary.customer] = True
    after = days.day[np.repeat(known, np.diff(days.start))] - past.cut
    when = (after[(after > 0) & (after <= past.weeks * DAYS_A_WEEK)] - 1) // int(DAYS_A_WEEK)
    actual = np.cumsum(np.bincount(when, minlength=past.weeks))
    parts = [
        pd.DataFrame({"model": entry.model, "week": week, "predicted": entry.week, "actual": actual})
        for entry in found.entries
    ]
    return pd.concat(parts, ignore_index=True)


def track_record_table(found: Basis) -> pd.DataFrame:
    """What the chosen model would have forecast 3, 6 and 12 calendar months ago, fitted only to what was known then.

    Columns: months_ago, made_on, measure (``purchases``: days with a purchase; ``value``: their money, credits left out), predicted,
    low and high (95 %, chance and parameters), actual, error (predicted by actual, less 1), customers (won by then; of about 50,000
    at most). Null where nothing could be fitted; no row where nobody had bought by then. Which model it is, is today's choice.
    """
    if not isinstance(found.purchases, PurchaseFit):
        return pd.DataFrame(columns=list(_RECORD))
    days, as_of = some_customers(found.days), found.selection.as_of
    rows = []
    for months in MONTHS_AGO:
        made = to_day((pd.Timestamp(to_date(as_of)) - pd.DateOffset(months=months)).date())
        summary = summarise(days, made)
        if len(summary.customer):
            start = {"months_ago": months, "made_on": to_date(made), "customers": len(summary.customer)}
            rows += [start | row for row in _forecasts(days, summary, found.purchase_model, made, as_of)]
    return pd.DataFrame(rows, columns=list(_RECORD))


def _forecasts(days: PurchaseDays, summary: RepeatSummary, name: str, made: int, as_of: int) -> list[dict[str, Any]]:
    weeks = (as_of - made) / DAYS_A_WEEK
    came = (days.counts_until(as_of) - days.counts_until(made))[summary.customer].sum()
    money = days.value_after(made)[summary.customer].sum() / SCALE
    fitted = MODELS[name].fit(summary.states)
    if isinstance(fitted, NoFit):
        nothing = (float("nan"), float("nan"))
        return [_row("purchases", *nothing, float(came)), _row("value", *nothing, money)]
    total, error = (curve[0] for curve in expected_ahead(summary, fitted, np.array([weeks])))
    return [_row("purchases", total, error, float(came)), _row("value", *_value(summary, fitted, weeks), money)]


def _value(summary: RepeatSummary, fitted: PurchaseFit, weeks: float) -> tuple[float, float]:
    """Expected money within some weeks, and its standard error."""
    spend = gamma_gamma.fit(summary.x, summary.mean_value)
    if isinstance(spend, NoFit):
        return float("nan"), float("nan")
    horizon = Horizon.of_weeks(weeks)
    forecast = forecast_value(
        fitted.model, spend.model, summary, forecast_purchases(fitted.model, summary.states, horizon), horizon
    )
    total = float(forecast.value.sum())
    of_parameters = relative_error_of_total(fitted, spend, summary, np.arange(len(summary.customer)), horizon)
    return total, float(np.hypot(total * of_parameters, np.sqrt(forecast.variance.sum())))


def _row(measure: str, predicted: float, error: float, actual: float) -> dict[str, Any]:
    half = normal_quantile() * error
    return {
        "measure": measure,
        "predicted": predicted,
        "low": predicted - half,
        "high": predicted + half,
        "actual": actual,
        "error": predicted / actual - 1 if actual else float("nan"),
    }
