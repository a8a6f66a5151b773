"""The space in which customers are compared: behaviour, transformed, winsorised and put on one scale."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats as scipy_stats

from core.personas.behaviour import MIXES, Behaviour
from core.personas.told import Told, fit_told

Floats = NDArray[np.float64]
How = Literal["log", "power", "share"]

# In this order; a later measure that the earlier ones already tell (value, as a rule) is left out.
_MEASURES: tuple[tuple[str, How], ...] = (
    ("recency_days", "power"),
    ("tenure_days", "power"),
    ("frequency", "log"),
    ("order_value", "log"),
    ("value", "log"),
    ("regularity", "share"),
    ("categories", "log"),
    ("products", "log"),
    ("discount_share", "share"),
)
# So many purchases (gaps, lines) of the average customer are added to each customer's own: one purchase does not make a habit.
_PRIOR = {"regularity": 3.0}
_PRIOR_PURCHASES = 2.0
_WINSOR = 0.01
_REDUNDANT = 0.95
# A mix of several shares counts as so many measures as it has directions, and these at most.
_MIX_AXES = 6
_RAREST = 0.005
_CHUNK = 16_384


@dataclass(frozen=True)
class Axis:
    """One axis: how a measure is transformed, and the scale it is put on.

    Parameters
    ----------
    name : str
        Measure of :class:`core.personas.behaviour.Behaviour`.
    how : {"log", "power", "share"}
        log(1 + x / setting); Yeo-Johnson with the setting as its power; a share drawn towards the setting, the mean of all.
    setting : float
    low, high : float
        Winsorised to these, after the transform.
    centre, scale : float
    """

    name: str
    how: How
    setting: float
    low: float
    high: float
    centre: float
    scale: float

    def place(self, behaviour: Behaviour, rows: NDArray[np.int64]) -> Floats:
        """Where customers stand on this axis; those who can't be measured stand in the middle."""
        values = _transform(self.name, self.how, self.setting, behaviour, rows)
        placed: Floats = (np.clip(values, self.low, self.high) - self.centre) / self.scale
        return np.where(np.isnan(placed), 0.0, placed)


@dataclass(frozen=True, eq=False)
class Mix:
    """Shares that add up to a whole, as a few axes.

    Shares are drawn towards those of all, and compared by the chi-squared distance of correspondence analysis (Greenacre 2007), so
    that rare parts count; the axes are their first principal components.

    Parameters
    ----------
    name : str
    parts : tuple of str
        Measures, ``name=part``.
    prior : ndarray, shape (parts,)
        Shares of all.
    centre : ndarray, shape (parts,)
    rotation : ndarray, shape (parts, axes)
    """

    name: str
    parts: tuple[str, ...]
    prior: Floats
    centre: Floats
    rotation: Floats

    def place(self, behaviour: Behaviour, rows: NDArray[np.int64]) -> Floats:
        """Where customers stand, shape (rows, axes)."""
        placed: Floats = np.empty((len(rows), self.rotation.shape[1]))
        shares, evidence = behaviour.frame[list(self.parts)].to_numpy(), behaviour.evidence(self.name)
        # Part by part, so that a million customers need no copy of all their shares.
        for start in range(0, len(rows), _CHUNK):
            part = slice(start, start + _CHUNK)
            own = np.nan_to_num(shares[rows[part]].astype(np.float64))
            placed[part] = (_drawn(own, evidence[rows[part]], self.prior) - self.centre) @ self.rotation
        return placed


@dataclass(frozen=True, eq=False)
class Space:
    """Axes fitted on a sample.

    Parameters
    ----------
    axes : tuple of Axis
    mixes : tuple of Mix
    left_out : tuple of (measure, reason)
        Reasons: ``constant``, ``redundant``; of attributes ``constant``, ``unknown`` (of most), ``protected``.
    told : Told or None
        Attributes, where customers are compared by them too.
    """

    axes: tuple[Axis, ...]
    mixes: tuple[Mix, ...]
    left_out: tuple[tuple[str, str], ...]
    told: Told | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The measures, mixes and attributes that customers are compared by."""
        attributes = self.told.names if self.told else ()
        return (*(axis.name for axis in self.axes), *(mix.name for mix in self.mixes), *attributes)

    def knows(self, behaviour: Behaviour, attributes: pd.DataFrame) -> bool:
        """Whether all that it compares by is measured here."""
        measures = {axis.name for axis in self.axes} | {part for mix in self.mixes for part in mix.parts}
        return measures <= set(behaviour.frame) and set(self.told.names if self.told else ()) <= set(attributes)

    def place(self, behaviour: Behaviour, rows: NDArray[np.int64], attributes: pd.DataFrame | None = None) -> Floats:
        """Customers as points, shape (rows, axes); ``attributes`` of all of them where the space goes by attributes too."""
        parts = [axis.place(behaviour, rows)[:, None] for axis in self.axes]
        parts += [mix.place(behaviour, rows) for mix in self.mixes]
        if self.told is not None and attributes is not None:
            parts.append(self.told.place(attributes, rows))
        return np.hstack(parts) if parts else np.empty((len(rows), 0))


def fit_space(behaviour: Behaviour, rows: NDArray[np.int64], attributes: pd.DataFrame | None = None) -> Space:
    """Fit the axes on some customers.

    Parameters
    ----------
    behaviour : Behaviour
    rows : ndarray of int64
        Positions in ``behaviour``; their order does not matter beyond rounding.
    attributes : pandas.DataFrame of category, optional
        Of everybody in ``behaviour``, to compare by these too.

    Returns
    -------
    Space
    """
    axes: list[Axis] = []
    left_out: list[tuple[str, str]] = []
    placed: list[Floats] = []
    for name, how in _MEASURES:
        if name not in behaviour.frame:
            continue
        axis = fit_axis(name, how, behaviour, rows)
        if axis is None:
            left_out.append((name, "constant"))
            continue
        here = axis.place(behaviour, rows)
        if _told_by(here, placed):
            left_out.append((name, "redundant"))
            continue
        axes.append(axis)
        placed.append(here)
    mixes = []
    for name in MIXES:
        mix = _fit_mix(name, behaviour, rows)
        if mix is not None:
            mixes.append(mix)
        elif behaviour.parts(name):
            left_out.append((name, "constant"))
    told = None
    if attributes is not None:
        told, without = fit_told(attributes, rows)
        left_out += without
    return Space(tuple(axes), tuple(mixes), tuple(left_out), told)


def standardised(space: Space, behaviour: Behaviour, rows: NDArray[np.int64]) -> tuple[tuple[str, ...], Floats]:
    """What customers are named by: each measure and each part of a mix by itself, in standard deviations.

    Returns
    -------
    names : tuple of str, length m
    values : ndarray, shape (rows, m)
    """
    parts = [fit_axis(part, "share", behaviour, rows) for mix in space.mixes for part in mix.parts]
    axes = [*space.axes, *(axis for axis in parts if axis is not None)]
    return tuple(axis.name for axis in axes), np.column_stack([axis.place(behaviour, rows) for axis in axes])


def fit_axis(name: str, how: How, behaviour: Behaviour, rows: NDArray[np.int64]) -> Axis | None:
    """Fit one axis on some customers; None when all of them are alike."""
    raw = behaviour.frame[name].to_numpy(dtype=np.float64)[rows]
    known = raw[~np.isnan(raw)]
    if not len(known) or known.min() == known.max():
        return None
    setting = _setting(name, how, known, behaviour, rows)
    values = _transform(name, how, setting, behaviour, rows)
    low, high = np.nanquantile(values, [_WINSOR, 1 - _WINSOR])
    clipped = np.clip(values, low, high)
    centre, scale = float(np.nanmean(clipped)), float(np.nanstd(clipped))
    # What all but a few have in common tells nobody apart.
    return Axis(name, how, setting, float(low), float(high), centre, scale) if scale > 1e-9 else None


def _setting(name: str, how: How, known: Floats, behaviour: Behaviour, rows: NDArray[np.int64]) -> float:
    if how == "log":
        positive = known[known > 0]
        # A hundredth of the median: practically the logarithm, and defined at 0; free of the unit of money.
        return float(np.median(positive)) / 100 if len(positive) else 1.0
    if how == "power":
        return float(scipy_stats.yeojohnson_normmax(known))
    raw = behaviour.frame[name].to_numpy(dtype=np.float64)[rows]
    evidence = np.where(np.isnan(raw), 0.0, behaviour.evidence(name)[rows])
    return float(np.sum(np.nan_to_num(raw) * evidence) / max(evidence.sum(), 1.0))


def _transform(name: str, how: How, setting: float, behaviour: Behaviour, rows: NDArray[np.int64]) -> Floats:
    raw = behaviour.frame[name].to_numpy(dtype=np.float64)[rows]
    if how == "log":
        logs: Floats = np.log1p(np.maximum(raw, 0.0) / setting)
        return logs
    if how == "power":
        powers: Floats = scipy_stats.yeojohnson(raw, setting)
        return powers
    prior = _PRIOR.get(name, _PRIOR_PURCHASES)
    evidence = np.where(np.isnan(raw), 0.0, behaviour.evidence(name)[rows])
    shrunk: Floats = (np.nan_to_num(raw) * evidence + prior * setting) / (evidence + prior)
    return shrunk


def _told_by(values: Floats, others: list[Floats]) -> bool:
    """Whether other axes tell nearly all of this one (R squared of a linear fit)."""
    if not others:
        return False
    basis = np.column_stack(others)
    # Centred by construction, but for those who could not be measured.
    solved = np.linalg.lstsq(basis, values, rcond=None)[0]
    rest = values - basis @ solved
    return bool(1 - rest @ rest / (values @ values) >= _REDUNDANT)


def _drawn(shares: Floats, evidence: Floats, prior: Floats) -> Floats:
    """Shares drawn towards those of all, as far from these as the chi-squared distance goes."""
    weight = evidence / (evidence + _PRIOR_PURCHASES)
    return (shares - prior) * weight[:, None] / np.sqrt(prior)


def _fit_mix(name: str, behaviour: Behaviour, rows: NDArray[np.int64]) -> Mix | None:
    """The axes of a mix; None when it tells nobody apart."""
    parts = behaviour.parts(name)
    if not parts:
        return None
    shares = np.nan_to_num(behaviour.frame[list(parts)].to_numpy(dtype=np.float64)[rows])
    evidence = behaviour.evidence(name)[rows]
    overall = evidence @ shares / max(evidence.sum(), 1.0)
    common = overall >= _RAREST
    if common.sum() < 2:
        return None
    parts = tuple(part for part, kept in zip(parts, common, strict=True) if kept)
    values = _drawn(shares[:, common], evidence, overall[common])
    centre = values.mean(axis=0)
    values = values - centre
    spread, directions = np.linalg.eigh(values.T @ values / len(values))
    # Shares add up to a whole, so one direction is empty.
    count = min(_MIX_AXES, len(parts) - 1, int((spread > 1e-9).sum()))
    if not count:
        return None
    directions = directions[:, ::-1][:, :count]
    signs = np.sign(directions[np.abs(directions).argmax(axis=0), np.arange(count)])
    scale = np.sqrt(count / spread[::-1][:count].sum())
    return Mix(name, parts, overall[common], centre, directions * signs * scale)
