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
    pa.timestamp("us"): "TIMESTAMP",
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
DEALS = Table(
    "deals",
    (
        Column("deal_id", "VARCHAR", True, "one row a deal, or one row a change of its stage"),
        Column("account_id", "VARCHAR", False, "the customer"),
        Column("opened", "DATE"),
        Column("closed", "DATE", False, "null while the deal is open"),
        Column("outcome", "VARCHAR", False, "as the file has it: won, lost, open"),
        Column("reason", "VARCHAR", False, "why it was won or lost"),
        Column("stage", "VARCHAR"),
        Column("stage_time", "TIMESTAMP", False, "when the row's stage began"),
        Column("amount", "BIGINT", False, "money at scale 4"),
        Column("margin", "BIGINT", False, "money at scale 4"),
        Column("discount", "BIGINT", False, "money at scale 4"),
        Column("discount_share", "DOUBLE", False, "discount as a share of the price, 0.1 for a tenth"),
        Column("contacts", "BIGINT", False, "how often the two sides were in touch"),
        Column("changes", "BIGINT", False, "changes that the customer asked for"),
        Column("region", "VARCHAR"),
        Column("channel", "VARCHAR"),
    ),
    attributes=True,
)
TOUCHPOINTS = Table(
    "touchpoints",
    (
        Column("person_id", "VARCHAR", True, "customer or lead"),
        Column("time", "TIMESTAMP", True),
        Column("step", "VARCHAR", True, "what happened, as the file names it"),
        Column("channel", "VARCHAR"),
        Column("region", "VARCHAR"),
        Column("cost", "BIGINT", False, "money at scale 4"),
    ),
    attributes=True,
)
SURVEY = Table(
    "survey",
    (
        Column("customer_id", "VARCHAR", False, "null where the answer is anonymous"),
        Column("date", "DATE"),
        Column("question", "VARCHAR", True),
        Column("answer", "VARCHAR", False, "null where none was given"),
    ),
)
SPEND = Table(
    "spend",
    (
        Column("date", "DATE", True),
        Column("channel", "VARCHAR"),
        Column("region", "VARCHAR"),
        Column("amount", "BIGINT", True, "money at scale 4"),
        Column("currency", "VARCHAR"),
    ),
)
MARKET = Table(
    "market",
    (
        Column("attribute", "VARCHAR", True, "such as age"),
        Column("value", "VARCHAR", True, "such as 25 to 34"),
        Column("share", "DOUBLE", True, "of the market or of competitors' customers, 0 to 1"),
        Column("source", "VARCHAR"),
    ),
)
NOTES = Table(
    "notes",
    (
        Column("segment", "VARCHAR", False, "such as rfm_segment=champions, or the name of a segment alone"),
        Column("step", "VARCHAR", False, "of the path from criteria to choice"),
        Column("date", "DATE"),
        Column("author", "VARCHAR"),
        Column("note", "VARCHAR", True),
    ),
)
TABLES: dict[str, Table] = {
    table.name: table for table in (ORDER_LINES, CUSTOMERS, PRODUCTS, DEALS, TOUCHPOINTS, SURVEY, SPEND, MARKET, NOTES)
}
# Tables of things that happened or were said: kept row by row, one Parquet file each in a snapshot.
EVENT_TABLES: tuple[str, ...] = ("deals", "touchpoints", "survey", "spend", "market", "notes")
