"""The journey up Hunt's ladder: where people stand on the way to a purchase, and where they fall off."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.access import Dataset
from core.analyses import _duration_tables as durations
from core.attribute_labels import labelled
from core.classification import Classification
from core.days import to_date, to_day
from core.errors import BadParameterError, EmptyViewError, MissingTableError
from core.filters import DIMENSIONS, Filters
from core.history import MISSING
from core.journey import funnel, now, paths, voices
from core.journey.climbs import Climbs, Events, find_climbs, last_known
from core.journey.funnel import Followed, Grouping
from core.journey.log import Log, contact_log
from core.journey.shares import waits
from core.journey.standing import SILENT, Standing, standing
from core.journey.steps import StepRules, read_names
from core.models.kaplan_meier import kaplan_meier
from core.params import choice, name, number
from core.results import Notice

ATTRIBUTE = "attribute:"


@dataclass(frozen=True)
class JourneyParams:
    """Settings of the journey.

    Parameters
    ----------
    climb : {"first", "again"}
        Whether people are followed from their first touchpoint to their first purchase, or buyers from one after it to the next.
    days : int
        Who is silent for more days is lost; who goes on within so many counts as converted.
    period : {"quarter", "month"}
        By when climbs began.
    breakdown : str
        Of :func:`core.classifications.available`: buyers' climbs by what customers are; empty for none.
    steps : str
        What some names of steps mean, before the company's file; see :func:`core.journey.steps.write_names`.
    """

    climb: Literal["first", "again"] = choice("first", "first", "again")
    days: int = number(SILENT, 1, 730)
    period: Literal["quarter", "month"] = choice("quarter", "quarter", "month")
    breakdown: str = name("")
    steps: str = name("")


@dataclass(frozen=True, eq=False)
class JourneyResult:
    """Funnel, groups, paths and standings; what takes longer is computed when it is first read.

    Parameters
    ----------
    funnel : pandas.DataFrame
        See :func:`core.journey.funnel.funnel_table`; its last row, ``overall``, is from the first touchpoint to the purchase.
    by : pandas.DataFrame
        See :func:`core.journey.funnel.group_table`: by channel and region of the first touchpoint, by period, and by the breakdown;
        with ``climb`` (those of a breakdown are always buyers') and ``claim`` (after Benjamini-Hochberg over the table).
    channels : pandas.DataFrame
        See :func:`core.journey.funnel.channel_table`.
    again : pandas.DataFrame
        The funnel of buyers' first climb after a purchase, against first climbs; see :func:`core.journey.funnel.compared`.
    now, paths, flows, rules : pandas.DataFrame
        See :mod:`core.journey.now` and :mod:`core.journey.paths`.
    names : pandas.DataFrame
        name, touchpoints, step (or ignored, unknown), by (own, words or empty): what the file calls steps; most touchpoints first.
    as_of : date
    people : int
        How many are followed.
    buyers, climbing_again : int
        People in view who have bought, and those of them with a climb after it.
    """

    funnel: pd.DataFrame
    by: pd.DataFrame
    channels: pd.DataFrame
    again: pd.DataFrame
    now: pd.DataFrame
    paths: pd.DataFrame
    flows: pd.DataFrame
    rules: pd.DataFrame
    names: pd.DataFrame
    as_of: object
    people: int
    buyers: int
    climbing_again: int
    climb: str
    days: int
    notices: tuple[Notice, ...]
    _sight: "_Sight" = field(repr=False)

    @cached_property
    def time(self) -> pd.DataFrame:
        """The share that has not gone on by a day, step by step: group (the step), day, at_risk, events, survival, low, high.

        Kaplan-Meier; who is on the way is censored. The group ``overall`` is from the first touchpoint to the purchase.
        """
        followed = self._sight.followed
        parts = []
        for label, before, after in followed.pairs:
            counts = waits(followed.climbs, before, after, followed.as_of).counts()
            if counts.at_risk[0, 0]:
                parts.append(durations.curve_table((label,), counts, kaplan_meier(counts)))
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def everybody(self) -> pd.DataFrame:
        """See :func:`core.journey.now.people_table`."""
        sight = self._sight
        return now.people_table(sight.standing, sight.followed, sight.log)

    @cached_property
    def voices(self) -> pd.DataFrame:
        """What is felt, asked and hurts at each step; see :func:`core.journey.voices.voices_table`."""
        sight = self._sight
        return voices.voices_table(sight.dataset, sight.log, sight.events, sight.followed.as_of)

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        kept = ("funnel", "by", "channels", "again", "now", "paths", "flows", "rules", "names", "time", "voices")
        return {table: getattr(self, table) for table in kept} | {"people": self.everybody}


@dataclass(frozen=True, eq=False)
class _Sight:
    """What is looked at."""

    dataset: Dataset
    log: Log
    events: Events
    followed: Followed
    first: Followed
    again: Followed
    standing: Standing


def run(dataset: Dataset, filters: Filters, params: JourneyParams) -> JourneyResult:
    """Follow people up the ladder.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
        Climbs whose first touchpoint matches region, channel and dates are in view; what came later may be of any region and
        channel, up to the end of the dates.
    params : JourneyParams

    Returns
    -------
    JourneyResult

    Raises
    ------
    MissingTableError
        There is no table of touchpoints.
    BadParameterError
        No name of a step is known, or the settings can't be used with these data.
    EmptyViewError
        No climb began within the filter.
    """
    log = contact_log(dataset)
    if log is None:
        raise MissingTableError(
            "there is no table of touchpoints",
            expected="a table touchpoints with a person or lead, a time and a step, and channel, region and cost if known",
            todo="Import one on the Data page",
        )
    rules = dataset.step_rules.changed(read_names(params.steps))
    step_of = rules.codes(log.names)
    as_of = last_known(dataset, log, filters)
    events, climbs = find_climbs(dataset, log, step_of, as_of)
    if len(events.steps) < 2:
        raise BadParameterError(
            "none of the names of steps in the touchpoints is known",
            expected="some that are indifference, awareness, comparison or choice",
            found=", ".join(log.names[:5]),
            todo="Say what they mean.",
        )
    seen = _in_view(climbs, log, filters)
    first, again = (
        Followed(funnel.one_a_person(climbs, seen & which), as_of, params.days)
        for which in (~climbs.again, climbs.again)
    )
    followed = first if params.climb == "first" else again
    if not len(followed.climbs.person):
        raise EmptyViewError(
            "nobody began to climb within this filter", todo="Widen the dates, or choose more regions or channels."
        )
    sight = _Sight(dataset, log, events, followed, first, again, _standing(events, climbs, seen, as_of, params.days))
    return _result(sight, filters, params, rules)


def _in_view(climbs: Climbs, log: Log, filters: Filters) -> NDArray[np.bool_]:
    """Climbs whose first touchpoint matches the filter."""
    seen = np.ones(len(climbs.person), dtype=np.bool_)
    if filters.first:
        seen &= climbs.day[0] >= to_day(filters.first)
    for dimension in DIMENSIONS:
        chosen = filters.choices(dimension)
        if chosen:
            wanted = np.array([label in chosen for label in log.labels[dimension]] or [False])
            seen &= wanted[log.codes[dimension][climbs.row]]
    return seen


def _standing(events: Events, climbs: Climbs, seen: NDArray[np.bool_], as_of: int, days: int) -> Standing:
    """Of the people with a climb in view."""
    found = standing(events, climbs, as_of, days)
    shown = np.isin(found.person, climbs.person[seen])
    names = ("person", "step", "days", "silent", "target", "last")
    return found if shown.all() else Standing(**{field_: getattr(found, field_)[shown] for field_ in names})


def _result(sight: _Sight, filters: Filters, params: JourneyParams, rules: StepRules) -> JourneyResult:
    followed, log = sight.followed, sight.log
    groups = [
        *(funnel.by_first_touchpoint(followed, log, one) for one in DIMENSIONS if set(log.labels[one]) - {MISSING}),
        funnel.by_period(followed, params.period),
    ]
    tables = [funnel.group_table(followed, one).assign(climb=params.climb) for one in groups]
    notices = [_left_out(one) for one in groups if one.left_out]
    if params.breakdown:
        made, known = _classes(sight, filters, params.breakdown)
        tables.append(funnel.group_table(sight.again, made, claims=known).assign(climb="again"))
        notices += [] if known else [Notice.of("groups_are_outcomes", breakdown=params.breakdown)]
        notices += [_left_out(made)] if made.left_out else []
    by = funnel.claimed(pd.concat(tables, ignore_index=True))
    names = _names(log, rules)
    buyers = int(sight.standing.target.sum())
    return JourneyResult(
        funnel=funnel.funnel_table(followed),
        by=by,
        channels=funnel.channel_table(
            followed, log, by[(by["dimension"] == "channel") & (by["climb"] == params.climb)]
        ),
        again=funnel.compared(sight.first, sight.again),
        now=now.now_table(sight.standing),
        paths=paths.paths_table(followed),
        flows=paths.flows_table(followed, log),
        rules=paths.rules_table(followed, sight.events, log, rules.codes(log.names), _meanings(log, rules)),
        names=names,
        as_of=to_date(followed.as_of),
        people=len(followed.climbs.person),
        buyers=buyers,
        climbing_again=len(sight.again.climbs.person),
        climb=params.climb,
        days=params.days,
        notices=(*notices, *_unknown(names), *_short(followed)),
        _sight=sight,
    )


def _meanings(log: Log, rules: StepRules) -> list[str]:
    return [rules.meaning(one)[0] for one in log.names]


def _names(log: Log, rules: StepRules) -> pd.DataFrame:
    count = np.bincount(log.name, minlength=len(log.names))
    rows = [(one, int(count[place]), *rules.meaning(one)) for place, one in enumerate(log.names)]
    table = pd.DataFrame(rows, columns=["name", "touchpoints", "step", "by"])
    return table.sort_values(["touchpoints", "name"], ascending=[False, True], ignore_index=True)


def _classes(sight: _Sight, filters: Filters, wanted: str) -> tuple[Grouping, bool]:
    """Buyers' climbs by what customers are, and whether that was so before they climbed."""
    made = _classified(sight.dataset, filters, wanted)
    customer = sight.log.customer[sight.again.climbs.person]
    codes = np.where(customer >= 0, made.codes[np.maximum(customer, 0)], np.int16(-1))
    return funnel.grouping(wanted, made.labels, codes), wanted.startswith(ATTRIBUTE)


def _classified(dataset: Dataset, filters: Filters, wanted: str) -> Classification:
    if wanted.startswith(ATTRIBUTE) and wanted.removeprefix(ATTRIBUTE) in dataset.attributes():
        codes, labels = labelled(dataset.attributes()[wanted.removeprefix(ATTRIBUTE)])
        return Classification(wanted, labels, codes)
    # It brings all analyses together, so that none may import it before it is there itself.
    from core.classifications import classify

    # Region and channel of the filter are the touchpoints' here.
    return classify(dataset, Filters(last=filters.last), wanted)


def _left_out(groups: Grouping) -> Notice:
    return Notice.of("small_groups_left_out", shown=len(groups.labels), left_out=groups.left_out)


def _unknown(names: pd.DataFrame) -> tuple[Notice, ...]:
    """Names that nothing says anything of."""
    rows = names[names["step"] == "unknown"]
    if rows.empty:
        return ()
    listed = ", ".join(rows["name"].head(5))
    return (Notice.of("unknown_steps", names=listed, touchpoints=int(rows["touchpoints"].sum()), n=len(rows)),)


def _short(followed: Followed) -> tuple[Notice, ...]:
    """Whether nobody has been followed for as long as it takes to be lost."""
    longest = int((followed.as_of - followed.climbs.day[0]).max(initial=0))
    return (Notice.of("journey_too_short", days=followed.days, longest=longest),) if longest < followed.days else ()
