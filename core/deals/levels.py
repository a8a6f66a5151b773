"""Nested segmentation from the outside in, each level with what it adds to telling good deals from others.

Bonoma & Shapiro (1983), Segmenting the Industrial Market: what can be seen from outside (firmographic, operating) before what
only talk shows (purchasing approach, situation, people).
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.deals import logit, words
from core.deals.auc import auc, difference
from core.traits import benjamini_hochberg

Flags = NDArray[np.bool_]
COLUMNS = (
    "level", "attributes", "auc", "low", "high", "nested_auc", "nested_low", "nested_high", "gain", "gain_low", "gain_high",
    "adjusted_p", "claim",
)  # fmt: skip


def level_map(names: list[str], edits: dict[str, str]) -> dict[str, str]:
    """The level of each attribute: what the reader says, else by its name."""
    return {name: edits.get(name, words.level_of(name)) for name in names}


def level_table(labels: pd.DataFrame, hit: Flags, account: NDArray[np.int64], of: dict[str, str]) -> pd.DataFrame:
    """How well each level tells hits apart alone, and together with those outside it.

    Parameters
    ----------
    labels : pandas.DataFrame of category
        Of closed deals.
    hit : ndarray of bool
    account : ndarray of int64
    of : dict of str to str
        Attribute to level.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, a row a level from the outside in: attributes (joined by "|"; "" where none is known, then the
        rest is null), the cross-validated area of the level alone (auc, low, high) and with all levels before it (nested_…), and
        by how much it adds (gain, with the interval of the paired difference; adjusted over the levels). ``claim``: below 0.05
        and a gain.
    """
    fold = logit.folds(account)
    rows, before, taken = [], np.zeros(len(hit)), []
    enough = hit.sum() >= logit.FEWEST and (~hit).sum() >= logit.FEWEST
    for level in words.LEVELS:
        own = [name for name in labels if of[str(name)] == level]
        row: dict[str, Any] = {"level": level, "attributes": "|".join(map(str, own))}
        if own and enough:
            taken += own
            alone = logit.out_of_fold(logit.states(labels[own]), hit, fold)[0]
            nested = alone if taken == own else logit.out_of_fold(logit.states(labels[taken]), hit, fold)[0]
            gain = difference(hit, nested, before)
            row |= dict(zip(("auc", "low", "high"), auc(hit, alone), strict=True))
            row |= dict(zip(("nested_auc", "nested_low", "nested_high"), auc(hit, nested), strict=True))
            row |= dict(zip(("gain", "gain_low", "gain_high", "p"), gain, strict=True))
            before = nested
        rows.append(row)
    table = pd.DataFrame(rows).reindex(columns=[*COLUMNS[:-2], "p"])
    table["adjusted_p"] = benjamini_hochberg(table["p"].to_numpy(dtype=np.float64))
    table["claim"] = (table["adjusted_p"] < 0.05) & (table["gain"] > 0)
    return table[list(COLUMNS)]
