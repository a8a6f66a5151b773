"""Nothing to look at: columns without a value, files whose rows are all left out, additions without order lines."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.engine import connect
from core.errors import BadInputError
from core.importing.importer import import_files
from core.ingest.mapping.settings import Settings
from core.ingest.sources import Source, all_text
from core.ingest.sql import Query
from core.ingest.tables import matching
from core.ingest.values import amounts, dates, times
from tests.core.ingest.helpers import GOOD, run, table, write
from tests.core.ingest.helpers import amounts as money


@pytest.mark.parametrize("values", [[], [None, None]], ids=["no rows", "no values"])
def test_a_column_without_a_value_has_no_form(values: list[None], tmp_path: Path) -> None:
    path = tmp_path / "c.parquet"
    lines = pa.array(range(len(values)), pa.int64())
    pq.write_table(pa.table({"c0": pa.array(values, pa.string()), "line": lines}), path)
    source = Source("orders.csv", path, ("Day",), all_text(1), len(values), True)
    with connect(tmp_path, (path,)) as con:
        query = Query(con)
        for read in (dates, times):
            with pytest.raises(BadInputError, match=r"^orders.csv: column 'Day' is empty; expected dates$"):
                read.form_of(query, source, 0, None, "[order_lines] date")
            assert not read.form_of(query, source, 0, "%d.%m.%Y", "[order_lines] date").hours
        assert amounts.style_of(query, source, [0], Settings()).decimal == "."


def test_no_rows_are_no_cancellations(tmp_path: Path) -> None:
    names = ("order_id", "customer_id", "product_id", "date", "price", "quantity", "amount", "file", "line")
    empty = f"SELECT {', '.join(f'NULL AS {name}' for name in names)} WHERE FALSE"
    with connect(tmp_path, ()) as con:
        assert matching.match(Query(con), empty, "TRUE", "TRUE") is None


def test_a_day_without_any_time_has_no_hours(tmp_path: Path) -> None:
    # Not one of the clock's parts can be read.
    path = write(tmp_path, table("1,a,5 Jan 2011,10", "2,b,6 Jan 2011,20"))
    clean = run(tmp_path, path)
    assert ("hour" in clean.known, money(clean)) == (False, [100_000, 200_000])


def test_an_addition_whose_lines_are_all_left_out_changes_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    import_files([write(tmp_path, table(*GOOD))], data)
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[order_lines]\nleave_out = { order_id = "*" }\n')
    done = import_files([write(tmp_path, table("9,z,2012-01-01,5"), "new.csv")], data, mapping, add=True)
    assert (done.changed, done.info.version, done.report.note("left_out_by_value")) == (False, 1, 1)
    assert done.report.total().kept.rows == 3
