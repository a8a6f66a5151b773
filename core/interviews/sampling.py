"""A stratified sample: how many of each stratum, and how many answers a margin of error needs."""

from math import ceil

import numpy as np
from numpy.typing import NDArray

from core.stats import normal_quantile

Counts = NDArray[np.int64]


def allocate(sizes: Counts, able: Counts, n: int, least: int) -> Counts:
    """Share a number of invitations among strata in proportion to their sizes, none below a minimum.

    Parameters
    ----------
    sizes : ndarray of int64, shape (strata,)
        Members of each stratum.
    able : ndarray of int64, shape (strata,)
        Those of them who may be invited.
    n : int
        Invitations; no more are given than there are who may be invited.
    least : int
        Invitations of each stratum at least, as far as it has people; lowered, for all alike, until ``n`` is enough.

    Returns
    -------
    ndarray of int64, shape (strata,)

    Notes
    -----
    Strata that their share leaves below the minimum, or lifts above those who may be invited, are set to that bound, and the
    rest is shared anew (Bitran & Hax 1981, Management Science 27, 431-441). What is left of the whole numbers goes by the largest
    remainder (Hamilton); of equal ones to the larger stratum, then to the first.
    """
    able = np.minimum(able, sizes)
    n = min(n, int(able.sum()))
    low = np.minimum(_affordable(able, n, least), able)
    given = np.zeros(len(sizes), dtype=np.int64)
    free = sizes > 0
    while free.any():
        left, weight = n - int(given[~free].sum()), int(sizes[free].sum())
        # Whole numbers throughout, so that equal remainders are equal.
        share = left * sizes
        below, above = free & (share < low * weight), free & (share > able * weight)
        short, over = (low * weight - share)[below].sum(), (share - able * weight)[above].sum()
        if not short and not over:
            given[free] = _rounded(share[free], weight, sizes[free], left)
            break
        if short >= over:
            given[below], free = low[below], free & ~below
        if over >= short:
            given[above], free = able[above], free & ~above
    return given


def _affordable(able: Counts, n: int, least: int) -> int:
    """The largest minimum, up to the one that is asked for, that a number of invitations allows."""
    while least and int(np.minimum(least, able).sum()) > n:
        least -= 1
    return least


def _rounded(share: Counts, weight: int, sizes: Counts, n: int) -> Counts:
    given, rest = share // weight, share % weight
    most = np.lexsort((-sizes, -rest))
    given[most[: n - int(given.sum())]] += 1
    return given


def in_strata(stratum: NDArray[np.integer], lots: NDArray[np.uint64], wanted: Counts) -> tuple[Counts, Counts]:
    """The first of each stratum by their lots.

    Parameters
    ----------
    stratum : ndarray of int, shape (n,)
        From 0.
    lots : ndarray of uint64, shape (n,)
        Of equal ones the first in the order given.
    wanted : ndarray of int64, shape (strata,)
        At most so many of each.

    Returns
    -------
    rows : ndarray of int64
        Positions of those drawn, stratum by stratum, in the order of their lots.
    place : ndarray of int64, same shape
        From 1 within each stratum.
    """
    order = np.lexsort((lots, stratum))
    start = np.searchsorted(stratum[order], np.arange(len(wanted)))
    place = np.arange(len(order)) - start[stratum[order]] + 1
    kept = place <= wanted[stratum[order]]
    return order[kept], place[kept]


def answers_needed(margin: float, customers: int) -> int:
    """How many answers tell any share of so many customers within a margin of error, 95 times of 100.

    Parameters
    ----------
    margin : float
        To either side, as a share of 1.
    customers : int
        Of the whole segment.

    Returns
    -------
    int
        For a share of one half, the hardest to tell.

    Notes
    -----
    Cochran (1977), Sampling Techniques, chapter 4, with the correction for a finite population.
    """
    if customers < 1:
        return 0
    endless = (normal_quantile() / margin) ** 2 / 4
    # A hair below a whole number is that number.
    return min(ceil(endless / (1 + (endless - 1) / customers) - 1e-9), customers)


def margin_of(answers: int, customers: int) -> float:
    """The margin of error that so many answers leave, as a share of 1; NaN without answers. See :func:`answers_needed`."""
    if answers < 1:
        return float("nan")
    if answers >= customers:
        return 0.0
    return float(normal_quantile() * np.sqrt(0.25 / answers * (customers - answers) / (customers - 1)))
