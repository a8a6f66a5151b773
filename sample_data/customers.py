"""Who buys, and the hidden causes of how: persona, region, first channel, rate, chance to leave, and planted groups."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sample_data.persona import CHANNELS, REGIONS
from sample_data.personas import CITY, GARDEN, GIFT, PERSONAS, RESTOCKER
from sample_data.seasons import DAYS, YEAR

GROUPS = ("", "loyal", "lapsing", "rising", "standing", "yearly")
LOYAL, LAPSING, RISING, STANDING, YEARLY = range(1, len(GROUPS))

STANDING_FIRMS, YEARLY_FIRMS = 40, 24
NEVER_BOUGHT = 450
REGION_SHARES = (0.17, 0.19, 0.15, 0.16, 0.21, 0.12)

LOSING_REGION = REGIONS.index("East")
LOSING_DAYS = 480  # the losses begin this many days before the end
LOSING_HAZARD = 0.85 / YEAR  # customers leaving, a day, beside those who leave anyway
BETTER_CHANNEL = CHANNELS.index("App")
BETTER_LEAVE, BETTER_RATE = 0.45, 1.25
SILENT_DAYS = (245, 275)  # a lapsing customer's last order is at least this long ago
RISING_SHARE = 0.105  # of those it is picked from
RISING_DAYS = (290, 350)  # a rising customer began to buy much this many days before the end
RISING_RATE = (9, 14)  # orders a year from then on


@dataclass(frozen=True)
class Customers:
    """Hidden causes, one element a customer that buys.

    `persona`, `region`, `first_channel` and `group` are codes into PERSONAS, REGIONS, CHANNELS and GROUPS. `rate` is in
    orders a day, `leave` a chance after each purchase, `first` the first purchase on the persona's clock, `last_day`
    the last day on which an order can fall, `turn` the day before which only few of the orders fall (0 but for the
    rising), `budget` a multiplier of the basket with mean 1.
    """

    persona: np.ndarray
    firm: np.ndarray
    region: np.ndarray
    first_channel: np.ndarray
    group: np.ndarray
    rate: np.ndarray
    leave: np.ndarray
    first: np.ndarray
    last_day: np.ndarray
    turn: np.ndarray
    budget: np.ndarray

    def __len__(self) -> int:
        return len(self.persona)


def choose(rng: np.random.Generator, weights: np.ndarray) -> np.ndarray:
    """One column of each row of `weights` (n, k), drawn in proportion to the weights."""
    share = np.cumsum(weights, axis=1, dtype=float)
    return (rng.random(len(share))[:, None] * share[:, -1:] >= share).sum(axis=1)


def table(field: str, part: str) -> np.ndarray:
    """A number or tuple of every persona as an array with one row a persona, e.g. table("rate", "habits")."""
    return np.array([getattr(getattr(persona, part), field) for persona in PERSONAS], dtype=float)


def by_plan(group: np.ndarray) -> np.ndarray:
    """Whether orders come by a fixed plan, month by month."""
    return (group == STANDING) | (group == YEARLY)


def draw_customers(rng: np.random.Generator) -> Customers:
    """Draw every customer that buys, the firms with standing orders last, those of the seasons at the very end."""
    counts = [*(persona.customers for persona in PERSONAS), STANDING_FIRMS, YEARLY_FIRMS]
    persona = np.repeat([*range(len(PERSONAS)), RESTOCKER, GARDEN], counts)
    group = np.repeat([*[0] * len(PERSONAS), STANDING, YEARLY], counts)
    n = len(persona)
    firm = (rng.random(n) < table("firm_share", "portrait")[persona]) | by_plan(group)
    spread = table("spread", "habits")[persona]
    a, b = table("leave", "habits")[persona].T
    customers = Customers(
        persona=persona,
        firm=firm,
        region=choose(rng, np.tile(REGION_SHARES, (n, 1))),
        first_channel=_first_channel(rng, persona, firm, group),
        group=group,
        rate=table("rate", "habits")[persona] / YEAR * rng.gamma(spread) / spread,
        leave=rng.beta(a, b),
        first=np.zeros(n),
        last_day=np.full(n, DAYS - 1),
        turn=np.zeros(n, dtype=int),
        budget=rng.gamma(np.where(firm, 2.0, 4.0)) / np.where(firm, 2.0, 4.0),
    )
    return _begin(rng, _plant_region(rng, _plant_groups(rng, _plant_channel(customers))))


def _first_channel(rng: np.random.Generator, persona: np.ndarray, firm: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Channel of the first order: the persona's, but firms that only buy now and then often come from a fair.

    Standing orders begin on the Web or in the App: a sales visit follows once there is an account.
    """
    weights = table("first_channel", "habits")[persona]
    fair = firm & (persona != RESTOCKER)
    weights[fair] = weights[fair] * 0.75 + np.array([0, 0, 0, 0.25])
    weights[by_plan(group)] = (0.5, 0.5, 0, 0)
    return choose(rng, weights)


def _plant_channel(customers: Customers) -> Customers:
    """Customers won by the better channel leave less and order more often."""
    better = customers.first_channel == BETTER_CHANNEL
    return replace(
        customers,
        leave=np.where(better, customers.leave * BETTER_LEAVE, customers.leave),
        rate=np.where(better, customers.rate * BETTER_RATE, customers.rate),
    )


def _plant_groups(rng: np.random.Generator, customers: Customers) -> Customers:
    """Pick the loyal and the lapsing among the frequent buyers of the better personas, the rising among the others."""
    n = len(customers)
    persona, group, rate = customers.persona, customers.group.copy(), customers.rate.copy()
    middle = np.array([np.median(rate[persona == p]) for p in range(len(PERSONAS))])
    frequent = (rate > middle[persona]) & (group == 0)
    draw = rng.random(n)
    steady = frequent & np.isin(persona, (RESTOCKER, CITY)) & (customers.region != LOSING_REGION)
    group[steady & (draw < 0.6)] = LOYAL
    good = frequent & np.isin(persona, (RESTOCKER, CITY, GARDEN)) & (group == 0)
    group[good & (draw > 0.86)] = LAPSING
    rate[(group == LOYAL) | (group == LAPSING)] *= 1.3
    stays = np.isin(persona, (RESTOCKER, CITY, GARDEN)) & (customers.region != LOSING_REGION)
    group[stays & ~frequent & (group == 0) & (draw < RISING_SHARE)] = RISING
    rate = np.where(group == RISING, rng.uniform(*RISING_RATE, n) / YEAR, rate)
    silent = DAYS - 1 - rng.integers(*SILENT_DAYS, n)
    last_day = np.where(group == LAPSING, silent, customers.last_day)
    turn = np.where(group == RISING, DAYS - 1 - rng.integers(*RISING_DAYS, n), customers.turn)
    leave = np.where(group == 0, customers.leave, 0.0)
    return replace(customers, group=group, rate=rate, leave=leave, last_day=last_day, turn=turn)


def _plant_region(rng: np.random.Generator, customers: Customers) -> Customers:
    """In the losing region customers leave at any time of the last year and a bit."""
    n = len(customers)
    gone = (DAYS - LOSING_DAYS + rng.exponential(1 / LOSING_HAZARD, n)).astype(int)
    leaving = (customers.region == LOSING_REGION) & ~by_plan(customers.group)
    return replace(customers, last_day=np.where(leaving, np.minimum(customers.last_day, gone), customers.last_day))


def _begin(rng: np.random.Generator, customers: Customers) -> Customers:
    """First purchase on the clock: old customers return at their own pace, new ones come all through the years.

    The losing region wins fewer new ones late; the loyal, the lapsing and the rising came early enough to have a history.
    """
    n = len(customers)
    rate, u = customers.rate, rng.random(n)
    until = np.minimum(customers.last_day, DAYS - 1) / DAYS
    returning = -np.log1p(-u * -np.expm1(-rate * DAYS)) / rate
    growth = np.where(customers.persona == GIFT, 0.45, 0.70)
    fresh = DAYS * u ** np.where(customers.region == LOSING_REGION, 1.2, growth)
    already = rng.random(n) < table("already", "habits")[customers.persona]
    first = np.where(already, returning, fresh)
    return replace(customers, first=first * np.where(customers.group > 0, 0.55, until))
