"""A user's files to clean tables, with every row accounted for.

Each file is read as text (or as typed Parquet), given a table by the mapping or by the names of its columns, converted by SQL in which
every failure is counted, and written as the clean Parquet tables of :mod:`core.schema`. Faults of a whole file raise
:class:`core.errors.BadInputError`; a faulty row goes to quarantine. See :mod:`core.ingest.mapping.model` for the mapping's TOML.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from core.engine import connect
from core.ingest.mapping.assign import assign
from core.ingest.mapping.fitting import fitted
from core.ingest.mapping.model import Mapping_, parse_mapping, read_mapping
from core.ingest.quarantine import SCHEMA, problems_of, rejected
from core.ingest.readers.damage import damaged
from core.ingest.readers.database import Database
from core.ingest.readers.gather import gather
from core.ingest.readers.reading import Reader
from core.ingest.report import FileReport, Report
from core.ingest.sql import Query
from core.ingest.tables.attributes import products_of_lines, write_attributes
from core.ingest.tables.events import Events, write_events
from core.ingest.tables.order_lines import Lines, understand
from core.ingest.tables.write import Written, write_lines
from core.ingest.values.currency import together
from core.ingest.values.fields import Bound
from core.ingest.values.filling import filled
from core.schema import EVENT_TABLES, ORDER_LINES, TABLES

__all__ = ["Clean", "Mapping_", "Report", "ingest", "parse_mapping", "read_mapping"]

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Clean:
    """The clean tables of an import.

    Parameters
    ----------
    order_lines : Path
        Parquet by :data:`core.schema.ORDER_LINES`; without rows when none were given and none were needed.
    customers, products, deals, touchpoints, survey, spend, market : Path or None
        Parquet by the table of that name; None for what was not given.
    quarantine : Path or None
        Parquet: file, row (physical line of a text file), column, value, reason. None when nothing is in it.
    report : Report
    known : frozenset of str
        Columns of the order lines that the data have; the others are null throughout.
    currency : str or None
    zero_orders : {"credit", "purchase"}
    sources : tuple of str
        Names of the files.
    """

    order_lines: Path
    customers: Path | None
    products: Path | None
    quarantine: Path | None
    report: Report
    known: frozenset[str]
    currency: str | None
    zero_orders: Literal["credit", "purchase"]
    sources: tuple[str, ...]
    deals: Path | None = None
    touchpoints: Path | None = None
    survey: Path | None = None
    spend: Path | None = None
    market: Path | None = None

    @property
    def tables(self) -> tuple[tuple[str, Path], ...]:
        """Those of :data:`core.schema.EVENT_TABLES` that were given, by name."""
        found = ((name, getattr(self, name)) for name in EVENT_TABLES)
        return tuple((name, path) for name, path in found if path is not None)


def ingest(
    given: Sequence[Path | Database],
    mapping: Mapping_ | None,
    work: Path,
    progress: Progress | None = None,
    today: date | None = None,
    places: bool = False,
    *,
    data: Path | None = None,
    needs_lines: bool = True,
) -> Clean:
    """Read files into clean tables.

    Parameters
    ----------
    given : sequence of Path or Database
        Text tables (also .gz), workbooks, Parquet, Arrow; folders and archives of these; queries.
    mapping : Mapping_ or None
        What it leaves open is settled by the saved or ready mapping that fits a file, else by the names of its columns. One that
        was read from a file is taken as it is.
    work : Path
        An empty folder for what is written.
    progress : callable, optional
        Called with a stage (read, check, convert) and the share of it done.
    today : date, optional
        Later dates are noted as future; the day of the import without it.
    places : bool
        Keeps where each order line is from, in two more columns: ``file`` (position among the files of order lines) and ``line``.
    data : Path, optional
        Data folder, where mappings are saved.
    needs_lines : bool
        Whether there have to be order lines; not when the files are added to a snapshot.

    Returns
    -------
    Clean

    Raises
    ------
    QuestionError
        Something can be meant in two ways.
    BadInputError
        A file or the mapping can't be used as it stands.
    """
    say = progress or _silent
    # DuckDB compares folders by their full names.
    work = work.resolve()
    paths = gather(given, work)
    chosen, names = fitted(paths, mapping, data, work)
    reader = Reader(chosen, work, say)
    sources = [
        replace(source, how=(*source.how, ("mapping", names[source.name]))) if source.name in names else source
        for source in reader.read(paths)
    ]
    bounds = assign(sources, chosen, needs_lines)
    readable = (work, *(source.path for source in reader.opened.values() if not source.staged))
    with connect(work, readable) as con:
        query = Query(con)
        try:
            bounds = [filled(query, bound, work / f"filled_{at}.parquet") for at, bound in enumerate(bounds)]
            return _convert(query, bounds, reader, today or date.today(), say, places)
        except duckdb.Error as error:
            found = damaged(error, query, reader.opened.values())
            if found is None:
                raise
            raise found from error


def _convert(query: Query, bounds: Sequence[Bound], reader: Reader, today: date, say: Progress, places: bool) -> Clean:
    settings, work = reader.mapping.settings, reader.work
    by_table = {table: [bound for bound in bounds if bound.table == table] for table in TABLES}
    written: dict[str, Path] = {}
    reports: list[FileReport] = []
    for table in ("customers", "products"):
        if by_table[table]:
            written[table] = work / f"{table}.parquet"
            reports += write_attributes(query, by_table[table], settings, reader.lookup, written[table])
            TABLES[table].check(written[table])
    say("check", 0.0)
    lines: list[Lines] = []
    for at, bound in enumerate(by_table["order_lines"]):
        lines.append(understand(query, bound, at, reader.mapping, reader.lookup, written.get("products")))
        say("check", (at + 1) / len(by_table["order_lines"]))
    events: list[Events] = []
    for table in EVENT_TABLES:
        if by_table[table]:
            written[table] = work / f"{table}.parquet"
            events.append(write_events(query, by_table[table], reader.mapping, reader.lookup, written[table]))
            TABLES[table].check(written[table])
    in_lines = [(item.bound.source.name, item.currencies) for item in lines]
    currency = together([*in_lines, *(one for item in events for one in item.currencies)], settings.currency)
    path = work / "order_lines.parquet"
    if lines:
        result = write_lines(query, lines, reader.mapping, path, today, lambda share: say("convert", share), places)
    else:
        result = _no_lines(path, places)
    if not places:
        ORDER_LINES.check(path)
    if "products" not in written and products_of_lines(
        query, by_table["order_lines"], reader.lookup, work / "products.parquet"
    ):
        written["products"] = work / "products.parquet"
    say("convert", 1.0)
    others = [bound.source for table in ("customers", "products") for bound in by_table[table]]
    report = Report(
        (*result.files, *reports, *(file for item in events for file in item.files)),
        result.notes,
        (
            *result.problems,
            *(problem for source in others for problem in problems_of(source)),
            *(problem for item in events for problem in item.problems),
        ),
        result.totals,
    )
    quarantine = pa.concat_tables([result.quarantine, rejected(others), *(item.quarantine for item in events)])
    return Clean(
        path,
        written.get("customers"),
        written.get("products"),
        _write_quarantine(quarantine, work),
        report,
        frozenset[str]().union(*(item.known for item in lines)),
        currency,
        settings.zero_orders,
        tuple(bound.source.name for bound in bounds),
        **{table: written[table] for table in EVENT_TABLES if table in written},
    )


def _no_lines(path: Path, places: bool) -> Written:
    """An empty table of order lines."""
    kinds = {
        "VARCHAR": pa.string(),
        "DATE": pa.date32(),
        "UTINYINT": pa.uint8(),
        "BIGINT": pa.int64(),
        "DOUBLE": pa.float64(),
    }
    columns = [(column.name, kinds[column.type]) for column in ORDER_LINES.columns]
    extra = [("file", pa.int32()), ("line", pa.int64())] if places else []
    pq.write_table(pa.schema([*columns, *extra]).empty_table(), path)
    return Written((), (), (), SCHEMA.empty_table(), ())


def _write_quarantine(table: pa.Table, work: Path) -> Path | None:
    if not table.num_rows:
        return None
    path = work / "quarantine.parquet"
    pq.write_table(table, path)
    return path


def _silent(_stage: str, _share: float) -> None:
    return None
