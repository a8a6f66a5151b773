"""How people came to buy, and how others did not: contacts of the last year, from the first one to the basket; orders say the rest.

Who is on a step goes on with a chance that depends on the channel of the first contact and on the region. Buyers are customers with a
first order, so the others follow from them: as many as the chances call for, each ending on a step of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sample_data.customers import REGION_SHARES, Customers, choose
from sample_data.orders import Orders
from sample_data.persona import REGIONS
from sample_data.seasons import DAYS, dates

RECORDED = DAYS - 365  # contacts are written down since this day
FIRST_LEAD = 50_001
WARM_UP = 45  # first orders sooner than so many days after that have no contacts
TRACKED = 0.45  # share of new buyers whose contacts are known
AHEAD = 60  # buyers-to-be whose order falls so many days after the end
REPEATED, SILENT_AGAIN = 0.035, 0.10  # share of later orders with contacts before them; of silent customers with some

CHANNELS = ("Web", "Social media", "Recommendation", "Store", "Leaflet", "App", "Newsletter")
WEB, SOCIAL, FRIEND, STORE, LEAFLET, APP, NEWS = range(len(CHANNELS))
BEGIN = (0.33, 0.28, 0.12, 0.14, 0.08, 0.05, 0)  # of first contacts
BEGIN_AGAIN = (0.2, 0, 0, 0.1, 0, 0.25, 0.45)
CENTS = (60, 45, 250, 0, 35, 20, 2)  # of a contact

# Chances to go on: seeing a need, comparing, choosing, buying. Friends send those who buy, social media those who only look.
GO_ON = np.array([0.20, 0.66, 0.40, 0.72])
FACTORS = np.ones((len(CHANNELS), 4))
FACTORS[SOCIAL] = (1, 0.55, 0.9, 1)
FACTORS[FRIEND] = (1, 1.25, 1.6, 1.12)
FACTORS[STORE] = (1, 1.05, 1.1, 1)
SLOW_REGION, SLOW = REGIONS.index("Coast"), 0.55  # goods reach the coast late, and baskets are left standing
GAPS = (3.0, 6.0, 12.0, 4.0)  # mean days of each step for those who go on
SKIPS, RETURNS, REPEATS = 0.07, 0.12, 0.35  # chances to skip comparing, to step back once, to do a thing twice

NAMES = (
    ("Leaflet sent",) * len(CHANNELS),
    ("Site visit", "Advert clicked", "Recommended by a friend", "Shop visit", "Site visit", "App opened", "Newsletter opened"),
    ("Products compared", "Products compared", "Catalogue requested", "Advice in the shop", "Catalogue requested",
     "Products compared", "Products compared"),
    ("Basket filled", "Basket filled", "Offer requested", "Offer requested", "Basket filled", "Basket filled", "Basket filled"),
)  # fmt: skip
# What was heard at each step: how they feel, what they ask, what worries them. The first of each is the commonest.
HEARD = {
    "feeling": (("indifferent",), ("curious", "unsure"), ("unsure", "curious", "keen"), ("keen", "impatient")),
    "asked_about": (("nothing",), ("what there is", "where the shop is"), ("the difference", "the price", "the quality"),
                    ("the delivery", "returns", "payment")),
    "worry": (("no need",), ("no time", "no need"), ("too many to choose from", "the price"), ("the price", "late delivery")),
}  # fmt: skip
NOTED = 0.10
ASIDES = (450, 250)


@dataclass(frozen=True)
class Climbs:
    """People on the way: first channel, region, highest step (4 is a purchase), and the days of all steps up to it."""

    person: np.ndarray
    channel: np.ndarray
    region: np.ndarray
    reached: np.ndarray
    day: np.ndarray


def draw_touchpoints(rng: np.random.Generator, customers: Customers, orders: Orders, ids: np.ndarray) -> pd.DataFrame:
    """One row a contact: ``person_id``, ``time``, ``step``, ``channel``, ``region``, ``cost`` in cents, and what was heard."""
    buyers = _buyers(rng, customers, orders)
    leads = _leads(rng, buyers)
    names = np.char.add("L", (FIRST_LEAD + np.arange(len(leads.person))).astype(str))
    known = buyers.person >= 0
    # Those whose order is still to come are leads today.
    coming = np.char.add("L", (FIRST_LEAD + len(names) + np.cumsum(~known)).astype(str))
    buyer_ids = np.where(known, ids[np.maximum(buyers.person, 0)], coming)
    later = _later(rng, customers, orders)
    rows = [
        _contacts(rng, buyers, buyer_ids),
        _contacts(rng, leads, names),
        _contacts(rng, later, ids[later.person]),
        _asides(rng, np.r_[buyer_ids, names]),
    ]
    table = pd.concat(rows, ignore_index=True)
    last = np.datetime64(dates()[-1]) + np.timedelta64(1, "D")
    table = table[(table["time"] < last) & (table["time"] >= np.datetime64(dates()[RECORDED]))]
    return table.sort_values(["person_id", "time", "step"], ignore_index=True)


def chances(channel: np.ndarray, region: np.ndarray) -> np.ndarray:
    """Chance to go on from each step, shape (n, 4); only leaflets begin with those who see no need."""
    found = GO_ON * FACTORS[channel]
    found[:, 3] *= np.where(region == SLOW_REGION, SLOW, 1.0)
    found[channel != LEAFLET, 0] = 1.0
    return found


def _steps(rng: np.random.Generator, n: int) -> np.ndarray:
    """Days between the five steps, shape (n, 4)."""
    return rng.gamma(1.6, np.array(GAPS) / 1.6, (n, 4))


def _buyers(rng: np.random.Generator, customers: Customers, orders: Orders) -> Climbs:
    """Customers whose first order is recent, and some whose order is still to come (person -1)."""
    first = np.full(len(customers), DAYS)
    known = orders.customer >= 0
    np.minimum.at(first, orders.customer[known], orders.day[known])
    new = np.flatnonzero((first >= RECORDED + WARM_UP) & (first < DAYS))
    new = np.sort(rng.choice(new, round(len(new) * TRACKED), replace=False))
    lately = np.count_nonzero(first[new] >= DAYS - AHEAD)
    person = np.r_[new, np.full(lately, -1)]
    ordered = np.r_[first[new], DAYS + rng.integers(0, AHEAD, lately)]
    region = np.r_[customers.region[new], choose(rng, np.tile(REGION_SHARES, (lately, 1)))]
    every = np.stack([chances(np.full(len(person), channel), region).prod(axis=1) for channel in range(len(CHANNELS))])
    channel = choose(rng, (np.array(BEGIN)[:, None] * every).T)
    gaps = _steps(rng, len(person))
    gaps[channel != LEAFLET, 0] = 0
    begin = ordered - gaps.sum(axis=1)
    day = begin[:, None] + np.c_[np.zeros(len(person)), np.cumsum(gaps, axis=1)]
    kept = begin >= RECORDED
    return Climbs(*(array[kept] for array in (person, channel, region, np.full(len(person), 4), day)))


def _leads(rng: np.random.Generator, buyers: Climbs) -> Climbs:
    """Those who began like the buyers and fell off."""
    go_on = chances(buyers.channel, buyers.region)
    whole = go_on.prod(axis=1)
    count = rng.poisson((1 - whole) / whole)
    of = np.repeat(np.arange(len(whole)), count)
    passed = np.cumprod(go_on, axis=1)
    ends = np.c_[1 - passed[:, 0], passed[:, :3] - passed[:, 1:]]
    reached = choose(rng, ends[of])
    begin = buyers.day[of, 0] + rng.uniform(-15, 15, len(of))
    gaps = _steps(rng, len(of))
    gaps[buyers.channel[of] != LEAFLET, 0] = 0
    day = begin[:, None] + np.c_[np.zeros(len(of)), np.cumsum(gaps, axis=1)]
    order = np.argsort(begin, kind="stable")
    return Climbs(*(array[order] for array in (of, buyers.channel[of], buyers.region[of], reached, day)))


def _later(rng: np.random.Generator, customers: Customers, orders: Orders) -> Climbs:
    """Customers who climb again: some before an order, and some of those who have been silent and stay so."""
    rows = np.flatnonzero(orders.customer >= 0)
    rows = rows[np.lexsort((orders.day[rows], orders.customer[rows]))]
    customer, day = orders.customer[rows], orders.day[rows]
    same = np.r_[False, customer[1:] == customer[:-1]]
    since = np.where(same, day - np.r_[0, day[:-1]], 0)
    again = np.flatnonzero((since >= 14) & (day >= RECORDED + WARM_UP) & (rng.random(len(rows)) < REPEATED))
    last = np.flatnonzero(np.r_[customer[1:] != customer[:-1], True] & (day < DAYS - 130))
    silent = last[rng.random(len(last)) < SILENT_AGAIN]
    person = np.r_[customer[again], customer[silent]]
    n, bought = len(person), np.arange(len(person)) < len(again)
    channel = choose(rng, np.tile(BEGIN_AGAIN, (n, 1)))
    gaps = _steps(rng, n) * [0, 0.6, 0.6, 0.6]
    room = np.r_[since[again] - 2.0, np.full(len(silent), 1e9)]
    gaps *= np.minimum(1, room / gaps.sum(axis=1))[:, None]
    low = np.maximum(day[silent] + 20, RECORDED)
    begin = np.r_[day[again] - gaps[bought].sum(axis=1), low + rng.random(len(silent)) * (DAYS - low)]
    steps = begin[:, None] + np.c_[np.zeros(n), np.cumsum(gaps, axis=1)]
    reached = np.where(bought, 4, choose(rng, np.tile((0, 0.45, 0.4, 0.15), (n, 1))))
    region = customers.region[person]
    kept = begin >= RECORDED
    return Climbs(*(array[kept] for array in (person, channel, region, reached, steps)))


def _contacts(rng: np.random.Generator, climbs: Climbs, ids: np.ndarray) -> pd.DataFrame:
    """The contacts of each climb: one a step and some twice, a few steps back, some with comparing left out."""
    n = len(ids)
    lowest = np.where(climbs.channel == LEAFLET, 0, 1)
    level = np.arange(4)
    there = (level >= lowest[:, None]) & (level <= climbs.reached[:, None])
    there[:, 2] &= ~((rng.random(n) < SKIPS) & (climbs.reached > 2))
    parts = [np.argwhere(there)]
    parts.append(parts[0][(rng.random(len(parts[0])) < REPEATS) & (parts[0][:, 1] > 0)])
    who = np.concatenate([part[:, 0] for part in parts])
    step = np.concatenate([part[:, 1] for part in parts])
    until = climbs.day[who, step + 1] - climbs.day[who, step]
    more = np.arange(len(who)) >= len(parts[0])
    day = climbs.day[who, step] + np.where(more, rng.random(len(who)) * np.maximum(until, 0.1), 0)
    # Later in a step, somebody looks again at what comes before it.
    step = np.where(more & (step > 1) & (rng.random(len(who)) < RETURNS / REPEATS), step - 1, step)
    channel = np.where((step > lowest[who]) & (rng.random(len(who)) < 0.5), WEB, climbs.channel[who])
    # Contacts of the day of an order come before it, in shop hours.
    hour = np.floor(day).astype(np.int64) * 86_400 + 8 * 3_600 + np.floor((day % 1) * 10 * 3_600).astype(np.int64)
    table = pd.DataFrame(
        {
            "person_id": ids[who],
            "time": dates()[0].astype("datetime64[s]") + hour // 60 * np.timedelta64(60, "s"),
            "step": np.array(NAMES, dtype=object)[step, channel],
            "channel": np.array(CHANNELS, dtype=object)[channel],
            "region": np.array(REGIONS, dtype=object)[climbs.region[who]],
            "cost": np.array(CENTS)[channel],
        }
    )
    return table.assign(**_heard(rng, step, climbs.region[who] == SLOW_REGION))


def _asides(rng: np.random.Generator, ids: np.ndarray) -> pd.DataFrame:
    """Contacts that are no step: calls for help, and a game whose name tells nothing."""
    who, help_ = rng.choice(len(ids), sum(ASIDES), replace=False), np.arange(sum(ASIDES)) < ASIDES[0]
    second = rng.integers(RECORDED * 1_440, DAYS * 1_440, len(who)) * 60
    table = pd.DataFrame(
        {"person_id": ids[who], "time": dates()[0].astype("datetime64[s]") + second * np.timedelta64(1, "s")}
    )
    told = {"step": np.where(help_, "Support call", "Lucky draw"), "channel": np.where(help_, "App", "Store")}
    return table.assign(**told, region=np.array(REGIONS)[rng.integers(0, len(REGIONS), len(who))], cost=0)


def _heard(rng: np.random.Generator, step: np.ndarray, slow: np.ndarray) -> dict[str, np.ndarray]:
    """What was noted down, seldom and only where people talk; on the coast, late delivery before all else."""
    found = {}
    talked = (rng.random(len(step)) < NOTED) & (step > 0)
    for name, answers in HEARD.items():
        told = np.full(len(step), None, dtype=object)
        for level, texts in enumerate(answers):
            weight = np.array([4.0, *[1.5] * (len(texts) - 1)])
            which = np.flatnonzero(talked & (step == level))
            told[which] = np.array(texts, dtype=object)[rng.choice(len(texts), len(which), p=weight / weight.sum())]
        if name == "worry":
            told[talked & (step == 3) & slow & (rng.random(len(step)) < 0.8)] = "late delivery"
        found[name] = told
    return found
