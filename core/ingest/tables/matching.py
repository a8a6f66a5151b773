"""Cancellations and returns, and the sales they belong to.

cancellations_matched
    Cancellations of what was sold: with the same customer, product (where it is known) and unit price, on that day or before, at
    least so many units were sold and not yet cancelled. Each unit is cancelled once: sales and cancellations are gone through by day,
    sales first, small cancellations before large ones, and a cancellation of more than is left takes what there is and is not
    matched. Where no unit price or quantity is known, lines of the same amount are counted instead of units.
returns_netted
    Returns in an order whose lines come to more than 0: they lower what the order brought, and are no credit of their own.
returns_without_sale
    Cancellations and returns of a known customer who has not bought the product, on that day or before; where the product is not
    known, not bought at all.
"""

from core.ingest.sources import LINE
from core.ingest.sql import Query

NAMES = ("cancellations_matched", "returns_netted", "returns_without_sale")
# What two lines of one thing agree in, and how much of it each is.
_UNITS = "TRY_CAST(abs(quantity) AS DECIMAL(18,6))"
_PRICED = f"price IS NOT NULL AND {_UNITS} IS NOT NULL"
_THING = f"""
    customer_id, product_id, date,
    CASE WHEN {_PRICED} THEN price END AS piece,
    CASE WHEN {_PRICED} THEN NULL ELSE abs(amount) END AS size,
    CASE WHEN {_PRICED} THEN {_UNITS} ELSE 1 END AS units
"""
_SAME_THING = """
    s.customer_id = w.customer_id AND s.product_id IS NOT DISTINCT FROM w.product_id
    AND s.piece IS NOT DISTINCT FROM w.piece AND s.size IS NOT DISTINCT FROM w.size
"""


def match(query: Query, rows: str, cancelled: str, returned: str) -> str | None:
    """Find the sales of cancellations and returns, and mark these in a table.

    Only the lines of the same customers and products are looked at, in sets: time grows like sorting, whatever the files hold.

    Parameters
    ----------
    query : Query
    rows : str
        SQL of the kept rows.
    cancelled, returned : str
        SQL: the row is a cancellation, a return.

    Returns
    -------
    str or None
        A table of file, line and a boolean for each of :data:`NAMES`; None when there are neither cancellations nor returns.
    """
    query.run(
        f"""
        CREATE TEMP TABLE credits AS
        SELECT file, {LINE} AS line, order_id, {_THING}, {cancelled} AS cancelled, {returned} AS returned
        FROM ({rows}) WHERE coalesce(quantity < 0, FALSE) OR amount < 0
        """
    )
    query.run("DELETE FROM credits WHERE NOT (cancelled OR returned)")
    kinds = query.row(
        "SELECT count(*) FILTER (cancelled) AS cancelled, count(*) FILTER (returned) AS returned FROM credits"
    )
    if not any(kinds.values()):
        return None
    query.run(f"CREATE TEMP TABLE matched AS {_matched(rows) if kinds['cancelled'] else _none('file', 'line')}")
    query.run(f"CREATE TEMP TABLE netted AS {_netted(rows) if kinds['returned'] else _none('order_id', 'customer_id')}")
    query.run(f"CREATE TEMP TABLE firsts AS {_firsts(rows)}")
    query.run(
        """
        CREATE TEMP TABLE marks AS
        SELECT c.file, c.line, m.file IS NOT NULL AS cancellations_matched,
            returned AND n.order_id IS NOT NULL AS returns_netted,
            c.customer_id IS NOT NULL AND coalesce(f.first > c.date, TRUE) AS returns_without_sale
        FROM credits AS c
        LEFT JOIN matched AS m ON m.file = c.file AND m.line = c.line
        LEFT JOIN netted AS n ON n.order_id = c.order_id AND n.customer_id IS NOT DISTINCT FROM c.customer_id
        LEFT JOIN firsts AS f ON f.customer_id = c.customer_id AND f.product_id IS NOT DISTINCT FROM c.product_id
        """
    )
    return "marks"


def _none(*columns: str) -> str:
    return f"SELECT {', '.join(columns)} FROM credits WHERE FALSE"


def _matched(rows: str) -> str:
    """SQL of the cancellations that the units sold before them cover.

    The balance of units falls below its lowest point so far, or below 0, just when there are not enough.
    """
    return f"""
        WITH wanted AS (SELECT * FROM credits WHERE cancelled AND customer_id IS NOT NULL),
        sold AS (SELECT {_THING} FROM ({rows}) WHERE amount > 0 AND quantity IS DISTINCT FROM 0),
        events AS (
            SELECT customer_id, product_id, piece, size, date, FALSE AS cancels, units, NULL AS file, NULL AS line
            FROM sold AS s SEMI JOIN wanted AS w ON {_SAME_THING}
            UNION ALL
            SELECT customer_id, product_id, piece, size, date, TRUE, units, file, line FROM wanted
        ),
        balanced AS (
            SELECT *, sum(CASE WHEN cancels THEN -units ELSE units END) OVER (
                PARTITION BY customer_id, product_id, piece, size ORDER BY date, cancels, units, file, line
                ROWS UNBOUNDED PRECEDING
            ) AS balance
            FROM events
        ),
        lowest AS (
            SELECT *, least(0, coalesce(min(balance) OVER (
                PARTITION BY customer_id, product_id, piece, size ORDER BY date, cancels, units, file, line
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ), 0)) AS low
            FROM balanced
        )
        SELECT file, line FROM lowest WHERE cancels AND balance >= low
        """


def _netted(rows: str) -> str:
    """SQL of the orders with returns that come to more than 0."""
    return f"""
        SELECT order_id, customer_id FROM (SELECT order_id, customer_id, amount FROM ({rows})) AS s
        SEMI JOIN (SELECT * FROM credits WHERE returned) AS w
            ON s.order_id = w.order_id AND s.customer_id IS NOT DISTINCT FROM w.customer_id
        GROUP BY order_id, customer_id HAVING sum(amount) > 0
        """


def _firsts(rows: str) -> str:
    """SQL of the day on which each customer first bought each product that was cancelled or returned, or anything at all."""
    sold = f"SELECT customer_id, product_id, date FROM ({rows}) WHERE amount > 0"
    return f"""
        SELECT customer_id, product_id, min(date) AS first FROM ({sold}) AS s
        SEMI JOIN credits AS w ON s.customer_id = w.customer_id AND s.product_id = w.product_id
        GROUP BY customer_id, product_id
        UNION ALL
        SELECT customer_id, NULL, min(date) FROM ({sold}) AS s
        SEMI JOIN (SELECT * FROM credits WHERE product_id IS NULL) AS w ON s.customer_id = w.customer_id
        GROUP BY customer_id
        """
