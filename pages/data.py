"""Data: what was imported, and which snapshots there are."""

import streamlit as st

from core.access import published
from dashboard import layout, share
from dashboard.topics import data
from dashboard.view import View, show
from dashboard.words import _, day, number


def render(view: View) -> None:
    info = view.info
    title = _("{lines} order lines of {buyers} buyers, from {first} to {last}").format(
        lines=number(info.lines), buyers=number(info.buyers), first=day(info.first_day), last=day(info.last_day)
    )
    imported = _("Snapshot {n}, imported {when} from {files}")
    layout.header(
        view,
        title,
        imported.format(n=info.version, when=data.moment(info), files=", ".join(info.sources)),
        filtered=False,
    )
    layout.figures(
        [
            layout.Figure(_("Order lines"), number(info.lines)),
            layout.Figure(_("Orders and credits"), number(info.orders)),
            layout.Figure(_("Customers"), number(info.customers), help=_("Everybody with an order or a credit.")),
            layout.Figure(_("Buyers"), number(info.buyers), help=_("Customers with at least one purchase.")),
        ]
    )
    report = view.data.report()
    if report is not None:
        draw_report(view, report)
    with layout.cards(1).cell(), layout.block(_("Snapshots"), _("Each import makes one; a link can name it")):
        for version, when, lines in data.snapshots(view, published(view.folder)):
            draw_snapshot(view, version, when, lines)


def draw_report(view: View, report: dict) -> None:
    grid = layout.cards(1)
    with (
        grid.cell(),
        layout.block(_("Where each row went"), _("Rows read = kept + in quarantine + left out by a rule")),
    ):
        st.table(data.rows(view, report), border="horizontal", hide_index=True)
        for sentence in data.left_out(view, report):
            layout.grey(sentence)
    with grid.cell(), layout.block(_("Worth knowing"), _("Rows that stay in the data as they are")):
        for words, count, examples in data.noted(report):
            st.markdown(f"**{count}** {layout.plain(words)}")
            layout.grey(_("such as {examples}").format(examples=examples) if examples else "")
        for problem in report["problems"]:
            st.markdown(layout.plain(problem["sentence"]))
    with st.expander(_("How the columns were read")):
        st.dataframe(data.columns(report), hide_index=True, key="data/columns")


def draw_snapshot(view: View, version: int, when: str, lines: str) -> None:
    shown = version == view.info.version
    with st.container(horizontal=True, vertical_alignment="center"):
        words = _("Snapshot {n} · {when} · {lines} lines").format(n=version, when=when, lines=lines)
        st.markdown(f"**{words}**" if shown else words, width="content")
        if not shown:
            change = {share.SNAPSHOT: (str(version),)}
            st.button(_("Show"), key=f"data/show/{version}", type="tertiary", on_click=share.change, args=(change,))


show(render)
