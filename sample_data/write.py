"""Write the tables as small Parquet files that every common reader opens."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

MONEY = ("amount", "discount", "cost", "list_price", "unit_cost", "spend", "margin")
SMALL = ("quantity", "birth_year", "contacts", "changes")
DATES = ("opened", "closed")
DECIMAL = ("orders_a_year", "leave_chance", "share")

# Long ids in the order of time repeat near by, where zstd finds them; a dictionary of them would cost more.
PLAIN = {"order_id": "PLAIN", "customer_id": "PLAIN", "person_id": "PLAIN", "date": "DELTA_BINARY_PACKED"}


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """A table as it is stored: cents become euros, texts plain strings, small whole numbers int16, times seconds."""
    columns = {}
    for name, values in frame.items():
        if name in MONEY:
            columns[name] = pa.array(values.to_numpy() / 100, pa.float64())
        elif name in SMALL:
            columns[name] = pa.array(values, pa.int16(), from_pandas=True)
        elif name in DECIMAL:
            columns[name] = pa.array(values.to_numpy(), pa.float64())
        elif name in DATES:
            columns[name] = pa.array(values.to_numpy().astype("datetime64[D]"), pa.date32(), from_pandas=True)
        elif name in ("date", "stage_time", "time"):
            columns[name] = pa.array(values.to_numpy(), pa.timestamp("ms"))
        else:
            columns[name] = pa.array(values, pa.string(), from_pandas=True)
    return pa.table(columns)


def write_tables(tables: dict[str, pd.DataFrame], folder: Path) -> None:
    """Write each table as ``NAME.parquet`` into `folder`; folders are made where they are missing."""
    for name, frame in tables.items():
        path = folder / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        table = to_arrow(frame)
        plain = {column: coding for column, coding in PLAIN.items() if column in table.column_names}
        pq.write_table(
            table,
            path,
            compression="zstd",
            compression_level=19,
            use_dictionary=[column for column in table.column_names if column not in plain],
            column_encoding=plain,
            store_schema=False,
        )
