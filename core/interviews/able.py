"""Who may be invited: not those who asked to be left alone, not those held out of a list, not those asked lately."""

import re

import numpy as np
from numpy.typing import NDArray

from core.access import Dataset
from core.features import Selection
from core.survey import Survey
from core.targets.reach import consent, yes_and_no
from core.timeline import months_before

Mask = NDArray[np.bool_]
REASONS = ("refused", "held_out", "asked_lately")
# Names of attributes whose yes means no.
_LEAVE_ALONE = re.compile(
    r"do.?not.?(contact|call|mail|write)|unsubscri|opt.?out|no.?(contact|mail|calls)|отказ|отпис|拒", re.IGNORECASE
)


def not_to_invite(dataset: Dataset, selection: Selection, survey: Survey | None, months: int) -> dict[str, Mask]:
    """Who is not to be invited, by reason.

    Parameters
    ----------
    dataset : Dataset
    selection : Selection
    survey : Survey or None
        Answers up to the selection's end.
    months : int
        How long nobody is asked again.

    Returns
    -------
    dict of str to ndarray of bool, shape (customers,)
        ``refused``: an attribute of consent says no, or one such as ``do_not_contact`` yes. ``held_out``: of a saved list of targets;
        under a narrowed scope nobody is, since those lists are of the whole company. ``asked_lately``: some answer has a date in the
        last months. Each customer has the first reason only.

    Raises
    ------
    BadInputError
        Saved lists can't be read.
    """
    found = dict(zip(REASONS, (_refused(dataset), _held_out(dataset), _asked(selection, survey, months)), strict=True))
    before = np.zeros(dataset.history.n_customers, dtype=np.bool_)
    for reason, who in found.items():
        found[reason] = who & ~before
        before |= who
    return found


def _refused(dataset: Dataset) -> Mask:
    refused = np.zeros(dataset.history.n_customers, dtype=np.bool_)
    names = [name for name in dataset.attribute_names if _LEAVE_ALONE.search(name)]
    attributes = dataset.attributes() if names else None
    for name in names:
        refused |= yes_and_no(attributes[name])[0] if attributes is not None else refused
    told = consent(dataset)
    return refused if told is None else refused | told[2]


def _held_out(dataset: Dataset) -> Mask:
    held = np.zeros(dataset.history.n_customers, dtype=np.bool_)
    for saved in dataset.target_lists:
        rows = dataset.target_customers(saved)
        held[dataset.customer_codes(rows.loc[rows["holdout"], "customer_id"].tolist())] = True
    return held


def _asked(selection: Selection, survey: Survey | None, months: int) -> Mask:
    asked = np.zeros(selection.history.n_customers, dtype=np.bool_)
    if survey is not None and months:
        rows = survey.answers
        late = rows[(rows["day"] > months_before(selection.as_of, months)) & (rows["customer"] >= 0)]
        asked[late["customer"].to_numpy(dtype=np.int64)] = True
    return asked
