"""What comes back: returned goods, cancelled orders, and goods replaced free of charge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample_data.catalogue import Catalogue
from sample_data.customers import Customers, by_plan
from sample_data.lines import Lines
from sample_data.orders import FIELD, STORE, Orders
from sample_data.personas import RESTOCKER
from sample_data.seasons import DAYS, closed, weekday

RETURNED = (0.055, 0.05, 0.035, 0.012)  # share of orders of which something comes back, by channel
CANCELLED = 0.006  # share of Web and App orders called off on the next day
AT_ONCE = 0.12  # share of returns settled within the order itself
REPLACED = 130  # orders of nothing but a free replacement
RETURN, CANCEL, REPLACE = "R", "C", "W"


@dataclass(frozen=True)
class Credits:
    """Lines given back or given free, one element a line.

    `origin` is the order they go back to; `kind` the letter of their own order's id, or "" when they are lines of
    the original order; `day` the day on which they are booked.
    """

    origin: np.ndarray
    kind: np.ndarray
    day: np.ndarray
    lines: Lines


def draw_credits(
    rng: np.random.Generator, customers: Customers, catalogue: Catalogue, orders: Orders, lines: Lines
) -> Credits:
    """Draw what comes back. An order is called off, has returns, or has a replacement: never two of these."""
    n = len(orders)
    known = orders.customer >= 0
    chance = np.array(RETURNED)[orders.channel]
    chance = np.where(known & (by_plan(customers.group[orders.customer])), 0.0, chance)
    chance = np.where(orders.persona == RESTOCKER, chance * 0.3, chance)
    draw = rng.random(n)
    cancelled = known & (orders.channel < STORE) & (draw > 1 - CANCELLED)
    returned = (draw < chance) & ~cancelled
    replaced = np.zeros(n, dtype=bool)
    replaced[rng.choice(np.flatnonzero(known & ~cancelled & ~returned), REPLACED, replace=False)] = True
    at_once = returned & (rng.random(n) < AT_ONCE)
    kind = np.select([cancelled, replaced, returned & ~at_once], [CANCEL, REPLACE, RETURN], "")
    wait = np.select([cancelled, at_once, replaced], [1, 0, rng.integers(15, 200, n)], rng.integers(3, 31, n))
    day = _open_day(orders.day + wait, orders.channel)
    booked = (cancelled | returned | replaced) & (day < DAYS)
    rows, back = _lines_back(rng, lines, booked, cancelled, replaced)
    order, product = lines.order[rows], lines.product[rows]
    discount = -lines.discount[rows] * back // lines.quantity[rows]
    free = replaced[order]
    quantity = np.where(free, 1, -back)
    discount = np.where(free, catalogue.price[product], discount)
    return Credits(order, kind[order], day[order], Lines(order, product, quantity, discount))


def _open_day(day: np.ndarray, channel: np.ndarray) -> np.ndarray:
    """The first day from `day` on which the channel takes goods back (never more than three days on)."""
    shut = np.zeros((4, DAYS + 250), dtype=bool)
    shut[STORE, :DAYS] = closed()
    shut[FIELD, :DAYS] = weekday() > 4
    for _ in range(3):
        day = day + shut[channel, day]
    return day


def _lines_back(
    rng: np.random.Generator, lines: Lines, booked: np.ndarray, cancelled: np.ndarray, replaced: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the lines concerned, and how many pieces of each.

    All of a cancelled order; one line for a replacement; of a return the first line drawn and perhaps others, whole
    or in part.
    """
    rows = np.flatnonzero(booked[lines.order])
    draw = rng.random(len(rows))
    rows = rows[np.lexsort((draw, lines.order[rows]))]
    order = lines.order[rows]
    lead = np.concatenate([[True], order[1:] != order[:-1]])
    more = ~replaced[order] & (rng.random(len(rows)) < 0.25)
    keep = lead | more | cancelled[order]
    rows = np.sort(rows[keep])
    order, quantity = lines.order[rows], lines.quantity[rows]
    whole = cancelled[order] | (rng.random(len(rows)) < 0.7)
    return rows, np.where(whole, quantity, 1 + (rng.random(len(rows)) * quantity).astype(int))
