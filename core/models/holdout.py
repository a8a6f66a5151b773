"""The past without its last quarter, and a forecast made then held against what happened."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.models import gamma_gamma
from core.models.customer_value import PurchaseForecast, forecast_purchases, forecast_value
from core.models.estimation import NoFit
from core.models.horizon import Horizon
from core.models.purchase_days import PurchaseDays, RepeatSummary, summarise
from core.models.purchase_model import PurchaseFit
from core.models.states import DAYS_A_WEEK
from core.models.tracking import Tracking, track
from core.money import to_currency
from core.stats import normal_quantile

Floats = NDArray[np.float64]

TOP_BUCKET = 7
MOST_CUSTOMERS = 50_000

_WEEK = int(DAYS_A_WEEK)
_SEED = 19_970_930


@dataclass(frozen=True, eq=False)
class ByFrequency:
    """Held-out purchases per customer, by repeat purchases before the cut.

    Parameters
    ----------
    x : ndarray of int64, shape (buckets,)
        The last bucket, 7, holds everybody from 7 on.
    customers : ndarray of int64
    actual, predicted : ndarray of float64
        Means.
    low, high : ndarray of float64
        95 % interval of the actual mean; NaN for a single customer.
    """

    x: NDArray[np.int64]
    customers: NDArray[np.int64]
    actual: Floats
    predicted: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class Holdout:
    """How the forecast did.

    Parameters
    ----------
    cut : int
        Day number: the last day that was fitted to.
    weeks : int
        Weeks held out.
    customers : int
        Customers won by the cut.
    tracking : Tracking
    by_frequency : ByFrequency
    error, error_low, error_high : float
        Predicted by actual purchases after the cut, less 1, and its 95 % interval; NaN if nobody bought.
    coverage : float
        Share of customers whose actual value lay inside their 90 % predictive interval; NaN without a model of spend.
    top_tenth_share : float
        Share of the actual value that was brought by the tenth predicted highest; NaN without a model of spend.
    """

    cut: int
    weeks: int
    customers: int
    tracking: Tracking
    by_frequency: ByFrequency
    error: float
    error_low: float
    error_high: float
    coverage: float
    top_tenth_share: float


@dataclass(frozen=True, eq=False)
class Past:
    """What was known at an earlier day, and what came after it.

    Parameters
    ----------
    days : PurchaseDays
    cut : int
        Day number: the last day that is known.
    weeks : int
        Whole weeks after it.
    summary : RepeatSummary
        Of the customers won by the cut.
    bought : ndarray of int64, shape (buyers,)
        Their purchase days in the weeks after it.
    """

    days: PurchaseDays
    cut: int
    weeks: int
    summary: RepeatSummary
    bought: NDArray[np.int64]


def look_back(days: PurchaseDays, as_of: int, share: float = 0.25) -> Past | None:
    """Go back to before the end of the history.

    Parameters
    ----------
    days : PurchaseDays
        Later days are not looked at.
    as_of : int
        Day number of the end.
    share : float
        Part of the history's length to go back, in whole weeks.

    Returns
    -------
    Past or None
        None where the part is shorter than a week.
    """
    length = as_of - int(days.day.min(initial=as_of))
    weeks = int(length * share) // _WEEK
    if weeks < 1:
        return None
    cut = as_of - weeks * _WEEK
    summary = summarise(days, cut)
    bought = days.counts_until(as_of)[summary.customer] - summary.x - 1
    return Past(days, cut, weeks, summary, bought)


def some_customers(days: PurchaseDays, most: int = MOST_CUSTOMERS) -> PurchaseDays:
    """The purchase days of about so many customers, drawn with a fixed seed; the others have none.

    A forecast of a total is judged as well by fifty thousand customers as by millions, in a fraction of the time.
    """
    customers = len(days.start) - 1
    if customers <= most:
        return days
    drawn = np.random.default_rng(_SEED).random(customers) < most / customers
    counts = np.diff(days.start)
    rows = np.repeat(drawn, counts)
    return PurchaseDays(np.concatenate([[0], np.cumsum(counts * drawn)]), days.day[rows], days.value[rows])


def judge(past: Past, fitted: PurchaseFit) -> Holdout:
    """Hold a forecast against what then happened.

    Parameters
    ----------
    past : Past
    fitted : PurchaseFit
        Fitted to what was known at the cut.

    Returns
    -------
    Holdout
    """
    summary = past.summary
    horizon = Horizon.of_weeks(past.weeks)
    forecast = forecast_purchases(fitted.model, summary.states, horizon)
    tracking = track(past.days, summary, fitted, past.cut, past.weeks)
    coverage, top_tenth_share = _judge_value(past, fitted, forecast, horizon)
    before = tracking.actual[~tracking.held_out][-1]
    actual = tracking.actual[-1] - before
    error, low, high = (
        (curve[-1] - before) / actual - 1 if actual else float("nan")
        for curve in (tracking.predicted, tracking.low, tracking.high)
    )
    return Holdout(
        cut=past.cut,
        weeks=past.weeks,
        customers=len(summary.customer),
        tracking=tracking,
        by_frequency=_by_frequency(summary.x, past.bought, forecast.expected[summary.states.inverse]),
        error=float(error),
        error_low=float(low),
        error_high=float(high),
        coverage=coverage,
        top_tenth_share=top_tenth_share,
    )


def _by_frequency(x: NDArray[np.int64], bought: NDArray[np.int64], expected: Floats) -> ByFrequency:
    bucket = np.minimum(x, TOP_BUCKET)
    customers = np.bincount(bucket)
    present = np.flatnonzero(customers)
    customers = customers[present]
    actual, squares, predicted = (
        np.bincount(bucket, weights=values)[present] / customers for values in (bought, bought**2, expected)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        deviation = np.sqrt(np.maximum(squares - actual**2, 0) / (customers - 1))
    half = np.where(customers > 1, normal_quantile() * deviation, np.nan)
    return ByFrequency(present, customers, actual, predicted, actual - half, actual + half)


def _judge_value(past: Past, fitted: PurchaseFit, purchases: PurchaseForecast, horizon: Horizon) -> tuple[float, float]:
    summary, end = past.summary, past.cut + past.weeks * _WEEK
    spend = gamma_gamma.fit(summary.x, summary.mean_value)
    if isinstance(spend, NoFit):
        return float("nan"), float("nan")
    forecast = forecast_value(fitted.model, spend.model, summary, purchases, horizon)
    came = past.days.value_after(past.cut) - past.days.value_after(end)
    actual = to_currency(came[summary.customer])
    inside = (actual >= forecast.low) & (actual <= forecast.high)
    return float(inside.mean()), share_of_top(forecast.value, actual)


def share_of_top(ranking: Floats, value: Floats, part: float = 0.1) -> float:
    """Share of a total held by the highest tenth of a ranking; NaN where the total is not positive.

    Ties across the border are counted in proportion, so that the order of customers does not matter.
    """
    total = value.sum()
    if not total > 0:
        return float("nan")
    return float(value @ top_weight(ranking, part) / total)


def top_weight(ranking: Floats, part: float = 0.1) -> Floats:
    """How far each belongs to the highest tenth of a ranking: 1, 0, or where a tie crosses the border the same share for all tied."""
    wanted = part * len(ranking)
    place = max(int(np.ceil(wanted)), 1)
    border = np.partition(ranking, -place)[-place]
    above, tied = ranking > border, ranking == border
    return above + (wanted - above.sum()) / tied.sum() * tied
