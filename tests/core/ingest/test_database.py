"""Queries to a real PostgreSQL, which the tests start, and to SQLite."""

import logging
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import BadInputError
from core.ingest.readers import database as databases
from core.ingest.readers.database import Database, fetch
from core.ingest.readers.gather import gather, origin
from tests.core.ingest.database_parts import KEPT, failure, without
from tests.core.ingest.helpers import amounts, rows, run
from tests.core.ingest.postgres import PASSWORD, QUOTED, Server, binaries, server

SETUP = """
CREATE TABLE sales (order_id bigint, customer_id text, date date, amount numeric(12, 2));
INSERT INTO sales VALUES (1, 'a', '2011-01-05', 10.50), (2, 'b', '2011-01-06', 20.25), (3, 'a', '2011-02-07', 5.00);
CREATE TABLE kinds (i int, n numeric, m numeric(10, 4), f float8, b boolean, d date, t timestamp, z timestamptz, s text,
  u uuid, j jsonb, a int[], e interval, nothing text);
INSERT INTO kinds VALUES (1, 1234567.125, -0.5, 0.1, true, '2011-01-05', '2011-01-05 10:00', '2011-01-05 10:00+02', 'ü;"',
  'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a": 1}', '{1,2}', '1 day', NULL),
  (NULL, 99999999999999999999.01, 7, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE odd (n numeric);
INSERT INTO odd VALUES (1.5), ('NaN');
CREATE TABLE private (a int);
CREATE SEQUENCE steps;
"""


SALES = "SELECT order_id, customer_id, date, amount FROM sales ORDER BY order_id"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    folder = binaries()
    if folder is None:
        pytest.skip("no PostgreSQL under /usr/lib/postgresql (Debian: apt-get install postgresql)")
    psycopg = pytest.importorskip(
        "psycopg", reason="psycopg is not installed: pip install -r requirements-databases.txt"
    )
    # Not under pytest's own folder, which others than its owner may not enter.
    with tempfile.TemporaryDirectory() as name, server(Path(name), folder) as running:
        with psycopg.connect(running.url(), autocommit=True) as connection:
            connection.execute(SETUP)
        yield running


@pytest.fixture(params=["postgresql", "postgresql+psycopg", "postgres without ADBC"])
def url(request: pytest.FixtureRequest, postgres: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address for each way to PostgreSQL: ADBC, SQLAlchemy by name, SQLAlchemy where ADBC is not installed."""
    if request.param == "postgresql":
        pytest.importorskip("adbc_driver_postgresql")
        return postgres.url()
    pytest.importorskip("sqlalchemy")
    if "+" in request.param:
        return postgres.url(request.param)
    without(monkeypatch, "adbc_driver_postgresql.dbapi")
    return postgres.url("postgres")


def test_order_lines_from_a_query(url: str, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (path,) = gather([Database(url, SALES, "sales")], work)
    assert path.name == "sales.parquet"
    shown = dict(origin(path))
    assert shown["query"] == SALES
    assert shown["database"].endswith("/shop")
    assert PASSWORD not in str(shown)
    assert QUOTED not in str(shown)
    schema = pq.read_schema(path)
    assert pa.types.is_decimal(schema.field("amount").type)
    assert schema.field("date").type == pa.date32()
    clean = run(tmp_path, path)
    assert amounts(clean) == KEPT
    assert [row["date"] for row in rows(clean)] == [date(2011, 1, 5), date(2011, 1, 6), date(2011, 2, 7)]
    assert dict(clean.report.files[0].how)["query"] == SALES


def test_types_of_postgresql(url: str, tmp_path: Path) -> None:
    fetch(Database(url, "SELECT * FROM kinds ORDER BY i NULLS LAST"), tmp_path / "kinds.parquet")
    first, second = pq.read_table(tmp_path / "kinds.parquet").to_pylist()
    assert (first["i"], first["n"], first["m"], first["f"], first["b"]) == (
        1,
        Decimal("1234567.125"),
        Decimal("-0.5"),
        0.1,
        True,
    )
    assert second["n"] == Decimal("99999999999999999999.01")
    assert (first["d"], first["t"]) == (date(2011, 1, 5), datetime(2011, 1, 5, 10))
    assert first["z"].astimezone(UTC) == datetime(2011, 1, 5, 8, tzinfo=UTC)
    assert first["s"] == 'ü;"'
    assert second["s"] is None
    assert all(isinstance(first[name], str) for name in ("u", "j", "a", "e"))
    assert first["nothing"] is None


def test_numbers_that_are_none_stay_visible(url: str, tmp_path: Path) -> None:
    fetch(Database(url, "SELECT n FROM odd ORDER BY n"), tmp_path / "odd.parquet")
    assert str(pq.read_table(tmp_path / "odd.parquet")["n"].to_pylist()) == "[1.5, nan]"


def test_many_rows_come_in_batches(url: str, tmp_path: Path) -> None:
    query = "SELECT g AS order_id, (g / 100.0)::numeric(12, 2) AS amount, 'x%' || g AS product FROM generate_series(1, 120000) g"
    fetch(Database(url, query), tmp_path / "many.parquet")
    found = pq.read_table(tmp_path / "many.parquet")
    assert found.num_rows == 120_000
    assert pa.compute.sum(found["amount"]).as_py() == Decimal(120_000 * 120_001 // 2) / 100
    assert found["product"][119_999].as_py() == "x%120000"
    assert [path.name for path in tmp_path.iterdir()] == ["many.parquet"]


def test_nothing_can_be_written(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "check_query", lambda query, name: None)
    for query in ("WITH x AS (DELETE FROM sales RETURNING 1) SELECT * FROM x", "SELECT nextval('steps')"):
        with pytest.raises(BadInputError, match=r"postgres.*the database (is only read from|can't be read)"):
            fetch(Database(url, query, "sales"), tmp_path / "x.parquet")
    monkeypatch.undo()
    assert amounts(run(tmp_path, fetch(Database(url, SALES), tmp_path / "orders.parquet"))) == KEPT


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * FROM nowhere", "the database has no such table; found "),
        ("SELECT nothing_like_it FROM sales", "the database has no such column; found "),
        ("SELECT * FROM sales WHERE", "the database does not understand the query; found "),
        ("SELECT 1 / 0", "the database can't be read; found "),
        ("SELECT 1 WHERE false", "the query gives no rows"),
    ],
)
def test_faults_of_a_query(query: str, words: str, url: str, tmp_path: Path) -> None:
    assert words in failure(url, query, tmp_path)


def test_faults_of_an_address(url: str, postgres: Server, tmp_path: Path) -> None:
    at = f"clerk@127.0.0.1:{postgres.port}"
    wrong = failure(url.replace(QUOTED, "wrong"), SALES, tmp_path)
    assert f"{at}/shop: the database refuses the name or the password; found " in wrong
    assert f"{at}/none: the database has no database of this name; found " in failure(
        url.replace("/shop", "/none"), SALES, tmp_path
    )
    refused = failure(url.replace(f":{postgres.port}", ":1"), SALES, tmp_path)
    assert "clerk@127.0.0.1:1/shop: the database does not answer; found " in refused


def test_a_user_who_may_not_read(postgres: Server, tmp_path: Path) -> None:
    import psycopg

    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("CREATE ROLE guest LOGIN PASSWORD 'wrong'")
    message = failure(postgres.url(password="wrong").replace("clerk", "guest"), "SELECT * FROM private", tmp_path)
    assert "the database does not let this user read it; found " in message


def test_a_result_that_is_too_much(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ingest.readers.spool.MOST_ROWS", 2)
    message = failure(url, SALES, tmp_path)
    assert message == "sales: the query gives too much; expected at most 2 rows and 32 GB. Narrow the query."


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "DELETE FROM sales",
            "the query is not one that reads; expected one SELECT, or WITH ... SELECT, found DELETE FROM sales",
        ),
        ("", "the query is not one that reads; expected one SELECT, or WITH ... SELECT"),
        ("-- SELECT\nDROP TABLE sales", "the query is not one that reads; "),
        ("SELECT 1; DROP TABLE sales", "the query is more than one statement; "),
        ("SELECT 1;\n SELECT 2;", "the query is more than one statement; "),
        ("SELECT * INTO copy FROM sales", "the query is not one that reads; "),
        ("WITH x AS (INSERT INTO sales VALUES (1) RETURNING 1) SELECT * FROM x", "the query is not one that reads; "),
        ("VACUUM", "the query is not one that reads; "),
        ("explain analyze select 1", "the query is not one that reads; "),
    ],
)
def test_queries_that_are_not_asked(query: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as caught:
        fetch(Database("sqlite:///nowhere.db", query, "sales"), tmp_path / "x.parquet")
    assert str(caught.value).startswith(f"sales: {message}")


def test_the_log_tells_nothing(postgres: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for scheme in ("postgresql", "postgresql+psycopg"):
            fetch(Database(postgres.url(scheme), SALES), tmp_path / "x.parquet")
    assert PASSWORD not in caplog.text
    assert QUOTED not in caplog.text
