"""Who customers are as axes beside how they buy: attributes with few values, by multiple correspondence analysis."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# What may describe a group where a company knows it, and never makes one.
PROTECTED = re.compile(
    r"ethnic|(^|_)race($|_)|racial|religi|faith|confession|denomination|caste|skin_?colou?r|nationality|"
    r"национальност|вероисповед|религи|民族|种族|宗教|信仰",
    re.IGNORECASE,
)
_KNOWN = 0.5
_RAREST = 0.005
_MOST_AXES = 6


@dataclass(frozen=True, eq=False)
class Told:
    """Attributes as a few axes, fitted on a sample.

    Parameters
    ----------
    levels : tuple of (attribute, values)
        Values that are too rare are left out.
    prior : ndarray, shape (values,)
        Share of each value, one attribute after the other.
    rotation : ndarray, shape (values, axes)
        All axes together weigh as much as so many measures of behaviour as there are attributes.

    Notes
    -----
    Greenacre (2017), Correspondence Analysis in Practice, chapter 18. Where an attribute of somebody is not known it pulls nowhere.
    """

    levels: tuple[tuple[str, tuple[str, ...]], ...]
    prior: Floats
    rotation: Floats

    @property
    def names(self) -> tuple[str, ...]:
        """The attributes."""
        return tuple(name for name, _ in self.levels)

    def place(self, attributes: pd.DataFrame, rows: NDArray[np.int64]) -> Floats:
        """Where customers stand, shape (rows, axes)."""
        # The same as indicators times the rotation: each attribute adds a row of a small table.
        weights = self.rotation / np.sqrt(self.prior)[:, None]
        placed = np.zeros((len(rows), self.rotation.shape[1]))
        at = 0
        for name, values in self.levels:
            part = slice(at, at + len(values))
            middle = self.prior[part] @ weights[part]
            table = np.vstack([weights[part] - middle, -middle, np.zeros_like(middle)])
            placed += table[_codes(attributes[name], values)[rows]]
            at += len(values)
        return placed


def fit_told(attributes: pd.DataFrame, rows: NDArray[np.int64]) -> tuple[Told | None, list[tuple[str, str]]]:
    """Fit the axes on some customers.

    Parameters
    ----------
    attributes : pandas.DataFrame of category
        As :func:`core.attributes.group_attributes` has them.
    rows : ndarray of int64

    Returns
    -------
    told : Told or None
        None where no attribute tells anybody apart.
    left_out : list of (attribute, reason)
        ``protected`` (ethnicity, religion), ``unknown`` (of more than half) or ``constant``.
    """
    levels: list[tuple[str, tuple[str, ...]]] = []
    left_out: list[tuple[str, str]] = []
    prior: list[float] = []
    for name in attributes:
        column = attributes[name].cat
        codes = column.codes.to_numpy()[rows]
        known = codes >= 0
        share = np.bincount(codes[known], minlength=len(column.categories)) / max(known.sum(), 1)
        common = np.flatnonzero(share >= _RAREST)
        if PROTECTED.search(str(name)):
            left_out.append((str(name), "protected"))
        elif known.mean() < _KNOWN:
            left_out.append((str(name), "unknown"))
        elif len(common) < 2:
            left_out.append((str(name), "constant"))
        else:
            levels.append((str(name), tuple(str(column.categories[code]) for code in common)))
            prior += list(share[common])
    if not levels:
        return None, left_out
    plain = Told(tuple(levels), np.array(prior), np.eye(len(prior)))
    values = plain.place(attributes, rows)
    spread, directions = np.linalg.eigh(values.T @ values / len(values))
    count = min(_MOST_AXES, int((spread > 1e-9).sum()))
    directions = directions[:, ::-1][:, :count]
    signs = np.sign(directions[np.abs(directions).argmax(axis=0), np.arange(count)])
    scale = np.sqrt(len(levels) / spread[::-1][:count].sum())
    return Told(plain.levels, plain.prior, directions * signs * scale), left_out


def _codes(column: pd.Series, values: tuple[str, ...]) -> NDArray[np.int64]:
    """Positions in ``values``; the last but one for another value, the last for none."""
    labels = [str(label) for label in column.cat.categories]
    place = np.array([values.index(label) if label in values else len(values) for label in labels] + [len(values) + 1])
    return place[column.cat.codes.to_numpy()]
