"""Targets as tables: segments side by side, what picks share, and what came of saved lists."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from core.analyses.targets import TargetsResult
from core.errors import ClienteleError
from core.targets.lists import LONGEST_NAME, TargetList, remove, save
from dashboard import layout, share
from dashboard.topics import targets
from dashboard.topics.targets import Said
from dashboard.view import View
from dashboard.words import _, day, money, money_range, number, percent, symbol


def side_by_side(view: View, result: TargetsResult, said: Said) -> None:
    """All segments with all that is known of them, as a table that sorts."""
    kinds = st.column_config
    table = targets.table_of(view, result, said)
    coin = f", {symbol(view.currency)}" if view.currency else ""
    share_of = {"format": "percent"}
    market = _("Share in the market ({source}); only of what its table names.").format(source=result.market_source)
    config = {
        "picked": kinds.CheckboxColumn(_("Picked"), width=60),
        "segment": kinds.TextColumn(_("Segment"), pinned=not view.phone),
        "customers": kinds.NumberColumn(_("Customers"), format="localized"),
        "revenue": kinds.NumberColumn(_("Net revenue") + coin, format="localized", step=1),
        "revenue_share": kinds.NumberColumn(_("Share"), **share_of),
        "change": kinds.NumberColumn(
            _("Change") + coin, format="localized", step=1, help=targets.change_words(view.params.months)
        ),
        "claim": kinds.TextColumn(
            _("Clear"), help=_("▲ rose, ▼ fell beyond chance, after the correction over all rows.")
        ),
        "interval": kinds.TextColumn(_("95 % of change")),
        "members_before": kinds.NumberColumn(
            _("A year ago"), format="localized", help=_("Customers of the class a year ago.")
        ),
        "growth": kinds.NumberColumn(_("Growth"), **share_of, help=targets.growth_words()),
        "ltv": kinds.NumberColumn(
            _("Ahead, each") + coin, format="localized", step=0.01, help=_("Expected value a customer.")
        ),
        "margin_share": kinds.NumberColumn(_("Margin"), **share_of),
        "stability": kinds.NumberColumn(
            _("Stability"), **share_of, help=_("Customers of a year ago that are in it still.")
        ),
        "reach": kinds.NumberColumn(_("Reach"), **share_of, help=targets.reach_words(result, view.params.months)),
        "per_spend": kinds.NumberColumn(_("Per unit spent"), format="%.2f", help=_per_spend(result)),
        "market_share": kinds.NumberColumn(_("Of the market"), **share_of, help=market),
        "market_index": kinds.NumberColumn(_("Index"), format="%.0f", help=_("100: as many as in the market.")),
    }
    st.dataframe(
        table,
        hide_index=True,
        column_config={name: config[name] for name in table},
        height=min(520, 35 * (len(table) + 1) + 3),
        key=f"{view.key}/segments",
        placeholder="",
        alt=_("Table of segments"),
    )


def _per_spend(result: TargetsResult) -> str:
    if result.income == "margin":
        return _("Margin for each unit of marketing spend, laid on purchases by channel.")
    return _("Revenue for each unit of marketing spend, laid on purchases by channel.")


def overlaps(result: TargetsResult, said: Said) -> list[str]:
    """A sentence for each pair of picks that share customers."""
    told = _("{first} and {second} share {n} customers: {one} of the first, {other} of the second.")
    return [
        told.format(
            first=said[row.first],
            second=said[row.second],
            n=number(row.customers),
            one=percent(row.share_of_first),
            other=percent(row.share_of_second),
        )
        for row in result.overlaps.itertuples(index=False)
        if row.customers
    ]


# ---- Lists that are kept


def keep(view: View, result: TargetsResult) -> None:
    """Name the list and save it; only for those who see the whole company."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        campaign = view.params.campaign
        bound = share.bound("campaign", campaign, lambda text: (text.strip(),) if text.strip() else (), view.key)
        help_ = _("Another name holds others out.")
        st.text_input(_("Name of the list"), max_chars=LONGEST_NAME, help=help_, placeholder=_("Spring offer"), **bound)
        if view.scope.whole:
            st.button(
                _("Save the list"),
                key=f"{view.key}/save",
                icon=":material/save:",
                disabled=not campaign or result.customers.empty,
                on_click=_save,
                args=(view, result),
            )
    if not view.scope.whole:
        layout.grey(_("Only who sees the whole company can save lists."))
    if problem := st.session_state.pop(f"{view.key}/problem", ""):
        st.markdown(f":red[:small[{layout.plain(problem)}]]")


def effect(view: View, result: TargetsResult) -> None:
    """What came of saved lists."""
    if result.lists.empty:
        layout.grey(_("None is saved so far. Saved today, a list is measured when the next data come."))
        return
    table = result.effect
    said = _segment_names(view, table)
    if view.phone:
        st.markdown("\n\n".join(_line(view, row, said) for row in table.itertuples(index=False)))
    else:
        _effect_table(view, table, said)
    layout.grey(_("Net revenue a customer since that day; Welch’s 95 % interval of the difference."))
    if view.scope.whole:
        with st.popover(_("Take lists away"), icon=":material/delete:"):
            for name in result.lists["list"]:
                plain, key = layout.plain(name), f"{view.key}/remove/{name}"
                st.button(plain, key=key, type="tertiary", on_click=_remove, args=(view, name))


def _effect_table(view: View, table: pd.DataFrame, said: Said) -> None:
    st.table(
        pd.DataFrame(
            {
                _("List"): [layout.plain(one) for one in table["list"]],
                _("Segment"): [layout.plain(said[key]) for key in table["segment"]],
                _("Since"): [day(one) for one in table["as_of"]],
                _("Written to"): [
                    _side(view, n, mean) for n, mean in zip(table["treated"], table["treated_mean"], strict=True)
                ],
                _("Held out"): [
                    _side(view, n, mean) for n, mean in zip(table["holdout"], table["holdout_mean"], strict=True)
                ],
                _("Difference a customer"): [_difference(view, row) for row in table.itertuples(index=False)],
                _("Verdict"): [verdict(row) for row in table.itertuples(index=False)],
            }
        ),
        border="horizontal",
        hide_index=True,
    )


def _line(view: View, row: Any, said: Said) -> str:
    """The same as a paragraph, for a phone."""
    lead = layout.plain(f"{row.list}, {said[row.segment]}, {day(row.as_of)}.")
    sides = (
        _("Written to {treated}; held out {held}; difference {difference}.").format(
            treated=_side(view, row.treated, row.treated_mean),
            held=_side(view, row.holdout, row.holdout_mean),
            difference=_difference(view, row),
        ),
        verdict(row),
    )
    return f"**{lead}** " + layout.plain(" ".join(sides))


def _segment_names(view: View, table: pd.DataFrame) -> dict[str, str]:
    return {key: targets.segment_name(view, key) for key in table["segment"].unique()}


def _side(view: View, n: int, mean: float) -> str:
    return f"{number(n)}" if mean != mean else f"{money(mean, view.currency)} · {number(n)}"


def _difference(view: View, row: Any) -> str:
    difference, low, high = (getattr(row, name) for name in ("difference", "low", "high"))
    if difference != difference:
        return "–"
    if low != low:
        return money(difference, view.currency)
    return f"{money(difference, view.currency)} ({money_range(low, high, view.currency)})"


def verdict(row: Any) -> str:
    """What can be said of one saved list and segment."""
    treated, held, days = (getattr(row, name) for name in ("treated", "holdout", "days"))
    if not days:
        return _("No day has passed since: wait for the next data.")
    if min(treated, held) < 30:
        return _("Too few on one side to tell.")
    if not row.claim:
        return _("No clear difference after {days} days.").format(days=number(days))
    if row.difference > 0:
        return _("It worked: those written to brought more, beyond chance.")
    return _("Those written to brought less, beyond chance.")


def _save(view: View, result: TargetsResult) -> None:
    customers = view.with_ids(result.customers[["customer", "list", "holdout"]]).astype({"list": str})
    made = TargetList(
        name=view.params.campaign,
        # Nobody was written to before, whatever dates are in view.
        as_of=view.info.last_day,
        snapshot=view.info.version,
        share=view.params.share,
        segments=result.picks,
        file="",
    )
    _tried(view, lambda: save(view.folder, made, customers))


def _remove(view: View, name: str) -> None:
    _tried(view, lambda: remove(view.folder, name))


def _tried(view: View, change: Callable[[], None]) -> None:
    try:
        change()
    except ClienteleError as error:
        st.session_state[f"{view.key}/problem"] = str(error)
