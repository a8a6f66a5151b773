"""Questions that need order lines rather than orders, asked through DuckDB."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from core.days import EPOCH
from core.engine import connect
from core.history import MISSING

# Lines are counted by category for so many of the largest categories.
MOST_CATEGORIES = 40

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
        different ones), discount (money units), ``category=LABEL`` (lines of each of the 40 largest categories).
    """
    gross = "revenue + coalesce(discount, 0)" if "discount" in known else "revenue"
    measures = ["count(*) FILTER (revenue > 0) AS lines", f"sum({gross}) FILTER (revenue > 0)::BIGINT AS gross"]
    measures += [expression for column, expression in _MEASURES.items() if column in known]
    conditions, values = ["customer IS NOT NULL"], []
    if last is not None:
        conditions.append("date <= CAST(? AS DATE) + CAST(? AS INTEGER)")
        values += [EPOCH.isoformat(), last]
    conditions += _conditions(limits)
    values += [list(labels) for _, labels in limits]
    source = f"FROM read_parquet(?, hive_partitioning = false) WHERE {' AND '.join(conditions)}"
    counted = (
        f"SELECT customer, category, count(*) AS lines {source} AND revenue > 0 AND category IS NOT NULL GROUP BY ALL"
    )
    with tempfile.TemporaryDirectory() as temp, connect(Path(temp), (path,)) as con:
        table = con.execute(
            f"SELECT customer, {', '.join(measures)} {source} GROUP BY customer", [str(path), *values]
        ).df()
        mix = con.execute(counted, [str(path), *values]).df() if "category" in known else None
    table = table.set_index("customer").sort_index()
    return table if mix is None else table.join(_by_category(mix, table.index))


def category_of_product(path: Path, limits: Limits = ()) -> pd.Series:
    """The category that most lines of each product have; of two as frequent, the first by its bytes.

    Parameters
    ----------
    path : Path
        The snapshot's lines.
    limits : tuple of (dimension, labels)
        The access scope's.

    Returns
    -------
    pandas.Series of str, indexed by product id
        Only products with a category.
    """
    conditions = ["product_id IS NOT NULL", "category IS NOT NULL", *_conditions(limits)]
    query = f"""
        SELECT product_id, category
        FROM (
            SELECT product_id, category, count(*) AS lines FROM read_parquet(?, hive_partitioning = false)
            WHERE {" AND ".join(conditions)} GROUP BY ALL
        )
        QUALIFY row_number() OVER (PARTITION BY product_id ORDER BY lines DESC, category) = 1
        """
    with tempfile.TemporaryDirectory() as temp, connect(Path(temp), (path,)) as con:
        found = con.execute(query, [str(path), *(list(labels) for _, labels in limits)]).df()
    return found.set_index("product_id")["category"]


def first_categories(
    path: Path,
    firsts: pd.DataFrame,
    zero_is_purchase: bool,
    of_products: pd.DataFrame | None = None,
    limits: Limits = (),
) -> pd.DataFrame:
    """What was in the purchases on the day of each customer's first one.

    Parameters
    ----------
    path : Path
        The snapshot's lines.
    firsts : pandas.DataFrame
        customer (code), first (date).
    zero_is_purchase : bool
        Whether orders of exactly 0 are purchases.
    of_products : pandas.DataFrame, optional
        product_id, category: for lines that name none.
    limits : tuple of (dimension, labels)
        The access scope's.

    Returns
    -------
    pandas.DataFrame
        customer (code), category (null for none), revenue (money units); by customer and category.
    """
    query = f"""
        WITH seen AS NOT MATERIALIZED ({_seen(limits, of_products)}),
        begun AS (SELECT DISTINCT "order" FROM seen JOIN firsts USING (customer) WHERE date = first),
        bought AS (
            SELECT "order" FROM seen SEMI JOIN begun USING ("order")
            GROUP BY "order" HAVING sum(revenue) {">=" if zero_is_purchase else ">"} 0
        )
        SELECT customer, category, sum(revenue)::BIGINT AS revenue FROM seen SEMI JOIN bought USING ("order")
        GROUP BY ALL ORDER BY ALL
        """
    return _ask(path, query, limits, {"firsts": firsts, "of_products": of_products})


def bought_again(
    path: Path, last: int, choices: Limits = (), of_products: pd.DataFrame | None = None, limits: Limits = ()
) -> pd.DataFrame:
    """How many products and categories each customer bought, and how many of them in more than one order.

    Parameters
    ----------
    path : Path
        The snapshot's lines.
    last : int
        Day number after which lines don't count.
    choices : tuple of (dimension, labels)
        What the reader chose to see.
    of_products : pandas.DataFrame, optional
        product_id, category: for lines that name none.
    limits : tuple of (dimension, labels)
        The access scope's.

    Returns
    -------
    pandas.DataFrame, indexed by customer code
        products, products_again, categories, categories_again (of lines with positive money), added (1 if some category was first
        bought on a later day than another one, else 0).
    """
    # Numbers of 64 bits are grouped faster than texts; that two of one customer's items share theirs is next to impossible.
    counted = """
        SELECT customer, count(*) AS {name}, count(*) FILTER (again) AS {name}_again, max(begun) > min(begun) AS added
        FROM (
            SELECT customer, hash({item}) AS item, min(date) AS begun, min("order") < max("order") AS again
            FROM seen WHERE revenue > 0 AND {item} IS NOT NULL GROUP BY ALL
        ) GROUP BY customer"""
    query = f"""
        WITH seen AS NOT MATERIALIZED (
            SELECT * FROM ({_seen((*limits, *choices), of_products)}) WHERE date <= CAST('{EPOCH}' AS DATE) + {int(last)}
        ),
        product AS ({counted.format(name="products", item="product_id")}),
        category AS ({counted.format(name="categories", item="category")})
        SELECT customer, products, products_again, categories, categories_again, coalesce(category.added, false)::BIGINT AS added
        FROM product FULL JOIN category USING (customer) ORDER BY customer
        """
    return (
        _ask(path, query, (*limits, *choices), {"of_products": of_products})
        .set_index("customer")
        .fillna(0)
        .astype(np.int64)
    )


def _seen(limits: Limits, of_products: pd.DataFrame | None) -> str:
    """Lines of customers within limits, with the category of their product where they name none."""
    columns = 'customer, "order", date, product_id, revenue'
    source = "read_parquet(?, hive_partitioning = false) AS line"
    category = "line.category"
    if of_products is not None:
        source += " LEFT JOIN of_products USING (product_id)"
        category = "coalesce(line.category, of_products.category)"
    where = " AND ".join(["customer IS NOT NULL", *_conditions(limits)])
    return f"SELECT {columns}, {category} AS category FROM {source} WHERE {where}"


def _ask(path: Path, query: str, limits: Limits, tables: dict[str, pd.DataFrame | None]) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as temp, connect(Path(temp), (path,)) as con:
        for name, table in tables.items():
            if table is not None:
                con.register(name, table)
        return con.execute(query, [str(path), *(list(labels) for _, labels in limits)]).df()


def count(path: Path, limits: Limits) -> int:
    """How many lines a scope sees."""
    query = f"SELECT count(*) FROM read_parquet(?, hive_partitioning = false) WHERE {' AND '.join(_conditions(limits)) or 'false'}"
    with tempfile.TemporaryDirectory() as temp, connect(Path(temp), (path,)) as con:
        return int(con.execute(query, [str(path), *(list(labels) for _, labels in limits)]).fetchall()[0][0])


def _conditions(limits: Limits) -> list[str]:
    return [f"coalesce(\"{dimension}\", '{MISSING}') IN (SELECT unnest(?))" for dimension, _ in limits]


def _by_category(mix: pd.DataFrame, customers: pd.Index) -> pd.DataFrame:
    """Lines by customer and category, one column each for the largest categories."""
    codes, labels = pd.factorize(mix["category"], sort=True)
    sizes = np.bincount(codes, weights=mix["lines"], minlength=len(labels))
    largest = np.sort(np.argsort(-sizes, kind="stable")[:MOST_CATEGORIES])
    column = np.full(len(labels), -1)
    column[largest] = np.arange(len(largest))
    place = column[codes]
    shown = place >= 0
    counts = np.zeros((len(customers), len(largest)), dtype=np.int32)
    counts[customers.get_indexer(mix["customer"])[shown], place[shown]] = mix["lines"].to_numpy()[shown]
    return pd.DataFrame(counts, index=customers, columns=[f"category={labels[code]}" for code in largest])
