"""Everything that can be told of groups of customers: how they buy, who they are, when they order and what they said."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.access import Dataset
from core.days import to_day
from core.features import Selection
from core.filters import DIMENSIONS
from core.history import MISSING
from core.order_contents import DAY_PARTS
from core.personas.behaviour import Behaviour
from core.personas.evidence import ATTRIBUTE, BEHAVIOUR, SAID, TIME, quotes
from core.personas.habits import order_times, orders_by, share_of_events
from core.survey import TEXTS, Survey
from core.traits import COLUMNS, mean_traits, share_traits

Codes = NDArray[np.int64]

QUOTES = 4
WORDS_COLUMNS = ["persona", "question", "answer", "n", "day"]
# A number with so many different values is told by its mean.
_MANY_NUMBERS = 8
_MOST_REGIONS = 15


@dataclass(frozen=True, eq=False)
class People:
    """Customers in view, and what is known of them.

    Parameters
    ----------
    dataset : Dataset
    selection : Selection
    behaviour : Behaviour
        Of everybody who bought.
    attributes : pandas.DataFrame of category
        Of the same customers.
    survey : Survey or None
    place : ndarray of int64, shape (n,)
        Positions in ``behaviour`` of those in view, ascending.
    """

    dataset: Dataset
    selection: Selection
    behaviour: Behaviour
    attributes: pd.DataFrame
    survey: Survey | None
    place: Codes

    @property
    def customers(self) -> Codes:
        """The codes of those in view."""
        return self.behaviour.customer[self.place]

    def traits(self, groups: Codes, within: Codes, codes: list[str]) -> pd.DataFrame:
        """What sets groups apart.

        Parameters
        ----------
        groups : ndarray of int64, shape (n,)
            Position in ``codes`` of each customer in view; -1 for none.
        within : ndarray of int64, shape (groups,)
            The rest of a group are the others that bear its number.
        codes : list of str

        Returns
        -------
        pandas.DataFrame
            persona, attribute, value, share, rest_share, index, low, high, group (behaviour, attribute, time or said) and the other
            columns of :mod:`core.traits`; persona by persona.
        """
        if not codes:
            return pd.DataFrame(columns=["persona", *COLUMNS[1:8], "group", *COLUMNS[8:]])
        known = groups >= 0
        own = groups[known]
        parts = [
            mean_traits(self._behaviour[known], own, within).assign(about=BEHAVIOUR),
            share_traits(self._attributes[known], own, within).assign(about=ATTRIBUTE),
            *self._means(known, own, within),
            *(
                share_of_events(name, values, counts[known], own, within).assign(about=TIME)
                for name, (values, counts) in self._times.items()
            ),
            *self._said(known, own, within),
        ]
        traits = pd.concat([part for part in parts if len(part)], ignore_index=True)
        traits = traits.sort_values("group", kind="stable", ignore_index=True)
        names = np.array(codes, dtype=object)[traits["group"].to_numpy(dtype=np.int64)]
        return traits.assign(persona=names, group=traits["about"])[["persona", *COLUMNS[1:8], "group", *COLUMNS[8:]]]

    def words(self, groups: Codes, codes: list[str]) -> pd.DataFrame:
        """What members of the groups said in their own words: persona, question, answer, n, day."""
        empty = pd.DataFrame(columns=WORDS_COLUMNS)
        if self.survey is None or not codes:
            return empty
        everybody = np.full(self.survey.n_customers, -1, dtype=np.int64)
        everybody[self.customers] = groups
        asked = [question for question in self.survey.questions if self.survey.kind(question) == "text"]
        asked = [question for question in TEXTS if question in asked]
        parts = [quotes(self.survey.texts(question), everybody, codes, question, QUOTES) for question in asked]
        return pd.concat([empty, *parts], ignore_index=True) if parts else empty

    @cached_property
    def _behaviour(self) -> pd.DataFrame:
        """Behaviour as it is shown: the variation of the gaps is a ratio and so has an index; regularity is none."""
        frame = self.behaviour.frame.iloc[self.place]
        shown = frame.drop(columns="regularity")
        variation = (1 - frame["regularity"]) / (1 + frame["regularity"])
        shown.insert(shown.columns.get_loc("gap_days") + 1, "gap_variation", variation)
        return shown

    @property
    def told_by_shares(self) -> list[str]:
        """The attributes that are not told by their mean."""
        return [str(name) for name in self.attributes if name not in self._numbers]

    @cached_property
    def _attributes(self) -> pd.DataFrame:
        return self.attributes[self.told_by_shares].iloc[self.place]

    @cached_property
    def _numbers(self) -> dict[str, NDArray[np.float64]]:
        """Attributes with many numbers for values, such as incomes, which are told by their mean."""
        found = {}
        for name in self.attributes:
            column = self.attributes[name].cat
            labels = pd.to_numeric(pd.Series(list(column.categories), dtype=object), errors="coerce").to_numpy(
                np.float64
            )
            if len(labels) >= _MANY_NUMBERS and not np.isnan(labels).any() and labels.min() >= 0:
                found[str(name)] = np.append(labels, np.nan)[column.codes.to_numpy()[self.place]]
        return found

    def _means(self, known: NDArray[np.bool_], groups: Codes, within: Codes) -> list[pd.DataFrame]:
        if not self._numbers:
            return []
        numbers = pd.DataFrame({name: values[known] for name, values in self._numbers.items()})
        return [mean_traits(numbers, groups, within).assign(about=ATTRIBUTE)]

    @cached_property
    def _times(self) -> dict[str, tuple[tuple[str, ...], NDArray[np.float64]]]:
        """When and where they order: orders by weekday, month and region, lines by part of the day, as far as the data tell."""
        found = order_times(self.selection, self.customers)
        regions = self.selection.history.labels.get("region", ())
        if 1 < len(set(regions) - {MISSING}) <= _MOST_REGIONS:
            found["region"] = (regions, orders_by(self.selection, self.customers, "region"))
        if "hour" in self.dataset.info.known:
            filters = self.selection.filters
            choices = tuple((name, filters.choices(name)) for name in DIMENSIONS if filters.choices(name))
            first = to_day(filters.first) if filters.first else None
            told = self.dataset.order_contents(first, self.selection.as_of, choices)
            found["day_part"] = (DAY_PARTS, told.day_parts[self.customers].astype(np.float64))
        return found

    @cached_property
    def _answers(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """What they answered: choices as categories, scores as numbers."""
        if self.survey is None:
            nothing = pd.DataFrame(index=pd.RangeIndex(len(self.place)))
            return nothing, nothing
        return self.survey.table_of(self.customers)

    def _said(self, known: NDArray[np.bool_], groups: Codes, within: Codes) -> list[pd.DataFrame]:
        chosen, scored = self._answers
        parts = [share_traits(chosen[known], groups, within)] if len(chosen.columns) else []
        if len(scored.columns):
            parts.append(mean_traits(scored[known], groups, within))
        return [part.assign(about=SAID) for part in parts]
