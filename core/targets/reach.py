"""Whom a campaign can reach, by what the data at hand say of it."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.features import Selection
from core.history import MISSING

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
        ``consent`` (an attribute says so), ``channel`` (bought through a known channel in the last months), ``active`` (bought in
        the last months; no channel is known).
    attribute : str
        The attribute; "" otherwise.
    reached, known : ndarray of bool, shape (customers,)
    """

    basis: str
    attribute: str
    reached: NDArray[np.bool_]
    known: NDArray[np.bool_]


def reach(dataset: Dataset, selection: Selection, begin: int) -> Reach:
    """Find whom the data say can be reached.

    Parameters
    ----------
    dataset : Dataset
    selection : Selection
    begin : int
        Day number; purchases after it count where no attribute tells.
    """
    name = next((one for one in dataset.attribute_names if _CONSENT.search(one) and not _REFUSAL.search(one)), "")
    if name:
        yes, no = _answers(dataset.attributes()[name])
        if (yes | no).any():
            return Reach("consent", name, yes, yes | no)
    history = selection.history
    recent = features.both(features.rows_in_window(history, begin + 1, selection.as_of), selection.matching)
    everybody = np.ones(history.n_customers, dtype=np.bool_)
    labels = history.labels.get("channel", ())
    if not set(labels) - {MISSING}:
        return Reach("active", "", features.count_purchases(history, recent) > 0, everybody)
    if MISSING in labels:
        recent = features.both(recent, history.codes["channel"] != labels.index(MISSING))
    return Reach("channel", "", features.count_purchases(history, recent) > 0, everybody)


def _answers(column: pd.Series) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Who said yes, and who said no; whatever else stands there is not known."""
    text = column.astype(object).map(lambda value: str(value).strip().lower(), na_action="ignore")
    return text.isin(_YES).to_numpy(dtype=np.bool_), text.isin(_NO).to_numpy(dtype=np.bool_)
