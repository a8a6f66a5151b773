"""Segments on the path: which there are, how large, which are chosen, and what is done for each."""

import streamlit as st

from core.analyses.path import PathResult
from core.own_segments import OWN
from core.targets.picks import MOST, write_picks
from dashboard import classes, layout, share, terms
from dashboard.charts import bars
from dashboard.charts.marks import escape, hover
from dashboard.controls import setting
from dashboard.topics import targets, targets_tables
from dashboard.view import View
from dashboard.words import _, day, money, number, percent

MOST_LETTERS = 26


def names(view: View, result: PathResult) -> dict[str, str]:
    """What the reader sees for each segment, by key; those of other classifications say of which."""
    found = targets.names(view, result.segments)
    kept = [one.segment for one in result.state.choice.picks] if result.state.choice else []
    for key in (*(one.segment for one in result.chosen), *kept):
        found.setdefault(key, targets.segment_name(view, key))
    return found


def whose(view: View, result: PathResult) -> None:
    """The list of classifications: whose segments are compared and sized."""
    codes = [code for code in result.classifications["classification"] if not code.startswith(OWN)]
    offered = {code: classes.name(code) for code in dict.fromkeys((view.params.classification, *codes))}
    setting(view, "classification", _("Segments of"), offered)


def _say(text: str) -> None:
    st.markdown(layout.plain(text))


# ---- Segments, size


def segments(view: View, result: PathResult, said: dict[str, str]) -> None:
    """The segments there are, by customers."""
    whose(view, result)
    mine = result.classifications["classification"].str.startswith(OWN).sum()
    _say(
        (
            _("{n} classifications are at hand, and {own} segments of your own.")
            if mine
            else _("{n} classifications are at hand; none of the segments is of your own making so far.")
        ).format(n=number(len(result.classifications) - int(mine)), own=number(int(mine)))
    )
    if result.segments.empty:
        _say(_("Nobody is in any of these segments."))
        return
    _sized(view, result, said, "customers")


def size(view: View, result: PathResult, said: dict[str, str]) -> None:
    """What they bring, and what is to come."""
    whose(view, result)
    table = result.segments
    if table.empty:
        _say(_("Nobody is in any of these segments."))
        return
    best = table.loc[table["revenue"].idxmax()]
    _say(
        _("{segment}: most revenue, {share} of it from {customers}.").format(
            segment=said[best["key"]],
            share=percent(best["revenue_share"]),
            customers=terms.customers(best["customers"]),
        )
    )
    if table["ltv"].notna().any():
        top = table.loc[table["ltv"].idxmax()]
        _say(
            _("{segment}: most to come from each, {money} in {months} months (n = {n}).").format(
                segment=said[top["key"]],
                money=money(top["ltv"], view.currency),
                months=number(targets.horizon()),
                n=number(top["customers"]),
            )
        )
    _sized(view, result, said, "revenue")
    layout.notices(result.notices)


def _sized(view: View, result: PathResult, said: dict[str, str], by: str) -> None:
    """Segments as bars, by customers or by revenue."""
    table, colours = result.segments.sort_values(by, ascending=False, kind="stable"), {}
    for classification, rows in result.segments.groupby("classification", sort=False):
        own = classes.colours(view.theme, str(classification), list(rows["segment"]))
        colours |= {key: own[label] for key, label in zip(rows["key"], rows["segment"], strict=True)}
    drawn = [
        bars.Bar(
            row.key,
            _short(said[row.key]),
            getattr(row, by),
            number(row.customers) if by == "customers" else money(row.revenue, view.currency),
            colours[row.key],
            n="" if by == "customers" else number(row.customers),
            sub=percent(row.customer_share if by == "customers" else row.revenue_share),
            hover=hover(
                escape(said[row.key]),
                (_("Customers"), f"{number(row.customers)} · {percent(row.customer_share)}"),
                (_("Net revenue"), f"{money(row.revenue, view.currency)} · {percent(row.revenue_share)}"),
                (_("Ahead, each"), targets.ahead(view, row.ltv)),
            ),
        )
        for row in table.itertuples(index=False)
    ]
    alt = _("Segments: {list}").format(list=", ".join(f"{bar.label} {bar.text}" for bar in drawn))
    figure = bars.ranked(view.theme, drawn, alt=alt, wide=300 if view.phone else 560)
    layout.chart(view, figure, f"segments_{by}", data=table)


def _short(text: str) -> str:
    return escape(text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…")


# ---- Choice, brief


def choice(view: View, result: PathResult, said: dict[str, str]) -> None:
    """The target segments of the link, or those kept."""
    left, right = (st.container(), st.container()) if view.phone else st.columns([1, 2])
    with left:
        whose(view, result)
    with right:
        _picks(view, result, said)
    if not result.chosen:
        _say(_("None is chosen yet: pick two to four."))
        return
    _say(
        _("Together {customers}, {share} of revenue so far.").format(
            customers=terms.customers(result.chosen_customers), share=percent(result.chosen_share)
        )
    )
    for one in result.chosen:
        told = _("{segment}: {customers}, {revenue} in twelve months, {ahead} ahead from each.")
        _say(
            told.format(
                segment=said[one.segment],
                customers=terms.customers(one.customers),
                revenue=money(one.revenue, view.currency),
                ahead="–" if one.ltv is None else money(one.ltv, view.currency),
            )
        )
    made = result.state.choice
    if made is not None:
        kept = ", ".join(said[one.segment] for one in made.picks)
        layout.grey(_("Chosen on the data up to {day}: {segments}.").format(day=day(made.as_of), segments=kept))


def _picks(view: View, result: PathResult, said: dict[str, str]) -> None:
    picked = [one.segment for one in result.chosen]
    kept = [one.segment for one in result.state.choice.picks] if result.state.choice else []

    def write(keys: list[str]) -> tuple[str, ...]:
        # None at all is what was chosen before; there is no link for nothing.
        return (write_picks(keys),) if keys and keys != kept else ()

    st.multiselect(
        _("Target segments"),
        list(dict.fromkeys((*result.segments["key"], *picked))),
        format_func=said.__getitem__,
        max_selections=MOST,
        placeholder=_("Pick two to four"),
        **share.bound("picks", picked, write, view.key),
    )


def brief(view: View, result: PathResult, said: dict[str, str]) -> None:
    """Lists that are saved, and what came of them."""
    if not result.chosen:
        _say(_("Choose segments first: each then gets a brief and a list."))
        return
    _say(
        _("A brief and a list can be had for each: {segments}.").format(
            segments=", ".join(said[one.segment] for one in result.chosen)
        )
    )
    if result.lists.empty:
        _say(_("No list is saved so far. Save one before you write to anybody, so that the effect can be measured."))
        return
    chosen = {one.segment for one in result.chosen}
    for row in result.lists.itertuples(index=False):
        name = said.get(row.segment) or targets.segment_name(view, row.segment)
        _say(
            _("{list}, {segment}: {treated} written to, {held} held out. {verdict}").format(
                list=row.list,
                segment=name if row.segment in chosen else _("{segment} (no target any more)").format(segment=name),
                treated=number(row.treated),
                held=number(row.holdout),
                verdict=targets_tables.verdict(row),
            )
        )
