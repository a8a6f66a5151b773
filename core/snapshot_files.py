"""The files of a snapshot that is open, read so that one that was removed in the meantime is said to be."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.manifest import MANIFEST, damaged


class SnapshotFiles:
    """The files in a snapshot's folder.

    Parameters
    ----------
    folder : Path

    Notes
    -----
    Every method raises ``SnapshotError`` when the snapshot was removed after it was opened, or when a file can't be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def reading(self) -> Iterator[None]:
        """What is read within may fail for want of the files."""
        try:
            yield
        except (OSError, pa.ArrowException, KeyError) as error:
            raise damaged(self.folder) from error
        except duckdb.Error as error:
            # Memory that ran out is no damage.
            if self._there and not isinstance(error, (duckdb.IOException, duckdb.InvalidInputException)):
                raise
            raise damaged(self.folder) from error

    @property
    def _there(self) -> bool:
        return (self.folder / MANIFEST).is_file()

    def find(self, name: str) -> Path | None:
        """A file or folder that not every snapshot has; None without it."""
        path = self.folder / name
        if path.exists():
            return path
        if not self._there:
            raise damaged(self.folder)
        return None

    def text(self, name: str) -> str:
        """The text of a file; empty without it."""
        path = self.find(name)
        if path is None:
            return ""
        with self.reading():
            return path.read_text(encoding="utf-8")

    def table(self, name: str) -> pd.DataFrame | None:
        """The rows of a Parquet file; None without it."""
        path = self.find(name)
        if path is None:
            return None
        with self.reading():
            rows: pd.DataFrame = pq.read_table(path).to_pandas()
        return rows

    def columns(self, name: str, columns: Sequence[str], coded: Sequence[str]) -> pa.Table | None:
        """Some columns of a Parquet file, a few of them dictionary-coded; None without it."""
        path = self.find(name)
        if path is None:
            return None
        with self.reading():
            return pq.read_table(path, columns=list(columns), read_dictionary=list(coded))

    def column(self, name: str, column: str) -> pa.ChunkedArray:
        """One column of an uncompressed Arrow file, memory-mapped."""
        with self.reading(), pa.memory_map(str(self.folder / name)) as source:
            return pa.ipc.open_file(source).read_all().column(column)
