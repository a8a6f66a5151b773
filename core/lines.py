"""Questions that need order lines rather than orders, asked through DuckDB."""

import tempfile
from pathlib import Path

import pandas as pd

from core.days import EPOCH
from core.engine import connect

Limits = tuple[tuple[str, tuple[str, ...]], ...]

# What each known column lets us say of a customer.
_MEASURES = {
    "product_id": "count(DISTINCT product_id) FILTER (revenue > 0) AS products",
    "category": "count(DISTINCT category) FILTER (revenue > 0) AS categories",
    "discount": "sum(discount) FILTER (revenue > 0)::BIGINT AS discount",
}


def by_customer(path: Path, known: tuple[str, ...], last: int | None = None, limits: Limits = ()) -> pd.DataFrame:
    """What the lines say of each customer.

    Parameters
    ----------
    path : Path
        The snapshot's lines.
    known : tuple of str
        Columns that the data have.
    last : int, optional
        Day number after which lines don't count.
    limits : tuple of (dimension, labels)
        The access scope's.

    Returns
    -------
    pandas.DataFrame, indexed by customer code
        lines (with positive money), gross (their money units before discount), and where known: products and categories (how many
        different ones), discount (money units).
    """
    gross = "revenue + coalesce(discount, 0)" if "discount" in known else "revenue"
    measures = ["count(*) FILTER (revenue > 0) AS lines", f"sum({gross}) FILTER (revenue > 0)::BIGINT AS gross"]
    measures += [expression for column, expression in _MEASURES.items() if column in known]
    conditions, values = ["customer IS NOT NULL"], []
    if last is not None:
        conditions.append("date <= CAST(? AS DATE) + CAST(? AS INTEGER)")
        values += [EPOCH.isoformat(), last]
    for dimension, labels in limits:
        conditions.append(f'"{dimension}" IN (SELECT unnest(?))')
        values.append(list(labels))
    query = f"SELECT customer, {', '.join(measures)} FROM read_parquet(?) WHERE {' AND '.join(conditions)} GROUP BY customer"
    with tempfile.TemporaryDirectory() as temp, connect(Path(temp), (path,)) as con:
        table = con.execute(query, [str(path), *values]).df()
    return table.set_index("customer").sort_index()
