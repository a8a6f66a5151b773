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
from core.ingest.assign import assign
from core.ingest.attributes import products_of_lines, write_attributes
from core.ingest.currency import agree
from core.ingest.fields import Bound
from core.ingest.mapping import Mapping_, parse_mapping, read_mapping
from core.ingest.order_lines import Lines, understand
from core.ingest.quarantine import problems_of, rejected
from core.ingest.reading import Reader
from core.ingest.report import FileReport, Report
from core.ingest.sql import Query
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
    reader = Reader(chosen, work.resolve(), say)
    sources = reader.read(paths)
    bounds = assign(sources, chosen)
    readable = (work.resolve(), *(source.path for source in reader.opened.values() if not source.staged))
    with connect(work.resolve(), readable) as con:
        return _convert(Query(con), bounds, reader, today or date.today(), say)


def _convert(query: Query, bounds: Sequence[Bound], reader: Reader, today: date, say: Progress) -> Clean:
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
