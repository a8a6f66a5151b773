"""Customers on a plane: the two directions in which they differ most, named by what goes along with them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_POINTS = 1_200
_NAMED = 3
_WEAK = 0.3
_SEED = 1_901


@dataclass(frozen=True, eq=False)
class Plane:
    """The plane of some customers.

    Parameters
    ----------
    rows : ndarray of int64, shape (points,)
        Positions of those that are drawn.
    xy : ndarray, shape (points, 2)
    explained : tuple of float
        Share of the variance along each axis.
    loadings : tuple of (axis, measure, loading)
        The correlations of the measures that go most with an axis, strongest first; at most three each, and none below 0.3.
    """

    rows: NDArray[np.int64]
    xy: Floats
    explained: tuple[float, ...]
    loadings: tuple[tuple[int, str, float], ...]


def fit_plane(points: Floats, rows: NDArray[np.int64], names: tuple[str, ...], measures: Floats) -> Plane:
    """The first two principal components (Pearson 1901).

    Parameters
    ----------
    points : ndarray, shape (n, axes)
    rows : ndarray of int64, shape (n,)
        Their positions among all.
    names : tuple of str, length m
    measures : ndarray, shape (n, m)
        What the axes are named by.

    Returns
    -------
    Plane
    """
    centred = points - points.mean(axis=0)
    spread, directions = np.linalg.eigh(centred.T @ centred / len(points))
    directions = directions[:, ::-1][:, :2]
    # The sign is arbitrary: the strongest loading of each axis is positive.
    directions = directions * np.sign(directions[np.abs(directions).argmax(axis=0), np.arange(directions.shape[1])])
    xy = centred @ directions
    if xy.shape[1] < 2:
        xy = np.column_stack([xy, np.zeros(len(xy))])
    loadings = [
        (axis, names[place], float(value))
        for axis in range(2)
        for place, value in _strongest(_correlations(measures, xy[:, axis]))
    ]
    some = np.arange(len(points))
    if len(points) > MOST_POINTS:
        some = np.sort(np.random.default_rng(_SEED).choice(len(points), MOST_POINTS, replace=False))
    explained = np.append(spread[::-1], 0.0)[:2] / max(float(spread.sum()), 1e-12)
    return Plane(rows[some], xy[some], tuple(map(float, explained)), tuple(loadings))


def _correlations(measures: Floats, axis: Floats) -> Floats:
    centred = measures - measures.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0) * (axis**2).sum())
    found: Floats = np.divide(centred.T @ axis, length, out=np.zeros(len(length)), where=length > 0)
    return found


def _strongest(correlations: Floats) -> list[tuple[int, float]]:
    ranked = np.argsort(-np.abs(correlations), kind="stable")[:_NAMED]
    return [(int(place), float(correlations[place])) for place in ranked if abs(correlations[place]) >= _WEAK]
