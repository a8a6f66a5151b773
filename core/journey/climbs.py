"""Climbs: touchpoints and purchases of each person, cut after every purchase, and how far each climb got.

The rules, in one place. A climb begins with a touchpoint and ends with a purchase. An order of the history is a purchase, at the end
of its day; of several purchases on one day the first counts, so a purchase that the touchpoints name is not counted again by its
order. Purchases with no touchpoint since the one before are no climb. Who is on a step has passed the ones below it, on the same day
where no earlier touchpoint says so; a step back takes nothing away. Steps that no touchpoint in the data is on are left out.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.access import Dataset
from core.days import to_day
from core.filters import Filters
from core.journey.log import DAY, Log
from core.journey.steps import PURCHASE
from core.purchases import Purchases, purchases

NEVER = -1
_SECONDS = np.int64(1) << np.int64(33)
_DAYS = np.int64(1) << np.int64(17)


@dataclass(frozen=True, eq=False)
class Events:
    """Touchpoints on a step and purchases, by person, time and step.

    Parameters
    ----------
    person : ndarray of int32, shape (events,)
    day : ndarray of int32, shape (events,)
    level : ndarray of int8, shape (events,)
        Position in ``steps``.
    row : ndarray of int64, shape (events,)
        Position in the log; -1 for orders.
    steps : tuple of int
        The steps that the data have, as positions in :data:`core.journey.steps.STEPS`; purchase is the last one.
    merged : int
        Purchases left out because the person had bought on that day already.
    """

    person: NDArray[np.int32]
    day: NDArray[np.int32]
    level: NDArray[np.int8]
    row: NDArray[np.int64]
    steps: tuple[int, ...]
    merged: int

    @property
    def top(self) -> int:
        """The level of a purchase."""
        return len(self.steps) - 1


@dataclass(frozen=True, eq=False)
class Climbs:
    """Climbs, by person and time.

    Parameters
    ----------
    person : ndarray of int32, shape (climbs,)
    row : ndarray of int64, shape (climbs,)
        The first touchpoint, as its position in the log.
    day : ndarray of int32, shape (levels, climbs)
        When each level was reached; -1 for never.
    last : ndarray of int32, shape (climbs,)
        Day of the last event.
    again : ndarray of bool, shape (climbs,)
        Whether the person had bought before.
    path : ndarray of uint8, shape (climbs,)
        One bit a level: whether the climb touched it on the way up.
    back : ndarray of bool, shape (climbs,)
        Whether some touchpoint was on a lower step than one before it.
    touchpoints : ndarray of int64, shape (climbs,)
    cost : ndarray of float64, shape (climbs,)
        Of its touchpoints, in units of 0.0001; those whose cost is not known add nothing.
    steps : tuple of int
        See :class:`Events`.
    """

    person: NDArray[np.int32]
    row: NDArray[np.int64]
    day: NDArray[np.int32]
    last: NDArray[np.int32]
    again: NDArray[np.bool_]
    path: NDArray[np.uint8]
    back: NDArray[np.bool_]
    touchpoints: NDArray[np.int64]
    cost: NDArray[np.float64]
    steps: tuple[int, ...]

    @cached_property
    def bought(self) -> NDArray[np.bool_]:
        """Whether each ended with a purchase, shape (climbs,)."""
        return self.day[-1] != NEVER

    @cached_property
    def level(self) -> NDArray[np.int64]:
        """The highest level of each, shape (climbs,)."""
        return np.count_nonzero(self.day != NEVER, axis=0) - 1

    @cached_property
    def entry(self) -> NDArray[np.int64]:
        """The level of the first touchpoint of each, shape (climbs,)."""
        path = self.path.astype(np.int64)
        return np.log2(path & -path).astype(np.int64)

    def take(self, which: NDArray) -> "Climbs":
        """Some of them, in that order."""
        names = ("person", "row", "last", "again", "path", "back", "touchpoints", "cost")
        return Climbs(day=self.day[:, which], steps=self.steps, **{name: getattr(self, name)[which] for name in names})


def last_known(dataset: Dataset, log: Log, filters: Filters) -> int:
    """The as-of day: the end of the filter's dates, else the last day with a touchpoint or an order."""
    return to_day(filters.last) if filters.last else max(log.last_day, dataset.history.newest_day)


def events(log: Log, step_of: list[int], history_purchases: Purchases, as_of: int) -> Events:
    """Touchpoints and orders as one sequence.

    Parameters
    ----------
    log : Log
    step_of : list of int
        The step of each of ``log.names``; -1 to leave it out.
    history_purchases : Purchases
        Of all customers.
    as_of : int
        Day number; what came later is not looked at.
    """
    code = np.array(step_of or [-1], dtype=np.int8)
    used = np.bincount(log.name, minlength=len(code)) > 0
    steps = tuple(sorted({int(step) for step in code[used[: len(code)]] if step >= 0} | {PURCHASE}))
    place = np.full(PURCHASE + 2, -1, dtype=np.int8)
    place[list(steps)] = np.arange(len(steps))
    level = place[code][log.name]
    kept = level >= 0
    if log.last_day > as_of:
        kept &= log.second < (as_of + 1) * DAY
    row = np.flatnonzero(kept)
    person, second, level = log.person[row], log.second[row], level[row]
    ranked = _ties_by_level(person, second, level)
    if ranked is not None:
        row, level = row[ranked], level[ranked]
    buyer, day = _orders(log, history_purchases, as_of)
    found = _merged((person, second, level, row), (buyer, day), len(steps) - 1)
    return _one_purchase_a_day(*found, steps)


def _ties_by_level(
    person: NDArray[np.int32], second: NDArray[np.int64], level: NDArray[np.int8]
) -> NDArray[np.int64] | None:
    """An order in which touchpoints of one person and second rise; None where they do already."""
    same = (person[1:] == person[:-1]) & (second[1:] == second[:-1])
    if not (same & (level[1:] < level[:-1])).any():
        return None
    ranked = np.arange(len(person))
    tied = np.flatnonzero(np.r_[False, same] | np.r_[same, False])
    ranked[tied] = tied[np.lexsort((level[tied], second[tied], person[tied]))]
    return ranked


def _orders(log: Log, found: Purchases, as_of: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Person and day of each day on which a person ordered."""
    people = np.flatnonzero(log.customer >= 0)
    count = found.count[log.customer[people]]
    begin = np.repeat(found.start[:-1][log.customer[people]] - np.r_[0, np.cumsum(count)][:-1], count)
    person = np.repeat(people.astype(np.int32), count)
    day = found.day[begin + np.arange(len(begin))].astype(np.int64)
    kept = day <= as_of
    kept[1:] &= (person[1:] != person[:-1]) | (day[1:] != day[:-1])
    return person[kept], day[kept]


def _merged(
    touched: tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int8], NDArray[np.int64]],
    ordered: tuple[NDArray[np.int32], NDArray[np.int64]],
    top: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8], NDArray[np.int64]]:
    """Two sorted sequences as one, each order after the touchpoints of its day."""
    person, second, level, row = touched
    buyer, day = ordered
    at = np.searchsorted(person * _SECONDS + second, buyer * _SECONDS + (day + 1) * DAY - 1, side="right")
    order = np.zeros(len(person) + len(buyer), dtype=np.bool_)
    order[at + np.arange(len(at))] = True

    def both(of_touch: NDArray, of_order: NDArray | int, kind: type) -> NDArray:
        whole: NDArray = np.empty(len(order), dtype=kind)
        whole[~order], whole[order] = of_touch, of_order
        return whole

    days = both(second // DAY, day, np.int32)
    return both(person, buyer, np.int32), days, both(level, top, np.int8), both(row, -1, np.int64)


def _one_purchase_a_day(
    person: NDArray[np.int32],
    day: NDArray[np.int32],
    level: NDArray[np.int8],
    row: NDArray[np.int64],
    steps: tuple[int, ...],
) -> Events:
    bought = np.flatnonzero(level == len(steps) - 1)
    when = person[bought] * _DAYS + day[bought]
    twice = bought[1:][when[1:] == when[:-1]]
    if len(twice):
        kept = np.ones(len(person), dtype=np.bool_)
        kept[twice] = False
        person, day, level, row = person[kept], day[kept], level[kept], row[kept]
    return Events(person, day, level, row, steps, len(twice))


def climbs(found: Events, cost: NDArray[np.float64] | None = None) -> Climbs:
    """Cut the events of each person after every purchase.

    Parameters
    ----------
    found : Events
    cost : ndarray of float64, shape (rows of the log,), optional

    Returns
    -------
    Climbs
        Without those that are nothing but a purchase.
    """
    person, level = found.person, found.level
    n = len(person)
    begins = _begins(found)
    first = np.flatnonzero(begins)
    climb = np.cumsum(begins, dtype=np.int32) - np.int32(1)
    reached = np.full((len(found.steps), len(first)), -1, dtype=np.int64)
    reached[0] = first
    for at in range(1, len(found.steps)):
        index = np.flatnonzero(level >= at)
        new = _changes(climb[index])
        reached[at, climb[index[new]]] = index[new]
    there = reached >= 0
    touched = there & (level[reached] == np.arange(len(found.steps))[:, None])
    path = (touched * (1 << np.arange(len(found.steps)))[:, None]).sum(axis=0)
    back = np.zeros(len(first), dtype=np.bool_)
    back[climb[level < _highest(climb, level)]] = True
    last = np.r_[first[1:], n][: len(first)] - 1
    ordered = np.zeros(len(first), dtype=np.int64)
    ordered[climb[found.row < 0]] = 1
    whole = Climbs(
        person=person[first],
        row=found.row[first],
        day=np.where(there, found.day[reached], np.int32(NEVER)),
        last=found.day[last] if n else found.day,
        again=~_changes(person[first]),
        path=path.astype(np.uint8),
        back=back,
        touchpoints=last - first + 1 - ordered,
        cost=_costs(found, cost, first),
        steps=found.steps,
    )
    return whole.take(np.flatnonzero(level[first] < found.top))


def highest(found: Events) -> NDArray[np.int8]:
    """The highest level so far of the climb that each event is in, shape (events,)."""
    return _highest(np.cumsum(_begins(found), dtype=np.int32), found.level)


def _begins(found: Events) -> NDArray[np.bool_]:
    """Events that begin a climb: a person's first, and those after a purchase."""
    begins = _changes(found.person)
    begins[1:] |= found.level[:-1] == found.top
    return begins


def _highest(climb: NDArray[np.int32], level: NDArray[np.int8]) -> NDArray[np.int8]:
    # Climbs rise, so the highest of all so far is the highest of the climb.
    base = climb * np.int32(8)
    return (np.maximum.accumulate(base + level) - base).astype(np.int8)


def _costs(found: Events, cost: NDArray[np.float64] | None, first: NDArray[np.int64]) -> NDArray[np.float64]:
    if cost is None or not len(first):
        return np.zeros(len(first))
    # An order has no row, and -1 would be the last one.
    return np.add.reduceat(np.where(found.row < 0, 0.0, np.nan_to_num(cost[found.row])), first)


def _changes(sorted_codes: NDArray) -> NDArray[np.bool_]:
    """Where a new code begins, the first place too."""
    new = np.ones(len(sorted_codes), dtype=np.bool_)
    np.not_equal(sorted_codes[1:], sorted_codes[:-1], out=new[1:])
    return new


def find_climbs(dataset: Dataset, log: Log, step_of: list[int], as_of: int) -> tuple[Events, Climbs]:
    """The events and climbs of a dataset up to a day."""
    found = events(log, step_of, purchases(dataset.history, None), as_of)
    return found, climbs(found, log.cost)
