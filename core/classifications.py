"""Every classification of customers by name, whichever analysis makes it: the one place that brings analyses together."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.attribute_labels import labelled, tells_apart
from core.classification import Classification
from core.errors import BadInputError, BadParameterError
from core.filters import DIMENSIONS, Filters
from core.history import MISSING
from core.own_segments import IN, OUT, OWN, RULE
from core.rulers import RULED, Ruler, ruler
from core.rules import Rule, parse_rule
from core.rules.answers import Answers, Labelled, asked_by, movable_fields
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
STEP = "step"


def available(dataset: Dataset) -> tuple[str, ...]:
    """The classifications that the data have what it takes for.

    Parameters
    ----------
    dataset : Dataset

    Returns
    -------
    tuple of str
        Of :data:`NAMES`, without a region or channel that no order names, ``step`` where there are touchpoints, then
        ``attribute:<column>`` for each attribute that tells customers apart, and ``own:<name>`` for each of the company's own
        segments that these data can tell. Whether there are customers enough for personas and tiers, only :func:`classify` can tell.
    """
    attributes = dataset.attributes()
    telling = (f"{ATTRIBUTE}{column}" for column in attributes if tells_apart(attributes[column]))
    return (*classes(dataset), *telling, *own(dataset))


def classes(dataset: Dataset) -> tuple[str, ...]:
    """Those that need neither attributes nor rules; a rule can name them."""
    step = (STEP,) if dataset.table("touchpoints") is not None else ()
    return (*_of_orders(dataset), *step)


def own(dataset: Dataset, laid_on_another_date: bool = False) -> tuple[str, ...]:
    """``own:<name>`` for each own segment whose rule these data can answer; none where the file is not right.

    Parameters
    ----------
    dataset : Dataset
    laid_on_another_date : bool
        Only those that can be told of any date.
    """
    try:
        segments = dataset.own_segments
    except BadInputError:
        # Whoever asks for one of them is told what is the matter.
        return ()
    return tuple(
        f"{OWN}{name}" for name in segments.names if _answerable(dataset, f"{OWN}{name}", laid_on_another_date)
    )


def movable(dataset: Dataset) -> tuple[str, ...]:
    """Those that can be made at one date and laid on another: not personas, and not what customers are known by today."""
    return (*_ruled(dataset), *own(dataset, laid_on_another_date=True))


def rule_of(dataset: Dataset, name: str) -> Rule | None:
    """The rule of ``own:<name>`` or ``rule:<text>``; None for all other classifications.

    Raises
    ------
    BadParameterError, BadInputError
        There is no such segment, or its rule can't be read.
    """
    if name.startswith(OWN):
        return dataset.own_segments.rule(name.removeprefix(OWN))
    return parse_rule(name.removeprefix(RULE)) if name.startswith(RULE) else None


def can_move(dataset: Dataset, name: str) -> bool:
    """Whether a classification can be laid on another date, one by a rule in the link included."""
    return name in _ruled(dataset) or (name.startswith((OWN, RULE)) and _answerable(dataset, name, True))


def _answerable(dataset: Dataset, name: str, laid_on_another_date: bool) -> bool:
    try:
        rule = rule_of(dataset, name)
        if rule is None:
            return False
        asked_by(rule, dataset, classes(dataset))
    except (BadInputError, BadParameterError):
        return False
    return not laid_on_another_date or movable_fields(rule, dataset, classes(dataset), _ruled(dataset))


def _ruled(dataset: Dataset) -> tuple[str, ...]:
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
    rule = rule_of(dataset, name)
    if rule is not None and can_move(dataset, name):
        return _RuleScale(dataset, when, step, rule)
    check(name, movable(dataset), "classification that can be laid on another date called")
    return ruler(dataset, when, step, name)


class _RuleScale:
    """Who meets a rule at any date; classes that it names are cut at one."""

    labels: tuple[str, ...] = (IN, OUT)

    def __init__(self, dataset: Dataset, when: Timeline, step: int, rule: Rule) -> None:
        self._rule = rule
        names = {field for field, _ in asked_by(rule, dataset, classes(dataset))} & {*_ruled(dataset)}
        self._scales = {name: ruler(dataset, when, step, name) for name in sorted(names)}
        self._answers = Answers(dataset, when.selection, classes(dataset), self._labelled)
        self._asked: dict[str, Labelled] = {}

    def codes(self, at: Standing) -> NDArray[np.int16]:
        """Position in ``labels``, -1 for those out of view; dates must not go back."""
        self._asked = {}
        codes = np.where(self._answers.holds(self._rule, at), 0, 1).astype(np.int16)
        codes[~at.in_view] = -1
        return codes

    def _labelled(self, name: str, at: Standing) -> Labelled:
        if name not in self._asked:
            scale = self._scales[name]
            self._asked[name] = scale.labels, scale.codes(at)
        return self._asked[name]


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
        self._made: dict[str, Classification] = {}

    def classify(self, name: str) -> Classification:
        """See :func:`classify`."""
        if name in self._made:
            return self._made[name]
        found = self._made[name] = self._classify(name)
        return found

    def meets(self, rule: Rule) -> NDArray[np.bool_]:
        """Whether each customer is in view and meets a rule; shape (customers,).

        Raises
        ------
        BadParameterError
            The rule asks what these data don't have.
        """
        return self.answers.holds(rule, self._now[1]) & self.selection.in_view

    @cached_property
    def answers(self) -> Answers:
        """What rules ask of the customers in view."""
        return Answers(self._dataset, self.selection, classes(self._dataset), self._labelled)

    def _labelled(self, name: str, _: Standing) -> Labelled:
        made = self.classify(name)
        return made.labels, made.codes

    def _classify(self, name: str) -> Classification:
        rule = rule_of(self._dataset, name)
        if rule is not None:
            codes = np.where(self.meets(rule), 0, 1).astype(np.int16)
            codes[~self.selection.in_view] = -1
            return Classification(name, (IN, OUT), codes)
        if name == STEP and name in classes(self._dataset):
            return self._steps()
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
        # Its libraries take long to load.
        from core.personas.classes import persona_classes

        made = persona_classes(self._dataset, self._filters)
        if not made.labels:
            raise BadParameterError(
                "there are no personas here: too few customers, or nothing tells them apart",
                todo="Choose another classification.",
            )
        return made

    def _steps(self) -> Classification:
        # Only few data have contacts.
        from core.journey.readiness import readiness

        made = readiness(self._dataset, self._filters)
        if made is None:
            raise BadParameterError(
                "the steps of customers can't be told here: no contact is of a known step",
                todo="Say on the Journey page what the names of steps mean.",
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
