"""Groups of customers to break a result down by: known at the first purchase, or outcomes of what came after it."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core import first_orders
from core.access import Dataset
from core.classification import Classification
from core.errors import BadParameterError
from core.filters import Filters
from core.results import Notice

# What customers became; curves of such groups may be looked at, but differences between them prove nothing.
OUTCOMES: tuple[str, ...] = ("persona", "tier")
MOST_GROUPS = 40


@dataclass(frozen=True, eq=False)
class Groups:
    """The largest groups, by label.

    Parameters
    ----------
    name : str
    labels : tuple of str
    codes : ndarray of int16, shape (customers,)
        Position in ``labels``; -1 for customers out of view and those of smaller groups.
    sizes : ndarray of int64, shape (groups,)
    known_at_start : bool
        Whether membership was settled by the first purchase.
    left_out : int
        How many groups are smaller than those.
    """

    name: str
    labels: tuple[str, ...]
    codes: NDArray[np.int16]
    sizes: NDArray[np.int64]
    known_at_start: bool
    left_out: int

    def notices(self) -> tuple[Notice, ...]:
        """What must be known of them."""
        found = () if self.known_at_start else (Notice.of("groups_are_outcomes", breakdown=self.name),)
        if not self.left_out:
            return found
        return (*found, Notice.of("small_groups_left_out", shown=len(self.labels), left_out=self.left_out))


def check(dataset: Dataset, name: str) -> None:
    """Raise when customers can't be broken down so.

    Raises
    ------
    BadParameterError
    """
    names = (*first_orders.available(dataset), *OUTCOMES)
    if name and name not in names:
        raise BadParameterError(
            f"customers can't be broken down by '{name}' here", expected="one of " + ", ".join(names)
        )


def groups(dataset: Dataset, filters: Filters, name: str, shown: NDArray[np.bool_]) -> Groups:
    """Group customers.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
        Outcomes are those of everybody who bought within it up to its last day.
    name : str
        That passes :func:`check`.
    shown : ndarray of bool, shape (customers,)

    Returns
    -------
    Groups
        Of the customers shown. Of more than 40 groups those that are larger than the 41st.

    Raises
    ------
    BadParameterError
        There are no such outcomes here, for example because no model can be fitted.
    """
    known = name in first_orders.NAMES
    made = first_orders.first_labels(dataset, name) if known else _outcome(dataset, filters, name)
    codes = np.where(shown, made.codes, np.int16(-1))
    sizes = np.bincount(codes[codes >= 0], minlength=len(made.labels))
    falling = np.sort(sizes)[::-1]
    border = int(falling[MOST_GROUPS]) if len(falling) > MOST_GROUPS else 0
    kept = np.flatnonzero(sizes > border)
    place = np.full(len(sizes) + 1, -1, dtype=np.int16)
    place[kept] = np.arange(len(kept))
    labels = tuple(made.labels[code] for code in kept)
    return Groups(name, labels, place[codes], sizes[kept], known, int((sizes > 0).sum()) - len(kept))


def _outcome(dataset: Dataset, filters: Filters, name: str) -> Classification:
    # It brings all analyses together, so that none may import it before it is there itself.
    from core.classifications import classify

    return classify(dataset, replace(filters, first=None), name)
