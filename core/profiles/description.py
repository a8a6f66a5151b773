"""All that can be said of the customers in view, with the sums that groups of them are compared by."""

from dataclasses import dataclass, replace
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from core.access import Dataset
from core.features import Selection
from core.history import OrderHistory
from core.profiles.known import attribute_marks, content_marks, mark_name, survey_marks
from core.profiles.marks import Marks, habit_marks, order_marks

Floats = NDArray[np.float64]
Who = NDArray[np.int64]
_CHUNK = 1 << 15


@dataclass(frozen=True, eq=False)
class Sums:
    """Sums over a group of customers; those of a part can be taken off those of the whole, exactly.

    Parameters
    ----------
    customers : int
        Of whom the attribute is known, or who have an order.
    total : ndarray of float64, shape (labels,)
        Customers, orders or lines with each label.
    squares, cross : ndarray of float64, shape (labels,)
        Sums over customers of the square, and of the product with all their orders or lines; zeros where the trial is a customer.
    own : float
        Sum of the squares of all their orders or lines.
    """

    customers: int
    total: Floats
    squares: Floats
    cross: Floats
    own: float

    def less(self, part: "Sums") -> "Sums":
        """The sums of everybody else."""
        return Sums(
            self.customers - part.customers,
            self.total - part.total,
            self.squares - part.squares,
            self.cross - part.cross,
            self.own - part.own,
        )

    @property
    def share(self) -> Floats:
        """The share of each label."""
        share: Floats = self.total / self.total.sum()
        return share

    @property
    def relative_variance(self) -> Floats:
        """Of the share, over its square: linearised, clustered by customer (Cochran 1977, chapter 6); NaN for one customer."""
        if self.customers < 2:
            return np.full(len(self.total), np.nan)
        share, n = self.share, self.customers
        spread = np.maximum(self.squares - 2 * share * self.cross + share**2 * self.own, 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            variance: Floats = n / (n - 1) * spread / self.total**2
        return variance


@dataclass(frozen=True, eq=False)
class Description:
    """The marks of the customers of a view.

    Parameters
    ----------
    marks : tuple of Marks
    shown : ndarray of int64
        Codes of those in view.
    """

    marks: tuple[Marks, ...]
    shown: Who

    @cached_property
    def whole(self) -> tuple[Sums, ...]:
        """The sums of everybody in view, mark by mark."""
        return tuple(self.sums(place, self.shown) for place in range(len(self.marks)))

    def sums(self, place: int, who: Who) -> Sums:
        """The sums of one of the marks over some customers.

        Parameters
        ----------
        place : int
            Position in ``marks``.
        who : ndarray of int64
            Codes of customers in view, each once.
        """
        mark = self.marks[place]
        labels = len(mark.labels)
        total, squares, cross = np.zeros((3, labels))
        if mark.of == "customers":
            codes = mark.values[who]
            total = np.bincount(codes[codes >= 0], minlength=labels).astype(np.float64)
            return Sums(int(total.sum()), total, squares, cross, 0.0)
        customers, own = 0, 0.0
        # In pieces that stay in the processor's cache; whole numbers, so the sums are exact.
        for begin in range(0, len(who), _CHUNK):
            counts = mark.values[who[begin : begin + _CHUNK]].astype(np.float64)
            orders = counts @ np.ones(labels)
            customers += int(np.count_nonzero(orders))
            total += np.ones(len(counts)) @ counts
            squares += np.einsum("ij,ij->j", counts, counts)
            cross += orders @ counts
            own += float(orders @ orders)
        return Sums(customers, total, squares, cross, own)


# Of the whole history, once for as long as it is open: whatever segment is described next, this is the same.
_of_all: WeakKeyDictionary[OrderHistory, Description] = WeakKeyDictionary()


def describe(dataset: Dataset, selection: Selection) -> Description:
    """Find all that can be said of the customers in view.

    Parameters
    ----------
    dataset : Dataset
    selection : Selection

    Raises
    ------
    EmptyViewError
        Nobody is.
    """
    if selection.matching is None and selection.history in _of_all:
        return _of_all[selection.history]
    marks = (
        *(replace(one, attribute=mark_name(one.attribute)) for one in attribute_marks(dataset, selection.as_of)),
        *habit_marks(selection),
        *order_marks(selection),
        *content_marks(dataset, selection),
        *survey_marks(dataset, selection.as_of),
    )
    found = Description(marks, selection.shown)
    if selection.matching is None:
        _of_all[selection.history] = found
    return found
