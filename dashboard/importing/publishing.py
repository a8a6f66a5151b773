"""Publishing: the button, the name under which the mapping is kept, and where to go then."""

from functools import partial

import streamlit as st

from core.ingest.mapping.files import to_toml
from dashboard import layout, share
from dashboard.data_folder import own_folder
from dashboard.importing import edit, steps
from dashboard.importing.draft import Draft, close
from dashboard.view import View
from dashboard.words import _, number


def draw(one: Draft) -> None:
    """The last step."""
    with layout.cards(1).cell(), layout.block(_("Publish"), _("Everybody sees the new data from then on")):
        name = st.text_input(
            _("Keep the mapping as"),
            value=next((found.mapping for found in one.found if found.mapping), "") or edit.default_name(one.names),
            max_chars=60,
            key="import/name",
            help=_("It is used again for the next file of this shape. Empty to keep none."),
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                _("Publish"),
                key="import/publish",
                type="primary",
                disabled=not one.fresh,
                on_click=steps.publish,
                args=(one, name.strip()),
            )
            st.download_button(
                _("Download the mapping"),
                data=partial(_toml, one),
                file_name="mapping.toml",
                mime="application/toml",
                icon=":material/download:",
                on_click="ignore",
                key="import/mapping",
                help=_("For python -m core import --mapping"),
            )


def success(view: View, one: Draft) -> None:
    """What is published, and the ways to it."""
    info = one.published
    with layout.cards(1).cell():
        if not one.changed:
            st.markdown(_("All of it was there already. Snapshot {n} stays as it is.").format(n=info.version))
        else:
            words = _("**Snapshot {n} is published**: {lines} order lines of {buyers} buyers.")
            st.markdown(words.format(n=info.version, lines=number(info.lines), buyers=number(info.buyers)))
        # A link that pins an older snapshot would not show it.
        query = {key: values for key, values in share.carried().items() if key == share.LANGUAGE}
        with st.container(horizontal=True, vertical_alignment="center"):
            layout.go_to(view, "overview", _("See the overview"), query)
            layout.go_to(view, "rfm", _("See the RFM segments"), query)
            st.button(_("Import something else"), key="import/next", type="tertiary", on_click=close)


def _toml(one: Draft) -> bytes:
    return to_toml(edit.whole(one.mapping, one.found, own_folder())).encode()
