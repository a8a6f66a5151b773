"""Whom a campaign can reach, by what the data at hand say of it."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.features import Selection
from core.filters import DIMENSIONS
from core.history import MISSING
from core.journey.log import DAY, Log, contact_log

Mask = NDArray[np.bool_]
_CONSENT = re.compile(r"consent|opt.?in|newsletter|subscri|mailing|согласи|рассыл|同意|订阅", re.IGNORECASE)
_REFUSAL = re.compile(r"out|unsub|not|refus|отказ|拒", re.IGNORECASE)
_YES = {"yes", "y", "true", "1", "1.0", "да", "是", "oui", "ja", "si", "sí"}
_NO = {"no", "n", "false", "0", "0.0", "нет", "否", "non", "nein"}


@dataclass(frozen=True, eq=False)
class Reach:
    """Who can be reached.

    Parameters
    ----------
    basis : str
        ``consent`` (an attribute says so), ``contact`` (bought through a known channel or was in touch in the last months),
        ``channel`` (the same where no contacts are given), ``active`` (bought in the last months; no channel is known).
    attribute : str
        The attribute; "" otherwise.
    reached, known : ndarray of bool, shape (customers,)
    channels : tuple of str
        Known channels, of orders and of contacts.
    met : ndarray of bool, shape (customers, channels)
        Who bought or was in touch through each in the last months, whatever the basis.
    """

    basis: str
    attribute: str
    reached: Mask
    known: Mask
    channels: tuple[str, ...]
    met: Mask


def reach(dataset: Dataset, selection: Selection, begin: int) -> Reach:
    """Find whom the data say can be reached.

    Parameters
    ----------
    dataset : Dataset
    selection : Selection
        Contacts count by their own region and channel.
    begin : int
        Day number; purchases and contacts after it count.
    """
    history, log = selection.history, contact_log(dataset)
    recent = features.both(features.rows_in_window(history, begin + 1, selection.as_of), selection.matching)
    known = set(history.labels.get("channel", ())) | set(log.labels["channel"] if log else ())
    channels = tuple(sorted(known - {MISSING}, key=str.encode))
    met = _bought(selection, recent, channels)
    touched = np.zeros(history.n_customers, dtype=np.bool_)
    if log is not None:
        rows = _in_window(log, selection, begin)
        touched[log.customer[log.person[rows]]] = True
        _mark(met, log.customer[log.person[rows]], log.codes["channel"][rows], log.labels["channel"], channels)
    found = consent(dataset)
    everybody = np.ones(history.n_customers, dtype=np.bool_)
    if found is not None:
        name, yes, no = found
        return Reach("consent", name, yes, yes | no, channels, met)
    reached: Mask = met.any(axis=1) | touched
    if log is not None or channels:
        return Reach("channel" if log is None else "contact", "", reached, everybody, channels, met)
    return Reach("active", "", features.count_purchases(history, recent) > 0, everybody, channels, met)


def consent(dataset: Dataset) -> tuple[str, Mask, Mask] | None:
    """The attribute that says who may be written to, who said yes, and who said no; None without one."""
    names = (one for one in dataset.attribute_names if _CONSENT.search(one) and not _REFUSAL.search(one))
    name = next(names, "")
    yes, no = yes_and_no(dataset.attributes()[name]) if name else (np.zeros(0, dtype=np.bool_),) * 2
    return (name, yes, no) if (yes | no).any() else None


def _bought(selection: Selection, recent: features.Rows, channels: tuple[str, ...]) -> Mask:
    """Who bought through which channel, shape (customers, channels)."""
    history = selection.history
    met = np.zeros((history.n_customers, len(channels)), dtype=np.bool_)
    if "channel" in history.labels and channels:
        own = history.purchase[: history.n_identified]
        rows = np.flatnonzero(own if recent is None else own & recent[: history.n_identified])
        _mark(met, history.owner[rows], history.codes["channel"][rows], history.labels["channel"], channels)
    return met


def _in_window(log: Log, selection: Selection, begin: int) -> NDArray[np.int64]:
    """Contacts of customers after a day that lie in the filter's regions and channels."""
    day = log.second // DAY
    kept = (day > begin) & (day <= selection.as_of) & (log.customer[log.person] >= 0)
    for dimension in DIMENSIONS:
        chosen = selection.filters.choices(dimension)
        if chosen:
            kept &= np.isin(np.array(log.labels[dimension], dtype=object), chosen)[log.codes[dimension]]
    return np.flatnonzero(kept)


def _mark(
    met: Mask,
    customer: NDArray[np.integer],
    code: NDArray[np.integer],
    labels: tuple[str, ...],
    channels: tuple[str, ...],
) -> None:
    """Enter customers under the channels that have their labels; a missing one is none."""
    place = np.array([channels.index(label) if label in channels else -1 for label in labels], dtype=np.int64)[code]
    met[customer[place >= 0], place[place >= 0]] = True


def yes_and_no(column: pd.Series) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Who said yes, and who said no; whatever else stands there is not known."""
    text = column.astype(object).map(lambda value: str(value).strip().lower(), na_action="ignore")
    return text.isin(_YES).to_numpy(dtype=np.bool_), text.isin(_NO).to_numpy(dtype=np.bool_)
