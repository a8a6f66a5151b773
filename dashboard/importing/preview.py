"""The check: what would be published, what not and why, the rules' switches, and the first lines."""

from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from core.access import newest
from core.ingest.mapping import correcting
from core.ingest.mapping.model import Mapping_
from core.ingest.mapping.rules import SWITCHES
from core.ingest.report import Note
from dashboard import layout
from dashboard.data_folder import own_folder
from dashboard.importing import edit, reporting, steps, widgets
from dashboard.importing.draft import Draft
from dashboard.topics import data, importing
from dashboard.view import View
from dashboard.words import _, ngettext

ROWS = 20
MONEY = ("amount", "cost", "discount")


def check(one: Draft) -> None:
    """The button that starts the check, once everything is answered."""
    last = newest(own_folder())
    with layout.cards(1).cell(), layout.block(_("Check"), _("Reads everything, and publishes nothing yet")):
        if last is not None:
            _add_or_replace(one, last)
        open_ = len(one.unanswered)
        stuck = next((found.file for found in one.found if found.problems), "")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                _("Check") if one.prepared is None else _("Check again"),
                key="import/check",
                type="secondary" if one.fresh else "primary",
                disabled=bool(open_ or stuck) or one.fresh,
                on_click=steps.check,
                args=(one,),
            )
            if open_:
                layout.grey(ngettext("{n} question is open", "{n} questions are open", open_).format(n=open_))
            elif stuck:
                layout.grey(_("{file} can’t be read like this: correct it above, or leave it out").format(file=stuck))
            elif one.prepared is not None and not one.fresh:
                layout.grey(_("Something was changed since the last check."))


def _add_or_replace(one: Draft, last: int) -> None:
    words = {
        False: _("Replace: the files hold everything"),
        True: _("Add: the files hold what is new since snapshot {n}").format(n=last),
    }
    st.radio(
        _("What the data now shown become"),
        list(words),
        format_func=words.__getitem__,
        index=int(one.add),
        key="import/add",
        on_change=_set_add,
        args=(one,),
    )


def _set_add(one: Draft) -> None:
    one.add = bool(st.session_state["import/add"])


def result(view: View, one: Draft) -> None:
    """What came of the check."""
    prepared = one.prepared
    if prepared is None:
        return
    currency, report = prepared.clean.currency or "", prepared.report
    grid = layout.cards(1)
    note = _("Rows read = kept + in quarantine + left out by a rule")
    with grid.cell(), layout.block(_("Where each row goes"), note) as corner:
        with corner:
            reporting.quarantine(report, partial(_quarantine, prepared.clean.quarantine), "import")
        reporting.accounts(view, report, currency, "import")
        reporting.problems(report)
    with grid.cell(), layout.block(_("Rules"), _("What was noticed; a switch asks for another check")):
        used = edit.whole(one.mapping, one.found, own_folder())
        reporting.rules(report, currency, partial(_switch, one, used))
    rows = prepared.sample_rows(ROWS)
    with grid.cell(), layout.block(_("The first lines"), _("As the analyses will see them")):
        st.dataframe(
            rows,
            hide_index=True,
            column_config={name: _configured(name) for name in rows.columns},
            key="import/lines",
            placeholder="",
            alt=_("The first lines"),
        )


def _configured(name: str) -> Any:
    label, kinds = importing.field(name), st.column_config
    if name in MONEY:
        return kinds.NumberColumn(label, format="%.2f")
    return kinds.DateColumn(label, format="D MMM YYYY") if name == "date" else kinds.Column(label)


def _quarantine(path: Path | None) -> pd.DataFrame:
    return pd.DataFrame() if path is None else pd.read_parquet(path)


def _switch(one: Draft, used: Mapping_, note: Note) -> None:
    """The switch of a rule, where kept mappings put it as long as the reader has not."""
    if note.setting not in SWITCHES:
        return
    words = {
        "keep": _("Keep"),
        "leave_out": _("Leave out"),
        "new": _("The new file’s"),
        "old": _("The snapshot’s"),
    }
    widgets.segments(
        _("What becomes of: {rule}").format(rule=importing.rule(note.name)),
        list(SWITCHES[note.setting]),
        used.rule(note.setting),
        words.__getitem__,
        f"import/rule/{note.setting}",
        partial(_set_rule, one, note.setting),
    )


def _set_rule(one: Draft, name: str, value: str) -> None:
    one.mapping = correcting.set_rule(one.mapping, name, value)


def figures(one: Draft) -> list[layout.Figure]:
    """The four figures of the last check."""
    if one.prepared is None:
        return []
    return data.account_figures(one.prepared.report, one.prepared.clean.currency or "")
