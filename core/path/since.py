"""What changed since target segments were chosen: each one then and now, and who came in and who left."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.access import Dataset
from core.classifications import ATTRIBUTE, Classifier, can_move, ruler_for
from core.days import to_day
from core.errors import BadParameterError
from core.features import Selection
from core.money import SCALE
from core.path.state import Choice, Picked
from core.stats import SMALL_N, benjamini_hochberg, paired_change, poisson_change
from core.survey import SURVEY
from core.targets.growth import change_of
from core.targets.picks import read_picks
from core.targets.value import expected_value
from core.timeline import Timeline, months_before

YEAR = 12
_VALUE_THEN = "value then"
PICKS = ("key", "classification", "segment", "told", "then", "now", "came", "left", "written")
CHANGES = ("key", "measure", "then", "now", "change", "low", "high", "p", "claim")
MOVES = ("customer", "key", "move", "before", "after")
MEASURES = ("customers", "revenue", "share", "ltv", "growth")

Mask = NDArray[np.bool_]
Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Since:
    """Target segments then and now.

    Parameters
    ----------
    picks : pandas.DataFrame
        key, classification, segment; told: ``cuts`` (customers at both dates by the cuts of the earlier one), ``attribute`` (what
        they are, at both dates), ``written`` (only what was written down then), ``gone`` (there is no such segment any more); then,
        now, came, left (customers; null where not told), written (customers as they were written down).
    changes : pandas.DataFrame
        key, measure (customers, revenue and its share in the twelve months before, ltv, growth of those against the twelve before,
        where that says something of customers, see :func:`core.targets.growth.change_of`), then, now, change, low, high, p, claim
        (after Benjamini-Hochberg over the table, from 30 customers on at both dates).
    moves : pandas.DataFrame
        customer (code), key, move (came, left), before, after (revenue of twelve months); largest change first.
    """

    picks: pd.DataFrame
    changes: pd.DataFrame
    moves: pd.DataFrame


def nothing_since() -> Since:
    """What there is to say without a choice, or while the data know nothing newer."""
    picks, changes, moves = (pd.DataFrame(columns=list(names)) for names in (PICKS, CHANGES, MOVES))
    return Since(picks, changes, moves.astype({"customer": np.int64}))


def changed_since(dataset: Dataset, classifier: Classifier, choice: Choice) -> Since:
    """Lay the chosen segments of then beside those of now.

    Parameters
    ----------
    dataset : Dataset
    classifier : Classifier
        Of the view whose as-of day is later than the choice.
    choice : Choice

    Returns
    -------
    Since
    """
    dates = _Dates(dataset, classifier.selection, to_day(choice.as_of))
    picks: list[tuple[object, ...]] = []
    rows: list[Row] = []
    moves: list[pd.DataFrame] = []
    # One written down is not held against a part of the company.
    whole = not classifier.selection.filters.narrows_orders and classifier.selection.filters.first is None
    for pick in choice.picks:
        ((classification, label),) = read_picks(pick.segment)
        told, standing = _standing(dates, classifier, classification, label)
        if standing is None:
            mask = members(classifier, classification, label)
            rows += _written(pick, mask, dates) if whole and mask is not None else []
            count = None if mask is None else int(mask.sum())
            picks.append((pick.segment, classification, label, told, None, count, None, None, pick.customers))
        else:
            then, now = standing[1], standing[3]
            rows += _changes(pick.segment, standing, dates)
            if change_of(dataset, classification) == "customers":
                rows += _growth(pick.segment, standing, dates)
            moves.append(_moves(pick.segment, then, now, dates))
            came, left = int((now & ~then).sum()), int((then & ~now).sum())
            counts = (int(then.sum()), int(now.sum()), came, left, pick.customers)
            picks.append((pick.segment, classification, label, told, *counts))
    changes = pd.DataFrame(rows, columns=[*CHANGES[:-1], "n"])
    claim = benjamini_hochberg(changes["p"].mask(changes["n"] < SMALL_N).to_numpy(dtype=np.float64))
    clear = (changes["low"] > 0) | (changes["high"] < 0)
    return Since(
        picks=pd.DataFrame(picks, columns=list(PICKS)),
        changes=changes.drop(columns="n").assign(claim=claim & clear.to_numpy(dtype=np.bool_)),
        moves=pd.concat(moves, ignore_index=True) if moves else nothing_since().moves,
    )


# Members a year before then, then, a year before now, and now.
Standing = tuple[Mask, Mask, Mask, Mask]


class _Dates:
    """The two dates with the years before them, and what customers brought in each year."""

    def __init__(self, dataset: Dataset, selection: Selection, then: int) -> None:
        self.dataset, self.selection, now = dataset, selection, selection.as_of
        ends = [months_before(day, months) for day in (then, now) for months in (2 * YEAR, YEAR, 0)]
        self.when = Timeline(selection, "revenue", tuple(sorted(set(ends))))
        self.steps = [self.when.ends.index(end) for end in ends]
        first = selection.filters.first
        begin = max(int(selection.history.day.min()), to_day(first) if first else 0)
        # Years whose whole the data hold: two before then, then the two before now.
        self.seen = [begin <= ends[place] + 1 for place in (0, 1, 3, 4)]
        self.money = [self._money(*self.steps[place : place + 2]) for place in (0, 1, 3, 4)]
        # In this order the fits of now stay in memory.
        self.value = [_value_then(dataset, then), expected_value(dataset, now)]

    @property
    def members_at(self) -> tuple[int, int, int, int]:
        """Steps of the dates at which members are asked for; see :data:`Standing`."""
        return self.steps[1], self.steps[2], self.steps[4], self.steps[5]

    def _money(self, after: int, upto: int) -> NDArray[np.int64]:
        steps = self.when.matching
        money = np.zeros(self.selection.history.n_customers, dtype=np.int64)
        part = slice(steps.start[after + 1], steps.start[upto + 1])
        np.add.at(money, steps.group[part], steps.money[part])
        return money


def _value_then(dataset: Dataset, day: int) -> Values | None:
    """Expected value at the day of the choice, kept: fitting the models takes longest of all, and no filter changes them."""
    return dataset.history.last_answer(_VALUE_THEN, day, lambda: expected_value(dataset, day))


def members(classifier: Classifier, classification: str, label: str) -> Mask | None:
    """Who is in a segment now; None where there is no such segment any more."""
    try:
        made = classifier.classify(classification)
    except BadParameterError:
        return None
    return made.codes == made.labels.index(label) if label in made.labels else None


def _standing(dates: _Dates, classifier: Classifier, classification: str, label: str) -> tuple[str, Standing | None]:
    """Who is in a segment at each of the dates, and by what that is told."""
    bears = members(classifier, classification, label)
    if bears is None:
        return "gone", None
    when = dates.when
    if classification.startswith((ATTRIBUTE, SURVEY)):
        return "attribute", tuple(bears & when.in_view_at(step) for step in dates.members_at)  # type: ignore[return-value]
    if not can_move(dates.dataset, classification) or not when.in_view_at(dates.steps[2]).any():
        return "written", None
    try:
        ruler = ruler_for(dates.dataset, when, dates.steps[2], classification)
    except BadParameterError:
        # No model could be fitted then.
        return "written", None
    if label not in ruler.labels:
        return "written", None
    place = ruler.labels.index(label)
    found = {at.step: ruler.codes(at) == place for at in when.standings() if at.step in dates.members_at}
    return "cuts", tuple(found[step] for step in dates.members_at)


Row = tuple[str, str, float, float, float, float, float, float, int]
_NO = float("nan")


def _changes(key: str, standing: Standing, dates: _Dates) -> list[Row]:
    """One row a measure."""
    _, then, _, now = standing
    before, after = then.astype(np.float64), now.astype(np.float64)
    n = min(int(then.sum()), int(now.sum()))
    last_then, last_now = dates.money[1] / SCALE, dates.money[3] / SCALE
    seen_then, seen_now = dates.seen[1], dates.seen[3]
    rows = [_total(key, "customers", before, after, n, True)]
    rows.append(_total(key, "revenue", last_then * before, last_now * after, n, seen_then and seen_now))
    rows.append(_ratio(key, "share", (last_then * before, last_then), (last_now * after, last_now), n, seen_then))
    if dates.value[0] is not None and dates.value[1] is not None:
        worth = [np.nan_to_num(value) for value in dates.value if value is not None]
        rows.append(_ratio(key, "ltv", (worth[0] * before, before), (worth[1] * after, after), n, True))
    return rows


def _growth(key: str, standing: Standing, dates: _Dates) -> list[Row]:
    """Revenue of each year against that of those who were members a year before, in the year before; none of next to nobody."""
    years = [(money / SCALE) * inside for money, inside in zip(dates.money, standing, strict=True)]
    if not all(dates.seen) or min(int((years[place] > 0).sum()) for place in (0, 2)) < SMALL_N:
        return []
    n = min(int(standing[1].sum()), int(standing[3].sum()))
    return [_ratio(key, "growth", (years[1], years[0]), (years[3], years[2]), n, True, lambda ratio: ratio - 1)]


def _total(key: str, measure: str, before: Values, after: Values, n: int, seen: bool) -> Row:
    if not seen:
        return key, measure, _NO, float(after.sum()), _NO, _NO, _NO, _NO, n
    change = float(after.sum() - before.sum())
    low, high, p = (float(one) for one in poisson_change(change, ((after - before) ** 2).sum()))
    return key, measure, float(before.sum()), float(after.sum()), change, low, high, p, n


def _ratio(
    key: str,
    measure: str,
    before: tuple[Values, Values],
    after: tuple[Values, Values],
    n: int,
    seen: bool,
    shown: Callable[[float], float] = float,
) -> Row:
    found = paired_change(after, before)
    if not seen:
        return key, measure, _NO, shown(found.after), _NO, _NO, _NO, _NO, n
    change = found.after - found.before
    return key, measure, shown(found.before), shown(found.after), change, found.low, found.high, found.p_value, n


def _written(pick: Picked, now: Mask, dates: _Dates) -> list[Row]:
    """What was written down beside what is; nobody can be followed, so nothing is claimed."""
    worth = None if dates.value[1] is None else np.nan_to_num(dates.value[1][now])
    pairs = [("customers", float(pick.customers), float(now.sum()))]
    if dates.seen[3]:
        pairs.append(("revenue", pick.revenue, float(dates.money[3][now].sum() / SCALE)))
    if pick.ltv is not None and worth is not None and len(worth):
        pairs.append(("ltv", pick.ltv, float(worth.mean())))
    return [(pick.segment, name, then, at, at - then, _NO, _NO, _NO, 0) for name, then, at in pairs]


def _moves(key: str, then: Mask, now: Mask, dates: _Dates) -> pd.DataFrame:
    """Those who came in and those who left."""
    who = np.flatnonzero(then != now)
    before, after = dates.money[1][who], dates.money[3][who]
    # Of equal ones the first by code.
    who_first = np.argsort(-np.abs(after - before), kind="stable")
    table = pd.DataFrame(
        {
            "customer": who,
            "key": key,
            "move": np.where(now[who], "came", "left"),
            "before": before / SCALE if dates.seen[1] else np.full(len(who), np.nan),
            "after": after / SCALE if dates.seen[3] else np.full(len(who), np.nan),
        }
    )
    return table.iloc[who_first].reset_index(drop=True)


def picked_now(key: str, inside: Mask, revenue: NDArray[np.int64], value: Values | None) -> Picked:
    """A segment as it is written down when it is chosen.

    Parameters
    ----------
    key : str
    inside : ndarray of bool, shape (customers,)
    revenue : ndarray of int64, shape (customers,)
        Of the last twelve months.
    value : ndarray of float64, shape (customers,), or None
    """
    worth = None if value is None or not inside.any() else float(np.nan_to_num(value[inside]).mean())
    return Picked(key, int(inside.sum()), int(revenue[inside].sum()) / SCALE, worth)
