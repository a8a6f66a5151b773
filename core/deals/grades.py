"""Grades A, B, C, D and X by a transparent score of effort and terms, with the reasons of each.

A: won with little effort, no rework and on good terms. B: won with much effort, after changes, or on worse terms. C: much effort
and no sale, or a sale on unprofitable terms. D: lost for want of money. X: a large one lost because it needs what is not sold
today. Lost early for another reason is ``other``. What the data can't tell is ``not_gradable``; open deals are ``open``.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.deals import words

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LETTERS = ("A", "B", "C", "D", "X")
GRADES = (*LETTERS, "other", "not_gradable", "open")
TRAP = ("B", "C")
EFFORT = ("days", "contacts", "changes")
TERMS = ("margin_share", "discount_share", "amount")
# Parts of which little is good terms.
_LESS_IS_BETTER = ("discount_share",)


@dataclass(frozen=True)
class Rules:
    """Settings of the score.

    Parameters
    ----------
    much_effort, good_terms : float
        From 0 to 1: effort above is much, terms from here on are good.
    most_changes : int
        More changes asked for make a won deal a B.
    loss_margin : float
        A won deal whose margin is not above this share of its amount is a C.
    large : float
        From 0 to 1: an amount at this place among closed deals, or above, is large.
    weights : tuple of (str, float)
        Of the parts :data:`EFFORT` and :data:`TERMS`; 0 leaves a part out.
    """

    much_effort: float
    good_terms: float
    most_changes: int
    loss_margin: float
    large: float
    weights: tuple[tuple[str, float], ...]


def ridit(values: Floats, reference: Floats) -> Floats:
    """The share of the reference below each value, ties counted half; NaN stays.

    Parameters
    ----------
    values, reference : ndarray of float64
        The mean of the reference's own ridits is a half.

    Notes
    -----
    Bross (1958), Biometrics 14, 18-38.
    """
    known = np.sort(reference[~np.isnan(reference)])
    if not len(known):
        return np.full(len(values), np.nan)
    place = (np.searchsorted(known, values, "left") + np.searchsorted(known, values, "right")) / (2 * len(known))
    return np.where(np.isnan(values), np.nan, place)


def scores(rows: pd.DataFrame, reference: Flags, rules: Rules) -> pd.DataFrame:
    """Effort and terms of each deal from 0 to 1, with the parts that they are made of.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of :class:`core.deals.table.Deals`.
    reference : ndarray of bool
        The deals that others are measured by.
    rules : Rules

    Returns
    -------
    pandas.DataFrame
        effort, terms (weighted means of the ridits that are known; NaN without any), and each part's ridit under its own name,
        high for much effort and for good terms.
    """
    weights = dict(rules.weights)
    parts = {}
    for name in (*EFFORT, *TERMS):
        values = rows[name].to_numpy(dtype=np.float64)
        place = ridit(values, values[reference])
        parts[name] = 1 - place if name in _LESS_IS_BETTER else place
    found = pd.DataFrame(parts, index=rows.index)
    for score, names in (("effort", EFFORT), ("terms", TERMS)):
        matrix = found[list(names)].to_numpy()
        weight = np.array([weights[name] for name in names]) * ~np.isnan(matrix)
        with np.errstate(invalid="ignore"):
            found[score] = np.nansum(matrix * weight, axis=1) / np.where(
                weight.sum(axis=1) > 0, weight.sum(axis=1), np.nan
            )
    return found


@dataclass(frozen=True, eq=False)
class Graded:
    """Grades of deals.

    Parameters
    ----------
    scores : pandas.DataFrame
        From :func:`scores`.
    grade : ndarray of int8
        Position in :data:`GRADES`.
    why : ndarray of str
        Keys joined by "+", the deciding one first.
    """

    scores: pd.DataFrame
    grade: NDArray[np.int8]
    why: NDArray[np.object_]


def grade(rows: pd.DataFrame, reference: Flags, rules: Rules) -> Graded:
    """Grade deals.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of :class:`core.deals.table.Deals`.
    reference : ndarray of bool
        Closed deals that others are measured by.
    rules : Rules
    """
    found = scores(rows, reference, rules)
    facts = _facts(rows, found, reference, rules)
    won, lost = facts["won"], facts["lost"]
    cases = [
        (facts["open"], "open"),
        (won & facts["unprofitable"], "C"),
        (won & (facts["changes_asked"] | facts["much_effort"] | facts["poor_terms"]), "B"),
        (won & facts["little_effort"] & facts["good_terms"], "A"),
        (lost & facts["no_money"], "D"),
        (lost & facts["beyond_offer"] & facts["large"], "X"),
        (lost & facts["much_effort"], "C"),
        (
            lost & facts["little_effort"] & facts["reason_told"] & ~(facts["beyond_offer"] & facts["amount_unknown"]),
            "other",
        ),
    ]
    code = np.select(
        [mask for mask, _ in cases], [GRADES.index(name) for _, name in cases], GRADES.index("not_gradable")
    )
    return Graded(found, code.astype(np.int8), _why(code, facts))


def _facts(rows: pd.DataFrame, found: pd.DataFrame, reference: Flags, rules: Rules) -> dict[str, Flags]:
    """What is true of each deal, by key."""
    outcome, kind = rows["outcome"], rows["kind"]
    amount, margin = rows["amount"].to_numpy(), rows["margin_share"].to_numpy()
    effort, terms = found["effort"].to_numpy(), found["terms"].to_numpy()
    changes = rows["changes"].to_numpy()
    with np.errstate(invalid="ignore"):
        return {
            "won": (outcome == words.WON).to_numpy(),
            "lost": (outcome == words.LOST).to_numpy(),
            "open": (outcome == words.OPEN).to_numpy(),
            "outcome_unknown": (outcome == words.UNKNOWN).to_numpy(),
            "unprofitable": margin <= rules.loss_margin,
            "changes_asked": changes > rules.most_changes,
            "much_effort": effort > rules.much_effort,
            "little_effort": effort <= rules.much_effort,
            "effort_unknown": np.isnan(effort),
            "poor_terms": terms < rules.good_terms,
            "good_terms": terms >= rules.good_terms,
            "terms_unknown": np.isnan(terms),
            "no_money": (kind == words.NO_MONEY).to_numpy(),
            "beyond_offer": (kind == words.BEYOND).to_numpy(),
            "large": ridit(amount, amount[reference]) >= rules.large,
            "amount_unknown": np.isnan(amount),
            "reason_told": kind.notna().to_numpy(),
            "reason_unknown": kind.isna().to_numpy(),
            "slow": found["days"].to_numpy() > rules.much_effort,
            "many_contacts": found["contacts"].to_numpy() > rules.much_effort,
            "low_margin": found["margin_share"].to_numpy() < rules.good_terms,
            "high_discount": found["discount_share"].to_numpy() < rules.good_terms,
        }


# Why a deal has its grade: the keys that are told where they are true.
_REASONS: dict[str, tuple[str, ...]] = {
    "A": ("little_effort", "good_terms"),
    "B": ("changes_asked", "much_effort", "slow", "many_contacts", "poor_terms", "low_margin", "high_discount"),
    "C": ("unprofitable", "lost", "much_effort", "slow", "many_contacts", "changes_asked", "reason_unknown"),
    "D": ("no_money",),
    "X": ("beyond_offer", "large"),
    "other": ("lost", "little_effort"),
    "not_gradable": (
        "outcome_unknown", "lost", "reason_unknown", "beyond_offer", "amount_unknown", "won", "effort_unknown", "terms_unknown"),
    "open": ("open", "much_effort"),
}  # fmt: skip
# Told of won deals alone, or of lost ones alone: a won deal needs no reason.
_OF_LOST = ("reason_unknown", "amount_unknown", "beyond_offer")
_OF_WON = ("unprofitable", "terms_unknown")


def _why(code: NDArray[np.integer], facts: dict[str, Flags]) -> NDArray[np.object_]:
    names = tuple(facts)
    bits = np.zeros(len(code), dtype=np.int64)
    for place, name in enumerate(names):
        told = facts[name]
        if name in _OF_LOST:
            told = told & facts["lost"]
        if name in _OF_WON:
            told = told & facts["won"]
        bits |= told.astype(np.int64) << place
    # Few combinations occur, so each is written once.
    pairs, which = np.unique(bits * len(GRADES) + code, return_inverse=True)
    texts = np.empty(len(pairs), dtype=object)
    for at, pair in enumerate(pairs):
        true = {name for place, name in enumerate(names) if pair // len(GRADES) >> place & 1}
        texts[at] = "+".join(name for name in _REASONS[GRADES[int(pair % len(GRADES))]] if name in true)
    return texts[which]
