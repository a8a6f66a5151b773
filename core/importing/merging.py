"""Tables beside the order lines, old and new ones made one.

Customers and products have one row a key: new values win, old ones stay where the new row has none. Deals of a file without stages
replace those with their ids; a market is replaced whole. Of everything else, rows that equal one that is there already are left out.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from core.ingest.report import Count
from core.schema import TABLES

NOTHING = Count()
_WHOLE = ("market",)
_NUMBERS = {"BIGINT", "DOUBLE"}
_MONEY = {"deals": "amount", "touchpoints": "cost", "spend": "amount"}


@dataclass(frozen=True)
class Merged:
    """What became of two tables.

    Parameters
    ----------
    changed : bool
        Whether the table differs from the old one.
    left_out : Count
        New rows that are there already.
    """

    changed: bool
    left_out: Count = NOTHING


def merge_table(con: duckdb.DuckDBPyConnection, table: str, old: Path, new: Path, out: Path) -> Merged:
    """Write one table made of two.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        Allowed to read ``old`` and ``new`` and to write ``out``.
    table : str
        Of :data:`core.schema.TABLES`.
    old, new, out : Path
        Parquet files.

    Returns
    -------
    Merged
    """
    for name, path in (("old_file", old), ("new_file", new)):
        con.execute(
            f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM read_parquet({_text(path)}, hive_partitioning = false)"
        )
    columns = _columns(con, table)
    for name in ("old", "new"):
        con.execute(
            f"CREATE OR REPLACE TEMP VIEW {name}_table AS SELECT {_all(columns, f'{name}_file', con)} FROM {name}_file"
        )
    left_out = NOTHING
    if table in _WHOLE:
        merged = "FROM new_table"
    elif TABLES[table].key:
        merged = _by_key(columns, TABLES[table].key[0])
    elif table == "deals" and not con.execute("SELECT count(stage_time) FROM new_table").fetchall()[0][0]:
        merged = "FROM old_table WHERE deal_id NOT IN (SELECT deal_id FROM new_table) UNION ALL FROM new_table"
    else:
        con.execute("CREATE OR REPLACE TEMP TABLE fresh AS FROM new_table EXCEPT ALL FROM old_table")
        merged = "FROM old_table UNION ALL FROM fresh"
        left_out = _count(con, "new_table", table) + _negative(_count(con, "fresh", table))
    con.execute(f"COPY ({merged}) TO {_text(out)} (FORMAT parquet)")
    if set(columns) != set(_types(con, "old_file")):
        return Merged(True, left_out)
    after = f"FROM read_parquet({_text(out)}, hive_partitioning = false)"
    differs = (
        f"SELECT count(*) FROM (({after} EXCEPT ALL FROM old_table) UNION ALL (FROM old_table EXCEPT ALL {after}))"
    )
    return Merged(bool(con.execute(differs).fetchall()[0][0]), left_out)


def _count(con: duckdb.DuckDBPyConnection, relation: str, table: str) -> Count:
    money = _MONEY.get(table)
    sums = f"coalesce(sum({money}), 0), count(*) - count({money})" if money else "0, 0"
    rows, known, unknown = con.execute(f"SELECT count(*), {sums} FROM {relation}").fetchall()[0]
    return Count(rows, int(known), unknown)


def _negative(count: Count) -> Count:
    return Count(-count.rows, -count.money, -count.unknown)


def _by_key(columns: dict[str, str], key: str) -> str:
    names = [name for name in columns if name != key]
    merged = "".join(f", coalesce(n.{_name(name)}, o.{_name(name)}) AS {_name(name)}" for name in names)
    return f"""
        SELECT coalesce(n.{key}, o.{key}) AS {key}{merged}
        FROM new_table AS n FULL JOIN old_table AS o ON n.{key} = o.{key} ORDER BY 1
        """


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Name and type of each column of both; names are one whatever their case, as they are within one import."""
    contract = {column.name: column.type for column in TABLES[table].columns}
    found = dict(contract)
    for view in ("old_file", "new_file"):
        for name, kind in _types(con, view).items():
            known = _same(name, found)
            if known is None:
                found[name] = kind
            elif known not in contract:
                found[known] = _common(found[known], kind)
    return found


def _types(con: duckdb.DuckDBPyConnection, view: str) -> dict[str, str]:
    return {name: kind for name, kind, *_ in con.execute(f"DESCRIBE {view}").fetchall()}


def _same(name: str, names: dict[str, str]) -> str | None:
    return next((other for other in names if other.lower() == name.lower()), None)


def _common(one: str, other: str) -> str:
    if one == other:
        return one
    return "DOUBLE" if {one, other} == _NUMBERS else "VARCHAR"


def _all(columns: dict[str, str], view: str, con: duckdb.DuckDBPyConnection) -> str:
    """Every column in its type, null where the table has it not."""
    there = _types(con, view)
    cells = []
    for name, kind in columns.items():
        own = _same(name, there)
        cells.append(f"CAST({'NULL' if own is None else _name(own)} AS {kind}) AS {_name(name)}")
    return ", ".join(cells)


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
