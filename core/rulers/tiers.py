"""Tiers of lifetime value by the models, and the cuts, of one date."""

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core import analyses, features
from core.access import Dataset
from core.errors import BadParameterError
from core.history import OrderHistory
from core.models.customer_value import forecast_purchases
from core.models.estimation import NoFit
from core.models.gamma_gamma import GammaGamma
from core.models.horizon import Horizon
from core.models.purchase_days import PurchaseDays, RepeatSummary, purchase_days, summarise
from core.models.purchase_model import PurchaseModel
from core.models.tiers import TIERS, tier_cuts, tier_of
from core.timeline import Standing, Timeline
from core.value_fits import value_fits

_DIGITS = 4


class TierScale:
    """Models and cuts as the analysis of lifetime value finds them at its defaults, and its tiers at any later or earlier date.

    Parameters
    ----------
    dataset : Dataset
    when : Timeline
        Of the standings that will be asked for.
    step : int
        Models are fitted, and tiers cut, as of the date of this step. Orders before the filter's first date count, as they do there.

    Raises
    ------
    BadParameterError
        No model can be fitted.
    """

    labels: tuple[str, ...] = TIERS

    def __init__(self, dataset: Dataset, when: Timeline, step: int) -> None:
        params = analyses.load("ltv").params()
        history, as_of = dataset.history, when.ends[step]
        money = history.value("margin" if dataset.has_margin else "revenue")
        identified = slice(0, history.n_identified)
        day, value, bought = history.day[identified], money[identified], history.purchase[identified]
        self._days: PurchaseDays = purchase_days(history.owner, day, bought, value, history.n_customers, when.ends[-1])
        self._horizon = Horizon.of_months(params.horizon_months, params.discount_rate)
        summary = summarise(self._days, as_of)
        running = np.r_[0, np.cumsum(self._days.value * (self._days.day <= as_of))]
        gross, net = int(running[-1]), int(value[day <= as_of].sum())
        self._factor = net / gross if gross else 1.0
        self._models = _fit(history, as_of, "margin" if dataset.has_margin else "revenue", params.model)
        values = self._values(summary)
        if when.selection.filters.classes == "filter":
            cut_at = features.select(history, when.filters_at(step))
            values = values[cut_at.in_view[summary.customer]]
        self._cuts = tier_cuts(values, params.vip_share, params.standard_share)

    def codes(self, at: Standing) -> NDArray[np.int16]:
        """Each customer's tier, -1 for those out of view."""
        summary = summarise(self._days, at.day)
        codes = np.full(len(at.in_view), -1, dtype=np.int16)
        codes[summary.customer] = tier_of(self._values(summary), self._cuts)
        codes[~at.in_view] = -1
        return codes

    def _values(self, summary: RepeatSummary) -> NDArray[np.float64]:
        purchases, spend = self._models
        with threadpool_limits(limits=1):
            expected = forecast_purchases(purchases, summary.states, self._horizon)
        at = summary.states.inverse
        if_alive = self._factor * spend.expected_spend(summary.x, summary.mean_value) * expected.if_alive[at]
        # Rounded to stored money, so that ties are ties.
        return np.round(if_alive * expected.p_alive[at], _DIGITS)


def _fit(history: OrderHistory, as_of: int, value: str, model: str) -> tuple[PurchaseModel, GammaGamma]:
    fits = value_fits(history, as_of, value, model)
    if isinstance(fits.purchases, NoFit) or isinstance(fits.spend, NoFit):
        raise BadParameterError(
            "there are no tiers of lifetime value here: no model can be fitted",
            todo="Choose another classification, or more data.",
        )
    return fits.purchases.model, fits.spend.model
