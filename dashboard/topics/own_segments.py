"""Own segments: the rule's finding, its steps as bars, and what to do with it."""

import plotly.graph_objects as go

from core.analyses.own_segments import OwnSegmentsResult
from core.own_segments import IN, OWN, RULE, OwnSegments
from dashboard import layout, terms
from dashboard.charts import bars
from dashboard.charts.marks import escape, hover
from dashboard.links import profile_link
from dashboard.view import View
from dashboard.words import _, money, number, percent


def title(result: OwnSegmentsResult, rule: str) -> str:
    """The finding: how many meet the rule, and what they bring."""
    if not rule:
        return _("Build a segment: begin broad, and narrow it step by step")
    last = result.steps.iloc[-1]
    return _("{customers}, {share}, bring {revenue} of revenue").format(
        customers=terms.customers(result.n),
        share=percent(last["customer_share"]),
        revenue=percent(last["revenue_share"]),
    )


def figures(view: View, result: OwnSegmentsResult) -> list[layout.Figure]:
    """The four figures."""
    last = result.steps.iloc[-1]
    orders = int(result.customers["orders"].sum())
    value = money(last["revenue"] / orders, view.currency) if orders else "–"
    return [
        layout.Figure(_("Customers"), number(result.n), percent(last["customer_share"]), _("of those in view")),
        layout.Figure(
            _("Net revenue"), money(last["revenue"], view.currency), percent(last["revenue_share"]), _("of all")
        ),
        layout.Figure(_("Orders"), number(orders)),
        layout.Figure(_("Order value"), value),
    ]


def step_name(text: str) -> str:
    """What a step asks; the first one is everybody."""
    return text or _("All customers in view")


def funnel(view: View, result: OwnSegmentsResult) -> go.Figure:
    """How many are left after each step."""
    most = 22 if view.phone else 44
    drawn = []
    for row in result.steps.itertuples(index=False):
        name = step_name(row.rule)
        drawn.append(
            bars.Bar(
                str(row.step),
                escape(name if len(name) <= most else name[: most - 1] + "…"),
                row.customers,
                number(row.customers),
                view.theme.accent,
                sub=percent(row.customer_share),
                hover=hover(
                    escape(name),
                    (_("Left after it"), terms.customers(row.customers)),
                    (_("Net revenue"), f"{money(row.revenue, view.currency)} · {percent(row.revenue_share)}"),
                    (_("By itself"), terms.customers(row.alone)),
                ),
            )
        )
    alt = _("Customers left after each step: {list}").format(list=", ".join(f"{bar.label} {bar.text}" for bar in drawn))
    return bars.ranked(view.theme, drawn, alt=alt, wide=300 if view.phone else 560)


def saved_as(own: OwnSegments, rule: str) -> str:
    """The name under which this very rule is saved; "" for none."""
    return next((name for name, text in own.texts.items() if rule and text == rule), "")


def classification_of(own: OwnSegments, rule: str) -> str:
    """What the segment is called where classifications are chosen."""
    name = saved_as(own, rule)
    return OWN + name if name else RULE + rule


def segment(own: OwnSegments, rule: str) -> layout.Segment | None:
    """The segment, for the page of profiles."""
    return layout.Segment(named(own, rule), ((classification_of(own, rule), IN),)) if rule else None


def named(own: OwnSegments, rule: str) -> str:
    """The segment in a sentence."""
    name = saved_as(own, rule)
    return _("“{name}”").format(name=name) if name else _("this segment")


def actions(own: OwnSegments, result: OwnSegmentsResult, rule: str) -> list[layout.Action]:
    """What to do with the segment."""
    if not rule or not result.n:
        return []
    classification = classification_of(own, rule)
    return [
        layout.Action(
            _("Who they are."),
            _("What sets these {customers} apart, and what to offer them.").format(customers=terms.customers(result.n)),
            _("Open the profile"),
            page="profiles",
            query=profile_link(classification, IN),
        ),
        layout.Action(
            _("Where they are."),
            _("Lay {name} across another classification.").format(name=named(own, rule)),
            _("Cross it"),
            page="crossing",
            query={"rows": classification},
        ),
    ]


def columns() -> list[layout.Column]:
    """Columns of the customers' table."""
    return [
        layout.Column("revenue", _("Net revenue"), "money"),
        layout.Column("orders", _("Orders")),
        layout.Column("last_order", _("Days since last order")),
    ]
