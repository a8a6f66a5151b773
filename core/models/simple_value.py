"""The simple formulas of a customer's value, with their inputs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.days import NO_DAY, period_table
from core.features import Selection, last_purchase, per_customer, purchase_rows
from core.money import SCALE


@dataclass(frozen=True)
class SimpleValue:
    """Two simple values of a customer, of what matches the filter; money in currency.

    Parameters
    ----------
    mean_order : float
        Value of a purchase.
    orders_a_month : float
        Purchases for each month that a customer stays.
    months_retained : float
        Mean number of calendar months from the first to the last purchase, both counted, so far.
    value_by_orders : float
        The product of these three.
    period_value : float
        Value of all orders of buyers, credits included.
    buyers : int
    value_by_buyers : float
        ``period_value`` / ``buyers``: the mean of the period.
    """

    mean_order: float
    orders_a_month: float
    months_retained: float
    value_by_orders: float
    period_value: float
    buyers: int
    value_by_buyers: float


def simple_value(selection: Selection, value: NDArray[np.int64]) -> SimpleValue:
    """Compute the simple formulas for the customers in view.

    Parameters
    ----------
    selection : Selection
        With at least one customer in view.
    value : ndarray of int64, shape (rows,)
        Money of each row.

    Returns
    -------
    SimpleValue
    """
    history, rows = selection.history, selection.matching
    bought = purchase_rows(history, rows)
    seen = selection.in_view
    buyers = int(seen.sum())
    orders = int(selection.purchases.sum())
    identified = value[: history.n_identified]
    purchase_value = int(identified[bought].sum()) / SCALE
    period_value = int(per_customer(history, value, rows)[seen].sum()) / SCALE
    month = period_table("month")
    first = history.first_purchase
    if rows is not None:
        first = np.minimum.reduceat(np.where(bought, history.day[: history.n_identified], NO_DAY), history.start[:-1])
    months = int((month[last_purchase(history, rows)[seen]] - month[first[seen]] + 1).sum())
    return SimpleValue(
        mean_order=purchase_value / orders,
        orders_a_month=orders / months,
        months_retained=months / buyers,
        value_by_orders=purchase_value / buyers,
        period_value=period_value,
        buyers=buyers,
        value_by_buyers=period_value / buyers,
    )
