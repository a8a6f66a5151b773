"""Clean tables to a snapshot's folder: everything in it but the manifest."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import narwhals as nw

from core import build as building
from core.days import NO_DAY, to_date
from core.engine import connect
from core.errors import BadInputError
from core.history import OrderHistory, write_history
from core.ingest import Clean
from core.manifest import SnapshotInfo
from core.products import write_products
from core.progress import Progress


def assemble(clean: Clean, folder: Path, work: Path, sample: bool, say: Progress) -> SnapshotInfo:
    """Write the files of a snapshot.

    Parameters
    ----------
    clean : Clean
    folder : Path
        Empty, on the disk of the snapshots.
    work : Path
        What DuckDB may write to.
    sample : bool
    say : callable
        Called with the stage ``build`` and the share done.

    Returns
    -------
    SnapshotInfo
        Without its version.

    Raises
    ------
    BadInputError
        No order line is left.
    """
    with connect(work, (clean.order_lines.parent, folder)) as con:
        info, history = _build(con, clean, folder, sample, say)
    _keep(clean, folder)
    write_products(folder, history)
    say("build", 1.0)
    return info


def _build(
    con: duckdb.DuckDBPyConnection, clean: Clean, folder: Path, sample: bool, say: Progress
) -> tuple[SnapshotInfo, OrderHistory]:
    lines = con.read_parquet(str(clean.order_lines), hive_partitioning=False)
    count, without_cost = con.execute(
        "SELECT count(*), count(*) FILTER (cost IS NULL AND amount <> 0) FROM read_parquet(?, hive_partitioning = false)",
        [str(clean.order_lines)],
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
    say("build", 0.8)
    return _describe(built, clean, int(count), has_margin, sample), built.history


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
        buyers=int((history.first_purchase < NO_DAY).sum()),
        currency=clean.currency or "",
        has_margin=has_margin,
        sample=sample,
        zero_orders=clean.zero_orders,
        labels=tuple((name, tuple(labels)) for name, labels in history.labels.items()),
        known=tuple(sorted(clean.known)),
        sources=tuple(clean.sources),
    )


def _keep(clean: Clean, folder: Path) -> None:
    kept = (
        (clean.customers, building.CUSTOMERS_FILE),
        (clean.products, building.PRODUCTS_FILE),
        (clean.quarantine, building.QUARANTINE_FILE),
        *((path, building.EVENT_FILES[table]) for table, path in clean.tables),
    )
    for source, name in kept:
        if source is not None:
            shutil.copyfile(source, folder / name)
    (folder / building.REPORT_FILE).write_text(json.dumps(clean.report.to_dict(), indent=1), encoding="utf-8")
