"""The one gate to a company's data: a snapshot opens under a scope, and a scope made of nothing sees nothing."""

import json
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core import lines as line_questions
from core.build import (
    CUSTOMERS_FILE,
    EARLIER_FILE,
    EVENT_FILES,
    IDS_FILE,
    LINES_FILE,
    MAPPING_FILE,
    QUARANTINE_FILE,
    REPORT_FILE,
)
from core.days import NO_DAY, to_date, to_dates
from core.errors import AccessError, BadParameterError, MissingTableError
from core.event_tables import rows_seen, spend_seen
from core.history import OrderHistory, cut_history, map_history
from core.products import PRODUCTS_FOLDER, Products, cut_products, whole_products
from core.scope import AccessScope
from core.segments import SegmentRules, rules_in
from core.snapshot import SnapshotInfo, current_version, read_info, snapshot_folder, versions
from core.snapshot_files import SnapshotFiles

__all__ = ["AccessScope", "Dataset", "newest", "open_dataset", "published"]

DERIVED = "derived"


class Dataset:
    """One snapshot as one scope sees it.

    Attributes
    ----------
    info : SnapshotInfo
    scope : AccessScope
    history : OrderHistory
        Memory-mapped under the whole scope; a cut copy, made once, under a narrower one.
    """

    def __init__(self, folder: Path, scope: AccessScope) -> None:
        self._folder = folder
        self._files = SnapshotFiles(folder)
        self.scope = scope
        self.info: SnapshotInfo = read_info(folder)
        with self._files.reading():
            self._whole = map_history(folder, dict(self.info.labels), self.info.zero_orders == "purchase")
        self._kept: NDArray[np.int64] | None = None
        self.history: OrderHistory = self._whole
        if not scope.whole:
            self.history, self._kept = cut_history(self._whole, scope.rows(self._whole))
            with self._files.reading():
                lines = line_questions.count(folder / LINES_FILE, scope.limits)
            self.info = _info_of(self.info, self.history, lines)

    @property
    def has_margin(self) -> bool:
        """Whether margins can be shown."""
        return self.history.margin is not None

    def value_name(self, wanted: str) -> str:
        """``wanted`` ("revenue" or "margin") if the data have it.

        Raises
        ------
        BadParameterError
            Margin is asked for and not every line has a cost.
        """
        if wanted == "margin" and not self.has_margin:
            raise BadParameterError("margin can't be shown: not every line has a cost", todo="Choose net revenue.")
        return wanted

    @property
    def derived_folder(self) -> Path | None:
        """Where results may be kept that are computed once a snapshot; None under a narrowed scope."""
        return self._folder / DERIVED if self.scope.whole else None

    @property
    def segment_rules(self) -> SegmentRules:
        """The company's named RFM segments as its data folder says now, whatever the scope: they hold nothing of customers.

        Raises
        ------
        BadInputError
            The file of segments is not right.
        """
        return rules_in(self._folder.parents[1])

    @cached_property
    def _ids(self) -> pa.ChunkedArray:
        return self._files.column(IDS_FILE, "customer_id")

    def _ids_seen(self) -> pa.Array:
        return self._ids.combine_chunks() if self._kept is None else self._ids.take(pa.array(self._kept))

    def customer_ids(self, codes: NDArray[np.integer]) -> NDArray[np.object_]:
        """The ids behind customer codes (text, same shape)."""
        original = codes if self._kept is None else self._kept[codes]
        ids: NDArray[np.object_] = self._ids.take(pa.array(original)).to_numpy(zero_copy_only=False)
        return ids

    def customer_codes(self, ids: list[str]) -> NDArray[np.int64]:
        """The codes of customer ids; those that are unknown here are left out."""
        found = pc.index_in(pa.array(ids, type=self._ids.type), value_set=self._ids.combine_chunks())
        codes: NDArray[np.int64] = found.drop_null().to_numpy(zero_copy_only=False).astype(np.int64)
        if self._kept is None:
            return codes
        place = np.searchsorted(self._kept, codes)
        inside = place < len(self._kept)
        inside[inside] &= self._kept[place[inside]] == codes[inside]
        return place[inside]

    def with_ids(self, table: pd.DataFrame) -> pd.DataFrame:
        """A result table with ids in place of codes: first ``customer_id`` for ``customer``, and ``product_id`` for ``product``."""
        found = {}
        if "customer" in table:
            found["customer"] = self.customer_ids(table["customer"].to_numpy())
        if "product" in table and self.products is not None:
            found["product"] = self.products.table["product_id"].to_numpy()[table["product"].to_numpy()]
        named = table.drop(columns=list(found))
        for place, (name, ids) in enumerate(found.items()):
            named.insert(place, f"{name}_id", ids)
        return named

    @cached_property
    def products(self) -> Products | None:
        """What was sold; None where no line names a product, and in snapshots that were made before products were kept."""
        folder = self._files.find(PRODUCTS_FOLDER)
        if folder is None:
            return None
        with self._files.reading():
            whole = whole_products(self._folder, map_history(folder, self._whole.labels), self._whole)
            if self.scope.whole:
                return whole
            seen = cut_products(self._folder, whole, self.scope, self.history)
        return seen if seen.history.n_customers else None

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

    def table(self, name: str) -> pd.DataFrame | None:
        """A table of deals, touchpoints, survey answers, spending or market shares.

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

    def lines_by_customer(self, last: int | None = None) -> pd.DataFrame:
        """What the order lines say of each customer; see :func:`core.lines.by_customer`."""
        limits = self.scope.limits
        with self._files.reading():
            table = line_questions.by_customer(self._folder / LINES_FILE, self.info.known, last, limits)
        if self._kept is None:
            return table.reindex(np.arange(self.history.n_customers))
        return table.reindex(self._kept).reset_index(drop=True)

    @property
    def has_categories(self) -> bool:
        """Whether it can be said of what category was bought: by the lines themselves, or by a table of products."""
        return "category" in self.info.known or self._categories() is not None

    def _categories(self) -> pd.DataFrame | None:
        """The category of each product; None where the lines say it themselves, and where nothing does."""
        if "category" in self.info.known or self.products is None or not self.products.table["category"].notna().any():
            return None
        return self.products.table[["product_id", "category"]]

    def first_categories(self) -> pd.DataFrame:
        """What was in customers' first purchases; see :func:`core.lines.first_categories`."""
        history = self.history
        codes = np.arange(history.n_customers) if self._kept is None else self._kept
        bought = history.first_purchase < NO_DAY
        firsts = pd.DataFrame({"customer": codes[bought], "first": to_dates(history.first_purchase[bought])})
        zero = history.zero_is_purchase
        with self._files.reading():
            path, limits = self._folder / LINES_FILE, self.scope.limits
            table = line_questions.first_categories(path, firsts, zero, self._categories(), limits)
        table["customer"] = np.searchsorted(codes, table["customer"])
        return table

    def bought_again(self, last: int, choices: line_questions.Limits = ()) -> pd.DataFrame:
        """What each customer bought more than once, one row each in code order; see :func:`core.lines.bought_again`."""
        with self._files.reading():
            path, limits = self._folder / LINES_FILE, self.scope.limits
            table = line_questions.bought_again(path, last, choices, self._categories(), limits)
        codes = np.arange(self.history.n_customers) if self._kept is None else self._kept
        return table.reindex(codes, fill_value=0).reset_index(drop=True)


def open_dataset(data: Path | str, scope: AccessScope, snapshot: int | None = None) -> Dataset:
    """Open a snapshot.

    Parameters
    ----------
    data : Path or str
        Data folder.
    scope : AccessScope
    snapshot : int, optional
        A version; by default the newest.

    Returns
    -------
    Dataset

    Raises
    ------
    SnapshotError
        There is no such snapshot.
    AccessError
        The scope sees nothing.
    """
    if not scope.whole and not scope.limits:
        raise AccessError("nothing here is open to you", todo="Ask whoever runs this dashboard for access.")
    return Dataset(snapshot_folder(Path(data), snapshot), scope)


def newest(data: Path | str) -> int | None:
    """The newest published version of a data folder, or None."""
    return current_version(Path(data))


def published(data: Path | str) -> tuple[int, ...]:
    """All published versions of a data folder, oldest first."""
    return versions(Path(data))


def _info_of(whole: SnapshotInfo, history: OrderHistory, lines: int) -> SnapshotInfo:
    """What a snapshot says of itself to somebody who sees only a part of it."""
    days = (int(history.day.min()), int(history.day.max())) if len(history.day) else (0, 0)
    return replace(
        whole,
        first_day=to_date(days[0]),
        last_day=to_date(days[1]),
        lines=lines,
        orders=int(history.order[-1]) + 1 if len(history.order) else 0,
        customers=history.n_customers,
        buyers=int((history.first_purchase < NO_DAY).sum()),
        labels=tuple(history.labels.items()),
    )
