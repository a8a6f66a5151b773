"""Own segments that are saved under a name: the list, saving and taking out; only for those who see the whole company."""

import streamlit as st

from core.errors import ClienteleError
from core.own_segments import LONGEST_NAME, OwnSegments, remove, save
from dashboard import layout
from dashboard.topics.own_segments import saved_as
from dashboard.topics.own_segments_builder import put
from dashboard.view import View
from dashboard.words import _


def draw(view: View, own: OwnSegments, rule: str) -> None:
    """The saved segments, and the form that saves the rule."""
    for name in own.names:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            key, args = f"{view.key}/open/{name}", (own.texts[name],)
            st.button(layout.plain(name), key=key, type="tertiary", on_click=put, args=args)
            st.markdown(f":gray[:small[{layout.plain(own.texts[name])}]]", width="stretch")
            if view.scope.whole:
                st.button(
                    "",
                    icon=":material/delete:",
                    key=f"{view.key}/remove/{name}",
                    type="tertiary",
                    help=_("Take it out of the list"),
                    on_click=_remove,
                    args=(view, name),
                )
    if not own.names:
        layout.grey(_("None is saved so far. A saved one can be chosen wherever there are segments."))
    if not view.scope.whole:
        layout.grey(_("Only who sees the whole company can save segments."))
        return
    if rule and not saved_as(own, rule):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.text_input(_("Name"), key=f"{view.key}/name", max_chars=LONGEST_NAME)
            st.button(
                _("Save"),
                key=f"{view.key}/save",
                icon=":material/save:",
                disabled=not name.strip(),
                on_click=_save,
                args=(view, name, rule),
            )
        if name.strip() in own.texts:
            layout.grey(_("“{name}” is there already and will be replaced.").format(name=name.strip()))
    if problem := st.session_state.pop(f"{view.key}/problem", ""):
        st.markdown(f":red[:small[{layout.plain(problem)}]]")


def _save(view: View, name: str, rule: str) -> None:
    try:
        save(view.folder, name, rule)
    except ClienteleError as error:
        st.session_state[f"{view.key}/problem"] = str(error)


def _remove(view: View, name: str) -> None:
    try:
        remove(view.folder, name)
    except ClienteleError as error:
        st.session_state[f"{view.key}/problem"] = str(error)
