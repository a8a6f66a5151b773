"""What customers are expected to bring: lifetime value at its default settings."""

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core import analyses
from core.access import Dataset
from core.models.customer_value import forecast_purchases
from core.models.estimation import NoFit
from core.models.horizon import Horizon
from core.value_fits import bought_so_far, value_fits


def expected_value(dataset: Dataset, as_of: int) -> NDArray[np.float64] | None:
    """Value of each customer over the horizon of the analysis of lifetime value, in currency.

    Parameters
    ----------
    dataset : Dataset
    as_of : int
        Day number.

    Returns
    -------
    ndarray of float64, shape (customers,), or None
        Margin where the data have costs, else revenue, discounted; NaN for those who had not bought by then. None where no model can
        be fitted.
    """
    params = analyses.load("ltv").params()
    history, value = dataset.history, "margin" if dataset.has_margin else "revenue"
    fits = value_fits(history, as_of, value, params.model)
    if isinstance(fits.purchases, NoFit) or isinstance(fits.spend, NoFit):
        return None
    bought = bought_so_far(history, as_of, value)
    summary, horizon = bought.summary, Horizon.of_months(params.horizon_months, params.discount_rate)
    with threadpool_limits(limits=1):
        expected = forecast_purchases(fits.purchases.model, summary.states, horizon)
    at = summary.states.inverse
    spend = fits.spend.model.expected_spend(summary.x, summary.mean_value)
    found = np.full(history.n_customers, np.nan)
    found[summary.customer] = bought.factor * spend * (expected.if_alive * expected.p_alive)[at]
    return found
