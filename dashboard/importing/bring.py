"""Bring data: files dropped into the browser, the server's inbox, or a database."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.errors import BadInputError
from core.ingest.readers.database import Database
from core.ingest.readers.kinds import SUFFIXES
from core.workspace import disk_errors
from dashboard import layout
from dashboard.data_folder import inbox, own_folder
from dashboard.importing import draft, steps
from dashboard.importing.incoming import Incoming
from dashboard.words import _

SECRETS = "CLIENTELE_DATABASE"
# A database that is a file would be a path into the server.
FILE_DATABASES = ("sqlite", "duckdb", "file", "access", "adbc-sqlite", "adbc-duckdb")
_TURN = "import/turn"


def draw() -> None:
    """The ways in; each begins an import, or adds to the one that is open."""
    words = {"files": _("Files"), "inbox": _("Folder"), "database": _("Database")}
    way = st.segmented_control(
        _("Where from"),
        list(words),
        format_func=words.__getitem__,
        default="files",
        required=True,
        key="import/way",
        label_visibility="collapsed",
    )
    {"inbox": _from_inbox, "database": _from_database}.get(way or "", _from_browser)()


def _from_browser() -> None:
    turn = st.session_state.setdefault(_TURN, 0)
    key = f"import/files/{turn}"
    st.file_uploader(
        _("Drop files here: sales, and customers or products if you have them"),
        accept_multiple_files=True,
        key=key,
        on_change=_take,
        args=(key,),
    )
    layout.grey(
        _("Text tables, Excel, OpenDocument, Parquet and Arrow, also packed. Nothing is changed until you publish.")
    )


def _take(key: str) -> None:
    files: list[UploadedFile] = st.session_state[key] or []
    if not files:
        return
    # The next uploader is empty, and the browser's copy is let go as soon as ours is on the disk.
    st.session_state[_TURN] += 1
    _begin(lambda incoming: [incoming.take(file.name, file.getbuffer()) for file in files])
    if (context := get_script_run_ctx()) is not None:
        for file in files:
            context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)


def _begin(give: Callable[[Incoming], Sequence[Any]]) -> None:
    """Open an import, or add to the open one; what is wrong is said by the page."""

    def begin() -> None:
        one = draft.opened()
        with disk_errors(own_folder()):
            steps.add(one, give(one.incoming))

    draft.saying(begin)


def _from_inbox() -> None:
    names = offered(inbox())
    if not names:
        layout.grey(
            _(
                "The server’s inbox is empty. Whoever runs the dashboard puts files there, or names another folder as {name}."
            ).format(name="CLIENTELE_INBOX")
        )
        return
    with st.form("import/inbox", border=False):
        picked = st.multiselect(
            _("Files and folders in the server’s inbox"), names, placeholder=_("Choose"), key="import/inbox/names"
        )
        if st.form_submit_button(_("Read them"), type="primary") and picked:
            _begin(lambda _incoming: [inbox() / name for name in picked if name in offered(inbox())])
            st.rerun()


def offered(folder: Path) -> list[str]:
    """What lies in the inbox; nothing that leads out of it.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    list of str
        Names; those of folders end in a slash.
    """
    if not folder.is_dir():
        return []
    home = folder.resolve()
    there = [path for path in folder.iterdir() if not path.name.startswith(".") and path.resolve().is_relative_to(home)]
    kept = [path for path in there if path.is_dir() or path.suffix.lower() in SUFFIXES]
    return sorted(f"{path.name}/" if path.is_dir() else path.name for path in kept)


def _from_database() -> None:
    with st.form("import/database", border=False):
        known = sorted(name for name in os.environ if name.startswith(SECRETS))
        secret = ""
        if known:
            secret = st.selectbox(
                _("Address"),
                ["", *known],
                format_func=lambda name: name or _("Written below"),
                help=_("Addresses that whoever runs the dashboard gave the server, by name."),
                key="import/database/secret",
            )
        url = st.text_input(
            _("Address, with user and password"),
            type="password",
            placeholder="postgresql://user:password@host/database",
            autocomplete="off",
            key="import/database/url",
        )
        query = st.text_area(
            _("Query"), placeholder="SELECT * FROM order_lines", height=100, key="import/database/query"
        )
        name = st.text_input(_("Name of the result"), value="orders", max_chars=40, key="import/database/name")
        if st.form_submit_button(_("Read it"), type="primary"):
            _ask_database(url.strip(), secret, query.strip(), name.strip() or "orders")


def _ask_database(url: str, secret: str, query: str, name: str) -> None:
    try:
        address = os.environ.get(secret, "") if secret in os.environ and secret.startswith(SECRETS) else checked(url)
        if not query:
            raise BadInputError("a query is needed", where="database", expected="such as SELECT * FROM order_lines")
    except BadInputError as error:
        st.error(layout.plain(str(error)), icon=":material/error:")
        return
    _begin(lambda _incoming: [Database(address, query, name)])
    st.rerun()


def checked(url: str) -> str:
    """An address as somebody may give it in a browser.

    Raises
    ------
    BadInputError
        It names a file of the server, or no server.
    """
    try:
        parts = urlsplit(url)
        scheme, host = parts.scheme.lower(), parts.hostname
    except ValueError:
        scheme, host = "", None
    if not scheme or not host or scheme.partition("+")[0] in FILE_DATABASES:
        raise BadInputError(
            "is not the address of a database server",
            where="database",
            expected="such as postgresql://user:password@host/database",
            todo=f"Databases that are files can be named to the server as {SECRETS}.",
        )
    return url
