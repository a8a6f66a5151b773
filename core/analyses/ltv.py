"""Lifetime value: what customers have brought, what they are expected to bring, and how far that can be trusted."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core import features
from core.access import Dataset
from core.analyses import _ltv_tables as tables
from core.classification import Classification
from core.days import to_date
from core.filters import Filters
from core.models import bg_nbd, gamma_gamma
from core.models.bg_nbd import BgNbdFit
from core.models.customer_value import (
    PurchaseForecast,
    ValueForecast,
    forecast_purchases,
    forecast_value,
    relative_error_of_total,
)
from core.models.estimation import MIN_REPEAT_BUYERS, NoFit
from core.models.gamma_gamma import GammaGammaFit
from core.models.holdout import Holdout, hold_out, share_of_top
from core.models.horizon import Horizon
from core.models.purchase_days import RepeatSummary, purchase_days, summarise
from core.models.simple_value import SimpleValue, simple_value
from core.models.tiers import TIERS, tier_cuts, tier_of
from core.models.value_curve import value_curve
from core.params import choice, number
from core.results import Notice
from core.stats import normal_quantile

# Gamma-Gamma takes frequency and value to be unrelated; beyond this correlation the reader is told.
HIGH_CORRELATION = 0.3
# A forecast that missed the held-out purchases by more than this share is not to be leant on.
FAR_OFF = 0.25
MONEY_DIGITS = 4


@dataclass(frozen=True)
class LtvParams:
    """Settings of lifetime value.

    Parameters
    ----------
    value : {"auto", "margin", "revenue"}
        ``auto``: margin where the data have costs.
    horizon_months : int
        How far ahead.
    discount_rate : float
        A year's.
    vip_share, standard_share : float
        Shares of customers, best first; the rest are economy.
    """

    value: Literal["auto", "margin", "revenue"] = choice("auto", "auto", "margin", "revenue")
    horizon_months: int = number(12, 1, 60)
    discount_rate: float = number(0.10, 0.0, 1.0)
    vip_share: float = number(0.10, 0.01, 0.5)
    standard_share: float = number(0.40, 0.01, 0.9)


@dataclass(frozen=True)
class LtvFigures:
    """Single numbers, money in currency; NaN where there is no model.

    Parameters
    ----------
    total, total_low, total_high : float
        Value of the customers in view and its 95 % interval (chance and parameters; the interval is NaN without a model).
    mean : float
    top_tenth_share : float
        Share of the total held by the tenth predicted highest.
    new_customer : float
        Value of a newly won customer over the same horizon, the first purchase not counted.
    net_factor : float
        What remains of purchases after credits, applied to every prediction.
    correlation : float
        Of frequency and mean value among repeat buyers.
    """

    total: float = float("nan")
    total_low: float = float("nan")
    total_high: float = float("nan")
    mean: float = float("nan")
    top_tenth_share: float = float("nan")
    new_customer: float = float("nan")
    net_factor: float = float("nan")
    correlation: float = float("nan")


@dataclass(frozen=True, eq=False)
class LtvResult:
    """Lifetime value of the customers in view.

    Parameters
    ----------
    as_of : date
    value : {"margin", "revenue"}
        What money means here.
    fitted : bool
        Whether there are predicted values.
    model, customers, tiers, curve, average_curve, holdout, holdout_by_x : pandas.DataFrame
        See :mod:`core.analyses._ltv_tables`.
    figures : LtvFigures
    simple : SimpleValue
        The simple formulas; they stand in where no model could be fitted.
    check : Holdout or None
        How a forecast made earlier did; None where that can't be told.
    notices : tuple of Notice
    """

    as_of: date
    value: str
    fitted: bool
    model: pd.DataFrame
    customers: pd.DataFrame
    tiers: pd.DataFrame
    curve: pd.DataFrame
    average_curve: pd.DataFrame
    holdout: pd.DataFrame
    holdout_by_x: pd.DataFrame
    figures: LtvFigures
    simple: SimpleValue
    check: Holdout | None
    notices: tuple[Notice, ...] = field(default=())

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        return {
            "model": self.model,
            "customers": self.customers,
            "tiers": self.tiers,
            "curve": self.curve,
            "average_curve": self.average_curve,
            "holdout": self.holdout,
            "holdout_by_x": self.holdout_by_x,
            "figures": tables.figures_table(self.figures, self.simple, self.check),
        }

    def classification(self, n_customers: int) -> Classification:
        """The tiers as a classification of all customers."""
        codes = np.full(n_customers, -1, dtype=np.int16)
        codes[self.customers["customer"]] = self.customers["tier"].cat.codes
        return Classification("ltv_tier", TIERS, codes)


@dataclass(frozen=True, eq=False)
class _Fits:
    """What could be fitted and forecast for all buyers."""

    summary: RepeatSummary
    purchases: BgNbdFit | NoFit
    spend: GammaGammaFit | NoFit
    purchase_forecast: PurchaseForecast | None
    value_forecast: ValueForecast | None
    factor: float


def run(dataset: Dataset, filters: Filters, params: LtvParams) -> LtvResult:
    """Fit to all customers up to the as-of day, and show those in view.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
    params : LtvParams

    Returns
    -------
    LtvResult

    Raises
    ------
    EmptyViewError
        Nobody bought within the filter.
    BadParameterError
        Margin is asked for and the data have no costs.
    """
    history = dataset.history
    selection = features.select(history, filters)
    people = selection.shown
    automatic = "margin" if dataset.has_margin else "revenue"
    value_name = dataset.value_name(automatic if params.value == "auto" else params.value)
    money = history.value(value_name)
    identified = slice(0, history.n_identified)
    day, value = history.day[identified], money[identified]
    days = purchase_days(history.owner, day, history.purchase[identified], value, history.n_customers, selection.as_of)
    summary = summarise(days, selection.as_of)
    horizon = Horizon.of_months(params.horizon_months, params.discount_rate)
    bought = int(days.value.sum())
    net = int(value[day <= selection.as_of].sum())
    # BLAS threads wait for each other on a busy machine, many times longer than these small systems take.
    with threadpool_limits(limits=1):
        fits = _fit(summary, horizon, net / bought if bought else 1.0)
        check = hold_out(days, selection.as_of)
    shown = np.searchsorted(summary.customer, people)
    customers, cuts = _customers(fits, shown, params, whole=filters.classes == "company")
    curve = value_curve(history, money, selection.in_view, selection.as_of)
    return LtvResult(
        as_of=to_date(selection.as_of),
        value=value_name,
        fitted=fits.value_forecast is not None,
        model=tables.model_table([fit.estimate for fit in (fits.purchases, fits.spend) if not isinstance(fit, NoFit)]),
        customers=customers,
        tiers=tables.tier_table(customers, cuts),
        curve=tables.curve_table(curve),
        average_curve=tables.average_curve_table(curve),
        holdout=tables.holdout_table(check),
        holdout_by_x=tables.holdout_by_x_table(check),
        figures=_figures(fits, shown, horizon),
        simple=simple_value(selection, money),
        check=check if isinstance(check, Holdout) else None,
        notices=_notices(fits, check),
    )


def _fit(summary: RepeatSummary, horizon: Horizon, factor: float) -> _Fits:
    purchases = bg_nbd.fit(summary.states)
    spend = gamma_gamma.fit(summary.x, summary.mean_value)
    if isinstance(purchases, NoFit):
        return _Fits(summary, purchases, spend, None, None, factor)
    expected = forecast_purchases(purchases.model, summary.states, horizon)
    if isinstance(spend, NoFit):
        return _Fits(summary, purchases, spend, expected, None, factor)
    value = forecast_value(purchases.model, spend.model, summary, expected, horizon, factor)
    return _Fits(summary, purchases, spend, expected, value, factor)


def _customers(
    fits: _Fits, shown: NDArray[np.int64], params: LtvParams, whole: bool
) -> tuple[pd.DataFrame, tuple[float, float] | None]:
    """The customers in view, highest value first, and where their tiers begin."""
    summary, at = fits.summary, fits.summary.states.inverse
    nothing = np.full(len(summary.customer), np.nan)
    p_alive, expected, value, low, high = (nothing,) * 5
    if fits.purchase_forecast is not None:
        p_alive, expected = fits.purchase_forecast.p_alive[at], fits.purchase_forecast.expected[at]
    tier, cuts = np.full(len(value), -1, dtype=np.int8), None
    if fits.value_forecast is not None:
        forecast = fits.value_forecast
        # Rounded to stored money, so that ties are ties.
        value, low, high = (np.round(money, MONEY_DIGITS) for money in (forecast.value, forecast.low, forecast.high))
        cuts = tier_cuts(value if whole else value[shown], params.vip_share, params.standard_share)
        tier = tier_of(value, cuts)
    ranked = shown[np.argsort(-value[shown], kind="stable")]
    columns = {
        "customer": summary.customer,
        "repeat_frequency": summary.x,
        "recency_t_x": summary.states.t_x[at],
        "age_T": summary.states.age[at],
        "monetary_value": summary.mean_value,
        "p_alive": p_alive,
        "expected_purchases": expected,
        "clv": value,
        "clv_low": low,
        "clv_high": high,
    }
    customers = pd.DataFrame({name: column[ranked] for name, column in columns.items()}, copy=False)
    customers["tier"] = pd.Categorical.from_codes(tier[ranked], categories=list(TIERS))
    return customers, cuts


def _figures(fits: _Fits, shown: NDArray[np.int64], horizon: Horizon) -> LtvFigures:
    correlation = float("nan") if isinstance(fits.spend, NoFit) else fits.spend.correlation
    if fits.value_forecast is None or isinstance(fits.purchases, NoFit) or isinstance(fits.spend, NoFit):
        return LtvFigures(net_factor=fits.factor, correlation=correlation)
    value = fits.value_forecast.value[shown]
    total = float(value.sum())
    of_parameters = relative_error_of_total(fits.purchases, fits.spend, fits.summary, shown, horizon)
    half = normal_quantile() * np.hypot(total * of_parameters, np.sqrt(fits.value_forecast.variance[shown].sum()))
    bought = horizon.discounted(fits.purchases.model.purchases_if_alive(0, 0, horizon.ends))[0]
    return LtvFigures(
        total=total,
        total_low=float(total - half),
        total_high=float(total + half),
        mean=total / len(shown),
        top_tenth_share=share_of_top(value, value),
        new_customer=float(fits.factor * bought * fits.spend.model.expected_spend(0, 0)),
        net_factor=fits.factor,
        correlation=correlation,
    )


def _notices(fits: _Fits, check: Holdout | NoFit | None) -> tuple[Notice, ...]:
    found = []
    for fit in (fits.purchases, fits.spend):
        if isinstance(fit, NoFit):
            needed = MIN_REPEAT_BUYERS
            found.append(Notice.of(fit.reason, model=fit.model, repeat_buyers=fit.repeat_buyers, needed=needed))
        elif not fit.estimate.determined:
            found.append(Notice.of("not_determined", model=fit.estimate.model))
    if isinstance(fits.spend, GammaGammaFit) and abs(fits.spend.correlation) > HIGH_CORRELATION:
        found.append(Notice.of("spend_correlated", correlation=fits.spend.correlation))
    if check is None:
        found.append(Notice.of("holdout_too_short"))
    elif isinstance(check, Holdout) and np.isnan(check.error):
        found.append(Notice.of("holdout_without_purchases", weeks=check.weeks))
    elif isinstance(check, Holdout) and abs(check.error) > FAR_OFF and check.error_low * check.error_high > 0:
        found.append(Notice.of("forecast_off", error=check.error, weeks=check.weeks))
    elif isinstance(check, NoFit) and not isinstance(fits.purchases, NoFit):
        found.append(Notice.of("no_holdout", reason=check.reason, repeat_buyers=check.repeat_buyers))
    return tuple(found)
