"""A user's files to clean tables, with every row accounted for.

Each file is read as text (or as typed Parquet), given a table by the mapping or by the names of its columns, converted by SQL in which
every failure is counted, and written as the clean Parquet tables of :mod:`core.schema`. Faults of a whole file raise
:class:`core.errors.BadInputError`; a faulty row goes to quarantine. See :mod:`core.ingest.mapping` for the mapping's TOML.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from core.engine import connect
from core.errors import BadInputError
from core.ingest.assign import assign
from core.ingest.attributes import products_of_lines, write_attributes
from core.ingest.currency import agree
from core.ingest.delimited import read_delimited
from core.ingest.fields import Bound
from core.ingest.mapping import Mapping_, parse_mapping, read_mapping
from core.ingest.order_lines import Lines, understand
from core.ingest.quarantine import problems_of, rejected
from core.ingest.report import FileReport, Report
from core.ingest.sources import Source, parquet_source, stem
from core.ingest.sql import Query
from core.ingest.workbook import SUFFIXES, read_workbook
from core.ingest.write import write_lines
from core.schema import ORDER_LINES, TABLES

__all__ = ["Clean", "Mapping_", "Report", "ingest", "parse_mapping", "read_mapping"]

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Clean:
    """The clean tables of an import.

    Parameters
    ----------
    order_lines : Path
        Parquet by :data:`core.schema.ORDER_LINES`.
    customers, products : Path or None
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


def ingest(
    paths: Sequence[Path],
    mapping: Mapping_ | None,
    work: Path,
    progress: Progress | None = None,
    today: date | None = None,
) -> Clean:
    """Read files into clean tables.

    Parameters
    ----------
    paths : sequence of Path
        Text tables (also .gz), workbooks, Parquet.
    mapping : Mapping_ or None
        None matches columns by name.
    work : Path
        An empty folder for what is written.
    progress : callable, optional
        Called with a stage (read, check, convert) and the share of it done.
    today : date, optional
        Later dates are noted as future; the day of the import without it.

    Returns
    -------
    Clean

    Raises
    ------
    BadInputError
        A file or the mapping can't be used as it stands.
    """
    say = progress or _silent
    chosen = mapping or Mapping_()
    # DuckDB compares folders by their full names.
    reader = _Reader(chosen, work.resolve(), say)
    sources = reader.read(paths)
    bounds = assign(sources, chosen)
    readable = (work.resolve(), *(source.path for source in reader.opened.values() if not source.staged))
    with connect(work.resolve(), readable) as con:
        return _convert(Query(con), bounds, reader, today or date.today(), say)


class _Reader:
    """Opens files, each once, and look-up tables beside them."""

    def __init__(self, mapping: Mapping_, work: Path, say: Progress) -> None:
        self.mapping, self.work, self.say = mapping, work, say
        self.opened: dict[Path, Source] = {}
        self.sheets = {stem(name): block.sheet for block in mapping.blocks for name in block.files if block.sheet}

    def read(self, paths: Sequence[Path]) -> list[Source]:
        """The files as given, then the look-ups that were not."""
        if not paths:
            raise BadInputError("no file was given")
        given = [path.resolve() for path in paths]
        names = [stem(path.name) for path in given]
        for path in given:
            if names.count(stem(path.name)) > 1:
                raise BadInputError("two files have this name", where=path.name, todo="Rename one of them.")
        sources = [self._open(path, at, len(given)) for at, path in enumerate(given)]
        for block in self.mapping.blocks:
            for _, spec in block.specs:
                if spec.lookup and stem(spec.lookup) not in names:
                    self._open(self._beside(spec.lookup, given), 0, 1)
        return sources

    def lookup(self, name: str) -> Source:
        """The source of a look-up's file."""
        return next(source for source in self.opened.values() if source.stem == stem(name))

    def _beside(self, name: str, given: Sequence[Path]) -> Path:
        # The name alone counts: a mapping doesn't reach into other folders.
        base = Path(name).name
        folders = dict.fromkeys(
            [path.parent for path in given] + ([self.mapping.folder] if self.mapping.folder else [])
        )
        for folder in folders:
            for path in (folder / base, folder / f"{base}.gz", folder / base.removesuffix(".gz")):
                if path.is_file():
                    return path.resolve()
        raise BadInputError(
            f"the file '{base}' is neither given nor beside the others",
            where=f"{self.mapping.name}, lookup",
            todo="Give it too.",
        )

    def _open(self, path: Path, at: int, files: int) -> Source:
        if path not in self.opened:
            if not path.is_file():
                raise BadInputError("there is no such file", where=str(path.name))
            if path.stat().st_size == 0:
                raise BadInputError("is empty", where=path.name)
            self.opened[path] = self._read(path, lambda share: self.say("read", (at + share) / files))
        return self.opened[path]

    def _read(self, path: Path, tell: Callable[[float], None]) -> Source:
        staged = self.work / f"staged_{len(self.opened)}.parquet"
        if path.suffix.lower() in (".parquet", ".pq"):
            return parquet_source(path)
        if path.suffix.lower() in SUFFIXES:
            return read_workbook(path, staged, self.sheets.get(stem(path.name)))
        settings = self.mapping.settings
        return read_delimited(path, staged, settings.encoding, settings.delimiter, tell)


def _convert(query: Query, bounds: Sequence[Bound], reader: _Reader, today: date, say: Progress) -> Clean:
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
        lines.append(understand(query, bound, at, settings, reader.lookup, written.get("products")))
        say("check", (at + 1) / len(by_table["order_lines"]))
    currency = agree([item.currency for item in lines if item.currency], settings.currency, "the files together")
    path = work / "order_lines.parquet"
    result = write_lines(query, lines, settings, path, today, lambda share: say("convert", share))
    ORDER_LINES.check(path)
    if "products" not in written and products_of_lines(
        query, by_table["order_lines"], reader.lookup, work / "products.parquet"
    ):
        written["products"] = work / "products.parquet"
    say("convert", 1.0)
    others = [bound.source for bound in bounds if bound.table != "order_lines"]
    report = Report(
        (*result.files, *reports),
        result.notes,
        (*result.problems, *(problem for source in others for problem in problems_of(source))),
        result.totals,
    )
    return Clean(
        path,
        written.get("customers"),
        written.get("products"),
        _write_quarantine(pa.concat_tables([result.quarantine, rejected(others)]), work),
        report,
        frozenset[str]().union(*(item.known for item in lines)),
        currency,
        settings.zero_orders,
        tuple(bound.source.name for bound in bounds),
    )


def _write_quarantine(table: pa.Table, work: Path) -> Path | None:
    if not table.num_rows:
        return None
    path = work / "quarantine.parquet"
    pq.write_table(table, path)
    return path


def _silent(_stage: str, _share: float) -> None:
    return None
