"""Small files for the tests of the import, and the import itself with its report reconciled."""

import zipfile
from dataclasses import astuple
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.ingest import Clean, Mapping_, ingest, parse_mapping
from core.ingest.report import Count
from core.schema import TABLES

TODAY = date(2024, 6, 1)


HEADER = "order_id,customer_id,date,amount"


GOOD = ("1,a,2011-01-05,10.50", "2,b,2011-01-06,20.25", "3,a,2011-02-07,5.00")


def write(folder: Path, content: str | bytes, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def table(*rows: str, header: str = HEADER) -> str:
    return "\n".join((header, *rows)) + "\n"


def run(folder: Path, *paths: Path, mapping: dict[str, Any] | Mapping_ | None = None) -> Clean:
    """Import, and check that every row and all money are accounted for."""
    work = folder / "work"
    work.mkdir(exist_ok=True)
    parsed = parse_mapping(mapping) if isinstance(mapping, dict) else mapping
    clean = ingest(paths, parsed, work, today=TODAY)
    check(clean)
    return clean


def check(clean: Clean) -> None:
    total = clean.report.total()
    kept = pq.read_table(clean.order_lines, columns=["amount"]).column("amount")
    assert total.read.rows == total.kept.rows + total.quarantined.rows + sum(count.rows for _, count in total.left_out)
    assert total.kept.rows == len(kept)
    assert total.kept.money == (pc.sum(kept).as_py() or 0)
    in_quarantine = pq.read_metadata(clean.quarantine).num_rows if clean.quarantine else 0
    assert in_quarantine == sum(file.quarantined.rows for file in clean.report.files)
    assert in_quarantine == sum(problem.rows for problem in clean.report.problems)
    for file in clean.report.files:
        file.reconcile()
    left_out: dict[str, Count] = {}
    for rule, count in (pair for file in clean.report.files for pair in file.left_out):
        left_out[rule] = left_out.get(rule, Count()) + count
    for note in clean.report.notes:
        # A rule that leaves rows out counts just these; any other counts among the kept ones.
        if note.left_out:
            assert (note.rows, note.money or 0, note.unknown) == astuple(left_out[note.name])
        else:
            assert note.rows <= sum(file.kept.rows for file in clean.report.files)
        assert 1 <= len(note.examples) <= 3


def rows(clean: Clean) -> list[dict[str, Any]]:
    """The clean order lines, by order id."""
    found = pq.read_table(clean.order_lines).to_pylist()
    return sorted(found, key=lambda row: (row["order_id"], row["amount"], row["date"], row["customer_id"] or ""))


def amounts(clean: Clean) -> list[int]:
    return [row["amount"] for row in rows(clean)]


def write_xlsx(path: Path, sheets: dict[str, list[list[Any]]], hidden: tuple[str, ...] = ()) -> Path:
    """A minimal workbook: numbers, dates (as styled serials), texts, and errors written as "#N/A"."""
    names = list(sheets)
    states = ["hidden" if name in hidden else "visible" for name in names]
    book = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" state="{state}" r:id="rId{at}"/>'
        for at, (name, state) in enumerate(zip(names, states, strict=True), 1)
    )
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    relations = "".join(
        f'<Relationship Id="rId{at}" Type="{relation}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(names) + 1)
    )
    formats = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            f'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{relation}/officeDocument" '
            f'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr("xl/workbook.xml", f'<workbook {main} xmlns:r="{relation}"><sheets>{book}</sheets></workbook>')
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">{relations}<Relationship Id="rIdS" Type="{relation}/styles" '
            f'Target="styles.xml"/></Relationships>',
        )
        archive.writestr("xl/styles.xml", f"<styleSheet {main}>{formats}</styleSheet>")
        for at, content in enumerate(sheets.values(), 1):
            body = "".join(f'<row r="{line}">{_cells(line, row)}</row>' for line, row in enumerate(content, 1))
            archive.writestr(
                f"xl/worksheets/sheet{at}.xml", f"<worksheet {main}><sheetData>{body}</sheetData></worksheet>"
            )
    return path


def _cells(line: int, row: list[Any]) -> str:
    cells = []
    for column, value in zip("ABCDEFGHIJ", row, strict=False):
        place = f'r="{column}{line}"'
        if value is None:
            continue
        if isinstance(value, date):
            cells.append(f'<c {place} s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>')
        elif isinstance(value, (int, float)):
            cells.append(f"<c {place}><v>{value}</v></c>")
        elif value.startswith("#"):
            cells.append(f'<c {place} t="e"><v>{value}</v></c>')
        else:
            cells.append(f'<c {place} t="inlineStr"><is><t>{escape(value)}</t></is></c>')
    return "".join(cells)


def run_tables(folder: Path, *paths: Path, mapping: dict[str, Any] | None = None) -> Clean:
    """Import tables without order lines, and check that every row is accounted for."""
    work = folder / "work"
    work.mkdir(exist_ok=True)
    clean = ingest(paths, parse_mapping(mapping or {}), work, today=TODAY, needs_lines=False)
    for name, path in clean.tables:
        TABLES[name].check(path)
        total = clean.report.total(name)
        assert total.kept.rows == pq.read_metadata(path).num_rows
        assert total.read.rows == sum(
            (total.kept.rows, total.quarantined.rows, *(count.rows for _, count in total.left_out))
        )
    bad = pq.read_metadata(clean.quarantine).num_rows if clean.quarantine else 0
    assert bad == sum(file.quarantined.rows for file in clean.report.files)
    assert bad == sum(problem.rows for problem in clean.report.problems)
    return clean
