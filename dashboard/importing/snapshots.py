"""The snapshots there are, and what can be done with each: show, pin, compare, restore, remove, read its report."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core import snapshot
from core.access import Dataset, newest, published
from core.errors import ClienteleError
from core.ingest.report import Report
from dashboard import cache, layout, share
from dashboard.importing import comparing, reporting
from dashboard.topics import data
from dashboard.view import View
from dashboard.words import _

SHOWN = 30
_PROBLEM = "snapshots/problem"


def draw(view: View) -> None:
    """A row a snapshot, newest first."""
    versions = sorted(published(view.folder), reverse=True)
    pinned = snapshot.pinned(view.folder)
    with (
        layout.cards(1).cell(),
        layout.block(_("Snapshots"), _("Each import makes one; links can name it, and the newest are kept")),
    ):
        if problem := st.session_state.pop(_PROBLEM, ""):
            st.error(layout.plain(problem), icon=":material/error:")
        for version in versions[:SHOWN]:
            _row(view, version, version in pinned, [one for one in versions if one < version][:1])


def _row(view: View, version: int, is_pinned: bool, before: list[int]) -> None:
    shown = version == view.info.version
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"):
        with st.container(gap=None, width="stretch"):
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.markdown(f"**{_('Snapshot {n}').format(n=version)}**", width="content")
                if shown:
                    st.badge(_("Shown"), color="blue")
                if is_pinned:
                    st.badge(_("Pinned"), color="gray")
            try:
                layout.grey(data.facts(_open(view, version).info))
            except ClienteleError as error:
                layout.grey(str(error))
        if not shown:
            latest = version == newest(view.folder)
            change = {share.SNAPSHOT: () if latest else (str(version),)}
            st.button(
                _("Show"), key=f"snapshots/show/{version}", type="tertiary", on_click=share.change, args=(change,)
            )
        _menu(view, version, is_pinned, before)


def _menu(view: View, version: int, is_pinned: bool, before: list[int]) -> None:
    words = {"report": _("Report")} if view.scope.whole else {}
    if before:
        words["compare"] = _("Compare with snapshot {n}").format(n=before[0])
    own = view.scope.whole and not view.info.sample
    if own:
        words["unpin" if is_pinned else "pin"] = _("Unpin") if is_pinned else _("Pin: keep it for ever")
    if own and version != newest(view.folder):
        words["restore"] = _("Restore: make it the newest")
        if not is_pinned:
            words["remove"] = _("Remove …")
    if not words:
        return
    picked = st.menu_button(
        _("More"), list(words), format_func=words.__getitem__, key=f"snapshots/more/{version}", type="tertiary"
    )
    if picked is not None:
        _act(view, picked, version, before)


def _act(view: View, action: str, version: int, before: list[int]) -> None:
    match action:
        case "report":
            _report(view, version)
        case "compare":
            _compare(view, before[0], version)
        case "remove":
            _confirm_removal(view, version)
        case _:
            do: dict[str, Callable[..., object]] = {
                "pin": snapshot.pin,
                "unpin": snapshot.unpin,
                "restore": snapshot.restore,
            }
            _try(do[action], view, version)
            st.rerun()


def _try(do: Callable[..., object], view: View, version: int) -> None:
    try:
        do(view.folder, version)
    except ClienteleError as error:
        st.session_state[_PROBLEM] = str(error)


def _open(view: View, version: int) -> Dataset:
    found: Dataset = cache.dataset(str(view.folder), version, view.scope)
    return found


def quarantined(view: View, version: int) -> pd.DataFrame:
    """The rows that a snapshot's import could not use."""
    return _open(view, version).quarantine()


def _report(view: View, version: int) -> None:
    @st.dialog(_("Report of snapshot {n}").format(n=version), width="large")
    def show() -> None:
        opened = _open(view, version)
        raw = opened.report()
        layout.grey(data.facts(opened.info))
        if raw is None:
            st.markdown(_("This snapshot has no report."))
            return
        reporting.whole(
            view,
            Report.from_dict(raw),
            opened.info.currency,
            lambda: quarantined(view, version),
            f"snapshots/report/{version}",
        )

    show()


def _compare(view: View, older: int, newer: int) -> None:
    @st.dialog(_("Snapshot {n} beside snapshot {before}").format(n=newer, before=older), width="large")
    def show() -> None:
        comparing.draw(_open(view, older), _open(view, newer))

    show()


def _confirm_removal(view: View, version: int) -> None:
    @st.dialog(_("Remove snapshot {n}?").format(n=version))
    def ask() -> None:
        st.markdown(_("Its data and its report are deleted, and links that name it show the newest snapshot instead."))
        with st.container(horizontal=True):
            remove = {"on_click": _try, "args": (snapshot.remove, view, version)}
            if st.button(_("Remove it"), type="primary", key="snapshots/remove", **remove):
                st.rerun()
            if st.button(_("Keep it"), key="snapshots/keep"):
                st.rerun()

    ask()
