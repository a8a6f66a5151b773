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
        lose``, an own segment by its name) is on every segment of that name, in whatever case and with whatever signs.
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
        (not segment or not wanted.isdisjoint(_names(own))) and (not step or _plain(where) == at)
        for own, where in table[["segment", "step"]].fillna("").itertuples(index=False)
    ]
    found = table.loc[kept, list(COLUMNS)]
    # Equal days in the order of the table, which goes by what it says.
    return found.sort_values("date", ascending=False, kind="stable", na_position="last", ignore_index=True)


def _names(text: str) -> set[str]:
    """What a segment may be called: as a whole, and by its label where that tells it."""
    classification, equals, label = (unquote(part) for part in text.strip().partition("="))
    if not equals or classification.startswith(RULE):
        return {_plain(unquote(text))} - {""}
    whole = f"{_plain(classification)}={_plain(label)}"
    if classification.startswith(OWN):
        return {whole, _plain(classification.removeprefix(OWN))} if label == IN else {whole}
    return {whole} if label in (IN, OUT) else {whole, _plain(label)}


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
