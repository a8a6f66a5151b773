"""A snapshot that is open: its history as one scope sees it, and the ids behind its codes."""

from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core import lines as line_questions
from core.build import IDS_FILE, LINES_FILE
from core.days import NO_DAY, to_date
from core.history import OrderHistory, cut_history, map_history
from core.manifest import SnapshotInfo
from core.scope import AccessScope
from core.snapshot import read_info
from core.snapshot_files import SnapshotFiles


class OpenedSnapshot:
    """One snapshot as one scope sees it; see :class:`core.access.Dataset`."""

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

    @cached_property
    def _ids(self) -> pa.ChunkedArray:
        return self._files.column(IDS_FILE, "customer_id")

    def _ids_seen(self) -> pa.Array:
        return self._ids.combine_chunks() if self._kept is None else self._ids.take(pa.array(self._kept))

    def customer_ids(self, codes: NDArray[np.integer]) -> NDArray[np.object_]:
        """The ids behind customer codes (text, same shape)."""
        original = codes if self._kept is None else self._kept[codes]
        ids: NDArray[np.object_] = self._ids.take(pa.array(original, type=pa.int64())).to_numpy(zero_copy_only=False)
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
