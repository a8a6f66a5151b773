"""The report of an import: where each row went, by what rule, and why rows are in quarantine."""

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from core.export import to_csv
from core.ingest.report import Note, Report
from dashboard import layout
from dashboard.downloads import file_name
from dashboard.topics import data, importing
from dashboard.view import View
from dashboard.words import _, ngettext, number

Switch = Callable[[Note], None]
_SENTENCES = 12


def accounts(view: View, report: Report, currency: str, key: str) -> None:
    """Rows and money read = kept + in quarantine + left out, as a picture and a table."""
    layout.chart(view, data.where_it_went(view.theme, report, currency), f"{key}/account", still=True)
    st.table(data.accounts(report, currency), border="horizontal", hide_index=True)
    layout.grey(data.unreadable(report))


def rules(report: Report, currency: str, switch: Switch | None = None) -> None:
    """Each rule with its count, money and examples, and with a switch where one is given."""
    shown = [note for note in report.notes if note.rows]
    if not shown:
        layout.grey(_("No rule had anything to do."))
    for note in shown:
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"):
            with st.container(gap=None, width="stretch"):
                st.markdown(f"**{number(note.rows)}** {layout.plain(importing.rule(note.name))}")
                layout.grey(_detail(note, currency))
            if switch is not None:
                switch(note)


def _detail(note: Note, currency: str) -> str:
    pieces = [data.rule_money(note, currency), data.rule_state(note)]
    if note.examples:
        pieces.append(_("such as {examples}").format(examples=data.examples(note)))
    return " · ".join(piece for piece in pieces if piece)


def problems(report: Report) -> None:
    """Why rows are in quarantine, a sentence each."""
    for problem in report.problems[:_SENTENCES]:
        st.markdown(layout.plain(str(problem)))
    if len(report.problems) > _SENTENCES:
        more = len(report.problems) - _SENTENCES
        layout.grey(ngettext("and {n} more reason", "and {n} more reasons", more).format(n=number(more)))


def quarantine(report: Report, read: Callable[[], pd.DataFrame], key: str) -> None:
    """The rows in quarantine as a download; nothing when there are none."""
    if not sum(file.quarantined.rows for file in report.files):
        return
    st.download_button(
        _("Download the quarantine"),
        data=partial(_csv, read),
        file_name=file_name("quarantine"),
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=f"{key}/quarantine",
        help=_("File, row, column, value and reason of each row that was not used."),
    )


def _csv(read: Callable[[], pd.DataFrame]) -> bytes:
    return to_csv(read(), bom=True)


def whole(view: View, report: Report, currency: str, read: Callable[[], pd.DataFrame], key: str) -> None:
    """The report as it is kept with a snapshot."""
    grid = layout.cards(1)
    with (
        grid.cell(),
        layout.block(_("Where each row went"), _("Rows read = kept + in quarantine + left out by a rule")) as corner,
    ):
        with corner:
            quarantine(report, read, key)
        accounts(view, report, currency, key)
        problems(report)
    with grid.cell(), layout.block(_("Rules"), _("What was noticed, and what was done about it")):
        rules(report, currency)
    with st.expander(_("How the files were read")):
        st.dataframe(data.files(report), hide_index=True, key=f"{key}/files", placeholder="")
        for file in report.files:
            st.markdown(f"**{layout.plain(file.file)}** {importing.table(file.table)}")
            layout.grey(data.how(file))
        st.dataframe(data.columns(report), hide_index=True, key=f"{key}/columns", placeholder="")
