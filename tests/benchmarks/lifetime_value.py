"""Lifetime value of a million customers, as its page asks for it."""

import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core import AccessScope, Filters, open_dataset
from core.analyses.ltv import LtvParams, run
from core.importing.importer import import_files
from tests.benchmarks.results import Goal
from tests.core.models.simulate import purchase_log

CUSTOMERS, DAYS, REPEATS = 1_000_000, 730, 7
FIRST = np.datetime64("2022-01-01", "D")


@dataclass(frozen=True)
class Taken:
    """Seconds of the first answer and the median of the next ones, each fitted anew, and of one after a change of filter."""

    customers: int
    orders: int
    first: float
    median: float
    processor: float
    kept: float


def write(path: Path, customers: int) -> int:
    """Write a row an order; returns how many."""
    owner, day, value = purchase_log(1, customers, DAYS)
    ids = pa.array(np.char.add("c", np.arange(10_000_000, 10_000_000 + customers).astype(str)))
    columns = {
        "order_id": pa.array(np.arange(len(owner)).astype(str)),
        "customer_id": ids.take(pa.array(owner)),
        "date": pa.array(FIRST + day.astype(np.int64).astype("timedelta64[D]")),
        "amount": pa.array(np.round(value, 2)),
    }
    pq.write_table(pa.table(columns), path)
    return len(owner)


def measure(customers: int = CUSTOMERS) -> Taken:
    """Import, and ask."""
    with tempfile.TemporaryDirectory(prefix="clientele-bench-") as temp:
        folder = Path(temp)
        orders = write(folder / "order_lines.parquet", customers)
        import_files([folder / "order_lines.parquet"], folder / "data")
        dataset = open_dataset(folder / "data", AccessScope.everything())
        seconds, processor = [], []
        for _ in range(REPEATS + 1):
            dataset.history.latest.clear()
            begin, worked = time.perf_counter(), time.process_time()
            run(dataset, Filters(), LtvParams())
            seconds.append(time.perf_counter() - begin)
            processor.append(time.process_time() - worked)
        begin = time.perf_counter()
        run(dataset, Filters(), LtvParams())
        kept = time.perf_counter() - begin
    later = statistics.median(seconds[1:]), statistics.median(processor[1:])
    return Taken(customers, orders, seconds[0], *later, kept)


def as_text(taken: Taken) -> str:
    """One line."""
    return (
        f"{taken.customers:,} customers, {taken.orders:,} orders: first {taken.first:.2f} s, then {taken.median:.2f} s "
        f"(processor {taken.processor:.2f}); with fits kept {taken.kept:.2f} s"
    )


def goals(taken: Taken) -> list[Goal]:
    """How long a manager waits."""
    return [
        Goal(
            f"lifetime value of {taken.customers:,} customers, s",
            2,
            taken.median,
            taken.median <= 2,
            f"the first time {taken.first:.1f}",
        )
    ]
