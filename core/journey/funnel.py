"""The funnel: how many reached each step, went on, are lost or still on the way; for all, by group, and after a purchase."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.days import period_code, period_table
from core.journey.climbs import NEVER, Climbs
from core.journey.log import Log
from core.journey.shares import Differences, Shares, Waits, differences, others, shares_within, waits, waits_beyond
from core.journey.steps import STEPS
from core.money import SCALE
from core.stats import SMALL_N, benjamini_hochberg

OVERALL = "overall"
MOST_GROUPS = 40


@dataclass(frozen=True, eq=False)
class Followed:
    """Climbs that are followed, at most one a person, and by what rule somebody is lost.

    Parameters
    ----------
    climbs : Climbs
    as_of : int
        Day number.
    days : int
        Who was silent for more days is lost, and who goes on within so many counts as converted.
    """

    climbs: Climbs
    as_of: int
    days: int

    @cached_property
    def lost(self) -> NDArray[np.bool_]:
        """Climbs without a purchase of which nothing has been heard for too long, shape (climbs,)."""
        return ~self.climbs.bought & (self.as_of - self.climbs.last > self.days)

    @property
    def pairs(self) -> list[tuple[str, int, int]]:
        """Name, first and second level of each way: from step to step, and from the first to the purchase."""
        steps = self.climbs.steps
        ways = [(STEPS[step], at, at + 1) for at, step in enumerate(steps[:-1])]
        return [*ways, (OVERALL, 0, len(steps) - 1)]

    @cached_property
    def ways(self) -> list[tuple[str, Waits]]:
        """Name of each way, and how long it took, followed for the days alone."""
        return [(name, waits(self.climbs, low, high, self.as_of, self.days)) for name, low, high in self.pairs]


@dataclass(frozen=True, eq=False)
class Grouping:
    """Climbs by something.

    Parameters
    ----------
    dimension : str
    labels : tuple of str
    codes : ndarray of int64, shape (climbs,)
        -1 for those in no group that is shown.
    left_out : int
        Groups that are smaller than the 40 largest.
    """

    dimension: str
    labels: tuple[str, ...]
    codes: NDArray[np.int64]
    left_out: int = 0


def grouping(dimension: str, labels: Sequence[str], codes: NDArray[np.integer]) -> Grouping:
    """The groups that hold somebody, the largest of more than 40."""
    codes = codes.astype(np.int64)
    sizes = np.bincount(codes[codes >= 0], minlength=len(labels))
    falling = np.sort(sizes)[::-1]
    border = int(falling[MOST_GROUPS]) if len(falling) > MOST_GROUPS else 0
    kept = np.flatnonzero(sizes > border)
    place = np.full(len(sizes) + 1, -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    return Grouping(
        dimension, tuple(labels[code] for code in kept.tolist()), place[codes], int((sizes > 0).sum()) - len(kept)
    )


def by_first_touchpoint(followed: Followed, log: Log, dimension: str) -> Grouping:
    """Climbs by the region or channel of their first touchpoint."""
    return grouping(dimension, log.labels[dimension], log.codes[dimension][followed.climbs.row])


def by_period(followed: Followed, period: str) -> Grouping:
    """Climbs by the period in which they began."""
    index = period_table(period)[followed.climbs.day[0]]
    first = int(index.min()) if len(index) else 0
    labels = [period_code(first + at, period) for at in range(int((index - first).max(initial=-1)) + 1)]
    return grouping("period", labels, index - first)


def funnel_table(followed: Followed) -> pd.DataFrame:
    """step, people, went_on, lost, still_on_the_way, conversion, low, high, median_days: a row a step, then from first to last.

    Who reached a step went on, is lost, or still on the way; the three add up. The conversion is the share that goes on within the
    days, by Kaplan and Meier, and ``median_days`` those by which half of these have gone on. Nothing of the kind for the purchase.
    """
    fates = _fates(followed, np.zeros(len(followed.climbs.person), dtype=np.int64), 1)
    rows = []
    for place, (name, waited) in enumerate(followed.ways):
        found = shares_within(waited.counts(), followed.days)
        rows.append(pd.DataFrame({"step": [name], **_numbers(fates, place), **_figures(found)}))
    top = int(fates.people[0, -1])
    purchase = {"step": [STEPS[-1]], "people": top, "went_on": 0, "lost": 0, "still_on_the_way": 0}
    return pd.concat([*rows[:-1], pd.DataFrame(purchase), rows[-1]], ignore_index=True)


def group_table(followed: Followed, groups: Grouping, claims: bool = True) -> pd.DataFrame:
    """dimension, label, step, the columns of :func:`funnel_table`, and how the conversion differs from that of all others.

    Further columns: others, difference, difference_low, difference_high, p_value; no p for groups below 30 people, and none at all
    where ``claims`` is false.
    """
    number = len(groups.labels)
    fates = _fates(followed, groups.codes, number)
    parts = []
    for place, (name, waited) in enumerate(followed.ways):
        counts = waited.counts(groups.codes, number)
        found, rest = shares_within(counts, followed.days), shares_within(others(counts), followed.days)
        enough = claims & (found.people >= SMALL_N) & (rest.people >= SMALL_N)
        head = {"dimension": groups.dimension, "label": groups.labels, "step": name}
        against = _against(differences(found, rest), enough)
        parts.append(pd.DataFrame({**head, **_numbers(fates, place), **_figures(found), **against}))
    return pd.concat(parts, ignore_index=True)


def channel_table(followed: Followed, log: Log, by: pd.DataFrame) -> pd.DataFrame:
    """Which channel of the first touchpoint brings people that go on, largest first.

    Parameters
    ----------
    followed : Followed
    log : Log
    by : pandas.DataFrame
        The rows of :func:`group_table` for channels, with ``claim``.

    Returns
    -------
    pandas.DataFrame
        channel, people, goes_on, goes_on_low, goes_on_high (to a step above that of the first touchpoint), buys, low, high,
        median_days, others, difference, difference_low, difference_high, claim, cost (of all touchpoints of the climbs, null
        where none is known), cost_per_person, cost_per_buyer.
    """
    groups = by_first_touchpoint(followed, log, "channel")
    number = len(groups.labels)
    beyond = waits_beyond(followed.climbs, followed.as_of, followed.days).counts(groups.codes, number)
    goes_on = shares_within(beyond, followed.days)
    inside = groups.codes >= 0
    cost = np.bincount(groups.codes[inside], weights=followed.climbs.cost[inside], minlength=number) / SCALE
    bought = by[by["step"] == OVERALL].set_index("label").reindex(list(groups.labels))
    kept = ["low", "high", "median_days", "others", "difference", "difference_low", "difference_high", "claim"]
    table = pd.DataFrame(
        {
            "channel": groups.labels,
            "people": goes_on.people,
            "goes_on": goes_on.value,
            "goes_on_low": goes_on.low,
            "goes_on_high": goes_on.high,
            "buys": bought["conversion"].to_numpy(),
            **{column: bought[column].to_numpy() for column in kept},
            "cost": cost if log.cost is not None else np.nan,
        }
    )
    table["cost_per_person"] = table["cost"] / table["people"]
    buyers = bought["went_on"].to_numpy(dtype=np.float64)
    table["cost_per_buyer"] = table["cost"] / np.where(buyers > 0, buyers, np.nan)
    return table.sort_values(["people", "channel"], ascending=[False, True], ignore_index=True)


def compared(first: Followed, again: Followed) -> pd.DataFrame:
    """The funnel of climbs after a purchase, with how it differs from that of first climbs (columns as in :func:`group_table`)."""
    rows = []
    for (name, after), (_, before) in zip(again.ways, first.ways, strict=True):
        own, other = (shares_within(one.counts(), again.days) for one in (after, before))
        enough = (own.people >= SMALL_N) & (other.people >= SMALL_N)
        rows.append(pd.DataFrame({"step": [name], **_against(differences(own, other), enough)}))
    table = funnel_table(again).merge(pd.concat(rows), on="step", how="left")
    return claimed(table)


def claimed(table: pd.DataFrame) -> pd.DataFrame:
    """With a column ``claim``: whether the difference stands after Benjamini-Hochberg over the table."""
    return table.assign(claim=benjamini_hochberg(table["p_value"].to_numpy(dtype=np.float64)))


@dataclass(frozen=True, eq=False)
class _Fates:
    """People, lost and still on the way by group and level, and the last column of each for all levels together."""

    people: NDArray[np.int64]
    lost: NDArray[np.int64]
    still: NDArray[np.int64]


def _fates(followed: Followed, codes: NDArray[np.int64], number: int) -> _Fates:
    climbs = followed.climbs
    levels = len(climbs.steps)
    inside = codes >= 0
    cell = codes * levels + climbs.level

    def count(which: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(cell[which & inside], minlength=number * levels).reshape(number, levels)

    lost = followed.lost
    at = count(np.ones(len(cell), dtype=np.bool_))
    # Who is on a level has passed those below.
    return _Fates(np.cumsum(at[:, ::-1], axis=1)[:, ::-1], count(lost), count(~lost & ~climbs.bought))


def _numbers(fates: _Fates, place: int) -> dict[str, NDArray[np.int64]]:
    levels = fates.people.shape[1]
    whole = place == levels - 1
    at, next_ = (0, levels - 1) if whole else (place, place + 1)
    return {
        "people": fates.people[:, at],
        "went_on": fates.people[:, next_],
        "lost": fates.lost.sum(axis=1) if whole else fates.lost[:, place],
        "still_on_the_way": fates.still.sum(axis=1) if whole else fates.still[:, place],
    }


def _figures(found: Shares) -> dict[str, NDArray[np.float64]]:
    return {"conversion": found.value, "low": found.low, "high": found.high, "median_days": found.median}


def _against(found: Differences, enough: NDArray[np.bool_]) -> dict[str, NDArray[np.float64]]:
    return {
        "others": found.other,
        "difference": found.value,
        "difference_low": found.low,
        "difference_high": found.high,
        "p_value": np.where(enough, found.p_value, np.nan),
    }


def one_a_person(climbs: Climbs, which: NDArray[np.bool_]) -> Climbs:
    """The first of the chosen climbs of each person."""
    index = np.flatnonzero(which)
    person = climbs.person[index]
    new = np.ones(len(index), dtype=np.bool_)
    np.not_equal(person[1:], person[:-1], out=new[1:])
    return climbs.take(index[new])


def median_wait(climbs: Climbs) -> NDArray[np.float64]:
    """Days from the first touchpoint to the purchase of each climb; NaN without one, shape (climbs,)."""
    return np.where(climbs.day[-1] == NEVER, np.nan, climbs.day[-1] - climbs.day[0])
