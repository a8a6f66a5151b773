"""What the data say to the first steps of the path: attributes and how they differ, the market, segments and their size."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.access import Dataset
from core.classification import Classification
from core.classifications import Classifier
from core.features import Selection
from core.history import MISSING
from core.market import beside_market
from core.money import to_currency
from core.own_segments import IN, OWN, RULE
from core.profiles.comparison import independence
from core.profiles.formed import formed_by
from core.profiles.known import attribute_marks, survey_marks
from core.profiles.marks import Marks
from core.stats import SMALL_N
from core.targets.picks import write_pick
from core.traits import CLAIM_LEVEL, benjamini_hochberg

ATTRIBUTES = ("attribute", "axis", "values", "n", "known", "effect", "p", "p_adjusted", "claim", "formed")
SEGMENTS = ("key", "classification", "segment", "customers", "customer_share", "revenue", "revenue_share", "ltv")


def marks_of(dataset: Dataset, selection: Selection) -> tuple[Marks, ...]:
    """What is known of each customer besides their orders: attributes, and answers of a survey."""
    return (*attribute_marks(dataset, selection.as_of), *survey_marks(dataset, selection.as_of))


def attribute_table(
    dataset: Dataset, marks: Iterable[Marks], shown: NDArray[np.int64], made: Classification
) -> pd.DataFrame:
    """By what customers can be told apart, how many of them it is known of, and how far segments differ in it.

    Parameters
    ----------
    dataset : Dataset
    marks : iterable of Marks
        One label a customer each.
    shown : ndarray of int64
        Codes of the customers in view.
    made : Classification
        Whose segments are compared.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`ATTRIBUTES`, strongest effect first: values (different ones among those in view), n (of whom it is known), known
        (their share), effect (Cramer's V of attribute and segments; of segments with 30 such customers), p (Pearson's chi-square; NaN
        where fewer than two segments or values are left), p_adjusted (Benjamini-Hochberg over the rows), claim. What formed the
        segments is not tested.
    """
    formed, rows = formed_by(dataset, made.name), []
    segment, width = made.codes[shown].astype(np.int64), len(made.labels)
    for mark in marks:
        codes = mark.values[shown].astype(np.int64)
        here = (codes >= 0) & (segment >= 0)
        cells = segment[here] * len(mark.labels) + codes[here]
        counts = np.bincount(cells, minlength=width * len(mark.labels)).reshape(width, -1).astype(np.float64)
        n = int((codes >= 0).sum())
        values = int(np.count_nonzero(np.bincount(codes[codes >= 0], minlength=len(mark.labels))))
        counts = counts[counts.sum(axis=1) >= SMALL_N]
        _, _, effect, p = independence(counts) if len(counts) > 1 else (0.0, 0, float("nan"), float("nan"))
        own = mark.attribute in formed
        rows.append(
            (mark.attribute, mark.axis, values, n, n / max(len(shown), 1), effect, float("nan") if own else p, own)
        )
    table = pd.DataFrame(rows, columns=[name for name in ATTRIBUTES if name not in ("p_adjusted", "claim")])
    adjusted = benjamini_hochberg(table["p"].to_numpy(dtype=np.float64))
    table = table.assign(p_adjusted=adjusted, claim=np.nan_to_num(adjusted, nan=1.0) < CLAIM_LEVEL)
    ranked = table.sort_values(["formed", "effect", "attribute"], ascending=[True, False, True], kind="stable")
    return ranked[list(ATTRIBUTES)].reset_index(drop=True)


def market_table(dataset: Dataset, marks: Iterable[Marks], shown: NDArray[np.int64]) -> pd.DataFrame:
    """The customers in view beside the market and competitors' customers; see :func:`core.market.beside_market`."""
    market = dataset.table("market")
    own = pd.DataFrame(
        {
            mark.attribute: pd.Categorical.from_codes(mark.values[shown], list(mark.labels))
            for mark in (marks if market is not None else ())
        }
    )
    return beside_market(market, own)


def segment_table(
    classifier: Classifier, names: Iterable[str], money: NDArray[np.int64], value: NDArray[np.float64] | None
) -> pd.DataFrame:
    """Size and income of segments.

    Parameters
    ----------
    classifier : Classifier
    names : iterable of str
        Classifications.
    money : ndarray of int64, shape (customers,)
        Revenue in view.
    value : ndarray of float64, shape (customers,), or None
        Expected of each customer.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`SEGMENTS`, one row a segment that somebody is in, without those outside an own segment and those of whom it
        is not known what they are; ltv is the mean expected value.
    """
    parts = [_sizes(classifier, classifier.classify(name), money, value) for name in dict.fromkeys(names)]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(SEGMENTS))
    return table[table["customers"] > 0].reset_index(drop=True)


def _sizes(
    classifier: Classifier, made: Classification, money: NDArray[np.int64], value: NDArray[np.float64] | None
) -> pd.DataFrame:
    who = classifier.shown
    who = who[made.codes[who] >= 0]
    code, width = made.codes[who].astype(np.int64), len(made.labels)
    size, revenue = np.bincount(code, minlength=width), np.zeros(width, dtype=np.int64)
    np.add.at(revenue, code, money[who])
    worth = np.full(len(who), np.nan) if value is None else np.nan_to_num(value[who])
    ltv = np.bincount(code, weights=worth, minlength=width)
    total = int(money[classifier.shown].sum())
    table = pd.DataFrame(
        {
            "key": [write_pick(made.name, label) for label in made.labels],
            "classification": made.name,
            "segment": list(made.labels),
            "customers": size,
            "customer_share": size / len(classifier.shown),
            "revenue": to_currency(revenue),
            "revenue_share": revenue / total if total else np.full(width, np.nan),
            "ltv": ltv / np.where(size > 0, size, np.nan),
        }
    )
    return table[table["segment"] == IN] if made.name.startswith((OWN, RULE)) else table[table["segment"] != MISSING]
