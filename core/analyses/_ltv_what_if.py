"""What lifetime value would be if customers stayed longer, bought oftener, or spent more at a time."""

from dataclasses import dataclass
from functools import singledispatch
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core.analyses._ltv_fits import Basis
from core.classification import Classification
from core.errors import BadParameterError
from core.models.beta_geometric import BetaGeometric
from core.models.delta import a_few, relative_variance
from core.models.gamma_gamma import GammaGamma, GammaGammaFit
from core.models.horizon import Horizon
from core.models.purchase_days import RepeatSummary
from core.models.purchase_model import PurchaseFit, PurchaseModel
from core.stats import normal_quantile

Floats = NDArray[np.float64]
Lever = Literal["retention", "order_value", "frequency"]

LEVERS: tuple[Lever, ...] = ("retention", "order_value", "frequency")
MOST_PERCENT = 90.0


@dataclass(frozen=True)
class Effect:
    """A total before and after, in currency.

    Parameters
    ----------
    before, after : float
    change : float
        ``after`` less ``before``.
    low, high : float
        95 % interval of the change that comes from the models' parameters, by the delta method.
    """

    before: float
    after: float
    change: float
    low: float
    high: float


@dataclass(frozen=True)
class WhatIf:
    """What a lever would change.

    Parameters
    ----------
    lever : {"retention", "order_value", "frequency"}
    percent : float
    segment : str
        Label; empty for everybody in view.
    customers : int
    ltv : Effect
        Over the horizon of the settings, discounted, in their kind of value.
    revenue : Effect
        Net revenue of the next 12 months, not discounted.
    """

    lever: Lever
    percent: float
    segment: str
    customers: int
    ltv: Effect
    revenue: Effect


def what_if(
    found: Basis,
    classification: Classification | None,
    segment: str,
    lever: Lever,
    percent: float,
) -> WhatIf | None:
    """Forecast the customers of a segment as they are, and with one thing changed from the as-of day on.

    Parameters
    ----------
    found : Basis
    classification : Classification or None
        None: everybody in view.
    segment : str
        One of its labels; not looked at without it.
    lever : {"retention", "order_value", "frequency"}
        ``retention``: dropout rates (or probabilities, by the model) fall by so many percent. ``frequency``: those who stay buy at
        rates higher by so many percent, and in BG/NBD and MBG/NBD meet the risk of dropping out, which comes with a purchase, as much
        sooner. ``order_value``: each purchase brings so much more. Who is still a customer today stays the same.
    percent : float
        From -90 to 90.

    Returns
    -------
    WhatIf or None
        None where there is no forecast of purchases, or the segment has nobody in view.

    Raises
    ------
    BadParameterError
        Of no such lever, percentage or segment.
    """
    if lever not in LEVERS:
        raise BadParameterError(f"there is no lever '{lever}'", expected="one of " + ", ".join(LEVERS))
    if not -MOST_PERCENT <= percent <= MOST_PERCENT:
        expected = f"a number from {-MOST_PERCENT:g} to {MOST_PERCENT:g}"
        raise BadParameterError("the change is out of range", expected=expected, found=f"{percent:g}")
    if classification is not None and segment not in classification.labels:
        expected = "one of " + ", ".join(classification.labels)
        raise BadParameterError(f"there is no segment '{segment}'", expected=expected)
    members = found.shown
    if classification is not None:
        members = members[classification.codes[found.summary.customer[members]] == classification.labels.index(segment)]
    if found.fits is None or not len(members):
        return None
    purchases, spend, _ = found.fits
    year = Horizon.of_months(12, 0.0)
    with threadpool_limits(limits=1):
        ltv = _effect(
            _Case(found.summary, members, found.horizon, found.factor, lever, percent / 100), purchases, spend
        )
        money = found.in_revenue
        if money is None:
            return None
        summary, revenue_spend, factor = money
        revenue = _effect(_Case(summary, members, year, factor, lever, percent / 100), purchases, revenue_spend)
    return WhatIf(lever, percent, segment if classification is not None else "", len(members), ltv, revenue)


@dataclass(frozen=True, eq=False)
class _Case:
    """Whose money is forecast over which time, and what changes."""

    summary: RepeatSummary
    members: NDArray[np.int64]
    horizon: Horizon
    factor: float
    lever: Lever
    more: float

    def totals(self, model: PurchaseModel, spend: GammaGamma, members: NDArray[np.int64]) -> tuple[float, float]:
        """Value of some of them before and after."""
        x, mean = self.summary.x[members], self.summary.mean_value[members]
        states = self.summary.states.part(members)
        distinct_x, age, position = states.frequency_and_age
        money = self.factor * spend.expected_spend(x, mean)
        alive = model.p_alive(states.x, states.t_x, states.age)
        ends = self.horizon.ends

        def value(cumulative: Floats) -> float:
            expected = alive * self.horizon.discounted(cumulative)[position]
            return float(np.einsum("i,i->", money, expected[states.inverse]))

        before = value(model.purchases_if_alive(distinct_x, age, ends))
        if self.lever == "order_value":
            return before, before * (1 + self.more)
        if self.lever == "frequency":
            return before, value(_buying_faster(model, distinct_x, age, ends, 1 + self.more))
        # In each of the models the dropout acts through its product with time.
        stays = 1 - self.more
        return before, value(model.purchases_if_alive(distinct_x, age, stays * ends) / stays)


def _effect(case: _Case, purchases: PurchaseFit, spend: GammaGammaFit) -> Effect:
    before, after = case.totals(purchases.model, spend.model, case.members)
    change = after - before
    if not change:
        return Effect(before, after, 0.0, 0.0, 0.0)
    some = a_few(case.members)

    def size(model: PurchaseModel, money: GammaGamma) -> Floats:
        low, high = case.totals(model, money, some)
        return np.asarray(abs(high - low))

    variance = relative_variance(
        lambda model: size(model, spend.model), purchases.model, purchases.estimate.log_covariance
    ) + relative_variance(lambda money: size(purchases.model, money), spend.model, spend.estimate.log_covariance)
    half = normal_quantile() * abs(change) * float(np.sqrt(variance))
    return Effect(before, after, change, change - half, change + half)


@singledispatch
def _buying_faster(model: PurchaseModel, x: NDArray[np.int64], age: Floats, ends: Floats, faster: float) -> Floats:
    """Expected purchases of those alive whose rates are so many times higher from now on: in Pareto/NBD, just as many more."""
    return faster * model.purchases_if_alive(x, age, ends)


@_buying_faster.register
def _(model: BetaGeometric, x: NDArray[np.int64], age: Floats, ends: Floats, faster: float) -> Floats:
    # Dropout comes with purchases, so a higher rate is a faster clock for both.
    return model.purchases_if_alive(x, age, faster * ends)
