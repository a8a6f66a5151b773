"""Small workbooks of each format, for tests: numbers, dates, texts, and errors written as "#N/A"."""

import struct
import zipfile
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pyarrow.parquet as pq
import xlwt

from core.ingest.readers.cells_binary import ERRORS
from core.ingest.readers.workbook import read_workbook
from tests.core.ingest.helpers import write_xlsx

CODES = {text: code for code, text in ERRORS.items()}


ODS_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)


CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"


HIDDEN = (
    '<office:automatic-styles><style:style style:name="away" style:family="table">'
    '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
)


def write_book(path: Path, sheets: dict[str, list[list[Any]]], hidden: tuple[str, ...] = ()) -> Path:
    """A workbook of the format that its suffix says."""
    writers = {".xlsx": write_xlsx, ".xlsm": write_xlsx, ".xls": write_xls, ".xlsb": write_xlsb, ".ods": write_ods}
    return writers[path.suffix](path, sheets, hidden)


def write_xls(path: Path, sheets: dict[str, list[list[Any]]], hidden: tuple[str, ...] = ()) -> Path:
    book = xlwt.Workbook()
    style = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for name, content in sheets.items():
        sheet = book.add_sheet(name)
        sheet.visibility = int(name in hidden)
        for line, row in enumerate(content):
            for column, value in enumerate(row):
                if isinstance(value, str) and value in CODES:
                    sheet.row(line).set_cell_error(column, CODES[value])
                elif isinstance(value, date):
                    sheet.write(line, column, value, style)
                elif value is not None:
                    sheet.write(line, column, value)
    book.save(str(path))
    return path


def write_ods(path: Path, sheets: dict[str, list[list[Any]]], hidden: tuple[str, ...] = ()) -> Path:
    body = ""
    for name, content in sheets.items():
        lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in content)
        away = ' table:style-name="away"' if name in hidden else ""
        body += f'<table:table table:name="{escape(name)}"{away}>{lines}</table:table>'
    return write_ods_content(path, body)


def write_ods_content(path: Path, body: str) -> Path:
    content = (
        f"<office:document-content {ODS_SPACES} {CALC}>{HIDDEN}<office:body><office:spreadsheet>{body}</office:spreadsheet>"
        "</office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", f'<manifest xmlns="{MANIFEST}"/>')
        archive.writestr("content.xml", content)
    return path


def _ods_cell(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
    if isinstance(value, (int, float)):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    error = ' office:string-value="" calcext:value-type="error"' if value.startswith("#") else ""
    return f'<table:table-cell office:value-type="string"{error}><text:p>{escape(value)}</text:p></table:table-cell>'


def write_xlsb(path: Path, sheets: dict[str, list[list[Any]]], hidden: tuple[str, ...] = ()) -> Path:
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    names = list(sheets)
    targets = "".join(
        f'<Relationship Id="rId{at}" Type="{relation}/worksheet" Target="worksheets/sheet{at}.bin"/>'
        for at in range(1, len(names) + 1)
    )
    bundle = b"".join(
        _record(156, struct.pack("<II", int(name in hidden), at) + _wide(f"rId{at}") + _wide(name))
        for at, name in enumerate(names, 1)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"/>')
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{relation}/officeDocument" '
            'Target="xl/workbook.bin"/></Relationships>',
        )
        archive.writestr("xl/workbook.bin", _record(131) + _record(143) + bundle + _record(144) + _record(132))
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{package}/relationships">{targets}<Relationship Id="rIdS" Type="{relation}/styles" '
            'Target="styles.bin"/></Relationships>',
        )
        formats = b"".join(_record(47, struct.pack("<HHHHHBBBB", 0, form, 0, 0, 0, 0, 0, 0, 0)) for form in (0, 14))
        cells = _record(617, struct.pack("<I", 2)) + formats + _record(618)
        archive.writestr("xl/styles.bin", _record(278) + cells + _record(279))
        for at, content in enumerate(sheets.values(), 1):
            archive.writestr(f"xl/worksheets/sheet{at}.bin", _xlsb_sheet(content))
    return path


def _xlsb_sheet(content: list[list[Any]]) -> bytes:
    width = max((len(row) for row in content), default=1)
    data = _record(129) + _record(148, struct.pack("<4I", 0, max(len(content) - 1, 0), 0, width - 1)) + _record(145)
    for line, row in enumerate(content):
        data += _record(0, struct.pack("<I", line) + bytes(21))
        for column, value in enumerate(row):
            if value is None:
                continue
            style = int(isinstance(value, date))
            place = struct.pack("<II", column, style)
            if isinstance(value, date):
                data += _record(5, place + struct.pack("<d", (value - date(1899, 12, 30)).days))
            elif isinstance(value, (int, float)):
                data += _record(5, place + struct.pack("<d", value))
            elif value in CODES:
                data += _record(3, place + bytes([CODES[value]]))
            else:
                data += _record(6, place + _wide(value))
    return data + _record(146) + _record(130)


def _record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(data), b""
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 127 else 0)])
        size >>= 7
        if not size:
            return head + length + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def edited(path: Path, part: str, old: str, new: str) -> Path:
    """A zip-based workbook with something in one part replaced."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in parts[part]
    parts[part] = parts[part].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def staged(path: Path, **choice: Any) -> tuple[list[list[str | None]], dict[str, str]]:
    source = read_workbook(path, path.with_suffix(".parquet"), **choice)
    return [list(row.values()) for row in pq.read_table(source.path).to_pylist()], dict(source.how)
