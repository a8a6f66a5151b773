"""How far each step of the path is, and whether what it rested on still holds."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from core.path.state import Kept, PathState
from core.path.steps import BEGUN, DONE, OPEN, STALE, STEPS

COLUMNS = ("step", "state", "done", "snapshot", "words", "link", "why")
# A figure has moved when it is more than a tenth larger or smaller than it was.
MOVED = 0.1

Figures = Mapping[str, Mapping[str, float]]


def progress(
    state: PathState, figures: Figures | None, as_of: date, snapshot: int, chosen: str, lists: int
) -> pd.DataFrame:
    """Tell how far each step is.

    Parameters
    ----------
    state : PathState
    figures : mapping of step to figures, or None
        What each step rests on now, of those that can be held against what was kept; None where none can.
    as_of : date
        The last day that the data know.
    snapshot : int
        Of the data.
    chosen : str
        Why the choice is to be looked at again, see :func:`why_anew`; "" for no reason.
    lists : int
        Saved lists of customers.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, one row a step. state: ``open``, ``begun`` (something is written, picked or listed), ``done``, or
        ``stale``: done, and since then, on newer data, a figure moved by more than a tenth (``why`` has its key), a chosen segment
        went away (``gone``), or the date to look again has come (``due``).
    """
    rows = []
    for step in STEPS:
        kept = state.of(step)
        begun = bool(kept.words) or (step == "choice" and state.choice is not None) or (step == "brief" and lists > 0)
        done, why = kept.done, ""
        if step == "again":
            done = state.look_again
            why = "due" if done is not None and as_of >= done else ""
        elif done is not None and step == "choice":
            why = chosen
        elif done is not None and figures is not None and _newer((as_of, snapshot), (done, kept.snapshot)):
            why = moved(kept, figures.get(step, {}))
        found = OPEN if done is None else STALE if why else DONE
        rows.append(
            (step, BEGUN if found == OPEN and begun else found, done, kept.snapshot, kept.words, kept.link, why)
        )
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"done": object})


def _newer(now: tuple[date, int], then: tuple[date, int]) -> bool:
    """Whether the data know more than they did; those of an earlier day do not, whatever their snapshot."""
    return now[0] >= then[0] and now > then


def why_anew(gone: tuple[str, ...], changes: pd.DataFrame) -> str:
    """Why the choice is to be looked at again.

    Parameters
    ----------
    gone : tuple of str
        Chosen segments that there are no more.
    changes : pandas.DataFrame
        See :class:`core.path.since.Since`.

    Returns
    -------
    str
        ``gone``; ``customers`` or ``revenue`` where those of a segment moved by more than a tenth, and clear of chance where that can
        be told; "" else.
    """
    if gone:
        return "gone"
    told = changes["claim"].astype(bool) | changes["low"].isna()
    far = (changes["change"] / changes["then"]).abs() > MOVED
    found = changes.loc[told & far & changes["measure"].isin(("customers", "revenue")), "measure"]
    return str(found.iloc[0]) if len(found) else ""


def moved(kept: Kept, now: Mapping[str, float]) -> str:
    """The first figure that is more than a tenth larger or smaller than when the step was done; "" for none."""
    for name, was in kept.figures.items():
        if name in now and abs(now[name] - was) > MOVED * abs(was):
            return name
    return ""
