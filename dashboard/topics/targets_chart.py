"""Targets as bubbles: worth by prospects."""

from typing import Any

import plotly.graph_objects as go

from core.analyses.targets import TargetsResult
from core.stats import SMALL_N
from dashboard import classes
from dashboard.charts import bubbles
from dashboard.charts.marks import Format, escape, hover
from dashboard.topics import targets
from dashboard.view import View
from dashboard.words import _, money, money_range, number, percent, percent_range, signed_money, signed_percent

# Growth beyond this is drawn at the edge, with its number.
EDGE = 5.0
ACROSS = ("growth", "change", "stability", "reach", "margin_share", "customers")


def across(view: View, result: TargetsResult) -> dict[str, str]:
    """What the level axis can show: what is known of the classification's own segments."""
    own = result.segments[result.segments["classification"] == view.params.classification]
    words = {
        "growth": _("Growth"),
        "change": _("Change"),
        "stability": _("Stability"),
        "reach": _("Reach"),
        "margin_share": _("Margin share"),
        "customers": _("Size"),
    }
    return {name: words[name] for name in ACROSS if own[name].notna().any()}


def figure(view: View, result: TargetsResult, said: targets.Said, by: str, selected: str | None) -> go.Figure:
    """Segments by a measure and by value a customer; the area is revenue."""
    table = result.segments[result.segments["customers"] > 0]
    up = "ltv" if table["ltv"].notna().any() else "each"
    table = table.assign(each=table["revenue"] / table["customers"])
    table = table[table[by].notna() & table[up].notna()]
    colours = _colours(view, result)
    drawn = [
        bubbles.Bubble(
            row.key,
            escape(said[row.key]) + _beyond(by, getattr(row, by)),
            min(getattr(row, by), EDGE) if by == "growth" else getattr(row, by),
            getattr(row, up),
            row.revenue,
            colours[row.key],
            _hover(view, result, row, said[row.key]),
            faint=row.customers < SMALL_N,
            ringed=row.picked,
        )
        for row in table.itertuples(index=False)
    ]
    alt = _("Segments by value a customer: {list}").format(
        list=", ".join(f"{said[row.key]} {money(getattr(row, up), view.currency)}" for row in table.itertuples())
    )
    value = _("Margin ahead a customer") if result.income == "margin" else _("Revenue ahead a customer")
    return bubbles.bubbles(
        view.theme,
        drawn,
        alt=alt,
        x_title=_x_title(view, by),
        y_title=value if up == "ltv" else _("Net revenue a customer"),
        x_format=_x_format(view, by),
        y_format=lambda tick: money(tick, view.currency, trim=True),
        zero=by in ("growth", "change"),
        selected=selected,
        wide=320 if view.phone else 620,
        height=380 if view.phone else 420,
    )


def not_drawn(result: TargetsResult, said: targets.Said, by: str) -> str:
    """Which picks are not on the chart, as a sentence; "" where all are."""
    table = result.segments[result.segments["picked"] & result.segments[by].isna()]
    if table.empty:
        return ""
    return _("Not drawn, as it is not known of them: {segments}.").format(
        segments=", ".join(said[key] for key in table["key"])
    )


def _beyond(by: str, value: float) -> str:
    return f" {signed_percent(value)} →" if by == "growth" and value > EDGE else ""


def _x_title(view: View, by: str) -> str:
    return {
        "growth": _("Growth of revenue, last {months} months on a year before").format(months=view.params.months),
        "change": _("Change of revenue, last {months} months on a year before").format(months=view.params.months),
        "stability": _("Customers of a year ago that are in it still"),
        "reach": _("Share that can be reached"),
        "margin_share": _("Margin as a share of revenue"),
        "customers": _("Customers"),
    }[by]


def _hover(view: View, result: TargetsResult, row: Any, name: str) -> str:
    return hover(
        escape(name),
        (_("Customers"), f"{number(row.customers)} · {percent(row.customer_share)}"),
        (_("Net revenue"), f"{money(row.revenue, view.currency)} · {percent(row.revenue_share)}"),
        (_("Ahead, each"), targets.ahead(view, row.ltv)),
        (_("Change"), _change(view, row)),
        (_("Growth"), _with_range(row.growth, row.growth_low, row.growth_high, signed=True)),
        (_("Customers a year ago"), number(row.members_before) if row.change_of == "class" else ""),
        (_("Stability"), _with_range(row.stability, row.stability_low, row.stability_high)),
        (_("Reach"), _with_range(row.reach, row.reach_low, row.reach_high)),
        (_("Met through"), escape(targets.met(result, row.key))),
        (_("Income per unit spent"), "" if row.per_spend != row.per_spend else number(row.per_spend, 2)),
    )


def _change(view: View, row: Any) -> str:
    if row.change != row.change:
        return ""
    told = money_range(row.change_low, row.change_high, view.currency)
    return f"{signed_money(row.change, view.currency)} ({told})"


def _x_format(view: View, by: str) -> Format:
    if by == "change":
        return lambda tick: money(tick, view.currency, trim=True)
    return number if by == "customers" else percent


def _with_range(value: float, low: float, high: float, signed: bool = False) -> str:
    if value != value:
        return ""
    return f"{signed_percent(value) if signed else percent(value)} ({percent_range(low, high)})"


def _colours(view: View, result: TargetsResult) -> dict[str, str]:
    found = {}
    for classification, rows in result.segments.groupby("classification", sort=False):
        code = str(classification)
        own = classes.colours(view.theme, code, list(rows["segment"]))
        found |= {key: own[label] for key, label in zip(rows["key"], rows["segment"], strict=True)}
    return found
