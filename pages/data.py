"""Data: bring them in, see what an import made of them, and the snapshots there are."""

import streamlit as st

from core.ingest.report import Report
from dashboard import layout
from dashboard.importing import draft, flow, reporting, snapshots
from dashboard.topics import data
from dashboard.view import View, show
from dashboard.words import _, day, number


def render(view: View) -> None:
    one = flow.under_way() if flow.allowed(view) else None
    if one is None:
        shown(view)
        if flow.allowed(view) and not view.info.sample:
            flow.invitation(first=False)
    else:
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="top"):
            with st.container(width="stretch"):
                layout.header(view, flow.title(one), _("Import"), filtered=False)
            if one.published is None:
                st.button(_("Discard the import"), key="import/discard", type="tertiary", on_click=draft.close)
        flow.draw(view, one)
    snapshots.draw(view)
    report = view.data.report()
    if one is None and report is not None:
        reporting.whole(view, Report.from_dict(report), view.currency, view.data.quarantine, "data")


def shown(view: View) -> None:
    info = view.info
    leading = info.sample and flow.allowed(view)
    title = (
        _("You are looking at a sample: bring your own data")
        if leading
        else _("{lines} order lines of {buyers} buyers, from {first} to {last}").format(
            lines=number(info.lines), buyers=number(info.buyers), first=day(info.first_day), last=day(info.last_day)
        )
    )
    imported = _("Snapshot {n}, imported {when} from {files}")
    layout.header(
        view,
        title,
        imported.format(n=info.version, when=data.moment(info), files=", ".join(info.sources)),
        filtered=False,
    )
    if leading:
        flow.invitation(first=True)
    layout.figures(
        [
            layout.Figure(_("Order lines"), number(info.lines)),
            layout.Figure(_("Orders and credits"), number(info.orders)),
            layout.Figure(_("Customers"), number(info.customers), help=_("Everybody with an order or a credit.")),
            layout.Figure(_("Buyers"), number(info.buyers), help=_("Customers with at least one purchase.")),
        ]
    )


show(render)
