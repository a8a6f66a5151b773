"""From files to a published snapshot, in two steps: read them in a child process, then build and publish here."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from core.access import AccessScope, Dataset
from core.build import MAPPING_FILE
from core.errors import ClienteleError, SnapshotError
from core.filters import Filters
from core.importing import increment
from core.importing.assembly import assemble
from core.importing.overlap import ALREADY, CHANGED, Overlap
from core.ingest import Clean, Mapping_, ingest, read_mapping
from core.ingest.mapping.files import to_toml
from core.ingest.readers.database import Database
from core.ingest.report import Report
from core.money import SCALE
from core.personas import FEWEST
from core.progress import Progress, no_progress
from core.report_text import report_text
from core.snapshot import (
    KEEP,
    MovedError,
    SnapshotInfo,
    Workspace,
    current_version,
    prune,
    publish,
    snapshot_folder,
)
from core.worker import Limits, Worker
from core.workspace import disk_errors

_MONEY = ("amount", "cost", "discount")
_NEEDED = ("order_id", "customer_id", "date", "amount")
# How often an addition starts over because another import was quicker.
_ATTEMPTS = 5


@dataclass(frozen=True)
class Imported:
    """What an import made.

    Parameters
    ----------
    info : SnapshotInfo
    report : core.ingest.report.Report
    changed : bool
        False when files were added that hold nothing new: then the newest snapshot stays, and ``info`` is its.
    """

    info: SnapshotInfo
    report: Report
    changed: bool = True

    def as_text(self) -> str:
        """The report in words, for a terminal."""
        return report_text(self.info, self.report, self.changed)


class Prepared:
    """Files that were read and wait to be published or discarded.

    The clean tables lie beside the snapshots. They go with :meth:`publish`, with :meth:`discard`, or when nobody holds this object.

    Attributes
    ----------
    data : Path
    clean : Clean
        The clean tables of the files.
    added : Added or None
        Those tables joined to the newest snapshot's, where that was asked for and there is one.
    """

    def __init__(
        self,
        data: Path,
        work: Workspace,
        clean: Clean,
        base: int | None = None,
        overlap: Overlap | None = None,
        sample: bool = False,
        mapping: str = "",
        progress: Progress | None = None,
    ) -> None:
        self.data, self.clean = data, clean
        self._work, self._overlap, self._sample, self._mapping = work, overlap, sample, mapping
        self.added: increment.Added | None = None
        if base is not None:
            self._join(base, progress or no_progress)

    def _join(self, base: int, say: Progress) -> None:
        with disk_errors(self.data):
            self.added = increment.add(self.data, base, self.clean, self._work.folder, self._overlap, say)

    @property
    def report(self) -> Report:
        """Rows and money read, kept, quarantined and left out; with those of the snapshot that is added to, if any."""
        return self.added.clean.report if self.added else self.clean.report

    def sample_rows(self, n: int = 20) -> pd.DataFrame:
        """Some of the clean order lines, to look at.

        Parameters
        ----------
        n : int
            At most so many rows.

        Returns
        -------
        pandas.DataFrame
            order_id, customer_id, date, amount and the other known columns; money in whole currency units, as floats.
        """
        with pq.ParquetFile(self.clean.order_lines) as file:
            batch = next(file.iter_batches(batch_size=max(n, 1)), None)
        rows = (file.schema_arrow.empty_table() if batch is None else batch).to_pandas()[:n]
        rows = rows[[name for name in rows if name in self.clean.known or name in _NEEDED]]
        for name in _MONEY:
            if name in rows:
                rows[name] = rows[name] / SCALE
        return rows

    def publish(self, progress: Progress | None = None, keep: int = KEEP) -> Imported:
        """Build the snapshot and make it the newest.

        Parameters
        ----------
        progress : callable, optional
            Called with a stage's key (build, personas) and the share done.
        keep : int
            How many of the newest snapshots stay; pinned ones stay in any case.

        Returns
        -------
        Imported

        Raises
        ------
        BadInputError
            No order line is left.
        SnapshotError
            The disk is full or can't be written (the snapshots are what they were), or this was published or discarded before.
        """
        say = progress or no_progress
        if not self._work.close.alive:
            raise SnapshotError("these files were published or discarded already", todo="Import them again.")
        try:
            for _ in range(_ATTEMPTS):
                with suppress(MovedError):
                    return self._publish(say, keep)
                # Somebody published in the meantime, and what is added is added to that.
                self._join(current_version(self.data) or 0, say)
            return self._publish(say, keep)
        finally:
            self.discard()

    def _publish(self, say: Progress, keep: int) -> Imported:
        base = self.added.base if self.added else None
        if self.added and not self.added.changed and self.added.base.version == current_version(self.data):
            return Imported(self.added.base, self.report, changed=False)
        built = self._work.folder / "built"
        with disk_errors(self.data):
            shutil.rmtree(built, ignore_errors=True)
            built.mkdir()
            info = self._assemble(built, say)
            say("personas", 0.0)
            info = publish(self.data, built, info, _find_personas, base.version if base else None)
            say("personas", 1.0)
        # What is too old can go another time.
        with suppress(ClienteleError):
            prune(self.data, keep)
        return Imported(info, self.report)

    def _assemble(self, built: Path, say: Progress) -> SnapshotInfo:
        clean = self.added.clean if self.added else self.clean
        info = assemble(clean, built, self._work.folder, self._sample, say)
        if self._mapping:
            (built / MAPPING_FILE).write_text(self._mapping, encoding="utf-8")
        if self.added is None:
            return info
        increment.keep_earlier(snapshot_folder(self.data, self.added.base.version), built)
        return replace(info, added_to=self.added.base.version)

    def discard(self) -> None:
        """Forget the files that were read; the snapshots are what they were."""
        self._work.close()


def prepare(
    given: Sequence[Path | Database],
    data: Path,
    mapping: Path | Mapping_ | None = None,
    *,
    sample: bool = False,
    add: bool = False,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> Prepared:
    """Read files, in a child process, without publishing anything.

    Parameters
    ----------
    given : sequence of Path or Database
        Files, folders, archives, queries.
    data : Path
        Data folder, made when it is not there.
    mapping : Path or Mapping_, optional
        Says which column is what; a path is that of a TOML file.
    sample : bool
        Marks the snapshot as the product's own sample.
    add : bool
        Adds the files to the newest snapshot, if there is one, instead of replacing it.
    progress : callable, optional
        Called with a stage's key (read, check, convert, and add) and the share done.
    limits : Limits, optional
        What reading may take.

    Returns
    -------
    Prepared

    Raises
    ------
    QuestionError
        Something can be meant in two ways.
    BadInputError
        A file can't be read, or not within the limits.
    SnapshotError
        The data folder can't be written.
    """
    work = Workspace(data)
    try:
        clean_folder = work.folder / "clean"
        with disk_errors(data):
            clean_folder.mkdir()
        text, chosen = _mapping(mapping)
        base = current_version(data) if add else None
        with Worker(limits or Limits()) as worker:
            where = ", ".join(item.name for item in given)
            read = partial(ingest, places=base is not None, data=data, needs_lines=base is None)
            clean = worker.run(read, tuple(given), chosen, clean_folder, progress=progress, where=where)
        return Prepared(data, work, clean, base, _overlap(chosen), sample, text, progress)
    except BaseException:
        work.close()
        raise


def _mapping(given: Path | Mapping_ | None) -> tuple[str, Mapping_ | None]:
    """A mapping's text, to be kept with the snapshot, and what it says."""
    if isinstance(given, Path):
        chosen = read_mapping(given)
        return given.read_text(encoding="utf-8-sig"), chosen
    return ("" if given is None else to_toml(given)), given


def _overlap(mapping: Mapping_ | None) -> Overlap:
    chosen = mapping or Mapping_()
    return Overlap(chosen.rule(ALREADY), chosen.rule(CHANGED))


def import_files(
    given: Sequence[Path | Database],
    data: Path,
    mapping: Path | Mapping_ | None = None,
    sample: bool = False,
    progress: Progress | None = None,
    *,
    add: bool = False,
    keep: int = KEEP,
    limits: Limits | None = None,
) -> Imported:
    """Read files and publish them as the newest snapshot of a data folder: :func:`prepare`, then :meth:`Prepared.publish`."""
    prepared = prepare(given, data, mapping, sample=sample, add=add, progress=progress, limits=limits)
    return prepared.publish(progress, keep)


def _find_personas(folder: Path) -> None:
    """Compute what takes seconds once a snapshot, before anybody waits for it; it is kept beside the snapshot's files."""
    dataset = Dataset(folder, AccessScope.everything())
    # With so few there is nothing to compute, and the libraries for it take longer to load than a small file to import.
    if dataset.info.buyers < FEWEST:
        return
    from core.personas.classes import persona_classes

    with suppress(ClienteleError):
        persona_classes(dataset, Filters())
