"""The circles of all buyers, and how like the core each of them and each potential customer is."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.access import Dataset
from core.attributes import AGE, AGE_BANDS, ages, birth_column
from core.personas.circles import CORE, NEAR_TARGET, OTHER, circles
from core.personas.found import Fitted
from core.personas.kinds import ALL, kinds_of
from core.personas.likeness import Likeness, fit_likeness, known_of
from core.survey import Survey

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

_FIT_SAMPLE = 50_000


@dataclass(frozen=True, eq=False)
class Ranking:
    """Circles and likeness of all buyers.

    Parameters
    ----------
    kinds : tuple of str
        Of :class:`core.personas.fit.Fitted`, or ``("all",)`` where it has none.
    kind : ndarray of int64, shape (buyers,)
        Position in ``kinds``.
    circle : ndarray of int64, shape (buyers,)
        Position in :data:`core.personas.circles.CIRCLES`.
    likeness : ndarray, shape (buyers,)
        Percent, see :meth:`core.personas.likeness.Likeness.percent`; NaN where likeness tells nothing.
    found : tuple of Likeness
        One a kind.
    attributes_only : tuple of Likeness
        The same by attributes alone, which is what is known of potential customers.
    """

    kinds: tuple[str, ...]
    kind: Codes
    circle: Codes
    likeness: Floats
    found: tuple[Likeness, ...]
    attributes_only: tuple[Likeness, ...]


def rank(fitted: Fitted, survey: Survey | None) -> Ranking:
    """Tell the circles of all buyers.

    Parameters
    ----------
    fitted : Fitted
    survey : Survey or None

    Returns
    -------
    Ranking
        Of the customers who are not active, those at least as like the core as the middle one are ``near_target``.
    """
    behaviour, attributes = fitted.behaviour, fitted.attributes
    kinds = tuple(kind.kind for kind in fitted.kinds) or (ALL,)
    kind = np.maximum(fitted.kind.astype(np.int64), 0)
    content = np.full(len(behaviour), np.nan) if survey is None else survey.loyalty()[behaviour.customer]
    circle, likeness = np.full(len(behaviour), OTHER), np.full(len(behaviour), np.nan)
    found, by_attributes = [], []
    for place in range(len(kinds)):
        rows = np.flatnonzero(kind == place)
        circle[rows] = circles(behaviour, rows, content[rows])
        known = known_of(behaviour, rows, attributes)
        core = circle[rows] == CORE
        step = -(-len(rows) // _FIT_SAMPLE) or 1
        alike = fit_likeness(known.iloc[::step].reset_index(drop=True), core[::step])
        found.append(alike)
        by_attributes.append(fit_likeness(attributes.iloc[rows[::step]].reset_index(drop=True), core[::step]))
        if alike.tells:
            likeness[rows] = alike.percent(known)
        lapsed = rows[circle[rows] == OTHER]
        if len(lapsed):
            near = (
                likeness[lapsed] >= np.median(likeness[lapsed]) if alike.tells else np.ones(len(lapsed), dtype=np.bool_)
            )
            circle[lapsed[near]] = NEAR_TARGET
    return Ranking(kinds, kind, circle, likeness, tuple(found), tuple(by_attributes))


def rank_potential(dataset: Dataset, fitted: Fitted, ranking: Ranking, as_of: int) -> pd.DataFrame:
    """Customers that never ordered, by their likeness to the core.

    Parameters
    ----------
    dataset : Dataset
    fitted : Fitted
    ranking : Ranking
    as_of : int
        Day number that ages are counted to.

    Returns
    -------
    pandas.DataFrame
        customer_id, kind, likeness (percent, by attributes alone; NaN where those tell nothing) and the attributes; most alike first,
        ties by id.
    """
    table = dataset.without_orders()
    attributes = as_bands(table.drop(columns="customer_id").reset_index(drop=True), fitted.attributes, as_of)
    kind = _kinds(table, ranking)
    likeness = np.full(len(table), np.nan)
    for place, alike in enumerate(ranking.attributes_only):
        rows = np.flatnonzero(kind == place)
        if alike.tells and len(rows):
            likeness[rows] = alike.percent(attributes.iloc[rows].reset_index(drop=True))
    names = np.array(ranking.kinds, dtype=object)
    found = pd.DataFrame({"customer_id": table["customer_id"].to_numpy(), "kind": names[kind], "likeness": likeness})
    found = pd.concat([found, attributes.astype(object)], axis=1)
    return found.sort_values(["likeness", "customer_id"], ascending=[False, True], ignore_index=True)


def as_bands(table: pd.DataFrame, like: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """Attributes in the values and bands of others.

    Parameters
    ----------
    table : pandas.DataFrame
        Attributes as they were given.
    like : pandas.DataFrame of category
        What :func:`core.attributes.group_attributes` made of the same columns of other customers.
    as_of : int
        Day number.

    Returns
    -------
    pandas.DataFrame of category
        The columns of ``like``; values that the others don't have are missing.
    """
    placed = {}
    for name in like:
        labels = [str(label) for label in like[name].cat.categories]
        if name == AGE and name not in table:
            age = ages(table[birth_column(list(map(str, table.columns)))], as_of)
            lows = [int(label[:2]) for label in AGE_BANDS[1:]]
            codes = np.where(np.isnan(age), -1, np.searchsorted(lows, np.nan_to_num(age), side="right"))
            placed[name] = pd.Categorical.from_codes(codes, list(AGE_BANDS))
            continue
        column = table[name]
        if labels and all(" to " in label for label in labels) and pd.api.types.is_numeric_dtype(column):
            values = column.to_numpy(dtype=np.float64, na_value=np.nan)
            ends = [float(label.partition(" to ")[0]) for label in labels]
            codes = np.where(np.isnan(values), -1, np.maximum(np.searchsorted(ends, values, side="right") - 1, 0))
            placed[name] = pd.Categorical.from_codes(codes, labels)
        else:
            text = column.map(_written, na_action="ignore").astype(object)
            placed[name] = pd.Categorical(text, categories=labels)
    return pd.DataFrame(placed, index=table.index)


def _written(value: object) -> str:
    return f"{value:g}" if isinstance(value, float | np.floating) else str(value)


def _kinds(table: pd.DataFrame, ranking: Ranking) -> Codes:
    """The kind of each, the more numerous one where it is not known."""
    most = int(np.bincount(ranking.kind, minlength=len(ranking.kinds)).argmax()) if len(ranking.kind) else 0
    told = kinds_of(table, both=False) if len(ranking.kinds) > 1 else None
    if told is None:
        return np.full(len(table), most)
    known = {name: place for place, name in enumerate(ranking.kinds)}
    return np.array([known.get(one, most) for one in told], dtype=np.int64)
