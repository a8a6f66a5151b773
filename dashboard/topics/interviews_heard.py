"""Who of a segment answered so far, what they said beside what they did, and in their own words."""

import pandas as pd
import streamlit as st

from core.analyses.interviews import InterviewsResult
from core.survey import TOLD
from dashboard import layout
from dashboard.topics import portrait_words, respondents
from dashboard.view import View
from dashboard.words import _, number, percent

_MOST = 3


def draw(view: View, result: InterviewsResult) -> None:
    """Two cards side by side, and their words below where there are any."""
    grid = layout.cards(2)
    share = percent(result.n_respondents / result.n)
    note = _("{n} of the segment, {share}").format(n=number(result.n_respondents), share=share)
    with grid.cell(), layout.block(_("Who answered so far"), note):
        if not result.n_respondents:
            layout.grey(_("Nobody of the segment yet. The guide’s answers come back as a survey, by the answer sheet."))
        else:
            layout.grey(respondents.over(result.respondents))
            _table(view, respondents.table(view, result.respondents), "respondents")
    note = _("Share of those who said so whose orders say the same, with 95 %")
    with grid.cell(), layout.block(_("Said, and did"), note):
        if result.said.empty:
            layout.grey(_("Fewer than 30 of them answered what their orders could be held against."))
        else:
            _table(view, respondents.said(result.said), "said")
    if len(result.words):
        with (
            layout.cards(1).cell(),
            layout.block(_("In their own words"), _("What was said most often, with how many said it")),
        ):
            st.markdown("\n\n".join(in_words(result.words)))


def in_words(rows: pd.DataFrame) -> list[str]:
    """A paragraph a question."""
    found = []
    for question, own in rows.groupby("question", sort=False):
        said = "; ".join(f"“{row.answer}” ({number(row.n)})" for row in own.head(_MOST).itertuples(index=False))
        found.append(f"**{layout.plain(topic(str(question)))}.** {layout.plain(said)}")
    return found


def topic(question: str) -> str:
    """What somebody told of in their own words."""
    return portrait_words.attribute(question.removeprefix(TOLD))


def _table(view: View, table: pd.DataFrame, key: str) -> None:
    numbers = list(table.select_dtypes("number"))
    whole = st.column_config.NumberColumn(format="localized", step=1)
    st.dataframe(
        table.round(dict.fromkeys(numbers, 0)),
        hide_index=True,
        height=min(36 * (len(table) + 1), 300),
        key=f"{view.key}/{key}",
        column_config=dict.fromkeys(numbers, whole),
    )
