"""From files to a published snapshot: ingest, build, publish."""

import json
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import narwhals as nw

from core import analyses
from core import build as building
from core.access import AccessScope, Dataset
from core.days import to_date
from core.engine import connect
from core.errors import BadInputError, ClienteleError
from core.filters import Filters
from core.history import write_history
from core.ingest import Clean, ingest, read_mapping
from core.ingest.report import Report, money_text
from core.progress import Progress, no_progress
from core.snapshot import SnapshotInfo, publish, workspace


@dataclass(frozen=True)
class Imported:
    """What an import made.

    Parameters
    ----------
    info : SnapshotInfo
    report : core.ingest.report.Report
    """

    info: SnapshotInfo
    report: Report

    def as_text(self) -> str:
        """The report in words, for a terminal."""
        info, total = self.info, self.report.total()
        lines = [
            f"Snapshot {info.version}: {info.buyers:,} buyers among {info.customers:,} customers, {info.orders:,} orders and "
            f"credits, {info.first_day} to {info.last_day}",
            "",
            f"{'order lines':<34}{'rows':>12}{'money':>22}",
            *(
                f"{name:<34}{count.rows:>12,}{money_text(count.money):>22}"
                for name, count in (
                    ("read", total.read),
                    ("kept", total.kept),
                    ("quarantined", total.quarantined),
                    *((f"left out: {rule}", count) for rule, count in total.left_out),
                )
            ),
        ]
        totals = dict(self.report.totals)
        counts = (
            f"{totals[name]:,} {name}" if totals.get(name) else f"no {name[:-1]}" for name in ("regions", "channels")
        )
        lines += ["", f"In them: {', '.join(counts)}."]
        if self.report.notes:
            lines += ["", "Kept, and worth knowing:"]
            lines += [f"{note.name.replace('_', ' '):<34}{note.rows:>12,}" for note in self.report.notes]
        if self.report.problems:
            lines += ["", "Quarantined, because:", *(f"  {problem}" for problem in self.report.problems)]
        return "\n".join(lines)


def import_files(
    paths: Sequence[Path],
    data: Path,
    mapping: Path | None = None,
    sample: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Read files and publish them as the newest snapshot of a data folder.

    Parameters
    ----------
    paths : sequence of Path
    data : Path
        Data folder, made when it is not there.
    mapping : Path, optional
        TOML file that says which column is what.
    sample : bool
        Marks the snapshot as the product's own sample.
    progress : callable, optional
        Called with a stage's key and the share done.

    Returns
    -------
    Imported

    Raises
    ------
    BadInputError
        A file can't be read; the newest snapshot stays what it was.
    """
    say = progress or no_progress
    read = read_mapping(mapping) if mapping is not None else None
    with workspace(data) as work:
        clean_folder, built_folder = work / "clean", work / "built"
        clean_folder.mkdir()
        built_folder.mkdir()
        clean = ingest(paths, read, clean_folder, progress)
        with connect(work, (clean_folder,)) as con:
            info = _build(con, clean, built_folder, sample, say)
        _keep(clean, built_folder)
        say("personas", 0.0)
        published = publish(data, built_folder, info, _find_personas)
        say("personas", 1.0)
        return Imported(published, clean.report)


def _build(con: duckdb.DuckDBPyConnection, clean: Clean, folder: Path, sample: bool, say: Progress) -> SnapshotInfo:
    lines = con.read_parquet(str(clean.order_lines))
    count, without_cost = con.execute(
        "SELECT count(*), count(*) FILTER (cost IS NULL AND amount <> 0) FROM read_parquet(?)", [str(clean.order_lines)]
    ).fetchall()[0]
    if not count:
        raise BadInputError(
            "no order line is left", where=", ".join(clean.sources), todo="The report says what was left out and why."
        )
    known = frozenset(clean.known)
    has_margin = "cost" in known and without_cost == 0
    say("build", 0.0)
    built = building.build(nw.from_native(lines).lazy(), known, has_margin, clean.zero_orders == "purchase")
    say("build", 0.5)
    write_history(built.history, folder)
    building.write_ids(built, folder)
    codes = building.order_codes(built)
    con.register("codes", codes)
    coded = building.coded_lines(nw.from_native(lines).lazy(), nw.from_native(con.table("codes")).lazy())
    coded.sink_parquet(str(folder / building.LINES_FILE))
    say("build", 1.0)
    return _describe(built, clean, int(count), has_margin, sample)


def _describe(built: building.Built, clean: Clean, lines: int, has_margin: bool, sample: bool) -> SnapshotInfo:
    history = built.history
    return SnapshotInfo(
        version=0,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        first_day=to_date(int(history.day.min())),
        last_day=to_date(int(history.day.max())),
        lines=lines,
        orders=len(built.order_ids),
        customers=history.n_customers,
        buyers=int((history.first_purchase < 65_535).sum()),
        currency=clean.currency or "",
        has_margin=has_margin,
        sample=sample,
        zero_orders=clean.zero_orders,
        labels=tuple((name, tuple(labels)) for name, labels in history.labels.items()),
        known=tuple(sorted(clean.known)),
        sources=tuple(clean.sources),
    )


def _find_personas(folder: Path) -> None:
    """Compute what takes seconds once a snapshot, before anybody waits for it; it is kept beside the snapshot's files."""
    personas = analyses.load("personas")
    with suppress(ClienteleError):
        personas.run(Dataset(folder, AccessScope.everything()), Filters(), personas.params())


def _keep(clean: Clean, folder: Path) -> None:
    kept = (
        (clean.customers, building.CUSTOMERS_FILE),
        (clean.products, building.PRODUCTS_FILE),
        (clean.quarantine, building.QUARANTINE_FILE),
    )
    for source, name in kept:
        if source is not None:
            shutil.copyfile(source, folder / name)
    (folder / building.REPORT_FILE).write_text(json.dumps(clean.report.to_dict(), indent=1), encoding="utf-8")
