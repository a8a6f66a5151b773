"""A query to a database, as a Parquet file: read-only, in batches, and with no word about the password.

PostgreSQL goes through ADBC where it is installed, SQLite through Python's own module, every other address through SQLAlchemy. The
drivers are in requirements-databases.txt; none of them is needed for anything else.
"""

import importlib
import re
import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pyarrow as pa

from core.errors import BadInputError, ClienteleError
from core.ingest.readers.spool import Spool, batch_of

_BATCH = 50_000
_CONNECT_SECONDS = 10
_INSTALL = "Install it: pip install -r requirements-databases.txt."
_WRITES = re.compile(r"\b(insert|update|delete|merge|into|drop|alter|create|truncate)\b", re.IGNORECASE)
# What is no word of the query itself: strings, quoted names, comments.
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/""", re.DOTALL)
_READ_ONLY = {
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
    "oracle": "SET TRANSACTION READ ONLY",
}
_FAULTS: tuple[tuple[str, str, str], ...] = (
    (
        r"password|authentication|access denied|no pg_hba",
        "refuses the name or the password",
        "Check both in its address.",
    ),
    (
        r'database "?[^"]*"? does not exist|unknown database',
        "has no database of this name",
        "Check the end of its address.",
    ),
    (
        r"translate host name|name or service not known|resolve|getaddrinfo",
        "is not found",
        "Check the host in its address.",
    ),
    (
        r"refused|no such file or directory|is the server running",
        "does not answer",
        "Check host and port, and that it runs.",
    ),
    (r"timeout expired|timed out", "does not answer in time", "Check host and port, and that it can be reached."),
    (r"unable to open database file", "is not there", "Check the path in its address."),
    (r"not a database", "is not an SQLite database", "Check the path in its address."),
    (r"no such table|relation .* does not exist|table .* doesn't exist", "has no such table", "Check the query."),
    (r"no such column|column .* does not exist|unknown column", "has no such column", "Check the query."),
    (r"read-?only", "is only read from, and the query writes", "Give a query that only reads."),
    (r"permission denied|not authorized|denied to user", "does not let this user read it", "Ask for the right to."),
    (r"syntax error", "does not understand the query", "Check the query."),
)


@dataclass(frozen=True, repr=False)
class Database:
    """A query whose result is a table.

    Parameters
    ----------
    url : str
        ``postgresql://user:password@host/base``, ``sqlite:///path``, or any address that SQLAlchemy takes.
    query : str
        One SELECT (or WITH ... SELECT).
    name : str
        What the table is called in messages and mappings.
    """

    url: str
    query: str
    name: str = "query"

    @property
    def scheme(self) -> str:
        """What kind of database, and which driver: "postgresql", "mysql+pymysql"."""
        return self.url.partition("://")[0].lower() if "://" in self.url else ""

    @property
    def shown(self) -> str:
        """The address without password and options; hardly anything of one that can't be taken apart."""
        user, _, rest = self.url.partition("://")[2].rpartition("@")
        name = user.partition(":")[0]
        if not self.scheme or set(user) & set("/?#"):
            return f"{self.scheme or 'unknown'}://..."
        return f"{self.scheme}://{name + '@' if name else ''}{re.split('[?#]', rest)[0]}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no message may show."""
        user = self.url.partition("://")[2].rpartition("@")[0]
        options = re.findall(r"[?&;][^=&;]*=([^&;#]*)", self.url)
        found = {self.url, user.partition(":")[2], *options}
        return tuple(sorted({text for item in found for text in (item, unquote(item)) if text}, key=len, reverse=True))

    def __repr__(self) -> str:
        return f"Database({self.shown!r}, {self.query!r}, {self.name!r})"


def fetch(database: Database, path: Path) -> Path:
    """The result of a query as a Parquet file; decimals, dates and times stay what they are.

    Parameters
    ----------
    database : Database
    path : Path
        File to write.

    Returns
    -------
    Path

    Raises
    ------
    BadInputError
        It is no single SELECT, its driver is missing, the database can't be reached or refuses it, or it gives nothing or too much.
    """
    check_query(database.query, database.name)
    spool = Spool(path, database.name)
    fault = None
    try:
        # Closed here, so that the connection goes at once when the result is refused.
        with closing(_batches(database)) as batches:
            spool.fill(batches)
    except ClienteleError:
        raise
    except Exception as error:
        fault = _fault(error, database)
    if fault is not None:
        # Raised here, so that nothing of the driver's own error goes with it.
        raise fault
    if not spool.rows:
        raise BadInputError("the query gives no rows", where=database.name)
    return path


def check_query(query: str, name: str) -> None:
    """Refuse what is not one SELECT. The database is asked to refuse writing too.

    Raises
    ------
    BadInputError
    """
    bare = _QUOTED.sub(" ", query).strip().rstrip("; \n\t")
    first = re.match(r"[\s(]*(\w*)", bare)
    expected = "one SELECT, or WITH ... SELECT"
    if first is None or first[1].lower() not in ("select", "with"):
        raise BadInputError("the query is not one that reads", where=name, expected=expected, found=bare[:60])
    if ";" in bare:
        raise BadInputError("the query is more than one statement", where=name, expected=expected)
    writes = _WRITES.search(bare)
    if writes:
        todo = "A column of this name goes in quotes."
        raise BadInputError(
            "the query is not one that reads", where=name, expected=expected, found=writes[0], todo=todo
        )


def _batches(database: Database) -> Generator[pa.RecordBatch, None, None]:
    if not database.scheme:
        raise BadInputError(
            "is no address of a database",
            where=database.name,
            expected="such as postgresql://user:password@host/base or sqlite:///path",
        )
    if database.scheme == "sqlite":
        return _sqlite(database)
    if database.scheme in ("postgresql", "postgres"):
        try:
            return _adbc(database, importlib.import_module("adbc_driver_postgresql.dbapi"))
        except ImportError:
            pass
    return _sqlalchemy(database)


def _adbc(database: Database, driver: Any) -> Generator[pa.RecordBatch, None, None]:
    sign = "&" if "?" in database.url else "?"
    with (
        closing(driver.connect(f"{database.url}{sign}connect_timeout={_CONNECT_SECONDS}")) as connection,
        closing(connection.cursor()) as cursor,
    ):
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute(database.query.strip().rstrip(";"))
        with closing(cursor.fetch_record_batch()) as reader:
            yield from reader


def _sqlite(database: Database) -> Generator[pa.RecordBatch, None, None]:
    path = unquote(re.split("[?#]", database.url.partition("://")[2])[0].removeprefix("/"))
    if not Path(path).is_file():
        raise BadInputError(
            "the database file is not there", where=database.shown, todo="Check the path in its address."
        )
    with closing(sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True)) as connection:
        connection.execute("PRAGMA query_only = ON")
        cursor = connection.execute(database.query)
        yield from _row_batches(cursor, [column[0] for column in cursor.description])


def _engine(database: Database) -> Any:
    missing = ""
    try:
        alchemy = importlib.import_module("sqlalchemy")
        url = alchemy.engine.make_url(re.sub("^postgres(?=[:+])", "postgresql", database.url))
        if url.drivername == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        options = {"connect_timeout": _CONNECT_SECONDS} if url.drivername.startswith("postgresql") else {}
        return alchemy.create_engine(url, poolclass=alchemy.pool.NullPool, connect_args=options)
    except ImportError as error:
        missing = error.name or database.scheme
    raise BadInputError(f"needs the driver '{missing}', which is not installed", where=database.shown, todo=_INSTALL)


def _sqlalchemy(database: Database) -> Generator[pa.RecordBatch, None, None]:
    engine = _engine(database)
    dialect = engine.dialect.name
    options: dict[str, Any] = {"stream_results": True, "max_row_buffer": _BATCH, "no_parameters": True}
    if dialect == "postgresql":
        options["postgresql_readonly"] = True
    with engine.connect().execution_options(**options) as connection:
        if dialect in _READ_ONLY:
            connection.exec_driver_sql(_READ_ONLY[dialect])
        if dialect == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only = ON")
        result = connection.exec_driver_sql(database.query.strip().rstrip(";"))
        yield from _row_batches(result, list(result.keys()))


def _row_batches(cursor: Any, headers: list[str]) -> Iterator[pa.RecordBatch]:
    while rows := cursor.fetchmany(_BATCH):
        yield batch_of(rows, headers)


def _fault(error: Exception, database: Database) -> BadInputError:
    """What went wrong, in a sentence that tells no secret."""
    text = str(getattr(error, "orig", None) or error)
    found = scrubbed(" ".join(text.split()), database)[:200]
    if type(error).__name__ == "NoSuchModuleError":
        return BadInputError(f"'{database.scheme}' is no kind of database that is known", where=database.shown)
    for pattern, what, todo in _FAULTS:
        if re.search(pattern, text, re.IGNORECASE):
            return BadInputError(f"the database {what}", where=database.shown, found=found, todo=todo)
    return BadInputError("the database can't be read", where=database.shown, found=found or type(error).__name__)


def scrubbed(text: str, database: Database) -> str:
    """A text without the secrets of an address."""
    for secret in database.secrets:
        text = text.replace(secret, "***")
    return text
