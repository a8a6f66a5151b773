"""People and firms: who of the customers is which, where an attribute says so."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

ALL, PERSON, FIRM = "all", "person", "firm"
KIND_COLUMNS = ("type", "customer_type", "kind", "customer_kind", "client_type", "entity_type")
_WORDS = {
    PERSON: {"person", "people", "individual", "private", "private person", "consumer", "household", "b2c", "retail"},
    FIRM: {"firm", "company", "business", "organisation", "organization", "corporate", "reseller", "trade", "b2b"},
}


def kinds_of(attributes: pd.DataFrame, both: bool = True) -> NDArray[np.object_] | None:
    """``"person"``, ``"firm"`` or None for each customer; None when no attribute tells.

    Parameters
    ----------
    attributes : pandas.DataFrame
        One row a customer.
    both : bool
        Whether an attribute must know of people and of firms to be believed.

    Returns
    -------
    ndarray of object, shape (customers,), or None
    """
    lowered = {str(name).lower(): name for name in attributes}
    for wanted in KIND_COLUMNS:
        if wanted not in lowered:
            continue
        text = attributes[lowered[wanted]].astype("object").map(lambda x: str(x).strip().lower(), na_action="ignore")
        kinds = np.full(len(text), None, dtype=object)
        for kind, words in _WORDS.items():
            kinds[text.isin(words).to_numpy()] = kind
        found = set(kinds[kinds != None])  # noqa: E711
        if {PERSON, FIRM} <= found or (found and not both):
            return kinds
    return None


def split(kinds: NDArray[np.object_] | None, smallest: int) -> list[tuple[str, NDArray[np.int64]]]:
    """The groups that are clustered apart.

    Parameters
    ----------
    kinds : ndarray of object, shape (n,), or None
    smallest : int
        Both kinds need so many customers.

    Returns
    -------
    list of (kind, positions)
        People and firms, those of unknown kind with the more numerous one; or an empty list when there is nothing to split.
    """
    if kinds is None:
        return []
    persons, firms = kinds == PERSON, kinds == FIRM
    if min(persons.sum(), firms.sum()) < smallest:
        return []
    unknown = ~(persons | firms)
    if persons.sum() >= firms.sum():
        persons |= unknown
    else:
        firms |= unknown
    return [(PERSON, np.flatnonzero(persons)), (FIRM, np.flatnonzero(firms))]
