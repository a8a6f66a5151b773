"""The figures of lifetime value, and the simple formulas with what goes into them."""

import math

import pandas as pd

from core.analyses.ltv import LtvResult
from dashboard import layout, terms
from dashboard.topics import ltv_acquisition, ltv_contracts
from dashboard.topics.ltv import money_name
from dashboard.view import View
from dashboard.words import _, money, money_range, number, percent, percent_range


def figures(view: View, result: LtvResult) -> list[layout.Figure]:
    """The four figures; the simple ones where there is no forecast."""
    if not result.fitted:
        return [_by_orders(view, result), _by_buyers(view, result)]
    found = result.figures
    base = layout.Figure(
        _("Customer base"),
        money(found.total, view.currency),
        _("95 %: {span}").format(span=money_range(found.total_low, found.total_high, view.currency)),
        help=_("Expected {value} of the customers in view over the horizon, discounted.").format(
            value=money_name(result)
        ),
    )
    each = layout.Figure(
        _("Average a customer"),
        money(found.mean, view.currency),
        _("new: {money}").format(money=money(found.new_customer, view.currency)),
        help=_("And what a newly won customer is worth over the same horizon, the first order not counted."),
    )
    third = ltv_contracts.renewed(result) if len(result.contracts) else _error(result)
    last = ltv_contracts.running(result) if len(result.contracts) else _by_orders(view, result)
    return [base, each, third or _by_buyers(view, result), ltv_acquisition.ratio(result) or last]


def _error(result: LtvResult) -> layout.Figure | None:
    """How far off the forecast was over the weeks held out; None where that can't be told."""
    check = result.check
    if check is None or math.isnan(check.error):
        return None
    return layout.Figure(
        _("Error on the holdout"),
        percent(check.error),
        _("95 %: {span}").format(span=percent_range(check.error_low, check.error_high)),
        help=_(
            "Predicted ÷ actual orders of the last {n} weeks, which the model had not seen, less 1. Below 0: too few."
        ).format(n=check.weeks),
    )


def _by_orders(view: View, result: LtvResult) -> layout.Figure:
    simple = result.simple
    formula = _("{mean} an order × {rate} orders a month × {months} months so far").format(
        mean=money(simple.mean_order, view.currency),
        rate=number(simple.orders_a_month, 2),
        months=number(simple.months_retained, 1),
    )
    return layout.Figure(
        _("Simple value"), money(simple.value_by_orders, view.currency), _("by orders"), help=formula + "."
    )


def _by_buyers(view: View, result: LtvResult) -> layout.Figure:
    simple = result.simple
    return layout.Figure(
        _("Value ÷ buyers"),
        money(simple.value_by_buyers, view.currency),
        _("mean of the window"),
        help=_("{money} of {n}, credits taken off.").format(
            money=money(simple.period_value, view.currency), n=terms.customers(simple.buyers)
        ),
    )


def simple_table(view: View, result: LtvResult) -> pd.DataFrame:
    """Both simple formulas, line by line: what goes in, and what comes out."""
    simple, currency = result.simple, view.currency
    rows = [
        (_("an order brings"), money(simple.mean_order, currency)),
        (_("× orders a month"), number(simple.orders_a_month, 2)),
        (_("× months stayed so far"), number(simple.months_retained, 1)),
        (_("= value by orders"), money(simple.value_by_orders, currency)),
        (_("all orders, less returns"), money(simple.period_value, currency)),
        (_("÷ buyers"), number(simple.buyers)),
        (_("= value by buyers"), money(simple.value_by_buyers, currency)),
    ]
    return pd.DataFrame({_("so far"): [written for _label, written in rows]}, index=[label for label, _w in rows])
