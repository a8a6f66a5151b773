"""Where people stand now, potential and target customers apart, and who they are."""

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from core.days import to_dates
from core.journey.funnel import Followed
from core.journey.log import Log
from core.journey.standing import Standing
from core.journey.steps import STEPS
from core.stats import wilson

POTENTIAL, TARGET = "potential", "target"
KINDS: tuple[str, ...] = (POTENTIAL, TARGET)


def now_table(standing: Standing) -> pd.DataFrame:
    """kind, step, people, share, low, high, median_days, longest_days (a tenth are there for longer), silent: a row a kind and step.

    Shares are of the kind, with Wilson's interval.
    """
    kind, step = standing.target.astype(np.int64), standing.step.astype(np.int64)
    cell = kind * len(STEPS) + step
    size = len(KINDS) * len(STEPS)
    people, silent = (np.bincount(of, minlength=size) for of in (cell, cell[standing.silent]))
    whole = np.repeat(np.bincount(kind, minlength=len(KINDS)), len(STEPS))
    by_cell = pd.Series(standing.days).groupby(cell)
    half, most = (by_cell.quantile(share).reindex(range(size)).to_numpy() for share in (0.5, 0.9))
    low, high = wilson(people, whole)
    return pd.DataFrame(
        {
            "kind": np.repeat(KINDS, len(STEPS)),
            "step": np.tile(STEPS, len(KINDS)),
            "people": people,
            "share": np.where(whole > 0, people / np.maximum(whole, 1), np.nan),
            "low": low,
            "high": high,
            "median_days": half,
            "longest_days": most,
            "silent": silent,
        }
    )


def people_table(standing: Standing, followed: Followed, log: Log) -> pd.DataFrame:
    """person_id, kind, step, days, silent, reached, lost, first_channel, first_region, touchpoints, last: a row a person in view.

    ``step`` is where they stand now; ``reached`` the highest step of the climb that is followed, null like all that is of that climb
    for those of whom none is. Who was heard of last comes first.
    """
    climbs = followed.climbs
    place = np.searchsorted(climbs.person, standing.person)
    place[place == len(climbs.person)] = 0
    known = climbs.person[place] == standing.person
    reached = np.array(climbs.steps)[climbs.level[place]]
    first = climbs.row[place]
    table = pd.DataFrame(
        {
            "person_id": pd.array(log.ids.take(pa.array(standing.person)).to_pylist(), dtype="str"),
            "kind": _named(standing.target.astype(np.int64), KINDS),
            "step": _named(standing.step, STEPS),
            "days": standing.days,
            "silent": standing.silent,
            "reached": _named(np.where(known, reached, -1), STEPS),
            "lost": followed.lost[place] & known,
            "first_channel": _named(np.where(known, log.codes["channel"][first], -1), log.labels["channel"]),
            "first_region": _named(np.where(known, log.codes["region"][first], -1), log.labels["region"]),
            "touchpoints": pd.array(climbs.touchpoints[place], dtype="Int64"),
            "last": to_dates(standing.last),
        }
    )
    table["touchpoints"] = table["touchpoints"].where(known)
    return table.sort_values(["last", "person_id"], ascending=[False, True], kind="stable", ignore_index=True)


def _named(codes: NDArray[np.integer], labels: tuple[str, ...]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes.astype(np.int64), categories=list(labels))
