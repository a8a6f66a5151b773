"""Single figures of loyalty: who came back, who bought the same again, who bought more, who was won, who recommends.

Every figure has a row; one that the data can't tell has no value and says why.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.analyses._cohort_activity import Activity
from core.analyses._cohort_cells import Members
from core.analyses._cohort_contacts import contacts
from core.analyses._loyalty_index import loyalty_index
from core.days import period_code, to_date
from core.filters import DIMENSIONS, Filters
from core.models.purchase_days import purchase_days
from core.purchases import Purchases
from core.stats import SMALL_N, ratio_interval, wilson

COLUMNS = ("figure", "value", "low", "high", "n", "n_total", "definition", "period", "reason", "few")

Row = dict[str, Any]

_NOTHING = pd.DataFrame(columns=["products", "products_again", "categories", "categories_again", "added"], dtype=float)


@dataclass(frozen=True, eq=False)
class Buyers:
    """Customers who are followed, and what they did in the matching orders.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
    rows : ndarray of bool, shape (rows,), or None
        Orders up to the as-of day that match region and channel.
    values : ndarray of int64, shape (rows,)
        Money units.
    as_of : int
        Day number.
    members : Members
    purchases : Purchases
    activity : Activity
    """

    dataset: Dataset
    filters: Filters
    rows: features.Rows
    values: NDArray[np.int64]
    as_of: int
    members: Members
    purchases: Purchases
    activity: Activity


def headline(buyers: Buyers, period: str) -> pd.DataFrame:
    """Figures with their intervals.

    Parameters
    ----------
    buyers : Buyers
    period : {"week", "month", "quarter"}
        Of the retention rate.

    Returns
    -------
    pandas.DataFrame
        figure, value, low, high, n, n_total (what is counted, and out of how many), definition (key), period (code), reason (key of
        why there is no value), few (whether ``n_total`` is below 30).
    """
    answers = buyers.dataset.table("survey")
    rows = [
        _retention(buyers, period),
        _repeat(buyers),
        *_bought_again(buyers),
        *_contacts(buyers),
        {"figure": "loyalty_index", **loyalty_index(answers, buyers.filters.first, to_date(buyers.as_of))},
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"value": float, "low": float, "high": float})
    table["few"] = table["n_total"] < SMALL_N
    return table


def _share(figure: str, n: int, total: int, definition: str, reason: str = "", period: str | None = None) -> Row:
    low, high = wilson(n, total)
    known = {} if reason or not total else {"value": n / total, "low": float(low), "high": float(high)}
    why = reason or (None if total else "nobody_counts")
    return {
        "figure": figure,
        **known,
        "n": n,
        "n_total": total,
        "definition": definition,
        "period": period,
        "reason": why,
    }


def _ratio(figure: str, part: NDArray, whole: NDArray, definition: str, reason: str = "", most: float = np.inf) -> Row:
    """A ratio of sums over customers, with its linearised interval."""
    value, low, high = ratio_interval(part, whole)
    counts = {"n": int(part.sum()), "n_total": int(whole.sum())}
    if reason or not counts["n_total"]:
        return {"figure": figure, **counts, "definition": definition, "reason": reason or "nobody_counts"}
    return {
        "figure": figure,
        "value": value,
        # Both ends stay null where a single customer tells nothing of the spread.
        "low": np.maximum(low, 0.0),
        "high": np.minimum(high, most),
        **counts,
        "definition": definition,
    }


def _retention(buyers: Buyers, period: str) -> Row:
    """Of those who bought in the last but one complete period, who bought in the last one."""
    members, activity = buyers.members, buyers.activity
    bought = activity.bought & members.shown[activity.customer]
    before, after = (activity.customer[bought & (activity.period == members.over - back)] for back in (1, 0))
    again = int(np.isin(after, before, assume_unique=True).sum())
    code = period_code(members.over, period)
    return _share(
        "retention_rate", again, len(before), "bought_in_the_period_before_and_again_in_this_one", period=code
    )


def _repeat(buyers: Buyers) -> Row:
    count = buyers.purchases.count[buyers.members.shown]
    return _share("repeat_purchase_rate", int((count > 1).sum()), len(count), "two_or_more_purchases_of_buyers")


def _bought_again(buyers: Buyers) -> list[Row]:
    """The same product or category again, and dearer or other ones later."""
    dataset = buyers.dataset
    known = {"product": "product_id" in dataset.info.known, "category": dataset.has_categories}
    chosen = tuple((name, buyers.filters.choices(name)) for name in DIMENSIONS if buyers.filters.choices(name))
    found = dataset.bought_again(buyers.as_of, chosen)[buyers.members.shown] if any(known.values()) else _NOTHING
    rows = []
    for name, many in (("product", "products"), ("category", "categories")):
        again, bought = (found[column].to_numpy() for column in (f"{many}_again", many))
        reason = "" if known[name] else f"no_{many}"
        rows.append(
            _ratio(f"repurchase_rate_{name}", again, bought, f"{many}_bought_again_in_another_order", reason, 1.0)
        )
    return [*rows, *_upsell(buyers, found["added"].to_numpy(dtype=bool) if known["category"] else None)]


def _upsell(buyers: Buyers, added: NDArray[np.bool_] | None) -> list[Row]:
    """Of those who bought on two or more days, who brought more on a later day on average, or added a category."""
    history, shown = buyers.dataset.history, buyers.members.shown
    identified = slice(0, history.n_identified)
    bought = features.purchase_rows(history, buyers.rows)
    days = purchase_days(
        history.owner, history.day[identified], bought, buyers.values[identified], history.n_customers, buyers.as_of
    )
    count = np.diff(days.start)[shown]
    running = np.append(0, np.cumsum(days.value))
    total = np.diff(running[days.start])[shown]
    returned = np.flatnonzero(count > 1)
    first = days.value[days.start[:-1][shown][returned]]
    # The mean of the later days is above the first one, in whole numbers.
    dearer = total[returned] - first > first * (count[returned] - 1)
    definition = "mean_value_of_later_purchase_days_above_the_first"
    rows = [_share("upsell_rate_value", int(dearer.sum()), len(returned), definition)]
    if added is None:
        other = _share("upsell_rate_category", 0, 0, "a_category_first_bought_on_a_later_day", "no_categories")
        return [_share("upsell_rate", int(dearer.sum()), len(returned), definition), *rows, other]
    newly = added[returned]
    either = _share("upsell_rate", int((dearer | newly).sum()), len(returned), "later_dearer_or_in_another_category")
    rows.append(
        _share("upsell_rate_category", int(newly.sum()), len(returned), "a_category_first_bought_on_a_later_day")
    )
    return [either, *rows]


def _contacts(buyers: Buyers) -> list[Row]:
    """Who of those that were in touch was won, and how often customers are in touch."""
    found = contacts(buyers.dataset, buyers.filters, buyers.as_of)
    definitions = ("bought_on_or_after_the_day_of_the_first_touchpoint", "touchpoints_of_customers_in_view")
    if found is None:
        nothing = np.zeros(0)
        return [
            _share("conversion_rate", 0, 0, definitions[0], "no_touchpoints"),
            _ratio("interactions_per_customer", nothing, nothing, definitions[1], "no_touchpoints"),
        ]
    of_customers = found.touchpoints[buyers.members.shown]
    return [
        _share("conversion_rate", found.won, found.people, definitions[0]),
        _ratio("interactions_per_customer", of_customers, np.ones(len(of_customers)), definitions[1]),
    ]
