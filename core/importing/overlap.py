"""Order lines of a snapshot and of new files side by side: which orders both have, and which lines stay.

The new files speak for the days from their first to their last line:

- Lines of an order on other days stay; new lines of the same order join them (``continued_orders``).
- On those days the order's old and new lines are compared, all together and in every column that both sides have. Where they are the
  same, the new ones are left out (``already_imported``); else the new ones replace the old, or are left out (``changed_orders``).
- An order is its id and its customer; where only the customer of the same lines is another one, the order has changed.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from core import build as building
from core.ingest import Clean
from core.ingest.report import Count
from core.manifest import SnapshotInfo
from core.schema import ORDER_LINES

ALREADY, CHANGED, CONTINUED = "already_imported", "changed_orders", "continued_orders"
_EXAMPLES = 3
_NEEDED = ("date", "amount")
# Up to three lines of a file: its line and the order id.
Places = tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Overlap:
    """What happens to orders that both sides have.

    Parameters
    ----------
    already_imported : {"leave_out", "keep"}
        Keeping them counts them twice.
    changed_orders : {"new", "old"}
    """

    already_imported: str = "leave_out"
    changed_orders: str = "new"


@dataclass(frozen=True)
class Part:
    """New lines of one file that a rule found.

    Parameters
    ----------
    rule : {"already_imported", "changed_orders", "continued_orders"}
    out : bool
        Whether they are left out.
    file : int
        Position among the files of order lines.
    count : Count
    examples : tuple of (int, str)
        Line and order id, up to three.
    """

    rule: str
    out: bool
    file: int
    count: Count
    examples: Places


@dataclass(frozen=True)
class Found:
    """What was found on both sides.

    Parameters
    ----------
    base : Count
        Lines of the snapshot.
    replaced : Count
        Those of them that give way to new ones.
    parts : tuple of Part
    kept : int
        New lines that are kept.
    """

    base: Count
    replaced: Count
    parts: tuple[Part, ...]
    kept: int


class Lines:
    """The order lines of both sides in DuckDB, and the verdict on each order that both have."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        folder: Path,
        info: SnapshotInfo,
        clean: Clean,
        overlap: Overlap,
        products: Path | None,
    ) -> None:
        self.con, self.overlap = con, overlap
        self.known = frozenset(info.known) | clean.known
        categories = None
        if products is not None and con.execute(f"SELECT count(category) FROM {parquet(products)}").fetchall()[0][0]:
            categories = products
            self.known |= {"category"} if "product_id" in self.known else set()
        _view_old(con, folder, categories if "category" not in info.known else None)
        _view_new(con, clean.order_lines, categories if "category" not in clean.known else None)
        shared = sorted(
            (frozenset(info.known) & clean.known & frozenset(ORDER_LINES.names)) - {"order_id", "customer_id"}
        )
        self._judge([*_NEEDED, *(name for name in shared if name not in _NEEDED)])

    def _judge(self, columns: list[str]) -> None:
        """Tables ``gone`` (orders whose old lines give way) and ``left`` (whose new lines are left out), by order id and customer."""
        run = self.con.execute
        first, last = run("SELECT min(date), max(date) FROM new_lines").fetchall()[0]
        # Files without order lines reach no day.
        self.reached = "false" if first is None else f"date BETWEEN DATE '{first}' AND DATE '{last}'"
        run("CREATE OR REPLACE TEMP TABLE ids AS SELECT DISTINCT order_id FROM new_lines")
        same = f"count(*) AS n, sum(hash({', '.join(columns)})) AS content"
        run(
            f"""
            CREATE OR REPLACE TEMP TABLE old_orders AS SELECT order_id, customer, {same}
            FROM old_lines SEMI JOIN ids USING (order_id) WHERE {self.reached} GROUP BY ALL
            """
        )
        run(
            f"""
            CREATE OR REPLACE TEMP TABLE new_orders AS SELECT order_id, customer, {same}
            FROM new_lines WHERE order_id IN (SELECT order_id FROM old_orders) GROUP BY ALL
            """
        )
        run(
            f"""
            CREATE OR REPLACE TEMP TABLE verdicts AS
            WITH both_sides AS (
                SELECT n.order_id, n.customer AS new_customer, o.customer AS old_customer,
                    n.n = o.n AND n.content = o.content AS same
                FROM new_orders AS n JOIN old_orders AS o USING (order_id, customer)
            ), moved AS (
                SELECT n.order_id, n.customer AS new_customer, o.customer AS old_customer, false AS same
                FROM {_alone("new_orders", "old_orders")} AS n JOIN {_alone("old_orders", "new_orders")} AS o
                    USING (order_id, n, content, place)
            )
            FROM both_sides UNION ALL FROM moved
            """
        )
        old_wins = self.overlap.changed_orders == "old"
        run(
            f"""
            CREATE OR REPLACE TEMP TABLE judged AS
            SELECT order_id, new_customer AS customer, CASE WHEN same THEN '{ALREADY}' ELSE '{CHANGED}' END AS rule,
                CASE WHEN same THEN {self.overlap.already_imported == "leave_out"} ELSE {old_wins} END AS out
            FROM verdicts
            """
        )
        run(
            f"""
            CREATE OR REPLACE TEMP TABLE replaced AS
            SELECT order_id, old_customer AS customer FROM verdicts WHERE NOT same AND {not old_wins}
            """
        )

    @property
    def _old(self) -> str:
        """The old lines with whether each gives way."""
        return f"""
            (SELECT o.*, r.order_id IS NOT NULL AND {self.reached} AS gone
            FROM old_lines AS o LEFT JOIN replaced AS r ON r.order_id = o.order_id AND r.customer = o.customer)
            """

    _new = """
        (SELECT n.*, j.rule, coalesce(j.out, false) AS out FROM new_lines AS n
        LEFT JOIN judged AS j ON j.order_id = n.order_id AND j.customer = n.customer)
        """

    def found(self) -> Found:
        """Count both sides."""
        rows, money, gone, gone_money = self.con.execute(
            f"""
            SELECT count(*), coalesce(sum(amount), 0), count(*) FILTER (gone), coalesce(sum(amount) FILTER (gone), 0) FROM {self._old}
            """
        ).fetchall()[0]
        counted = f"count(*), sum(amount), min_by({{'l': line, 'v': order_id}}, line, {_EXAMPLES})"
        ruled = self.con.execute(
            f"SELECT rule, out, file, {counted} FROM {self._new} WHERE rule IS NOT NULL GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        kept = self.con.execute(f"SELECT count(*) FROM {self._new} WHERE NOT out").fetchall()[0][0]
        continued = self.con.execute(
            f"""
            SELECT '{CONTINUED}', false, file, {counted} FROM {self._new} WHERE rule IS NULL AND (order_id, customer) IN (
                SELECT (order_id, customer) FROM old_lines SEMI JOIN ids USING (order_id) WHERE NOT ({self.reached})
            ) GROUP BY ALL ORDER BY ALL
            """
        ).fetchall()
        parts = (
            Part(rule, out, file, Count(n, int(of_them)), _examples(some))
            for rule, out, file, n, of_them, some in (*ruled, *continued)
        )
        return Found(Count(rows, int(money)), Count(gone, int(gone_money)), tuple(parts), int(kept))

    def write(self, path: Path) -> None:
        """Write the lines of both."""
        names = ", ".join(ORDER_LINES.names)
        self.con.execute(
            f"""
            COPY (SELECT {names} FROM {self._old} WHERE NOT gone UNION ALL SELECT {names} FROM {self._new} WHERE NOT out)
            TO {text(path)} (FORMAT parquet)
            """
        )
        ORDER_LINES.check(path)


def _alone(one: str, other: str) -> str:
    """Orders that only one side has, numbered among those with the same id and lines."""
    place = "row_number() OVER (PARTITION BY order_id, n, content ORDER BY customer) AS place"
    return f"(SELECT *, {place} FROM {one} ANTI JOIN {other} USING (order_id, customer))"


def _view_old(con: duckdb.DuckDBPyConnection, folder: Path, categories: Path | None) -> None:
    """The snapshot's order lines as they were before their ids became codes."""
    with pa.memory_map(str(folder / building.IDS_FILE)) as source:
        ids = pa.ipc.open_file(source).read_all().column("customer_id")
    con.register("customers_of", pa.table({"customer_code": np.arange(len(ids), dtype=np.int32), "customer_id": ids}))
    con.execute(
        f"""
        CREATE OR REPLACE TEMP VIEW old_lines AS
        SELECT o.order_id, c.customer_id, coalesce(c.customer_id, '') AS customer, {_cells("l.revenue", categories)}
        FROM {parquet(folder / building.LINES_FILE)} AS l
        LEFT JOIN read_parquet({text(folder / building.ORDER_IDS_FILE)}, file_row_number = true, hive_partitioning = false) AS o
            ON o.file_row_number = l."order"
        LEFT JOIN customers_of AS c ON c.customer_code = l.customer {_join(categories)}
        """
    )


def _view_new(con: duckdb.DuckDBPyConnection, path: Path, categories: Path | None) -> None:
    placed = {"file", "line"} <= {name for name, *_ in con.execute(f"DESCRIBE FROM {parquet(path)}").fetchall()}
    place = "l.file, l.line" if placed else "0 AS file, 0 AS line"
    con.execute(
        f"""
        CREATE OR REPLACE TEMP VIEW new_lines AS
        SELECT {place}, l.order_id, l.customer_id, coalesce(l.customer_id, '') AS customer,
            {_cells("l.amount", categories)}
        FROM {parquet(path)} AS l {_join(categories)}
        """
    )


def _cells(amount: str, categories: Path | None) -> str:
    own = {"amount": f"{amount} AS amount"}
    if categories is not None:
        own["category"] = "coalesce(l.category, p.category) AS category"
    return ", ".join(
        own.get(name, f"l.{name}") for name in ORDER_LINES.names if name not in ("order_id", "customer_id")
    )


def _join(categories: Path | None) -> str:
    return "" if categories is None else f"LEFT JOIN {parquet(categories)} AS p ON p.product_id = l.product_id"


def parquet(path: Path) -> str:
    """SQL of a Parquet file."""
    return f"read_parquet({text(path)}, hive_partitioning = false)"


def text(path: Path) -> str:
    """SQL of a path."""
    return "'" + str(path).replace("'", "''") + "'"


def _examples(found: list[dict[str, Any]] | None) -> Places:
    return tuple((example["l"], example["v"]) for example in found or [])
