"""RFM in words: its finding, figures and cuts, whom a key selects, and what to do with each segment."""

import math
from typing import Any

import pandas as pd

from core.analyses.rfm import AXES, RfmParams, RfmResult
from dashboard import layout, terms
from dashboard.links import usual_settings
from dashboard.topics import rfm_changes, segments
from dashboard.view import View
from dashboard.words import EN_DASH, _, money, number, percent

# Each face of the cube: its columns' axis and its rows' axis.
FACES = ("rf", "rm", "fm")
AT_STAKE = ("at_risk", "cant_lose")
FIRST_TO_ACT_ON = (
    "cant_lose",
    "at_risk",
    "need_attention",
    "champions",
    "loyal",
    "potential_loyalist",
    "promising",
    "new",
)


def by_revenue(result: RfmResult) -> pd.DataFrame:
    """The segments that hold somebody, most revenue first."""
    held = result.segments[result.segments["customers"] > 0]
    return held.sort_values(["revenue", "customers"], ascending=False, kind="stable")


def names(result: RfmResult) -> dict[str, str]:
    """The words for the segments that hold somebody, most revenue first."""
    known = segments.names(result.rules)
    return {code: known[code] for code in by_revenue(result)["segment"].astype(str)}


def row_of(result: RfmResult, code: str) -> Any:
    """The row of a segment."""
    return result.segments[result.segments["segment"] == code].iloc[0]


def best(result: RfmResult) -> str:
    """The segment that the page is about: champions, or else the one with most revenue."""
    if "champions" in result.rules.names and row_of(result, "champions")["customers"]:
        return "champions"
    return str(by_revenue(result)["segment"].iloc[0])


def title(result: RfmResult, value: str) -> str:
    """The finding: what the champions, or else the first segment, bring."""
    row = row_of(result, best(result))
    return _("{n} {segment}, {customers} of customers, bring {share} of {value}").format(
        n=number(row["customers"]),
        segment=terms.segment(row["segment"], result.rules),
        customers=percent(row["customer_share"]),
        share=percent(row["revenue_share"]),
        value=value,
    )


def what(chosen: RfmParams, value: str) -> str:
    """What is shown, and how its groups are cut."""
    words = {
        "count": _("Recency, frequency and {value}, each in {n} groups of equal size"),
        "width": _("Recency, frequency and {value}, each in {n} groups of equal width"),
        "own": _("Recency, frequency and {value}, each in {n} groups by own cuts"),
    }
    text = words[chosen.cuts].format(value=value, n=chosen.groups)
    return text + ("; " + _("recency by fixed days") if chosen.recency == "calendar" else "")


def figures(
    view: View, result: RfmResult, value: str, changed: rfm_changes.SegmentChanges | None
) -> list[layout.Figure]:
    """The four figures: the best segment and its money, those at stake and theirs, with shares or changes."""
    first = best(result)
    stake = [code for code in AT_STAKE if code in result.rules.names]
    rule = "; ".join(terms.segment_rule(code, result.rules, result.groups) for code in stake)
    known = segments.names(result.rules)
    figures_ = _pair(view, result, value, [first], changed, (known[first], _("Their {value}").format(value=value)))
    if not stake:
        second = [code for code in names(result) if code != first][:1] or [first]
        labels = (known[second[0]], _("Their {value}").format(value=value))
        return figures_ + _pair(view, result, value, second, changed, labels)
    labels = (_(" or ").join(known[code] for code in stake), _("At stake"))
    helps = (_("Customers with {rule}.").format(rule=rule), _("What those at risk have brought in the window."))
    return figures_ + _pair(view, result, value, stake, changed, labels, helps)


def _pair(
    view: View,
    result: RfmResult,
    value: str,
    codes: list[str],
    changed: rfm_changes.SegmentChanges | None,
    labels: tuple[str, str],
    helps: tuple[str, str] | None = None,
) -> list[layout.Figure]:
    """How many some segments are together, and what they bring."""
    rows = result.segments[result.segments["segment"].isin(codes)]
    rule = "; ".join(terms.segment_rule(code, result.rules, result.groups) for code in codes)
    helps = helps or (_("Customers with {rule}.").format(rule=rule), _("What they have brought in the window."))
    people: tuple[str, str] = (percent(rows["customer_share"].sum()), _("of customers"))
    brought: tuple[str, str] = (percent(rows["revenue_share"].sum()), _("of {value}").format(value=value))
    note, bad = "", codes[0] in AT_STAKE
    if changed:
        people, brought = rfm_changes.of_figure(changed, codes, view.currency)
        if view.phone:
            people, brought = (people[0], changed.words), (brought[0], changed.words)
        note = " " + changed.definition
    return [
        layout.Figure(labels[0], number(rows["customers"].sum()), *people, bad, helps[0] + note),
        layout.Figure(labels[1], money(rows["revenue"].sum(), view.currency), *brought, bad, helps[1] + note),
    ]


def cuts(view: View, result: RfmResult) -> list[tuple[str, str]]:
    """The groups of each axis in words, worst first: ``once · 2–4 · 5–209``; one that nobody is in says so."""
    labels = {"recency": _("Recency, days"), "frequency": _("Frequency, orders"), "monetary": _("Value")}
    return [(label, " · ".join(_groups(view, result, axis))) for axis, label in labels.items()]


def _groups(view: View, result: RfmResult, axis: str) -> list[str]:
    rows = result.cuts[result.cuts["axis"] == axis]
    texts = [span(view, axis, row.low, row.high) for row in rows.itertuples()]
    if axis == "recency" and rows["by"].iloc[0] == "calendar":
        age = {0: _("new"), 1: _("recent")}
        texts = [
            f"{age.get(place, _('old'))} {text}" for place, text in zip(range(len(texts))[::-1], texts, strict=True)
        ]
    return texts


def span(view: View, axis: str, low: float, high: float) -> str:
    """The values of a group from the smallest to the largest."""
    if math.isnan(low):
        return _("(nobody)")
    ends = [amount(view, axis, end) for end in ((low,) if low == high else (low, high))]
    return EN_DASH.join(ends)


def amount(view: View, axis: str, value: float) -> str:
    """A value of one axis, written out."""
    return money(value, view.currency) if axis == "monetary" else number(value)


def members(result: RfmResult, selected: str | None) -> "pd.Series[bool] | slice":
    """Which customers a key selects."""
    if selected is None:
        return slice(None)
    if ":" not in selected:
        return result.customers["segment"] == selected
    face, column, row = selected.split(":")
    return (result.customers[face[0]] == int(column)) & (result.customers[face[1]] == int(row))


def segment(view: View, params: RfmParams, selected: str | None, name: str) -> layout.Segment | None:
    """What is selected, for the page of profiles, which goes by the usual settings."""
    if selected is None:
        return None
    otherwise = usual_settings(view, params)
    if ":" not in selected:
        return layout.Segment(name, (("rfm_segment", selected),), otherwise)
    if otherwise:
        # Other cuts have other scores.
        return None
    face, *scores = selected.split(":")
    axes = {axis[0]: axis for axis in AXES}
    return layout.Segment(name, tuple(zip((axes[letter] for letter in face), scores, strict=True)))


def first_to_act_on(result: RfmResult) -> list[str]:
    """Three segments to begin with: those that Clientele knows to be urgent, then those with most revenue."""
    held = names(result)
    urgent = [code for code in FIRST_TO_ACT_ON if code in held]
    return [*urgent, *(code for code in held if code not in urgent)][:3]


def action(view: View, result: RfmResult, code: str) -> layout.Action:
    """What to do with a segment."""
    row = row_of(result, code)
    brought = _("{money} in the window, {days} days since the last order on average.").format(
        money=money(row["revenue"], view.currency), days=number(row["recency_days"])
    )
    label = _("Open the {customers}").format(customers=terms.customers(row["customers"]))
    advice = terms.segment_advice(code, result.rules)
    return layout.Action("", f"{advice} {brought}".strip(), label, select=code)


def columns(result: RfmResult, value: str) -> list[layout.Column]:
    """Columns of the customers' table."""
    return [
        layout.Column("segment", _("Segment"), "text", segments.names(result.rules)),
        layout.Column("revenue", value.capitalize(), "money"),
        layout.Column("orders", _("Orders")),
        layout.Column("recency_days", _("Days since"), help=_("Days from the last order to the end of the window")),
        layout.Column("r", _("R")),
        layout.Column("f", _("F")),
        layout.Column("m", _("M")),
        layout.Column(
            "next_r", _("Days to better R"), help=_("So many days fewer since the last order lead to a better group")
        ),
        layout.Column("next_f", _("Orders to better F"), help=_("So many orders more lead to a better group")),
        layout.Column("next_m", _("Money to better M"), "money", help=_("So much more money leads to a better group")),
    ]
