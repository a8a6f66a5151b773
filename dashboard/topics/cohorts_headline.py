"""Single figures of loyalty as tiles: value, interval and n, their definition on hover, or what is missing."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import terms
from dashboard.words import NOTHING, _, number, number_range, percent, percent_range

_DEFINITIONS: dict[str, Callable[[], str]] = {
    "retention_rate": lambda: _("Of those who bought in the period before, who bought again in this one, {period}."),
    "repeat_purchase_rate": lambda: _("Customers with two or more purchases ÷ buyers."),
    "repurchase_rate_product": lambda: _(
        "Of the products that each customer bought, those bought again in another order."
    ),
    "repurchase_rate_category": lambda: _(
        "Of the categories that each customer bought, those bought again in another order."
    ),
    "upsell_rate": lambda: _(
        "Of those who bought on two days or more, who brought more on a later day on average than on the first, or bought a "
        "category for the first time then."
    ),
    "upsell_rate_value": lambda: _("Of the same, who brought more on a later day on average than on the first."),
    "upsell_rate_category": lambda: _("Of the same, who bought a category for the first time on a later day."),
    "conversion_rate": lambda: _(
        "Of those who were in touch, customers or not, who bought on the day of the first contact or later."
    ),
    "interactions_per_customer": lambda: _(
        "Contacts (visits, mails, calls …) of the customers in view ÷ those customers."
    ),
    "loyalty_index": lambda: _(
        "Mean of the answers on recommending, buying again and trying other things, each from 0 to 100."
    ),
}


def label(figure: str) -> str:
    """A figure's name, in 20 characters."""
    return {
        "retention_rate": _("Retention rate"),
        "repeat_purchase_rate": _("Repeat purchase"),
        "repurchase_rate_product": _("Product again"),
        "repurchase_rate_category": _("Category again"),
        "upsell_rate": _("Upsell"),
        "upsell_rate_value": _("Upsell, dearer"),
        "upsell_rate_category": _("Upsell, category"),
        "conversion_rate": _("Conversion"),
        "interactions_per_customer": _("Contacts a customer"),
        "loyalty_index": _("Loyalty index"),
    }[figure]


def _missing(reason: str) -> str:
    """What a figure lacks."""
    known = {
        "no_products": _("no products in the data"),
        "no_categories": _("no categories in the data"),
        "no_touchpoints": _("needs a table touchpoints"),
        "no_survey": _("needs a table survey"),
        "survey_lacks_questions": _("needs recommend, buy_again, try_other"),
        "survey_scale_unknown": _("answers are on no known scale"),
        "nobody_counts": _("nobody to count"),
    }
    return known.get(reason, reason.replace("_", " "))


def draw(table: pd.DataFrame) -> None:
    """Draw a tile a figure."""
    grid = st.grid(columns=5, min_column_width=140, gap=16)
    for row in table.itertuples():
        with grid.cell(), st.container(gap="xxsmall"):
            value, interval, n = written(row)
            st.metric(
                label(row.figure), value, interval or None, delta_color="off", delta_arrow="off", help=definition(row)
            )
            st.markdown(f":gray[:small[{n}]]")


def definition(row: Any) -> str:
    """What a figure is."""
    words = _DEFINITIONS[row.figure]()
    if row.figure == "loyalty_index" and "_scale_" in str(row.definition):
        low, _to, high = str(row.definition).rpartition("_scale_")[2].split("_")
        words += " " + _("Answered from {low} to {high}.").format(low=low, high=high)
    period = terms.period(row.period) if isinstance(row.period, str) and row.period else ""
    return words.format(period=period)


def written(row: Any) -> tuple[str, str, str]:
    """Value, interval and n of a figure, or what is missing."""
    if row.value != row.value:
        reason = row.reason if isinstance(row.reason, str) and row.reason else "nobody_counts"
        return NOTHING, "", _missing(reason)
    few = _(", few") if row.few else ""
    if row.figure == "loyalty_index":
        n = _("{answers} answers of {n}").format(answers=number(row.n), n=terms.customers(int(row.n_total)))
        return number(row.value), _interval(number_range, row, 0), n + few
    if row.figure == "interactions_per_customer":
        n = _("{n} of {customers}").format(n=number(row.n), customers=terms.customers(int(row.n_total)))
        return number(row.value, 1), _interval(number_range, row, 1), n + few
    n = _("{n} of {all}").format(n=number(row.n), all=number(row.n_total))
    # Many trials leave less than a per cent between the ends.
    narrow = (1,) if row.high - row.low < 0.01 else ()
    return percent(row.value), _interval(percent_range, row, *narrow), n + few


def _interval(words: Callable[..., str], row: Any, *more: int) -> str:
    span = words(row.low, row.high, *more)
    return "" if span == NOTHING else _("95 %: {span}").format(span=span)
