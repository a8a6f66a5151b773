"""An import's report in words, for a terminal."""

from collections.abc import Iterator

from core.ingest.report import Count, FileReport, Report, money_text
from core.manifest import SnapshotInfo

_LABEL = 34


def report_text(info: SnapshotInfo, report: Report, changed: bool = True) -> str:
    """The report of an import.

    Parameters
    ----------
    info : SnapshotInfo
    report : Report
    changed : bool
        Whether there is a new snapshot.

    Returns
    -------
    str
        Several lines.
    """
    title = f"Snapshot {info.version}" if changed else f"Nothing is new. Snapshot {info.version} stays"
    if changed and info.added_to is not None:
        title += f", added to snapshot {info.added_to}"
    sold = any(file.table == "order_lines" for file in report.files)
    what = f"{info.buyers:,} buyers among {info.customers:,} customers, {info.orders:,} orders and credits"
    lines = [f"{title}: {what if sold else 'no order lines'}, {info.first_day} to {info.last_day}"]
    # Beside order lines the other tables are on the Data page; alone they are all there is.
    for table in ("order_lines",) if sold else dict.fromkeys(file.table for file in report.files):
        lines += ["", *_counts(report, table)]
    if sold:
        totals = dict(report.totals)
        named = (
            f"{totals[name]:,} {name}" if totals.get(name) else f"no {name[:-1]}" for name in ("regions", "channels")
        )
        lines += ["", f"In them: {', '.join(named)}."]
    kept = [note for note in report.notes if not note.left_out]
    if kept:
        # What was left out because the snapshot had it already counts among the new files' rows too.
        lines += ["", "In the new files, and worth knowing:" if _added_to(report) else "Kept, and worth knowing:"]
        lines += [_row(note.name, Count(note.rows, note.money or 0), note.money is not None) for note in kept]
    if report.problems:
        lines += ["", "Quarantined, because:", *(f"  {problem}" for problem in report.problems)]
    return "\n".join(lines)


def _counts(report: Report, table: str) -> Iterator[str]:
    total = report.total(table)
    yield f"{table.replace('_', ' '):<{_LABEL}}{'rows':>12}{'money':>22}"
    for file in report.files:
        if _is_snapshot(file) and file.table == table:
            yield _row(f"of {file.file}", file.read)
    yield _row("read", total.read)
    yield _row("kept", total.kept)
    yield _row("quarantined", total.quarantined)
    for rule, count in total.left_out:
        yield _row(f"left out: {rule.removeprefix('left_out_')}", count)


def _is_snapshot(file: FileReport) -> bool:
    """Whether this is the snapshot that was added to, and not what was read now."""
    return bool(dict(file.how).get("snapshot"))


def _added_to(report: Report) -> bool:
    return any(map(_is_snapshot, report.files))


def _row(name: str, count: Count, with_money: bool = True) -> str:
    money = f"{money_text(count.money):>22}" if with_money else ""
    return f"{name.replace('_', ' '):<{_LABEL}}{count.rows:>12,}{money}"
