"""How classes of customers differ between two times, as a table that claims only what chance would not bring."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.stats import SMALL_N, benjamini_hochberg, poisson_change


def class_changes(
    codes: NDArray[np.integer], held: NDArray[np.float64], groups: Sequence[Sequence[int]]
) -> pd.DataFrame:
    """What changed of groups of classes, in the order given.

    Parameters
    ----------
    codes : ndarray of int, shape (2, customers)
        The class of each customer earlier and now, -1 out of view.
    held : ndarray of float64, shape (2, customers)
        Money.
    groups : sequence of sequence of int
        Classes that are looked at together.

    Returns
    -------
    DataFrame
        before, after, change, low, high, claim, and the same of revenue (``revenue_before`` …). Intervals are 95 % ones of the change,
        paired by customer; claims after Benjamini-Hochberg over the table, of groups with 30 customers at one time at least.
    """
    rows = []
    for group in groups:
        before, after = (np.isin(at, group) for at in codes)
        moved = after.astype(np.int8) - before
        earned = held[1] * after - held[0] * before
        counts, sums = poisson_change(moved.sum(), np.abs(moved).sum()), poisson_change(earned.sum(), (earned**2).sum())
        enough = max(before.sum(), after.sum()) >= SMALL_N
        p_values = (found[2] if enough else np.nan for found in (counts, sums))
        sums_of = (held[0][before].sum(), held[1][after].sum())
        rows.append((before.sum(), after.sum(), moved.sum(), *counts[:2], *sums_of, earned.sum(), *sums[:2], *p_values))
    names = ["before", "after", "change", "low", "high", "revenue_before", "revenue_after"]
    names += ["revenue_change", "revenue_low", "revenue_high", "p", "revenue_p"]
    table = pd.DataFrame(np.array(rows, dtype=np.float64).reshape(-1, len(names)), columns=names)
    claims = benjamini_hochberg(np.r_[table.pop("p"), table.pop("revenue_p")])
    return table.assign(claim=claims[: len(rows)], revenue_claim=claims[len(rows) :])
