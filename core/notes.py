"""Notes that people pinned to a segment or to a step of the path, as the table of notes gives them."""

import re
from urllib.parse import unquote

import pandas as pd

from core.access import Dataset
from core.own_segments import IN, OUT, OWN, RULE

COLUMNS = ("date", "author", "note")


def notes_on(dataset: Dataset, segment: str = "", step: str = "") -> pd.DataFrame:
    """The notes on a segment, on a step, or on both.

    Parameters
    ----------
    dataset : Dataset
    segment : str
        A text of :func:`core.targets.picks.write_pick`; "" for any. A note that names only the segment (``champions``, ``Can't
        lose``, an own segment by its name) is on every segment of that name, in whatever case and with whatever signs; one that
        names the classification too is on no other's.
    step : str
        A key of the path's steps, in any case; "" for any.

    Returns
    -------
    pandas.DataFrame
        date, author, note: the newest first, those without a date last; none under a narrowed scope, since notes are of the whole
        company, and none without a table.
    """
    table = dataset.table("notes")
    if table is None:
        return pd.DataFrame(columns=list(COLUMNS))
    wanted, at = _names(segment), _plain(step)
    kept = [
        (not segment or _is_on(own, segment, wanted)) and (not step or _plain(where) == at)
        for own, where in table[["segment", "step"]].fillna("").itertuples(index=False)
    ]
    found = table.loc[kept, list(COLUMNS)]
    # Equal days in the order of the table, which goes by what it says.
    return found.sort_values("date", ascending=False, kind="stable", na_position="last", ignore_index=True)


def _is_on(own: str, segment: str, wanted: set[str]) -> bool:
    # Asked for by its name alone, it is the segment of that name of every classification.
    return _whole(own) in wanted or ("=" not in segment and not wanted.isdisjoint(_names(own)))


def _names(text: str) -> set[str]:
    """What a note may call a segment: as a whole, and by its label where that tells it."""
    classification, equals, label = (unquote(part) for part in text.strip().partition("="))
    alone = "" if label in (IN, OUT) or classification.startswith(RULE) else _plain(label)
    if classification.startswith(OWN) and label == IN:
        alone = _plain(classification.removeprefix(OWN))
    return {_whole(text), alone if equals else ""} - {""}


def _whole(text: str) -> str:
    """A segment as it is named, with its classification where that is named too."""
    classification, equals, label = (unquote(part) for part in text.strip().partition("="))
    if not equals or classification.startswith(RULE):
        return _plain(unquote(text))
    return f"{_plain(classification)}={_plain(label)}"


def _plain(text: str) -> str:
    # A grade may be "A+" or "A-", a band "<5" or ">5".
    return re.sub(r"[^\w+<>-]|_|-(?!$)", "", text.strip().casefold())
