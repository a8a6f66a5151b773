"""Databases that are files, drivers that are not there, and addresses: nothing here needs a server."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from core.errors import BadInputError
from core.ingest.readers import database as databases
from core.ingest.readers.database import Database, fetch
from tests.core.ingest.database_parts import KEPT, failure, without
from tests.core.ingest.helpers import amounts, rows, run


@pytest.fixture
def lite(tmp_path: Path) -> str:
    path = tmp_path / "the shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE sales (order_id, customer_id, date, amount, note);"
            "INSERT INTO sales VALUES (1, 'a', '2011-01-05', 10.5, 'delete; \"it\"'), (2, 17850, '2011-01-06', 20.25, NULL),"
            "('C3', 'a', '2011-02-07', 5, x'6162');"
        )
    return f"sqlite:///{path}"


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+pysqlite"])
def test_sqlite(lite: str, scheme: str, tmp_path: Path) -> None:
    if "+" in scheme:
        pytest.importorskip("sqlalchemy")
    query = "SELECT * FROM sales -- all; of it\n WHERE note IS NULL OR note <> 'drop it; now' ;"
    path = fetch(Database(lite.replace("sqlite", scheme, 1), query, "sales"), tmp_path / "orders.parquet")
    clean = run(tmp_path, path)
    assert amounts(clean) == KEPT
    assert [row["order_id"] for row in rows(clean)] == ["1", "2", "C3"]


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+pysqlite"])
def test_sqlite_is_only_read(lite: str, scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if "+" in scheme:
        pytest.importorskip("sqlalchemy")
    monkeypatch.setattr(databases, "check_query", lambda query, name: None)
    with pytest.raises(BadInputError, match="the database is only read from, and the query writes"):
        fetch(
            Database(lite.replace("sqlite", scheme, 1), "DELETE FROM sales RETURNING 1", "sales"),
            tmp_path / "x.parquet",
        )


def test_faults_of_sqlite(lite: str, tmp_path: Path) -> None:
    assert failure(lite, "SELECT * FROM no", tmp_path).endswith(
        "has no such table; found no such table: no. Check the query."
    )
    assert "has no such column" in failure(lite, "SELECT no FROM sales", tmp_path)
    gone = failure("sqlite:////no/such.db", "SELECT 1", tmp_path)
    assert gone == "sqlite:////no/such.db: the database file is not there. Check the path in its address."
    (tmp_path / "text.db").write_text("order_id,amount\n" * 100, encoding="utf-8")
    assert "is not an SQLite database" in failure(f"sqlite:///{tmp_path}/text.db", "SELECT 1 FROM a", tmp_path)


def test_columns_whose_values_change_their_type_between_batches(
    lite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "_BATCH", 1)
    path = fetch(Database(lite, "SELECT * FROM sales"), tmp_path / "x.parquet")
    found = pq.read_table(path).to_pydict()
    assert found["order_id"] == ["1", "2", "C3"]
    assert found["amount"] == [10.5, 20.25, 5.0]
    assert found["note"] == ['delete; "it"', None, "ab"]


def test_drivers_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "sqlalchemy", "adbc_driver_postgresql.dbapi")
    assert failure("postgresql://u:wrong@h/b", "SELECT 1", tmp_path) == (
        "postgresql://u@h/b: needs the driver 'sqlalchemy', which is not installed. "
        "Install it: pip install -r requirements-databases.txt."
    )


def test_a_kind_of_database_without_its_driver(tmp_path: Path) -> None:
    pytest.importorskip("sqlalchemy")
    message = failure("mysql+pymysql://u:wrong@h/b", "SELECT 1", tmp_path)
    assert message.startswith("mysql+pymysql://u@h/b: needs the driver 'pymysql', which is not installed.")
    assert "'nosuch' is no kind of database that is known" in failure("nosuch://u:wrong@h/b", "SELECT 1", tmp_path)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:p@h:5432/b?sslmode=require", "postgresql://u@h:5432/b"),
        ("postgresql://u:p@ss@h/b", "postgresql://u@h/b"),
        ("postgresql://u:p#s?s/@h/b", "postgresql://..."),
        ("postgresql://h/b?user=u&password=p@x", "postgresql://..."),
        ("postgresql://h/b?password=p", "postgresql://h/b"),
        ("sqlite:////srv/shop.db", "sqlite:////srv/shop.db"),
        ("host=h password=p", "unknown://..."),
    ],
)
def test_addresses_are_shown_without_secrets(url: str, shown: str) -> None:
    base = Database(url, "SELECT 1", "sales")
    assert base.shown == shown
    assert repr(base) == f"Database({shown!r}, 'SELECT 1', 'sales')"
    for secret in base.secrets:
        assert databases.scrubbed(f"near {secret}!", base).startswith("near ***")


def test_no_address_at_all(tmp_path: Path) -> None:
    assert failure("host=h password=wrong", "SELECT 1", tmp_path).startswith(
        "sales: is no address of a database; expected such as "
    )


def test_the_drivers_are_loaded_when_they_are_needed() -> None:
    import subprocess
    import sys

    code = (
        "import core.ingest, sys; "
        "print([name for name in ('sqlalchemy', 'psycopg', 'adbc_driver_postgresql', 'adbc_driver_manager') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=os.getcwd())
    assert done.stdout.strip() == "[]"
