"""Overview: its figures, months and cards, one for each of the other pages."""

import math

import numpy as np
import plotly.graph_objects as go

from core.analyses.abc_xyz import AbcXyzResult
from core.analyses.cohorts import CohortsResult
from core.analyses.ltv import LtvResult
from core.analyses.overview import OverviewResult
from core.analyses.personas import PersonasResult
from core.analyses.rfm import RfmResult
from core.days import to_date
from dashboard import layout, terms
from dashboard.charts import bars, columns, small
from dashboard.charts.marks import hover
from dashboard.topics import cohorts, ltv, personas, segments
from dashboard.view import View
from dashboard.words import _, day, money, number, percent, signed_number, signed_percent

LABELS = 8


def compared(result: OverviewResult) -> str:
    """What a change is measured against, in few words."""
    return {"year": _("year on year"), "before": _("on the time before"), "halves": _("2nd half on 1st")}[
        result.comparison
    ]


def title(result: OverviewResult) -> str:
    """The finding: what revenue did, as far as that can be claimed, and who carries it."""
    revenue = result.figure("revenue")
    returning = result.months["returning"].sum() / (
        result.months["returning"].sum() + result.months["first_orders"].sum()
    )
    carried = _("returning customers bring {share} of it").format(share=percent(returning))
    against = {
        "year": _("on the year before"),
        "before": _("on the period before"),
        "halves": _("from the first half to the second"),
    }[result.comparison]
    if not revenue["claim"]:
        return _("No clear change of revenue {against}; {carried}").format(against=against, carried=carried)
    words = (
        _("Revenue rose by {share} {against}; {carried}")
        if revenue["change"] > 0
        else _("Revenue fell by {share} {against}; {carried}")
    )
    return words.format(share=percent(abs(revenue["change"])), against=against, carried=carried)


def figures(view: View, result: OverviewResult) -> list[layout.Figure]:
    """Five figures with their changes; a change within noise is called none."""
    written = {
        "revenue": (
            _("Net revenue"),
            lambda x: money(x, view.currency),
            _("Of identified customers in the window, returns taken off."),
        ),
        "customers": (_("Customers"), number, _("With a purchase in the window.")),
        "orders": (_("Orders"), number, _("Purchases of identified customers.")),
        "order_value": (_("Average order"), lambda x: money(x, view.currency), _("Net revenue ÷ orders.")),
        "repeat_rate": (
            _("Repeat purchase rate"),
            percent,
            _("Customers with two or more purchases in the window ÷ customers."),
        ),
    }
    spans = _("Change: {a} to {b} against {c} to {d}, 95 % interval paired by customer.").format(
        **{name: day(to_date(value)) for name, value in zip("cdab", result.compared, strict=True)}
    )
    return [
        layout.Figure(label, write(row["value"]), _change(row), compared(result), help=f"{definition} {spans}")
        for name, (label, write, definition) in written.items()
        for row in [result.figure(name)]
    ]


def _change(row: "object") -> str:
    if not row["claim"] or math.isnan(row["change"]):
        return _("no clear change")
    if row["figure"] == "repeat_rate":
        return _("{points} points").format(points=signed_number(row["change"] * 100, metric=True, digits=1))
    return signed_percent(row["change"], metric=True)


def months(view: View, result: OverviewResult) -> go.Figure:
    """Revenue by month: first orders, returning customers, and what has no customer."""
    table = result.months
    names = {
        "returning": (_("returning"), view.theme.accent),
        "first_orders": (_("first"), view.theme.categorical["sky"]),
        "unidentified": (_("unknown"), view.theme.categorical["grey"]),
    }
    periods = [terms.period(code) for code in table["month"]]
    layers = [
        columns.Layer(
            label,
            table[column].tolist(),
            colour,
            [
                hover(
                    period,
                    (label, money(value, view.currency)),
                    (_("Customers"), number(n)),
                    note="" if over else _("This month is not over."),
                )
                for period, value, n, over in zip(
                    periods, table[column], table["customers"], table["complete"], strict=True
                )
            ],
        )
        for column, (label, colour) in names.items()
        if column != "unidentified" or result.unidentified
    ]
    step = max(1, math.ceil(len(periods) / LABELS))
    labels = [period.replace("\u00a0", "<br>") if place % step == 0 else "" for place, period in enumerate(periods)]
    total = table[list(names)].sum(axis=1)
    best = int(total.where(table["complete"]).fillna(total).argmax())
    totals = [money(value, view.currency) if place == best else "" for place, value in enumerate(total)]
    alt = _("Net revenue by month; the best is {month} with {money}").format(
        month=periods[best], money=money(total.iloc[best], view.currency)
    )
    return columns.stacked(
        view.theme,
        labels,
        layers,
        alt=alt,
        format=lambda v: money(v, view.currency, trim=True) if v else "0",
        incomplete=[not over for over in table["complete"]],
        totals=totals,
    )


def identified(view: View, result: OverviewResult) -> str:
    """How much revenue has no customer, in a sentence; "" for none."""
    if not result.unidentified:
        return ""
    known = float(result.figure("revenue")["value"])
    return _(
        "{money}, {share} of all revenue, comes from orders without a customer; it counts in revenue only."
    ).format(
        money=money(result.unidentified, view.currency),
        share=percent(result.unidentified / (known + result.unidentified)),
    )


def actions(view: View, rfm: RfmResult, abc: AbcXyzResult, retention: CohortsResult) -> list[layout.Action]:
    """Three things to do, each with its customers."""
    points = []
    there = set(rfm.segments.loc[rfm.segments["customers"] > 0, "segment"])
    for code in ("cant_lose", "at_risk"):
        if code in there:
            row = rfm.segments[rfm.segments["segment"] == code].iloc[0]
            lead = {"cant_lose": _("{n} you can’t lose."), "at_risk": _("{n} at risk.")}[code].format(
                n=number(row["customers"])
            )
            text = _("They bought often and fell silent: {money} in the window.").format(
                money=money(row["revenue"], view.currency)
            )
            points.append(layout.Action(lead, text, _("See them"), page="rfm", query={"select": code}))
            break
    top = abc.customers[abc.customers["abc"] == "A"]
    lead = _("{n} bring the most.").format(n=number(len(top)))
    text = _("{share} of revenue. Give each a name and a call.").format(
        share=percent(top["revenue"].sum() / abc.customers["revenue"].sum())
    )
    points.append(layout.Action(lead, text, _("See the matrix"), page="abc_xyz", query={"select": "A-"}))
    first = retention.average[retention.average["period"] == 1]
    if len(first):
        text = _("{share} of new customers do not return in month 1.").format(
            share=percent(1 - first["retention"].iloc[0])
        )
        points.append(layout.Action(_("The second order."), text, _("See retention"), page="cohorts"))
    return points


def rfm_card(view: View, result: RfmResult) -> tuple[str, go.Figure]:
    """What RFM finds, small."""
    table = result.segments[result.segments["revenue"] > 0].sort_values("revenue", ascending=False, kind="stable")
    total = table["revenue"].sum()
    names, colours = segments.names(result.rules), segments.colours(view.theme, result.rules.names)
    pieces = [
        bars.Piece(
            row.segment,
            names[row.segment],
            row.revenue / total,
            colours[row.segment],
            hover(
                names[row.segment],
                (_("Revenue"), money(row.revenue, view.currency)),
                (_("Customers"), number(row.customers)),
            ),
        )
        for row in table.itertuples()
    ]
    first = table.iloc[0]
    found = _("{n} {segment} bring {share}").format(
        n=number(first["customers"]), segment=names[first["segment"]], share=percent(first["revenue"] / total)
    )
    ticks = [(0.0, "0"), (0.5, percent(0.5)), (1.0, percent(1.0))]
    return found, bars.shares(view.theme, [("", pieces)], alt=found, x_ticks=ticks, height=110)


def abc_card(view: View, result: AbcXyzResult) -> tuple[str, go.Figure]:
    """What ABC-XYZ finds, small."""
    values = np.maximum(result.customers["value"].to_numpy(), 0.0)
    running = np.r_[0.0, np.cumsum(values)] / (values.sum() or 1.0)
    place = np.unique(
        np.r_[0, np.geomspace(1, len(values), 80).astype(int), np.linspace(0, len(values), 40).astype(int)]
    )
    top = int((result.customers["abc"] == "A").sum())
    found = _("{share} bring 80 % of revenue").format(share=percent(top / len(values)))
    label = (0.2, result.top_share * 0.8, _("top 20 %: {share}").format(share=percent(result.top_share)))
    x = place / len(values)
    ticks = [(0.0, "0"), (0.5, percent(0.5)), (1.0, percent(1.0))]
    return found, small.spark(
        view.theme, x.tolist(), running[place].tolist(), alt=found, x_ticks=ticks, filled=True, label=label
    )


def cohorts_card(view: View, result: CohortsResult) -> tuple[str, go.Figure]:
    """What retention finds, small."""
    rows = result.average
    first = rows[rows["period"] == 1]
    found = (
        cohorts.title(result)
        if first.empty
        else _("{share} return in month 1").format(share=percent(first["retention"].iloc[0]))
    )
    label = (
        None
        if first.empty
        else (
            1.0,
            float(first["retention"].iloc[0]),
            _("month 1: {share}").format(share=percent(first["retention"].iloc[0])),
        )
    )
    last = int(rows["period"].max()) if len(rows) else 0
    ticks = [(float(tick), str(tick)) for tick in sorted({0, last // 2, last})]
    return found, small.spark(
        view.theme, rows["period"].tolist(), rows["retention"].tolist(), alt=found, x_ticks=ticks, label=label
    )


def ltv_card(view: View, result: LtvResult) -> tuple[str, go.Figure | None]:
    """What lifetime value finds, small."""
    return ltv.title(result), ltv.histogram(view, result, small=True) if result.fitted else None


def personas_card(view: View, result: PersonasResult) -> tuple[str, go.Figure | None]:
    """What personas find, small."""
    return personas.finding(result), personas.first_indices(view, result)


CARDS = (
    ("rfm", lambda: _("RFM"), rfm_card),
    ("abc_xyz", lambda: _("ABC-XYZ"), abc_card),
    ("cohorts", lambda: _("Retention"), cohorts_card),
    ("ltv", lambda: _("Lifetime value"), ltv_card),
    ("personas", lambda: _("Personas"), personas_card),
)
