"""The way through an import, as far as it has come."""

import streamlit as st

from core.ingest.mapping.files import broken
from dashboard import layout, share
from dashboard.data_folder import own_folder
from dashboard.importing import bring, draft, preview, publishing, questions, recognised, steps
from dashboard.importing.draft import Draft
from dashboard.topics import importing
from dashboard.view import View
from dashboard.words import _, ngettext, number


def allowed(view: View) -> bool:
    """Whether the reader may import: only who may see the whole company."""
    return view.scope.whole


def under_way() -> Draft | None:
    """The reader's open import with what its last job brought, or None."""
    one = draft.current()
    if one is not None:
        before = one.published
        steps.settle(one)
        if one.published is not before:
            # What was drawn so far is of the data before, and a link may pin them.
            share.change({share.SNAPSHOT: ()})
            st.rerun()
        if not one.given and one.published is None and one.job is None:
            draft.close()
            return None
    return one


def invitation(first: bool) -> None:
    """The card that begins an import."""
    note = (
        _("You see the sample. Your own data take its place when you publish them")
        if first
        else _("They become a new snapshot; the old ones stay")
    )
    with layout.cards(1).cell(), layout.block(_("Bring your data") if first else _("Bring new data"), note):
        _said(draft.problem())
        _passed_over()
        bring.draw()


def draw(view: View, one: Draft) -> None:
    """The steps of an open import."""
    if one.published is not None:
        publishing.success(view, one)
        return
    _said(draft.problem())
    if one.job is not None:
        _running()
        return
    _said(one.problem)
    _passed_over()
    if one.prepared is not None:
        layout.figures(preview.figures(one))
    questions.draw(one)
    recognised.draw(one)
    with st.expander(_("Add files"), expanded=not one.found):
        bring.draw()
    if one.found:
        preview.check(one)
    preview.result(view, one)
    if one.prepared is not None:
        publishing.draw(one)


def title(one: Draft) -> str:
    """The state of the import as a sentence."""
    files = _files(one)
    if one.published is not None and not one.changed:
        return _("Nothing new in {files}").format(files=files)
    if one.published is not None:
        return _("{n} customers, ready to be understood").format(n=number(one.published.customers))
    if one.job is not None:
        return _("Working on {files}").format(files=files)
    if one.problem and not one.found:
        return _("{files} can’t be read as it is").format(files=files)
    if count := len(one.unanswered):
        return ngettext(
            "{n} question about {files} before it is read", "{n} questions about {files} before it is read", count
        ).format(n=number(count), files=files)
    if one.prepared is not None and one.fresh:
        total = one.prepared.report.total()
        return _("{kept} of {read} rows are ready to publish").format(
            kept=number(total.kept.rows), read=number(total.read.rows)
        )
    tables = ", ".join(dict.fromkeys(importing.table(found.table).lower() for found in one.found if found.table))
    if not tables:
        return _("{files} was not recognised: say what it is").format(files=files)
    return _("{files} was recognised: {tables}").format(files=files, tables=tables)


def _files(one: Draft) -> str:
    names = one.names
    return names[0] if len(names) == 1 else ngettext("{n} file", "{n} files", len(names)).format(n=number(len(names)))


def _said(problem: str) -> None:
    if problem:
        st.error(layout.plain(problem), icon=":material/error:")


def _passed_over() -> None:
    """Say which of the kept mappings can't be used."""
    for sentence in broken(own_folder()):
        words = _("A saved mapping is passed over: {problem}").format(problem=sentence)
        st.warning(layout.plain(words), icon=":material/warning:")


@st.fragment(run_every=0.7)
def _running() -> None:
    """Progress of what is going on; the page goes on when it is over."""
    one = draft.current()
    if one is None or one.job is None or one.job.done:
        st.rerun(scope="app")
    job = one.job
    with layout.cards(1).cell():
        st.progress(min(max(job.share, 0.0), 1.0), text=importing.stage(job.stage))
        st.button(_("Stop"), key="import/stop", type="tertiary", icon=":material/stop:", on_click=_stop, args=(one,))


def _stop(one: Draft) -> None:
    if one.job is not None:
        one.job.stop()
        if one.job.name == "recognise":
            draft.close()
