"""The tiers of lifetime value, and how unequal it is."""

import math

import pandas as pd
import plotly.graph_objects as go

from core.analyses.ltv import LtvResult
from dashboard import terms
from dashboard.charts import bars, curves
from dashboard.charts.marks import hover
from dashboard.topics.ltv import colour
from dashboard.view import View
from dashboard.words import _, money, number, percent

# The part of customers that the Lorenz curve's title speaks of.
HALF = 0.5


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


def lorenz_title(result: LtvResult) -> str:
    """The finding: what the less valuable half will bring."""
    held = result.lorenz.set_index("share_customers")["share_value"]
    if HALF not in held.index:
        return _("How unequal customers are")
    return _("The less valuable half of customers will bring {share}").format(share=percent(held.loc[HALF]))


def lorenz(view: View, result: LtvResult) -> go.Figure:
    """How much of the value to come the customers hold, from the least valuable up, beside what it would be if all were equal."""
    table = result.lorenz
    texts = [
        hover(
            _("The lowest {share} of customers").format(share=percent(row.share_customers, 0)),
            (_("hold"), percent(row.share_value)),
            (_("the others"), percent(1 - row.share_value)),
        )
        for row in table.itertuples()
    ]
    held = curves.Line(
        _("value"), table["share_customers"].tolist(), table["share_value"].tolist(), view.theme.accent, hover=texts
    )
    equal = curves.Line("", [0.0, 1.0], [0.0, 1.0], view.theme.muted, dash=True)
    fifths = [(step / 5, percent(step / 5, 0)) for step in range(6)]
    alt = _("Share of value held by the lowest shares of customers; the top tenth holds {share}").format(
        share=percent(result.figures.top_tenth_share, 0)
    )
    return curves.lines(
        view.theme,
        [held, equal],
        alt=alt,
        format=lambda v: percent(v, 0),
        x_title=_("customers, lowest value first"),
        y_title=_("share of the value to come"),
        x_ticks=fifths,
        top=1.0,
    )
