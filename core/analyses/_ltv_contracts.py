"""Lifetime value where customers are under contract: how long contracts go on being renewed, and what that is worth."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.analyses._ltv_params import LtvParams
from core.days import period_table
from core.features import Selection
from core.models import sbg
from core.models.contracts import MONTHS, Contracts, read_contracts
from core.models.customer_value import ValueForecast
from core.models.delta import relative_variance
from core.models.estimation import NoFit
from core.models.kaplan_meier import kaplan_meier
from core.models.purchase_days import PurchaseDays
from core.models.sbg import Sbg, SbgFit
from core.money import SCALE
from core.stats import normal_quantile, wilson

Floats = NDArray[np.float64]

# Of customers in contracts next to nobody leaves and comes back; more than this share says that these are none.
MOST_RETURNED = 0.05
_CONFIDENCE = 0.9

COLUMNS = (
    *("renewals", "at_risk", "renewed", "survival", "low", "high", "retention", "retention_low", "retention_high"),
    *("fitted", "fitted_low", "fitted_high", "fitted_retention"),
)


@dataclass(frozen=True, eq=False)
class ContractForecast:
    """Contracts, and what they are expected to bring.

    Parameters
    ----------
    contracts : Contracts
    fit : SbgFit or NoFit
    chances : int
        How many renewals lie within the horizon.
    rate : float
        Discount rate of one period.
    renewals : ndarray of int64, shape (buyers,)
        Of each buyer's latest contract.
    running : ndarray of bool, shape (buyers,)
    per_period : ndarray of float64, shape (buyers,)
        Money that the latest contract has brought a period, in currency; not below 0.
    expected : ndarray of float64, shape (buyers,)
        Renewals to come within the horizon.
    residual : ndarray of float64, shape (buyers,)
        Value of all renewals to come, however far off; NaN where they have no end.
    value : ValueForecast or None
        Within the horizon; None without a fit.
    """

    contracts: Contracts
    fit: SbgFit | NoFit
    chances: int
    rate: float
    renewals: NDArray[np.int64]
    running: NDArray[np.bool_]
    per_period: Floats
    expected: Floats
    residual: Floats
    value: ValueForecast | None

    def new_customer(self) -> float:
        """Value of a new contract within the horizon, its first period not counted."""
        if isinstance(self.fit, NoFit) or not self.running.any():
            return float("nan")
        bought = self.fit.model.renewals_within(0, self.chances, self.rate)[0]
        return float(self.per_period[self.running].mean() * bought)

    def relative_error(self, members: NDArray[np.int64]) -> float:
        """Standard error of the value of some buyers that comes from the parameters alone, as a share of it."""
        if isinstance(self.fit, NoFit):
            return float("nan")
        members = members[self.running[members]]
        renewals, position = np.unique(self.renewals[members], return_inverse=True)
        money = np.bincount(position, weights=self.per_period[members], minlength=len(renewals))
        if not money.sum() > 0:
            return 0.0

        def total(model: Sbg) -> Floats:
            return np.asarray(model.renewals_within(renewals, self.chances, self.rate) @ money)

        return float(np.sqrt(relative_variance(total, self.fit.model, self.fit.estimate.log_covariance)))


def forecast_contracts(
    selection: Selection, params: LtvParams, money: NDArray[np.int64], days: PurchaseDays
) -> ContractForecast:
    """Read the contracts of all customers up to the as-of day, and value those that run.

    Parameters
    ----------
    selection : Selection
    params : LtvParams
    money : ndarray of int64, shape (rows,)
        Value of each row.
    days : PurchaseDays

    Returns
    -------
    ContractForecast

    Notes
    -----
    Fader & Hardie (2010), Marketing Science 29(1), 85-93: a customer's value is what a period of the contract brings by the discounted
    expected number of renewals still to come, the next in full. Who has already bought in the period that is not over has renewed.
    """
    contracts = read_contracts(days, selection.as_of, params.renewal)
    months, latest = MONTHS[params.renewal], contracts.latest
    chances, rate = (
        max(1, round(params.horizon_months / months)),
        (1 + params.discount_rate) ** (months / 12) - 1,
    )
    renewals, running = contracts.renewals[latest], contracts.running[latest]
    each = _per_period(selection, contracts, money, months)
    survivors = contracts.survivors()
    fit = sbg.fit(survivors)
    nothing = np.full(len(renewals), np.nan)
    given = (contracts, fit, chances, rate, renewals, running, each)
    if isinstance(fit, NoFit):
        return ContractForecast(*given, nothing, nothing, None)
    states, position = np.unique(renewals, return_inverse=True)
    there = running.astype(np.float64)
    ahead = there * each
    expected = fit.model.renewals_within(states, chances)[position] * there
    residual = fit.model.residual_lifetime(states, rate)
    worth = ahead * np.where(np.isfinite(residual), residual, np.nan)[position]
    worth[ahead == 0] = 0.0
    return ContractForecast(*given, expected, worth, _value(fit.model, chances, rate, states, position, ahead))


def _value(
    model: Sbg, chances: int, rate: float, states: NDArray[np.int64], position: NDArray[np.intp], each: Floats
) -> ValueForecast:
    """Value within the horizon, with what the number of renewals leaves open."""
    going_on = model.going_on(states, chances)
    worth = np.concatenate([[0.0], np.cumsum((1 + rate) ** -np.arange(chances))])
    tail = (1 - _CONFIDENCE) / 2
    low, high = (worth[(going_on > level).sum(axis=1)] for level in (1 - tail, tail))
    mean, square = going_on @ np.diff(worth), going_on @ np.diff(worth**2)
    return ValueForecast(
        value=each * mean[position],
        low=each * low[position],
        high=each * high[position],
        variance=each**2 * (square - mean**2)[position],
    )


def _per_period(selection: Selection, contracts: Contracts, money: NDArray[np.int64], months: int) -> Floats:
    """What the latest contract of each buyer has brought a period, of periods that are over where there are any."""
    history, latest = selection.history, contracts.latest
    start, last = contracts.start[latest], contracts.last[latest]
    until = np.where(start < contracts.now, np.minimum(last, contracts.now - 1), last)
    place = np.full(history.n_customers, -1)
    place[contracts.customer[latest]] = np.arange(len(start))
    identified = slice(0, history.n_identified)
    day = history.day[identified]
    buyer, period = place[history.owner], period_table("month")[day] // months
    rows = np.flatnonzero((buyer >= 0) & (day <= selection.as_of) & (period >= start[buyer]) & (period <= until[buyer]))
    brought = np.bincount(buyer[rows], weights=money[rows], minlength=len(start)) / SCALE
    return np.maximum(brought / (until - start + 1), 0.0)


def contracts_table(found: ContractForecast | None) -> pd.DataFrame:
    """How contracts go on, and how the model draws it.

    Columns
    -------
    renewals
        From 0, as far as observed and then as far as the horizon goes.
    at_risk, renewed
        Contracts that came up for this renewal in a period that is over, and those renewed; at 0 all that began.
    survival, low, high
        Share renewed at least so often, by Kaplan and Meier, and its 95 % interval; null where not observed.
    retention, retention_low, retention_high
        ``renewed`` by ``at_risk``, and Wilson's interval.
    fitted, fitted_low, fitted_high
        Survival by the shifted beta-geometric, and the 95 % interval that its parameters leave.
    fitted_retention
    """
    if found is None:
        return pd.DataFrame(columns=list(COLUMNS))
    counts = found.contracts.counts()
    observed = kaplan_meier(counts)
    at_risk, lost = counts.at_risk[0], counts.events[0]
    length = len(at_risk) + found.chances
    low, high = wilson(at_risk - lost, np.maximum(at_risk, 1))
    known = {
        "at_risk": at_risk,
        "renewed": at_risk - lost,
        "survival": observed.survival[0],
        "low": observed.low[0],
        "high": observed.high[0],
        "retention": (at_risk - lost) / np.maximum(at_risk, 1),
        "retention_low": low,
        "retention_high": high,
    }
    seen = np.arange(len(at_risk))
    table = pd.DataFrame(known, index=seen)[at_risk > 0].reindex(np.arange(length)).astype(np.float64)
    table.loc[0, ["retention", "retention_low", "retention_high"]] = np.nan
    table.insert(0, "renewals", table.index)
    fitted = _fitted(found.fit, length)
    return pd.concat([table, pd.DataFrame(fitted)], axis=1)[list(COLUMNS)]


def _fitted(fit: SbgFit | NoFit, length: int) -> dict[str, Floats]:
    names = ("fitted", "fitted_low", "fitted_high", "fitted_retention")
    if isinstance(fit, NoFit):
        return dict.fromkeys(names, np.full(length, np.nan))
    periods = np.arange(1, length)

    def hazard(model: Sbg) -> Floats:
        return -np.log(model.survival(periods))

    # On the scale of log(-log S), as the observed curve has it.
    half = normal_quantile() * np.sqrt(relative_variance(hazard, fit.model, fit.estimate.log_covariance))
    survival = fit.model.survival(periods)
    ends = (survival ** np.exp(sign * half) for sign in (1, -1))
    columns = (survival, *ends)
    drawn = {name: np.concatenate([[1.0], column]) for name, column in zip(names[:3], columns, strict=True)}
    return drawn | {names[3]: np.concatenate([[np.nan], fit.model.retention(periods)])}
