"""Rows that can't be used: where each stands, and why."""

from collections import Counter
from collections.abc import Sequence

import pyarrow as pa

from core.ingest.report import Problem
from core.ingest.sources import Source

SCHEMA = pa.schema(
    [
        ("file", pa.string()),
        ("row", pa.int64()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
    ]
)


def rejected(sources: Sequence[Source]) -> pa.Table:
    """The rows that never became one, as a table of :data:`SCHEMA`."""
    rows = [
        (source.name, reject.line, "", reject.value, reject.reason) for source in sources for reject in source.rejects
    ]
    return pa.table([[row[at] for row in rows] for at in range(len(SCHEMA))], schema=SCHEMA)


def problems_of(source: Source) -> list[Problem]:
    """The same, counted by reason, each with its first row."""
    counts = Counter(reject.reason for reject in source.rejects)
    first = {reject.reason: reject for reject in reversed(source.rejects)}
    return [
        Problem(source.name, "", reason, rows, first[reason].line, first[reason].value[:60])
        for reason, rows in counts.items()
    ]
