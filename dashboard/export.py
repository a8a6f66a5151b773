"""Tables as CSV that a spreadsheet opens as data, never as formulas."""

import io
import secrets

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

# A text that begins so is run as a formula by spreadsheets; a plain number is not.
_FORMULA = r"^[=+\-@\t\r\n]"
_NUMBER = r"^[+-]?\d+([.,]\d+)?$"


def to_csv(table: pd.DataFrame) -> bytes:
    """A table as CSV (UTF-8 with byte-order mark, for Excel).

    Texts that a spreadsheet would run get an apostrophe in front; numbers stay numbers, negative ones too.
    """
    read = pa.Table.from_pandas(table, preserve_index=False)
    safe = pa.table([_column(column) for column in read.columns], names=read.column_names)
    sink = io.BytesIO()
    sink.write("\ufeff".encode())
    pa_csv.write_csv(safe, sink, pa_csv.WriteOptions(quoting_style="needed"))
    return sink.getvalue()


def harmless(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts (large strings) with an apostrophe before those that a spreadsheet would take for a formula."""
    risky = pc.and_(pc.match_substring_regex(texts, _FORMULA), pc.invert(pc.match_substring_regex(texts, _NUMBER)))
    mark, nothing = (pa.scalar(text, pa.large_string()) for text in ("'", ""))
    return pc.if_else(risky, pc.binary_join_element_wise(mark, texts, nothing), texts)


def file_name(stem: str) -> str:
    """A name for a download that nobody can guess: Streamlit serves its downloads to whoever knows their address."""
    return f"clientele-{stem}-{secrets.token_hex(6)}.csv"


def _column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    is_text = (
        pa.types.is_string(column.type) or pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type)
    )
    return harmless(column) if is_text else column
