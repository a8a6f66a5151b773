"""For whom a rule holds: what it asks of customers as they stand at a date."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.attributes import ages, birth_column
from core.days import NO_DAY
from core.errors import BadParameterError
from core.features import Selection
from core.history import MISSING
from core.money import SCALE
from core.rules.compare import Floats, Mask, compared, holds_dates, only
from core.rules.grammar import DEEPEST
from core.rules.names import AGE, ATTRIBUTE, BOUGHT, MEASURES, OWN_FIELD, TODAY_ONLY, resolve
from core.rules.tree import Every, Not, Rule, Some, Test, fields_of, tests_of
from core.survey import SURVEY, Survey
from core.survey import answers as survey_of
from core.timeline import Standing

# The labels of a classification, and each customer's position in them (-1: none).
Labelled = tuple[tuple[str, ...], NDArray[np.integer]]


class Answers:
    """What rules ask, of the customers of one view.

    Parameters
    ----------
    dataset : Dataset
    selection : Selection
    classes : tuple of str
        Classifications that rules may name.
    labelled : callable
        ``labelled(name, standing)`` gives the labels of such a classification and each customer's code.
    """

    def __init__(
        self,
        dataset: Dataset,
        selection: Selection,
        classes: tuple[str, ...],
        labelled: Callable[[str, Standing], Labelled],
    ) -> None:
        self._dataset, self._selection = dataset, selection
        self._classes, self._labelled = classes, labelled
        self._inside: list[str] = []
        self._strangers: dict[tuple[str, str], None] = {}
        self._met_at: Standing | None = None
        self._met: dict[tuple[str, bool], Mask] = {}

    @property
    def strangers(self) -> tuple[tuple[str, str], ...]:
        """Names asked for that nobody bears, as (what was asked, name): they may be misspelt."""
        return tuple(self._strangers)

    def holds(self, rule: Rule, at: Standing, turned: bool = False) -> Mask:
        """Whether a rule holds for each customer; shape (customers,).

        Parameters
        ----------
        rule : Rule
        at : Standing
        turned : bool
            Whether its opposite is asked. Of an answer to a survey that takes an answer: who gave none meets neither.

        Raises
        ------
        BadParameterError
            The rule asks what these data don't have, compares what can't be compared, or goes in a circle.
        """
        match rule:
            case Not():
                return self.holds(rule.of, at, not turned)
            case Every() | Some():
                # What is turned round is so down to its conditions (De Morgan).
                parts = (self.holds(part, at, turned) for part in rule.of)
                return self._joined(parts, isinstance(rule, Every) != turned)
        field = resolve(self._dataset, rule.field, self._classes)
        if field == OWN_FIELD:
            return self._own(rule, at, turned)
        found = self._test(rule, field, at)
        if not turned:
            return found
        if field.startswith(SURVEY) and rule.op not in ("known", "unknown"):
            return self.answered(field) & ~found
        return ~found

    def answered(self, field: str) -> Mask:
        """Who answered the question ``survey:<question>`` up to the as-of day; shape (customers,)."""
        return self._said(Test(field, "known"), field)

    def _joined(self, masks: Iterator[Mask], every: bool) -> Mask:
        found: Mask = np.full(self._dataset.history.n_customers, every)
        for mask in masks:
            found = found & mask if every else found | mask
        return found

    def _test(self, test: Test, field: str, at: Standing) -> Mask:
        if field in MEASURES:
            return compared(test, self._measure(field, at))
        if field == BOUGHT:
            return self._bought(test)
        if field == AGE:
            column = birth_column(self._dataset.attribute_names)
            return compared(test, ages(self._attributes[column], at.day))
        if field.startswith(ATTRIBUTE):
            return self._attribute(test, field.removeprefix(ATTRIBUTE))
        if field.startswith(SURVEY):
            return self._said(test, field)
        labels, codes = self._labelled(field, at)
        return self._is_one_of(test, labels, codes)

    # ---- Orders

    def _measure(self, name: str, at: Standing) -> Floats:
        history = self._selection.history
        match name:
            case "orders":
                return at.purchases.astype(np.float64)
            case "revenue":
                return at.money / SCALE
            case "margin":
                return features.per_customer(history, history.value("margin"), self._selection.classed) / SCALE
            case "order_value":
                with np.errstate(divide="ignore", invalid="ignore"):
                    return np.where(at.purchases > 0, at.money / SCALE / at.purchases, np.nan)
            case "days_since_last_order":
                return np.where(at.purchases > 0, at.day - at.last_day.astype(np.float64), np.nan)
        first = history.first_purchase.astype(np.float64)
        return np.where((first < NO_DAY) & (first <= at.day), at.day - first, np.nan)

    def _bought(self, test: Test) -> Mask:
        from core.profiles.contents import contents_of

        inside = contents_of(self._dataset, self._selection)
        if test.op not in ("=", "!="):
            raise only(test, "=, != or in, with names of categories")
        wanted = self._places(test, inside.categories)
        some: Mask = np.count_nonzero(inside.bought[:, wanted], axis=1) > 0
        return some if test.op == "=" else ~some

    # ---- Other segments

    def _own(self, test: Test, at: Standing, turned: bool) -> Mask:
        if test.op not in ("=", "!="):
            raise only(test, "=, != or in, with names of own segments")
        outside = (test.op == "!=") != turned
        return self._joined((self._one_own(name, at, outside) for name in test.values), every=outside)

    def _one_own(self, name: str, at: Standing, outside: bool) -> Mask:
        if self._met_at is not at:
            self._met_at, self._met = at, {}
        with self._within(name):
            # Once a date, however many others ask for it.
            if (name, outside) not in self._met:
                self._met[name, outside] = self.holds(self._dataset.own_segments.rule(name), at, outside)
        return self._met[name, outside]

    @contextmanager
    def _within(self, name: str) -> Iterator[None]:
        _check_inside(name, self._inside)
        self._inside.append(name)
        try:
            yield
        finally:
            self._inside.pop()

    # ---- Attributes

    @cached_property
    def _attributes(self) -> pd.DataFrame:
        return self._dataset.attributes()

    def _attribute(self, test: Test, name: str) -> Mask:
        column = self._attributes[name].reset_index(drop=True)
        if pd.api.types.is_datetime64_any_dtype(column) or holds_dates(column):
            days = pd.to_datetime(column, errors="coerce").to_numpy(dtype="datetime64[D]").astype(np.float64)
            return compared(test, np.where(column.isna(), np.nan, days), dates=True)
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            return compared(test, column.to_numpy(dtype=np.float64, na_value=np.nan))
        codes, values = pd.factorize(column.map(str, na_action="ignore").astype(object))
        return self._is_one_of(test, tuple(str(value) for value in values), codes)

    # ---- Answers to a survey

    @cached_property
    def _survey(self) -> Survey | None:
        return survey_of(self._dataset, self._selection.as_of)

    def _said(self, test: Test, field: str) -> Mask:
        """By the latest answer of each customer up to the as-of day."""
        question, survey = field.removeprefix(SURVEY), self._survey
        if survey is None or question not in survey.questions:
            return np.full(self._dataset.history.n_customers, test.op == "unknown")
        kind = survey.kind(question)
        if kind == "score":
            return compared(test, survey.scores(question))
        if kind == "text" and test.op not in ("known", "unknown"):
            raise only(test, "is known or is unknown: it was answered in words of their own")
        return self._is_one_of(test, *survey.latest(question))

    # ---- Names

    def _is_one_of(self, test: Test, labels: tuple[str, ...], codes: NDArray[np.integer]) -> Mask:
        known = codes >= 0
        if MISSING in labels:
            known &= codes != labels.index(MISSING)
        if test.op in ("known", "unknown"):
            return known if test.op == "known" else ~known
        if test.op not in ("=", "!="):
            raise only(test, "=, != or in")
        one = np.isin(codes, self._places(test, labels))
        return known & (one if test.op == "=" else ~one)

    def _places(self, test: Test, labels: tuple[str, ...]) -> list[int]:
        """Positions of the values asked for; letters small or large are the same where no label is exactly so.

        A value that nobody bears is nobody's: a saved rule must hold where a reader sees a part of the company, too.
        """
        lowered = [label.lower() for label in labels]
        found: list[int] = []
        for value in test.values:
            exact = [labels.index(value)] if value in labels else []
            there = exact or [place for place, label in enumerate(lowered) if label == value.lower()]
            if not there:
                self._strangers[test.field, value] = None
            found += there
        return found


def movable_fields(rule: Rule, dataset: Dataset, classes: tuple[str, ...], movable: tuple[str, ...]) -> bool:
    """Whether all that a rule asks can be told of any date.

    Parameters
    ----------
    rule : Rule
    dataset : Dataset
    classes : tuple of str
        Classifications that rules may name.
    movable : tuple of str
        Those that can be laid on another date.
    """
    asked = {field for field, _ in asked_by(rule, dataset, classes)}
    return asked <= ({*MEASURES} - {*TODAY_ONLY}) | {*movable} | {OWN_FIELD}


def asked_by(rule: Rule, dataset: Dataset, classes: tuple[str, ...]) -> set[tuple[str, str]]:
    """What a rule and the own segments within it ask: pairs of full name and the name as written.

    Raises
    ------
    BadParameterError
        They ask what these data don't have, go in a circle, or lie too deep in each other.
    """
    found: set[tuple[str, str]] = set()
    read: set[str] = set()

    def ask(of: Rule, inside: tuple[str, ...]) -> None:
        found.update((resolve(dataset, name, classes), name) for name in fields_of(of))
        for name in (name for test in _own_tests(of) for name in test.values):
            _check_inside(name, inside)
            if name not in read:
                read.add(name)
                ask(dataset.own_segments.rule(name), (*inside, name))

    ask(rule, ())
    return found


def _check_inside(name: str, inside: Sequence[str]) -> None:
    """Raise where an own segment is part of itself, or of too many others that are parts of each other."""
    if name in inside:
        circle = " → ".join([*inside[inside.index(name) :], name])
        raise BadParameterError("own segments go in a circle", found=circle, todo="Take one out of another's rule.")
    if len(inside) >= DEEPEST:
        raise BadParameterError("own segments lie too deep in each other", expected=f"at most {DEEPEST}", found=name)


def _own_tests(rule: Rule) -> list[Test]:
    return [test for test in tests_of(rule) if test.field.lower() == OWN_FIELD]
