"""A profile: what sets a segment apart, in words and as figures."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.analyses.profiles import ProfilesResult
from core.own_segments import OWN
from core.profiles.axes import AXES
from core.targets.picks import write_pick
from dashboard import classes, layout, share, terms
from dashboard.charts import bars
from dashboard.charts.marks import escape, hover
from dashboard.controls import setting
from dashboard.topics import profile_words, segment_choice
from dashboard.view import View
from dashboard.words import _, money, number, number_range, percent

TOP, MOST_LETTERS = 9, 34
MOST, TICKS, FEW_TICKS = (10, 1000), (25, 50, 100, 200, 400), (25, 100, 400)
# Notices that concern the whole page; the others stand under the Khramatrix.
ABOVE = ("small_segment", "small_rest", "only_demographics", "survey_answered", "survey_unanswered")


# ---- Who is compared with whom


def names(view: View, result: ProfilesResult) -> dict[str, str]:
    """What the reader sees for each segment that somebody is in."""
    held = result.segments.loc[result.segments["customers"] > 0, "segment"]
    return classes.labels(view, result.classification, list(held))


def other(result: ProfilesResult, said: dict[str, str]) -> str:
    """What the segment is compared with."""
    return said[result.against] if result.against else _("the rest")


def claims(result: ProfilesResult, more: bool | None = None) -> pd.DataFrame:
    """What can be claimed, what tells most first; only what is more, or less, frequent than elsewhere."""
    found = result.traits[result.traits["claim"].astype(bool)]
    return found if more is None else found[(found["share"] > found["rest_share"]) == more]


def title(view: View, result: ProfilesResult, said: dict[str, str]) -> str:
    """The finding: what sets the segment apart most."""
    found = claims(result, more=True)
    if found.empty:
        return _("{segment}: nothing sets them apart beyond chance").format(segment=said[result.segment])
    top = next(found.itertuples())
    return _("{segment}: {trait}, {share} against {rest} {unit}").format(
        segment=said[result.segment],
        trait=profile_words.short(top, view.currency),
        share=percent(top.share),
        rest=percent(top.rest_share),
        unit=profile_words.unit(top.of),
    )


def figures(view: View, result: ProfilesResult, said: dict[str, str]) -> list[layout.Figure]:
    """The four figures."""
    table = result.segments.set_index("segment")
    own = table.loc[result.segment]
    rest = table.loc[[result.against]] if result.against else table.drop(index=result.segment)
    orders = rest["orders"].sum()
    elsewhere = money(rest["revenue"].sum() / orders, view.currency) if orders else "–"
    told = _("{rest}: {value}")
    tested = int(result.traits["p"].notna().sum())
    clear = claims(result)
    return [
        layout.Figure(_("Customers"), number(own["customers"]), percent(own["customer_share"]), _("of those in view")),
        layout.Figure(
            _("Net revenue"), money(own["revenue"], view.currency), percent(own["revenue_share"]), _("of all")
        ),
        layout.Figure(
            _("Order value"),
            money(own["order_value"], view.currency),
            told.format(rest=other(result, said), value=elsewhere),
        ),
        layout.Figure(
            _("Clear differences"),
            number(len(clear)),
            _("of {n} tested").format(n=number(tested)),
            help=_("95 %, after the correction over all of them; only with 30 customers or more on both sides."),
        ),
    ]


def choices(view: View, names: dict[str, str], result: ProfilesResult | None, said: dict[str, str]) -> None:
    """The lists to choose from: whose segments, which one, beside which."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        segment_choice.classification(view, names, ("segment", "against"))
        if result is None:
            return
        segment_choice.segment(view, result.segment, said)
        others = {code: text for code, text in said.items() if code != result.segment}
        setting(view, "against", _("Beside"), {"": _("the rest"), **others})


def onward(view: View, result: ProfilesResult) -> None:
    """What can be done with the segment next: change it, aim at it, ask them."""
    layout.go_to(view, "own_segments", _("Build a segment of your own"))
    pick = {"picks": [write_pick(result.classification, result.segment)]}
    if not result.classification.startswith(OWN):
        pick["classification"] = [result.classification]
    layout.go_to(view, "targets", _("Aim at them: a brief and a list"), share.carried() | pick)
    asked = {"classification": [result.classification], "segment": [result.segment]}
    layout.go_to(view, "interviews", _("Ask them: an interview guide"), share.carried() | asked)


# ---- What sets them apart


def index_figure(view: View, result: ProfilesResult, said: dict[str, str]) -> go.Figure:
    """The clearest differences, one value an attribute and side, as indices with intervals."""
    shown = top_traits(result)
    drawn = [
        bars.Index(
            f"{row.attribute}={row.value}",
            _cut(profile_words.short(row, view.currency), 24)
            if view.phone
            else _cut(profile_words.trait(row, view.currency), MOST_LETTERS),
            MOST[1] if np.isnan(row.index) else float(np.clip(row.index, *MOST)),
            float(np.clip(row.low, *MOST)),
            float(np.clip(row.high, *MOST)),
            level(row),
            hover=_hover(view, result, said, row),
        )
        for row in shown.itertuples(index=False)
    ]
    alt = _("What sets {segment} apart, 100 is as {rest}: {list}").format(
        segment=said[result.segment],
        rest=other(result, said),
        list=", ".join(f"{bar.label} {bar.text}" for bar in drawn),
    )
    reach = (
        max(min([*shown["low"], 50]) * 0.9, MOST[0]),
        min(max([*shown["high"], 200]) * 1.1, MOST[1]),
    )
    ticks = [tick for tick in (FEW_TICKS if view.phone else TICKS) if reach[0] <= tick <= reach[1]]
    return bars.indices(view.theme, drawn, alt=alt, ticks=ticks, reach=reach)


def top_traits(result: ProfilesResult) -> pd.DataFrame:
    """The clearest differences: of each attribute what is most over and most under, what tells most first."""
    found = claims(result)
    found = found.assign(side=found["share"] > found["rest_share"])
    # Of two values one says what the other does.
    values = result.traits.groupby("attribute").size()
    pairs = found["attribute"].isin(values.index[values == 2]) & found.duplicated("attribute")
    return found[~found.duplicated(["attribute", "side"]) & ~pairs].head(TOP)


def level(row: Any) -> str:
    """An index; a word where none of the others have it, for then there is no ratio."""
    return _("only") if np.isnan(row.index) else number(row.index)


def _cut(text: str, most: int) -> str:
    return escape(text if len(text) <= most else text[: most - 1] + "…")


def _hover(view: View, result: ProfilesResult, said: dict[str, str], row: Any) -> str:
    unit = profile_words.unit(row.of)
    return hover(
        escape(profile_words.trait(row, view.currency)),
        (escape(said[result.segment]), f"{percent(row.share)} {unit}"),
        (escape(other(result, said)), f"{percent(row.rest_share)} {unit}"),
        (_("index"), f"{level(row)} ({number_range(row.low, row.high, 0)})"),
        (_("Known of"), terms.customers(int(row.n))),
        note=_("100 is equal, 200 double."),
    )


# ---- Axis by axis


def axes(result: ProfilesResult) -> dict[str, str]:
    """The axes that something is known of, with how much of it is clear."""
    found = {}
    for code in AXES:
        rows = result.traits[result.traits["axis"] == code]
        if len(rows):
            clear = int(rows["claim"].sum())
            found[code] = profile_words.axis(code) + (f" {number(clear)}" if clear else "")
    return found


def axis_table(view: View, result: ProfilesResult, axis: str) -> pd.DataFrame:
    """One axis: the attributes by effect, their values in order, with what stands out marked."""
    rows = result.traits[result.traits["axis"] == axis]
    effects = result.attributes[result.attributes["axis"] == axis].reset_index(drop=True)
    place = {name: at for at, name in enumerate(effects["attribute"])}
    # What formed the segment comes last; within an attribute what tells most comes first.
    rows = rows.assign(place=rows["attribute"].map(place)).sort_values(
        ["place", "claim", "weight"], ascending=[True, False, False], kind="stable"
    )
    adjusted = rows["attribute"].map(effects.set_index("attribute")["p_adjusted"])
    return pd.DataFrame(
        {
            "attribute": [
                profile_words.attribute(code) + ("" if of == "customers" else f", {profile_words.unit(of)}")
                for code, of in zip(rows["attribute"], rows["of"], strict=True)
            ],
            "value": [
                profile_words.value(of, code, view.currency)
                for of, code in zip(rows["attribute"], rows["value"], strict=True)
            ],
            "share": rows["share"].to_numpy(),
            "rest_share": rows["rest_share"].to_numpy(),
            "index": rows["index"].to_numpy(),
            "interval": [number_range(low, high, 0) for low, high in zip(rows["low"], rows["high"], strict=True)],
            "mark": [_mark(row) for row in rows.itertuples()],
            "p": [_p(value) for value in rows["p_adjusted"]],
            "effect": rows["effect"].to_numpy(),
            "effect_p": [_p(value) for value in adjusted],
            "n": rows["n"].to_numpy(),
        }
    )


def _mark(row: Any) -> str:
    if row.formed:
        return _("formed by it")
    if not row.claim:
        return _("too few") if min(row.n, row.rest_n) < 30 else ""
    return "▲" if row.share > row.rest_share else "▼"


def _p(value: float) -> str:
    if value != value:
        return ""
    return _("under {p}").format(p=number(0.001, 3)) if value < 0.001 else number(value, 3)


# ---- Customers


def columns(result: ProfilesResult, said: dict[str, str]) -> Sequence[layout.Column]:
    """Columns of the customers' table."""
    found = [
        layout.Column("revenue", _("Net revenue"), "money"),
        layout.Column("orders", _("Orders")),
        layout.Column("last_order", _("Days since last order")),
    ]
    return [layout.Column("segment", _("Segment"), "text", said), *found] if result.against else found
