"""What Brackenhall sells: 300 products in 40 categories of four departments, with prices and costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample_data.ranges import RANGES


@dataclass(frozen=True)
class Catalogue:
    """Products as arrays of one length, in the order of their ids.

    `price` and `cost` are integer cents a piece; `category` and `department` are texts.
    """

    product_id: np.ndarray
    name: np.ndarray
    category: np.ndarray
    department: np.ndarray
    price: np.ndarray
    cost: np.ndarray

    def __len__(self) -> int:
        return len(self.product_id)


def shop_price(euros: np.ndarray) -> np.ndarray:
    """Round to a price as shops write it (2.49, 24.90, 149.00), in cents."""
    small = np.maximum(np.round(euros * 2), 2) * 50 - 1
    middle = np.round(euros) * 100 - 10
    large = np.round(euros / 10) * 1000 - 100
    return np.select([euros < 10, euros < 100], [small, middle], large).astype(np.int64)


def build_catalogue(rng: np.random.Generator) -> Catalogue:
    """Price every product: within a category the names run from the cheapest to the dearest."""
    sizes = np.array([len(line.products) for line in RANGES])
    of = np.repeat(np.arange(len(RANGES)), sizes)
    place = np.arange(len(of)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    low = np.array([line.low for line in RANGES])[of]
    high = np.array([line.high for line in RANGES])[of]
    step = (place + rng.uniform(-0.25, 0.25, len(of))) / (sizes[of] - 1)
    price = shop_price(low * (high / low) ** np.clip(step, 0, 1))
    share = np.array([line.cost_share for line in RANGES])[of] + rng.uniform(-0.05, 0.05, len(of))
    return Catalogue(
        product_id=np.array([f"P{100 + c}{n:02d}" for c, n in zip(of, place + 1, strict=True)]),
        name=np.array([name for line in RANGES for name in line.products]),
        category=np.array([line.category for line in RANGES])[of],
        department=np.array([line.department for line in RANGES])[of],
        price=price,
        cost=np.round(price * share).astype(np.int64),
    )
