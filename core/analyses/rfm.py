"""RFM: recency, frequency and money of each customer, scored into a cube of groups with named segments."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core import features
from core.access import Dataset
from core.analyses._rfm_params import AXES, CALENDAR, RfmParams
from core.analyses._rfm_ruler import RfmRuler, measure, ruler_of
from core.analyses._rfm_tables import cube_table, customers_table, cuts_table, segments_table
from core.classification import Classification
from core.filters import Filters
from core.money import SCALE
from core.results import Notice
from core.segments import SegmentRules

__all__ = ["AXES", "CALENDAR", "RfmParams", "RfmResult", "RfmRuler", "ruler", "run"]


@dataclass(frozen=True, eq=False)
class RfmResult:
    """The cube, its segments and its customers.

    Parameters
    ----------
    cube : pandas.DataFrame
        r, f, m, customers, revenue, segment; one row a cell, empty ones too.
    cuts : pandas.DataFrame
        axis, group, low, high: the smallest and largest value seen in each group (null where it is empty); above, upto: its borders
        (null where it has none), in days, purchases and money; by: what cut the axis, "count", "width", "own" or "calendar".
    segments : pandas.DataFrame
        segment, customers, customer_share, revenue, revenue_share, orders, mean_order, recency_days; every one, in the rules' order.
    customers : pandas.DataFrame
        customer (code), recency_days, frequency, monetary, r, f, m, segment, revenue, orders, next_r, next_f, next_m; most revenue
        first. The first columns are what the scores are made from; revenue and orders are what matches the filter. The last ones
        are the least that leads to a better group by these cuts, all else as it is: days fewer since the last purchase, purchases
        more, ``monetary`` more (null in the best group, and where no purchase could be late enough).
    without_purchase : float
        Revenue of customers that only have credits within the filter.
    rules : SegmentRules
        Which cells belong to which segment.
    notices : tuple of Notice
    """

    cube: pd.DataFrame
    cuts: pd.DataFrame
    segments: pd.DataFrame
    customers: pd.DataFrame
    without_purchase: float
    value: str
    groups: int
    rules: SegmentRules
    notices: tuple[Notice, ...]

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        return {"cube": self.cube, "cuts": self.cuts, "segments": self.segments, "customers": self.customers}

    def classification(self, n_customers: int) -> Classification:
        """The segments as a classification of all customers."""
        codes = np.full(n_customers, -1, dtype=np.int16)
        codes[self.customers["customer"]] = self.customers["segment"].cat.codes
        return Classification("rfm_segment", self.rules.names, codes)


def run(dataset: Dataset, filters: Filters, params: RfmParams) -> RfmResult:
    """Score the customers in view.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
    params : RfmParams

    Returns
    -------
    RfmResult

    Raises
    ------
    EmptyViewError
        Nobody bought within the filter.
    BadParameterError
        Margin is asked for and the data have no costs, or own cuts do not make the groups asked for.
    BadInputError
        The company's file of segments is not right.
    """
    history = dataset.history
    selection = features.select(history, filters)
    value = dataset.value_name(params.value)
    shown = selection.shown
    money = selection.totals(history.value(value))
    measured = measure(selection, value, params.monetary == "mean", money)
    cut = ruler_of(measured, params, dataset.segment_rules)
    scores = cut.scores(measured)
    # Whoever is in view is classed, so as many are the same ones.
    everybody = len(shown) == len(measured.customer)
    place = np.arange(len(shown)) if everybody else np.searchsorted(measured.customer, shown)
    customers = customers_table(measured, cut, scores, place, money[shown], selection.purchases[shown])
    cuts = cuts_table(measured, cut, params)
    return RfmResult(
        cube=cube_table(customers, cut.rules, params.groups),
        cuts=cuts,
        segments=segments_table(customers, cut.labels),
        customers=customers,
        without_purchase=float(money[~selection.in_view].sum()) / SCALE,
        value=value,
        groups=params.groups,
        rules=cut.rules,
        notices=_notices(cuts),
    )


def ruler(dataset: Dataset, filters: Filters, params: RfmParams) -> RfmRuler:
    """The cuts that :func:`run` makes, to class customers of any date by.

    Raises
    ------
    EmptyViewError, BadParameterError, BadInputError
        As :func:`run`.
    """
    selection = features.select(dataset.history, filters)
    value = dataset.value_name(params.value)
    _ = selection.shown
    return ruler_of(measure(selection, value, params.monetary == "mean"), params, dataset.segment_rules)


def _notices(cuts: pd.DataFrame) -> tuple[Notice, ...]:
    """Groups that nobody is in: through ties where groups should be equal, else because of where the cuts lie."""
    empty = cuts[cuts["low"].isna()]
    return tuple(
        Notice.of("empty_group" if row.by == "count" else "nobody_in_group", axis=row.axis, group=int(row.group))
        for row in empty.itertuples()
    )
