"""Voices: what is felt, asked and hurts at each step, where a survey or notes on touchpoints say it."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.access import Dataset
from core.days import EPOCH
from core.journey.climbs import Events, highest
from core.journey.log import Log
from core.journey.standing import SILENT
from core.journey.steps import STEPS, plain
from core.schema import TOUCHPOINTS
from core.traits import share_traits

# What a question, or a column of touchpoints, is about, by words in its name.
TOPICS: dict[str, re.Pattern[str]] = {
    "attitude": re.compile(
        "attitude|feel|mood|quote|отношени|настроени|чувств|цитат|态度|情绪|原话|haltung|gefühl|sentiment"
    ),
    "question": re.compile("question|asked|asks|вопрос|спраш|问题|提问|frage|pregunta"),
    "pain": re.compile(
        "pain|problem|worr|barrier|fear|concern|objection|бол[ьи]|проблем|барьер|страх|возражени|痛点|担忧|顾虑|sorge|douleur|dolor"
    ),
}
COLUMNS = ("topic", "question", "step", "answer", "people", "n", "share", "rest_share", "index", "low", "high", "claim")


def topic_of(question: str) -> str:
    """What a question is about, of :data:`TOPICS`; "" for anything else."""
    return next((topic for topic, words in TOPICS.items() if words.search(plain(question))), "")


def voices_table(dataset: Dataset, log: Log, events: Events, as_of: int) -> pd.DataFrame:
    """How often each thing was said at a step, against the other steps.

    Parameters
    ----------
    dataset : Dataset
    log : Log
    events : Events
    as_of : int
        Day number; what was said later is not heard.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`. The step is that of the touchpoint of a note, and the one on which the customer stood on the day of a
        survey's answer. n counts who said something to the question at the step; index, interval and claim are those of
        :func:`core.traits.share_traits`.
    """
    said = [part for part in (_survey(dataset, log, events, as_of), _notes(dataset, log, events)) if part is not None]
    if not said:
        return pd.DataFrame(columns=list(COLUMNS))
    rows = pd.concat(said, ignore_index=True).drop_duplicates(["person", "question", "step", "answer"])
    # A mark on a scale is no word.
    rows = rows[~rows["answer"].str.fullmatch(r"[\d.,\s-]+")]
    if rows.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    parts = []
    for question, some in rows.groupby("question", sort=True):
        answers = pd.DataFrame({question: pd.Categorical(some["answer"])})
        found = share_traits(answers, some["step"].to_numpy(), np.zeros(len(STEPS), dtype=np.int64))
        found["people"] = np.round(found["share"] * found["n"]).astype(np.int64)
        found["step"] = np.array(STEPS, dtype=object)[found["group"].to_numpy(dtype=np.int64)]
        parts.append(found.assign(topic=topic_of(str(question)), question=question, answer=found["value"]))
    table = pd.concat(parts, ignore_index=True)[list(COLUMNS)]
    order = table["step"].map(STEPS.index)
    ranked = table.assign(order=order).sort_values(
        ["topic", "question", "order", "people"], ascending=[True] * 3 + [False]
    )
    return ranked.drop(columns="order").reset_index(drop=True)


def _survey(dataset: Dataset, log: Log, events: Events, as_of: int) -> pd.DataFrame | None:
    """person, question, step, answer of the survey."""
    table = dataset.table("survey")
    if table is None or table.empty:
        return None
    about = {question: bool(topic_of(question)) for question in table["question"].unique()}
    table = table[table["question"].map(about) & table["answer"].notna() & table["customer_id"].notna()]
    day = (pd.to_datetime(table["date"]) - pd.Timestamp(EPOCH)).dt.days.fillna(as_of).to_numpy(dtype=np.int64)
    found = pc.index_in(pa.array(table["customer_id"], type=log.ids.type), value_set=log.ids)
    person = pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    step = _step_on(events, person, day)
    heard = (step >= 0) & (day <= as_of)
    told = {
        "person": person,
        "question": table["question"].to_numpy(),
        "step": step,
        "answer": table["answer"].to_numpy(),
    }
    return pd.DataFrame(told)[heard]


def _step_on(events: Events, person: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each person stood at the end of a day; -1 before their first event."""
    if not len(events.person):
        return np.full(len(person), -1)
    wide = np.int64(1) << np.int64(17)
    last = np.searchsorted(events.person * wide + events.day, person * wide + day, side="right") - 1
    there = (last >= 0) & (events.person[last] == person)
    level = np.array(events.steps)[highest(events)[last]]
    return np.where(there, np.where(day - events.day[last] > SILENT, 0, level), -1)


def _notes(dataset: Dataset, log: Log, events: Events) -> pd.DataFrame | None:
    """person, question, step, answer of further columns of the touchpoints."""
    names = dataset.table_columns("touchpoints")
    about = [name for name in names if name not in TOUCHPOINTS.names and topic_of(name)]
    if not about:
        return None
    table = dataset.coded_table("touchpoints", tuple(about))
    if table is None:
        return None
    touched = np.flatnonzero(events.row >= 0)
    row = log.row[events.row[touched]]
    parts = []
    for name in about:
        texts = table.column(name).cast(pa.string()).take(pa.array(row)).to_pandas()
        told = texts.notna().to_numpy()
        step = np.array(events.steps)[events.level[touched][told]]
        columns = {"person": events.person[touched][told].astype(np.int64), "question": name, "step": step}
        parts.append(pd.DataFrame({**columns, "answer": texts[told].to_numpy()}))
    return pd.concat(parts, ignore_index=True)
