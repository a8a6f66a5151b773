"""Targets: segments side by side as a finding, figures, bubbles and a table."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.analyses import load
from core.analyses.targets import TargetsResult
from core.history import MISSING
from core.own_segments import IN, OWN, RULE
from core.targets.picks import MOST, read_picks, write_pick, write_picks
from dashboard import classes, layout, share, terms
from dashboard.controls import setting
from dashboard.links import condition
from dashboard.view import View
from dashboard.words import _, money, money_range, ngettext, number, percent

Said = Mapping[str, str]


def horizon() -> int:
    """Months that expected value looks ahead."""
    months: int = load("ltv").params().horizon_months
    return months


# ---- Names, picks


def names(view: View, segments: pd.DataFrame) -> dict[str, str]:
    """What the reader sees for each segment, by key in the order of the table; those of other classifications say of which.

    Parameters
    ----------
    segments : pandas.DataFrame
        key, classification, segment.
    """
    found = {}
    for classification, rows in segments.groupby("classification", sort=False):
        code = str(classification)
        said = classes.labels(view, code, list(rows["segment"]))
        alone = code == view.params.classification or code.startswith((OWN, RULE))
        for key, label in zip(rows["key"], rows["segment"], strict=True):
            found[key] = said[label] if alone else f"{said[label]} ({classes.name(code)})"
    return {key: found[key] for key in segments["key"]}


def horizontal(view: View, offered: Mapping[str, str], said: Said | None) -> None:
    """The lists to choose from: whose segments, and which of them are aimed at."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        setting(view, "classification", _("Segments of"), _with_own(view.params.classification, offered))
        if said is not None:
            _picks(view, said)
        with st.popover(_("Settings"), icon=":material/tune:"):
            setting(
                view,
                "months",
                _("Months to look back"),
                help=_("Change and growth are of these months against the same months a year before."),
            )
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
        label.format(segment=layout.plain(said[selected])),
        key=f"{view.key}/pick",
        icon=":material/remove:" if inside else ":material/add:",
        on_click=share.change,
        args=({"picks": (write_picks(keys),) if keys else ()},),
    )


# ---- Finding


def aimable(result: TargetsResult) -> pd.DataFrame:
    """The segments without those of whom it is not known what they are: nobody can aim at them."""
    table = result.segments
    named = table[~table["segment"].isin((MISSING, classes.OTHER))]
    return named if len(named) else table


def title(view: View, result: TargetsResult, said: Said) -> str:
    """The finding: what the picks come to, or from which segment most is to come."""
    table = aimable(result)
    if result.picks:
        total = total_revenue(result)
        n = len(result.picks)
        told = ngettext(
            "{n} target segment: {customers}, {share} of revenue",
            "{n} target segments: {customers}, {share} of revenue",
            n,
        )
        return told.format(
            n=number(n),
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
    return _("Most is to come from {segment}: {money} in {months} months, {customers}").format(
        segment=said[best["key"]],
        money=money(best["ltv_total"], view.currency),
        months=number(horizon()),
        customers=terms.customers(best["customers"]),
    )


def total_revenue(result: TargetsResult) -> float:
    """Revenue of everybody in view."""
    # Any row says what share of it it is.
    rows = result.segments[result.segments["revenue_share"] > 0]
    return float(rows["revenue"].iloc[0] / rows["revenue_share"].iloc[0]) if len(rows) else 0.0


def ahead(view: View, value: float) -> str:
    """Money that may not be known."""
    return "–" if value != value else money(value, view.currency)


# ---- Table


def reach_words(result: TargetsResult, months: int) -> str:
    """What reach means with these data."""
    told = {
        "consent": _("Reach: said yes to “{attribute}”, of those whose answer is known."),
        "contact": _("Reach: was in touch or bought through a known channel in the last {months} months."),
        "channel": _("Reach: bought through a known channel in the last {months} months."),
        "active": _("Reach: bought in the last {months} months; no channel is known."),
    }
    return told[result.reach_basis].format(attribute=result.reach_attribute, months=number(months))


def change_words(months: int) -> str:
    """What change means."""
    told = _(
        "Revenue of the last {months} months, less that of the customers who were in it a year ago in the same months."
    )
    return told.format(months=number(months))


def growth_words() -> str:
    """What growth means, and where there is none."""
    return _(
        "The change as a share of the year before. Only of segments that customers don’t come into by what they buy, and "
        "with 30 buyers or more then."
    )


def met(result: TargetsResult, key: str, most: int = 3) -> str:
    """The channels that meet most of a segment's customers: "Web 79 %, App 12 %"; "" where none is known."""
    rows = result.channels[result.channels["key"] == key].head(most)
    return ", ".join(f"{row.channel} {percent(row.share)}" for row in rows.itertuples(index=False))


def table_of(view: View, result: TargetsResult, said: Said) -> pd.DataFrame:
    """The segments as they are shown."""
    table = result.segments
    clear = table["change_claim"].astype(bool)
    shown = pd.DataFrame(
        {
            "picked": table["picked"].astype(bool),
            "segment": [said[key] for key in table["key"]],
            "customers": table["customers"],
            "revenue": table["revenue"],
            "revenue_share": table["revenue_share"],
            "change": table["change"],
            "claim": [
                "" if not claim else "▲" if up > 0 else "▼" for claim, up in zip(clear, table["change"], strict=True)
            ],
            "interval": [
                "" if low != low else money_range(low, high, view.currency)
                for low, high in zip(table["change_low"], table["change_high"], strict=True)
            ],
            "members_before": table["members_before"].where(table["change_of"] == "class"),
            "growth": table["growth"],
            **{name: table[name] for name in ("ltv", "margin_share", "stability", "reach", "per_spend")},
            **{name: table[name] for name in ("market_share", "market_index")},
        }
    )
    shown = shown.dropna(axis=1, how="all")
    return shown if "change" in shown else shown.drop(columns=["claim", "interval"])


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
    """What a link to the page of own segments says, for it to begin with a segment; empty where no rule can say who is in it."""
    ((classification, label),) = read_picks(key)
    if classification.startswith((OWN, RULE)) and label == IN:
        # As it was written, to be changed.
        by_name = classification.startswith(OWN)
        rule = view.data.own_segments.texts[classification.removeprefix(OWN)] if by_name else ""
        rule = rule or classification.removeprefix(RULE)
    else:
        rule = condition(classification, label)
    return share.carried() | {"rule": [rule]} if rule else {}
