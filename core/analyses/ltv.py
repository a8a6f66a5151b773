"""Lifetime value: what customers have brought, what they are expected to bring, and how far that can be trusted."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core import first_orders
from core.access import Dataset
from core.analyses import _ltv_contest as contests
from core.analyses import _ltv_tables as tables
from core.analyses._ltv_acquisition import acquisition_table
from core.analyses._ltv_contracts import contracts_table
from core.analyses._ltv_fits import Basis, basis, error_of_total
from core.analyses._ltv_groups import groups_table, joined_groups
from core.analyses._ltv_notices import fits, notices
from core.analyses._ltv_params import LtvFigures, LtvParams
from core.analyses._ltv_what_if import Effect, Lever, WhatIf, what_if
from core.classification import Classification
from core.days import to_date
from core.filters import Filters
from core.models.estimation import NoFit
from core.models.gamma_gamma import GammaGammaFit
from core.models.holdout import Holdout, share_of_top
from core.models.simple_value import SimpleValue, simple_value
from core.models.tiers import TIERS, falling, tier_cuts, tier_of
from core.models.value_curve import value_curve
from core.results import Notice
from core.stats import normal_quantile

__all__ = ["Effect", "Lever", "LtvFigures", "LtvParams", "LtvResult", "WhatIf", "run"]

Floats = NDArray[np.float64]

MONEY_DIGITS = 4
# Answers to what would happen if, kept with a result.
_KEPT = 60


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
        See :mod:`core.analyses._ltv_tables` and :mod:`core.analyses._ltv_contest`; with contracts ``customers`` has the latest
        contract's renewals, value_a_period and residual_value (of all renewals to come) too.
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
        return joined_groups(self.groups_by(name) for name in first_orders.available(self.basis.dataset))

    def groups_by(self, dimension: str) -> pd.DataFrame:
        """The same by region, channel or first_category alone, since each costs a fit for every group; computed once."""
        if dimension not in self._groups:
            with threadpool_limits(limits=1):
                self._groups[dimension] = groups_table(self.basis, dimension)
        return self._groups[dimension]

    @cached_property
    def acquisition(self) -> pd.DataFrame:
        """What customers of a channel cost and bring; see :func:`core.analyses._ltv_acquisition.acquisition_table`."""
        with threadpool_limits(limits=1):
            return acquisition_table(self.basis)

    @cached_property
    def contracts(self) -> pd.DataFrame:
        """How contracts are renewed; see :func:`core.analyses._ltv_contracts.contracts_table`. Without contracts there are no rows."""
        return contracts_table(self.basis.contracts)

    def what_if(
        self, classification: Classification | None, segment: str, lever: Lever, percent: float
    ) -> WhatIf | None:
        """What a lever would change; see :func:`core.analyses._ltv_what_if.what_if`. What was asked before is kept."""
        whom = 0 if classification is None else hash((classification.labels, classification.codes.tobytes()))
        key = (whom, segment, lever, percent)
        if key not in self._asked:
            if len(self._asked) >= _KEPT:
                self._asked.clear()
            self._asked[key] = what_if(self.basis, classification, segment, lever, percent)
        return self._asked[key]

    def known(self, table: str) -> bool:
        """Whether a table that is computed when it is first asked for already has been; a dimension stands for its groups."""
        return table in vars(self) or table in self._groups

    @cached_property
    def _groups(self) -> dict[str, pd.DataFrame]:
        return {}

    @cached_property
    def _asked(self) -> dict[tuple[int, str, Lever, float], WhatIf | None]:
        return {}

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        names = (
            *("model", "customers", "tiers", "curve", "average_curve", "holdout", "holdout_by_x"),
            *("contest", "contest_weeks", "track_record", "lorenz", "groups", "acquisition", "contracts"),
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
    return LtvResult(
        as_of=to_date(selection.as_of),
        value=found.value,
        fitted=found.value_forecast is not None,
        purchase_model=found.purchase_model,
        model=tables.model_table([fit.estimate for fit in fits(found) if not isinstance(fit, NoFit)]),
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
        notices=notices(found, check),
    )


def _customers(found: Basis) -> tuple[pd.DataFrame, tuple[float, float] | None]:
    """The customers in view, highest value first, and where their tiers begin."""
    summary, states = found.summary, found.summary.states
    value, low, high, cuts = _money(found)
    order = falling(value)
    ranked = found.shown[order]
    at = states.inverse[ranked]
    columns = {
        "customer": summary.customer[ranked],
        "repeat_frequency": summary.x[ranked],
        "recency_t_x": states.t_x[at],
        "age_T": states.age[at],
        "monetary_value": summary.mean_value[ranked],
        **_purchases(found, ranked, at),
        "clv": value[order],
        "clv_low": low[order],
        "clv_high": high[order],
    }
    customers = pd.DataFrame(columns, copy=False)
    tier = np.full(len(order), -1, dtype=np.int8) if cuts is None else tier_of(value[order], cuts)
    customers["tier"] = pd.Categorical.from_codes(tier, categories=list(TIERS))
    if found.contracts is not None:
        customers["renewals"] = found.contracts.renewals[ranked]
        customers["value_a_period"] = np.round(found.contracts.per_period[ranked], MONEY_DIGITS)
        customers["residual_value"] = found.contracts.residual[ranked]
    return customers, cuts


def _money(found: Basis) -> tuple[Floats, Floats, Floats, tuple[float, float] | None]:
    """Value of the customers in view with its interval, rounded to stored money so that ties are ties; where tiers begin."""
    shown, params, forecast = found.shown, found.params, found.value_forecast
    if forecast is None:
        nothing = np.full(len(shown), np.nan)
        return nothing, nothing, nothing, None
    value, low, high = (np.round(money[shown], MONEY_DIGITS) for money in (forecast.value, forecast.low, forecast.high))
    everybody, there = value, None if found.contracts is None else found.contracts.running
    if len(shown) < len(forecast.value) and found.selection.filters.classes == "company":
        everybody = np.round(forecast.value, MONEY_DIGITS)
    elif there is not None:
        there = there[shown]
    # Who has left a contract does not compete for a tier.
    compared = everybody if there is None or not there.any() else everybody[there]
    return value, low, high, tier_cuts(compared, params.vip_share, params.standard_share)


def _purchases(found: Basis, ranked: NDArray[np.int64], at: NDArray[np.int64]) -> dict[str, Floats]:
    """Of customers and their states: the probability of being alive, and purchases (with contracts, renewals) to come."""
    if found.contracts is not None:
        p_alive, expected = found.contracts.running[ranked].astype(np.float64), found.contracts.expected[ranked]
    elif found.purchase_forecast is not None:
        p_alive, expected = found.purchase_forecast.p_alive[at], found.purchase_forecast.expected[at]
    else:
        p_alive = expected = np.full(len(ranked), np.nan)
    return {"p_alive": p_alive, "expected_purchases": expected}


def _figures(found: Basis) -> LtvFigures:
    correlation = found.spend.correlation if isinstance(found.spend, GammaGammaFit) else float("nan")
    if found.value_forecast is None:
        return LtvFigures(net_factor=found.factor, correlation=correlation)
    value = found.value_forecast.value[found.shown]
    total = float(value.sum())
    half = normal_quantile() * error_of_total(found, found.shown)
    return LtvFigures(
        total=total,
        total_low=float(total - half),
        total_high=float(total + half),
        mean=total / len(value),
        top_tenth_share=share_of_top(value, value),
        new_customer=_new_customer(found),
        net_factor=found.factor,
        correlation=correlation,
    )


def _new_customer(found: Basis) -> float:
    """Value of a newly won customer over the horizon, the first purchase not counted."""
    if found.contracts is not None:
        return found.contracts.new_customer()
    if found.fits is None:
        return float("nan")
    purchases, spend, _ = found.fits
    bought = found.horizon.discounted(purchases.model.expected_new(found.horizon.ends)[None])[0]
    return float(found.factor * bought * spend.model.expected_spend(0, 0))
