"""What is in each order: products by taste and season, pieces by budget, and discounts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample_data.catalogue import Catalogue
from sample_data.customers import YEARLY, Customers, by_plan, table
from sample_data.orders import Orders, month_index
from sample_data.personas import PERSONAS, RESTOCKER
from sample_data.seasons import dates, on_sale

LIST_LENGTH = 12
MOST_LINES = 15
STEPS = np.array([5, 10, 15, 20, 30, 40])  # discounts in percent
STEP_SHARES = np.array([[0.20, 0.45, 0.15, 0.15, 0.05, 0.00], [0.00, 0.05, 0.15, 0.35, 0.30, 0.15]])
PLANNED = "Soil and plant feed"  # the category that the firms of the seasons order
CONTRACTS = np.array([0, 0, 3, 5, 8])  # discounts in percent that a firm gets on everything

# How much the months (January first) change what is chosen, by department or category.
SEASONAL = {
    "Christmas decorations": (0.15, 0.05, 0.02, 0.02, 0.02, 0.02, 0.02, 0.05, 0.3, 1.2, 4.0, 4.0),
    "Garden": (0.35, 0.6, 1.4, 1.9, 1.8, 1.4, 1.0, 0.8, 0.8, 0.7, 0.4, 0.3),
    "Barbecue": (0.3, 0.4, 0.8, 1.4, 1.8, 2.0, 1.8, 1.2, 0.7, 0.4, 0.3, 0.6),
    "Bakeware": (0.9, 0.9, 1.0, 0.9, 0.8, 0.7, 0.7, 0.8, 0.9, 1.1, 1.5, 2.0),
    "Gift sets and wrapping": (0.6, 0.9, 0.8, 0.8, 1.3, 0.8, 0.6, 0.6, 0.7, 0.9, 1.6, 2.4),
    "Candles and scents": (1.0, 1.0, 0.8, 0.7, 0.7, 0.6, 0.6, 0.7, 1.1, 1.4, 1.7, 1.8),
}


@dataclass(frozen=True)
class Lines:
    """Order lines as arrays of one length: position of the order, of the product, pieces, discount in cents.

    Pieces and discount are negative on a line that is given back.
    """

    order: np.ndarray
    product: np.ndarray
    quantity: np.ndarray
    discount: np.ndarray

    def __len__(self) -> int:
        return len(self.order)


def draw_lines(rng: np.random.Generator, customers: Customers, catalogue: Catalogue, orders: Orders) -> Lines:
    """The lines of every order, sorted by order and product, each product once an order."""
    taste = _taste(rng, catalogue)
    lists = _own_lists(rng, taste, len(customers))
    order, product, quantity = _browsed(rng, customers, catalogue, orders, taste, lists)
    planned = _planned(rng, customers, catalogue, orders, lists)
    order, product, quantity = (np.concatenate(pair) for pair in zip((order, product, quantity), planned, strict=True))
    _, rows = np.unique(order * len(catalogue) + product, return_index=True)
    order, product, quantity = order[rows], product[rows], quantity[rows]
    percent = _percent(rng, customers, orders, order)
    discount = (catalogue.price[product] * quantity * percent + 50) // 100
    return Lines(order, product, quantity, discount)


def _taste(rng: np.random.Generator, catalogue: Catalogue) -> np.ndarray:
    """Cumulative chance of each product, shape (persona * 12 + month, product)."""
    popular = rng.gamma(1.2, size=len(catalogue)) + 0.15
    dear = (catalogue.price / 2_000)[None, :] ** table("dear", "basket")[:, None]
    liking = np.ones((len(PERSONAS), len(catalogue)))
    for row, persona in enumerate(PERSONAS):
        for name, weight in persona.basket.tastes.items():
            liking[row, (catalogue.department == name) | (catalogue.category == name)] *= weight
    season = np.ones((12, len(catalogue)))
    for name, months in SEASONAL.items():
        season[:, (catalogue.department == name) | (catalogue.category == name)] *= np.array(months)[:, None]
    weight = (popular * dear * liking)[:, None, :] * season[None, :, :]
    share = np.cumsum(weight.reshape(-1, len(catalogue)), axis=1)
    return share / share[:, -1:]


def _pick(rng: np.random.Generator, taste: np.ndarray, row: np.ndarray) -> np.ndarray:
    """A product for each row of `taste` named; rows are searched at once, each shifted behind the one before."""
    flat = (taste + np.arange(len(taste))[:, None]).ravel()
    place = np.searchsorted(flat, row + rng.random(len(row)), side="right")
    return np.minimum(place - row * taste.shape[1], taste.shape[1] - 1)


def _own_lists(rng: np.random.Generator, taste: np.ndarray, n: int) -> np.ndarray:
    """The products a restocking customer keeps ordering, shape (n, LIST_LENGTH)."""
    return _pick(rng, taste, np.full(n * LIST_LENGTH, 4)).reshape(n, LIST_LENGTH)


def _browsed(
    rng: np.random.Generator,
    customers: Customers,
    catalogue: Catalogue,
    orders: Orders,
    taste: np.ndarray,
    lists: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Order, product and pieces of the lines of all orders but those by plan."""
    budget = np.where(orders.customer < 0, 0.7, customers.budget[orders.customer])
    mean = table("lines", "basket")[orders.persona] * np.sqrt(budget)
    count = np.where(orders.slot < 0, np.minimum(1 + rng.poisson(mean), MOST_LINES), 0)
    order = np.repeat(np.arange(len(orders)), count)
    persona, owner = orders.persona[order], orders.customer[order]
    product = _pick(rng, taste, persona * 12 + month_index(orders)[order])
    restock = (table("own_list", "basket")[persona] > 0) & (rng.random(len(order)) < 0.85)
    own = lists[owner, rng.integers(0, LIST_LENGTH, len(order))]
    product = np.where(restock, own, product)
    cheap = np.clip(2_000 / catalogue.price[product], 0.08, 1.3)
    bulk = np.where((owner >= 0) & customers.firm[owner] & (persona != RESTOCKER), 2.5, 1.0)
    pieces = table("pieces", "basket")[persona] * cheap * bulk * budget[order]
    return order, product, 1 + rng.poisson(pieces)


def _planned(
    rng: np.random.Generator, customers: Customers, catalogue: Catalogue, orders: Orders, lists: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Order, product and pieces of orders by plan: three products in turn, in nearly the same number each month."""
    at = np.flatnonzero(orders.slot >= 0)
    firms = np.flatnonzero(by_plan(customers.group))
    firm = np.searchsorted(firms, orders.customer[at])
    wobble = np.where(np.arange(len(firms)) < 16, 0.045, rng.uniform(0.12, 0.19, len(firms)))
    wobble = np.where(customers.group[firms] == YEARLY, 0.06, wobble)
    month = dates().astype("datetime64[M]").astype(int)
    month = (month - month[0])[orders.day[at]]
    factor = np.maximum(1 + wobble[:, None] * rng.standard_normal((len(firms), month.max() + 1)), 0.3)
    column = orders.slot[at, None] * 3 + np.arange(3)
    goods = np.flatnonzero(catalogue.category == PLANNED)
    seasonal = (customers.group[orders.customer[at]] == YEARLY)[:, None]
    product = np.where(seasonal, goods[column % len(goods)], lists[orders.customer[at][:, None], column % LIST_LENGTH])
    usual = np.clip(9_000 / catalogue.price[product], 2, 40) * rng.uniform(0.6, 1.8, len(firms))[firm, None]
    pieces = np.maximum(np.round(usual * factor[firm, month][:, None]), 1).astype(int)
    return np.repeat(at, 3), product.ravel(), pieces.ravel()


def _percent(rng: np.random.Generator, customers: Customers, orders: Orders, order: np.ndarray) -> np.ndarray:
    """Discount of each line in percent: a contract of the firm, or a reduction, likelier on the days of a sale."""
    n = len(order)
    owner, persona, day = orders.customer[order], orders.persona[order], orders.day[order]
    contract = rng.choice(CONTRACTS, len(customers)) * (customers.firm & (customers.persona == RESTOCKER))
    chance = table("discounted", "basket")[persona]
    chance = np.where(on_sale()[day] & (persona != RESTOCKER), chance + (1 - chance) * 0.35, chance)
    hunting = (chance > 0.5).astype(int)
    step = (rng.random(n)[:, None] >= np.cumsum(STEP_SHARES, axis=1)[hunting]).sum(axis=1).clip(max=len(STEPS) - 1)
    reduced = np.where(rng.random(n) < chance, STEPS[step], 0)
    return np.maximum(reduced, np.where(owner < 0, 0, contract[owner]))
