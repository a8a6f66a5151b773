"""What the worker does with a case: the import, and every check that its result has to pass."""

import json
from pathlib import Path

import narwhals as nw

from core import build as building
from core.engine import connect
from core.history import write_history
from core.ingest import Clean, ingest, read_mapping
from core.ingest.report import Report
from tests.core.ingest.helpers import TODAY, check


def run_case(folder: Path, names: list[bytes], mapping: Path | None, deep: bool) -> str:
    """Import the files of a case and account for every row.

    Parameters
    ----------
    folder : Path
    names : list of bytes
        The files in it.
    mapping : Path or None
    deep : bool
        Build the history as well.

    Returns
    -------
    str
        "imported".

    Raises
    ------
    BadInputError
        The files are refused; any other exception is a fault of ours.
    """
    read = read_mapping(mapping) if mapping else None
    work = folder / ".work"
    work.mkdir()
    clean = ingest(
        [Path(str(folder), name.decode("utf-8", "surrogateescape")) for name in names], read, work, today=TODAY
    )
    check(clean)
    if Report.from_dict(json.loads(json.dumps(clean.report.to_dict()))) != clean.report:
        raise AssertionError("a report does not come back from its JSON")
    if deep and clean.report.total().kept.rows:
        _build(clean, work)
    return "imported"


def _build(clean: Clean, work: Path) -> None:
    with connect(work.resolve()) as con:
        lines = con.read_parquet(str(clean.order_lines), hive_partitioning=False)
        built = building.build(nw.from_native(lines).lazy(), clean.known, False, clean.zero_orders == "purchase")
        write_history(built.history, work)
        building.write_ids(built, work)
