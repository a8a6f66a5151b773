"""When and where customers order: gamma-Poisson buying with dropout, orders by plan, and cash sales."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from sample_data.customers import REGION_SHARES, RISING, YEARLY, Customers, by_plan, choose, table
from sample_data.persona import CHANNELS
from sample_data.personas import BARGAIN, DECORATOR, GARDEN, GIFT, PERSONAS
from sample_data.seasons import DAYS, clock, closed, dates, month_of_year, to_day, weekday

CASH_ORDERS = 6_000
CASH_PERSONAS = (GARDEN, BARGAIN, DECORATOR, GIFT)
CASH_MONTHS = (0.85, 0.8, 0.95, 1.05, 1.05, 0.95, 0.9, 0.85, 0.9, 0.95, 1.2, 1.6)
CASH_WEEK = (0.85, 0.85, 0.9, 1.0, 1.3, 1.7, 0.0)
STAY = 0.6  # chance that a later order goes through the channel of the first
AWAY = 0.03  # chance that a later order is placed in another region
BEFORE_TURN = 0.08  # share of its orders that a rising customer placed before its turn
PLAN = (0, 0.3, 1, 1.2, 1, 0.7, 0.5, 0.3, 0.7, 0.4, 0, 0)  # months of the firms of the seasons; the others' are alike
MOST_SLOTS = 9  # orders a month by plan, at most
WEB, STORE, FIELD = CHANNELS.index("Web"), CHANNELS.index("Store"), CHANNELS.index("Field sales")

# Weight of each hour of the day, 0 to 23, by channel.
HOURS = (
    (1, 0, 0, 0, 0, 1, 2, 4, 6, 8, 8, 7, 7, 7, 7, 7, 7, 7, 8, 10, 12, 12, 9, 4),
    (1, 0, 0, 0, 0, 1, 4, 8, 7, 4, 4, 4, 7, 6, 4, 4, 5, 7, 8, 9, 12, 14, 11, 5),
    (0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 8, 10, 9, 7, 8, 9, 11, 12, 10, 5, 0, 0, 0, 0),
    (0, 0, 0, 0, 0, 0, 0, 0, 3, 9, 12, 12, 5, 8, 11, 10, 7, 3, 0, 0, 0, 0, 0, 0),
)


@dataclass(frozen=True)
class Orders:
    """Orders as arrays of one length.

    `customer` is -1 for cash sales; `slot` counts a firm's planned orders within a month and is -1 for all others.
    """

    customer: np.ndarray
    persona: np.ndarray
    day: np.ndarray
    hour: np.ndarray
    region: np.ndarray
    channel: np.ndarray
    slot: np.ndarray

    def __len__(self) -> int:
        return len(self.customer)

    def take(self, rows: np.ndarray) -> Orders:
        """The orders at `rows`, in that order."""
        return Orders(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def draw_orders(rng: np.random.Generator, customers: Customers) -> Orders:
    """All purchases, sorted by time; an order's position is its number."""
    own, day = _purchases(rng, customers)
    firms, firm_day, slot = _planned(rng, customers)
    owner = np.concatenate([own, firms, np.full(CASH_ORDERS, -1)])
    days = np.concatenate([day, firm_day, _cash_days(rng)])
    slots = np.concatenate([np.full(len(own), -1), slot, np.full(CASH_ORDERS, -1)])
    persona = np.where(owner < 0, rng.choice(CASH_PERSONAS, len(owner)), customers.persona[owner])
    region, channel = _where(rng, customers, owner, days, persona)
    hour = choose(rng, np.array(HOURS)[channel])
    orders = Orders(owner, persona, days, hour, region, channel, slots)
    return orders.take(np.lexsort((np.arange(len(owner)), hour, days)))


def _purchases(rng: np.random.Generator, customers: Customers) -> tuple[np.ndarray, np.ndarray]:
    """Customer and day of each purchase: a renewal process on the persona's clock, cut when the customer leaves."""
    rows = np.flatnonzero(~by_plan(customers.group))
    rate, first = customers.rate[rows], customers.first[rows]
    shape = table("regularity", "habits")[customers.persona[rows]]
    mean = rate * (DAYS - first)
    count = np.ceil(mean + 5 * np.sqrt(mean) + 3).astype(int)
    who = np.repeat(np.arange(len(rows)), count)
    start = np.cumsum(count) - count
    gap = rng.gamma(shape[who]) / (shape * rate)[who]
    gap[start] = first
    total = np.cumsum(gap)
    time = total - (total[start] - first)[who]
    left = np.cumsum(rng.random(len(who)) < customers.leave[rows][who])
    before = np.concatenate([[0], left[:-1]])
    alive = before == before[start][who]
    who, time = who[alive & (time <= DAYS)], time[alive & (time <= DAYS)]
    owner = rows[who]
    clocks = np.stack([clock(p.habits.months, p.habits.week, p.habits.sale_pull) for p in PERSONAS])
    day = to_day(clocks, customers.persona[owner], time)
    is_first = np.concatenate([[True], owner[1:] != owner[:-1]])
    early = (customers.group[owner] == RISING) & (day < customers.turn[owner]) & (rng.random(len(owner)) >= BEFORE_TURN)
    keep = is_first | ((day <= customers.last_day[owner]) & ~early)
    return owner[keep], np.minimum(day, customers.last_day[owner])[keep]


def _planned(rng: np.random.Generator, customers: Customers) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Customer, day and slot of orders by plan, spread over the working days of each month.

    Standing orders come in the same number each month, those of the seasons in the same number each year's month.
    """
    firms = np.flatnonzero(by_plan(customers.group))
    seasonal = customers.group[firms] == YEARLY
    months = dates().astype("datetime64[M]")
    work = np.flatnonzero((weekday() < 5) & ~closed())
    month = np.unique(months)
    low = np.searchsorted(months[work], month)
    count = np.searchsorted(months[work], month, side="right") - low
    begin = np.where(seasonal, 0, rng.integers(0, 16, len(firms)))
    full = np.where(seasonal, rng.integers(2, 5, len(firms)), rng.integers(4, MOST_SLOTS, len(firms)))
    plan = np.where(seasonal[:, None], np.array(PLAN)[month.astype(int) % 12], 1.0)
    usual = np.round(full[:, None] * plan).astype(int)
    each = np.where(count < 17, np.maximum(usual * count // 20, plan > 0), np.minimum(usual, MOST_SLOTS))
    firm, step, slot = np.meshgrid(*(np.arange(size) for size in (*each.shape, MOST_SLOTS)), indexing="ij")
    keep = (slot < each[firm, step]) & (step >= begin[firm])
    firm, step, slot = firm[keep], step[keep], slot[keep]
    place = (slot + rng.random(len(slot))) / each[firm, step] * count[step]
    return firms[firm], work[low[step] + place.astype(int)], slot


def _cash_days(rng: np.random.Generator) -> np.ndarray:
    """Days of sales over the counter to nobody in particular."""
    time = rng.random(CASH_ORDERS) * DAYS
    return to_day(clock(CASH_MONTHS, CASH_WEEK, 1.3, stores_only=True)[None], np.zeros(CASH_ORDERS, dtype=int), time)


def _where(
    rng: np.random.Generator, customers: Customers, owner: np.ndarray, day: np.ndarray, persona: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Region and channel of each order (orders of one customer in the order of time within `owner`)."""
    n = len(owner)
    first = np.zeros(n, dtype=bool)
    first[np.unique(owner, return_index=True)[1]] = True
    anywhere = choose(rng, np.tile(REGION_SHARES, (n, 1)))
    away = (owner < 0) | (~first & (rng.random(n) < AWAY))
    region = np.where(away, anywhere, customers.region[owner])
    channel = choose(rng, table("channel", "habits")[persona])
    home = first | (rng.random(n) < STAY)
    channel = np.where(home, customers.first_channel[owner], channel)
    channel = np.where(owner < 0, STORE, channel)
    shut = closed()[day] & (channel == STORE)
    weekend = (weekday()[day] > 4) & (channel == FIELD)
    return region, np.where(shut | weekend, WEB, channel)


def month_index(orders: Orders) -> np.ndarray:
    """Month of the year (0 to 11) of each order."""
    return month_of_year()[orders.day]
