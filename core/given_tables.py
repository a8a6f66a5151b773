"""The tables beside the order lines, and what the import said, as a scope sees them."""

import json
from functools import cached_property
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.build import CUSTOMERS_FILE, EARLIER_FILE, EVENT_FILES, MAPPING_FILE, QUARANTINE_FILE, REPORT_FILE
from core.errors import MissingTableError
from core.event_tables import labels_seen, rows_seen, spend_seen
from core.filters import DIMENSIONS
from core.history import MISSING
from core.opened import OpenedSnapshot

# Tables whose rows name a region and a channel of their own.
_PLACED = ("deals", "touchpoints")


class GivenTables(OpenedSnapshot):
    """An open snapshot with its tables of customers, deals, touchpoints, answers, spending, market shares and notes."""

    @cached_property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """What can be chosen in each dimension: the labels of orders, then those that only deals or touchpoints have."""
        found = {name: self.history.labels.get(name, ()) for name in DIMENSIONS}
        for name in _PLACED:
            rows = self.coded_table(name, DIMENSIONS, DIMENSIONS)
            if rows is not None:
                found = labels_seen(found, rows)
        tell = {name for name, labels in found.items() if set(labels) - {MISSING}}
        return {name: labels for name, labels in found.items() if name in tell or name in self.history.labels}

    def spend(self) -> pd.DataFrame | None:
        """Money spent on marketing, by day and channel.

        Returns
        -------
        pandas.DataFrame or None
            One row a row of the table of spending: day (number), channel (null where it has none), amount (units of 0.0001). Of the
            channels that the scope sees, when channels are all that limits it; None when anything else does, and without such a table.
        """
        rows = self._files.table(EVENT_FILES["spend"])
        return None if rows is None else spend_seen(rows, self.scope)

    def attributes(self) -> pd.DataFrame:
        """Attributes of the customers, one row each in code order (no columns when no table of customers was given)."""
        path = self._files.find(CUSTOMERS_FILE)
        if path is None:
            return pd.DataFrame(index=pd.RangeIndex(self.history.n_customers))
        with self._files.reading():
            table = pq.read_table(path)
        place = pc.index_in(self._ids.combine_chunks(), value_set=table.column("customer_id").combine_chunks())
        if self._kept is not None:
            place = place.take(pa.array(self._kept))
        attributes: pd.DataFrame = table.drop_columns("customer_id").take(place).to_pandas()
        return attributes

    def without_orders(self) -> pd.DataFrame:
        """Those of the table of customers who have no order at all: ``customer_id`` and attributes; none under a narrowed scope.

        No order says which region or channel they would belong to.
        """
        path = self._files.find(CUSTOMERS_FILE)
        if path is None or not self.scope.whole:
            return pd.DataFrame(columns=["customer_id", *self.attributes().columns])
        with self._files.reading():
            table = pq.read_table(path)
        bought = pc.is_in(table.column("customer_id"), value_set=self._ids_seen().cast(pa.string()))
        rows: pd.DataFrame = table.filter(pc.invert(bought)).to_pandas()
        return rows

    @cached_property
    def attribute_names(self) -> tuple[str, ...]:
        """The columns of :meth:`attributes`."""
        path = self._files.find(CUSTOMERS_FILE)
        if path is None:
            return ()
        with self._files.reading():
            return tuple(name for name in pq.read_schema(path).names if name != "customer_id")

    @cached_property
    def survey_questions(self) -> tuple[str, ...]:
        """What the table of survey answers names as questions, as it is written there."""
        if self._files.find(EVENT_FILES["survey"]) is None:
            return ()
        rows = self.coded_table("survey", ("question",), ("question",))
        return () if rows is None else tuple(sorted(pc.unique(rows.column("question")).drop_null().to_pylist()))

    def table(self, name: str) -> pd.DataFrame | None:
        """A table of deals, touchpoints, survey answers, spending, market shares or notes.

        Parameters
        ----------
        name : str
            Of :data:`core.schema.EVENT_TABLES`.

        Returns
        -------
        pandas.DataFrame or None
            By the contract of :mod:`core.schema`; money in units of 0.0001; the rows that the scope sees, see
            :func:`core.event_tables.rows_seen`. None when it was not given, or may not be seen.

        Raises
        ------
        MissingTableError
            There is no table of that name.
        """
        if name not in EVENT_FILES:
            raise MissingTableError(f"there is no table '{name}'", expected="one of " + ", ".join(EVENT_FILES))
        rows = self._files.table(EVENT_FILES[name])
        return None if rows is None else rows_seen(name, rows, self.scope, self._ids_seen)

    def table_columns(self, name: str) -> tuple[str, ...]:
        """The columns of :meth:`table`, in order; none when it was not given."""
        path = self._files.find(EVENT_FILES[name])
        if path is None:
            return ()
        with self._files.reading():
            return tuple(pq.read_schema(path).names)

    def coded_table(self, name: str, columns: tuple[str, ...], coded: tuple[str, ...] = ()) -> pa.Table | None:
        """Some columns of :meth:`table` as Arrow has them, those ``coded`` by a dictionary: for millions of rows."""
        if self.scope.whole and name in EVENT_FILES:
            return self._files.columns(EVENT_FILES[name], columns, coded)
        rows = self.table(name)
        return None if rows is None else pa.Table.from_pandas(rows[list(columns)], preserve_index=False)

    def report(self) -> dict[str, Any] | None:
        """The import's report as plain values; None under a narrowed scope, since it is of the whole company."""
        text = self._text(REPORT_FILE)
        report: dict[str, Any] | None = json.loads(text) if text else None
        return report

    def earlier_reports(self) -> tuple[tuple[int, dict[str, Any]], ...]:
        """Reports of the snapshots that this one was added to, with their versions, oldest first; none under a narrowed scope."""
        kept = (json.loads(line) for line in self._text(EARLIER_FILE).splitlines())
        return tuple((item["snapshot"], item["report"]) for item in kept)

    def mapping(self) -> str:
        """The text of the mapping that the import was given; empty without one, and under a narrowed scope."""
        return self._text(MAPPING_FILE)

    def _text(self, name: str) -> str:
        return self._files.text(name) if self.scope.whole else ""

    def quarantine(self) -> pd.DataFrame:
        """The rows that the import could not use: file, row, column, value, reason; none under a narrowed scope."""
        rows = self._files.table(QUARANTINE_FILE) if self.scope.whole else None
        return pd.DataFrame(columns=["file", "row", "column", "value", "reason"]) if rows is None else rows
