"""Tables of things that happened or were said, as a scope sees them: what a row does not tell is not shown."""

from collections.abc import Callable

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.days import EPOCH
from core.history import MISSING
from core.scope import AccessScope


def rows_seen(
    name: str, rows: pd.DataFrame, scope: AccessScope, customer_ids: Callable[[], pa.Array]
) -> pd.DataFrame | None:
    """The rows that a scope sees.

    Parameters
    ----------
    name : str
        Of :data:`core.schema.EVENT_TABLES`.
    rows : DataFrame
        The whole table.
    scope : AccessScope
    customer_ids : callable
        Gives the ids of the customers that the scope sees.

    Returns
    -------
    DataFrame or None
        Deals and touchpoints whose own region and channel are within the limits (a missing one is a label of its own), and survey
        answers of customers within them. None under a narrowed scope for market shares and notes, which are of the whole company, and
        for spending, for which see :func:`spend_seen`.
    """
    if scope.whole:
        return rows
    if name in ("deals", "touchpoints"):
        return _within(rows, scope)
    if name == "survey":
        known = pc.is_in(pa.array(rows["customer_id"], type=pa.string()), value_set=customer_ids().cast(pa.string()))
        return rows[known.to_numpy(zero_copy_only=False)].reset_index(drop=True)
    return None


def spend_seen(rows: pd.DataFrame, scope: AccessScope) -> pd.DataFrame | None:
    """Spending by day number and channel; None under a scope that is limited by anything but channels."""
    if not scope.whole:
        if dict(scope.limits).keys() != {"channel"}:
            return None
        rows = _within(rows, scope)
    days = (pd.to_datetime(rows["date"]) - pd.Timestamp(EPOCH)).dt.days
    return pd.DataFrame({"day": days, "channel": rows["channel"], "amount": rows["amount"]})


def labels_seen(known: dict[str, tuple[str, ...]], rows: pa.Table) -> dict[str, tuple[str, ...]]:
    """Labels of each dimension with those that the rows of an event table add, by their bytes.

    Parameters
    ----------
    known : dict
        Dimension to labels; a missing one is last.
    rows : pyarrow.Table
        With a column a dimension.
    """
    found = {}
    for dimension, labels in known.items():
        there = {MISSING if label is None else label for label in pc.unique(rows.column(dimension)).to_pylist()}
        new = there - set(labels)
        kept = [label for label in labels if label != MISSING] + sorted(new - {MISSING}, key=str.encode)
        found[dimension] = (*kept, MISSING) if MISSING in there | set(labels) else tuple(kept)
    return found


def _within(rows: pd.DataFrame, scope: AccessScope) -> pd.DataFrame:
    kept = pd.Series(bool(scope.limits), index=rows.index)
    for dimension, labels in scope.limits:
        kept &= rows[dimension].fillna(MISSING).isin(labels)
    return rows[kept].reset_index(drop=True)
