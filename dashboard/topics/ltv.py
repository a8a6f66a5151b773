"""Lifetime value: its distribution, tiers and holdout as figures, and what to do."""

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.analyses.ltv import LtvResult
from dashboard import layout, terms
from dashboard.charts import bars, columns, curves, scatter
from dashboard.charts.marks import hover, log_ticks
from dashboard.view import View
from dashboard.words import _, money, money_range, number, percent, percent_range, short_number

BINS = 36


def names(result: LtvResult) -> dict[str, str]:
    """The words for the tiers that hold somebody."""
    return {row.tier: terms.tier(row.tier) for row in result.tiers.itertuples() if row.customers}


def colour(view: View, tier: str) -> str:
    """The colour of a tier."""
    return view.theme.tier["VIP" if tier == "vip" else tier]


def members(result: LtvResult, selected: str | None) -> "pd.Series[bool] | slice":
    """Which customers a tier holds."""
    return slice(None) if selected is None else result.customers["tier"] == selected


def money_name(result: LtvResult) -> str:
    """What the forecast is of."""
    return _("margin") if result.value == "margin" else _("discounted revenue")


def title(result: LtvResult) -> str:
    """The finding: how much of the future the best tenth holds."""
    if not result.fitted:
        return _("Too little repeat buying for a forecast; the simple figures stand in")
    return _("The top tenth will bring {share} of the value to come").format(
        share=percent(result.figures.top_tenth_share, 0)
    )


def figures(view: View, result: LtvResult) -> list[layout.Figure]:
    """The four figures; the simple ones where there is no forecast."""
    simple = result.simple
    formula = _("{mean} an order × {rate} orders a month × {months} months so far").format(
        mean=money(simple.mean_order, view.currency),
        rate=number(simple.orders_a_month, 2),
        months=number(simple.months_retained, 1),
    )
    by_orders = layout.Figure(
        _("Simple value"), money(simple.value_by_orders, view.currency), _("by orders"), help=formula + "."
    )
    by_buyers = layout.Figure(
        _("Value ÷ buyers"),
        money(simple.value_by_buyers, view.currency),
        _("mean of the window"),
        help=_("{money} of {n}, credits taken off.").format(
            money=money(simple.period_value, view.currency), n=terms.customers(simple.buyers)
        ),
    )
    if not result.fitted:
        return [by_orders, by_buyers]
    found, check = result.figures, result.check
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
    if check is None or math.isnan(check.error):
        return [base, each, by_orders, by_buyers]
    error = layout.Figure(
        _("Error on the holdout"),
        percent(check.error),
        _("95 %: {span}").format(span=percent_range(check.error_low, check.error_high)),
        help=_(
            "Predicted ÷ actual orders of the last {n} weeks, which the model had not seen, less 1. Below 0: too few."
        ).format(n=check.weeks),
    )
    return [base, each, error, by_orders]


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


def tiers(view: View, result: LtvResult, selected: str | None) -> go.Figure:
    """What share of customers, and of value, each tier is."""
    rows = result.tiers.iloc[::-1]

    def pieces(column: str) -> list[bars.Piece]:
        return [
            bars.Piece(
                row.tier,
                f"{terms.tier(row.tier)} {percent(getattr(row, column))}",
                getattr(row, column),
                colour(view, row.tier),
                hover(
                    terms.tier(row.tier),
                    (_("Customers"), number(row.customers)),
                    (_("Value"), money(row.clv, view.currency)),
                ),
            )
            for row in rows.itertuples()
            if row.customers
        ]

    shown = [(_("customers"), pieces("customer_share")), (_("value"), pieces("clv_share"))]
    vip = result.tiers.iloc[0]
    alt = _("VIP customers are {customers} of all and bring {value} of the value").format(
        customers=percent(vip["customer_share"]), value=percent(vip["clv_share"])
    )
    return bars.shares(view.theme, shown, alt=alt, selected=selected)


def tier_table(view: View, result: LtvResult) -> pd.DataFrame:
    """Tiers with n, mean value and where they begin, written."""
    return pd.DataFrame(
        {
            _("n"): [number(row.customers) for row in result.tiers.itertuples()],
            _("each"): [money(row.mean_clv, view.currency) for row in result.tiers.itertuples()],
            _("from"): [
                money(row.low, view.currency) if not math.isnan(row.low) else "" for row in result.tiers.itertuples()
            ],
        },
        index=[terms.tier(row.tier) for row in result.tiers.itertuples()],
    )


def tracking(view: View, result: LtvResult) -> go.Figure:
    """Cumulative repeat orders by week, predicted and actual, the end held out."""
    table = result.holdout
    held = table["held_out"].astype(bool)
    actual = curves.Line(_("actual"), table["week"].tolist(), table["actual"].tolist(), view.theme.ink)
    # The forecast starts anew from what was known at the cut, so its line is broken there.
    before = _predicted(view, table[~held], "")
    after = _predicted(view, table[held], _("predicted"))
    held_weeks = table.loc[held, "week"]
    span = curves.Span(float(held_weeks.min()), float(held_weeks.max()), _("held out"))
    alt = _(
        "Predicted and actual repeat orders by week; over the held-out weeks the forecast was off by {error}"
    ).format(error=percent(result.check.error) if result.check else "–")
    return curves.lines(
        view.theme,
        [before, after, actual],
        alt=alt,
        format=lambda v: short_number(v, trim=True),
        x_title=_("week"),
        y_title=_("repeat orders, cumulative"),
        spans=[span],
    )


def _predicted(view: View, table: pd.DataFrame, name: str) -> curves.Line:
    band = table["low"].notna().any()
    return curves.Line(
        name,
        table["week"].tolist(),
        table["predicted"].tolist(),
        view.theme.accent,
        low=table["low"].tolist() if band else (),
        high=table["high"].tolist() if band else (),
        dash=True,
        hover=[
            hover(
                _("week {n}").format(n=row.week),
                (_("predicted"), number(row.predicted)),
                (_("95 % interval"), f"{number(row.low)}–{number(row.high)}" if band else ""),
                (_("actual"), number(row.actual)),
            )
            for row in table.itertuples()
        ],
    )


def by_orders(view: View, result: LtvResult) -> go.Figure:
    """Held-out orders a customer, by orders before."""
    table = result.holdout_by_x
    labels = [f"{x}+" if x == table["x"].max() and x >= 7 else str(x) for x in table["x"]]
    texts = [
        hover(
            _("{x} repeat orders before").format(x=label),
            (_("Customers"), number(row.customers)),
            (_("actual"), number(row.actual_mean, 2)),
            (_("95 % interval"), f"{number(row.low, 2)}–{number(row.high, 2)}"),
            (_("predicted"), number(row.predicted_mean, 2)),
        )
        for label, row in zip(labels, table.itertuples(), strict=True)
    ]
    alt = _("Orders per customer in the held-out weeks by repeat orders before, predicted and actual")
    return scatter.holdout(
        view.theme,
        labels,
        table["actual_mean"].tolist(),
        table["low"].tolist(),
        table["high"].tolist(),
        table["predicted_mean"].tolist(),
        alt=alt,
        x_title=_("repeat orders before"),
        words=(_("predicted"), _("actual")),
        format=lambda v: number(v, 1),
        hover=texts,
    )


def historic(view: View, result: LtvResult) -> go.Figure:
    """What customers have brought so far by age, all cohorts that reached it."""
    table = result.average_curve
    line = curves.Line(
        _("so far"),
        table["age"].tolist(),
        table["cumulative_value"].tolist(),
        view.theme.accent,
        hover=[
            hover(
                _("month {n}").format(n=row.age),
                (_("each"), money(row.cumulative_value, view.currency)),
                (_("Customers"), number(row.customers)),
            )
            for row in table.itertuples()
        ],
    )
    alt = _("Cumulative value per customer by months since the first order")
    return curves.lines(
        view.theme,
        [line],
        alt=alt,
        format=lambda v: money(v, view.currency, trim=True),
        x_title=_("months since the first order"),
    )


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


def table_columns(known: dict[str, str]) -> list[layout.Column]:
    """Columns of the customers' table."""
    return [
        layout.Column("tier", _("Tier"), "text", known),
        layout.Column("clv", _("Predicted value"), "money"),
        layout.Column(
            "clv_low", _("Low"), "money", help=_("The customer’s own value lies above this in 19 cases of 20")
        ),
        layout.Column(
            "clv_high", _("High"), "money", help=_("The customer’s own value lies below this in 19 cases of 20")
        ),
        layout.Column(
            "p_alive", _("Still a customer"), "percent", help=_("Probability that they have not left for good")
        ),
        layout.Column("expected_purchases", _("Orders to come"), "decimal"),
        layout.Column("repeat_frequency", _("Repeat days"), help=_("Days with a purchase after the first")),
        layout.Column("monetary_value", _("Mean repeat value"), "money"),
    ]
