"""The models behind lifetime value, fitted to all buyers up to a day: whatever is shown of them, the fits are the same."""

from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from core.history import OrderHistory
from core.models import gamma_gamma
from core.models.contest import Contest, fit_chosen, hold_contest
from core.models.estimation import NoFit
from core.models.gamma_gamma import GammaGammaFit
from core.models.purchase_days import PurchaseDays, RepeatSummary, purchase_days, summarise
from core.models.purchase_model import PurchaseFit


@dataclass(frozen=True, eq=False)
class BoughtSoFar:
    """What everybody had bought by a day.

    Parameters
    ----------
    days : PurchaseDays
    summary : RepeatSummary
    factor : float
        What remains of purchases after credits.
    """

    days: PurchaseDays
    summary: RepeatSummary
    factor: float


@dataclass(frozen=True, eq=False)
class ValueFits:
    """What could be fitted to it.

    Parameters
    ----------
    contest : Contest or None
        None where no holdout is possible.
    purchases : PurchaseFit or NoFit
    spend : GammaGammaFit or NoFit
    """

    contest: Contest | None
    purchases: PurchaseFit | NoFit
    spend: GammaGammaFit | NoFit


def bought_so_far(history: OrderHistory, as_of: int, value: str) -> BoughtSoFar:
    """The purchase days of everybody up to a day, and what they come to.

    Parameters
    ----------
    history : OrderHistory
    as_of : int
        Day number.
    value : {"revenue", "margin"}
    """
    return history.last_answer("bought", (as_of, value), lambda: _bought_so_far(history, as_of, value))


def value_fits(history: OrderHistory, as_of: int, value: str, model: str) -> ValueFits:
    """Fit the models of purchases and of spend; the last fits of a history are kept.

    Parameters
    ----------
    history, as_of, value
        As for :func:`bought_so_far`.
    model : str
        See :func:`core.models.contest.fit_chosen`.
    """
    return history.last_answer("fits", (as_of, value, model), lambda: _value_fits(history, as_of, value, model))


def _bought_so_far(history: OrderHistory, as_of: int, value: str) -> BoughtSoFar:
    identified = slice(0, history.n_identified)
    day, money = history.day[identified], history.value(value)[identified]
    days = purchase_days(history.owner, day, history.purchase[identified], money, history.n_customers, as_of)
    gross, net = int(days.value.sum()), int(money[day <= np.uint16(as_of)].sum())
    return BoughtSoFar(days, summarise(days, as_of), net / gross if gross else 1.0)


def _value_fits(history: OrderHistory, as_of: int, value: str, model: str) -> ValueFits:
    bought = bought_so_far(history, as_of, value)
    # BLAS threads wait for each other on a busy machine, many times longer than these small systems take.
    with threadpool_limits(limits=1):
        contest = hold_contest(bought.days, as_of)
        purchases = fit_chosen(bought.summary.states, contest, model)
        spend = gamma_gamma.fit(bought.summary.x, bought.summary.mean_value)
    return ValueFits(contest, purchases, spend)
