"""Profiles: what sets the customers of a segment apart from the rest, along every axis; and who is ready to act."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.access import Dataset
from core.classification import Classification
from core.classifications import Classifier, can_move, rule_of, ruler_for
from core.filters import Filters
from core.money import SCALE, to_currency
from core.params import name, number
from core.profiles.axes import QUESTIONS
from core.profiles.comparison import compare, weight
from core.profiles.description import describe
from core.profiles.formed import formed_by
from core.profiles.khramatrix import Khramatrix, khramatrix
from core.results import Notice
from core.rulers import Ruler
from core.rules.names import ATTRIBUTE
from core.rules.notices import rule_notices
from core.scoring import falling_order
from core.stats import SMALL_N
from core.timeline import Timeline

# Rows of each of the five W.
MOST_ANSWERS = 12


@dataclass(frozen=True)
class ProfilesParams:
    """Settings of a profile.

    Parameters
    ----------
    classification : str
        Of :func:`core.classifications.available`, or ``rule:<text>``.
    segment : str
        One of its labels; "" for the first that somebody bears.
    against : str
        Another of its labels to compare with; "" for all other customers.
    days : int
        How far back the Khramatrix looks for what came of each step.
    """

    classification: str = name("rfm_segment")
    segment: str = name("")
    against: str = name("")
    days: int = number(90, 7, 730)


@dataclass(frozen=True, eq=False)
class ProfilesResult:
    """One segment beside the rest of the customers in view, or beside another one.

    Parameters
    ----------
    traits : pandas.DataFrame
        axis, attribute, value, n, share, rest_share, index, low, high, effect, p, p_adjusted, claim, question, of, rest_n, formed,
        weight; what tells most first. See :func:`core.profiles.comparison.compare`; weight is each row's part of Jeffreys'
        divergence, times the share of the segment of whom it is known.
    attributes : pandas.DataFrame
        axis, attribute, n, rest_n, chi2, freedom, effect, p, p_adjusted, of, formed; largest effect first.
    five_w : pandas.DataFrame
        question, rank, attribute, value, n, share, rest_share, index, low, high, p_adjusted, claim, of, clear: for each of the five W
        what stands out most. clear: it can be claimed; or, where the segment was formed by it, the interval is clear of 100 with 30
        customers on both sides.
    khramatrix : pandas.DataFrame
        segment, step, action, people, before, acted, conversion, low, high, revenue; see :mod:`core.profiles.khramatrix`.
    segments : pandas.DataFrame
        segment, customers, customer_share, revenue, revenue_share, orders, order_value: one row a label.
    customers : pandas.DataFrame
        customer (code), segment, revenue, orders, last_order (days ago): those of the segment, and of the one it is compared with;
        most revenue first.
    classification, segment, against : str
    n, rest_n : int
        Customers of the segment, and of what it is compared with.
    by_orders, by_today : bool
        See :class:`core.profiles.khramatrix.Khramatrix`.
    notices : tuple of Notice
        ``small_segment`` (n), ``small_rest`` (n), those of :func:`core.rules.notices.rule_notices`, ``readiness_by_orders``,
        ``segments_by_today``.
    """

    traits: pd.DataFrame
    attributes: pd.DataFrame
    five_w: pd.DataFrame
    khramatrix: pd.DataFrame
    segments: pd.DataFrame
    customers: pd.DataFrame
    classification: str
    segment: str
    against: str
    n: int
    rest_n: int
    by_orders: bool
    by_today: bool
    notices: tuple[Notice, ...]

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        names = ("traits", "attributes", "five_w", "khramatrix", "segments", "customers")
        return {name: getattr(self, name) for name in names}


def run(dataset: Dataset, filters: Filters, params: ProfilesParams) -> ProfilesResult:
    """Describe a segment.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
    params : ProfilesParams

    Returns
    -------
    ProfilesResult

    Raises
    ------
    EmptyViewError
        Nobody bought within the filter.
    BadParameterError
        The data can't be classed so, or nobody bears the label.
    BadInputError
        The company's file of segments is not right.
    """
    classifier = Classifier(dataset, filters)
    made = classifier.classify(params.classification)
    segment, against = made.borne(params.segment), made.borne(params.against) if params.against else ""
    if segment == against:
        against = ""
    group = made.members(segment)
    # A classification leaves nobody in view without a label.
    rest = made.members(against) if against else None
    rest_n = len(classifier.shown) - len(group) if rest is None else len(rest)
    described = describe(dataset, classifier.selection)
    traits, attributes = compare(described, group, rest, formed_by(dataset, params.classification))
    traits = traits.assign(weight=weight(traits) * traits["n"] / len(group))
    traits = traits.sort_values(["formed", "claim", "weight"], ascending=[True, False, False], kind="stable")
    matrix = _khramatrix(dataset, classifier, made, params)
    return ProfilesResult(
        traits=traits.reset_index(drop=True),
        attributes=attributes,
        five_w=_five_w(traits),
        khramatrix=matrix.table,
        segments=_segments(classifier, made),
        customers=_customers(classifier, made, [segment, *([against] if against else [])]),
        classification=params.classification,
        segment=segment,
        against=against,
        n=len(group),
        rest_n=rest_n,
        by_orders=matrix.by_orders,
        by_today=matrix.by_today,
        notices=_notices(dataset, classifier, params.classification, len(group), rest_n, matrix),
    )


def _khramatrix(dataset: Dataset, classifier: Classifier, made: Classification, params: ProfilesParams) -> Khramatrix:
    of = None
    if can_move(dataset, made.name):
        of = partial(_ruler_at_first, dataset, made.name)
    return khramatrix(dataset, classifier.selection, made, of, params.days)


def _ruler_at_first(dataset: Dataset, classification: str, when: Timeline) -> Ruler:
    return ruler_for(dataset, when, 0, classification)


def _five_w(traits: pd.DataFrame) -> pd.DataFrame:
    """What stands out most for each of the five W."""
    # What nobody else has counts too, and has no index; but not where the segment is made by just that.
    made_by = traits["formed"].astype(bool) & traits["index"].isna()
    rows = traits[(traits["question"] != "") & (traits["share"] > traits["rest_share"]) & ~made_by]
    formed = rows["formed"].astype(bool) & (rows["low"] > 100) & (rows[["n", "rest_n"]].min(axis=1) >= SMALL_N)
    rows = rows.assign(clear=rows["claim"].astype(bool) | formed)
    rows = rows.sort_values(["clear", "weight"], ascending=False, kind="stable")
    order = pd.Categorical(rows["question"], categories=list(QUESTIONS), ordered=True)
    rows = rows.assign(question=order).sort_values("question", kind="stable")
    rows = rows.assign(rank=rows.groupby("question", observed=True).cumcount() + 1)
    shown = rows[rows["rank"] <= MOST_ANSWERS].astype({"question": str})
    names = [
        "attribute",
        "value",
        "n",
        "share",
        "rest_share",
        "index",
        "low",
        "high",
        "p_adjusted",
        "claim",
        "of",
        "clear",
    ]
    return shown[["question", "rank", *names]].reset_index(drop=True)


def _money_and_orders(classifier: Classifier) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    selection = classifier.selection
    history = selection.history
    return selection.totals(history.revenue), selection.purchases


def _segments(classifier: Classifier, made: Classification) -> pd.DataFrame:
    money, orders = _money_and_orders(classifier)
    who = classifier.shown
    codes = made.codes[who]
    sums = np.zeros((2, len(made.labels)), dtype=np.int64)
    some = codes >= 0
    np.add.at(sums[0], codes[some], money[who][some])
    sums[1] = np.bincount(codes[some], weights=orders[who][some], minlength=len(made.labels))
    sizes, total = made.sizes(), money[who].sum()
    return pd.DataFrame(
        {
            "segment": list(made.labels),
            "customers": sizes,
            "customer_share": sizes / len(who),
            "revenue": to_currency(sums[0]),
            "revenue_share": sums[0] / total if total else np.nan,
            "orders": sums[1],
            "order_value": np.where(sums[1] > 0, to_currency(sums[0]) / np.maximum(sums[1], 1), np.nan),
        }
    )


def _customers(classifier: Classifier, made: Classification, labels: list[str]) -> pd.DataFrame:
    money, orders = _money_and_orders(classifier)
    selection = classifier.selection
    who = np.concatenate([made.members(label) for label in labels])
    who = who[falling_order(money[who])]
    last = selection.last_purchase[who].astype(np.int64)
    return pd.DataFrame(
        {
            "customer": who,
            "segment": pd.Categorical.from_codes(made.codes[who], categories=list(made.labels)),
            "revenue": money[who] / SCALE,
            "orders": orders[who],
            "last_order": selection.as_of - last,
        }
    )


def _notices(
    dataset: Dataset, classifier: Classifier, classification: str, n: int, rest_n: int, matrix: Khramatrix
) -> tuple[Notice, ...]:
    found = [
        Notice.of(code, n=count) for code, count in (("small_segment", n), ("small_rest", rest_n)) if count < SMALL_N
    ]
    rule = rule_of(dataset, classification)
    if rule is not None:
        found += rule_notices(dataset, classifier, rule)
    if matrix.by_orders:
        found.append(Notice.of("readiness_by_orders"))
    # What somebody is does not come of what they bought; that is known of attributes alone.
    if matrix.by_today and not classification.startswith(ATTRIBUTE):
        found.append(Notice.of("segments_by_today"))
    return tuple(found)
