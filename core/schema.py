"""Table contracts: the columns, types, keys and checks of the clean tables that an import makes."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import BadInputError


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name : str
    type : str
        DuckDB's name of the type.
    required : bool
        Never null.
    meaning : str
    """

    name: str
    type: str
    required: bool = False
    meaning: str = ""


@dataclass(frozen=True)
class Table:
    """One clean table.

    Parameters
    ----------
    name : str
    columns : tuple of Column
    key : tuple of str
        Columns that no two rows share; empty when rows may repeat.
    attributes : bool
        Whether columns beyond ``columns`` are allowed.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    attributes: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def check(self, path: Path) -> None:
        """Compare a Parquet file with the contract.

        Parameters
        ----------
        path : Path

        Raises
        ------
        BadInputError
            The columns or their types differ.
        """
        schema = pq.read_schema(path)
        expected = [f"{column.name} {column.type}" for column in self.columns]
        found = [f"{field.name} {_TYPES.get(field.type, str(field.type))}" for field in schema]
        if self.attributes:
            found = found[: len(expected)]
        if found != expected:
            raise BadInputError(
                f"table {self.name} differs from its contract",
                where=path.name,
                expected=", ".join(expected),
                found=", ".join(found),
            )


_TYPES: dict[pa.DataType, str] = {
    pa.string(): "VARCHAR",
    pa.date32(): "DATE",
    pa.uint8(): "UTINYINT",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
}

ORDER_LINES = Table(
    "order_lines",
    (
        Column("order_id", "VARCHAR", True, "lines with one order id of one customer are an order"),
        Column("customer_id", "VARCHAR", False, "null where the customer is unknown"),
        Column("date", "DATE", True, "from 1900-01-01 to core.days.LAST_DATE"),
        Column("hour", "UTINYINT", False, "0 to 23"),
        Column("amount", "BIGINT", True, "net revenue of the line, money at scale 4"),
        Column("cost", "BIGINT", False, "cost of the line, money at scale 4"),
        Column("discount", "BIGINT", False, "discount on the line, money at scale 4"),
        Column("quantity", "DOUBLE"),
        Column("product_id", "VARCHAR"),
        Column("category", "VARCHAR"),
        Column("region", "VARCHAR"),
        Column("channel", "VARCHAR"),
    ),
)
CUSTOMERS = Table("customers", (Column("customer_id", "VARCHAR", True),), ("customer_id",), attributes=True)
PRODUCTS = Table(
    "products",
    (Column("product_id", "VARCHAR", True), Column("product", "VARCHAR"), Column("category", "VARCHAR")),
    ("product_id",),
    attributes=True,
)
TABLES: dict[str, Table] = {table.name: table for table in (ORDER_LINES, CUSTOMERS, PRODUCTS)}
