"""Parquet, and the two readers of text against each other."""

import tempfile
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadInputError
from core.ingest.readers.delimited import read_delimited
from tests.core.ingest.helpers import amounts, rows, run, table, write


def test_typed_parquet(tmp_path: Path) -> None:
    pq.write_table(
        pa.table(
            {
                "order_id": pa.array([1, 2, 3, 4, None], pa.int64()),
                "customer_id": pa.array([17850.0, None, 2.0, float("nan"), 1.0]),
                "date": pa.array([datetime(2011, 1, day, 8 + day, 30) for day in range(1, 6)], pa.timestamp("us")),
                "quantity": pa.array([6, -1, 2, 1, 1], pa.int32()),
                "unit_price": pa.array([2.55, 0.1, float("inf"), 0.00005, 1.0]),
                "region": pa.array(["N", " S ", None, "N", ""]).dictionary_encode(),
                "Region of delivery": pa.array([True, False, None, True, True]),
            }
        ),
        tmp_path / "orders.parquet",
    )
    clean = run(tmp_path, tmp_path / "orders.parquet")
    kept = [(row["order_id"], row["customer_id"], row["amount"], row["hour"], row["region"]) for row in rows(clean)]
    assert kept == [("1", "17850", 153_000, 9, "N"), ("2", None, -1_000, 10, "S"), ("4", None, 1, 12, "N")]
    assert list(map(str, clean.report.problems)) == [
        "orders.parquet: column 'order_id' is empty in 1 row (first: row 5)",
        "orders.parquet: column 'unit_price' has 1 value that is not a number (first: row 3, 'inf')",
    ]
    assert clean.known == {"order_id", "customer_id", "date", "hour", "amount", "quantity", "region"}


def test_parquet_of_text_and_of_types_give_the_same(tmp_path: Path) -> None:
    typed = pa.table(
        {
            "order_id": ["1", "2"],
            "customer_id": ["a", "b"],
            "date": pa.array([date(2011, 1, 5), date(2011, 1, 6)]),
            "amount": pa.array(["10.50", "20.25"]).cast(pa.decimal128(10, 2)),
        }
    )
    results = []
    for name, content in (
        ("typed", typed),
        ("text", pa.table({key: typed[key].cast(pa.string()) for key in typed.column_names})),
    ):
        folder = tmp_path / name
        folder.mkdir()
        pq.write_table(content, folder / "orders.parquet")
        results.append(rows(run(folder, folder / "orders.parquet")))
    assert results[0] == results[1]


def test_timestamps_with_a_zone_are_taken_in_utc(tmp_path: Path) -> None:
    stamp = pa.array([datetime(2011, 1, 5, 23, 30)], pa.timestamp("us", "America/New_York"))
    content = pa.table({"order_id": ["1"], "customer_id": ["a"], "date": stamp, "amount": [1.0]})
    pq.write_table(content, tmp_path / "orders.parquet")
    (row,) = rows(run(tmp_path, tmp_path / "orders.parquet"))
    assert (str(row["date"]), row["hour"]) == ("2011-01-05", 23)


CELL = st.text(st.sampled_from('ab1 ,;"\n\r\té.'), max_size=6)


def quote(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\n\r') else cell


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=12), st.data())
@settings(max_examples=100, deadline=None)
def test_both_readers_give_the_same_rows(cells: list[tuple[str, str, str]], data: st.DataObject) -> None:
    raw = [",".join(quote(cell) for cell in row) for row in cells]
    # Now and then a line that no writer would make.
    at = data.draw(st.integers(0, len(raw)))
    raw.insert(at, data.draw(st.sampled_from(["x,y,z", 'x,"y,z', "x,y", 'x,y"y",z', "x,,y,z", 'x,"y"y,z', ",,"])))
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), table(*raw, "end,of,file", header="one,two,three"))
        results = []
        for plain in (True, False):
            with pytest.MonkeyPatch.context() as patch:
                if not plain:
                    patch.setattr("core.ingest.readers.plain.is_plain", lambda block, delimiter: False)
                try:
                    source = read_delimited(path, Path(folder) / "staged.parquet")
                    results.append((pq.read_table(source.path).to_pylist(), source.rejects, source.rows))
                except BadInputError as error:
                    results.append(str(error))
        assert results[0] == results[1]


def test_a_record_may_cross_the_border_of_two_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ingest.readers.encoding.BLOCK", 64)
    content = table(*(f'{at},"line\nof {at}",2011-01-05,{at}' for at in range(1, 60)))
    clean = run(tmp_path, write(tmp_path, content))
    assert sorted(amounts(clean)) == [at * 10_000 for at in range(1, 60)]
    assert {row["customer_id"] for row in rows(clean)} == {f"line\nof {at}" for at in range(1, 60)}
