"""Where everybody stands: on the step of a climb under way, just bought, or silent for so long that it is the first step again."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.journey.climbs import NEVER, Climbs, Events
from core.journey.steps import PURCHASE

# Days after which somebody silent is no longer on the way.
SILENT = 90
_FIRST = 0


@dataclass(frozen=True, eq=False)
class Standing:
    """One element a person with an event, by person.

    Parameters
    ----------
    person : ndarray of int32, shape (people,)
    step : ndarray of int8, shape (people,)
        Position in :data:`core.journey.steps.STEPS`.
    days : ndarray of int32, shape (people,)
        For how long; of those who are silent, since the last that was heard of them.
    silent : ndarray of bool, shape (people,)
    target : ndarray of bool, shape (people,)
        Who has bought, so is a target customer; the others are potential ones.
    last : ndarray of int32, shape (people,)
        Day of the last event.
    """

    person: NDArray[np.int32]
    step: NDArray[np.int8]
    days: NDArray[np.int32]
    silent: NDArray[np.bool_]
    target: NDArray[np.bool_]
    last: NDArray[np.int32]


def standing(events: Events, climbs: Climbs, as_of: int, silent_after: int = SILENT) -> Standing:
    """Where each person stands at a day.

    Parameters
    ----------
    events : Events
    climbs : Climbs
        All of them.
    as_of : int
        Day number.
    silent_after : int
        Who has not been heard of for more days than that is on the first step, whatever was reached before.
    """
    ends = np.flatnonzero(np.r_[events.person[1:] != events.person[:-1], True][: len(events.person)])
    person, last = events.person[ends], events.day[ends]
    target = np.zeros(int(person[-1]) + 1 if len(person) else 0, dtype=np.bool_)
    target[events.person[events.level == events.top]] = True
    step = np.full(len(person), PURCHASE, dtype=np.int8)
    since = last.copy()
    # The last climb of each person who did not end it with a purchase.
    open_ = np.flatnonzero(climbs.day[-1] == NEVER)
    place = np.searchsorted(person, climbs.person[open_])
    level = climbs.level[open_]
    step[place] = np.array(climbs.steps, dtype=np.int8)[level]
    since[place] = climbs.day[level, open_]
    silent = as_of - last > silent_after
    return Standing(
        person=person,
        step=np.where(silent, _FIRST, step).astype(np.int8),
        days=(as_of - np.where(silent, last, since)).astype(np.int32),
        silent=silent,
        target=target[person],
        last=last,
    )
