"""What customers said: the answers of a survey by question, as classes and scores of customers.

A survey is tidy, one row an answer: customer, date, question, answer. Questions are known by their keys (in any case, with spaces or
hyphens too), the ones of the questionnaire that comes with the sample; others are kept under the names that they have.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.access import Dataset
from core.classification import Classification
from core.days import EPOCH

Kind = Literal["choice", "score", "text"]
Floats = NDArray[np.float64]

SURVEY = "survey:"
LOYALTY = ("recommend", "buy_again", "try_other")
VALUES = tuple(
    f"value_{name}" for name in ("functional", "emotional", "social", "economic", "uniqueness", "health")
)  # fmt: skip
TEXTS = ("pain", "quote", "asked")
# What is told in an interview, whatever was asked: questions whose keys begin so are answered in one's own words.
TOLD = "told_"
MOST_ANSWERS = 30
# Lowest and highest answer of the scales that are told apart by what was answered, the narrower first.
SCALES: tuple[tuple[int, int], ...] = ((1, 5), (0, 10))


@dataclass(frozen=True)
class Question:
    """A question that is known by its key.

    Parameters
    ----------
    key : str
    kind : {"choice", "score", "text"}
    topic : {"why", "how", "who", "value", "loyalty", "words"}
    """

    key: str
    kind: Kind
    topic: str


QUESTIONS: dict[str, Question] = {
    question.key: question
    for question in (
        *(Question(key, "choice", "why") for key in ("motive", "benefit", "occasion", "key_value", "criterion")),
        *(Question(key, "choice", "who") for key in ("payer", "user", "adviser", "decider")),
        *(Question(key, "choice", "how") for key in ("device", "decision_time", "usual_channel", "discount_habit")),
        *(Question(key, "score", "value") for key in VALUES),
        *(Question(key, "score", "loyalty") for key in LOYALTY),
        *(Question(key, "text", "words") for key in TEXTS),
    )
}


@dataclass(frozen=True, eq=False)
class Survey:
    """The answers of a survey up to a day.

    Parameters
    ----------
    answers : pandas.DataFrame
        customer (code; -1 for an anonymous or unknown one), day (number; -1 without a date), question (key), answer (text); in the
        order of days, those without one first. Answers that were not given are left out.
    n_customers : int
        Of the history.
    """

    answers: pd.DataFrame
    n_customers: int

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """The keys of the questions with an answer, known ones first, in their order."""
        there = set(self.answers["question"])
        return (*(key for key in QUESTIONS if key in there), *sorted(there - set(QUESTIONS)))

    def kind(self, question: str) -> Kind:
        """What the answers to a question are: unknown ones are choices while few differ, scores when all are numbers, else texts."""
        if question in QUESTIONS:
            return QUESTIONS[question].kind
        if question.startswith(TOLD):
            return "text"
        answers = self._of(question)["answer"]
        if pd.to_numeric(answers, errors="coerce").notna().all():
            return "score"
        return "choice" if answers.nunique() <= MOST_ANSWERS else "text"

    @cached_property
    def respondents(self) -> NDArray[np.bool_]:
        """Who answered anything, shape (customers,)."""
        found = np.zeros(self.n_customers, dtype=np.bool_)
        known = self.answers["customer"].to_numpy()
        found[known[known >= 0]] = True
        return found

    def labels(self, question: str) -> Classification:
        """The latest answer of each customer to a question.

        Parameters
        ----------
        question : str
            Of :attr:`questions`.

        Returns
        -------
        Classification
            Named ``survey:<question>``; labels in the order of how many gave them (ties by their text), the 30 largest, -1 for others.
            Of several answers on one day the one counts that more customers gave.
        """
        told, codes = self.latest(question)
        few = np.where(codes < MOST_ANSWERS, codes, -1).astype(np.int16)
        return Classification(SURVEY + question, told[:MOST_ANSWERS], few)

    def latest(self, question: str) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        """All answers to a question as :meth:`labels` orders them, and the position of each customer's latest; -1 for none."""
        own = self._of(question)
        own = own[own["customer"] >= 0]
        counts = own["answer"].value_counts()
        order = sorted(counts.index, key=lambda answer: (-counts[answer], answer))
        place = own["answer"].map({answer: rank for rank, answer in enumerate(order)}).to_numpy(dtype=np.int64)
        # The last row of a customer stands: the latest day, of it the commonest answer.
        ranked = np.lexsort((-place, own["day"].to_numpy()))
        codes = np.full(self.n_customers, -1, dtype=np.int64)
        codes[own["customer"].to_numpy()[ranked]] = place[ranked]
        return tuple(order), codes

    def scores(self, question: str) -> Floats:
        """The latest number that each customer gave to a question, shape (customers,); NaN for none, the mean of one day's."""
        own = self._of(question)
        value = pd.to_numeric(own["answer"], errors="coerce")
        own = own.assign(value=value)[(own["customer"] >= 0).to_numpy() & value.notna().to_numpy()]
        latest = own[own["day"] == own.groupby("customer")["day"].transform("max")]
        mean = latest.groupby("customer")["value"].mean()
        found = np.full(self.n_customers, np.nan)
        found[mean.index.to_numpy(dtype=np.int64)] = mean.to_numpy()
        return found

    def table_of(self, customers: NDArray[np.int64]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """What some customers answered, a row each.

        Returns
        -------
        chosen : pandas.DataFrame of category
            A column a question with a choice of answers.
        scored : pandas.DataFrame of float
            A column a question with points.
        """
        chosen, scored = {}, {}
        for question in self.questions:
            kind = self.kind(question)
            if kind == "score":
                scored[question] = self.scores(question)[customers]
            elif kind == "choice":
                said = self.labels(question)
                chosen[question] = pd.Categorical.from_codes(said.codes[customers], list(said.labels))
        index = pd.RangeIndex(len(customers))
        return pd.DataFrame(chosen, index=index), pd.DataFrame(scored, index=index)

    def scale(self, questions: tuple[str, ...]) -> tuple[int, int] | None:
        """The scale that these questions were answered on, by their answers; None when they fit none."""
        there = [self.scores(question) for question in questions if question in self.questions]
        values = np.concatenate(there) if there else np.empty(0)
        values = values[~np.isnan(values)]
        if not len(values):
            return None
        return next((scale for scale in SCALES if scale[0] <= values.min() and values.max() <= scale[1]), None)

    def loyalty(self) -> Floats:
        """Each customer's mean of recommend, buy again and try other, from 0 to 100; NaN where none was answered."""
        scale = self.scale(LOYALTY)
        asked = [self.scores(question) for question in LOYALTY if question in self.questions]
        if scale is None or not asked:
            return np.full(self.n_customers, np.nan)
        told = np.column_stack(asked)
        known = ~np.isnan(told)
        with np.errstate(invalid="ignore"):
            mean: Floats = np.where(known, told, 0.0).sum(axis=1) / known.sum(axis=1)
        return (mean - scale[0]) / (scale[1] - scale[0]) * 100

    def texts(self, question: str) -> pd.DataFrame:
        """Answers in their own words: customer, day, answer, and the newest first."""
        own = self._of(question)[["customer", "day", "answer"]]
        return own.sort_values(["day", "answer"], ascending=[False, True], kind="stable", ignore_index=True)

    def _of(self, question: str) -> pd.DataFrame:
        return self._by_question[question]

    @cached_property
    def _by_question(self) -> dict[str, pd.DataFrame]:
        return dict(iter(self.answers.groupby("question", sort=False)))


def answers(dataset: Dataset, last: int | None = None) -> Survey | None:
    """The survey of a snapshot as a scope sees it.

    Parameters
    ----------
    dataset : Dataset
    last : int, optional
        Day number after which answers don't count.

    Returns
    -------
    Survey or None
        None without a table of answers, and when nobody answered.
    """
    table = dataset.table("survey")
    if table is None:
        return None
    return survey_of(table, customer_codes(dataset, table["customer_id"]), dataset.history.n_customers, last)


def survey_of(table: pd.DataFrame, customer: NDArray[np.int64], n_customers: int, last: int | None) -> Survey | None:
    """The survey that a table of answers holds.

    Parameters
    ----------
    table : pandas.DataFrame
        date, question, answer.
    customer : ndarray of int64, shape (rows,)
        Who answered, 0 to ``n_customers``; -1 for nobody known.
    n_customers : int
    last : int or None
        As in :func:`answers`.
    """
    given = table["answer"].notna().to_numpy()
    table = table[given]
    day = (pd.to_datetime(table["date"]) - pd.Timestamp(EPOCH)).dt.days.fillna(-1).to_numpy(dtype=np.int64)
    frame = pd.DataFrame(
        {
            "customer": customer[given],
            "day": day,
            "question": _keys(table["question"]),
            "answer": table["answer"].astype(str).str.strip().to_numpy(),
        }
    )
    if last is not None:
        frame = frame[frame["day"] <= last]
    frame = frame.sort_values(["day", "customer", "question", "answer"], kind="stable", ignore_index=True)
    return Survey(frame, n_customers) if len(frame) else None


def customer_codes(dataset: Dataset, ids: pd.Series) -> NDArray[np.int64]:
    """The code of each id, -1 for missing and unknown ones, same shape."""
    wanted = ids.dropna().unique()
    codes = dataset.customer_codes([str(one) for one in wanted])
    known = dict(zip(dataset.customer_ids(codes), codes.tolist(), strict=True))
    return ids.map(known).fillna(-1).to_numpy(dtype=np.int64)


def question_key(name: str) -> str:
    """The key of a question, however it is written: ``"Buy again"`` is ``buy_again``."""
    return re.sub(r"[\s-]+", "_", name.strip().lower())


def _keys(questions: pd.Series) -> NDArray[np.object_]:
    # As few calls as there are questions.
    known = {name: question_key(str(name)) for name in questions.unique()}
    keys: NDArray[np.object_] = questions.map(known).to_numpy(dtype=object)
    return keys
