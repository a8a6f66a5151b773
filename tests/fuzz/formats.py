"""Tables as the bytes of a file, in every format that is read."""

import gzip
import io
import zipfile
from collections.abc import Callable
from datetime import date
from random import Random
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq

from tests.fuzz.tables import Rows

Spoil = Callable[[bytes], bytes]
ENCODINGS = (
    *("utf-8",) * 8, *("utf-8-sig", "utf-16", "cp1251", "cp1252", "gb18030") * 2, "utf-16-le", "utf-16-be", "latin-1",
    "utf-32", "cp866",
)  # fmt: skip
MEMBERS = (
    "orders.csv",
    "../../x.csv",
    "/etc/x.csv",
    "a/b.csv",
    "C:\\x.csv",
    "a\nb.csv",
    ".csv",
    "orders.csv.gz",
    "x" * 300 + ".csv",
    "__MACOSX/._a.csv",
)
_OFFICE = "http://schemas.openxmlformats.org"


def text(rows: Rows, rng: Random) -> bytes:
    """Text with some delimiter, quoting, line end and encoding."""
    delimiter, end = rng.choice((*",,,,,,,;;;;;;\t\t\t\t||| ~",)), rng.choice(("\n", "\n", "\r\n", "\r"))
    quoting = rng.choice((*("need",) * 7, "all", "all", "never", "escape"))

    def cell(value: str) -> str:
        if quoting == "escape":
            return '"' + value.replace('"', '\\"') + '"'
        wants = quoting == "all" or (quoting == "need" and any(sign in value for sign in (delimiter, '"', "\n", "\r")))
        return '"' + value.replace('"', '""') + '"' if wants else value

    lines = [delimiter.join(map(cell, row)) for row in rows]
    if rng.random() < 0.05:
        lines.insert(0, f"sep={delimiter}")
    content = end.join(lines) + end * rng.choice((1, 1, 1, 0, 2))
    return content.encode(rng.choice(ENCODINGS), rng.choice(("replace", "ignore")))


def gzipped(rows: Rows, rng: Random, spoil: Spoil) -> bytes:
    """Text, spoilt before it is packed."""
    packed = gzip.compress(spoil(text(rows, rng)), rng.choice((0, 6)), mtime=0)
    return packed * rng.choice((1, 1, 1, 2))


def zipped(rows: Rows, rng: Random, spoil: Spoil) -> bytes:
    """One or two members, sometimes with hostile names, sometimes an archive in the archive."""
    content = spoil(text(rows, rng))
    if rng.random() < 0.1:
        content = _zip({"inner.csv": content})
    members = {rng.choice(MEMBERS): content}
    if rng.random() < 0.2:
        members[rng.choice(MEMBERS)] = spoil(content)
    return _zip(members)


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _plain(value: str) -> str:
    """What XML can hold."""
    return "".join(letter for letter in value if letter in "\t\n" or " " <= letter <= "\ud7ff" or letter >= "\ue000")


def xlsx(rows: Rows, rng: Random, spoil: Spoil) -> bytes:
    """A minimal workbook; numbers as numbers, some cells as errors, formulas without a value or impossible dates."""

    def cell(value: str) -> str:
        if rng.random() < 0.02:
            return rng.choice(
                ('<c t="e"><v>#N/A</v></c>', "<c><f>A1+1</f></c>", '<c t="s"><v>99</v></c>', '<c s="1"><v>-1e9</v></c>',
                 '<c t="b"><v>1</v></c>', '<c s="1"><v>40550.5</v></c>', '<c r="ZZZ9"><v>1</v></c>', '<c t="d"><v>2011-01-05</v></c>')
            )  # fmt: skip
        try:
            return f"<c><v>{float(value)!r}</v></c>"
        except ValueError:
            return f'<c t="inlineStr"><is><t>{escape(_plain(value))}</t></is></c>'

    body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    main = f'xmlns="{_OFFICE}/spreadsheetml/2006/main"'
    relations, types = (
        f"{_OFFICE}/officeDocument/2006/relationships",
        "application/vnd.openxmlformats-officedocument.spreadsheetml",
    )
    sheets = rng.choice((1, 1, 1, 1, 2))
    named = "".join(f'<sheet name="S{at}" sheetId="{at}" r:id="rId1"/>' for at in range(1, sheets + 1))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_OFFICE}/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/></Types>',
        "_rels/.rels": _relations(f"{relations}/officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{relations}"><sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(f"{relations}/worksheet", "worksheets/sheet1.xml"),
        "xl/styles.xml": f'<styleSheet {main}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData>{body}</sheetData></worksheet>",
    }
    return _spoilt_zip(parts, "xl/worksheets/sheet1.xml", rng, spoil)


def _relations(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{_OFFICE}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{kind}" Target="{target}"/></Relationships>'
    )


def _spoilt_zip(parts: dict[str, str], content: str, rng: Random, spoil: Spoil) -> bytes:
    target = content if rng.random() < 0.7 else rng.choice(sorted(parts))
    packed = {name: part.encode("utf-8", "replace") for name, part in parts.items()}
    packed[target] = spoil(packed[target])
    return _zip(packed)


def ods(rows: Rows, rng: Random, spoil: Spoil) -> bytes:
    """A minimal OpenDocument sheet, sometimes with repeated cells."""

    def cell(value: str) -> str:
        again = (
            f' table:number-columns-repeated="{rng.choice((2, 1_000, 2_000_000_000))}"' if rng.random() < 0.003 else ""
        )
        try:
            return f'<table:table-cell office:value-type="float" office:value={quoteattr(repr(float(value)))}{again}/>'
        except ValueError:
            return f'<table:table-cell office:value-type="string"{again}><text:p>{escape(_plain(value))}</text:p></table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    parts = {
        "mimetype": kind,
        "META-INF/manifest.xml": '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>',
        "content.xml": f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="S1">{body}</table:table></office:spreadsheet></office:body></office:document-content>',
    }
    return _spoilt_zip(parts, "content.xml", rng, spoil)


def _typed(cells: list[str], rng: Random) -> pa.Array:
    """A column in a type that its cells may or may not be meant for; what doesn't fit is null."""
    kinds = (
        pa.float64(), pa.float32(), pa.float16(), pa.int64(), pa.uint64(), pa.int8(), pa.date32(), pa.timestamp("us"),
        pa.timestamp("ns", "UTC"), pa.timestamp("s", "America/New_York"), pa.decimal128(18, 2), pa.decimal256(60, 5), pa.bool_(),
        pa.binary(), pa.large_string(), pa.list_(pa.string()), pa.dictionary(pa.int32(), pa.string()), pa.null(), pa.time64("us"),
        pa.duration("s"), pa.struct([("a", pa.string())]), pa.map_(pa.string(), pa.int32()),
    )  # fmt: skip
    kind = rng.choice(kinds)
    made = [_value(cell, kind) for cell in cells]
    try:
        return pa.array(made, kind)
    except (pa.ArrowException, ValueError, TypeError, OverflowError):
        return pa.nulls(len(cells), kind)


def _value(cell: str, kind: pa.DataType) -> object:
    if pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        try:
            number = float(cell.replace(",", "."))
            return int(number) if pa.types.is_integer(kind) else number if pa.types.is_floating(kind) else None
        except (ValueError, OverflowError):
            return None
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return date(2011, 1 + len(cell) % 12, 1 + sum(map(ord, cell)) % 28)
    if pa.types.is_list(kind):
        return [cell]
    if pa.types.is_struct(kind):
        return {"a": cell}
    if pa.types.is_map(kind):
        return [(cell, 1)]
    if pa.types.is_boolean(kind):
        return bool(cell)
    return cell.encode("utf-8", "replace") if pa.types.is_binary(kind) else None if pa.types.is_null(kind) else cell


def _arrow(rows: Rows, rng: Random) -> pa.Table:
    width = len(rows[0])
    cells = [
        [(row[at] if at < len(row) else "").encode("utf-8", "replace").decode() for row in rows[1:]]
        for at in range(width)
    ]
    columns = [_typed(column, rng) if rng.random() < 0.2 else pa.array(column, pa.string()) for column in cells]
    return pa.Table.from_arrays(columns, [name.encode("utf-8", "replace").decode() for name in rows[0]])


def parquet(rows: Rows, rng: Random) -> bytes:
    """Typed or text columns in some compression."""
    out = io.BytesIO()
    table = _arrow(rows, rng)
    try:
        pq.write_table(
            table,
            out,
            compression=rng.choice(("none", "snappy", "zstd", "gzip")),
            row_group_size=rng.choice((2, 1_000)),
        )
    except pa.ArrowException:
        return b"PAR1"
    return out.getvalue()


def arrow(rows: Rows, rng: Random) -> bytes:
    """An Arrow file, stream or Feather file."""
    out = pa.BufferOutputStream()
    table = _arrow(rows, rng)
    maker = rng.choice((pa.ipc.new_file, pa.ipc.new_stream, None))
    if maker is None:
        pa.feather.write_feather(table, out, compression=rng.choice(("lz4", "zstd", "uncompressed")))
    else:
        with maker(out, table.schema) as writer:
            writer.write_table(table)
    return out.getvalue().to_pybytes()
