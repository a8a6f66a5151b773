"""Limits of the ABC classes in value, and how far each customer is from the classes beside its own."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analyses._abc_classes import Basis, Regularity, abc_limits
from core.analyses._abc_params import ABC, AbcXyzParams
from core.money import SCALE


@dataclass(frozen=True)
class AbcRuler:
    """The ABC classes of one date as limits in value, to class the values of another date by.

    Parameters
    ----------
    a_from, b_from : int
        The smallest value in A, and in A and B together, in money units (0.0001; for orders, of an order).
    """

    a_from: int
    b_from: int
    labels: tuple[str, ...] = ABC

    def codes(self, value: NDArray[np.int64]) -> NDArray[np.int16]:
        """Positions in ``labels``.

        Parameters
        ----------
        value : ndarray of int64
            Money units.

        Returns
        -------
        ndarray of int16, same shape
        """
        codes = (value < self.a_from).astype(np.int16) + (value < self.b_from)
        codes[value <= 0] = ABC.index("nonpositive")
        return codes


def ruler(basis: Basis, params: AbcXyzParams) -> AbcRuler:
    """The limits that the ranked values set; a first positive value would be A."""
    positive = int(np.count_nonzero(basis.value > 0))
    if not positive:
        return AbcRuler(1, 1)
    a_end, b_end = np.searchsorted(basis.before[:positive], abc_limits(params))
    return AbcRuler(int(basis.value[a_end - 1]), int(basis.value[b_end - 1]))


def abc_distances(
    basis: Basis, limits: AbcRuler, codes: NDArray[np.int8]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How much more value lifts each one in view into the next better class that holds somebody, and how much it can lose.

    Returns
    -------
    gap : ndarray of float64
        The smallest value of the better class less one's own, in the currency; NaN in the best.
    room : ndarray of float64
        One's own value less the smallest of one's class; NaN in the lowest class of positive values, and where value is not positive.

    Notes
    -----
    Limits are taken as they stand: when a value moves, the total does, and the shares of others with it.
    """
    value = basis.value[basis.shown]
    positive = basis.value[basis.value > 0]
    if not len(positive):
        return np.full(len(value), np.nan), np.full(len(value), np.nan)
    # Where each class begins; one that holds nobody begins where the next better does.
    starts = np.array([limits.a_from, limits.b_from, positive[-1]])
    better = np.r_[np.nan, starts][codes]
    own = np.r_[np.where(starts > positive[-1], starts, np.nan), np.nan][codes]
    return (better - value) / SCALE, (value - own) / SCALE


def xyz_distance(found: Regularity, params: AbcXyzParams, codes: NDArray[np.int8]) -> NDArray[np.float64]:
    """Percentage points of variation above the cut of the next better class; NaN in the best, and where there is no class."""
    gap = np.full(len(codes), np.nan)
    if params.xyz != "syntetos_boylan":
        for code in (1, 2):
            members = codes == code
            gap[members] = 100 * (found.demand.cv[members] - found.cuts[code - 1])
    return gap
