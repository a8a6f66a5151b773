"""Targets: segments side by side as a finding, figures, bubbles and a table."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.analyses import load
from core.analyses.targets import TargetsResult
from core.history import MISSING
from core.own_segments import OWN, RULE
from core.rules.tree import Test, write_rule
from core.stats import SMALL_N
from core.targets.picks import MOST, read_picks, write_pick, write_picks
from dashboard import classes, layout, share, terms
from dashboard.controls import setting
from dashboard.topics.profiles import profile_link
from dashboard.view import View
from dashboard.words import _, money, number, percent, percent_range, signed_percent

Said = Mapping[str, str]


def horizon() -> int:
    """Months that expected value looks ahead."""
    months: int = load("ltv").params().horizon_months
    return months


# ---- Names, picks


def names(view: View, result: TargetsResult) -> dict[str, str]:
    """What the reader sees for each segment, by key; those of other classifications say of which."""
    found = {}
    for classification, rows in result.segments.groupby("classification", sort=False):
        code = str(classification)
        said = classes.labels(view, code, list(rows["segment"]))
        alone = code == view.params.classification or code.startswith((OWN, RULE))
        for key, label in zip(rows["key"], rows["segment"], strict=True):
            found[key] = said[label] if alone else f"{said[label]} ({classes.name(code)})"
    return {key: found[key] for key in result.segments["key"]}


def horizontal(view: View, offered: Mapping[str, str], said: Said | None) -> None:
    """The lists to choose from: whose segments, and which of them are aimed at."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        setting(view, "classification", _("Segments of"), _with_own(view.params.classification, offered))
        if said is not None:
            _picks(view, said)
        with st.popover(_("Settings"), icon=":material/tune:"):
            setting(view, "months", _("Months to look back"), help=_("Growth is of these months against those before."))
            help_ = _("So many of each list are left alone, drawn by chance, so that the effect can be measured.")
            setting(view, "share", _("Share held out"), help=help_)


def _with_own(chosen: str, offered: Mapping[str, str]) -> dict[str, str]:
    return dict(offered) if chosen in offered else {chosen: classes.name(chosen), **offered}


def _picks(view: View, said: Said) -> None:
    picked = [write_pick(*one) for one in read_picks(view.params.picks)]
    bound = share.bound("picks", picked, lambda keys: (write_picks(keys),) if keys else (), view.key)
    st.multiselect(
        _("Target segments"),
        list(said),
        format_func=said.__getitem__,
        max_selections=MOST,
        placeholder=_("Pick two to four"),
        width=460,
        **bound,
    )


def pick_button(view: View, result: TargetsResult, said: Said, selected: str | None) -> None:
    """A button that adds the selected bubble to the picks, or takes it out."""
    if selected is None:
        return
    inside = selected in result.picks
    if not inside and len(result.picks) >= MOST:
        return
    keys = [key for key in result.picks if key != selected] if inside else [*result.picks, selected]
    label = _("Take {segment} out") if inside else _("Pick {segment}")
    st.button(
        label.format(segment=said[selected]),
        key=f"{view.key}/pick",
        icon=":material/remove:" if inside else ":material/add:",
        on_click=share.change,
        args=({"picks": (write_picks(keys),) if keys else ()},),
    )


# ---- Finding, figures


def aimable(result: TargetsResult) -> pd.DataFrame:
    """The segments without those of whom it is not known what they are: nobody can aim at them."""
    table = result.segments
    named = table[~table["segment"].isin((MISSING, classes.OTHER))]
    return named if len(named) else table


def title(view: View, result: TargetsResult, said: Said) -> str:
    """The finding: what the picks come to, or which segment promises most."""
    table = aimable(result)
    if result.picks:
        total = _total_revenue(result)
        return _("{n} target segments: {customers}, {share} of revenue").format(
            n=number(len(result.picks)),
            customers=terms.customers(len(result.customers)),
            share=percent(result.customers["revenue"].sum() / total if total else float("nan")),
        )
    by = "ltv_total" if table["ltv_total"].notna().any() else "revenue"
    best = table.sort_values(by, ascending=False, kind="stable").iloc[0]
    if by == "revenue":
        told = _("{segment} brings most: {share} of revenue from {customers}")
        return told.format(
            segment=said[best["key"]],
            share=percent(best["revenue_share"]),
            customers=terms.customers(best["customers"]),
        )
    return _("{segment} promises most: {money} in {months} months from {customers}").format(
        segment=said[best["key"]],
        money=money(best["ltv_total"], view.currency),
        months=number(horizon()),
        customers=terms.customers(best["customers"]),
    )


def _total_revenue(result: TargetsResult) -> float:
    # Revenue of everybody in view: any row says what share of it it is.
    rows = result.segments[result.segments["revenue_share"] > 0]
    return float(rows["revenue"].iloc[0] / rows["revenue_share"].iloc[0]) if len(rows) else 0.0


def ahead(view: View, value: float) -> str:
    """Money that may not be known."""
    return "–" if value != value else money(value, view.currency)


def figures(view: View, result: TargetsResult, said: Said) -> list[layout.Figure]:
    """The four figures: of the picks, or of all segments."""
    chosen = result.customers
    value = _("Margin ahead") if result.income == "margin" else _("Revenue ahead")
    told = _("Expected over {months} months, discounted.").format(months=number(horizon()))
    if result.picks:
        held = int(chosen["holdout"].sum())
        total = _total_revenue(result)
        return [
            layout.Figure(
                _("Customers"), number(len(chosen)), percent(len(chosen) / max(result.n, 1)), _("of those in view")
            ),
            layout.Figure(
                _("Net revenue"),
                money(chosen["revenue"].sum(), view.currency),
                percent(chosen["revenue"].sum() / total if total else float("nan")),
                _("of all"),
            ),
            layout.Figure(value, ahead(view, chosen["expected"].sum(min_count=1)), help=told),
            layout.Figure(
                _("Held out"),
                number(held),
                percent(held / len(chosen) if len(chosen) else float("nan")),
                _("by chance"),
            ),
        ]
    table = result.segments
    grown = int((table["growth_claim"].astype(bool) & (table["growth"] > 0)).sum())
    return [
        layout.Figure(_("Segments"), number(len(table))),
        layout.Figure(_("Customers"), number(result.n)),
        layout.Figure(_("Growing"), number(grown), help=_("Their revenue rose beyond chance.")),
        _best_income(view, result, said),
    ]


def _best_income(view: View, result: TargetsResult, said: Said) -> layout.Figure:
    table = aimable(result)
    table = table[table["customers"] >= SMALL_N]
    by = "per_spend" if table["per_spend"].notna().any() else "ltv"
    label = _("Best per unit spent") if by == "per_spend" else _("Highest value each")
    if not table[by].notna().any():
        return layout.Figure(label, "–")
    best = table.loc[table[by].idxmax()]
    value = number(best[by], 1) if by == "per_spend" else money(best[by], view.currency)
    return layout.Figure(label, value, said[best["key"]])


def actions(view: View, result: TargetsResult, said: Said) -> list[layout.Action]:
    """What the numbers say: most to come, growing, losing money."""
    table = aimable(result)
    table = table[table["customers"] >= SMALL_N]
    points = []
    if table["ltv_total"].notna().any():
        best = table.loc[table["ltv_total"].idxmax()]
        told = _("{segment}: {money} in {months} months, {each} a customer.").format(
            segment=said[best["key"]],
            money=money(best["ltv_total"], view.currency),
            months=number(horizon()),
            each=money(best["ltv"], view.currency),
        )
        points.append(_profile(_("Most to come."), told, best))
    growing = table[table["growth_claim"].astype(bool) & (table["growth"] > 0)]
    if len(growing):
        # By money, so that one that began with next to nothing does not come first.
        best = growing.loc[(growing["growth"] * growing["before"]).idxmax()]
        told = _("{segment}: revenue {growth} against the {months} months before.").format(
            segment=said[best["key"]], growth=signed_percent(best["growth"]), months=number(view.params.months)
        )
        points.append(_profile(_("Growing."), told, best))
    ahead_too = table["margin"] + table["ltv_total"].fillna(0)
    losing = table[(table["per_spend_high"] < 1) & (ahead_too < table["spend"])]
    if len(losing):
        worst = losing.loc[losing["per_spend"].idxmin()]
        told = _(
            "{segment}: {margin} of margin for each unit spent, and what is to come does not make up for it."
        ).format(segment=said[worst["key"]], margin=number(worst["per_spend"], 2))
        points.append(_profile(_("Not paid back."), told, worst))
    return points


def _profile(lead: str, text: str, row: Any) -> layout.Action:
    query = profile_link(row["classification"], row["segment"])
    return layout.Action(lead, text, _("Open the profile"), page="profiles", query=query)


# ---- Table


def reach_words(result: TargetsResult, months: int) -> str:
    """What reach means with these data."""
    if result.reach_basis == "consent":
        return _("Reach: said yes to “{attribute}”, of those whose answer is known.").format(
            attribute=result.reach_attribute
        )
    if result.reach_basis == "channel":
        return _("Reach: bought through a known channel in the last {months} months.").format(months=number(months))
    return _("Reach: bought in the last {months} months; no channel is known.").format(months=number(months))


def table_of(result: TargetsResult, said: Said) -> pd.DataFrame:
    """The segments as they are shown."""
    table = result.segments
    rise = table["growth_claim"].astype(bool)
    shown = pd.DataFrame(
        {
            "picked": table["picked"].astype(bool),
            "segment": [said[key] for key in table["key"]],
            "customers": table["customers"],
            "revenue": table["revenue"],
            "revenue_share": table["revenue_share"],
            "growth": table["growth"],
            "claim": [
                "" if not claim else "▲" if up > 0 else "▼" for claim, up in zip(rise, table["growth"], strict=True)
            ],
            "interval": [
                "" if low != low else percent_range(low, high)
                for low, high in zip(table["growth_low"], table["growth_high"], strict=True)
            ],
            **{name: table[name] for name in ("ltv", "margin_share", "stability", "reach", "per_spend")},
            **{name: table[name] for name in ("market_share", "market_index")},
        }
    )
    return shown.dropna(axis=1, how="all")


# ---- Customers


def columns(said: Said) -> list[layout.Column]:
    """Columns of the customers' table."""
    sent: Any = {True: _("held out"), False: _("write to")}
    return [
        layout.Column("list", _("List"), "text", dict(said)),
        layout.Column("holdout", _("Group"), "text", sent, help=_("Held out by chance: leave them alone.")),
        layout.Column("revenue", _("Net revenue"), "money"),
        layout.Column("expected", _("Expected value"), "money"),
        layout.Column("orders", _("Orders")),
        layout.Column("last_order", _("Days since last order")),
        layout.Column(
            "also_in", _("Also in"), help=_("Other picks that have them; they are on the first one’s list only.")
        ),
    ]


def segment_name(view: View, key: str) -> str:
    """A segment of a saved list, which may be of any classification, or of one that is no more."""
    ((classification, label),) = read_picks(key)
    named = classes.labels(view, classification, [label])
    return (
        named[label] if classification.startswith((OWN, RULE)) else f"{named[label]} ({classes.name(classification)})"
    )


def as_rule(view: View, key: str) -> dict[str, list[str]]:
    """What a link to the page of own segments says, for it to begin with a segment."""
    ((classification, label),) = read_picks(key)
    if classification.startswith(OWN):
        rule = view.data.own_segments.texts[classification.removeprefix(OWN)]
    elif classification.startswith(RULE):
        rule = classification.removeprefix(RULE)
    else:
        rule = write_rule(Test(classification, "=", (label,)))
    return share.carried() | {"rule": [rule]}


def by_rule() -> bool:
    """Whether the link names its segments by a rule of its own."""
    return share.take_one("classification").startswith(RULE)
