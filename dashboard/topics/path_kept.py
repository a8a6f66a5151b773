"""What was decided at a step: words, a tick with its date, and the date to look again; only who sees the whole company writes."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from core.analyses.path import PathResult
from core.days import to_date, to_day
from core.errors import ClienteleError
from core.path.keeping import keep, look_again
from core.path.state import LONGEST_WORDS, Choice, clean_words
from core.path.steps import BEGUN, OPEN, STALE
from core.timeline import months_before
from dashboard import layout
from dashboard.topics import notes, path_links, path_words
from dashboard.view import View
from dashboard.words import _, day

# How far ahead a date is proposed.
AHEAD = 6


def draw(view: View, result: PathResult, step: str) -> None:
    """The words of a step, its state, the buttons that change them, and the notes on it."""
    layout.heading(_("What was decided"))
    if view.scope.whole:
        _written(view, result, step)
    else:
        layout.grey(_("The path is of the whole company. Only who sees all of it reads and writes here."))
    notes.pinned(view, step=step)


def _written(view: View, result: PathResult, step: str) -> None:
    row = result.steps.set_index("step").loc[step]
    layout.grey(_standing(row["state"], row["done"], step))
    layout.grey(path_words.why(row["why"]))
    key = f"{view.key}/words/{step}"
    other = _others_words(key, row["words"])
    st.text_area(
        _("What was decided"),
        key=key,
        max_chars=LONGEST_WORDS,
        height=140,
        placeholder=_("A few words: what, and why."),
        label_visibility="collapsed",
    )
    if other:
        layout.grey(_("Somebody else has written here meanwhile: “{words}”. Saving replaces it.").format(words=other))
    if step == "again":
        _date(view, result, key)
    else:
        _buttons(view, result, step, row["state"], key)
    if problem := st.session_state.pop(f"{view.key}/problem", ""):
        st.markdown(f":red[:small[{layout.plain(problem)}]]")


def _others_words(key: str, kept: str) -> str:
    """Fill the field with what is kept unless its reader has begun to write; the words that came in meanwhile if so."""
    written, begun = st.session_state.get(key), st.session_state.get(_begun(key), ())
    if written is None or not begun or {written, clean_words(written)} & {begun[0], kept}:
        # Set only what differs: a value that is set again can overtake the reader's next click.
        if written != kept:
            st.session_state[key] = kept
        st.session_state[_begun(key)] = (kept,)
        return ""
    # Once shown they may be replaced, too.
    st.session_state[_begun(key)] = (begun[0], kept)
    return "" if kept == begun[0] else " ".join(kept.split()) or _("(nothing)")


def _begun(key: str) -> str:
    """Where the session has the kept words that its reader has seen: those at the beginning, and the newest."""
    return f"{key}/begun"


def _standing(state: str, done: date | None, step: str) -> str:
    if state in (OPEN, BEGUN) or done is None:
        return ""
    if step == "again":
        return _("To be looked at again from {day} on.").format(day=day(done))
    return _("Done on the data up to {day}.").format(day=day(done))


def _buttons(view: View, result: PathResult, step: str, state: str, key: str) -> None:
    with st.container(horizontal=True):
        undone = state in (OPEN, BEGUN)
        if undone or state == STALE:
            st.button(
                _("Mark as done") if undone else _("It still holds"),
                key=f"{view.key}/done",
                type="primary",
                icon=":material/check:",
                disabled=not result.comparable or (step == "choice" and not result.chosen),
                on_click=_mark,
                args=(view, result, step, key),
            )
        st.button(_("Save the words"), key=f"{view.key}/save", on_click=_save, args=(view, step, key))
        if not undone:
            st.button(_("Open it again"), key=f"{view.key}/open", type="tertiary", on_click=_reopen, args=(view, step))
    if not result.comparable:
        layout.grey(_("Steps are ticked for the whole company: take the filter off first."))


def _date(view: View, result: PathResult, key: str) -> None:
    kept = result.state.look_again
    place = f"{view.key}/date/{kept}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.date_input(_("Look again on"), value=kept or _proposed(result.as_of), key=place, format="YYYY-MM-DD")
        st.button(
            _("Keep the date"),
            key=f"{view.key}/keep_date",
            type="primary",
            on_click=_keep_date,
            args=(view, place, key),
        )
    layout.grey(_("The clock is the data’s: the date has come when they reach it."))
    if kept is not None:
        st.button(
            _("Take the date away"), key=f"{view.key}/no_date", type="tertiary", on_click=_tried,
            args=(view, lambda: look_again(view.folder, None)),
        )  # fmt: skip


def _proposed(as_of: date) -> date:
    return to_date(months_before(to_day(as_of), -AHEAD))


# ---- Writing


def _mark(view: View, result: PathResult, step: str, key: str) -> None:
    def change() -> None:
        keep(
            view.folder,
            step,
            choice=Choice(result.as_of, view.info.version, result.chosen) if step == "choice" else None,
            over=st.session_state[_begun(key)],
            words=st.session_state[key],
            done=result.as_of,
            snapshot=view.info.version,
            link=path_links.ways(view, result, step)[0].text,
            figures=result.figures.get(step, {}),
        )

    if _tried(view, change):
        # The step after it comes up by itself; what was chosen stands in the file now.
        path_links.go("", **({"picks": ()} if step == "choice" else {}))


def _save(view: View, step: str, key: str) -> None:
    if _tried(view, lambda: keep(view.folder, step, over=st.session_state[_begun(key)], words=st.session_state[key])):
        path_links.go(step)


def _reopen(view: View, step: str) -> None:
    if _tried(view, lambda: keep(view.folder, step, done=None, snapshot=0, link="", figures={})):
        path_links.go(step)


def _keep_date(view: View, place: str, key: str) -> None:
    chosen = st.session_state[place]

    def change() -> None:
        keep(view.folder, "again", over=st.session_state[_begun(key)], words=st.session_state[key])
        look_again(view.folder, chosen)

    if _tried(view, change):
        path_links.go("again")


def _tried(view: View, change: Callable[[], None]) -> bool:
    try:
        change()
    except ClienteleError as error:
        said = str(error)
        st.session_state[f"{view.key}/problem"] = said[:1].upper() + said[1:]
        return False
    return True
