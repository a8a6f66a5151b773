"""Customers, products and events added to those of a snapshot."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.access import open_dataset
from core.importing.importer import Prepared
from core.ingest.report import Count, FileReport, Report
from core.schema import TABLES
from core.snapshot import Workspace, current_version, snapshot_folder
from tests.core.additions import EVERYTHING, cleaned, left_out, lines, tell


def table(path: Path, **columns: list[Any]) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def test_customers_are_merged_and_new_values_win(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = table(tmp_path / "1.parquet", customer_id=["a", "b"], age=[30, 40], City=["Rome", "Bonn"])
    second = table(
        tmp_path / "2.parquet", customer_id=["b", "c"], age=[41.5, None], city=[None, "Oslo"], vip=["x", "y"]
    )
    tell(data, lines(("o1", "a", "01", 10), ("o2", "b", "01", 20), ("o3", "c", "01", 20)), customers=first)
    tell(data, lines(("o4", "c", "02", 10)), customers=second)
    merged = open_dataset(data, EVERYTHING).attributes().astype(object).fillna("nothing")
    assert merged.to_dict("list") == {
        "age": [30.0, 41.5, "nothing"],
        "City": ["Rome", "Bonn", "Oslo"],
        "vip": ["nothing", "x", "y"],
    }


def test_new_customers_alone_make_a_new_snapshot(tmp_path: Path) -> None:
    data = tmp_path / "data"
    log = lines(("o1", "a", "01", 10))
    ages = [table(tmp_path / f"{age}.parquet", customer_id=["a"], age=[age]) for age in (30, 31)]
    tell(data, log, customers=ages[0])
    assert not tell(data, log, customers=ages[0]).changed
    assert tell(data, log, customers=ages[1]).changed
    assert tell(data, lines(("o2", "a", "02", 1))).changed
    assert open_dataset(data, EVERYTHING).attributes()["age"].tolist() == [31]


def test_new_lines_take_their_category_from_the_products_of_the_snapshot(tmp_path: Path) -> None:
    data = tmp_path / "data"
    products = table(tmp_path / "p.parquet", product_id=["p1"], product=["Tea"], category=["Drinks"])
    first = lines(("o1", "a", "01", 10), product_id=["p1"], category=["Drinks"])
    tell(data, first, products=products)
    again = tell(data, pd.concat([first, lines(("o2", "a", "02", 10), product_id=["p1"])]).drop(columns="category"))
    assert left_out(again) == {"already_imported": (1, 10)}
    kept = pq.read_table(snapshot_folder(data) / "lines.parquet").column("category").to_pylist()
    assert kept == ["Drinks", "Drinks"]


@pytest.mark.parametrize(
    ("table", "old", "new", "expected", "left"),
    {
        "touchpoints": (
            "touchpoints",
            {"person_id": ["a", "a"], "step": ["visit", "visit"]},
            {"person_id": ["a", "b"], "step": ["visit", "call"]},
            [("a", "visit"), ("a", "visit"), ("b", "call")],
            1,
        ),
        "a market is replaced": (
            "market",
            {"attribute": ["age"], "value": ["18"], "share": [0.5]},
            {"attribute": ["age"], "value": ["19"], "share": [0.4]},
            [("age", "19", 0.4)],
            0,
        ),
        "deals by their ids": (
            "deals",
            {"deal_id": ["1", "2"], "outcome": ["open", "won"]},
            {"deal_id": ["1", "3"], "outcome": ["lost", "open"]},
            [("1", "lost"), ("2", "won"), ("3", "open")],
            0,
        ),
    }.values(),
)
def test_tables_of_events_are_added_too(
    table: str, old: dict[str, Any], new: dict[str, Any], expected: list[Any], left: int, tmp_path: Path
) -> None:
    data, log = tmp_path / "data", lines(("o1", "a", "01", 10))
    kept = Count(2)
    for at, columns in enumerate((old, new)):
        path = events(tmp_path / f"{at}.parquet", table, columns)
        work = Workspace(data)
        (work.folder / "clean").mkdir()
        clean = cleaned(work.folder / "clean", log, **{table: path})
        report = replace(clean.report, files=(*clean.report.files, FileReport(f"{at}.csv", table, kept, kept)))
        prepared = Prepared(data, work, replace(clean, report=report), current_version(data))
        assert prepared.publish().changed
    dataset = open_dataset(data, EVERYTHING)
    found = dataset.table(table)
    assert found is not None
    assert sorted(found[list(new)].itertuples(index=False, name=None)) == expected
    again = dataset.report()
    assert again is not None
    told = Report.from_dict(again).total(table)
    assert (told.read.rows, told.kept.rows) == (2, 2 - left)
    assert dict(told.left_out) == ({"already_imported": Count(left)} if left else {})


def events(path: Path, table: str, columns: dict[str, Any]) -> Path:
    kinds = {"VARCHAR": pa.string(), "DATE": pa.date32(), "TIMESTAMP": pa.timestamp("us"), "BIGINT": pa.int64()}
    count = len(next(iter(columns.values())))
    arrays = {
        column.name: pa.array(columns.get(column.name, [None] * count), kinds.get(column.type, pa.float64()))
        for column in TABLES[table].columns
    }
    pq.write_table(pa.table(arrays), path)
    return path
