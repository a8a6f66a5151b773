"""The average retention curve by a fitted purchase model: over the periods that were observed, and ahead."""

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit
from threadpoolctl import threadpool_limits

from core import features
from core.analyses._cohort_cells import Members
from core.days import period_table
from core.history import OrderHistory
from core.models import sbg
from core.models.active_share import active_share
from core.models.delta import relative_variance
from core.models.estimation import Estimate, NoFit
from core.models.horizon import WEEKS_A_MONTH
from core.models.purchase_days import purchase_days, summarise
from core.models.purchase_model import MODELS, M, PurchaseFit, PurchaseModel
from core.models.sbg import Sbg
from core.models.states import DAYS_A_WEEK
from core.stats import normal_quantile

Floats = NDArray[np.float64]
Period = Literal["week", "month", "quarter"]

WEEKS = {"week": 1.0, "month": WEEKS_A_MONTH, "quarter": 3 * WEEKS_A_MONTH}
AHEAD = {"week": 26, "month": 12, "quarter": 4}
# A model whose curve is further off over what was observed is not shown ahead.
FAR_OFF = 0.25

COLUMNS = ("period", "retention", "low", "high", "observed", "model")


class Projection(NamedTuple):
    """The curve, or why there is none.

    Parameters
    ----------
    table : pandas.DataFrame
        period, retention, low, high (95 %, of the model's parameters alone), observed (whether the average has it too), model.
        Empty where there is none.
    reason : str
        Key; empty where there is a curve.
    error : float
        Repeat activity by the model over what was observed, less 1; NaN without a fit.
    """

    table: pd.DataFrame
    reason: str = ""
    error: float = float("nan")


def nothing(reason: str, error: float = float("nan")) -> Projection:
    """No projection, for a reason."""
    return Projection(pd.DataFrame(columns=list(COLUMNS)), reason, error)


def project(
    history: OrderHistory,
    members: Members,
    as_of: int,
    period: Period,
    average: pd.DataFrame,
    models: tuple[str, ...],
) -> Projection:
    """Fit a model to the customers that are followed, and draw its curve.

    Parameters
    ----------
    history : OrderHistory
    members : Members
    as_of : int
        Day number.
    period : {"week", "month", "quarter"}
    average : pandas.DataFrame
        period, eligible, retained.
    models : tuple of str
        Of :data:`core.models.purchase_model.MODELS`; the first that can be fitted is taken.

    Returns
    -------
    Projection
        Of the share that buys in a period. Without a curve where no model can be fitted (``too_few_repeat_buyers``,
        ``no_convergence``), where nobody has come back yet (``nothing_observed``), and where the model misses the observed activity
        by more than a quarter (``projection_off``).
    """
    # BLAS threads wait for each other on a busy machine, many times longer than these small systems take.
    with threadpool_limits(limits=1):
        fit = _fit(history, members, as_of, models)
        if isinstance(fit, NoFit):
            return nothing(fit.reason)
        offsets = _offsets(history, members, period)

        def curve(model: PurchaseModel, ages: NDArray[np.int64]) -> Floats:
            return _active(model, ages, offsets, WEEKS[period])

        return _drawn(curve, fit.model, fit.estimate, average, AHEAD[period])


def project_contract(triangle: pd.DataFrame, period: Period, average: pd.DataFrame) -> Projection:
    """Fit the shifted beta-geometric to survivors, where customers say when they leave, and draw its curve.

    Parameters
    ----------
    triangle : pandas.DataFrame
        cohort, period, active (in that period or later), complete.
    period : {"week", "month", "quarter"}
    average : pandas.DataFrame
        period, eligible, retained.

    Returns
    -------
    Projection
        Of the share that is still there; without a curve for the reasons of :func:`project`.
    """
    survivors = triangle[triangle["complete"]].set_index(["cohort", "period"])["active"].unstack("period")  # noqa: PD010
    if survivors.empty:
        return nothing("nothing_observed")
    with threadpool_limits(limits=1):
        fit = sbg.fit(survivors.to_numpy(dtype=np.float64))
        if isinstance(fit, NoFit):
            return nothing(fit.reason)
        return _drawn(Sbg.survival, fit.model, fit.estimate, average, AHEAD[period])


def _drawn(
    curve: Callable[[M, NDArray[np.int64]], Floats], model: M, estimate: Estimate, average: pd.DataFrame, ahead: int
) -> Projection:
    """The curve of a model beside what was observed, unless it is far off."""
    ages = np.arange(1, len(average) + ahead)
    share = curve(model, ages)
    known = average[average["period"] > 0]
    retained = known["retained"].sum()
    if not retained:
        return nothing("nothing_observed")
    error = float(share[: len(known)] @ known["eligible"].to_numpy() / retained - 1)
    if abs(error) > FAR_OFF:
        return nothing("projection_off", error)

    def odds(at: M) -> Floats:
        there = curve(at, ages)
        return there / (1 - there)

    # On the scale of log odds, so that the interval stays within 0 and 1.
    half = normal_quantile() * np.sqrt(relative_variance(odds, model, estimate.log_covariance))
    table = pd.DataFrame(
        {
            "period": ages,
            "retention": share,
            "low": expit(logit(share) - half),
            "high": expit(logit(share) + half),
            "observed": ages < len(average),
            "model": estimate.model,
        }
    )
    return Projection(table, error=error)


def _fit(history: OrderHistory, members: Members, as_of: int, models: tuple[str, ...]) -> PurchaseFit | NoFit:
    bought = features.purchase_rows(history, None) & np.repeat(members.shown, np.diff(history.start))
    chosen = slice(0, history.n_identified)
    days = purchase_days(
        history.owner, history.day[chosen], bought, history.revenue[chosen], history.n_customers, as_of
    )
    states = summarise(days, as_of).states
    for model in models:
        fit = MODELS[model].fit(states)
        if not isinstance(fit, NoFit):
            break
    return fit


def _offsets(history: OrderHistory, members: Members, period: Period) -> tuple[Floats, Floats]:
    """On which days of their first period customers came (from 0, in weeks), and the share that came on each."""
    begins = np.searchsorted(period_table(period), members.cohort[members.shown])
    share = np.bincount(history.first_purchase[members.shown] - begins) / members.shown.sum()
    return np.arange(len(share)) / DAYS_A_WEEK, share


def _active(model: PurchaseModel, ages: NDArray[np.int64], offsets: tuple[Floats, Floats], weeks: float) -> Floats:
    """Share active at each age, averaged over the days of the first purchase."""
    day, share = offsets
    # Days are counted at their end: the last day of a period is as far from the first purchase as the end of the period.
    begin = ages[:, None] * weeks - day - 1 / DAYS_A_WEEK
    return active_share(model, np.maximum(begin, 0.0), begin + weeks) @ share
