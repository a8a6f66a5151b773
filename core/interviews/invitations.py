"""Invitations: a number of each stratum, drawn by lot, and those who stand by."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.access import Dataset
from core.classification import Classification
from core.features import Selection
from core.history import MISSING
from core.interviews.sampling import allocate, in_strata
from core.money import SCALE
from core.targets.holdout import lots

ROLES = ("invited", "reserve")
Who = NDArray[np.int64]


def invite(
    dataset: Dataset,
    selection: Selection,
    group: Who,
    able: NDArray[np.bool_],
    by: Classification,
    name: str,
    n: int,
    least: int,
    reserve: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw whom to invite of a segment.

    Parameters
    ----------
    dataset : Dataset
    selection : Selection
    group : ndarray of int64, shape (k,)
        Codes of the segment's customers.
    able : ndarray of bool, shape (k,)
        Who of them may be invited.
    by : Classification
        Its classes are the strata; whoever has none is in one of their own.
    name : str
        Another one draws others. A customer's lot depends on nobody else, so those who join the segment change nothing for the others.
    n, least : int
        See :func:`core.interviews.sampling.allocate`.
    reserve : int
        So many stand by for each invitation, as far as there are.

    Returns
    -------
    strata : pandas.DataFrame
        stratum, customers, share, able, invited, expected_share, reserve.
    customers : pandas.DataFrame
        customer, stratum, role, place, revenue, orders, last_order.
    """
    labels = by.labels if MISSING in by.labels else (*by.labels, MISSING)
    stratum = by.codes[group].astype(np.int64)
    stratum[stratum < 0] = labels.index(MISSING)
    sizes, free = (np.bincount(some, minlength=len(labels)) for some in (stratum, stratum[able]))
    invited = allocate(sizes, free, n, least)
    standing_by = np.minimum(free - invited, invited * reserve)
    who, stratum = group[able], stratum[able]
    rows, place = in_strata(stratum, lots(dataset.customer_ids(who), name), invited + standing_by)
    table = pd.DataFrame(
        {
            "stratum": list(labels),
            "customers": sizes,
            "share": sizes / max(len(group), 1),
            "able": free,
            "invited": invited,
            "expected_share": invited / max(int(invited.sum()), 1),
            "reserve": standing_by,
        }
    )
    customers = _listed(selection, who[rows], stratum[rows], place, invited, labels)
    return table[sizes > 0].reset_index(drop=True), customers


def _listed(
    selection: Selection, who: Who, stratum: Who, place: Who, invited: Who, labels: tuple[str, ...]
) -> pd.DataFrame:
    reserve = place > invited[stratum]
    history = selection.history
    last = selection.last_purchase[who].astype(np.int64)
    customers = pd.DataFrame(
        {
            "customer": who,
            "stratum": pd.Categorical.from_codes(stratum, categories=list(labels)),
            "role": pd.Categorical.from_codes(reserve.astype(np.int8), categories=list(ROLES)),
            "place": place,
            "revenue": selection.totals(history.revenue)[who] / SCALE,
            "orders": selection.purchases[who],
            "last_order": selection.as_of - last,
        }
    )
    return customers.iloc[np.lexsort((place, stratum, reserve))].reset_index(drop=True)
