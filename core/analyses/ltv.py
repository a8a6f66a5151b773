"""Lifetime value: what customers have brought, what they are expected to bring, and how far that can be trusted."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from core.access import Dataset
from core.analyses import _ltv_contest as contests
from core.analyses import _ltv_tables as tables
from core.analyses._ltv_acquisition import acquisition_table
from core.analyses._ltv_fits import Basis, basis, error_of_total
from core.analyses._ltv_groups import groups_table
from core.analyses._ltv_params import LtvFigures, LtvParams
from core.analyses._ltv_what_if import Effect, WhatIf, what_if
from core.classification import Classification
from core.days import to_date
from core.filters import Filters
from core.models.contest import AUTO
from core.models.estimation import MIN_REPEAT_BUYERS, NoFit
from core.models.gamma_gamma import GammaGammaFit
from core.models.holdout import Holdout, share_of_top
from core.models.simple_value import SimpleValue, simple_value
from core.models.tiers import TIERS, tier_cuts, tier_of
from core.models.value_curve import value_curve
from core.results import Notice
from core.stats import normal_quantile

__all__ = ["Effect", "LtvFigures", "LtvParams", "LtvResult", "WhatIf", "run", "what_if"]

# Gamma-Gamma takes frequency and value to be unrelated; beyond this correlation the reader is told.
HIGH_CORRELATION = 0.3
# A forecast that missed the held-out purchases by more than this share is not to be leant on.
FAR_OFF = 0.25
MONEY_DIGITS = 4


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
    purchase_model : str
        Name of the model of purchases; empty without one.
    model, customers, tiers, curve, average_curve, holdout, holdout_by_x, contest, contest_weeks : pandas.DataFrame
        See :mod:`core.analyses._ltv_tables` and :mod:`core.analyses._ltv_contest`.
    figures : LtvFigures
    simple : SimpleValue
        The simple formulas; they stand in where no model could be fitted.
    check : Holdout or None
        How a forecast made earlier did; None where that can't be told.
    basis : Basis
        What it rests on; the tables that are asked for less often are computed from it when they are.
    notices : tuple of Notice
    """

    as_of: date
    value: str
    fitted: bool
    purchase_model: str
    model: pd.DataFrame
    customers: pd.DataFrame
    tiers: pd.DataFrame
    curve: pd.DataFrame
    average_curve: pd.DataFrame
    holdout: pd.DataFrame
    holdout_by_x: pd.DataFrame
    contest: pd.DataFrame
    contest_weeks: pd.DataFrame
    figures: LtvFigures
    simple: SimpleValue
    check: Holdout | None
    basis: Basis = field(repr=False)
    notices: tuple[Notice, ...] = field(default=())

    @cached_property
    def track_record(self) -> pd.DataFrame:
        """What forecasts made earlier would have said; see :func:`core.analyses._ltv_contest.track_record_table`."""
        with threadpool_limits(limits=1):
            return contests.track_record_table(self.basis)

    @cached_property
    def lorenz(self) -> pd.DataFrame:
        """How unequal the value to come is; see :func:`core.analyses._ltv_tables.lorenz_table`."""
        return tables.lorenz_table(self.customers["clv"].to_numpy())

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Value by what was known at the first purchase; see :func:`core.analyses._ltv_groups.groups_table`."""
        with threadpool_limits(limits=1):
            return groups_table(self.basis)

    @cached_property
    def acquisition(self) -> pd.DataFrame:
        """What customers of a channel cost and bring; see :func:`core.analyses._ltv_acquisition.acquisition_table`."""
        with threadpool_limits(limits=1):
            return acquisition_table(self.basis)

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        names = (
            *("model", "customers", "tiers", "curve", "average_curve", "holdout", "holdout_by_x"),
            *("contest", "contest_weeks", "track_record", "lorenz", "groups", "acquisition"),
        )
        found: dict[str, pd.DataFrame] = {name: getattr(self, name) for name in names}
        return found | {"figures": tables.figures_table(self.figures, self.simple, self.check)}

    def classification(self, n_customers: int) -> Classification:
        """The tiers as a classification of all customers."""
        codes = np.full(n_customers, -1, dtype=np.int16)
        codes[self.customers["customer"]] = self.customers["tier"].cat.codes
        return Classification("ltv_tier", TIERS, codes)


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
    found = basis(dataset, filters, params)
    selection = found.selection
    with threadpool_limits(limits=1):
        check = found.check()
        figures = _figures(found)
    customers, cuts = _customers(found)
    curve = value_curve(selection.history, found.money, selection.in_view, selection.as_of)
    fits = [fit for fit in (found.purchases, found.spend) if fit is not None and not isinstance(fit, NoFit)]
    return LtvResult(
        as_of=to_date(selection.as_of),
        value=found.value,
        fitted=found.value_forecast is not None,
        purchase_model=found.purchase_model,
        model=tables.model_table([fit.estimate for fit in fits]),
        customers=customers,
        tiers=tables.tier_table(customers, cuts),
        curve=tables.curve_table(curve),
        average_curve=tables.average_curve_table(curve),
        holdout=tables.holdout_table(check),
        holdout_by_x=tables.holdout_by_x_table(check),
        contest=contests.contest_table(found.contest),
        contest_weeks=contests.contest_weeks_table(found.contest),
        figures=figures,
        simple=simple_value(selection, found.money),
        check=check if isinstance(check, Holdout) else None,
        basis=found,
        notices=_notices(found, check),
    )


def _customers(found: Basis) -> tuple[pd.DataFrame, tuple[float, float] | None]:
    """The customers in view, highest value first, and where their tiers begin."""
    summary, at, shown, params = found.summary, found.summary.states.inverse, found.shown, found.params
    nothing = np.full(len(summary.customer), np.nan)
    p_alive, expected, value, low, high = (nothing,) * 5
    if found.purchase_forecast is not None:
        p_alive, expected = found.purchase_forecast.p_alive[at], found.purchase_forecast.expected[at]
    tier, cuts = np.full(len(value), -1, dtype=np.int8), None
    if found.value_forecast is not None:
        forecast = found.value_forecast
        # Rounded to stored money, so that ties are ties.
        value, low, high = (np.round(money, MONEY_DIGITS) for money in (forecast.value, forecast.low, forecast.high))
        whole = found.selection.filters.classes == "company"
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


def _figures(found: Basis) -> LtvFigures:
    correlation = found.spend.correlation if isinstance(found.spend, GammaGammaFit) else float("nan")
    if found.fits is None:
        return LtvFigures(net_factor=found.factor, correlation=correlation)
    purchases, spend, forecast = found.fits
    value = forecast.value[found.shown]
    total = float(value.sum())
    half = normal_quantile() * error_of_total(found, found.shown)
    bought = found.horizon.discounted(purchases.model.expected_new(found.horizon.ends)[None])[0]
    return LtvFigures(
        total=total,
        total_low=float(total - half),
        total_high=float(total + half),
        mean=total / len(value),
        top_tenth_share=share_of_top(value, value),
        new_customer=float(found.factor * bought * spend.model.expected_spend(0, 0)),
        net_factor=found.factor,
        correlation=correlation,
    )


def _notices(found: Basis, check: Holdout | NoFit | None) -> tuple[Notice, ...]:
    told = []
    for fit in (found.purchases, found.spend):
        if isinstance(fit, NoFit):
            needed = MIN_REPEAT_BUYERS
            told.append(Notice.of(fit.reason, model=fit.model, repeat_buyers=fit.repeat_buyers, needed=needed))
        elif fit is not None and not fit.estimate.determined:
            told.append(Notice.of("not_determined", model=fit.estimate.model))
    if isinstance(found.spend, GammaGammaFit) and abs(found.spend.correlation) > HIGH_CORRELATION:
        told.append(Notice.of("spend_correlated", correlation=found.spend.correlation))
    if found.purchases is None:
        return tuple(told)
    if check is None:
        told.append(Notice.of("holdout_too_short"))
    elif isinstance(check, Holdout) and np.isnan(check.error):
        told.append(Notice.of("holdout_without_purchases", weeks=check.weeks))
    elif isinstance(check, Holdout) and abs(check.error) > FAR_OFF and check.error_low * check.error_high > 0:
        told.append(Notice.of("forecast_off", error=check.error, weeks=check.weeks))
    elif isinstance(check, NoFit) and not isinstance(found.purchases, NoFit):
        told.append(Notice.of("no_holdout", reason=check.reason, repeat_buyers=check.repeat_buyers))
    if found.contest is not None and found.contest.naive_is_better:
        told.append(Notice.of("naive_rate_better", weeks=found.contest.past.weeks))
    winner = None if found.contest is None else found.contest.winner
    if winner is not None and found.params.model == AUTO and winner.model != found.purchase_model:
        told.append(Notice.of("winner_not_fitted", model=winner.model))
    return tuple(told)
