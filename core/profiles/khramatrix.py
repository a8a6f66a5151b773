"""Khramatrix: segments by readiness to buy and by the action hoped for: how many stand there, how many acted, what it brought."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.access import Dataset
from core.classification import Classification
from core.days import to_date
from core.errors import EmptyViewError
from core.features import Selection
from core.filters import Filters
from core.journey.steps import STEPS
from core.money import to_currency
from core.rulers import Ruler
from core.scoring import equal_count_cuts, score
from core.stats import wilson
from core.timeline import Standing, Timeline

# The step of Hunt's ladder where no contacts are known: by thirds of recency (rows, from long ago) and of frequency (columns, from
# seldom).
BY_ORDERS = np.array([[0, 0, 1], [1, 2, 3], [2, 3, 4]])
PURCHASE, BOOKING, CONTACT = "purchase", "booking", "contact"
_BOOKINGS = r"book|reserv|appoint|demo|trial|quote|бронир|запис|заявк|预订|预约"
# Gives the ruler that cuts the segments at the first date of a timeline.
RulerOf = Callable[[Timeline], Ruler]
COLUMNS = ("segment", "step", "action", "people", "before", "acted", "conversion", "low", "high", "revenue")


@dataclass(frozen=True, eq=False)
class Khramatrix:
    """The matrix.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns :data:`COLUMNS`; one row a segment, step and action. people: who stand there now; before: who stood there at the
        beginning of the last ``days`` days; acted: those of them who did so since; conversion: their share with Wilson's interval;
        revenue: what they brought since.
    by_orders : bool
        Readiness is from recency and frequency, as no contacts are known.
    days : int
        How long is looked back.
    by_today : bool
        Segments are today's on both dates, because they can't be made for an earlier one.
    """

    table: pd.DataFrame
    by_orders: bool
    days: int
    by_today: bool


def khramatrix(
    dataset: Dataset, selection: Selection, made: Classification, rule: RulerOf | None, days: int
) -> Khramatrix:
    """Count who stands where, and what those who stood there did since.

    Parameters
    ----------
    dataset : Dataset
    selection : Selection
    made : Classification
        The segments as of now.
    rule : callable or None
        None where the segments can't be laid on another date.
    days : int
    """
    begin = max(selection.as_of - days, 0)
    when = Timeline(selection, "revenue", (begin, selection.as_of))
    later, earlier = _readiness(dataset, selection.filters), None
    if later is not None:
        earlier = _readiness(dataset, replace(selection.filters, last=to_date(begin)))
    counted = _standings(when, made, rule, (earlier, later))
    actions = {PURCHASE: counted.bought} | _contacts(dataset, begin, selection.as_of)
    names = pd.MultiIndex.from_product([made.labels, STEPS], names=["segment", "step"]).to_frame(index=False)
    parts = [names.assign(action=action, **_part(made, counted, did)) for action, did in actions.items()]
    table = pd.concat(parts, ignore_index=True)
    return Khramatrix(table[list(COLUMNS)], later is None, days, rule is None)


@dataclass(frozen=True, eq=False)
class _Standings:
    """Of each customer the segment and step at the earlier date, the step now (-1: none), and what was bought since."""

    segment: NDArray[np.int64]
    stood: NDArray[np.int64]
    stands: NDArray[np.int64]
    bought: NDArray[np.bool_]
    money: NDArray[np.int64]


def _standings(
    when: Timeline,
    made: Classification,
    rule: RulerOf | None,
    known: tuple[Classification | None, Classification | None],
) -> _Standings:
    somebody = bool(when.in_view_at(0).any())
    segments = rule(when) if rule is not None and somebody else None
    nobody = np.full(len(made.codes), -1)
    stood, segment, purchases, money = nobody, nobody, nobody, np.zeros(len(nobody), dtype=np.int64)
    for at in when.standings():
        if at.step:
            stands = _step(at, known[1])
            return _Standings(segment, stood, stands, at.purchases > purchases, at.money - money)
        if somebody:
            stood = _step(at, known[0])
            segment = np.where(at.in_view, made.codes, -1) if segments is None else segments.codes(at).astype(np.int64)
        # The next standing is written into the same arrays.
        purchases, money = at.purchases.copy(), at.money.copy()
    raise AssertionError("two dates have two standings")


def _step(at: Standing, known: Classification | None) -> NDArray[np.int64]:
    """The step of each customer, -1 for those out of view; by thirds of that date's customers where no contacts tell."""
    if known is not None:
        found = known.codes.astype(np.int64)
    else:
        classed = at.purchases > 0
        days, purchases = at.last_day.astype(np.int32), at.purchases
        recency, frequency = (score(values, equal_count_cuts(values[classed], 3)) - 1 for values in (days, purchases))
        found = BY_ORDERS[recency, frequency]
    return np.where(at.in_view, found, -1)


def _part(made: Classification, counted: _Standings, did: NDArray[np.bool_]) -> dict[str, object]:
    """Columns of one action, segment by segment and step by step."""
    size = len(made.labels) * len(STEPS)
    now = (made.codes >= 0) & (counted.stands >= 0)
    people = np.bincount(made.codes[now].astype(np.int64) * len(STEPS) + counted.stands[now], minlength=size)
    there = (counted.segment >= 0) & (counted.stood >= 0)
    cell = counted.segment * len(STEPS) + counted.stood
    before = np.bincount(cell[there], minlength=size)
    acted = np.bincount(cell[there & did], minlength=size)
    brought = np.zeros(size, dtype=np.int64)
    np.add.at(brought, cell[there & did], counted.money[there & did])
    low, high = wilson(acted, before)
    return {
        "people": people,
        "before": before,
        "acted": acted,
        "conversion": np.where(before > 0, acted / np.maximum(before, 1), np.nan),
        "low": low,
        "high": high,
        "revenue": to_currency(brought),
    }


def _readiness(dataset: Dataset, filters: Filters) -> Classification | None:
    """The steps that contacts tell of; None without contacts."""
    if dataset.table("touchpoints") is None:
        return None
    # Few need it, and those have a table of contacts.
    from core.journey.readiness import readiness

    try:
        return readiness(dataset, filters)
    except EmptyViewError:
        return None


def _contacts(dataset: Dataset, begin: int, end: int) -> dict[str, NDArray[np.bool_]]:
    """Who was in touch, and who booked, in the window; nothing without a table of contacts."""
    rows = dataset.table("touchpoints")
    if rows is None or rows.empty:
        return {}
    inside = (rows["time"] >= pd.Timestamp(to_date(begin + 1))) & (rows["time"] < pd.Timestamp(to_date(end + 1)))
    everybody = pd.Index(dataset.customer_ids(np.arange(dataset.history.n_customers)))
    codes = everybody.get_indexer(rows["person_id"].astype(object))
    booked = rows["step"].astype(str).str.contains(_BOOKINGS, case=False, regex=True)
    found = {}
    for action, some in ((BOOKING, booked & inside), (CONTACT, inside)):
        did = np.zeros(dataset.history.n_customers, dtype=np.bool_)
        did[codes[some.to_numpy() & (codes >= 0)]] = True
        if did.any():
            found[action] = did
    return found
