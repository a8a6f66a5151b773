"""The guide of an interview on the page and as a document, and the sheet that the answers go into."""

from functools import partial

import pandas as pd
import streamlit as st

from core.analyses.interviews import InterviewsResult
from core.export import to_csv
from core.history import MISSING
from core.survey import LOYALTY, QUESTIONS, VALUES
from dashboard import document, layout, terms
from dashboard.downloads import file_name
from dashboard.topics import interviews_words as words
from dashboard.topics.personas_more import QUESTIONNAIRE
from dashboard.view import View
from dashboard.words import _, day, number


def draw(view: View, result: InterviewsResult) -> None:
    """The questions with what they are asked for, part by part."""
    rows = list(result.guide.itertuples(index=False))
    if view.phone:
        st.markdown("\n\n".join(_line(view, result, row) for row in rows))
        return
    sections = [row.section for row in rows]
    first = [place == 0 or sections[place - 1] != one for place, one in enumerate(sections)]
    table = pd.DataFrame(
        {
            " ": [f"**{words.section(row.section)}**" if new else "" for row, new in zip(rows, first, strict=True)],
            _("No."): [number(row.place) for row in rows],
            _("Ask"): [words.plain(row, result.audience) for row in rows],
            _("Why"): [f":gray[{layout.plain(words.why(row, view.currency))}]" for row in rows],
        }
    )
    st.table(table, border="horizontal", hide_index=True)


def _line(view: View, result: InterviewsResult, row: object) -> str:
    asked = words.plain(row, result.audience)
    reason = layout.plain(words.why(row, view.currency))
    return f"{row.place}. **{asked}**  \n:gray[:small[{reason}]]"  # type: ignore[attr-defined]


def downloads(view: View, result: InterviewsResult, name: str) -> None:
    """The guide as a document, and the answer sheet of those invited."""
    with st.container(horizontal=True):
        title = _("Interview guide: {segment}").format(segment=name)
        document.button(_("Guide"), title, blocks(view, result), "interview-guide", f"{view.key}/guide")
        st.download_button(
            _("Answer sheet"),
            data=partial(sheet_file, view, result),
            file_name=file_name("answers"),
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=f"{view.key}/sheet",
            disabled=result.customers.empty,
            help=_("A row for each person invited and each question. Fill in date and answer, and import it as it is."),
        )


# ---- As a document


def blocks(view: View, result: InterviewsResult) -> list[document.Block]:
    """The guide for paper: how to lead the talk, the questions, what to write down."""
    last = day(view.filters.last or view.info.last_day)
    found: list[document.Block] = [
        document.Paragraph(
            _("{customers}; as of {day}, snapshot {version}").format(
                customers=terms.customers(result.n), day=last, version=view.info.version
            ),
            quiet=True,
        ),
        document.Bullets(
            [
                _("Ask, then wait. Follow what they say with “tell me more” and “what happened then”."),
                _("Do not offer answers; code them afterwards."),
                _("About 45 minutes; skip what they have told you already."),
            ]
        ),
    ]
    section = ""
    for row in result.guide.itertuples(index=False):
        if row.section != section:
            section = row.section
            found.append(document.Heading(words.section(section)))
        found.append(document.Paragraph(words.ask(row, result.audience), lead=f"{row.place}."))
        found.append(document.Paragraph(words.why(row, view.currency), quiet=True))
    return [*found, document.Heading(_("What to write down")), _written_down(view, result)]


def _written_down(view: View, result: InterviewsResult) -> document.Table:
    told = choices(view, result)
    rows = [
        [number(row.place), row.question, words.how_to_answer(row.question, told.get(row.question, ""))]
        for row in result.guide.itertuples(index=False)
    ]
    return document.Table([_("No."), _("Question’s key"), _("Answer")], rows)


# ---- The answer sheet


def choices(view: View, result: InterviewsResult) -> dict[str, str]:
    """What can be answered to each known question: what others have answered, else what the questionnaire has."""
    told = dict.fromkeys(LOYALTY, "0 – 10") | dict.fromkeys(VALUES, "1 – 5")
    if QUESTIONNAIRE.is_file():
        rows = pd.read_csv(QUESTIONNAIRE)
        chosen = rows[rows["question"].map(lambda key: key in QUESTIONS and QUESTIONS[key].kind == "choice")]
        # The same question can have other answers for people and for firms.
        own = {"person": "people", "firm": "firms"}[result.audience]
        chosen = chosen.sort_values("asked of", key=lambda asked: asked == own).drop_duplicates("question", keep="last")
        told |= dict(zip(chosen["question"], chosen["answers"], strict=True))
    channels = [label for label in view.data.history.labels.get("channel", ()) if label != MISSING]
    told |= {"usual_channel": " | ".join(channels)}
    given = {row.question: row.choices for row in result.guide.itertuples(index=False) if row.choices}
    return told | given


def sheet(view: View, result: InterviewsResult) -> pd.DataFrame:
    """A row for each person invited and each question, in the shape of a survey: customer, date, question, answer; then what to ask.

    Parameters
    ----------
    view : View
    result : InterviewsResult

    Returns
    -------
    pandas.DataFrame
        customer (code), date, question, answer, ask, choices; date and answer are empty.
    """
    told = choices(view, result)
    asked = pd.DataFrame(
        [
            (
                row.question,
                words.ask(row, result.audience),
                words.how_to_answer(row.question, told.get(row.question, "")),
            )
            for row in result.guide.itertuples(index=False)
        ],
        columns=["question", "ask", "choices"],
    )
    invited = result.customers.loc[result.customers["role"] == "invited", ["customer"]]
    rows = invited.merge(asked, how="cross").assign(date="", answer="")
    return rows[["customer", "date", "question", "answer", "ask", "choices"]]


def sheet_file(view: View, result: InterviewsResult) -> bytes:
    """The sheet as CSV, with ids."""
    return to_csv(view.with_ids(sheet(view, result)), bom=True)
