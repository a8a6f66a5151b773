"""SQL put together from parts, with every value bound and every name ours."""

import re
from typing import Any

import duckdb
import pyarrow as pa

from core.ingest.sources import LINE, Source

_NAME = re.compile(r"\$(v\d+)\b")


def quoted(name: str) -> str:
    """A name from a file as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


class Values:
    """The values of a statement. Its text holds their names only."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._names: dict[tuple[type, Any], str] = {}

    def bind(self, value: Any) -> str:
        """The name of a value, to be written where the value belongs."""
        key = (type(value), value)
        if key not in self._names:
            self._names[key] = f"v{len(self._names)}"
            self._values[self._names[key]] = value
        return f"${self._names[key]}"

    def of(self, statement: str) -> dict[str, Any]:
        """The values that a statement names."""
        return {name: self._values[name] for name in set(_NAME.findall(statement))}


class Query:
    """A connection with its bound values.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
    """

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self.values = Values()

    def bind(self, value: Any) -> str:
        """See :meth:`Values.bind`."""
        return self.values.bind(value)

    def run(self, statement: str) -> duckdb.DuckDBPyConnection:
        """Execute a statement whose values are bound."""
        return self.con.execute(statement, self.values.of(statement))

    def arrow(self, statement: str) -> pa.Table:
        """A query's result as an Arrow table."""
        return self.con.sql(statement, params=self.values.of(statement)).to_arrow_table()

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """All rows of a statement."""
        return self.run(statement).fetchall()

    def row(self, statement: str) -> dict[str, Any]:
        """The only row of a statement, by column."""
        result = self.run(statement)
        names = [column[0] for column in result.description or []]
        return dict(zip(names, result.fetchall()[0], strict=True))

    def relation(self, source: Source) -> str:
        """A source as a relation ``t`` with columns c0, c1, ... and line; text is without spaces around it, and null for nothing."""
        columns = [f"c{index}" for index in range(len(source.headers))]
        path, names = self.bind(str(source.path)), ", ".join([*columns, LINE])
        if source.staged:
            return f"read_parquet({path}, hive_partitioning = false) AS t({names})"
        cells = [
            f"nullif(trim({column}), '')" if kind == "text" else column
            for column, kind in zip(columns, source.kinds, strict=True)
        ]
        rows = f"read_parquet({path}, file_row_number = true, hive_partitioning = false) AS t({names})"
        return f"(SELECT {', '.join(cells)}, {LINE} + 1 FROM {rows}) AS t({names})"


def text(source: Source, index: int) -> str:
    """A column as text; null for nothing."""
    column, kind = f"c{index}", source.kinds[index]
    if kind == "text":
        return column
    if kind == "float":
        whole = f"{column} = trunc({column}) AND abs({column}) < 1e15"
        plain = f"CASE WHEN {whole} THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) ELSE CAST({column} AS VARCHAR) END"
        return f"CASE WHEN NOT isnan({column}) THEN {plain} END"
    return f"CAST({column} AS VARCHAR)"
