"""What the market, or a competitor's customers, are made of, beside one's own customers."""

import numpy as np
import pandas as pd

from core.access import Dataset
from core.stats import SMALL_N, two_sided_p, wilson
from core.traits import CLAIM_LEVEL, benjamini_hochberg

COLUMNS = ("source", "attribute", "value", "share", "n", "low", "high", "market_share", "index", "adjusted_p", "claim")


def sources(dataset: Dataset) -> tuple[str, ...]:
    """Whose shares are given, in the order of the table; "" where the table names nobody. Empty without a table."""
    table = dataset.table("market")
    return () if table is None else tuple(dict.fromkeys(table["source"].fillna("")))


def beside_market(table: pd.DataFrame | None, own: pd.DataFrame) -> pd.DataFrame:
    """The make-up of some customers beside that of the market and of competitors.

    Parameters
    ----------
    table : pandas.DataFrame or None
        Market shares by the contract of :mod:`core.schema`.
    own : pandas.DataFrame of category
        Attributes of the customers, as :func:`core.attributes.group_attributes` has them.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, as the market's table lists them: share of the customers whose value is known (``n``) with Wilson's
        interval, the market's share, the index (100 = as in the market), and whether the difference stands (a z test against the
        market's share, taken as exact, adjusted over the table, from 30 customers on). No rows without a market's table, for
        attributes that customers don't have, and for values that the market counts otherwise.

    Notes
    -----
    An attribute is known by its name in any case; a year or date of birth is ``age`` in the bands of :mod:`core.attributes`.
    """
    if table is None:
        return pd.DataFrame(columns=list(COLUMNS))
    named = {str(name).strip().lower(): own[name] for name in own}
    counted = {name: column.value_counts() for name, column in named.items()}
    rows = []
    for row in table.itertuples(index=False):
        name = str(row.attribute).strip().lower()
        if name in counted and row.value in counted[name].index:
            rows.append((row.source or "", named[name].name, row.value, counted[name][row.value], row.share))
    found = pd.DataFrame(rows, columns=["source", "attribute", "value", "count", "market_share"])
    found["n"] = found["attribute"].map({column.name: int(column.notna().sum()) for column in named.values()})
    found = found[found["n"] > 0].reset_index(drop=True)
    return _compared(found)[list(COLUMNS)]


def _compared(found: pd.DataFrame) -> pd.DataFrame:
    n, count, market = (found[name].to_numpy(dtype=np.float64) for name in ("n", "count", "market_share"))
    low, high = wilson(count, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = count / n
        error = np.sqrt(market * (1 - market) / n)
        p = two_sided_p(np.where(error > 0, (share - market) / error, np.nan))
        index = np.where(market > 0, 100 * share / market, np.nan)
    adjusted = benjamini_hochberg(np.where(n >= SMALL_N, p, np.nan))
    return found.assign(
        share=share,
        low=low,
        high=high,
        index=index,
        adjusted_p=adjusted,
        claim=np.nan_to_num(adjusted, nan=1.0) < CLAIM_LEVEL,
    )
