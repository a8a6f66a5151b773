"""Every classification of customers by name, whichever analysis makes it: the one place that brings analyses together."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core import analyses, features
from core.access import Dataset
from core.attribute_labels import labelled, tells_apart
from core.classification import Classification
from core.errors import BadParameterError
from core.filters import DIMENSIONS, Filters
from core.history import MISSING
from core.rulers import RULED, Ruler, ruler
from core.timeline import Standing, Timeline

NAMES: tuple[str, ...] = (
    "abc",
    "xyz",
    "abc_xyz",
    "rfm_segment",
    "recency",
    "frequency",
    "monetary",
    "region",
    "channel",
    "persona",
    "tier",
)
ATTRIBUTE = "attribute:"


def available(dataset: Dataset) -> tuple[str, ...]:
    """The classifications that the data have what it takes for.

    Parameters
    ----------
    dataset : Dataset

    Returns
    -------
    tuple of str
        Of :data:`NAMES`, without a region or channel that no order names, then ``attribute:<column>`` for each attribute that
        tells customers apart. Whether there are customers enough for personas and tiers, only :func:`classify` can tell.
    """
    attributes = dataset.attributes()
    return (*_of_orders(dataset), *(f"{ATTRIBUTE}{column}" for column in attributes if tells_apart(attributes[column])))


def movable(dataset: Dataset) -> tuple[str, ...]:
    """Those of them that can be made at one date and laid on another: not personas, and not what customers are known by today."""
    return tuple(name for name in _of_orders(dataset) if name in RULED)


def _of_orders(dataset: Dataset) -> tuple[str, ...]:
    labels = dataset.history.labels
    return tuple(name for name in NAMES if name not in DIMENSIONS or set(labels.get(name, ())) - {MISSING})


def classify(dataset: Dataset, filters: Filters, name: str) -> Classification:
    """Class the customers in view.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
    name : str
        Of :func:`available`. Analyses are at their default settings. Region and channel are where most of a customer's matching
        purchases were; of equal ones where most net revenue was, then the first by label.

    Returns
    -------
    Classification
        Each customer in view has a label, all others -1.

    Raises
    ------
    BadParameterError
        The data can't be classed so.
    EmptyViewError
        Nobody bought within the filter.
    """
    return Classifier(dataset, filters).classify(name)


def ruler_for(dataset: Dataset, when: Timeline, step: int, name: str) -> Ruler:
    """The classes of a classification by the cuts of one date, for any date.

    Parameters
    ----------
    dataset : Dataset
    when : Timeline
        Of the standings that will be asked for.
    step : int
        Whose date sets the cuts; somebody must be in view then.
    name : str
        Of :func:`movable`.

    Raises
    ------
    BadParameterError
        The data can't be classed so at another date.
    """
    check(name, movable(dataset), "classification that can be laid on another date called")
    return ruler(dataset, when, step, name)


class Classifier:
    """Classifications of one view, which share what they measure.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters

    Raises
    ------
    EmptyViewError
        Nobody bought within the filter.
    """

    def __init__(self, dataset: Dataset, filters: Filters) -> None:
        self._dataset = dataset
        self._filters = filters
        self.selection = features.select(dataset.history, filters)
        self.shown: NDArray[np.int64] = self.selection.shown

    def classify(self, name: str) -> Classification:
        """See :func:`classify`."""
        if name in _of_orders(self._dataset):
            return self._personas() if name == "persona" else self._ruled(name)
        # Only now are the attributes read.
        check(name, available(self._dataset), "classification")
        return self._attribute(name)

    @cached_property
    def _now(self) -> tuple[Timeline, Standing]:
        selection = self.selection
        when = Timeline(selection, "revenue", (selection.as_of,))
        classed = when.classed_at(0)
        return when, Standing(0, selection.as_of, selection.in_view, classed.purchases, classed.money, classed.last_day)

    def _ruled(self, name: str) -> Classification:
        when, standing = self._now
        made = ruler(self._dataset, when, 0, name)
        return Classification(name, made.labels, made.codes(standing))

    def _personas(self) -> Classification:
        analysis = analyses.load("personas")
        made: Classification = analysis.run(self._dataset, self._filters, analysis.params()).classification()  # type: ignore[attr-defined]
        if not made.labels:
            raise BadParameterError(
                "there are no personas here: too few customers, or nothing tells them apart",
                todo="Choose another classification.",
            )
        return made

    def _attribute(self, name: str) -> Classification:
        codes, labels = labelled(self._dataset.attributes()[name.removeprefix(ATTRIBUTE)])
        codes[~self.selection.in_view] = -1
        return Classification(name, labels, codes)


def check(name: str, names: tuple[str, ...], what: str) -> None:
    """Raise when a name is none of those there are.

    Raises
    ------
    BadParameterError
    """
    if name not in names:
        raise BadParameterError(f"there is no {what} '{name}' here", expected="one of " + ", ".join(names))
