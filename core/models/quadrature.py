"""Expectations over Beta distributions by Gauss-Jacobi quadrature."""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def beta_nodes(a: float, b: ArrayLike, nodes: int) -> tuple[Floats, Floats]:
    """Nodes and weights with which sums are expectations under Beta(a, b).

    Parameters
    ----------
    a : float
    b : array_like, shape (k,)
    nodes : int
        Polynomials of degree below ``2 * nodes`` are integrated exactly.

    Returns
    -------
    points, weights : ndarray of float64, shape (k, nodes)
        Points lie in (0, 1); the weights of a row sum to 1. Not to be written to: they are kept for the next call.

    Notes
    -----
    Golub & Welsch (1969), Mathematics of Computation 23: the points are eigenvalues of the Jacobi matrix, the weights the squared
    first components of its eigenvectors. No Gamma function is taken, so that no ``a`` or ``b`` overflows.
    """
    return _solve(float(a), tuple(np.atleast_1d(np.asarray(b, dtype=np.float64)).tolist()), nodes)


@lru_cache(maxsize=16)
def _solve(a: float, b: tuple[float, ...], nodes: int) -> tuple[Floats, Floats]:
    upper = np.array(b)[:, None] - 1
    lower = a - 1
    both = upper + lower
    k = np.arange(1, nodes)
    first = (lower - upper) / (both + 2)
    diagonal = np.hstack([first, (lower**2 - upper**2) / ((2 * k + both) * (2 * k + both + 2))])
    # The general term at k = 1 is 0 / 0 where a + b = 1.
    first_square = 4 * (1 + upper) * (1 + lower) / ((2 + both) ** 2 * (3 + both))
    k = k[1:]
    double = 2 * k + both
    square = 4 * k * (k + upper) * (k + lower) * (k + both) / (double**2 * (double + 1) * (double - 1))
    off = np.sqrt(np.hstack([first_square, square]))[:, : nodes - 1]
    matrix = np.zeros((len(upper), nodes, nodes))
    at = np.arange(nodes)
    matrix[:, at, at] = (1 + diagonal) / 2
    matrix[:, at[1:], at[:-1]] = off / 2
    points, vectors = np.linalg.eigh(matrix)
    points, weights = np.clip(points, np.finfo(float).tiny, 1.0), vectors[:, 0, :] ** 2
    points.setflags(write=False)
    weights.setflags(write=False)
    return points, weights
