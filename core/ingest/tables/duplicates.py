"""Rows that stand in the files more than once."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.ingest.sources import LINE
from core.ingest.sql import Query

REPEATS = ("exact_duplicates", "overlapping_files")
# A row's place in one number: file above, line below.
_FILE_BITS = 40


def find_repeats(query: Query, rows: str) -> str | None:
    """Find the rows that equal another one in every column, and make them a table.

    Of a row that stands m times in one file and n times in a later one, the first is itself and the other m - 1 are duplicates. In the
    later file as many as stand in one earlier file (m at most) are overlapping, and what goes beyond are duplicates. So leaving
    out the overlapping ones leaves each row as often as the file has it that has it most often.

    Parameters
    ----------
    query : Query
    rows : str
        SQL of rows with file, line and key, 64 bits of all cells. Among 10 million rows, two different ones agree in them with a
        probability of 3 in a million.

    Returns
    -------
    str or None
        A table of file, line and a boolean for each of :data:`REPEATS`; None without any.
    """
    found = query.run(f"SELECT file, {LINE} AS line, key FROM ({rows})").fetchnumpy()
    key = found["key"]
    row = found["file"].astype(np.int64) << _FILE_BITS | found["line"].astype(np.int64)
    ordered = np.sort(key)
    repeated = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not repeated.size:
        return None
    # Most rows are alone; only the others are looked at again.
    candidates = np.flatnonzero(repeated[np.minimum(np.searchsorted(repeated, key), len(repeated) - 1)] == key)
    row, overlapping = _repeats(row[candidates], key[candidates])
    places = {"file": row >> _FILE_BITS, "line": row & ((1 << _FILE_BITS) - 1)}
    query.con.register("repeats", pa.table(places | dict(zip(REPEATS, (~overlapping, overlapping), strict=True))))
    return "repeats"


def _repeats(row: NDArray[np.int64], key: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Places of the rows that are not the first of their key, and which of them overlap."""
    order = np.lexsort((row, key))
    row, key = row[order], key[order]
    new_key = np.r_[True, key[1:] != key[:-1]]
    new_group = new_key | np.r_[True, row[1:] >> _FILE_BITS != row[:-1] >> _FILE_BITS]
    start = np.flatnonzero(new_group)
    size = np.diff(np.r_[start, len(row)])
    nth = np.arange(len(row)) - np.repeat(start, size)
    # The running maximum of the sizes before, by key: each key's lie above those of the key before it.
    level = np.cumsum(new_key)[start] * (len(row) + 1)
    before = np.maximum.accumulate(np.r_[0, (level + size)[:-1]]) - level
    overlapping = nth < np.repeat(np.maximum(before, 0), size)
    repeat = overlapping | (nth > 0)
    return row[repeat], overlapping[repeat]
