"""New data: open pages notice a newly published snapshot and show it, unless their link pins one."""

from pathlib import Path

import streamlit as st

from core.access import newest
from dashboard import share
from dashboard.data_folder import folder_in_use
from dashboard.words import _

LOOK_EVERY = 10
_SHOWN = "shown"


def announce(folder: Path, version: int, pinned: bool) -> None:
    """Say so when this run shows another snapshot than the one before."""
    if pinned:
        return
    before = st.session_state.get(_SHOWN)
    st.session_state[_SHOWN] = (folder, version)
    if before is not None and before != (folder, version):
        st.toast(_("New data: this page now shows snapshot {n}.").format(n=version), icon=":material/update:")


@st.fragment(run_every=LOOK_EVERY)
def watch(folder: Path, version: int, pinned: bool) -> None:
    """Look for a newer snapshot now and then; to be drawn into the sidebar."""
    now = folder_in_use()
    if now != folder and pinned:
        # The link visits the sample.
        st.button(_("Back to your own data"), key="newest", type="tertiary", on_click=_unpin)
        return
    latest = newest(now)
    if latest is None or (now, latest) == (folder, version):
        return
    if not pinned:
        st.rerun(scope="app")
    st.caption(_("Your link shows snapshot {n}. Snapshot {latest} is newer.").format(n=version, latest=latest))
    st.button(_("Show snapshot {n}").format(n=latest), key="newest", type="tertiary", on_click=_unpin)


def _unpin() -> None:
    share.change({share.SNAPSHOT: ()})
