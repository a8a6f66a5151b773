"""Lifetime value: names, finding, distribution, what to do, and the columns of the customers' table."""

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.analyses.ltv import LtvResult
from dashboard import layout, terms
from dashboard.charts import columns
from dashboard.charts.marks import hover, log_ticks
from dashboard.links import usual_settings
from dashboard.topics import ltv_contracts
from dashboard.view import View
from dashboard.words import _, money, number, percent, short_number

BINS = 36
SIMPLE = "simple"


def names(result: LtvResult) -> dict[str, str]:
    """The words for the tiers that hold somebody."""
    return {row.tier: terms.tier(row.tier) for row in result.tiers.itertuples() if row.customers}


def colour(view: View, tier: str) -> str:
    """The colour of a tier."""
    return view.theme.tier["VIP" if tier == "vip" else tier]


def members(result: LtvResult, selected: str | None) -> "pd.Series[bool] | slice":
    """Which customers a tier holds."""
    return slice(None) if selected is None else result.customers["tier"] == selected


def segment(view: View, names: dict[str, str], selected: str | None) -> layout.Segment | None:
    """The tier selected, for the page of profiles, which goes by the usual settings."""
    return layout.Segment(names[selected], (("tier", selected),), usual_settings(view)) if selected else None


def money_name(result: LtvResult) -> str:
    """What the forecast is of."""
    return _("margin") if result.value == "margin" else _("discounted revenue")


def title(result: LtvResult) -> str:
    """The finding: how much of the future the best tenth holds."""
    if not result.fitted and result.basis.params.model == SIMPLE:
        return _("What customers have brought so far, by the simple formulas")
    if not result.fitted:
        return _("Too little repeat buying for a forecast; the simple figures stand in")
    return _("The top tenth will bring {share} of the value to come").format(
        share=percent(result.figures.top_tenth_share, 0)
    )


def histogram(view: View, result: LtvResult, small: bool = False, selected: str | None = None) -> go.Figure:
    """Customers by what they will bring, in logarithmic steps, coloured by tier."""
    values = result.customers["clv"].to_numpy()
    values = values[values > 0]
    low, high = np.quantile(values, [0.002, 0.999]) if len(values) else (1.0, 10.0)
    edges = np.linspace(math.log10(low), max(math.log10(high), math.log10(low) + 0.1), (BINS if not small else 28) + 1)
    count = np.histogram(np.clip(np.log10(values), edges[0], edges[-1]), edges)[0]
    cuts = [(row.tier, row.low) for row in result.tiers.itertuples()]

    def tier(middle: float) -> str:
        return next((name for name, cut in cuts if not math.isnan(cut) and 10**middle >= cut), "economy")

    bins = []
    for start, end, n in zip(edges[:-1], edges[1:], count, strict=True):
        code = tier((start + end) / 2)
        span = f"{money(10**start, view.currency)} – {money(10**end, view.currency)}"
        words = hover(terms.tier(code), (_("Value"), span), (_("Customers"), number(n)))
        bins.append(columns.Bin(start, end, n, colour(view, code), code, words))
    ticks = [
        (math.log10(tick), money(tick, view.currency, trim=True)) for tick in log_ticks(10 ** edges[0], 10 ** edges[-1])
    ]
    alt = _("Histogram of predicted value of {n} customers").format(n=number(len(values)))
    lines = (
        []
        if small
        else [(math.log10(cut), money(cut, view.currency)) for _name, cut in cuts if not math.isnan(cut) and cut > 0]
    )
    names = [] if small else _tier_places(cuts, float(edges[0]), float(edges[-1]))
    return columns.histogram(
        view.theme,
        bins,
        alt=alt,
        format=lambda v: short_number(v, trim=True),
        x_ticks=ticks,
        cuts=lines,
        names=names,
        small=small,
        selected=selected,
        x_title="" if small else _("predicted {value} per customer").format(value=money_name(result)),
    )


def _tier_places(cuts: list[tuple[str, float]], start: float, end: float) -> list[tuple[float, str]]:
    """Where each tier's name stands above the histogram: in the middle of its stretch."""
    places, upper = [], end
    for name, cut in cuts:
        lower = start if math.isnan(cut) or cut <= 0 else min(max(math.log10(cut), start), upper)
        if upper - lower > (end - start) * 0.08:
            places.append(((lower + upper) / 2, terms.tier(name)))
        upper = lower
    return places


def actions(view: View, result: LtvResult) -> list[layout.Action]:
    """What to do with each tier."""
    words = {
        "vip": _("A contact of their own, and first choice of what is scarce:"),
        "standard": _("Move them up: what goes with what they buy:"),
        "economy": _("Serve them cheaply, by newsletter and self-service:"),
    }
    return [
        layout.Action(
            f"{terms.tier(row.tier)}.",
            _("{advice} {customers}, {each} each.").format(
                advice=words[row.tier],
                customers=terms.customers(row.customers),
                each=money(row.mean_clv, view.currency),
            ),
            _("Open them"),
            select=row.tier,
        )
        for row in result.tiers.itertuples()
        if row.customers
    ]


def horizon(view: View) -> str:
    """The time that is forecast, and what a year of waiting costs."""
    return _("next {n} months, {rate} a year discount").format(
        n=view.params.horizon_months, rate=percent(view.params.discount_rate, 0)
    )


def table_columns(view: View, result: LtvResult, known: dict[str, str]) -> list[layout.Column]:
    """Columns of the customers' table."""
    return [
        *_value_columns(known),
        *(ltv_contracts.table_columns(view) if len(result.contracts) else _repeat_columns()),
    ]


def _value_columns(known: dict[str, str]) -> list[layout.Column]:
    return [
        layout.Column("tier", _("Tier"), "text", known),
        layout.Column("clv", _("Predicted value"), "money"),
        layout.Column(
            "clv_low", _("Low"), "money", help=_("The customer’s own value lies above this in 19 cases of 20")
        ),
        layout.Column(
            "clv_high", _("High"), "money", help=_("The customer’s own value lies below this in 19 cases of 20")
        ),
    ]


def _repeat_columns() -> list[layout.Column]:
    return [
        layout.Column(
            "p_alive", _("Still a customer"), "percent", help=_("Probability that they have not left for good")
        ),
        layout.Column("expected_purchases", _("Orders to come"), "decimal"),
        layout.Column("repeat_frequency", _("Repeat days"), help=_("Days with a purchase after the first")),
        layout.Column("monetary_value", _("Mean repeat value"), "money"),
    ]
