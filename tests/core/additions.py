"""Files added to a snapshot without reading any: clean tables made by hand."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.access import AccessScope, Dataset, open_dataset
from core.importing.importer import Imported, Prepared
from core.importing.overlap import Overlap
from core.ingest import Clean
from core.ingest.report import Count, FileReport, Report
from core.snapshot import Workspace, current_version, snapshot_folder
from tests.helpers import clean_lines, known

EVERYTHING = AccessScope.everything()


def cleaned(work: Path, *files: pd.DataFrame, **changed: Any) -> Clean:
    """What an import of some files would have made of them."""
    tables, reports = [], []
    for at, lines in enumerate(files):
        table = clean_lines(lines)
        table = table.append_column("file", pa.array(np.full(len(lines), at)))
        tables.append(table.append_column("line", pa.array(np.arange(len(lines)) + 2)))
        count = Count(len(lines), int(lines["amount"].sum()))
        reports.append(FileReport(f"f{at}.csv", "order_lines", count, count))
    path = work / "order_lines.parquet"
    pq.write_table(pa.concat_tables(tables), path)
    names = tuple(report.file for report in reports)
    clean = Clean(path, None, None, None, Report(tuple(reports)), known(files[0]), "GBP", "credit", names)
    return replace(clean, **changed)


def tell(data: Path, *files: pd.DataFrame, overlap: Overlap | None = None, **changed: Any) -> Imported:
    """Publish files, added to what is there."""
    work = Workspace(data)
    folder = work.folder / "clean"
    folder.mkdir()
    clean = cleaned(folder, *files, **changed)
    return Prepared(data, work, clean, current_version(data), overlap).publish()


def lines(*rows: tuple[str, str | None, str, int], **more: list[Any]) -> pd.DataFrame:
    """Order id, customer, day of January 2021 or a whole date, amount."""
    frame = pd.DataFrame(rows, columns=["order_id", "customer_id", "date", "amount"])
    frame["date"] = pd.to_datetime(["2021-01-" + day if len(day) == 2 else day for day in frame["date"]])
    return frame.assign(**more)


def orders(data: Path) -> list[tuple[str, str, int]]:
    """Order id, customer and money of each row of the newest history."""
    dataset = open_dataset(data, EVERYTHING)
    ids = pq.read_table(snapshot_folder(data) / "order_ids.parquet").column("order_id").to_pylist()
    history = dataset.history
    owner = [*dataset.customer_ids(history.owner), *[""] * (len(history.day) - history.n_identified)]
    return sorted(
        (ids[code], name, int(money)) for code, name, money in zip(history.order, owner, history.revenue, strict=True)
    )


def left_out(done: Imported) -> dict[str, tuple[int, int]]:
    return {rule: (count.rows, count.money) for rule, count in done.report.total().left_out}


def same(one: Dataset, other: Dataset) -> None:
    for name in ("start", "day", "order", "purchase", "revenue", "margin", "row_day"):
        a, b = getattr(one.history, name), getattr(other.history, name)
        assert (a is None) == (b is None)
        if a is not None:
            assert a.dtype == b.dtype
            np.testing.assert_array_equal(a, b)
    assert dict(one.history.labels) == dict(other.history.labels)
    for name in one.history.codes:
        np.testing.assert_array_equal(one.history.codes[name], other.history.codes[name])
    everyone = np.arange(one.history.n_customers)
    assert list(one.customer_ids(everyone)) == list(other.customer_ids(everyone))
    apart = {"version": 1, "created": "", "sources": (), "added_to": None}
    assert replace(one.info, **apart) == replace(other.info, **apart)
    pd.testing.assert_frame_equal(one.lines_by_customer(), other.lines_by_customer())
