"""What the retailer's files say of each customer: demographics of people; industry, size, need and ways of deciding of firms."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sample_data.customers import Customers, by_plan, choose, table
from sample_data.persona import FAMILIES, INCOMES, INDUSTRIES, OCCUPATIONS, PLACES, REGIONS, SIZES

UNKNOWN = 0.06  # share of people who did not state their income, and of those who did not state an occupation

HOUSINGS = ("own house", "own flat", "rented home")
NEEDS = (
    "everyday supplies",
    "guests and rooms",
    "work with children",
    "grounds and gardens",
    "goods to resell",
    "gifts",
)
DECISIONS = ("owner alone", "one buyer", "committee", "tender")
COMMITTEES = (
    "owner",
    "office manager",
    "office manager, accountant",
    "purchasing, users",
    "purchasing, accountant, users",
    "director, purchasing, lawyer",
)
# Weights of the answers above, a row a persona in the order of PERSONAS.
HOUSING = ((3, 3, 4), (1, 5, 4), (8, 1, 1.5), (0.7, 1.5, 8), (5, 4, 2), (3, 3, 4))
NEED = ((14, 0.5, 1.5, 0.1, 0.3, 0.3), (3, 2, 1, 1, 2, 2), (0.3, 0.5, 2, 9, 0.3, 0.1))
NEED = (*NEED, (2, 2, 1, 0.5, 6, 0.5), (0.4, 8, 0.5, 0.2, 3, 1), (1, 0.5, 0.3, 0.1, 0.5, 9))
DECISION = ((1, 5, 4, 0.5), (4, 3, 1, 0.2), (7, 2, 1, 0.3), (9, 1, 0.3, 0.1), (6, 3, 1, 0.2), (3, 5, 1, 0.1))
# Who sits in the committee follows from how it is decided: a row a way of deciding.
COMMITTEE = ((1, 0, 0, 0, 0, 0), (0.2, 8, 1, 1, 0, 0), (0, 1, 6, 4, 5, 0.5), (0, 0, 0.2, 0.5, 2, 6))

TOWNS = {
    "North": {"city": ("Norrhaven",), "town": ("Ekby", "Stonewick", "Halmora"), "village": ("Tarnfell", "Birkrig")},
    "South": {"city": ("Solmara", "Averno"), "town": ("Castellane", "Vigno"), "village": ("Olivet", "Ruscino")},
    "East": {"city": ("Ostrava Bridge",), "town": ("Dunavice", "Kersten", "Morava"), "village": ("Lipnica", "Weiden")},
    "West": {"city": ("Westerlo",), "town": ("Bramford", "Kilbride", "Avonleigh"), "village": ("Glenmor", "Tolpen")},
    "Centre": {"city": ("Altenburg", "Mittelstadt"), "town": ("Rosenau", "Lindfurt"), "village": ("Hain", "Eichdorf")},
    "Coast": {"city": ("Port Serein",), "town": ("Sandhaven", "Marlow Bay"), "village": ("Gull Point", "Saltmarsh")},
}


def draw_attributes(rng: np.random.Generator, customers: Customers) -> pd.DataFrame:
    """Attributes in the order of `customers`; what does not apply, or was not stated, is missing."""
    n, of, person = len(customers), customers.persona, ~customers.firm
    mean, deviation = table("birth_year", "portrait")[of].T
    birth = np.clip(np.round(rng.normal(mean, deviation)), 1936, 2006).astype(int)
    female = rng.random(n) < table("female", "portrait")[of]
    family = choose(rng, table("family", "portrait")[of])
    income = choose(rng, table("income", "portrait")[of])
    occupation = choose(rng, table("occupation", "portrait")[of])
    occupation = np.where(birth < 1960, OCCUPATIONS.index("retired"), occupation)
    stated = rng.random((2, n)) >= UNKNOWN
    size = choose(rng, table("size", "portrait")[of])
    size = np.where(by_plan(customers.group), 2 + (rng.random(n) < 0.5), size)
    place = choose(rng, table("place", "portrait")[of])
    frame = pd.DataFrame(
        {
            "type": np.where(person, "person", "firm"),
            "birth_year": pd.array(birth, dtype="Int16"),
            "sex": _words(("male", "female"), female.astype(int)),
            "family": _words(FAMILIES, family),
            "income_band": _words(INCOMES, income).where(stated[0]),
            "occupation": _words(OCCUPATIONS, occupation).where(stated[1]),
            "place": _words(PLACES, place),
            "town": _towns(rng, customers.region, place),
            "industry": _words(INDUSTRIES, choose(rng, table("industry", "portrait")[of])),
            "size": _words(SIZES, size),
        }
    )
    decision = choose(rng, np.array(DECISION)[of])
    frame["housing"] = _words(HOUSINGS, choose(rng, np.array(HOUSING)[of]))
    frame["need"] = _words(NEEDS, choose(rng, np.array(NEED)[of]))
    frame["decision"] = _words(DECISIONS, decision)
    frame["committee"] = _words(COMMITTEES, choose(rng, np.array(COMMITTEE)[decision]))
    return _blank(frame, person)


def _words(words: tuple[str, ...], code: np.ndarray) -> pd.Series:
    return pd.Series(np.array(words, dtype=object)[code], dtype="str")


def _towns(rng: np.random.Generator, region: np.ndarray, place: np.ndarray) -> pd.Series:
    """A town of the customer's region and kind of place; the first named is the largest."""
    names = [TOWNS[r][p] for r in REGIONS for p in PLACES]
    counts = np.array([len(some) for some in names])
    which = region * len(PLACES) + place
    pick = (rng.random(len(which)) ** 1.4 * counts[which]).astype(int)
    start = np.cumsum(counts) - counts
    return _words(tuple(name for some in names for name in some), start[which] + pick)


def _blank(frame: pd.DataFrame, person: np.ndarray) -> pd.DataFrame:
    """Leave people's attributes empty for firms, and firms' for people."""
    for column in ("birth_year", "sex", "family", "income_band", "occupation", "housing"):
        frame[column] = frame[column].where(person)
    for column in ("industry", "size", "need", "decision", "committee"):
        frame[column] = frame[column].where(~person)
    return frame
