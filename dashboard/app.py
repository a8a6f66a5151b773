"""The script that Streamlit runs for each reader: navigation, sidebar, then the page."""

from pathlib import Path

import streamlit as st

from core.access import Dataset, newest, published
from core.errors import ClienteleError
from dashboard import browser, cache, filter_bar, layout, live, registry, session, share
from dashboard.data_folder import SAMPLE_SNAPSHOT, build_sample, folder_in_use
from dashboard.view import View, hand_over
from dashboard.words import _, day, ngettext, number, set_locale

STATIC = Path(__file__).parent / "static"
SIDEBAR_WIDTH = 236


def main() -> None:
    """One run of the app."""
    st.set_page_config("Clientele", str(STATIC / "icon.png"), "wide", SIDEBAR_WIDTH)
    asked = share.language()
    language = set_locale(asked)
    pages = registry.built()
    chosen = st.navigation(registry.grouped(pages), position="top")
    spec = registry.spec_of(chosen, pages)
    share.arrive(spec.key)
    if share.take_one(share.LANGUAGE) and asked != language:
        share.drop(
            share.LANGUAGE, [asked], _("The link’s {key}={value} is not a language of this dashboard. It was left out.")
        )
    _logo()
    notices = st.container()
    folder, pinned = _folder(), None
    try:
        pinned = _pinned(folder)
        data = cache.dataset(str(folder), pinned or newest(folder) or 0, session.scope())
    except ClienteleError as error:
        st.title(_("There are no data yet"), anchor=False)
        st.write(str(error))
        return
    filters = filter_bar.read(data)
    view = View(spec.key, spec.analysis, data, folder, session.scope(), filters, pages)
    with st.sidebar:
        filter_bar.draw(data, filters, of_orders=spec.analysis not in registry.OF_EVENTS)
        visiting = folder != folder_in_use()
        browser.draw(share.SAMPLE if visiting else data.info.version)
        _state_of_data(view, visiting or pinned is not None)
    drawn = share.query()
    _run(view, chosen)
    if share.query() != drawn:
        share.begin_again()
    _say(notices)


def _run(view: View, page: registry.StreamlitPage) -> None:
    hand_over(view)
    try:
        page.run()
    except ClienteleError as error:
        layout.problem(view, error)
    else:
        share.drop_unasked()


def _say(place: "st.delta_generator.DeltaGenerator") -> None:
    if sentences := [layout.plain(sentence) for sentence in share.notices()]:
        place.info("  \n".join(sentences), icon=":material/link_off:")


def _folder() -> Path:
    """The data in use, or the sample where the link asks for it."""
    folder = folder_in_use()
    if share.take_one(share.SNAPSHOT) != share.SAMPLE or folder == SAMPLE_SNAPSHOT:
        return folder
    if not st.session_state.get("sample_built"):
        with st.spinner(_("Preparing the sample data")):
            build_sample()
        st.session_state["sample_built"] = True
    return SAMPLE_SNAPSHOT


def _pinned(folder: Path) -> int | None:
    """The snapshot that the link pins; None to show the newest."""
    text = share.take_one(share.SNAPSHOT)
    if not text or (text == share.SAMPLE and folder == SAMPLE_SNAPSHOT):
        return None
    if text.isdecimal() and int(text) in published(folder):
        return int(text)
    share.drop(
        share.SNAPSHOT, [text], _("The link asks for snapshot {value}, which is not there. You see the newest one.")
    )
    return None


def _logo() -> None:
    kind = "dark" if st.context.theme.type == "dark" else "light"
    st.logo(str(STATIC / f"logo-{kind}.svg"), icon_image=str(STATIC / f"icon-{kind}.svg"))


def _state_of_data(view: View, pinned: bool) -> None:
    info: Dataset = view.data.info
    as_of = _("As of {day}").format(day=day(view.filters.last or info.last_day))
    count = ngettext("{n} line", "{n} lines", info.lines).format(n=number(info.lines))
    state = _("Snapshot {n}, {lines}").format(n=info.version, lines=count)
    with st.container(gap="xsmall"):
        if info.sample:
            st.badge(_("Sample data"), color="gray")
        st.markdown(f":gray[:small[{as_of}]]  \n:gray[:small[{state}]]")
        live.announce(view.folder, info.version, pinned)
        live.watch(view.folder, info.version, pinned)


main()
