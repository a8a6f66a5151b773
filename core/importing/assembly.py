"""Clean tables to a snapshot's folder: everything in it but the manifest."""

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import narwhals as nw

from core import build as building
from core.days import EPOCH, NO_DAY, to_date
from core.engine import connect
from core.errors import BadInputError
from core.history import OrderHistory, write_history
from core.ingest import Clean
from core.ingest.mapping.assign import ALONE
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
        No order line is left, and neither deals nor touchpoints are given.
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
    if not count and not any(table in ALONE for table, _ in clean.tables):
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
    return _describe(built, clean, int(count), has_margin, sample, _span(con, clean, built.history)), built.history


def _span(con: duckdb.DuckDBPyConnection, clean: Clean, history: OrderHistory) -> tuple[date, date]:
    """The first and the last day of the order lines; without any those on which deals were opened and touchpoints happened."""
    if len(history.day):
        return to_date(int(history.day.min())), to_date(int(history.day.max()))
    days = {"deals": "opened", "touchpoints": "CAST(time AS DATE)"}
    paths = {table: str(path) for table, path in clean.tables if table in days}
    parts = [f"SELECT {days[table]} AS day FROM read_parquet(?, hive_partitioning = false)" for table in paths]
    found = con.execute(
        f"SELECT min(day), max(day) FROM ({' UNION ALL '.join(parts)})", list(paths.values())
    ).fetchall()
    first, last = found[0]
    return first or EPOCH, last or EPOCH


def _describe(
    built: building.Built, clean: Clean, lines: int, has_margin: bool, sample: bool, span: tuple[date, date]
) -> SnapshotInfo:
    history = built.history
    return SnapshotInfo(
        version=0,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        first_day=span[0],
        last_day=span[1],
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
