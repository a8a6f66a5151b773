"""Profiles: what sets the customers of a segment apart, and what to offer them."""

import streamlit as st

from core.analyses.profiles import ProfilesResult
from core.classifications import available
from core.errors import BadParameterError
from core.targets.picks import write_pick
from dashboard import classes, layout, terms
from dashboard.controls import choose, setting
from dashboard.topics import notes, profiles, profiles_five_w, profiles_khramatrix
from dashboard.topics.profiles_tables import axis_table
from dashboard.view import View, show
from dashboard.words import _


def render(view: View) -> None:
    names = classes.offered(view, "classification", available(view.data))
    try:
        result: ProfilesResult = view.result()
    except BadParameterError as error:
        layout.problem(view, error)
        profiles.choices(view, names, None, {})
        return
    said = profiles.names(view, result)
    what = _("{segment} beside {rest}").format(segment=said[result.segment], rest=profiles.other(result, said))
    layout.header(view, profiles.title(view, result, said), what, result.n)
    profiles.choices(view, names, result, said)
    layout.figures(profiles.figures(view, result, said))
    layout.notices([one for one in result.notices if one.code in profiles.ABOVE])
    notes.pinned(view, write_pick(result.classification, result.segment))
    grid = layout.cards(3)
    note = _("100 is as {rest}; bars: 95 % intervals").format(rest=profiles.other(result, said))
    with grid.cell(column_span=2), layout.block(_("What sets them apart"), note):
        if profiles.top_traits(result).empty:
            layout.grey(_("Nothing can be claimed: no difference is clear of chance."))
        else:
            layout.chart(view, profiles.index_figure(view, result, said), "traits", data=result.traits)
    with grid.cell():
        points = profiles_five_w.actions(view, result)
        layout.actions(view, points, _("What to offer"))
        layout.grey("" if points else _("Nothing stands out that an offer could be made of."))
        profiles.onward(view, result)
    note = _("Only what is clear of chance, with 30 customers or more")
    with layout.cards(1).cell(), layout.block(_("The five W"), note):
        if view.phone:
            st.markdown("\n\n".join(profiles_five_w.lines(view, result)))
        else:
            st.table(profiles_five_w.table(view, result), border="horizontal", hide_index=True)
    note = _("Attributes by effect (Cramér’s V), what tells most first; ▲ ▼: clear of chance")
    with layout.cards(1).cell(), layout.block(_("Axis by axis"), note):
        axes = profiles.axes(result)
        if axes:
            axis_table(view, result, said, choose(view, "axis", _("Axis"), axes, form="pills"))
        layout.grey(
            "" if axes else _("There is nothing to compare: nobody else is in view, or nothing is known of them.")
        )
    _khramatrix(view, result, said)
    columns, counted = profiles.columns(result, said), terms.customers(len(result.customers))
    both = ", ".join(said[code] for code in (result.segment, result.against) if code)
    layout.customers(view, result.customers, columns, counted, both)


def _khramatrix(view: View, result: ProfilesResult, said: dict[str, str]) -> None:
    known = profiles_khramatrix.actions(result)
    note = profiles_khramatrix.note(view)
    with layout.cards(1).cell(), layout.block(_("Khramatrix: who is ready for what"), note) as corner:
        with corner, st.popover(_("Settings"), icon=":material/tune:"):
            setting(view, "days", _("Days to look back"))
        action = choose(view, "action", _("Action"), known) if len(known) > 1 else next(iter(known))
        layout.chart(view, profiles_khramatrix.figure(view, result, said, action), "khramatrix", data=result.khramatrix)
        layout.notices([one for one in result.notices if one.code not in profiles.ABOVE])


show(render)
