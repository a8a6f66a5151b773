"""Rulers: classes by the cuts of one date, laid on customers as they stand at any date."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.access import Dataset
from core.analyses._rfm_params import AXES
from core.filters import DIMENSIONS
from core.rulers.home import HomeScale
from core.rulers.regularity import XyzScale
from core.rulers.scores import AbcScale, AxisScale, SegmentScale
from core.timeline import Standing, Timeline


class Ruler(Protocol):
    """Classes by the cuts of one date.

    Attributes
    ----------
    labels : tuple of str
    """

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes."""

    def codes(self, at: Standing) -> NDArray[np.int16]:
        """Position in ``labels`` of each customer, -1 for those out of view; shape (customers,). Dates must not go back."""


class AbcXyzScale:
    """Both letters of the matrix: ``A_X`` to ``nonpositive_undefined``.

    Parameters
    ----------
    abc : AbcScale
    xyz : XyzScale
    """

    def __init__(self, abc: AbcScale, xyz: XyzScale) -> None:
        self._abc, self._xyz = abc, xyz
        self.labels: tuple[str, ...] = tuple(f"{a}_{x}" for a in abc.labels for x in xyz.labels)

    def codes(self, at: Standing) -> NDArray[np.int16]:
        """Position in ``labels``, -1 for those out of view."""
        codes = self._abc.codes(at) * np.int16(len(self._xyz.labels)) + self._xyz.codes(at)
        codes[~at.in_view] = -1
        return codes


RULED: tuple[str, ...] = ("abc", "xyz", "abc_xyz", "rfm_segment", *AXES, *DIMENSIONS, "tier")


def ruler(dataset: Dataset, when: Timeline, step: int, name: str) -> Ruler:
    """The ruler of a classification, cut at the date of a step.

    Parameters
    ----------
    dataset : Dataset
    when : Timeline
        Of the standings that will be asked for.
    step : int
        Somebody must be in view at its date.
    name : str
        Of :data:`RULED`, and the data must have what it needs.

    Raises
    ------
    BadParameterError
        No model of lifetime value can be fitted.
    """
    match name:
        case "abc":
            return AbcScale(dataset, when, step)
        case "xyz":
            return XyzScale(when)
        case "abc_xyz":
            return AbcXyzScale(AbcScale(dataset, when, step), XyzScale(when))
        case "rfm_segment":
            return SegmentScale(dataset, when, step)
        case "tier":
            # The models take long to import, and only they need them.
            from core.rulers.tiers import TierScale

            return TierScale(dataset, when, step)
        case "recency" | "frequency" | "monetary":
            return AxisScale(dataset, when, step, name)
        case _:
            return HomeScale(when, name)
