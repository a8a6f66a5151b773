"""Files that open well and turn out to be damaged further on."""

from collections.abc import Iterable

import duckdb

from core.errors import BadInputError
from core.ingest.sources import Source
from core.ingest.sql import Query


def damaged(error: duckdb.Error, query: Query, sources: Iterable[Source]) -> BadInputError | None:
    """What to say when DuckDB failed on the way: the file of the user that can't be read to its end.

    Parameters
    ----------
    error : duckdb.Error
    query : Query
        Its connection may read the files.
    sources : iterable of Source

    Returns
    -------
    BadInputError or None
        None when all can be read: then the fault is not theirs.
    """
    for source in sources:
        if source.staged:
            continue
        columns = ", ".join(f"count(hash(c{index}))" for index in range(len(source.headers)))
        try:
            query.rows(f"SELECT {columns} FROM {query.relation(source)}")
        except duckdb.OutOfMemoryException:
            raise error from None
        except duckdb.Error as found:
            said = str(found).splitlines()[0]
            return BadInputError("is damaged", where=source.name, found=said[:200], todo="Export it again.")
    return None
