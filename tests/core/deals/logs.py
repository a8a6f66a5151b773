"""Deals for tests."""

import numpy as np
import pandas as pd


def made(n: int = 400, seed: int = 2) -> pd.DataFrame:
    """Deals of few values: much is equal, and something is missing everywhere."""
    rng = np.random.default_rng(seed)
    opened = pd.Timestamp("2021-12-01") + pd.to_timedelta(rng.integers(0, 400, n), unit="D")
    outcome = rng.choice(["won", "lost", "open"], n, p=[0.4, 0.5, 0.1])
    closed = (opened + pd.to_timedelta(rng.integers(0, 12, n) * 10, unit="D")).where(outcome != "open")
    frame = pd.DataFrame(
        {
            "deal_id": [f"d{place:03d}" for place in range(n)],
            "account_id": rng.choice([f"c{place:03d}" for place in range(60)], n),
            "opened": opened,
            "closed": closed,
            "outcome": outcome,
            "reason": np.where(outcome == "lost", rng.choice(["price", "no budget", "feature missing"], n), None),
            "amount": rng.integers(1, 9, n) * 1_000_000,
            "margin": rng.integers(-1, 5, n) * 100_000,
            "contacts": rng.integers(0, 9, n),
            "changes": rng.integers(0, 2, n),
            "region": rng.choice(["North", "South", None], n),
            "channel": rng.choice(["Web", "Shop"], n),
            "stage": rng.choice(["Lead", "Offer"], n),
            "industry": rng.choice(["steel", "food", "wood", None], n),
        }
    )
    for name in ("reason", "region", "industry", "closed"):
        frame[name] = frame[name].astype(object).where(rng.random(n) < 0.95, None)
    return frame
