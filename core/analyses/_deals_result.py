"""What the grading of deals gives back."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from core.deals.price import Threshold
from core.results import Notice

# Fewer closed deals than this are not graded.
FEWEST = 20


@dataclass(frozen=True, eq=False)
class DealsResult:
    """Deals in view with their grades, and what follows from them.

    Parameters
    ----------
    as_of : date
    deals : pandas.DataFrame
        deal_id, account, opened, closed, outcome, grade, why (keys joined by "+"), effort, terms (0 to 1), amount, margin_share,
        discount_share, days, contacts, changes, reason, stage, region, channel, p_a, low, high (open ones); best first.
    grades : pandas.DataFrame
        See :func:`core.deals.totals.grade_table`.
    conversion : pandas.DataFrame
        See :func:`core.deals.totals.conversion_table`.
    price : pandas.DataFrame
        See :func:`core.deals.price.price_table`.
    threshold : core.deals.Threshold
    stages : pandas.DataFrame
        See :func:`core.deals.pipeline.stage_table`.
    time, cycle, differences : pandas.DataFrame
        See :func:`core.analyses._deals_time.time_tables`.
    attributes : pandas.DataFrame
        See :func:`core.deals.attributes.rate_table`; targets ``won`` and ``A``.
    criteria : pandas.DataFrame
        See :func:`core.deals.criteria.criteria_table`.
    open, say_no, waiting : pandas.DataFrame
        See :mod:`core.deals.lists`.
    model, calibration : pandas.DataFrame
        check, deals, hits, auc, low, high; and group, deals, predicted, hits, rate, low, high.
    levels : pandas.DataFrame
        See :func:`core.deals.levels.level_table`.
    level_of : dict of str to str
        The level of each attribute.
    committee : pandas.DataFrame
        See :func:`core.deals.committee.committee_table`.
    words : pandas.DataFrame
        kind, word, deals, means, known.
    told : frozenset of str
        What the closed deals tell: contacts, changes, margin, discount_share, kind (of the reason), amount, opened.
    closed, shown : int
        Closed deals, and all, in view.
    notices : tuple of Notice
    """

    as_of: date
    deals: pd.DataFrame
    grades: pd.DataFrame
    conversion: pd.DataFrame
    price: pd.DataFrame
    threshold: Threshold
    stages: pd.DataFrame
    cycle: pd.DataFrame
    time: pd.DataFrame
    differences: pd.DataFrame
    attributes: pd.DataFrame
    criteria: pd.DataFrame
    open: pd.DataFrame
    say_no: pd.DataFrame
    waiting: pd.DataFrame
    model: pd.DataFrame
    calibration: pd.DataFrame
    levels: pd.DataFrame
    level_of: dict[str, str]
    committee: pd.DataFrame
    words: pd.DataFrame
    told: frozenset[str]
    closed: int
    shown: int
    notices: tuple[Notice, ...]

    @property
    def enough(self) -> bool:
        """Whether there are closed deals enough to grade."""
        return self.closed >= FEWEST

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        threshold = pd.DataFrame([vars(self.threshold)])
        frames = {key: value for key, value in vars(self).items() if isinstance(value, pd.DataFrame)}
        return {**frames, "threshold": threshold}
