"""Arrow and Feather files, batch by batch, as a typed Parquet file."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import BadInputError
from core.ingest.readers.encoding import LARGEST_RATIO
from core.ingest.readers.encoding import LARGEST_UNPACKED as LARGE
from core.ingest.sources import Source, check_headers, parquet_source

_GROUP = 120_000


def read_arrow(path: Path, typed: Path) -> Source:
    """Take an Arrow file, of the file or the stream format.

    Parameters
    ----------
    path : Path
    typed : Path
        Parquet file to write.

    Returns
    -------
    Source

    Raises
    ------
    BadInputError
        It is not Arrow, unpacks to too much, or has columns that are no values.
    """
    size = path.stat().st_size
    try:
        with pa.memory_map(str(path)) as file:
            form = "arrow file" if file.read(6) == b"ARROW1" else "arrow stream"
            file.seek(0)
            if form == "arrow file":
                reader = pa.ipc.open_file(file)
                batches = (reader.get_batch(at) for at in range(reader.num_record_batches))
            else:
                reader = pa.ipc.open_stream(file)
                batches = iter(reader)
            headers = check_headers(list(reader.schema.names), path.name)
            schema = pa.schema([pa.field(f"c{at}", _plain(field.type)) for at, field in enumerate(reader.schema)])
            unpacked = 0
            with pq.ParquetWriter(typed, schema, compression="lz4") as writer:
                for batch in batches:
                    # Before anything is asked of it: wrong offsets end the process.
                    batch.validate(full=True)
                    unpacked += batch.nbytes
                    if unpacked > LARGE and unpacked > LARGEST_RATIO * size:
                        raise BadInputError(f"unpacks to over {LARGEST_RATIO} times its size", where=path.name)
                    cells = [column.cast(field.type) for column, field in zip(batch.columns, schema, strict=True)]
                    writer.write_batch(pa.record_batch(cells, schema=schema), row_group_size=_GROUP)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise BadInputError(
            "is not an Arrow file", where=path.name, found=str(error).partition("\n")[0][:200]
        ) from None
    return parquet_source(typed, path.name, headers, (("format", form),))


def _plain(kind: pa.DataType) -> pa.DataType:
    """The type as Parquet and DuckDB have it."""
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        kind = kind.value_type
    if pa.types.is_string_view(kind) or pa.types.is_null(kind):
        return pa.string()
    return pa.float32() if pa.types.is_float16(kind) else kind
