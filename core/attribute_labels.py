"""Customer attributes as classes: one label a customer, few enough to be shown side by side."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.attributes import MOST_VALUES
from core.history import MISSING
from core.scoring import equal_count_cuts, score

OTHER = "(other)"
MOST_LABELS = 30
_QUARTERS = 4

Labelled = tuple[NDArray[np.int16], tuple[str, ...]]


def tells_apart(column: pd.Series) -> bool:
    """Whether an attribute makes classes: at least two values, and not text that is nearly different for everybody."""
    different, known = int(column.nunique()), int(column.count())
    return different > 1 and (_is_measure(column) or different <= max(known // 2, MOST_VALUES))


def labelled(column: pd.Series) -> Labelled:
    """Codes and labels of an attribute.

    Parameters
    ----------
    column : pandas.Series, shape (customers,)
        Text, truth values, numbers or dates.

    Returns
    -------
    codes : ndarray of int16, shape (customers,)
    labels : tuple of str
        Numbers and dates with more than 20 values by quarters of the customers ("18 to 33"), rising; other values in their order.
        Of more than 30 labels the largest by customers stay, and "(other)" follows them; unknown values are "(missing)", the last.
    """
    values = column.reset_index(drop=True)
    if _is_measure(values) and values.nunique() > MOST_VALUES:
        codes, labels = _quarters(values)
    else:
        codes, labels = _each(values)
    codes, labels = _merged(codes, labels)
    if (codes < 0).any():
        codes, labels = np.where(codes < 0, len(labels), codes), (*labels, MISSING)
    return codes.astype(np.int16), labels


def _is_measure(column: pd.Series) -> bool:
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    return bool(numeric or pd.api.types.is_datetime64_any_dtype(column))


def _each(values: pd.Series) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Each value a class, in the order of numbers, dates or text."""
    if _is_measure(values):
        codes, known = pd.factorize(values, sort=True)
        return codes, tuple(_written(value) for value in known)
    text = values.map(str, na_action="ignore").astype(object)
    codes, known = pd.factorize(text.mask(text == MISSING), sort=True)
    return codes, tuple(str(value) for value in known)


def _quarters(values: pd.Series) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    codes = np.full(len(values), -1, dtype=np.int64)
    known = np.flatnonzero(values.notna())
    present = values.iloc[known]
    ranks = present.rank(method="dense").to_numpy().astype(np.int64)
    groups = score(ranks, equal_count_cuts(ranks, _QUARTERS))
    there, codes[known] = np.unique(groups, return_inverse=True)
    spans = present.groupby(groups).agg(["min", "max"]).loc[there]
    labels = (f"{_written(low)} to {_written(high)}" for low, high in spans.itertuples(index=False))
    return codes, tuple(labels)


def _written(value: object) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else f"{value:.10g}"


def _merged(codes: NDArray[np.int64], labels: tuple[str, ...]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """The largest labels in their order, and one for the others."""
    room = MOST_LABELS - bool((codes < 0).any())
    if len(labels) <= room:
        return codes, labels
    size = np.bincount(codes[codes >= 0], minlength=len(labels))
    if OTHER in labels:
        # What the data call so joins the others.
        size[labels.index(OTHER)] = -1
    kept = np.sort(np.argsort(-size, kind="stable")[: room - 1])
    place = np.full(len(labels) + 1, len(kept), dtype=np.int64)
    place[kept] = np.arange(len(kept))
    # Nobody's value, -1, takes the last place.
    place[-1] = -1
    return place[codes], (*(labels[code] for code in kept), OTHER)
