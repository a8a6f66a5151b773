"""A user's files to clean tables, with every row accounted for.

Each file is read as text (or as typed Parquet), given a table by the mapping or by the names of its columns, converted by SQL in which
every failure is counted, and written as the clean Parquet tables of :mod:`core.schema`. Faults of a whole file raise
:class:`core.errors.BadInputError`; a faulty row goes to quarantine. See :mod:`core.ingest.mapping.model` for the mapping's TOML.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
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
from core.ingest.sources import Source
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
# Tables of one row a key.
_KEYED = ("customers", "products")


@dataclass(frozen=True)
class Clean:
    """The clean tables of an import.

    Parameters
    ----------
    order_lines : Path
        Parquet by :data:`core.schema.ORDER_LINES`; without rows when none were given and none were needed.
    customers, products, deals, touchpoints, survey, spend, market, notes : Path or None
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
    notes: Path | None = None

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
            return _Conversion(query, bounds, reader, today or date.today(), say, places).run()
        except duckdb.Error as error:
            found = damaged(error, query, reader.opened.values())
            if found is None:
                raise
            raise found from error


class _Conversion:
    """The files of an import, table by table, to clean ones."""

    def __init__(
        self, query: Query, bounds: Sequence[Bound], reader: Reader, today: date, say: Progress, places: bool
    ) -> None:
        self.query, self.reader, self.today, self.say, self.places = query, reader, today, say, places
        self.mapping, self.work = reader.mapping, reader.work
        self.bounds = {table: [bound for bound in bounds if bound.table == table] for table in TABLES}
        self.sources = tuple(bound.source.name for bound in bounds)
        self.written: dict[str, Path] = {}

    def run(self) -> Clean:
        """Write everything."""
        attributes = [report for table in _KEYED for report in self._attributes(table)]
        lines = self._understood()
        events = [self._events(table) for table in EVENT_TABLES if self.bounds[table]]
        in_lines = [(item.bound.source.name, item.currencies) for item in lines]
        currency = together(
            [*in_lines, *(one for item in events for one in item.currencies)], self.mapping.settings.currency
        )
        path = self.work / "order_lines.parquet"
        result = self._lines(lines, path)
        self._products_of_lines()
        self.say("convert", 1.0)
        others = [bound.source for table in _KEYED for bound in self.bounds[table]]
        quarantine = pa.concat_tables([result.quarantine, rejected(others), *(item.quarantine for item in events)])
        return Clean(
            order_lines=path,
            quarantine=_write_quarantine(quarantine, self.work),
            report=_report(result, attributes, others, events),
            known=frozenset[str]().union(*(item.known for item in lines)),
            currency=currency,
            zero_orders=self.mapping.settings.zero_orders,
            sources=self.sources,
            **{table: self.written.get(table) for table in (*_KEYED, *EVENT_TABLES)},
        )

    def _path(self, table: str) -> Path:
        self.written[table] = self.work / f"{table}.parquet"
        return self.written[table]

    def _attributes(self, table: str) -> tuple[FileReport, ...]:
        if not self.bounds[table]:
            return ()
        path = self._path(table)
        reports = write_attributes(self.query, self.bounds[table], self.mapping.settings, self.reader.lookup, path)
        TABLES[table].check(path)
        return reports

    def _events(self, table: str) -> Events:
        path = self._path(table)
        events = write_events(self.query, self.bounds[table], self.mapping, self.reader.lookup, path)
        TABLES[table].check(path)
        return events

    def _understood(self) -> list[Lines]:
        self.say("check", 0.0)
        lines: list[Lines] = []
        products, given = self.written.get("products"), self.bounds["order_lines"]
        for at, bound in enumerate(given):
            lines.append(understand(self.query, bound, at, self.mapping, self.reader.lookup, products))
            self.say("check", (at + 1) / len(given))
        return lines

    def _lines(self, lines: Sequence[Lines], path: Path) -> Written:
        if not lines:
            return _no_lines(path, self.places)
        step = partial(self.say, "convert")
        result = write_lines(self.query, lines, self.mapping, path, self.today, step, self.places)
        if not self.places:
            ORDER_LINES.check(path)
        return result

    def _products_of_lines(self) -> None:
        path = self.work / "products.parquet"
        given = self.bounds["order_lines"]
        if "products" not in self.written and products_of_lines(self.query, given, self.reader.lookup, path):
            self.written["products"] = path


def _report(
    result: Written, attributes: Sequence[FileReport], others: Sequence[Source], events: Sequence[Events]
) -> Report:
    problems = (
        *result.problems,
        *(problem for source in others for problem in problems_of(source)),
        *(problem for item in events for problem in item.problems),
    )
    return Report(
        (*result.files, *attributes, *(file for item in events for file in item.files)),
        (*result.notes, *(item.note for item in events if item.note)),
        problems,
        result.totals,
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
