"""Purchases week by week: what the model expects against what happened."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from core.models.delta import a_few, relative_variance
from core.models.purchase_days import PurchaseDays, RepeatSummary
from core.models.purchase_model import PurchaseFit, PurchaseModel
from core.models.states import DAYS_A_WEEK
from core.stats import normal_quantile

Floats = NDArray[np.float64]

_WEEK = int(DAYS_A_WEEK)
# The forecast is a smooth curve: so many weeks are computed, the others lie between.
_KNOTS = 13


@dataclass(frozen=True, eq=False)
class Tracking:
    """Cumulative repeat purchases of the customers won before the cut, by week.

    Parameters
    ----------
    week : ndarray of int64, shape (weeks,)
        From 1; the last whole week ends at the as-of day.
    held_out : ndarray of bool
    actual : ndarray of int64
    predicted : ndarray of float64
        Before the cut what the model expects of customers from their first purchase on; after it the actual count at the cut and the
        forecast for each customer.
    low, high : ndarray of float64
        95 % band of the forecast, chance and parameters together; NaN before the cut.
    """

    week: NDArray[np.int64]
    held_out: NDArray[np.bool_]
    actual: NDArray[np.int64]
    predicted: Floats
    low: Floats
    high: Floats


def track(days: PurchaseDays, summary: RepeatSummary, fitted: PurchaseFit, cut: int, weeks: int) -> Tracking:
    """Compare expected and actual purchases week by week.

    Parameters
    ----------
    days : PurchaseDays
        All purchase days, those after the cut too.
    summary : RepeatSummary
        As of the cut.
    fitted : PurchaseFit
        Fitted as of the cut.
    cut : int
        Day number.
    weeks : int
        Whole weeks after the cut.

    Returns
    -------
    Tracking
    """
    born = cut - summary.age.astype(np.int64)
    begin = int(born.min())
    fitted_weeks = (cut - begin) // _WEEK
    # Counted back from the cut, so that the cut is the end of a week.
    ends = cut + _WEEK * np.arange(1 - fitted_weeks, weeks + 1)
    held_out = ends > cut
    actual = _repeat_purchases(days, summary, ends[-1])[ends - begin]
    lags = np.arange(cut - begin + 1)
    births = np.bincount(born - begin, minlength=len(lags))
    tracked = np.convolve(births, fitted.model.expected_new(lags / DAYS_A_WEEK))[ends[~held_out] - begin]
    knots = week_knots(weeks)
    ahead, error = (by_week(knots, curve) for curve in expected_ahead(summary, fitted, knots))
    at_cut = actual[~held_out][-1]
    half = normal_quantile() * error
    nothing = np.full(len(tracked), np.nan)
    return Tracking(
        week=np.arange(1, len(ends) + 1),
        held_out=held_out,
        actual=actual,
        predicted=np.concatenate([tracked, at_cut + ahead]),
        low=np.concatenate([nothing, at_cut + ahead - half]),
        high=np.concatenate([nothing, at_cut + ahead + half]),
    )


def _repeat_purchases(days: PurchaseDays, summary: RepeatSummary, last: int) -> NDArray[np.int64]:
    """Repeat purchases of these customers up to each day, from the first day on."""
    repeat = np.ones(len(days.day), dtype=np.bool_)
    repeat[days.start[:-1][np.diff(days.start) > 0]] = False
    chosen = np.zeros(len(days.start) - 1, dtype=np.bool_)
    chosen[summary.customer] = True
    repeat &= np.repeat(chosen, np.diff(days.start))
    begin = int((days.day[days.start[summary.customer]]).min())
    return np.cumsum(np.bincount(days.day[repeat] - begin, minlength=last - begin + 1))


def week_knots(weeks: int) -> Floats:
    """At which weeks ahead a forecast is computed, so that the others can be read off a smooth curve."""
    knots: Floats = np.unique(np.rint(np.linspace(0, weeks, min(weeks, _KNOTS) + 1)))[1:]
    return knots


def by_week(knots: Floats, curve: Floats) -> Floats:
    """A curve that starts at 0, known at some weeks, at each week up to the last of them."""
    smooth = PchipInterpolator(np.concatenate([[0.0], knots]), np.concatenate([[0.0], curve]))
    return np.asarray(smooth(np.arange(1.0, knots[-1] + 1)))


def expected_ahead(summary: RepeatSummary, fitted: PurchaseFit, horizons: Floats) -> tuple[Floats, Floats]:
    """Expected purchases of all customers together, and how sure that is.

    Parameters
    ----------
    summary : RepeatSummary
    fitted : PurchaseFit
    horizons : ndarray of float64, shape (h,)
        Weeks from the as-of day of ``summary``.

    Returns
    -------
    total, error : ndarray of float64, shape (h,)
        The standard error is of chance and parameters together.
    """
    states = summary.states
    x, age, position = states.frequency_and_age
    p_alive = fitted.model.p_alive(states.x, states.t_x, states.age)
    mean, square = fitted.model.moments_if_alive(x, age, horizons)
    alive = np.bincount(position, weights=states.count * p_alive, minlength=len(x))
    alive_square = np.bincount(position, weights=states.count * p_alive**2, minlength=len(x))
    total = alive @ mean
    chance = alive @ square - alive_square @ mean**2

    some = states.inverse[a_few(np.arange(states.customers))]

    def few(model: PurchaseModel) -> Floats:
        alive = model.p_alive(states.x[some], states.t_x[some], states.age[some])
        return alive @ model.purchases_if_alive(states.x[some], states.age[some], horizons)

    error = np.sqrt(chance + total**2 * relative_variance(few, fitted.model, fitted.estimate.log_covariance))
    return total, error
