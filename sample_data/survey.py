"""A survey among Brackenhall's customers: who answered, when, and what."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sample_data.customers import Customers, choose
from sample_data.opinions import CHOICES, FIRMS, PEOPLE, SCALES, WORDS
from sample_data.orders import Orders
from sample_data.seasons import DAYS, dates

RESPONDENTS = 1_500
WAVE = (430, 70)  # invitations went out over so many days, ending so many days before the end
FORMS = 3
SKIPPED = 0.04  # share of questions left open
WORDY = 0.35  # share of respondents who write something, question by question
# Who answers: frequent buyers and women more than others.
FREQUENT, FEMALE = 1.9, 1.6


def draw_survey(
    rng: np.random.Generator, customers: Customers, attributes: pd.DataFrame, orders: Orders, ids: np.ndarray
) -> pd.DataFrame:
    """One row an answer: ``customer_id``, ``date``, ``question``, ``answer`` (always text)."""
    who = _respondents(rng, customers, attributes, orders)
    n = len(who)
    day = DAYS - 1 - WAVE[1] - rng.integers(0, WAVE[0], n)
    first = np.full(len(customers), DAYS)
    known = orders.customer >= 0
    np.minimum.at(first, orders.customer[known], orders.day[known])
    # Nobody is asked before the first purchase.
    day = np.clip(np.maximum(day, first[who] + 7), 0, DAYS - 1)
    form = rng.integers(1, FORMS + 1, n)
    persona, firm = customers.persona[who], customers.firm[who]
    rows = [*_choices(rng, persona, firm, form), *_scales(rng, persona, form), *_words(rng, persona)]
    position = np.concatenate([place for place, _, _ in rows])
    table = pd.DataFrame(
        {
            "customer_id": ids[who][position],
            "date": dates()[day[position]].astype("datetime64[s]"),
            "question": np.concatenate([np.full(len(place), key, dtype=object) for place, key, _ in rows]),
            "answer": np.concatenate([answer for _, _, answer in rows]),
        }
    )
    return table.sort_values(["customer_id", "question", "answer"], kind="stable", ignore_index=True)


def _respondents(
    rng: np.random.Generator, customers: Customers, attributes: pd.DataFrame, orders: Orders
) -> np.ndarray:
    count = np.bincount(orders.customer[orders.customer >= 0], minlength=len(customers))
    weight = np.where(count >= 8, FREQUENT, 1.0) * np.where(attributes["sex"].eq("female"), FEMALE, 1.0)
    return np.sort(rng.choice(len(customers), RESPONDENTS, replace=False, p=weight / weight.sum()))


def _answering(rng: np.random.Generator, form: np.ndarray, sheet: int) -> np.ndarray:
    return ((form == sheet) | (sheet == 0)) & (rng.random(len(form)) >= SKIPPED)


def _choices(
    rng: np.random.Generator, persona: np.ndarray, firm: np.ndarray, form: np.ndarray
) -> list[tuple[np.ndarray, str, np.ndarray]]:
    rows = []
    for question in CHOICES:
        asked = _answering(rng, form, question.form)
        asked &= {PEOPLE: ~firm, FIRMS: firm}.get(question.who, True)
        place = np.flatnonzero(asked)
        picked = choose(rng, np.array(question.weights, dtype=float)[persona[place]])
        rows.append((place, question.key, np.array(question.answers, dtype=object)[picked]))
    return rows


def _scales(
    rng: np.random.Generator, persona: np.ndarray, form: np.ndarray
) -> list[tuple[np.ndarray, str, np.ndarray]]:
    rows = []
    for scale in SCALES:
        place = np.flatnonzero(_answering(rng, form, scale.form))
        value = rng.normal(np.array(scale.means)[persona[place]], scale.deviation)
        number = np.clip(np.round(value), scale.lowest, scale.highest).astype(int)
        rows.append((place, scale.key, number.astype(str).astype(object)))
    return rows


def _words(rng: np.random.Generator, persona: np.ndarray) -> list[tuple[np.ndarray, str, np.ndarray]]:
    rows = []
    for key, texts in WORDS.items():
        place = np.flatnonzero(rng.random(len(persona)) < WORDY)
        pick = (rng.random(len(place)) ** 1.5 * len(texts[0])).astype(int)
        rows.append((place, key, np.array(texts, dtype=object)[persona[place], pick]))
    return rows
