"""Paths: over which steps people went, how it ended, and what of it was out of order."""

from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.journey.climbs import Events
from core.journey.funnel import Followed, by_first_touchpoint, median_wait
from core.journey.log import Log
from core.journey.steps import STEPS

LOST, STILL = "lost", "on_the_way"
OUTCOMES: tuple[str, ...] = (STEPS[-1], LOST, STILL)
ENTRY, STEP, EXIT = "entry", "step", "exit"


def _outcome(followed: Followed) -> NDArray[np.int64]:
    return np.where(followed.climbs.bought, 0, np.where(followed.lost, 1, 2))


def _touched(path: int, steps: tuple[int, ...]) -> list[str]:
    return [STEPS[step] for level, step in enumerate(steps) if path >> level & 1]


def paths_table(followed: Followed) -> pd.DataFrame:
    """Columns path, outcome, people, share, median_days; most people first.

    A path is the steps touched on the way up, joined by ">"; the days are those to the purchase.
    """
    climbs, outcome = followed.climbs, _outcome(followed)
    cell = climbs.path.astype(np.int64) * len(OUTCOMES) + outcome
    found = pd.DataFrame({"cell": cell, "days": median_wait(climbs)}).groupby("cell")["days"].agg(["size", "median"])
    path, ended = np.divmod(found.index.to_numpy(), len(OUTCOMES))
    table = pd.DataFrame(
        {
            "path": [">".join(_touched(int(one), climbs.steps)) for one in path],
            "outcome": np.array(OUTCOMES, dtype=object)[ended],
            "people": found["size"].to_numpy(),
            "share": found["size"].to_numpy() / max(len(cell), 1),
            "median_days": found["median"].to_numpy(),
        }
    )
    return table.sort_values(["people", "path", "outcome"], ascending=[False, True, True], ignore_index=True)


def flows_table(followed: Followed, log: Log) -> pd.DataFrame:
    """stage, before, after, people: from the channel of the first touchpoint to its step, from step to step, and to how it ended."""
    climbs = followed.climbs
    channel = by_first_touchpoint(followed, log, "channel")
    first = np.array(climbs.steps)[climbs.entry]
    inside = channel.codes >= 0
    entries = np.bincount(
        channel.codes[inside] * len(STEPS) + first[inside], minlength=len(channel.labels) * len(STEPS)
    )
    rows = [
        (ENTRY, channel.labels[cell // len(STEPS)], STEPS[cell % len(STEPS)], int(entries[cell]))
        for cell in np.flatnonzero(entries)
    ]
    table = paths_table(followed)
    for path, outcome, people in zip(table["path"], table["outcome"], table["people"], strict=True):
        names = path.split(">")
        rows += [(STEP, before, after, people) for before, after in pairwise(names)]
        if outcome != OUTCOMES[0]:
            rows.append((EXIT, names[-1], outcome, people))
    flows = pd.DataFrame(rows, columns=["stage", "before", "after", "people"])
    return flows.groupby(["stage", "before", "after"], sort=False, as_index=False)["people"].sum()


def rules_table(followed: Followed, events: Events, log: Log, step_of: list[int], meanings: list[str]) -> pd.DataFrame:
    """rule, count, of, share: what the rules of reading the log did.

    Touchpoints ``ignored`` and of an ``unknown`` step, purchases ``from_orders`` and ``same_day`` ones left out; of the climbs
    followed, those that ``entered_above`` the lowest step, that ``skipped`` one further up, and that went ``back``.
    """
    by_name = np.bincount(log.name, minlength=len(step_of))
    said = np.array(meanings, dtype=object)
    climbs = followed.climbs
    path = climbs.path.astype(np.int64)
    # All steps from the first one touched to the highest.
    between = (1 << climbs.level + 1) - (1 << climbs.entry)
    purchases = int((events.level == events.top).sum())
    counted = {
        "ignored": (int(by_name[said == "ignored"].sum()), len(log.name)),
        "unknown": (int(by_name[said == "unknown"].sum()), len(log.name)),
        "from_orders": (int((events.row < 0).sum()), purchases),
        "same_day": (events.merged, purchases + events.merged),
        "entered_above": (int((path & 1 == 0).sum()), len(path)),
        "skipped": (int((path != between).sum()), len(path)),
        "back": (int(climbs.back.sum()), len(path)),
    }
    table = pd.DataFrame([(rule, *pair) for rule, pair in counted.items()], columns=["rule", "count", "of"])
    return table.assign(share=np.where(table["of"] > 0, table["count"] / table["of"].clip(lower=1), np.nan))
