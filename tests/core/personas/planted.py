"""Customers of four planted kinds, for the tests of personas."""

import numpy as np
import pandas as pd

from core.access import Dataset
from core.analyses.personas import PersonasResult

START = pd.Timestamp("2021-01-01")
DAYS = 1_100
# Of each planted persona: orders, days between them, spread of those gaps, money an order, channel, discount, last day.
PLANTED = (
    ("office", 24, 30, 0.05, 200.0, "Web", 0.0, 1_090),
    ("loyal", 12, 45, 0.80, 60.0, "App", 0.0, 1_080),
    ("bargain", 6, 60, 0.80, 20.0, "Web", 0.3, 1_050),
    ("lapsed", 4, 60, 0.80, 60.0, "Store", 0.0, 400),
)


def make_people(per_persona: int = 60, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Order lines with four planted ways to buy, and customers with what goes with them."""
    rng = np.random.default_rng(seed)
    lines, people = [], []
    for place, (name, orders, gap, spread, money, channel, discount, end) in enumerate(PLANTED):
        count = rng.integers(orders - 1, orders + 2, per_persona)
        owner = np.repeat(np.arange(per_persona), count)
        gaps = np.maximum(gap * (1 + spread * rng.uniform(-1, 1, len(owner))), 1)
        back = pd.Series(gaps).groupby(owner).cumsum().to_numpy() - gap
        day = np.clip(end - back + rng.integers(-8, 8, per_persona)[owner], 0, DAYS).astype(int)
        amount = (money * rng.lognormal(0, 0.2, len(owner)) * 10_000).round().astype(np.int64)
        ids = [f"{name}{i:03d}" for i in range(per_persona)]
        other = rng.choice(["Web", "App", "Store"], len(owner))
        lines.append(
            pd.DataFrame(
                {
                    "order_id": [f"{name}-{i}" for i in range(len(owner))],
                    "customer_id": np.array(ids, dtype=object)[owner],
                    "date": START + pd.to_timedelta(day, unit="D"),
                    "amount": amount,
                    "cost": amount // 2,
                    "discount": (amount * discount).astype(np.int64),
                    "region": np.array(["North", "South"])[owner % 2],
                    "channel": np.where(rng.random(len(owner)) < 0.9, channel, other),
                    "product_id": [f"p{i % (3 + 5 * place)}" for i in range(len(owner))],
                }
            )
        )
        people.append(
            pd.DataFrame(
                {
                    "customer_id": ids,
                    "truth": name,
                    "birth_year": rng.integers(1950 + 10 * place, 1960 + 10 * place, per_persona),
                    "sex": rng.choice(["f", "m"], per_persona),
                    "email": [f"{i}@example.com" for i in ids],
                }
            )
        )
    return pd.concat(lines, ignore_index=True), pd.concat(people, ignore_index=True)


def named(dataset: Dataset, result: PersonasResult) -> pd.Series:
    """Personas by customer id."""
    return dataset.with_ids(result.customers).set_index("customer_id")["persona"].astype(str)
