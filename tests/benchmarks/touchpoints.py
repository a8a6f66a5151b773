"""The journey on five million touchpoints: the core beside plain pandas, and whether both count the same."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core import AccessScope, Filters, open_dataset
from core.analyses.journey import JourneyParams, run
from core.importing.importer import import_files
from core.journey.steps import STEPS
from tests.benchmarks.plain.journey import funnel
from tests.benchmarks.results import Goal

ROWS, PEOPLE, CUSTOMERS, ORDERS = 5_000_000, 1_000_000, 300_000, 600_000
NAMES = ("Leaflet sent", "Site visit", "Products compared", "Basket filled", "Order placed", "Refund")
SHARES = (0.2, 0.35, 0.2, 0.13, 0.07, 0.05)
LEVELS = {name: level for level, name in enumerate(NAMES[:5])}
FIRST, DAYS, SILENT = np.datetime64("2021-01-01", "s"), 1_095, 90
REPEATS = 5


@dataclass(frozen=True)
class Taken:
    """Seconds of the first answer, which reads the file, of the best of the next ones (clock and processor), and of pandas."""

    rows: int
    first: float
    again: float
    processor: float
    pandas: float
    same: bool


def write(folder: Path, rows: int = ROWS) -> None:
    """Write contacts and orders as Parquet files."""
    rng = np.random.default_rng(1)
    ids = pa.array(np.char.add("p", np.arange(10_000_000, 10_000_000 + PEOPLE).astype(str)))
    person, second = np.sort(rng.integers(0, PEOPLE, rows)), rng.integers(0, DAYS * 86_400, rows)
    texts = {
        "step": pa.array(NAMES).take(pa.array(rng.choice(len(NAMES), rows, p=SHARES))),
        "channel": pa.array(["Ads", "Email", "Web", "Store"]).take(pa.array(rng.integers(0, 4, rows))),
        "region": pa.array(["North", "South", "East"]).take(pa.array(rng.integers(0, 3, rows))),
    }
    contacts = {
        "person_id": ids.take(pa.array(person)),
        "time": pa.array(FIRST + second.astype("timedelta64[s]")),
        **texts,
    }
    pq.write_table(pa.table(contacts), folder / "touchpoints.parquet")
    lines = {
        "order_id": pa.array(np.arange(ORDERS).astype(str)),
        "customer_id": ids.take(pa.array(rng.integers(0, CUSTOMERS, ORDERS))),
        "date": pa.array((FIRST + rng.integers(0, DAYS, ORDERS) * np.timedelta64(86_400, "s")).astype("datetime64[D]")),
        "amount": pa.array(np.full(ORDERS, 10.0)),
    }
    pq.write_table(pa.table(lines), folder / "order_lines.parquet")


def measure(rows: int = ROWS) -> Taken:
    """Import, ask, and ask pandas."""
    with tempfile.TemporaryDirectory(prefix="clientele-bench-") as temp:
        folder = Path(temp)
        write(folder, rows)
        import_files([folder / "order_lines.parquet", folder / "touchpoints.parquet"], folder / "data")
        dataset = open_dataset(folder / "data", AccessScope.everything())
        seconds, processor = [], []
        for _ in range(REPEATS + 1):
            begin, worked = time.perf_counter(), time.process_time()
            found = run(dataset, Filters(), JourneyParams(days=SILENT))
            seconds.append(time.perf_counter() - begin)
            processor.append(time.process_time() - worked)
        contacts = pd.read_parquet(folder / "touchpoints.parquet", columns=["person_id", "time", "step"])
        orders = pd.read_parquet(folder / "order_lines.parquet", columns=["customer_id", "date"])
        orders = orders.assign(day=pd.to_datetime(orders["date"]))
        begin = time.perf_counter()
        expected = funnel(contacts, orders, LEVELS, pd.Timestamp(found.as_of), SILENT)
        taken = time.perf_counter() - begin
    counted = found.funnel.set_index("step").loc[list(STEPS), expected.columns]
    same = counted.to_numpy().tolist() == expected.to_numpy().tolist()
    return Taken(rows, seconds[0], min(seconds[1:]), min(processor[1:]), taken, same)


def as_text(taken: Taken) -> str:
    """One line."""
    equal = "equal to pandas" if taken.same else "DIFFERENT FROM PANDAS"
    times = f"first {taken.first:.2f} s, then {taken.again:.2f} s (processor {taken.processor:.2f}); pandas {taken.pandas:.1f} s"
    return f"{taken.rows:,} touchpoints: {times}; counts {equal}"


def goals(taken: Taken) -> list[Goal]:
    """The goals, met or not."""
    return [
        Goal(
            "journey on 5 million touchpoints, s", 2, taken.again, taken.again < 2, f"the first time {taken.first:.1f}"
        ),
        Goal("journey's counts equal pandas'", 1, float(taken.same), taken.same),
    ]
