"""The segments that are picked: what they share, and their customers with those held out."""

from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.access import Dataset
from core.features import Selection
from core.money import SCALE
from core.scoring import falling_order
from core.targets.holdout import drawn
from core.targets.measures import Measures


def overlaps_of(masks: dict[str, NDArray[np.bool_]]) -> pd.DataFrame:
    """How many customers each pair of picks shares: first, second, customers, share_of_first, share_of_second."""
    rows = []
    for (one, first), (other, second) in combinations(masks.items(), 2):
        both = int((first & second).sum())
        shares = (both / size if (size := int(mask.sum())) else float("nan") for mask in (first, second))
        rows.append((one, other, both, *shares))
    return pd.DataFrame(rows, columns=["first", "second", "customers", "share_of_first", "share_of_second"])


def customers_of(
    dataset: Dataset,
    selection: Selection,
    masks: dict[str, NDArray[np.bool_]],
    measured: Measures,
    campaign: str,
    share: float,
) -> pd.DataFrame:
    """Each customer once, in the first pick that has them, so that nobody is written to in one list and held out in another."""
    times = np.zeros(selection.history.n_customers, dtype=np.int64)
    place = np.full(len(times), -1, dtype=np.int64)
    for number_of, mask in enumerate(masks.values()):
        place[mask & (place < 0)] = number_of
        times += mask
    parts, held = [], []
    for number_of, key in enumerate(masks):
        who = np.flatnonzero(place == number_of)
        parts.append(who[falling_order(measured.revenue[who])])
        held.append(drawn(dataset.customer_ids(parts[-1]), f"{campaign}/{key}", share))
    who = np.concatenate([np.zeros(0, dtype=np.int64), *parts])
    last = selection.last_purchase[who].astype(np.int64)
    value = measured.value
    return pd.DataFrame(
        {
            "customer": who,
            "list": pd.Categorical.from_codes(place[who], categories=list(masks)),
            "revenue": measured.revenue[who] / SCALE,
            "orders": selection.purchases[who],
            "last_order": selection.as_of - last,
            "expected": np.full(len(who), np.nan) if value is None else value[who],
            "also_in": times[who] - 1,
            "holdout": np.concatenate([np.zeros(0, dtype=np.bool_), *held]),
        }
    )
