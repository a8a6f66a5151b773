"""The one gate to a company's data: a snapshot opens under a scope, and a scope made of nothing sees nothing."""

import json
from dataclasses import dataclass, replace
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
from core.days import NO_DAY, to_date
from core.errors import AccessError, BadParameterError, MissingTableError
from core.filters import DIMENSIONS
from core.history import OrderHistory, cut_history, map_history
from core.snapshot import SnapshotInfo, current_version, damaged, read_info, snapshot_folder, versions

DERIVED = "derived"


@dataclass(frozen=True)
class AccessScope:
    """What somebody may see. Made of nothing, it sees nothing.

    Parameters
    ----------
    whole : bool
        Everything.
    limits : tuple of (dimension, labels)
        Rows must match every limit named.
    """

    whole: bool = False
    limits: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def everything(cls) -> "AccessScope":
        """The scope of somebody who may see the whole company."""
        return cls(whole=True)

    @classmethod
    def only(cls, **limits: tuple[str, ...]) -> "AccessScope":
        """A scope of certain labels, for example ``AccessScope.only(region=("North",))``.

        Raises
        ------
        AccessError
            A dimension is unknown or left empty.
        """
        for dimension, labels in limits.items():
            if dimension not in DIMENSIONS or not labels:
                raise AccessError(
                    f"a scope can't be limited by '{dimension}'", expected="one of " + ", ".join(DIMENSIONS)
                )
        return cls(limits=tuple(sorted((name, tuple(labels)) for name, labels in limits.items())))


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
        self.scope = scope
        self.info: SnapshotInfo = read_info(folder)
        try:
            whole = map_history(folder, dict(self.info.labels), self.info.zero_orders == "purchase")
        except (OSError, pa.ArrowException, KeyError) as error:
            raise damaged(folder) from error
        self._kept: NDArray[np.int64] | None = None
        self.history: OrderHistory = whole
        if not scope.whole:
            self.history, self._kept = cut_history(whole, _allowed(whole, scope))
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

    @cached_property
    def _ids(self) -> pa.ChunkedArray:
        with pa.memory_map(str(self._folder / IDS_FILE)) as source:
            return pa.ipc.open_file(source).read_all().column("customer_id")

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
        """A result table with ``customer_id`` in place of the column ``customer``."""
        if "customer" not in table:
            return table
        ids = self.customer_ids(table["customer"].to_numpy())
        named = table.drop(columns="customer")
        named.insert(0, "customer_id", ids)
        return named

    def attributes(self) -> pd.DataFrame:
        """Attributes of the customers, one row each in code order (no columns when no table of customers was given)."""
        path = self._folder / CUSTOMERS_FILE
        count = self.history.n_customers
        if not path.is_file():
            return pd.DataFrame(index=pd.RangeIndex(count))
        table = pq.read_table(path)
        place = pc.index_in(self._ids.combine_chunks(), value_set=table.column("customer_id").combine_chunks())
        if self._kept is not None:
            place = place.take(pa.array(self._kept))
        attributes: pd.DataFrame = table.drop_columns("customer_id").take(place).to_pandas()
        return attributes

    def report(self) -> dict[str, Any] | None:
        """The import's report as plain values; None under a narrowed scope, since it is of the whole company."""
        path = self._folder / REPORT_FILE
        if not self.scope.whole or not path.is_file():
            return None
        report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return report

    def earlier_reports(self) -> tuple[tuple[int, dict[str, Any]], ...]:
        """Reports of the snapshots that this one was added to, with their versions, oldest first; none under a narrowed scope."""
        path = self._folder / EARLIER_FILE
        if not self.scope.whole or not path.is_file():
            return ()
        kept = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
        return tuple((item["snapshot"], item["report"]) for item in kept)

    def mapping(self) -> str:
        """The text of the mapping that the import was given; empty without one, and under a narrowed scope."""
        path = self._folder / MAPPING_FILE
        return path.read_text(encoding="utf-8") if self.scope.whole and path.is_file() else ""

    def quarantine(self) -> pd.DataFrame:
        """The rows that the import could not use: file, row, column, value, reason; none under a narrowed scope."""
        path = self._folder / QUARANTINE_FILE
        if not self.scope.whole or not path.is_file():
            return pd.DataFrame(columns=["file", "row", "column", "value", "reason"])
        rows: pd.DataFrame = pq.read_table(path).to_pandas()
        return rows

    def table(self, name: str) -> pd.DataFrame | None:
        """A table of deals, touchpoints, survey answers, spending or market shares.

        Parameters
        ----------
        name : str
            Of :data:`core.schema.EVENT_TABLES`.

        Returns
        -------
        pandas.DataFrame or None
            By the contract of :mod:`core.schema`; money in units of 0.0001. None when it was not given, and under a narrowed scope:
            its rows are of the whole company.

        Raises
        ------
        MissingTableError
            There is no table of that name.
        """
        if name not in EVENT_FILES:
            raise MissingTableError(f"there is no table '{name}'", expected="one of " + ", ".join(EVENT_FILES))
        path = self._folder / EVENT_FILES[name]
        if not self.scope.whole or not path.is_file():
            return None
        rows: pd.DataFrame = pq.read_table(path).to_pandas()
        return rows

    def lines_by_customer(self, last: int | None = None) -> pd.DataFrame:
        """What the order lines say of each customer; see :func:`core.lines.by_customer`."""
        limits = self.scope.limits
        table = line_questions.by_customer(self._folder / LINES_FILE, self.info.known, last, limits)
        if self._kept is None:
            return table.reindex(np.arange(self.history.n_customers))
        return table.reindex(self._kept).reset_index(drop=True)


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


def _allowed(history: OrderHistory, scope: AccessScope) -> NDArray[np.bool_]:
    rows = np.full(len(history.day), bool(scope.limits))
    for dimension, wanted in scope.limits:
        if dimension not in history.codes:
            return np.zeros(len(history.day), dtype=np.bool_)
        rows &= np.isin(np.array(history.labels[dimension], dtype=object), list(wanted))[history.codes[dimension]]
    return rows


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
