"""The settings of the grades as widgets, and what the words of the table mean."""

from functools import partial

import streamlit as st

from core.analyses.deals import DealsResult
from core.deals import words
from dashboard import layout, share
from dashboard.controls import setting
from dashboard.topics import deals_words as said
from dashboard.view import View
from dashboard.words import _, number

MOST_WORDS = 30


def draw(view: View) -> None:
    """The settings of the score."""
    with st.popover(_("Settings"), icon=":material/tune:"):
        setting(view, "much_effort", _("Much effort from, %"), help=_("50 is the usual effort of closed deals."))
        setting(view, "good_terms", _("Good terms from, %"), help=_("50 are the usual terms of closed deals."))
        setting(view, "most_changes", _("Changes allowed for an A"))
        setting(
            view, "loss_margin", _("C up to a margin of, %"), help=_("A won deal whose margin is not above is a C.")
        )
        setting(view, "large", _("Large from, %"), help=_("X: an amount larger than this share of closed deals’."))
        st.markdown(_("**Weights**, 0 leaves a part out"))
        for name, label in _weights().items():
            setting(view, name, label)


def _weights() -> dict[str, str]:
    return {
        "weight_days": _("Effort: days"),
        "weight_contacts": _("Effort: contacts"),
        "weight_changes": _("Effort: changes"),
        "weight_margin": _("Terms: margin"),
        "weight_discount": _("Terms: discount"),
        "weight_amount": _("Terms: amount"),
    }


def draw_words(view: View, result: DealsResult) -> None:
    """Each outcome and reason with what it was taken for, to be changed."""
    with st.popover(_("What the words mean"), icon=":material/translate:"):
        for kind, name, meanings, title in (
            ("outcome", "outcomes", words.OUTCOMES, _("Outcomes")),
            ("reason", "reasons", words.REASONS, _("Reasons of losses")),
        ):
            rows = result.words[result.words["kind"] == kind].head(MOST_WORDS)
            if len(rows):
                st.markdown(f"**{title}**")
            for row in rows.itertuples():
                _meaning(
                    view, name, row.word, row.means, meanings, f"{layout.plain(row.word)} :gray[{number(row.deals)}]"
                )


def draw_levels(view: View, result: DealsResult) -> None:
    """Each attribute with its level, to be changed."""
    with st.popover(_("Which level"), icon=":material/layers:"):
        for name, level in result.level_of.items():
            _meaning(view, "levels", name, level, (*words.LEVELS, words.LEFT_OUT), layout.plain(said.attribute(name)))


def draw_by(view: View, result: DealsResult) -> None:
    """By which attribute cycle times are told apart."""
    names = {"": _("no groups"), **{name: said.attribute(name) for name in result.level_of}}
    view.restrict("by", tuple(names))
    if view.params.by in names:
        setting(view, "by", _("Broken down by"), names)


def _meaning(view: View, name: str, word: str, means: str, meanings: tuple[str, ...], label: str) -> None:
    """A list for one word; what is picked goes into the link beside what was picked of others."""
    key = f"{view.key}/{name}/{word}"
    if st.session_state.get(key) != means:
        st.session_state[key] = means
    told = words.read_edits(name, getattr(view.params, name), meanings)
    st.selectbox(
        label,
        meanings,
        format_func=said.meaning,
        key=key,
        on_change=partial(_picked, name, word, key, told),
        disabled="|" in word,
    )


def _picked(name: str, word: str, key: str, told: dict[str, str]) -> None:
    share.change({name: (words.write_edits(told | {word: st.session_state[key]}),)})
