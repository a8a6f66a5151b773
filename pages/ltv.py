"""Lifetime value: what customers will bring, and how far off that forecast usually is."""

import streamlit as st

from core.analyses.ltv import LtvResult
from dashboard import layout, terms
from dashboard.controls import setting
from dashboard.topics import ltv, ltv_contest
from dashboard.view import View, show
from dashboard.words import _, percent


def render(view: View) -> None:
    result: LtvResult = view.result()
    names = ltv.names(result)
    selected = view.selected(list(names))
    horizon = _("next {n} months, {rate} a year discount").format(
        n=view.params.horizon_months, rate=percent(view.params.discount_rate, 0)
    )
    what = _("Predicted {value}, {horizon}").format(value=ltv.money_name(result), horizon=horizon)
    layout.header(
        view, ltv.title(result), what, len(result.customers), [ltv_contest.used(result)] if result.fitted else []
    )
    layout.figures(ltv.figures(view, result))
    if result.fitted:
        _forecast(view, result, selected)
    lower = layout.cards(3)
    if result.check is not None:
        note = _("Fitted without the last {n} weeks. Band: 95 % of what chance allows.").format(n=result.check.weeks)
        with lower.cell(column_span=2), layout.block(_("Predicted against actual orders"), note):
            layout.chart(view, ltv.tracking(view, result), "tracking", data=result.holdout)
        with lower.cell(), layout.block(_("By orders so far"), _("Orders per customer in the weeks held out")):
            layout.chart(view, ltv.by_orders(view, result), "by_orders", data=result.holdout_by_x)
    with (
        lower.cell(column_span=2),
        layout.block(
            _("What customers have brought so far"), _("Per customer; only the oldest cohorts reach late months")
        ),
    ):
        layout.chart(view, ltv.historic(view, result), "historic", data=result.average_curve)
    with lower.cell():
        _settings(view)
    if len(result.contest):
        with lower.cell(column_span=3), layout.block(_("Which model forecasts best here"), ltv_contest.note(result)):
            st.table(ltv_contest.table(result), border="horizontal")
    layout.notices(result.notices)
    chosen = result.customers[ltv.members(result, selected)]
    columns = ltv.table_columns(names)
    layout.customers(
        view, chosen, columns, terms.customers(len(chosen)), names.get(selected or "", ""), names, _("All tiers")
    )


def _forecast(view: View, result: LtvResult, selected: str | None) -> None:
    grid = layout.cards(3)
    note = _("Customers by predicted {value}, logarithmic steps").format(value=ltv.money_name(result))
    with grid.cell(column_span=2), layout.block(_("What a customer is worth"), note):
        figure = ltv.histogram(view, result, selected=selected)
        layout.chart(view, figure, "histogram", select=True, data=result.customers)
    with grid.cell(), layout.block(_("Three tiers"), _("Customers, and what they will bring")):
        layout.chart(view, ltv.tiers(view, result, selected), "tiers", select=True, data=result.tiers)
        st.table(ltv.tier_table(view, result), border="horizontal")
    row = layout.cards(3)
    for action in ltv.actions(view, result):
        with row.cell():
            layout.actions(view, [action], "")


def _settings(view: View) -> None:
    st.markdown(f"**{_('Settings')}**")
    setting(view, "horizon_months", _("Horizon, months"))
    setting(view, "discount_rate", _("Discount a year (0.1 is 10 %)"))
    setting(view, "vip_share", _("VIP: the top share of customers"))
    setting(view, "standard_share", _("Standard: the next share"))
    models = {code: terms.model(code) for code in ("pareto_nbd", "bg_nbd", "mbg_nbd", "simple")}
    setting(view, "model", _("Model"), {"auto": _("best here"), **models}, form="list")
    setting(view, "value", _("Value"), {"auto": _("automatic"), "margin": _("margin"), "revenue": _("net revenue")})


show(render)
