"""ABC classes and RFM scores by the cuts of one date."""

import numpy as np
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.analyses._rfm_params import AXES, Axis, RfmParams
from core.analyses._rfm_ruler import Measured, RfmRuler, measure, ruler_of
from core.analyses.abc_xyz import ABC, AbcXyzParams, abc_ruler
from core.scoring import score
from core.timeline import Standing, Timeline


class AbcScale:
    """Limits of ABC in value.

    Parameters
    ----------
    dataset : Dataset
    when : Timeline
        Of the standings that will be asked for.
    step : int
        Whose date sets the limits.
    """

    labels: tuple[str, ...] = ABC

    def __init__(self, dataset: Dataset, when: Timeline, step: int) -> None:
        self._ruler = abc_ruler(dataset, when.filters_at(step), AbcXyzParams())

    def codes(self, at: Standing) -> NDArray[np.int16]:
        """Each customer's class, -1 for those out of view."""
        codes = self._ruler.codes(at.money)
        codes[~at.in_view] = -1
        return codes


class SegmentScale:
    """Cuts of recency, frequency and money, and the segments that they make.

    Parameters
    ----------
    dataset : Dataset
    when : Timeline
        Of the standings that will be asked for.
    step : int
        Whose date sets the cuts.
    """

    def __init__(self, dataset: Dataset, when: Timeline, step: int) -> None:
        self._ruler = _cut(dataset, when, step)
        self.labels: tuple[str, ...] = self._ruler.labels

    def codes(self, at: Standing) -> NDArray[np.int16]:
        """Each customer's segment, -1 for those out of view."""
        codes = self._ruler.codes(at.day, at.last_day, at.purchases, at.money)
        codes[~at.in_view] = -1
        return codes


def _cut(dataset: Dataset, when: Timeline, step: int) -> RfmRuler:
    """The cuts that RFM makes of everybody who is classed at a date."""
    if when.selection.shared:
        classed = when.classed_at(step)
        customer = np.flatnonzero(classed.purchases)
        recency = np.int32(when.ends[step]) - classed.last_day[customer].astype(np.int32)
        measured = Measured(customer, recency, classed.purchases[customer], classed.money[customer])
    else:
        measured = measure(features.select(dataset.history, when.filters_at(step)), "revenue", mean=False)
    return ruler_of(measured, RfmParams(), dataset.segment_rules)


class AxisScale:
    """Cuts of one axis of RFM; its scores are the labels, from "1", the worst.

    Parameters
    ----------
    dataset : Dataset
    when : Timeline
        Of the standings that will be asked for.
    step : int
        Whose date sets the cuts.
    axis : {"recency", "frequency", "monetary"}
    """

    def __init__(self, dataset: Dataset, when: Timeline, step: int, axis: Axis) -> None:
        self._axis = AXES.index(axis)
        self._cuts = _cut(dataset, when, step).cuts[self._axis]
        self.labels: tuple[str, ...] = tuple(str(group + 1) for group in range(len(self._cuts) + 1))

    def codes(self, at: Standing) -> NDArray[np.int16]:
        """Each customer's score less one, -1 for those out of view."""
        # Fewer days are better, so recency is scored on its negative.
        values = (at.last_day.astype(np.int32) - np.int32(at.day), at.purchases, at.money)[self._axis]
        codes = score(values, self._cuts).astype(np.int16) - np.int16(1)
        codes[~at.in_view] = -1
        return codes
