"""The models behind lifetime value: fitted to all buyers up to the as-of day, whatever is shown of them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core import features
from core.access import Dataset
from core.analyses._ltv_contracts import ContractForecast, forecast_contracts
from core.analyses._ltv_params import LtvParams
from core.features import Selection
from core.filters import Filters
from core.models import gamma_gamma
from core.models.contest import Contest
from core.models.customer_value import (
    PurchaseForecast,
    ValueForecast,
    forecast_purchases,
    forecast_value,
    relative_error_of_total,
)
from core.models.estimation import NoFit
from core.models.gamma_gamma import GammaGammaFit
from core.models.holdout import Holdout, judge
from core.models.horizon import Horizon
from core.models.purchase_days import PurchaseDays, RepeatSummary
from core.models.purchase_model import PurchaseFit
from core.value_fits import bought_so_far, value_fits

SIMPLE = "simple"


@dataclass(frozen=True, eq=False)
class Basis:
    """What was asked of which data, and what could be fitted.

    Parameters
    ----------
    dataset : Dataset
    selection : Selection
    params : LtvParams
    value : {"margin", "revenue"}
    days : PurchaseDays
    summary : RepeatSummary
    shown : ndarray of int64
        Positions in ``summary`` of the customers in view.
    horizon : Horizon
    factor : float
        What remains of purchases after credits.
    contest : Contest or None
        None where no holdout is possible or no model is wanted.
    purchases : PurchaseFit, NoFit or None
        None where no model is wanted.
    spend : GammaGammaFit, NoFit or None
    purchase_forecast, value_forecast
        None where there is no fit.
    contracts : ContractForecast or None
        Only where customers are under contract; there is then no model of purchases and of spend.
    """

    dataset: Dataset
    selection: Selection
    params: LtvParams
    value: str
    days: PurchaseDays
    summary: RepeatSummary
    shown: NDArray[np.int64]
    horizon: Horizon
    factor: float
    contest: Contest | None = None
    purchases: PurchaseFit | NoFit | None = None
    spend: GammaGammaFit | NoFit | None = None
    purchase_forecast: PurchaseForecast | None = None
    value_forecast: ValueForecast | None = None
    contracts: ContractForecast | None = None

    @property
    def money(self) -> NDArray[np.int64]:
        """The value of each row."""
        return self.selection.history.value(self.value)

    @property
    def purchase_model(self) -> str:
        """Name of the model of purchases, or of contracts; empty without one."""
        fit = self.purchases if self.contracts is None else self.contracts.fit
        return "" if fit is None or isinstance(fit, NoFit) else fit.model.NAME

    @property
    def fits(self) -> tuple[PurchaseFit, GammaGammaFit, ValueForecast] | None:
        """Both models and the forecast; None where something is missing."""
        found = self.purchases, self.spend, self.value_forecast
        if isinstance(found[0], PurchaseFit) and isinstance(found[1], GammaGammaFit) and found[2] is not None:
            return found[0], found[1], found[2]
        return None

    @cached_property
    def in_revenue(self) -> tuple[RepeatSummary, GammaGammaFit, float] | None:
        """What customers did, a model of spend and what credits leave, in net revenue whatever the settings."""
        if self.value == "revenue" and self.fits is not None:
            return self.summary, self.fits[1], self.factor
        found = bought_so_far(self.selection.history, self.selection.as_of, "revenue")
        spend = gamma_gamma.fit(found.summary.x, found.summary.mean_value)
        return None if isinstance(spend, NoFit) else (found.summary, spend, found.factor)

    def check(self) -> Holdout | NoFit | None:
        """How the model's forecast of the last quarter did; ``NoFit`` where it could not be fitted without it."""
        if self.contest is None or self.purchases is None:
            return None
        name = self.purchases.model if isinstance(self.purchases, NoFit) else self.purchase_model
        for entry in self.contest.entries:
            if entry.fitted is not None and entry.model == name:
                return judge(self.contest.past, entry.fitted)
        return next(fit for fit in self.contest.failed if fit.model == name)


def basis(dataset: Dataset, filters: Filters, params: LtvParams) -> Basis:
    """Fit to all customers up to the as-of day.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
    params : LtvParams

    Returns
    -------
    Basis

    Raises
    ------
    EmptyViewError
        Nobody bought within the filter.
    BadParameterError
        Margin is asked for and the data have no costs.
    """
    selection = features.select(dataset.history, filters)
    people, as_of = selection.shown, selection.as_of
    automatic = "margin" if dataset.has_margin else "revenue"
    value_name = dataset.value_name(automatic if params.value == "auto" else params.value)
    bought = bought_so_far(dataset.history, as_of, value_name)
    summary, factor = bought.summary, bought.factor
    shown = np.searchsorted(summary.customer, people)
    horizon = Horizon.of_months(params.horizon_months, params.discount_rate)
    given = (dataset, selection, params, value_name, bought.days, summary, shown, horizon, factor)
    if params.model == SIMPLE:
        return Basis(*given)
    # BLAS threads wait for each other on a busy machine, many times longer than these small systems take.
    with threadpool_limits(limits=1):
        if params.contractual == "yes":
            found = forecast_contracts(selection, params, dataset.history.value(value_name), bought.days)
            return Basis(*given, value_forecast=found.value, contracts=found)
        fits = value_fits(dataset.history, as_of, value_name, params.model)
        contest, purchases, spend = fits.contest, fits.purchases, fits.spend
        if isinstance(purchases, NoFit):
            return Basis(*given, contest, purchases, spend)
        expected = forecast_purchases(purchases.model, summary.states, horizon)
        if isinstance(spend, NoFit):
            return Basis(*given, contest, purchases, spend, expected)
        value = forecast_value(purchases.model, spend.model, summary, expected, horizon, factor)
    return Basis(*given, contest, purchases, spend, expected, value)


def error_of_total(found: Basis, members: NDArray[np.int64], purchases: PurchaseFit | None = None) -> float:
    """Standard error of the customers' value in all, chance and parameters together.

    Parameters
    ----------
    found : Basis
        With a forecast.
    members : ndarray of int64
        Positions in its summary.
    purchases : PurchaseFit, optional
        Instead of that of all customers.
    """
    forecast = found.value_forecast
    if forecast is None:
        return float("nan")
    if not len(members):
        return 0.0
    if found.fits is not None:
        overall, spend, _ = found.fits
        of_parameters = relative_error_of_total(purchases or overall, spend, found.summary, members, found.horizon)
    else:
        of_parameters = found.contracts.relative_error(members) if found.contracts else float("nan")
    return float(np.hypot(forecast.value[members].sum() * of_parameters, np.sqrt(forecast.variance[members].sum())))
