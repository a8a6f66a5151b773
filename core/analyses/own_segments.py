"""Own segments: for whom a rule holds, step by step from broad to narrow."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.access import Dataset
from core.classifications import Classifier, classes
from core.errors import BadParameterError
from core.filters import Filters
from core.money import SCALE
from core.params import name
from core.results import Notice
from core.rules import Every, parse_rule, steps_of, write_rule
from core.rules.answers import asked_by
from core.rules.notices import rule_notices
from core.scoring import falling_order
from core.stats import SMALL_N


@dataclass(frozen=True)
class OwnSegmentsParams:
    """Settings.

    Parameters
    ----------
    rule : str
        The text of a rule, see :mod:`core.rules.grammar`; "" for all customers in view.
    """

    rule: str = name("")


@dataclass(frozen=True, eq=False)
class OwnSegmentsResult:
    """The customers that meet a rule.

    Parameters
    ----------
    steps : pandas.DataFrame
        step, rule, customers, customer_share, revenue, revenue_share, alone: one row a step, the first, step 0, being everybody in
        view. A step is one of the rules joined by the outermost "and"; customers meet it and all before it, ``alone`` is how many
        meet it by itself.
    customers : pandas.DataFrame
        customer (code), revenue, orders, last_order (days ago); most revenue first.
    n, of : int
        Customers that meet the rule, and in view.
    notices : tuple of Notice
        ``unknown_name`` (field, name): nobody bears a name that the rule asks for; those of
        :func:`core.rules.notices.rule_notices`; ``small_segment`` (n).
    """

    steps: pd.DataFrame
    customers: pd.DataFrame
    n: int
    of: int
    notices: tuple[Notice, ...]

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        return {"steps": self.steps, "customers": self.customers}


def run(dataset: Dataset, filters: Filters, params: OwnSegmentsParams) -> OwnSegmentsResult:
    """Find the customers that meet a rule.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
    params : OwnSegmentsParams

    Returns
    -------
    OwnSegmentsResult

    Raises
    ------
    EmptyViewError
        Nobody bought within the filter.
    BadParameterError
        The rule can't be read, or asks what these data don't have.
    BadInputError
        The file of own segments is not right.
    """
    rule = parse_rule(params.rule) if params.rule.strip() else Every(())
    classifier = Classifier(dataset, filters)
    selection = classifier.selection
    history = selection.history
    money = selection.totals(history.revenue)
    inside, total = selection.in_view.copy(), int(money[selection.in_view].sum())
    rows = [(0, "", inside.copy(), int(inside.sum()))]
    for place, step in enumerate(steps_of(rule), start=1):
        alone = classifier.meets(step)
        inside = inside & alone
        rows.append((place, write_rule(step), inside, int(alone.sum())))
    steps = pd.DataFrame(
        {
            "step": place,
            "rule": text,
            "customers": int(who.sum()),
            "customer_share": who.sum() / len(classifier.shown),
            "revenue": int(money[who].sum()) / SCALE,
            "revenue_share": money[who].sum() / total if total else np.nan,
            "alone": alone,
        }
        for place, text, who, alone in rows
    )
    found = np.flatnonzero(inside)
    found = found[falling_order(money[found])]
    last = selection.last_purchase[found].astype(np.int64)
    customers = pd.DataFrame(
        {
            "customer": found,
            "revenue": money[found] / SCALE,
            "orders": selection.purchases[found],
            "last_order": selection.as_of - last,
        }
    )
    return OwnSegmentsResult(
        steps, customers, len(found), len(classifier.shown), _notices(dataset, classifier, params, len(found))
    )


def _notices(dataset: Dataset, classifier: Classifier, params: OwnSegmentsParams, n: int) -> tuple[Notice, ...]:
    if not params.rule.strip():
        return ()
    found = [Notice.of("unknown_name", field=field, name=text) for field, text in classifier.answers.strangers]
    found += rule_notices(dataset, classifier, parse_rule(params.rule))
    if n < SMALL_N:
        found.append(Notice.of("small_segment", n=n))
    return tuple(found)


def check_rule(dataset: Dataset, text: str) -> None:
    """Raise when these data can't answer a rule.

    Raises
    ------
    BadParameterError, BadInputError
        The rule can't be read, asks what these data don't have, or names an own segment that is not there or goes in a circle.
    """
    if not text.strip():
        raise BadParameterError("there is no rule yet", todo="Add a step first.")
    asked_by(parse_rule(text), dataset, classes(dataset))
