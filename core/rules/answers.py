"""For whom a rule holds: what it asks of customers as they stand at a date."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
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
from core.rules.names import AGE, ATTRIBUTE, BOUGHT, MEASURES, OWN_FIELD, TODAY_ONLY, resolve
from core.rules.tree import Every, Not, Rule, Some, Test, fields_of, tests_of
from core.timeline import Standing

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
# The labels of a classification, and each customer's position in them (-1: none).
Labelled = tuple[tuple[str, ...], NDArray[np.integer]]

_ORDER: dict[str, Callable[[Floats, float], Mask]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "=": np.equal,
    "!=": np.not_equal,
}


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

    @property
    def strangers(self) -> tuple[tuple[str, str], ...]:
        """Names asked for that nobody bears, as (what was asked, name): they may be misspelt."""
        return tuple(self._strangers)

    def holds(self, rule: Rule, at: Standing) -> Mask:
        """Whether a rule holds for each customer; shape (customers,).

        Parameters
        ----------
        rule : Rule
        at : Standing

        Raises
        ------
        BadParameterError
            The rule asks what these data don't have, compares what can't be compared, or goes in a circle.
        """
        match rule:
            case Not():
                return ~self.holds(rule.of, at)
            case Every():
                return ~self._some([Not(part) for part in rule.of], at)
            case Some():
                return self._some(rule.of, at)
        return self._test(rule, at)

    def _some(self, rules: Iterable[Rule], at: Standing) -> Mask:
        found: Mask = np.zeros(self._dataset.history.n_customers, dtype=np.bool_)
        for rule in rules:
            found[self.holds(rule, at)] = True
        return found

    def _test(self, test: Test, at: Standing) -> Mask:
        field = resolve(self._dataset, test.field, self._classes)
        if field in MEASURES:
            return _compare(test, self._measure(field, at))
        if field == OWN_FIELD:
            return self._own(test, at)
        if field == BOUGHT:
            return self._bought(test)
        if field == AGE:
            column = birth_column(self._dataset.attribute_names)
            return _compare(test, ages(self._attributes[column], at.day))
        if field.startswith(ATTRIBUTE):
            return self._attribute(test, field.removeprefix(ATTRIBUTE))
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
            raise _only(test, "=, != or in, with names of categories")
        wanted = self._places(test, inside.categories)
        some = np.count_nonzero(inside.bought[:, wanted], axis=1) > 0
        return _turned(some, test)

    # ---- Other segments

    def _own(self, test: Test, at: Standing) -> Mask:
        if test.op not in ("=", "!="):
            raise _only(test, "=, != or in, with names of own segments")
        own = self._dataset.own_segments
        found: Mask = np.zeros(self._dataset.history.n_customers, dtype=np.bool_)
        for name in test.values:
            with self._within(name):
                found[self.holds(own.rule(name), at)] = True
        return _turned(found, test)

    @contextmanager
    def _within(self, name: str) -> Iterator[None]:
        if name in self._inside:
            circle = " → ".join([*self._inside[self._inside.index(name) :], name])
            raise BadParameterError("own segments go in a circle", found=circle, todo="Take one out of another's rule.")
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
        if pd.api.types.is_datetime64_any_dtype(column) or _holds_dates(column):
            days = pd.to_datetime(column, errors="coerce").to_numpy(dtype="datetime64[D]").astype(np.float64)
            return _compare(test, np.where(column.isna(), np.nan, days), dates=True)
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            return _compare(test, column.to_numpy(dtype=np.float64, na_value=np.nan))
        codes, values = pd.factorize(column.map(str, na_action="ignore").astype(object))
        return self._is_one_of(test, tuple(str(value) for value in values), codes)

    # ---- Names

    def _is_one_of(self, test: Test, labels: tuple[str, ...], codes: NDArray[np.integer]) -> Mask:
        known = codes >= 0
        if MISSING in labels:
            known &= codes != labels.index(MISSING)
        if test.op in ("known", "unknown"):
            return known if test.op == "known" else ~known
        if test.op not in ("=", "!="):
            raise _only(test, "=, != or in")
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


def asked_by(
    rule: Rule, dataset: Dataset, classes: tuple[str, ...], seen: tuple[str, ...] = ()
) -> set[tuple[str, str]]:
    """What a rule and the own segments within it ask: pairs of full name and the name as written.

    Raises
    ------
    BadParameterError
        They ask what these data don't have, or go in a circle.
    """
    found = {(resolve(dataset, name, classes), name) for name in fields_of(rule)}
    for test in _own_tests(rule):
        for name in test.values:
            if name in seen:
                raise BadParameterError("own segments go in a circle", found=" → ".join((*seen, name)))
            found |= asked_by(dataset.own_segments.rule(name), dataset, classes, (*seen, name))
    return found


def _own_tests(rule: Rule) -> list[Test]:
    return [test for test in tests_of(rule) if test.field.lower() == OWN_FIELD]


def _turned(mask: Mask, test: Test) -> Mask:
    """Who is meant by = or, turned round, by !=."""
    found: Mask = mask if test.op == "=" else ~mask
    return found


def _compare(test: Test, numbers: Floats, dates: bool = False) -> Mask:
    """Compare numbers; a customer whose number is unknown only meets "is unknown"."""
    known = ~np.isnan(numbers)
    if test.op in ("known", "unknown"):
        return known if test.op == "known" else ~known
    values = [_number(test, value, dates) for value in test.values]
    with np.errstate(invalid="ignore"):
        if test.op == "from":
            return known & (numbers >= values[0]) & (numbers <= values[1])
        if test.op in ("=", "!="):
            one = np.isin(numbers, values)
            return known & (one if test.op == "=" else ~one)
        return known & _ORDER[test.op](numbers, values[0])


def _number(test: Test, text: str, dates: bool) -> float:
    try:
        if dates:
            return float((np.datetime64(date.fromisoformat(text), "D")).astype(np.int64))
        value = float(text.replace("_", "x").replace("\u2212", "-"))
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        expected = "a date such as 2011-12-09" if dates else "a number such as 90 or 12.5"
        raise BadParameterError(f"'{test.field}' can't be compared with '{text}'", expected=expected)
    return value


def _only(test: Test, expected: str) -> BadParameterError:
    return BadParameterError(f"'{test.field}' can't be compared with '{test.op}'", expected=expected)


_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _holds_dates(column: pd.Series) -> bool:
    first = column.dropna().head(20)
    return len(first) > 0 and all(isinstance(value, date) or bool(_DATE.fullmatch(str(value))) for value in first)
