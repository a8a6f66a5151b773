"""New files added to a snapshot: one set of tables in which no line is lost or doubled (see :mod:`core.importing.overlap`)."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from core.build import EARLIER_FILE, IDS_FILE, LINES_FILE, ORDER_IDS_FILE, REPORT_FILE
from core.engine import connect
from core.errors import BadInputError
from core.importing.merging import Merged, merge_table
from core.importing.overlap import ALREADY, CHANGED, CONTINUED, Found, Lines, Overlap, parquet
from core.ingest import Clean
from core.ingest.report import Count, FileReport, Note, Report
from core.manifest import SnapshotInfo, damaged, read_info
from core.progress import Progress, no_progress
from core.schema import ORDER_LINES, TABLES
from core.snapshot import snapshot_folder

EXAMPLES = 3
BESIDE = tuple(table for table in TABLES if table != ORDER_LINES.name)


@dataclass(frozen=True)
class Added:
    """New files and a snapshot, joined.

    Parameters
    ----------
    clean : Clean
        Tables of both; the report accounts for the lines of both.
    base : SnapshotInfo
        The snapshot that was added to.
    changed : bool
        False when nothing in the files is new.
    """

    clean: Clean
    base: SnapshotInfo
    changed: bool


def add(
    data: Path, base: int, clean: Clean, work: Path, overlap: Overlap | None = None, progress: Progress | None = None
) -> Added:
    """Join clean tables to those of a snapshot.

    Parameters
    ----------
    data : Path
        Data folder.
    base : int
        The version to add to.
    clean : Clean
        Made with ``places``: its order lines have two more columns, ``file`` (position among the files of order lines) and ``line``.
    work : Path
        Folder for what is written; files of an earlier call are replaced.
    overlap : Overlap, optional
    progress : callable, optional
        Called with the stage ``add`` and the share done.

    Returns
    -------
    Added

    Raises
    ------
    BadInputError
        The files are in another currency than the snapshot, or count orders of zero otherwise.
    SnapshotError
        There is no such snapshot, or it is damaged.
    """
    say = progress or no_progress
    folder = snapshot_folder(data, base)
    info = read_info(folder)
    _agree(info, clean)
    if not all((folder / name).is_file() for name in (IDS_FILE, LINES_FILE, ORDER_IDS_FILE)):
        raise damaged(folder)
    say("add", 0.0)
    with connect(work, (folder, clean.order_lines, *_given(clean).values())) as con:
        tables, merged = _tables(con, folder, clean, work)
        lines = Lines(con, folder, info, clean, overlap or Overlap(), tables.get("products"))
        say("add", 0.3)
        found = lines.found()
        say("add", 0.6)
        path = work / "order_lines.parquet"
        lines.write(path)
        report = _report(con, info, _without_known(clean.report, merged), found, path)
    say("add", 1.0)
    joined = replace(
        clean,
        order_lines=path,
        report=report,
        known=lines.known,
        currency=clean.currency or info.currency or None,
        zero_orders="purchase" if info.zero_orders == "purchase" else "credit",
        sources=tuple(dict.fromkeys((*info.sources, *clean.sources))),
        **tables,
    )
    return Added(joined, info, found.kept > 0 or any(part.changed for part in merged.values()))


def _agree(info: SnapshotInfo, clean: Clean) -> None:
    where = ", ".join(clean.sources)
    if clean.currency and info.currency and clean.currency != info.currency:
        raise BadInputError(
            f"is in another currency than snapshot {info.version}",
            where=where,
            expected=info.currency,
            found=clean.currency,
            todo="Convert the amounts with [rates] in a mapping, or import without adding.",
        )
    if clean.zero_orders != info.zero_orders and clean.report.total().read.rows:
        raise BadInputError(
            f"orders of exactly 0 count otherwise than in snapshot {info.version}",
            where=where,
            expected=f'zero_orders = "{info.zero_orders}"',
            found=f'"{clean.zero_orders}"',
            todo="Say so under [settings] in a mapping.",
        )


def _given(clean: Clean) -> dict[str, Path]:
    """The tables beside the order lines that the files hold."""
    tables = {table: getattr(clean, table, None) for table in BESIDE}
    return {table: path for table, path in tables.items() if path is not None}


def _tables(
    con: duckdb.DuckDBPyConnection, folder: Path, clean: Clean, work: Path
) -> tuple[dict[str, Any], dict[str, Merged]]:
    """Where the tables beside the order lines are, and what became of those that are in the files."""
    paths: dict[str, Any] = {}
    merged: dict[str, Merged] = {}
    given = _given(clean)
    for table in BESIDE:
        old, new = folder / f"{table}.parquet", given.get(table)
        if new is not None and old.is_file():
            paths[table] = work / f"merged_{table}.parquet"
            merged[table] = merge_table(con, table, old, new, paths[table])
        elif new is not None:
            merged[table] = Merged(True)
        elif old.is_file():
            paths[table] = old
    return paths, merged


def _without_known(report: Report, merged: dict[str, Merged]) -> Report:
    """The report with rows of other tables left out that are there already; the files of such a table are told of together."""
    files = list(report.files)
    for table, part in merged.items():
        own = [file for file in files if file.table == table]
        if not part.left_out.rows or not own:
            continue
        total = report.total(table)
        # In a file without money nothing of it is unknown.
        left = replace(part.left_out, unknown=min(part.left_out.unknown, total.kept.unknown))
        left_out = (*total.left_out, (ALREADY, left))
        together = replace(own[0], file=total.file, read=total.read, quarantined=total.quarantined)
        together = replace(together, kept=_less(total.kept, left), left_out=left_out)
        files = [file for file in files if file.table != table] + [together]
    return replace(report, files=tuple(files))


def _report(con: duckdb.DuckDBPyConnection, info: SnapshotInfo, report: Report, found: Found, path: Path) -> Report:
    """The new files' report with what was left out of them, and the snapshot as a file of its own."""
    files = list(report.files)
    for part in found.parts:
        if part.out:
            file = files[part.file]
            left_out = (*file.left_out, (part.rule, part.count))
            files[part.file] = replace(file, kept=_less(file.kept, part.count), left_out=left_out)
    base = FileReport(
        f"snapshot {info.version}",
        ORDER_LINES.name,
        found.base,
        _less(found.base, found.replaced),
        left_out=((CHANGED, found.replaced),) if found.replaced.rows else (),
        how=(("snapshot", str(info.version)),),
    )
    whole = replace(
        report,
        files=(base, *files),
        notes=(*report.notes, *_notes(report, found)),
        totals=_totals(con, path),
    )
    total, written = whole.total().kept, con.execute(f"SELECT count(*), sum(amount) FROM {parquet(path)}").fetchall()[0]
    if (total.rows, total.money) != (written[0], int(written[1] or 0)):
        raise AssertionError(f"kept {total.rows} rows and {total.money}, wrote {written}")
    return whole


def _less(count: Count, other: Count) -> Count:
    return Count(count.rows - other.rows, count.money - other.money, count.unknown - other.unknown)


def _notes(report: Report, found: Found) -> Iterator[Note]:
    """One note a rule; lines of the snapshot that gave way are shown by those that took their place."""
    for rule in (ALREADY, CHANGED, CONTINUED):
        parts = [part for part in found.parts if part.rule == rule]
        if not parts:
            continue
        out = parts[0].out
        count = sum((part.count for part in parts), Count())
        if rule == CHANGED and not out:
            count, out = found.replaced, True
        names = ((report.files[part.file].file, part.examples) for part in parts)
        places = tuple((name, line, order) for name, some in names for line, order in some)
        setting = "" if rule == CONTINUED else rule
        yield Note(rule, count.rows, places[:EXAMPLES], count.money, count.unknown, setting, out)


def _totals(con: duckdb.DuckDBPyConnection, path: Path) -> tuple[tuple[str, Any], ...]:
    names = ("customers", "regions", "channels", "first_day", "last_day", "orders")
    row = con.execute(
        f"""
        SELECT count(DISTINCT customer_id), count(DISTINCT region), count(DISTINCT channel), CAST(min(date) AS VARCHAR),
            CAST(max(date) AS VARCHAR), count(DISTINCT order_id) FROM {parquet(path)}
        """
    ).fetchall()[0]
    return tuple(zip(names, row, strict=True))


def keep_earlier(base: Path, built: Path) -> None:
    """Keep the reports of a snapshot that was added to, and of those before it, in the folder of the new one.

    Parameters
    ----------
    base, built : Path
        Folders of the two.
    """
    earlier = built / EARLIER_FILE
    if (base / EARLIER_FILE).is_file():
        shutil.copyfile(base / EARLIER_FILE, earlier)
    if (base / REPORT_FILE).is_file():
        report = json.loads((base / REPORT_FILE).read_text(encoding="utf-8"))
        with earlier.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"snapshot": read_info(base).version, "report": report}) + "\n")
