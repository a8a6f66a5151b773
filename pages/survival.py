"""Second purchase: how soon customers buy again, and who has not yet."""

import streamlit as st

from core.analyses.survival import SurvivalResult
from dashboard import layout, terms
from dashboard.topics import breakdown, survival
from dashboard.view import View, show
from dashboard.words import _, ngettext, number


def render(view: View) -> None:
    breakdown.restrict(view)
    result: SurvivalResult = view.result()
    groups = survival.groups(result)
    names = breakdown.labels(view, result.breakdown, groups)
    selections = survival.selections(result, names)
    selected = view.selected(tuple(selections))
    more = [ngettext("{n} group", "{n} groups", len(groups)).format(n=number(len(groups)))] if groups else []
    layout.header(view, survival.title(result), _("Time from the first purchase to the second"), result.followed, more)
    layout.figures(survival.figures(result))
    grid = layout.cards(3)
    note = _("Share that has bought again; band: 95 % interval. Below the days: how many were still awaited.")
    with grid.cell(column_span=2), layout.block(survival.curve_title(result), note):
        layout.chart(view, survival.curve(view, result, names), "curve", data=result.curve)
        layout.grey(breakdown.note(result.breakdown, len(breakdown.drawn(view, groups)), len(groups)))
        layout.grey(survival.differences(result, names))
    with grid.cell():
        layout.actions(view, survival.actions(result))
        breakdown.draw(view)
    with (
        layout.cards(1).cell(),
        layout.block(_("How many days it takes"), _("Empty where too few have come back to tell")),
    ):
        _table(view, result, names)
    breakdown.notices(result.notices)
    chosen = survival.members(result, selected)
    columns = [
        layout.Column("days_waiting", _("Days waiting")),
        layout.Column("first_order", _("First order"), "date"),
    ]
    if "group" in chosen:
        columns.append(layout.Column("group", breakdown.name(result.breakdown), "text", names))
    heading = terms.customers(len(chosen))
    note = _("not back yet") + (f", {selections[selected]}" if selected else "")
    layout.customers(view, chosen, columns, heading, note, selections, _("Everybody not back yet"))


def _table(view: View, result: SurvivalResult, names: dict[str, str]) -> None:
    kinds = st.column_config
    known = _("Known not to be back by then: neither a second purchase nor the end of the data came before it.")
    config = {
        "group": kinds.TextColumn(
            breakdown.name(result.breakdown) if result.breakdown else _("Customers"), pinned=True
        ),
        "customers": kinds.NumberColumn(_("Customers"), format="localized"),
        "events": kinds.NumberColumn(_("Bought again"), format="localized"),
        "days_25%": kinds.NumberColumn(_("A quarter in"), format="%d"),
        "days_50%": kinds.NumberColumn(_("Half in"), format="%d"),
        "days_75%": kinds.NumberColumn(_("Three quarters in"), format="%d"),
        "interval": kinds.TextColumn(_("Half: 95 %"), help=_("Interval of the days by which half are back.")),
        **{
            f"at_risk_{day}": kinds.NumberColumn(_("Not back, day {n}").format(n=day), help=known, format="localized")
            for day in survival.AWAITED
        },
    }
    table = survival.table(result, names)
    height = min(420, 35 * (len(table) + 1) + 3)
    st.dataframe(
        table,
        hide_index=True,
        column_config=config,
        height=height,
        key=f"{view.key}/groups",
        placeholder="",
        alt=_("Table of groups"),
    )


show(render)
